//! What the operator's dashboard and alarms are told of a run; `terraform/metrics.json` explains each number.

use crate::State;
use domain::{IngestionRun, RunStatus};
use iracing::Requests;
use jiff::{SignedDuration, Timestamp};

/// A long run tells this often how it goes on, so that alarms need not wait for its end.
const EVERY: SignedDuration = SignedDuration::from_secs(60);

/// What of a run was told already.
pub(crate) struct Measures {
    told_at: Timestamp,
    races_done: u32,
    races_failed: u32,
    requests: Requests,
}

impl Measures {
    /// Counts from here on.
    pub(crate) fn from(state: &State, run: &IngestionRun) -> Self {
        let requests = state.data.requests();
        Self { told_at: state.clock.now(), races_done: run.races_done, races_failed: run.races_failed, requests }
    }

    /// Tells what was done since the last time, if that is a while ago.
    pub(crate) fn tick(&mut self, state: &State, run: &IngestionRun) {
        if state.clock.now().duration_since(self.told_at) >= EVERY {
            self.tell(state, run);
        }
    }

    /// Tells what was done since the last time.
    pub(crate) fn tell(&mut self, state: &State, run: &IngestionRun) {
        let now = Self::from(state, run);
        let mut values = vec![
            ("RacesIngested", u64::from(now.races_done.saturating_sub(self.races_done))),
            ("RaceFailures", u64::from(now.races_failed.saturating_sub(self.races_failed))),
            ("IracingRequests", now.requests.data - self.requests.data),
            ("IracingRefusals", now.requests.refused - self.requests.refused),
            ("RunsFinished", u64::from(run.status == RunStatus::Finished)),
            ("RunsWaiting", u64::from(run.status == RunStatus::Waiting)),
        ];
        if let Some(seen) = state.budget(run.driver_id).last_seen() {
            values.push(("IracingRateLimitRemaining", u64::from(seen.remaining)));
        }
        state.metrics.write(now.told_at, &values);
        *self = now;
    }
}
