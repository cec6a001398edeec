//! The driver's races.

use crate::{
    bodies::{
        ListBody,
        race::{EarlierResultBody, RaceBody},
    },
    extract::{OwnDriver, Path},
    problem::ApiError,
    query::Query,
    race_filter::RaceFilterParams,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::{DriverId, DriverRaceId, RaceFilter};
use serde::Deserialize;
use store::Store;
use utoipa::IntoParams;

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: i64 = 100;

/// Which page.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `RacesQuery` holds them as they are used")]
pub(crate) struct RacesParams {
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
        let filter = query.race_filter();
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
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams, RacesParams),
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

/// Lists what a race was before iRacing changed its result, by a protest or a penalty; the latest change first.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/races/{driver_race_id}/earlier",
    tag = "races",
    params(RacePath),
    responses((status = OK, body = ListBody<EarlierResultBody>)),
    security(("session" = []))
)]
pub(crate) async fn earlier(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
) -> Result<Json<ListBody<EarlierResultBody>>, ApiError> {
    let earlier = store.earlier_results(driver, driver_race_id).await?;
    let items = earlier.into_iter().map(|(changed_at, race)| EarlierResultBody { changed_at, race: race.into() });
    Ok(Json(ListBody { items: items.collect(), next_cursor: None }))
}
