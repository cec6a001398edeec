//! The request budget of one driver.
//!
//! iRacing counts requests by member (240 a minute) and says after each how many remain and when counting starts anew.
//! A budget is shared by everything that asks in one driver's name: it makes callers wait for the next window instead
//! of letting them run into a 429, and still uses a window to its last request.
//!
//! Requests under way may or may not be in the count that iRacing last told, so they are subtracted from it; when they
//! return the count is exact again. Until a window is confirmed by an answer only a few requests go ahead.

use crate::error::Error;
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// The time of day, as the owner of the process tells it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Requests under way while nothing is known about the window.
const UNCONFIRMED: u32 = 2;
/// How long to wait after a 429 that does not say.
const UNTOLD_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// Longest wait believed (windows of five minutes were seen); a reset beyond it is a wrong clock, here or there.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(6);

/// What an answer says about the budget: the headers `x-ratelimit-*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateHeaders {
    /// Requests a window.
    pub limit: u32,
    /// Requests left in this window.
    pub remaining: u32,
    /// When the window ends.
    pub reset: Timestamp,
}

/// A handle on one driver's budget; clones share it.
#[derive(Clone)]
pub struct RateBudget {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    reserve: u32,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    in_flight: u32,
    window: Window,
    blocked_until: Option<Timestamp>,
}

#[derive(Debug, Default, Clone, Copy)]
enum Window {
    /// Nothing was answered yet.
    #[default]
    Unknown,
    /// iRacing sends no counts.
    Unmetered,
    Counted(RateHeaders),
}

enum Verdict {
    Go,
    /// Until another request returns.
    AwaitAnswer,
    AwaitTime(Timestamp),
}

impl RateBudget {
    /// A budget about which nothing is known yet.
    pub fn new(clock: Clock) -> Self {
        Self::with_reserve(clock, 0)
    }

    /// One that leaves `reserve` requests of each window to others, at most half of it.
    pub fn with_reserve(clock: Clock, reserve: u32) -> Self {
        Self { shared: Arc::new(Shared { clock, reserve, state: Mutex::default(), changed: Notify::new() }) }
    }

    /// What iRacing said last, if it said anything.
    pub fn last_seen(&self) -> Option<RateHeaders> {
        match self.shared.state().window {
            Window::Counted(seen) => Some(seen),
            Window::Unknown | Window::Unmetered => None,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    /// Waits until a request may be sent.
    ///
    /// With a `deadline` that a known wait would pass it fails at once, so that the caller can put the work off.
    pub(crate) async fn reserve(&self, deadline: Option<Timestamp>) -> Result<Permit, Error> {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let now = self.now();
            match self.shared.take(now) {
                Verdict::Go => return Ok(Permit { shared: self.shared.clone() }),
                Verdict::AwaitAnswer => changed.await,
                Verdict::AwaitTime(until) => {
                    if deadline.is_some_and(|deadline| until > deadline) {
                        return Err(Error::RateLimited { retry_at: until });
                    }
                    let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = changed => {}
                    }
                }
            }
        }
    }
}

impl Shared {
    /// No code panics while it holds the lock, and the state is valid after each step.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, now: Timestamp) -> Verdict {
        let mut state = self.state();
        let verdict = state.verdict(now, self.reserve);
        if matches!(verdict, Verdict::Go) {
            state.in_flight += 1;
        }
        verdict
    }
}

impl State {
    fn verdict(&self, now: Timestamp, reserve: u32) -> Verdict {
        if let Some(until) = self.blocked_until.filter(|until| now < *until) {
            return Verdict::AwaitTime(until);
        }
        let (allowed, until) = match self.window {
            Window::Unmetered => return Verdict::Go,
            Window::Counted(seen) if now < seen.reset => {
                (seen.remaining.saturating_sub(reserve.min(seen.limit / 2)), Some(seen.reset))
            }
            Window::Unknown | Window::Counted(_) => (UNCONFIRMED, None),
        };
        if self.in_flight < allowed {
            Verdict::Go
        } else if self.in_flight > 0 {
            Verdict::AwaitAnswer
        } else {
            // Without requests under way an unconfirmed window admits some, so that there is a time to wait for here.
            until.map_or(Verdict::Go, Verdict::AwaitTime)
        }
    }

    fn learn(&mut self, now: Timestamp, told: RateHeaders) {
        let told = RateHeaders { reset: told.reset.min(now + LONGEST_WAIT), ..told };
        self.window = Window::Counted(match self.window {
            Window::Counted(seen) if told.reset < seen.reset => seen,
            Window::Counted(seen) if told.reset == seen.reset || (now < seen.reset && !self.is_jump(seen, told)) => {
                RateHeaders { remaining: told.remaining.min(seen.remaining), ..told }
            }
            Window::Counted(_) | Window::Unknown | Window::Unmetered => told,
        });
    }

    /// Whether `told` has more left than answers that overtake each other can explain: then a new window has begun
    /// earlier than our clock says. Otherwise the reset just wandered by a second.
    fn is_jump(&self, seen: RateHeaders, told: RateHeaders) -> bool {
        told.remaining > seen.remaining.saturating_add(self.in_flight)
    }
}

/// The right to send one request. It counts as under way until it is dropped.
pub(crate) struct Permit {
    shared: Arc<Shared>,
}

impl Permit {
    /// Takes in what the answer said; a success without counts means that nobody counts.
    pub(crate) fn answered(self, told: Option<RateHeaders>, success: bool) {
        let now = (self.shared.clock)();
        let mut state = self.shared.state();
        match told {
            Some(told) => state.learn(now, told),
            None if success && matches!(state.window, Window::Unknown) => state.window = Window::Unmetered,
            None => {}
        }
    }

    /// Takes in that the request was refused with 429, and until when.
    pub(crate) fn refused(self, told: Option<RateHeaders>, retry_after: Option<SignedDuration>) {
        let now = (self.shared.clock)();
        let mut state = self.shared.state();
        if let Some(told) = told {
            state.learn(now, RateHeaders { remaining: 0, ..told });
        }
        let until = retry_after
            .map(|wait| now + wait.clamp(SignedDuration::ZERO, LONGEST_WAIT))
            .or_else(|| told.map(|told| told.reset.min(now + LONGEST_WAIT)))
            .filter(|until| *until > now)
            .unwrap_or(now + UNTOLD_WAIT);
        state.blocked_until = Some(state.blocked_until.map_or(until, |blocked| blocked.max(until)));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.shared.state();
            state.in_flight = state.in_flight.saturating_sub(1);
        }
        self.shared.changed.notify_waiters();
    }
}
