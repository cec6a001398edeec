use std::sync::Arc;

use jiff::Timestamp;

/// Tells an engine what time it is; tests hand in one that they move by hand.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The wall clock.
pub fn system_clock() -> Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the engines know nothing of ours, so not of `runtime::Clock` either"
    )]
    Arc::new(Timestamp::now)
}
