//! The JSON of an ingestion run.

use domain::ingestion::FailureReason;
use domain::{IngestionRun, RaceFailure, RunId, RunReason, RunStatus, SubsessionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An ingestion run, as the REST API answers and the pushes tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Run))]
#[serde(rename_all = "camelCase")]
pub struct RunBody {
    /// Its id, a UUIDv7.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub run_id: RunId,
    /// Where it is.
    pub status: RunStatusBody,
    /// Why it waits or ended early.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reason: Option<RunReasonBody>,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// When it was over.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub finished_at: Option<Timestamp>,
    /// It searches back to here.
    pub from: Timestamp,
    /// It searches from here.
    pub to: Timestamp,
    /// All that finished between here and `to` is dealt with; null while nothing is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub searched_back_to: Option<Timestamp>,
    /// Races that iRacing listed.
    pub races_found: u32,
    /// Races that this run stored.
    pub races_done: u32,
    /// Races that were stored before.
    pub races_known: u32,
    /// Races that could not be stored.
    pub races_failed: u32,
    /// Windows searched to their end.
    pub windows_done: u32,
    /// Windows in all.
    pub windows_total: u32,
    /// Seconds of work left; null while there is nothing to go by.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub seconds_left: Option<u64>,
    /// The races that could not be stored, the first hundred.
    pub failures: Vec<FailureBody>,
    /// When a waiting run goes on.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub retry_at: Option<Timestamp>,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RunStatus))]
#[serde(rename_all = "camelCase")]
pub enum RunStatusBody {
    /// It waits in the queue.
    Queued,
    /// It is at work.
    Running,
    /// It goes on at `retryAt`.
    Waiting,
    /// All is stored or listed as failed.
    Finished,
    /// It was given up; the next one begins where it stopped.
    Failed,
    /// The driver has to sign in again.
    SignInRequired,
}

/// Why a run waits or ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RunReason))]
#[serde(rename_all = "snake_case")]
pub enum RunReasonBody {
    /// iRacing's rate limit is used up.
    RateLimited,
    /// iRacing is in maintenance.
    Maintenance,
    /// iRacing answers with errors.
    UpstreamError,
    /// The driver has to sign in again.
    SignInRequired,
    /// Its worker died; the run after it goes over the same stretch.
    Interrupted,
    /// A fault of ours.
    Internal,
}

/// A race that a run could not store, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RaceFailure))]
#[serde(rename_all = "camelCase")]
pub struct FailureBody {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub subsession_id: SubsessionId,
    /// When it started.
    pub start_time: Timestamp,
    /// Why, as a code.
    pub reason: FailureReasonBody,
    /// Why, in English words.
    pub detail: String,
    /// How many runs have tried.
    pub attempts: u32,
    /// When it was tried last.
    pub tried_at: Timestamp,
    /// From when on the next run tries it again; null when it is given up until the driver asks for it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub next_try_at: Option<Timestamp>,
}

/// Why one race could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FailureReason))]
#[serde(rename_all = "snake_case")]
pub enum FailureReasonBody {
    /// iRacing lists the race but has no result yet.
    NotReady,
    /// iRacing does not let the driver see it.
    Forbidden,
    /// iRacing answered with something unreadable.
    Unreadable,
    /// iRacing answers with errors for this race.
    UpstreamError,
    /// The result does not name the driver.
    DriverNotInResult,
    /// The result is stored, its laps are not there yet.
    LapsNotReady,
}

impl From<&IngestionRun> for RunBody {
    fn from(run: &IngestionRun) -> Self {
        let seconds_left = run.seconds_left();
        let IngestionRun {
            run_id,
            driver_id: _,
            status,
            reason,
            started_at,
            updated_at,
            finished_at,
            from,
            to,
            searched_back_to,
            races_found,
            races_done,
            races_known,
            races_failed,
            windows_done,
            windows_total,
            worked_millis: _,
            failures,
            retry_at,
        } = run;
        Self {
            run_id: run_id.clone(),
            status: (*status).into(),
            reason: reason.map(Into::into),
            started_at: *started_at,
            updated_at: *updated_at,
            finished_at: *finished_at,
            from: *from,
            to: *to,
            searched_back_to: (searched_back_to < to).then_some(*searched_back_to),
            races_found: *races_found,
            races_done: *races_done,
            races_known: *races_known,
            races_failed: *races_failed,
            windows_done: *windows_done,
            windows_total: *windows_total,
            seconds_left,
            failures: failures.iter().map(Into::into).collect(),
            retry_at: *retry_at,
        }
    }
}

impl From<&RaceFailure> for FailureBody {
    fn from(failure: &RaceFailure) -> Self {
        let next_try_at = failure.next_try();
        let RaceFailure { subsession_id, start_time, reason, detail, attempts, tried_at } = failure;
        Self {
            subsession_id: *subsession_id,
            start_time: *start_time,
            reason: (*reason).into(),
            detail: detail.clone(),
            attempts: *attempts,
            tried_at: *tried_at,
            next_try_at,
        }
    }
}

impl From<RunStatus> for RunStatusBody {
    fn from(status: RunStatus) -> Self {
        match status {
            RunStatus::Queued => Self::Queued,
            RunStatus::Running => Self::Running,
            RunStatus::Waiting => Self::Waiting,
            RunStatus::Finished => Self::Finished,
            RunStatus::Failed => Self::Failed,
            RunStatus::SignInRequired => Self::SignInRequired,
        }
    }
}

impl From<RunReason> for RunReasonBody {
    fn from(reason: RunReason) -> Self {
        match reason {
            RunReason::RateLimited => Self::RateLimited,
            RunReason::Maintenance => Self::Maintenance,
            RunReason::UpstreamError => Self::UpstreamError,
            RunReason::SignInRequired => Self::SignInRequired,
            RunReason::Interrupted => Self::Interrupted,
            RunReason::Internal => Self::Internal,
        }
    }
}

impl From<FailureReason> for FailureReasonBody {
    fn from(reason: FailureReason) -> Self {
        match reason {
            FailureReason::NotReady => Self::NotReady,
            FailureReason::Forbidden => Self::Forbidden,
            FailureReason::Unreadable => Self::Unreadable,
            FailureReason::UpstreamError => Self::UpstreamError,
            FailureReason::DriverNotInResult => Self::DriverNotInResult,
            FailureReason::LapsNotReady => Self::LapsNotReady,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::DriverId;
    use jiff::SignedDuration;
    use serde_json::json;

    #[test]
    fn a_run_has_the_json_that_the_api_promises() {
        let now: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let member_since: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        let window = SignedDuration::from_hours(90 * 24);
        let mut run = IngestionRun::queued(RunId("run-1".into()), DriverId(1), Some(member_since), None, window, now);
        let queued = serde_json::to_value(RunBody::from(&run)).unwrap();
        assert_eq!(queued["status"], "queued");
        assert_eq!(queued["searchedBackTo"], json!(null));

        run.status = RunStatus::SignInRequired;
        run.reason = Some(RunReason::SignInRequired);
        run.searched_back_to = member_since;
        run.fail_race(RaceFailure {
            subsession_id: SubsessionId(82_263_872),
            start_time: now,
            reason: FailureReason::DriverNotInResult,
            detail: "the result names nobody".into(),
            attempts: 1,
            tried_at: now,
        });
        assert_eq!(
            serde_json::to_value(RunBody::from(&run)).unwrap(),
            json!({
                "runId": "run-1",
                "status": "signInRequired",
                "reason": "sign_in_required",
                "startedAt": "2026-07-15T12:00:00Z",
                "updatedAt": "2026-07-15T12:00:00Z",
                "finishedAt": null,
                "from": "2026-07-01T00:00:00Z",
                "to": "2026-07-15T12:01:00Z",
                "searchedBackTo": "2026-07-01T00:00:00Z",
                "racesFound": 0,
                "racesDone": 0,
                "racesKnown": 0,
                "racesFailed": 1,
                "windowsDone": 0,
                "windowsTotal": 1,
                "secondsLeft": 0,
                "failures": [{
                    "subsessionId": 82_263_872,
                    "startTime": "2026-07-15T12:00:00Z",
                    "reason": "driver_not_in_result",
                    "detail": "the result names nobody",
                    "attempts": 1,
                    "triedAt": "2026-07-15T12:00:00Z",
                    "nextTryAt": "2026-07-15T12:05:00Z"
                }],
                "retryAt": null
            })
        );
    }
}
