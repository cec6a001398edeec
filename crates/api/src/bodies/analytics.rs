//! What races sum up to, and by what they can be grouped.

use super::words;
use domain::{
    Discipline, Race, RaceKind, RaceResult,
    analytics::{
        DimensionValue, DisciplineSummary, Facet, Facets, Group, Period, PeriodTally, RatingSummary, Summary, Tally,
        groups::FIELD_STRENGTH_BAND,
    },
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

/// What some of the driver's races sum up to. Sums of groups, and of periods, are the total.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Analytics)]
pub(crate) struct AnalyticsBody {
    /// Races in the log, whether they pass or not.
    races_in_log: usize,
    /// All that pass.
    total: SummaryBody,
    /// By what was asked for; empty without `groupBy`.
    groups: Vec<GroupBody>,
    /// Earliest first; empty without `period`.
    periods: Vec<PeriodBody>,
}

/// The figures of some races. Wins, podiums, top fives and poles are in class; means are null where there is nothing to
/// average.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Summary)]
pub(crate) struct SummaryBody {
    races: u32,
    /// Races with a place in class, which wins, podiums and top fives are out of.
    placed: u32,
    wins: u32,
    podiums: u32,
    top_fives: u32,
    poles: u32,
    /// Races that the driver was still running at the end of.
    finished: u32,
    /// Share of all, 0 to 1.
    finishing_rate: Option<f64>,
    /// Races without incident points.
    clean_races: u32,
    average_finish: Option<f64>,
    average_finish_in_class: Option<f64>,
    average_start: Option<f64>,
    average_start_in_class: Option<f64>,
    places_gained: i64,
    places_gained_in_class: i64,
    incidents: u64,
    incidents_per_race: Option<f64>,
    incidents_per_lap: Option<f64>,
    /// In races on tracks whose corners are known.
    incidents_per_corner: Option<f64>,
    laps: u64,
    laps_led: u64,
    /// Laps x average lap, 1/10 000 s.
    time_driven: u64,
    /// Championship points.
    points: i64,
    average_strength_of_field: Option<f64>,
    /// Ratings, by discipline; never summed across.
    disciplines: Vec<DisciplineSummaryBody>,
}

/// What the races of a discipline did to its ratings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisciplineSummary)]
pub(crate) struct DisciplineSummaryBody {
    #[schema(schema_with = words::known_discipline)]
    discipline: Discipline,
    races: u32,
    /// Null without a rated race.
    irating: Option<RatingSummaryBody>,
    /// Corners per incident; null without a rated race.
    cpi: Option<RatingSummaryBody>,
}

/// A rating over some races.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingSummary)]
pub(crate) struct RatingSummaryBody {
    /// Races with a value before and after.
    races: u32,
    /// Before the first of them.
    start: f64,
    /// After the last of them.
    end: f64,
    /// Sum of the races' own changes; other than `end - start` where races between are left out.
    change: f64,
    /// Sum of the rises.
    gain: f64,
    /// Sum of the falls, as a positive number.
    loss: f64,
}

/// Races that have something in common.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsGroup)]
pub(crate) struct GroupBody {
    /// One value for each `groupBy`, in their order.
    key: Vec<GroupKeyBody>,
    summary: SummaryBody,
}

/// What the races have in common, by its latest names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "dimension", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[schema(as = AnalyticsKey)]
pub(crate) enum GroupKeyBody {
    /// A series; both null for hosted and league races.
    Series { series_id: Option<i64>, name: Option<String> },
    /// A car.
    Car { car_id: i64, name: String },
    /// A track in its layout.
    Track { track_id: i64, name: String, layout: Option<String> },
    /// A discipline; null where the race names none.
    Discipline {
        #[schema(schema_with = words::discipline)]
        discipline: Option<Discipline>,
    },
    /// A day of the week.
    Weekday {
        /// 1 is Monday, 7 is Sunday.
        weekday: u8,
    },
    /// An hour of the day.
    Hour {
        /// 0 to 23.
        hour: u8,
    },
    /// A band of strength of field; both null where it is not known.
    StrengthOfField {
        from: Option<u32>,
        /// No longer in the band.
        to: Option<u32>,
    },
}

/// The races of a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnalyticsPeriod)]
pub(crate) struct PeriodBody {
    /// First day; null for a season.
    #[schema(value_type = Option<String>, format = Date)]
    first: Option<Date>,
    /// Of a season; null for races outside of seasons.
    season_year: Option<i32>,
    /// Of a season; null for races outside of seasons.
    season_quarter: Option<u8>,
    summary: SummaryBody,
}

/// What the filters can be set to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnalyticsDimensions)]
pub(crate) struct DimensionsBody {
    /// Start of the earliest race of the log.
    first_race: Option<Timestamp>,
    /// Start of the latest race of the log.
    last_race: Option<Timestamp>,
    series: Vec<NamedOptionBody>,
    cars: Vec<NamedOptionBody>,
    /// Each in its layout.
    tracks: Vec<NamedOptionBody>,
    car_classes: Vec<NamedOptionBody>,
    disciplines: Vec<WordOptionBody>,
    kinds: Vec<WordOptionBody>,
    results: Vec<WordOptionBody>,
    /// Team races.
    team_races: u32,
    /// Others.
    solo_races: u32,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NamedOption)]
pub(crate) struct NamedOptionBody {
    id: i64,
    /// The latest.
    name: String,
    /// Of a track.
    layout: Option<String>,
    races: u32,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WordOption)]
