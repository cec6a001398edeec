//! The filter that log, journal and analytics share.

use crate::{bodies::words, query::Query};
use domain::{CarClassId, CarId, Discipline, RaceFilter, RaceKind, RaceResult, SeriesId, TrackId};
use jiff::Timestamp;
use utoipa::IntoParams;

/// Which races. Repeated parameters let any of their values through; different ones must all hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `RaceFilter` holds them as they are used")]
pub(crate) struct RaceFilterParams {
    /// Started at or after.
    from: Option<Timestamp>,
    /// Started at or before.
    to: Option<Timestamp>,
    /// Of one of these series.
    series_id: Option<Vec<i64>>,
    /// In one of these cars.
    car_id: Option<Vec<i64>>,
    /// On one of these tracks, in their layout.
    track_id: Option<Vec<i64>>,
    /// In one of these classes.
    car_class_id: Option<Vec<i64>>,
    /// In one of these disciplines.
    #[param(schema_with = words::disciplines)]
    discipline: Option<Vec<Discipline>>,
    /// Of one of these kinds.
    #[param(schema_with = words::race_kinds)]
    kind: Option<Vec<RaceKind>>,
    /// Only team races, or only others.
    team: Option<bool>,
    /// Ended in one of these ways; places are in class.
    #[param(schema_with = words::race_results)]
    result: Option<Vec<RaceResult>>,
}

impl Query {
    /// The shared filter.
    pub(crate) fn race_filter(&mut self) -> RaceFilter {
        let [from, to] = self.period();
        RaceFilter {
            from,
            to,
            series: self.integers("seriesId").into_iter().map(SeriesId).collect(),
            cars: self.integers("carId").into_iter().map(CarId).collect(),
            tracks: self.integers("trackId").into_iter().map(TrackId).collect(),
            classes: self.integers("carClassId").into_iter().map(CarClassId).collect(),
            disciplines: self.words("discipline", &Discipline::ALL, Discipline::as_str),
            kinds: self.words("kind", &RaceKind::ALL, RaceKind::as_str),
            team: self.flag("team"),
            results: self.words("result", &RaceResult::ALL, RaceResult::as_str),
        }
    }
}
