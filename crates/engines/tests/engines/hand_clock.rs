use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use engines::Clock;
use jiff::Timestamp;

/// A clock that only moves when told to.
#[derive(Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub fn start() -> Self {
        Self(Arc::new(AtomicI64::new(1_760_000_000)))
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let seconds = self.0.clone();
        Arc::new(move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap())
    }
}