pub(crate) struct WordOptionBody {
    /// As the filter takes it.
    #[schema(value_type = String)]
    word: &'static str,
    races: u32,
}

impl AnalyticsBody {
    pub(crate) fn of(races_in_log: usize, total: &Tally, groups: &[Group<'_>], periods: &[PeriodTally]) -> Self {
        Self {
            races_in_log,
            total: total.into(),
            groups: groups.iter().map(Into::into).collect(),
            periods: periods.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Tally> for SummaryBody {
    fn from(tally: &Tally) -> Self {
        let Summary {
            races,
            placed,
            wins,
            podiums,
            top_fives,
            poles,
            finished,
            finishing_rate,
            clean_races,
            average_finish,
            average_finish_in_class,
            average_start,
            average_start_in_class,
            places_gained,
            places_gained_in_class,
            incidents,
            incidents_per_race,
            incidents_per_lap,
            incidents_per_corner,
            laps,
            laps_led,
            time_driven,
            points,
            average_strength_of_field,
            disciplines,
        } = tally.into();
        Self {
            races,
            placed,
            wins,
            podiums,
            top_fives,
            poles,
            finished,
            finishing_rate,
            clean_races,
            average_finish,
            average_finish_in_class,
            average_start,
            average_start_in_class,
            places_gained,
            places_gained_in_class,
            incidents,
            incidents_per_race,
            incidents_per_lap,
            incidents_per_corner,
            laps,
            laps_led,
            time_driven,
            points,
            average_strength_of_field,
            disciplines: disciplines.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DisciplineSummary> for DisciplineSummaryBody {
    fn from(summary: DisciplineSummary) -> Self {
        let DisciplineSummary { discipline, races, irating, cpi } = summary;
        Self { discipline, races, irating: irating.map(Into::into), cpi: cpi.map(Into::into) }
    }
}

impl From<RatingSummary> for RatingSummaryBody {
    fn from(summary: RatingSummary) -> Self {
        let RatingSummary { races, start, end, change, gain, loss } = summary;
        Self { races, start, end, change, gain, loss }
    }
}

impl From<&Group<'_>> for GroupBody {
    fn from(group: &Group<'_>) -> Self {
        let Group { key, latest, tally } = group;
        Self { key: key.iter().map(|value| GroupKeyBody::of(*value, latest)).collect(), summary: tally.into() }
    }
}

impl GroupKeyBody {
    fn of(value: DimensionValue, latest: &Race) -> Self {
        match value {
            DimensionValue::Series { series_id } => Self::Series {
                series_id: series_id.map(|id| id.0),
                name: series_id.map(|_| latest.series_name.clone()),
            },
            DimensionValue::Car { car_id } => Self::Car { car_id: car_id.0, name: latest.car_name.clone() },
            DimensionValue::Track { track_id } => {
                Self::Track { track_id: track_id.0, name: latest.track_name.clone(), layout: latest.layout.clone() }
            }
            DimensionValue::Discipline { discipline } => Self::Discipline { discipline },
            DimensionValue::Weekday { weekday } => Self::Weekday { weekday },
            DimensionValue::Hour { hour } => Self::Hour { hour },
            DimensionValue::FieldStrength { from } => {
                Self::StrengthOfField { from, to: from.map(|from| from + FIELD_STRENGTH_BAND) }
            }
        }
    }
}

impl From<&PeriodTally> for PeriodBody {
    fn from(one: &PeriodTally) -> Self {
        let (first, season) = match one.period {
            Period::Day { first }
            | Period::Week { first }
            | Period::IracingWeek { first }
            | Period::Month { first }
            | Period::Year { first } => (Some(first), None),
            Period::Season { season } => (None, season),
        };
        Self {
            first,
            season_year: season.map(|(year, _)| year),
            season_quarter: season.map(|(_, quarter)| quarter),
            summary: (&one.tally).into(),
        }
    }
}

impl DimensionsBody {
    pub(crate) fn of(facets: Facets<'_>) -> Self {
        let Facets { first, last, series, cars, tracks, classes, disciplines, kinds, team, results } = facets;
        let team_races =
            |wanted: bool| team.iter().filter(|facet| facet.value == wanted).map(|facet| facet.races).sum();
        Self {
            first_race: first,
            last_race: last,
            series: named(series, |id| id.0, |race| &race.series_name),
            cars: named(cars, |id| id.0, |race| &race.car_name),
            tracks: tracks
                .into_iter()
                .map(|Facet { value, races, latest }| NamedOptionBody {
                    id: value.0,
                    name: latest.track_name.clone(),
                    layout: latest.layout.clone(),
                    races,
                })
                .collect(),
            car_classes: named(classes, |id| id.0, |race| &race.car_class_name),
            disciplines: worded(disciplines, Discipline::as_str),
            kinds: worded(kinds, RaceKind::as_str),
            results: worded(results, RaceResult::as_str),
            team_races: team_races(true),
            solo_races: team_races(false),
        }
    }
}

fn named<T>(facets: Vec<Facet<'_, T>>, id: fn(T) -> i64, name: fn(&Race) -> &String) -> Vec<NamedOptionBody> {
    let body = |Facet { value, races, latest }| NamedOptionBody {
        id: id(value),
        name: name(latest).clone(),
        layout: None,
        races,
    };
    facets.into_iter().map(body).collect()
}

fn worded<T>(facets: Vec<Facet<'_, T>>, word: fn(T) -> &'static str) -> Vec<WordOptionBody> {
    facets.into_iter().map(|Facet { value, races, .. }| WordOptionBody { word: word(value), races }).collect()
}
