//! The lock on a driver's ingestion, as rules without a table: who may change it, and into what.
//!
//! At most one run a driver has it, and at most one worker is at a run. The table carries these rules out as conditional
//! writes; a test of `store` compares the two over random histories, and the explorer in `tests/explorer.rs` tries every
//! interleaving of two workers against them.

use crate::ids::RunId;
use jiff::{SignedDuration, Timestamp};

/// A run whose message should have been delivered this long ago, and that no worker is at, has lost it: the process that
/// was to send it has died. A message too many does no harm.
pub const MESSAGE_LOST_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The lock as it stands. It belongs to a run from the request on; while a worker is at the run, to that worker (one for
/// each delivery of the message). When the run is over it stays, without run, until the cool-down ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IngestionLock {
    /// The run that has it; `None` while cooling down.
    pub run_id: Option<RunId>,
    /// The worker that is at it.
    pub holder: Option<String>,
    /// Until when.
    pub locked_until: Timestamp,
    /// When the run's message is to be delivered next.
    pub message_due: Timestamp,
}

impl IngestionLock {
    /// Whether it has not ended.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.locked_until > now
    }

    /// Whether the run waits for a message that should have come.
    pub fn has_lost_its_message(&self, now: Timestamp) -> bool {
        self.run_id.is_some() && self.holder.is_none() && self.message_due <= before(now, MESSAGE_LOST_AFTER)
    }

    /// A new run takes it: if nobody has it any more.
    pub fn begin(current: Option<&Self>, run: &RunId, now: Timestamp, until: Timestamp) -> Option<Self> {
        current.is_none_or(|lock| !lock.holds(now)).then(|| Self {
            run_id: Some(run.clone()),
            holder: None,
            locked_until: until,
            message_due: now,
        })
    }

    /// A delivery of a run's message takes it: if the run has it and no worker is at it, or if nobody has it any more.
    pub fn take(current: Option<&Self>, run: &RunId, holder: &str, now: Timestamp, until: Timestamp) -> Option<Self> {
        let free =
            current.is_none_or(|lock| !lock.holds(now) || (lock.run_id.as_ref() == Some(run) && lock.holder.is_none()));
        free.then(|| Self {
            run_id: Some(run.clone()),
            holder: Some(holder.to_owned()),
            locked_until: until,
            message_due: now,
        })
    }

    /// Its worker keeps it for longer.
    pub fn renew(current: Option<&Self>, holder: &str, until: Timestamp) -> Option<Self> {
        Self::of_holder(current, holder).map(|lock| Self { locked_until: until, ..lock.clone() })
    }

    /// Its worker leaves it to the run, whose message is delivered again at `due`.
    pub fn hand_back(current: Option<&Self>, holder: &str, due: Timestamp, until: Timestamp) -> Option<Self> {
        Self::of_holder(current, holder).map(|lock| Self {
            run_id: lock.run_id.clone(),
            holder: None,
            locked_until: until,
            message_due: due,
        })
    }

    /// Its worker ends the run; until `until` no other begins.
    pub fn cool_down(current: Option<&Self>, holder: &str, until: Timestamp) -> Option<Self> {
        Self::of_holder(current, holder).map(|lock| Self {
            run_id: None,
            holder: None,
            locked_until: until,
            message_due: lock.message_due,
        })
    }

    /// Somebody sends the run's lost message again; of several who try at once, one.
    pub fn revive(current: Option<&Self>, run: &RunId, now: Timestamp) -> Option<Self> {
        current
            .filter(|lock| lock.run_id.as_ref() == Some(run) && lock.has_lost_its_message(now))
            .map(|lock| Self { message_due: now, ..lock.clone() })
    }

    fn of_holder<'a>(current: Option<&'a Self>, holder: &str) -> Option<&'a Self> {
        current.filter(|lock| lock.holder.as_deref() == Some(holder))
    }
}

/// The moment so long before.
fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_sub(span).unwrap_or(Timestamp::MIN)
}
