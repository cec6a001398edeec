//! Runs of the ingestion: which stretch of time is searched next, and how far a run has come.

use crate::ids::{DriverId, DriverRaceId, RunId, SubsessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Results come late: a search reaches this far back into what was searched before.
pub const OVERLAP: SignedDuration = SignedDuration::from_hours(4);

/// The longest range that iRacing's search takes.
pub const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Races before this moment do not exist: iRacing opened in 2008.
pub const FIRST_RACES: Timestamp = Timestamp::constant(1_199_145_600, 0);

/// A run keeps at most this many failures; the count goes on.
pub const FAILURES_KEPT: usize = 100;

/// A failed race is tried in this many runs, then given up until the driver asks for it.
pub const ATTEMPTS: u32 = 5;

/// How long a failed race is left alone after its first, second, third and fourth try: together longer than a weekend.
const BACK_OFF: [SignedDuration; 4] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(48),
];

/// Results can change for this long: protests and penalties. Runs look at them again once a day.
pub const RESULTS_CHANGE_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Results are not looked at again more often than this: a little under a day, so that a daily run always does.
pub const RESULTS_CHECKED_EVERY: SignedDuration = SignedDuration::from_hours(20);

/// The longest race: searches go by the finish, and a race that finished then may have started this long before.
pub const LONGEST_RACE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Whether later runs may meet a race in their searches again: they begin where the last one ended, less the time in
/// which results change. Before the first run is over everything is to be searched.
pub fn is_searched_again(race: DriverRaceId, ingested_to: Option<Timestamp>) -> bool {
    let reach = RESULTS_CHANGE_WITHIN + LONGEST_RACE;
    ingested_to.is_none_or(|to| race.start_second >= to.as_second() - reach.as_secs())
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Its message waits in the queue.
    Queued,
    /// A worker is at it.
    Running,
    /// It goes on at [`IngestionRun::retry_at`].
    Waiting,
    /// Everything is stored or listed as failed.
    Finished,
    /// It was given up; a new run begins where it stopped.
    Failed,
    /// iRacing no longer accepts the driver's sign-in.
    SignInRequired,
}

impl RunStatus {
    /// Whether the run will do no more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::SignInRequired)
    }
}

/// Why a run waits or ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunReason {
    /// iRacing's rate limit is used up.
    RateLimited,
    /// iRacing is in maintenance.
    Maintenance,
    /// iRacing answers with errors.
    UpstreamError,
    /// The driver has to sign in again.
    SignInRequired,
    /// Its worker died; the run after it has gone over the same stretch.
    Interrupted,
    /// A fault of ours.
    Internal,
}

/// Why one race could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// iRacing lists the race but has no result yet.
    NotReady,
    /// iRacing does not let the driver see it.
    Forbidden,
    /// iRacing answered with something we cannot read.
    Unreadable,
    /// iRacing answers with errors for this race.
    UpstreamError,
    /// The result does not name the driver.
    DriverNotInResult,
    /// The result is stored, its laps are not there yet.
    LapsNotReady,
}

/// A race that is not stored, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaceFailure {
    /// Which.
    pub subsession_id: SubsessionId,
    /// When it started, as the search said.
    pub start_time: Timestamp,
    /// Why.
    pub reason: FailureReason,
    /// The same in words, without secrets.
    pub detail: String,
    /// Number of runs that tried, since the driver last asked for it.
    pub attempts: u32,
    /// When it was tried last.
    pub tried_at: Timestamp,
}

impl RaceFailure {
    /// From when on the next run tries it again; `None` when it is given up.
    pub fn next_try(&self) -> Option<Timestamp> {
        if self.attempts >= ATTEMPTS {
            return None;
        }
        let waits = self.attempts.checked_sub(1).and_then(|tries| BACK_OFF.get(usize::try_from(tries).ok()?));
        self.tried_at.saturating_add(waits.copied().unwrap_or_default()).ok()
    }

    /// Whether a run tries it now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_try().is_some_and(|at| at <= now)
    }
}

