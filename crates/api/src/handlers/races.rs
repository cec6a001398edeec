//! The driver's races.

use crate::{
    bodies::{ListBody, race::RaceBody, words},
    extract::{OwnDriver, Path},
    problem::ApiError,
    query::Query,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::{CarId, Discipline, DriverId, DriverRaceId, RaceFilter, RaceKind, SeriesId, TrackId};
use jiff::Timestamp;
use serde::Deserialize;
use store::Store;
use utoipa::IntoParams;

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: i64 = 100;

/// Which races. Repeated parameters let any of their values through.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `RacesQuery` holds them as they are used")]
pub(crate) struct RacesParams {
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
    /// In one of these disciplines.
    #[param(schema_with = words::disciplines)]
    discipline: Option<Vec<Discipline>>,
    /// Of one of these kinds.
    #[param(schema_with = words::race_kinds)]
    kind: Option<Vec<RaceKind>>,
    /// Races a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The parameters of a list of races.
#[derive(Debug)]
pub(crate) struct RacesQuery {
    filter: RaceFilter,
    limit: usize,
    cursor: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for RacesQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let [from, to] = query.period();
        let filter = RaceFilter {
            from,
            to,
            series: query.integers("seriesId").into_iter().map(SeriesId).collect(),
            cars: query.integers("carId").into_iter().map(CarId).collect(),
            tracks: query.integers("trackId").into_iter().map(TrackId).collect(),
            disciplines: query.words("discipline", &Discipline::ALL, Discipline::as_str),
            kinds: query.words("kind", &RaceKind::ALL, RaceKind::as_str),
            team: None,
        };
        let limit = query.limit(DEFAULT_LIMIT, LARGEST_LIMIT);
        let cursor = query.text("cursor");
        query.checked(Self { filter, limit, cursor })
    }
}

/// Which race.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RacePath {
    /// The caller's own id.
    #[param(value_type = i64)]
    #[serde(rename = "driver_id")]
    _driver_id: DriverId,
    /// `<start second>-<subsession id>`.
    #[param(value_type = String, example = "1766953800-82263872")]
    pub(super) driver_race_id: DriverRaceId,
}

/// Lists the caller's races, newest first.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/races",
    tag = "races",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RacesParams),
    responses((status = OK, body = ListBody<RaceBody>)),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    RacesQuery { filter, limit, cursor }: RacesQuery,
) -> Result<Json<ListBody<RaceBody>>, ApiError> {
    Ok(Json(store.races(driver, &filter, limit, cursor.as_deref()).await?.into()))
}

/// Returns one of the caller's races.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/races/{driver_race_id}",
    tag = "races",
    params(RacePath),
    responses((status = OK, body = RaceBody)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
) -> Result<Json<RaceBody>, ApiError> {
    let race = store.race(driver, driver_race_id).await?.ok_or(ApiError::NotFound("race"))?;
    Ok(Json(race.into()))
}
