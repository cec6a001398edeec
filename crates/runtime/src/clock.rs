//! The time, as something that is passed in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the time: the machine's, or in tests one that only moves when told to.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's wall clock.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that names the wall clock")]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that stands still at `start` until its handle moves it.
    pub fn fixed(start: Timestamp) -> (Self, ClockHandle) {
        let handle = ClockHandle(Arc::new(Mutex::new(start)));
        let read = handle.clone();
        (Self(Arc::new(move || read.now())), handle)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// The clock as a plain function, for crates that do not know this one (`iracing`, `iracing-sandbox`, `engines`).
    pub fn source(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// Moves the clock that [`Clock::fixed`] made, and every clone of it.
#[derive(Clone, Debug)]
pub struct ClockHandle(Arc<Mutex<Timestamp>>);

impl ClockHandle {
    /// Moves the clock forward, or back by a negative duration.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }

    /// Sets the clock to a moment.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// The moment at which the clock stands.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told_to() {
        let start: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let (clock, handle) = Clock::fixed(start);
        let clone = clock.clone();
        assert_eq!(clock.now(), start);

        handle.advance(SignedDuration::from_mins(15));
        assert_eq!(clone.now(), "2026-07-15T12:15:00Z".parse().unwrap());

        handle.set(start);
        assert_eq!((clock.source())(), start);
    }
}
