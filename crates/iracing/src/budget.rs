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
/// How much more time a window is given when it turns out to end later than told, and how much at most: the reset is
/// in whole seconds, and clocks differ.
const MARGIN_STEP: SignedDuration = SignedDuration::from_secs(1);
const LARGEST_MARGIN: SignedDuration = SignedDuration::from_secs(30);
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
    /// How much later than told windows really end by our clock.
    margin: SignedDuration,
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

    /// Takes in what another process was told, unless this one knows for itself.
    pub fn learn_from(&self, told: RateHeaders) {
        let now = self.now();
        let mut state = self.shared.state();
        if matches!(state.window, Window::Unknown) {
            state.learn(now, told);
        }
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
            Window::Counted(seen) if now < self.end_of(seen) => {
                (seen.remaining.saturating_sub(reserve.min(seen.limit / 2)), Some(self.end_of(seen)))
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
            Window::Counted(seen)
                if told.reset == seen.reset || (now < self.end_of(seen) && !self.is_jump(seen, told)) =>
            {
                RateHeaders { remaining: told.remaining.min(seen.remaining), ..told }
            }
            Window::Counted(_) | Window::Unknown | Window::Unmetered => told,
        });
    }

    fn end_of(&self, seen: RateHeaders) -> Timestamp {
        seen.reset.saturating_add(self.margin).unwrap_or(Timestamp::MAX)
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
            // Requests that were under way together are refused together, and teach once.
            let is_first = state.blocked_until.is_none_or(|blocked| blocked <= now);
            let is_over =
                matches!(state.window, Window::Counted(seen) if seen.reset == told.reset && seen.reset <= now);
            if is_first && is_over {
                state.margin = (state.margin + MARGIN_STEP).min(LARGEST_MARGIN);
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    fn epoch() -> Timestamp {
        "2025-06-07T20:00:00Z".parse().unwrap()
    }

    /// Goes on with tokio's paused clock, `ahead` of the server's.
    fn clock(ahead: SignedDuration) -> Clock {
        let started = Instant::now();
        Arc::new(move || epoch() + ahead + SignedDuration::try_from(started.elapsed()).unwrap())
    }

    /// A server that counts requests in windows, which begin with their first request.
    struct Server {
        clock: Clock,
        limit: u32,
        window: SignedDuration,
        latency: Duration,
        /// Whether the end of a window is told rounded up to the second, or down.
        rounds_up: bool,
        state: Mutex<(u32, Timestamp)>,
        accepted: Mutex<u32>,
        refused: Mutex<u32>,
    }

    impl Server {
        fn new(limit: u32, window: SignedDuration, latency: Duration, rounds_up: bool) -> Arc<Self> {
            Arc::new(Self {
                clock: clock(SignedDuration::ZERO),
                limit,
                window,
                latency,
                rounds_up,
                state: Mutex::new((0, epoch())),
                accepted: Mutex::default(),
                refused: Mutex::default(),
            })
        }

        async fn request(&self, permit: Permit) {
            tokio::time::sleep(self.latency / 2).await;
            let (accepted, told) = {
                let now = (self.clock)();
                let mut state = self.state.lock().unwrap();
                if now >= state.1 {
                    *state = (0, now + self.window);
                }
                let accepted = state.0 < self.limit;
                state.0 += u32::from(accepted);
                let reset = Timestamp::from_second(state.1.as_second() + i64::from(self.rounds_up)).unwrap();
                (accepted, RateHeaders { limit: self.limit, remaining: self.limit - state.0, reset })
            };
            tokio::time::sleep(self.latency / 2).await;
            if accepted {
                *self.accepted.lock().unwrap() += 1;
                permit.answered(Some(told), true);
            } else {
                *self.refused.lock().unwrap() += 1;
                permit.refused(Some(told), None);
            }
        }

        /// Eight workers that always have something to do, for so long.
        async fn busy_for(self: &Arc<Self>, budget: &RateBudget, time: Duration) {
            let end = Instant::now() + time;
            let workers = (0..8).map(|_| {
                let (server, budget) = (self.clone(), budget.clone());
                tokio::spawn(async move {
                    loop {
                        let permit = budget.reserve(None).await.unwrap();
                        if Instant::now() >= end {
                            return;
                        }
                        server.request(permit).await;
                    }
                })
            });
            for worker in workers.collect::<Vec<_>>() {
                worker.await.unwrap();
            }
        }

        fn accepted(&self) -> u32 {
            *self.accepted.lock().unwrap()
        }

        fn refused(&self) -> u32 {
            *self.refused.lock().unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn busy_workers_use_nearly_all_of_the_budget_and_are_never_refused() {
        let server = Server::new(240, SignedDuration::from_secs(60), Duration::from_millis(120), true);
        let budget = RateBudget::new(clock(SignedDuration::ZERO));
        server.busy_for(&budget, Duration::from_secs(600)).await;
        assert_eq!(server.refused(), 0);
        // Ten windows of 240.
        assert!(server.accepted() >= 2400 * 97 / 100, "{}", server.accepted());
    }

    #[tokio::test(start_paused = true)]
    async fn short_windows_are_used_as_well() {
        let server = Server::new(40, SignedDuration::from_secs(10), Duration::from_millis(20), true);
        let budget = RateBudget::new(clock(SignedDuration::ZERO));
        server.busy_for(&budget, Duration::from_secs(600)).await;
        assert_eq!(server.refused(), 0);
        // A reset is told in whole seconds, rounded up: up to a second of ten is lost.
        assert!(server.accepted() >= 2400 * 9 / 10, "{}", server.accepted());
    }

    #[tokio::test(start_paused = true)]
    async fn windows_that_end_later_than_told_are_learned() {
        let server = Server::new(240, SignedDuration::from_secs(60), Duration::from_millis(120), false);
        let budget = RateBudget::new(clock(SignedDuration::ZERO));
        server.busy_for(&budget, Duration::from_secs(600)).await;
        assert!(server.refused() <= 2, "{}", server.refused());
        assert!(server.accepted() >= 2400 * 97 / 100, "{}", server.accepted());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reserve_is_left_to_others() {
        let server = Server::new(240, SignedDuration::from_secs(60), Duration::from_millis(50), true);
        let budget = RateBudget::with_reserve(clock(SignedDuration::ZERO), 20);
        server.busy_for(&budget, Duration::from_secs(55)).await;
        assert_eq!(server.accepted(), 220);
    }

    #[tokio::test(start_paused = true)]
    async fn what_another_process_was_told_is_kept_to() {
        let budget = RateBudget::with_reserve(clock(SignedDuration::ZERO), 20);
        let told = RateHeaders { limit: 240, remaining: 20, reset: epoch() + SignedDuration::from_secs(60) };
        budget.learn_from(told);
        let soon = Some(epoch() + SignedDuration::from_secs(30));
        assert_eq!(budget.reserve(soon).await.err(), Some(Error::RateLimited { retry_at: told.reset }));
        budget.learn_from(RateHeaders { remaining: 200, ..told });
        assert_eq!(budget.last_seen(), Some(told), "it knows for itself by now");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_clock_costs_some_refusals_and_no_more() {
        for ahead in [SignedDuration::from_secs(5), SignedDuration::from_secs(-5), SignedDuration::from_mins(30)] {
            let server = Server::new(240, SignedDuration::from_secs(60), Duration::from_millis(120), true);
            let budget = RateBudget::new(clock(ahead));
            server.busy_for(&budget, Duration::from_secs(600)).await;
            assert!(server.accepted() >= 2400 * 8 / 10, "{ahead:?}: {}", server.accepted());
            assert!(server.refused() < 10 * 125, "{ahead:?}: {}", server.refused());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_overtake_each_other_do_not_raise_the_count() {
        let budget = RateBudget::new(clock(SignedDuration::ZERO));
        let reset = epoch() + SignedDuration::from_secs(60);
        let told = |remaining, reset| Some(RateHeaders { limit: 240, remaining, reset });
        let first = budget.reserve(None).await.unwrap();
        let second = budget.reserve(None).await.unwrap();
        second.answered(told(7, reset), true);
        first.answered(told(8, reset + SignedDuration::from_secs(1)), true);
        assert_eq!(budget.last_seen().unwrap().remaining, 7);
        // Of an earlier window.
        let late = budget.reserve(None).await.unwrap();
        late.answered(told(200, reset - SignedDuration::from_secs(30)), true);
        assert_eq!(budget.last_seen().unwrap().remaining, 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_gives_its_place_back() {
        let budget = RateBudget::new(clock(SignedDuration::ZERO));
        let held = (budget.reserve(None).await.unwrap(), budget.reserve(None).await.unwrap());
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.reserve(None).await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(held);
        assert_eq!(waiting.await.unwrap(), Ok(()));
    }
}
