//! The driver's races.

use crate::{
    bodies::{
        ListBody,
        race::{EarlierResultBody, RaceBody},
    },
    careers::Careers,
    departure,
    extract::{OwnDriver, Path},
    problem::{ApiError, FieldError},
    query::Query,
    race_filter::RaceFilterParams,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::{DriverId, DriverRaceId, RaceFilter};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::Store;
use utoipa::{IntoParams, ToSchema};

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

/// Which races to delete, beside the filter.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `DeletionQuery` holds them as they are used")]
pub(crate) struct DeletionParams {
    /// Only these.
    driver_race_id: Option<Vec<String>>,
    /// How many races that is, as the driver was told.
    expected: u32,
}

/// The parameters of a deletion.
#[derive(Debug)]
pub(crate) struct DeletionQuery {
    filter: RaceFilter,
    named: HashSet<DriverRaceId>,
    expected: usize,
}

impl<S: Sync> FromRequestParts<S> for DeletionQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let filter = query.race_filter();
        let named: Vec<_> = query.texts("driverRaceId").iter().map(|race| race.parse()).collect();
        if named.iter().any(Result::is_err) {
            query.wrong::<()>(FieldError::new("driverRaceId", "invalid_value"));
        }
        if query.text("expected").is_none() {
            query.wrong::<()>(FieldError::new("expected", "required"));
        }
        let expected = query.integer("expected", 0..=i64::from(u32::MAX));
        let expected = expected.and_then(|expected| usize::try_from(expected).ok()).unwrap_or_default();
        query.checked(Self { filter, named: named.into_iter().flatten().collect(), expected })
    }
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletedRaces)]
pub(crate) struct DeletedBody {
    /// Races.
    deleted: u32,
}

/// Deletes races of the caller's log with what was written about them. Without a filter these are all races. Nothing is
/// deleted if they are not as many as `expected` says; field error: `other_number`, with `races`.
#[utoipa::path(
    delete,
    path = "/driver/{driver_id}/races",
    tag = "races",
    params(
        ("driver_id" = i64, Path, description = "The caller's own id."),
        RaceFilterParams, DeletionParams
    ),
    responses((status = OK, body = DeletedBody)),
    security(("session" = []))
)]
pub(crate) async fn delete(
    State(store): State<Store>,
    State(careers): State<Careers>,
    OwnDriver(driver): OwnDriver,
    DeletionQuery { filter, named, expected }: DeletionQuery,
) -> Result<Json<DeletedBody>, ApiError> {
    let deleted = departure::delete_races(&store, &careers, driver, &filter, &named, expected).await?;
    Ok(Json(DeletedBody { deleted }))
}
