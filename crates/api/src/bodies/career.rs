//! How a career went: ratings over time, personal bests, days with races, milestones and streaks.

use super::words;
use domain::{
    Discipline, Race,
    analytics::{
        BestLap, CalendarDay, LapKind, LapRecord, LicenseChange, Milestone, MilestoneKind, RatingCurve, RatingPoint,
        Streak, StreakKind, Streaks,
    },
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Ratings over time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ratings)]
pub(crate) struct RatingsBody {
    /// One a discipline that has any, never to be joined.
    curves: Vec<RatingCurveBody>,
    /// When iRacing's own charts, which stand before the races, were fetched; null if they are not part of it.
    charts_fetched_at: Option<Timestamp>,
}

/// The ratings of one discipline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingCurve)]
pub(crate) struct RatingCurveBody {
    #[schema(schema_with = words::known_discipline)]
    discipline: Discipline,
    /// Earliest first.
    points: Vec<RatingPointBody>,
}

/// Ratings after a race.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RatingPoint)]
pub(crate) struct RatingPointBody {
    /// Start of the race, or of the day of iRacing's own chart.
    time: Timestamp,
    /// Null for a point of iRacing's own chart.
    driver_race_id: Option<String>,
    irating: Option<i32>,
    /// 0 Rookie, 1 D, 2 C, 3 B, 4 A, 5 Pro, 6 Pro/WC.
    license_class: Option<i32>,
    /// x 100, within the class.
    safety_rating: Option<i32>,
    /// Corners per incident.
    cpi: Option<f32>,
    /// The class changed since the point before.
    license_change: Option<LicenseChangeBody>,
}

/// A promotion, or a demotion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LicenseChange)]
pub(crate) struct LicenseChangeBody {
    from: i32,
    to: i32,
}

/// Personal bests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bests)]
pub(crate) struct BestsBody {
    /// One for each track, car and kind of lap.
    items: Vec<BestBody>,
}

/// A personal best.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Best)]
pub(crate) struct BestBody {
    track_id: i64,
    track_name: String,
    layout: Option<String>,
    car_id: i64,
    car_name: String,
    kind: LapKindBody,
    best: BestLapBody,
    /// Races, or qualifyings, with a lap.
    sessions: u32,
    /// Each lap that was the best so far, earliest first; the last one is the best.
    progression: Vec<BestLapBody>,
}

/// What a lap was driven for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LapKind)]
pub(crate) enum LapKindBody {
    Race,
    Qualifying,
}

/// A lap that was the best so far.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BestLap)]
pub(crate) struct BestLapBody {
    /// 1/10 000 s.
    lap_time: i64,
    /// Start of the race.
    when: Timestamp,
    driver_race_id: String,
}

/// Days with races.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub(crate) struct CalendarBody {
    /// In order; others had none.
    pub(crate) days: Vec<CalendarDayBody>,
}

/// A day with races, in the time zone asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarDay)]
pub(crate) struct CalendarDayBody {
    #[schema(value_type = String, format = Date)]
    date: Date,
    races: u32,
    laps: u64,
    incidents: u64,
    /// In class.
    wins: u32,
}

/// What was reached, and what goes on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Milestones)]
pub(crate) struct MilestonesBody {
    /// Earliest first.
    pub(crate) milestones: Vec<MilestoneBody>,
    /// One of each kind.
    pub(crate) streaks: Vec<StreaksBody>,
}

/// Something that was reached in a race.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Milestone)]
pub(crate) struct MilestoneBody {
    /// Start of the race.
    when: Timestamp,
    driver_race_id: String,
    kind: MilestoneKindBody,
    /// How many; the iRating that was passed; or the licence class, 1 D to 6 Pro/WC. 1 for a first race.
    value: i64,
    /// Of a first race, iRating or licence; null for others.
    #[schema(schema_with = words::discipline)]
    discipline: Option<Discipline>,
}

/// What was counted, or which rating rose.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MilestoneKind)]
pub(crate) enum MilestoneKindBody {
    Races,
    /// In class.
    Wins,
    /// In class.
    Podiums,
    /// Finished without incident points.
    CleanRaces,
    Laps,
    /// Layouts count.
    Tracks,
    Cars,
    /// The first one of a discipline.
    FirstRace,
    /// A multiple of 500 was passed for the first time.
    Irating,
    /// A licence class was reached for the first time.
    License,
}

/// The streaks of one kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Streaks)]
pub(crate) struct StreaksBody {
    kind: StreakKindBody,
    /// Null if it never held.
    longest: Option<StreakBody>,
    /// Null if it is over.
    current: Option<StreakBody>,
}

/// What held for each race, or week, of a streak.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StreakKind)]
pub(crate) enum StreakKindBody {
    Finished,
    /// Finished without incident points.
    Clean,
    /// In class.
    Wins,
    /// In class.
    Podiums,
    /// In class.
    TopFives,
    /// iRating rose; races without a rating do not count.
    IratingGains,
    /// iRacing weeks with a race.
    Weeks,
}

