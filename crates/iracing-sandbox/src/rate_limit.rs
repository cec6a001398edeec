//! The rate limit: so many requests of a member in a window.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// The state of a member's window after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// When the window ends, in Unix seconds, rounded up.
    pub(crate) reset: i64,
    pub(crate) refused: bool,
}

/// The windows of all members.
#[derive(Debug, Default)]
pub(crate) struct Windows(HashMap<i64, (Timestamp, u32)>);

impl Windows {
    /// Counts a request.
    pub(crate) fn count(&mut self, cust_id: i64, now: Timestamp, limit: u32, window: SignedDuration) -> Allowance {
        let (ends, used) = self.0.entry(cust_id).or_insert((now + window, 0));
        if now >= *ends {
            (*ends, *used) = (now + window, 0);
        }
        let refused = *used >= limit;
        if !refused {
            *used += 1;
        }
        let reset = (ends.as_millisecond() + 999).div_euclid(1000);
        Allowance { limit, remaining: limit - *used, reset, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_beyond_the_limit_are_refused_until_the_window_ends() {
        let mut windows = Windows::default();
        let start = Timestamp::from_second(1_000).expect("a time");
        let window = SignedDuration::from_secs(60);
        let remaining: Vec<u32> = (0..3).map(|_| windows.count(1, start, 3, window).remaining).collect();
        assert_eq!(remaining, [2, 1, 0]);
        assert!(windows.count(1, start, 3, window).refused);
        assert!(!windows.count(2, start, 3, window).refused, "members have windows of their own");
        let later = windows.count(1, start + window, 3, window);
        assert_eq!((later.refused, later.remaining, later.reset), (false, 2, 1_120));
    }
}