/// A stretch of finish times to search: from `begin` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchWindow {
    /// First moment.
    pub begin: Timestamp,
    /// The moment after the last.
    pub end: Timestamp,
}

/// The record of one run, which the driver sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestionRun {
    /// Its id.
    pub run_id: RunId,
    /// Whose races.
    pub driver_id: DriverId,
    /// Where it is.
    pub status: RunStatus,
    /// Why it waits or ended early.
    pub reason: Option<RunReason>,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When this record was last written.
    pub updated_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// It searches back to here.
    pub from: Timestamp,
    /// It searches from here.
    pub to: Timestamp,
    /// The cursor: all that finished between here and [`IngestionRun::to`] is stored or listed as failed.
    pub searched_back_to: Timestamp,
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
    /// Time spent at work, without waiting, in milliseconds.
    pub worked_millis: u64,
    /// The failures, at most [`FAILURES_KEPT`].
    pub failures: Vec<RaceFailure>,
    /// When a waiting run goes on.
    pub retry_at: Option<Timestamp>,
}

impl IngestionRun {
    /// A run over everything that finished since the last one (less [`OVERLAP`]), or since the driver joined iRacing.
    pub fn queued(
        run_id: RunId,
        driver_id: DriverId,
        member_since: Option<Timestamp>,
        races_ingested_to: Option<Timestamp>,
        window: SignedDuration,
        now: Timestamp,
    ) -> Self {
        // Minutes are the resolution of iRacing's search; the end is rounded up so that nothing just finished is cut.
        let to = Timestamp::constant(now.as_second().div_euclid(60) * 60 + 60, 0);
        let since = races_ingested_to
            .map(|to| to.saturating_sub(OVERLAP).unwrap_or(FIRST_RACES))
            .or(member_since)
            .unwrap_or(FIRST_RACES);
        let from = Timestamp::constant(since.as_second().div_euclid(60) * 60, 0).clamp(FIRST_RACES, to);
        Self {
            run_id,
            driver_id,
            status: RunStatus::Queued,
            reason: None,
            started_at: now,
            updated_at: now,
            finished_at: None,
            from,
            to,
            searched_back_to: to,
            races_found: 0,
            races_done: 0,
            races_known: 0,
            races_failed: 0,
            windows_done: 0,
            windows_total: windows_between(from, to, window),
            worked_millis: 0,
            failures: Vec::new(),
            retry_at: None,
        }
    }

    /// The next window, newest first; `None` when all is searched. Every window but the first reaches [`OVERLAP`]
    /// into its newer neighbour.
    pub fn next_window(&self, window: SignedDuration) -> Option<SearchWindow> {
        if self.searched_back_to <= self.from {
            return None;
        }
        let end = if self.searched_back_to < self.to {
            self.searched_back_to.saturating_add(OVERLAP).unwrap_or(self.to).min(self.to)
        } else {
            self.to
        };
        let begin = end.saturating_sub(bounded(window)).unwrap_or(self.from).max(self.from);
        Some(SearchWindow { begin, end })
    }

    /// Notes a failure.
    pub fn fail_race(&mut self, failure: RaceFailure) {
        self.races_failed += 1;
        if self.failures.len() < FAILURES_KEPT {
            self.failures.push(failure);
        }
    }

    /// Seconds of work left, from the pace so far; `None` while there is nothing to go by.
    ///
    /// What is left is what is found and not dealt with, plus as many races in each window not yet searched as in the
    /// average window so far.
    pub fn seconds_left(&self) -> Option<u64> {
        let dealt_with = u64::from(self.races_done) + u64::from(self.races_known) + u64::from(self.races_failed);
        if self.status.is_over() {
            return Some(0);
        }
        if dealt_with == 0 || self.worked_millis == 0 {
            return None;
        }
        let found = u64::from(self.races_found).max(dealt_with);
        let searched = u64::from(self.windows_done + 1).min(u64::from(self.windows_total.max(1)));
        let unsearched = u64::from(self.windows_total).saturating_sub(searched);
        let left = (found - dealt_with) + found * unsearched / searched;
        Some((left * self.worked_millis).div_ceil(dealt_with * 1000))
    }
}