/// Races, or weeks, in a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Streak)]
pub(crate) struct StreakBody {
    length: u32,
    /// Start of the first race.
    first: Timestamp,
    /// Start of the last race.
    last: Timestamp,
}

impl RatingsBody {
    pub(crate) fn of(curves: Vec<RatingCurve>, charts_fetched_at: Option<Timestamp>) -> Self {
        Self { curves: curves.into_iter().map(Into::into).collect(), charts_fetched_at }
    }
}

impl From<RatingCurve> for RatingCurveBody {
    fn from(curve: RatingCurve) -> Self {
        let RatingCurve { discipline, points } = curve;
        Self { discipline, points: points.into_iter().map(Into::into).collect() }
    }
}

impl From<RatingPoint> for RatingPointBody {
    fn from(point: RatingPoint) -> Self {
        let RatingPoint { time, race, irating, license_class, safety_rating, cpi, license_change } = point;
        let change = |LicenseChange { from, to }| LicenseChangeBody { from, to };
        Self {
            time,
            driver_race_id: race.map(|race| race.to_string()),
            irating,
            license_class,
            safety_rating,
            cpi,
            license_change: license_change.map(change),
        }
    }
}

impl BestsBody {
    /// Bests of some of the races, which know the names.
    pub(crate) fn of(races: &[Race], bests: Vec<BestLap>) -> Self {
        let by_id: HashMap<_, _> = races.iter().map(|race| (race.id(), race)).collect();
        let body = |BestLap { best, sessions, progression }| {
            let race = by_id.get(&best.race)?;
            Some(BestBody {
                track_id: race.track_id.0,
                track_name: race.track_name.clone(),
                layout: race.layout.clone(),
                car_id: race.car_id.0,
                car_name: race.car_name.clone(),
                kind: match best.kind {
                    LapKind::Race => LapKindBody::Race,
                    LapKind::Qualifying => LapKindBody::Qualifying,
                },
                best: best.into(),
                sessions,
                progression: progression.into_iter().map(Into::into).collect(),
            })
        };
        Self { items: bests.into_iter().filter_map(body).collect() }
    }
}

impl From<LapRecord> for BestLapBody {
    fn from(record: LapRecord) -> Self {
        let LapRecord { lap_time, when, race, .. } = record;
        Self { lap_time, when, driver_race_id: race.to_string() }
    }
}

impl From<CalendarDay> for CalendarDayBody {
    fn from(day: CalendarDay) -> Self {
        let CalendarDay { date, races, laps, incidents, wins } = day;
        Self { date, races, laps, incidents, wins }
    }
}

impl From<Milestone> for MilestoneBody {
    fn from(milestone: Milestone) -> Self {
        use MilestoneKindBody as Kind;
        let Milestone { when, race, kind } = milestone;
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (kind, value, discipline) = match kind {
            MilestoneKind::Races { count: races } => (Kind::Races, count(races), None),
            MilestoneKind::Wins { count: wins } => (Kind::Wins, count(wins), None),
            MilestoneKind::Podiums { count: podiums } => (Kind::Podiums, count(podiums), None),
            MilestoneKind::CleanRaces { count: races } => (Kind::CleanRaces, count(races), None),
            MilestoneKind::Laps { count: laps } => (Kind::Laps, count(laps), None),
            MilestoneKind::Tracks { count: tracks } => (Kind::Tracks, count(tracks), None),
            MilestoneKind::Cars { count: cars } => (Kind::Cars, count(cars), None),
            MilestoneKind::FirstRace { discipline } => (Kind::FirstRace, 1, Some(discipline)),
            MilestoneKind::Irating { discipline, irating } => (Kind::Irating, irating.into(), Some(discipline)),
            MilestoneKind::License { discipline, license_class } => {
                (Kind::License, license_class.into(), Some(discipline))
            }
        };
        Self { when, driver_race_id: race.to_string(), kind, value, discipline }
    }
}

impl From<Streaks> for StreaksBody {
    fn from(streaks: Streaks) -> Self {
        let Streaks { kind, longest, current } = streaks;
        let kind = match kind {
            StreakKind::Finished => StreakKindBody::Finished,
            StreakKind::Clean => StreakKindBody::Clean,
            StreakKind::Wins => StreakKindBody::Wins,
            StreakKind::Podiums => StreakKindBody::Podiums,
            StreakKind::TopFives => StreakKindBody::TopFives,
            StreakKind::IratingGains => StreakKindBody::IratingGains,
            StreakKind::Weeks => StreakKindBody::Weeks,
        };
        let body = |Streak { length, first, last }| StreakBody { length, first, last };
        Self { kind, longest: longest.map(body), current: current.map(body) }
    }
}
