//! The figures of a tally, as shown.

use crate::{
    analytics::tally::{CPI_SCALE, RatingChange, Tally},
    session::Discipline,
};

/// A rating's change in one discipline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatingSummary {
    /// Races that it changed in, or could have.
    pub races: u32,
    /// Before the first of them.
    pub start: f64,
    /// After the last.
    pub end: f64,
    /// Sum of the races' own changes.
    pub change: f64,
    /// Sum of the rises.
    pub gain: f64,
    /// Sum of the falls, as a positive number.
    pub loss: f64,
}

impl RatingSummary {
    fn of(change: &RatingChange, scale: f64) -> Option<Self> {
        let scaled = |value: i64| value as f64 / scale;
        Some(Self {
            races: change.races,
            start: scaled(change.start()?),
            end: scaled(change.end()?),
            change: scaled(change.change()),
            gain: scaled(change.gain),
            loss: scaled(change.loss),
        })
    }
}

/// Ratings of one discipline; `None` without a rated race.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DisciplineSummary {
    /// Which.
    pub discipline: Discipline,
    /// Races in it.
    pub races: u32,
    /// iRating.
    pub irating: Option<RatingSummary>,
    /// Corners per incident.
    pub cpi: Option<RatingSummary>,
}

/// The figures of a [`Tally`], as shown. Averages are `None` where nothing is known to average; shares are 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Races.
    pub races: u32,
    /// Races with a place in class: what wins, podiums and top fives are out of.
    pub placed: u32,
    /// Wins in class.
    pub wins: u32,
    /// Podiums in class.
    pub podiums: u32,
    /// Top fives in class.
    pub top_fives: u32,
    /// Poles in class.
    pub poles: u32,
    /// Races finished.
    pub finished: u32,
    /// Share of the races that were finished.
    pub finishing_rate: Option<f64>,
    /// Races without incident points.
    pub clean_races: u32,
    /// Mean finish.
    pub average_finish: Option<f64>,
    /// Mean finish in class.
    pub average_finish_in_class: Option<f64>,
    /// Mean place on the grid.
    pub average_start: Option<f64>,
    /// Mean place on the grid in class.
    pub average_start_in_class: Option<f64>,
    /// Places won in all.
    pub places_gained: i64,
    /// Places won in class.
    pub places_gained_in_class: i64,
    /// Incident points.
    pub incidents: u64,
    /// Incident points a race.
    pub incidents_per_race: Option<f64>,
    /// Incident points a lap.
    pub incidents_per_lap: Option<f64>,
    /// Incident points a corner, at tracks whose corners are known.
    pub incidents_per_corner: Option<f64>,
    /// Laps completed.
    pub laps: u64,
    /// Laps led.
    pub laps_led: u64,
    /// Time driven, 1/10 000 s.
    pub time_driven: u64,
    /// Championship points.
    pub points: i64,
    /// Mean strength of field.
    pub average_strength_of_field: Option<f64>,
    /// Ratings, by discipline, never across.
    pub disciplines: Vec<DisciplineSummary>,
}

impl From<&Tally> for Summary {
    fn from(tally: &Tally) -> Self {
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let races = u64::from(tally.races);
        Self {
            races: tally.races,
            placed: tally.placed,
            wins: tally.wins,
            podiums: tally.podiums,
            top_fives: tally.top_fives,
            poles: tally.poles,
            finished: tally.finished,
            finishing_rate: ratio(u64::from(tally.finished), races),
            clean_races: tally.clean,
            average_finish: tally.finish.mean(),
            average_finish_in_class: tally.finish_in_class.mean(),
            average_start: tally.start.mean(),
            average_start_in_class: tally.start_in_class.mean(),
            places_gained: tally.gained.total,
            places_gained_in_class: tally.gained_in_class.total,
            incidents: tally.incidents,
            incidents_per_race: ratio(tally.incidents, races),
            incidents_per_lap: ratio(tally.incidents, tally.laps),
            incidents_per_corner: ratio(tally.incidents_on_corners, tally.corners),
            laps: tally.laps,
            laps_led: tally.laps_led,
            time_driven: tally.time_driven,
            points: tally.points.total,
            average_strength_of_field: tally.strength_of_field.mean(),
            disciplines: tally
                .disciplines
                .iter()
                .map(|tally| DisciplineSummary {
                    discipline: tally.discipline,
                    races: tally.races,
                    irating: RatingSummary::of(&tally.irating, 1.0),
                    cpi: RatingSummary::of(&tally.cpi, CPI_SCALE),
                })
                .collect(),
        }
    }
}