/// Windows needed to search from `to` back to `from`.
fn windows_between(from: Timestamp, to: Timestamp, window: SignedDuration) -> u32 {
    let span = to.duration_since(from).as_secs();
    let window = bounded(window).as_secs();
    let overlap = OVERLAP.as_secs();
    if span <= window {
        return u32::from(span > 0);
    }
    // The first window covers all of its length, each later one its length less the overlap.
    let later = (span - window + (window - overlap) - 1) / (window - overlap);
    u32::try_from(later + 1).unwrap_or(u32::MAX)
}

/// A usable window length: longer than the overlap, or the search would never move; no longer than iRacing takes.
fn bounded(window: SignedDuration) -> SignedDuration {
    window.clamp(SignedDuration::from_hours(24), LONGEST_WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(from: i64, to: i64, window: SignedDuration) -> IngestionRun {
        let at = |second| Timestamp::from_second(second).expect("in range");
        IngestionRun::queued(RunId("run".into()), DriverId(1), Some(at(from)), None, window, at(to))
    }

    #[test]
    fn a_new_run_reaches_back_over_the_end_of_the_last_one() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let run = IngestionRun::queued(
            RunId("run".into()),
            DriverId(1),
            Some(at("2015-03-01T00:00:00Z")),
            Some(at("2026-05-01T12:00:00Z")),
            LONGEST_WINDOW,
            at("2026-05-02T12:00:30Z"),
        );
        assert_eq!(run.from, at("2026-05-01T08:00:00Z"));
        assert_eq!(run.to, at("2026-05-02T12:01:00Z"));
        assert_eq!(run.windows_total, 1);
    }

    #[test]
    fn the_estimate_counts_windows_that_are_not_searched_yet() {
        let mut run = run(1_600_000_000, 1_700_000_000, LONGEST_WINDOW);
        assert_eq!(run.seconds_left(), None);
        run.windows_total = 4;
        run.windows_done = 1;
        run.races_found = 20;
        run.races_done = 10;
        run.worked_millis = 5_000;
        // 10 races of these two windows, and 20 of the two to come, at half a second each
        assert_eq!(run.seconds_left(), Some(15));
    }

    #[test]
    fn a_failed_race_is_tried_later_and_later_and_then_given_up() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let failure = |attempts| RaceFailure {
            subsession_id: SubsessionId(1),
            start_time: at(0),
            reason: FailureReason::NotReady,
            detail: String::new(),
            attempts,
            tried_at: at(1_000),
        };
        let next = (0..=ATTEMPTS).map(|attempts| failure(attempts).next_try().map(|at| at.as_second() - 1_000));
        let hours = |hours: i64| Some(hours * 3_600);
        assert_eq!(next.collect::<Vec<_>>(), [Some(0), Some(300), hours(1), hours(12), hours(48), None]);
        assert!(
            failure(1).is_due(at(1_300))
                && !failure(1).is_due(at(1_299))
                && !failure(ATTEMPTS).is_due(at(i64::from(u32::MAX)))
        );
    }

    proptest! {
        #[test]
        fn windows_cover_everything_newest_first_and_end(
            from in 1_200_000_000i64..1_800_000_000,
            span in 0i64..700_000_000,
            days in 1i64..200,
        ) {
            let window = SignedDuration::from_hours(days * 24);
            let mut run = run(from, from + span, window);
            let mut windows = 0;
            let mut covered_from = run.to;
            while let Some(next) = run.next_window(window) {
                prop_assert!(next.begin < next.end);
                prop_assert!(next.end.duration_since(next.begin) <= LONGEST_WINDOW);
                prop_assert!(next.end >= covered_from, "no gap");
                prop_assert!(windows == 0 || next.end == covered_from + OVERLAP || next.end == run.to);
                prop_assert!(next.begin < covered_from, "it moves");
                covered_from = next.begin;
                run.searched_back_to = next.begin;
                windows += 1;
            }
            prop_assert_eq!(covered_from, run.from);
            prop_assert_eq!(windows, run.windows_total);
        }
    }
}
