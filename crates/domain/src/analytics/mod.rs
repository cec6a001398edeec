//! What a career says, from the races of the log.
//!
//! - [`tally`]: counts over any set of races, and [`mod@summary`]: the figures from them;
//! - [`groups`]: the same by series, car, track, discipline, weekday, hour and strength of field;
//! - [`mod@facets`]: what each value of a filter would leave;
//! - [`periods`]: the same by day, week, iRacing week, month, season and year, and the days of a calendar;
//! - [`curves`]: ratings by discipline, with promotions;
//! - [`bests`]: personal bests by car and track;
//! - [`mod@milestones`] and [`mod@streaks`].
//!
//! Races may come in any order. Ratings of different disciplines are never summed or joined, unrated is never a number,
//! and a driver's day is in the time zone given.

pub mod bests;
pub mod curves;
pub mod facets;
pub mod groups;
pub mod milestones;
pub mod periods;
pub mod streaks;
pub mod summary;
#[cfg(test)]
pub(crate) mod synthetic;
pub mod tally;

pub use bests::{BestLap, LapKind, LapRecord, personal_bests};
pub use curves::{ChartPoint, LicenseChange, RatingCurve, RatingPoint, rating_curves};
pub use facets::{Facet, Facets, facets};
pub use groups::{Dimension, DimensionValue, Group, group};
pub use milestones::{Milestone, MilestoneKind, milestones};
pub use periods::{CalendarDay, Granularity, Period, PeriodTally, calendar, time_series};
pub use streaks::{Streak, StreakKind, Streaks, streaks};
pub use summary::{DisciplineSummary, RatingSummary, Summary};
pub use tally::{CornersPerLap, Tally};

use crate::race::Race;

impl Race {
    /// Whether the race was finished, in iRacing's sense: the driver was still running.
    pub fn finished(&self) -> bool {
        self.reason_out == "Running"
    }

    /// Finish in class; where the only class is the whole field, among all.
    pub fn place_in_class(&self) -> Option<u32> {
        self.finish_position_in_class.or(self.finish_position.filter(|_| self.class_count <= 1))
    }

    /// Place on the grid in class; where the only class is the whole field, among all.
    pub fn start_in_class(&self) -> Option<u32> {
        self.start_position_in_class.or(self.start_position.filter(|_| self.class_count <= 1))
    }
}

/// Races by their start; those that start together by subsession.
fn by_time<'a>(races: impl IntoIterator<Item = &'a Race>) -> Vec<&'a Race> {
    let mut races: Vec<&Race> = races.into_iter().collect();
    races.sort_unstable_by_key(|race| (race.start_time, race.subsession_id));
    races
}
