//! Tracks, cars and series; what iRacing says about them, and how it draws tracks.

use crate::{
    bodies::{
        reference::{CarBody, DescriptionBody, ReferenceListBody, SeriesBody, TrackBody},
        track_map::TrackMapBody,
        words,
    },
    caching::{DAILY, HOURLY, Tagged},
    extract::{Path, SignedIn},
    problem::ApiError,
    query::Query,
    reference_lists::{Listed, ReferenceLists},
    track_maps::{self, TrackMaps},
};
use auth::SessionToken;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use domain::{
    CarId, SeriesId, TrackId,
    reference::{Car, Series, Track, TrackMapLayerName},
};
use serde::Deserialize;
use store::reference::Fetched;
use utoipa::IntoParams;

/// Which track, in one layout.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TrackPath {
    #[param(value_type = i64)]
    track_id: TrackId,
}

/// Which car.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CarPath {
    #[param(value_type = i64)]
    car_id: CarId,
}

/// Which series.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SeriesPath {
    #[param(value_type = i64)]
    series_id: SeriesId,
}

/// How much of a map.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrackMapQuery {
    /// Some of its layers; without, all.
    #[param(schema_with = words::track_map_layers)]
    layer: Vec<TrackMapLayerName>,
}

impl<S: Sync> FromRequestParts<S> for TrackMapQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let layer = query.words("layer", &TrackMapLayerName::ALL, TrackMapLayerName::as_str);
        query.checked(Self { layer })
    }
}

/// Lists all tracks, one entry a layout.
#[utoipa::path(
    get,
    path = "/tracks",
    tag = "reference",
    responses((status = OK, body = ReferenceListBody<TrackBody>), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn tracks(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(lists.list::<Vec<Track>>(&caller).await?.reply(&headers, HOURLY))
}

/// Lists all cars.
#[utoipa::path(
    get,
    path = "/cars",
    tag = "reference",
    responses((status = OK, body = ReferenceListBody<CarBody>), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn cars(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(lists.list::<Vec<Car>>(&caller).await?.reply(&headers, HOURLY))
}

/// Lists all series, past ones too.
#[utoipa::path(
    get,
    path = "/series",
    tag = "reference",
    responses((status = OK, body = ReferenceListBody<SeriesBody>), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn series(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(lists.list::<Vec<Series>>(&caller).await?.reply(&headers, HOURLY))
}

/// Returns the map of a track, as outlines.
///
/// iRacing's drawing is read when somebody looks at it first, and again after a month.
#[utoipa::path(
    get,
    path = "/track/{track_id}/map",
    tag = "reference",
    params(TrackPath, TrackMapQuery),
    responses((status = OK, body = TrackMapBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn track_map(
    State(maps): State<TrackMaps>,
    SignedIn(caller): SignedIn,
    Path(TrackPath { track_id }): Path<TrackPath>,
    TrackMapQuery { layer }: TrackMapQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kept = maps.of(&caller, track_id).await?;
    let map = track_maps::with_layers(kept.map, &layer);
    Ok(Tagged::json(&TrackMapBody::of(track_id, map, kept.fetched_at))?.reply(&headers, DAILY))
}

/// Returns what iRacing says about a track.
#[utoipa::path(
    get,
    path = "/track/{track_id}/description",
    tag = "reference",
    params(TrackPath),
    responses((status = OK, body = DescriptionBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn track_description(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    Path(TrackPath { track_id }): Path<TrackPath>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    describe::<Vec<Track>>(&lists, &caller, track_id.0, &headers).await
}

/// Returns what iRacing says about a car, with its technical facts.
#[utoipa::path(
    get,
    path = "/car/{car_id}/description",
    tag = "reference",
    params(CarPath),
    responses((status = OK, body = DescriptionBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn car_description(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    Path(CarPath { car_id }): Path<CarPath>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    describe::<Vec<Car>>(&lists, &caller, car_id.0, &headers).await
}

/// Returns what iRacing says about a series.
#[utoipa::path(
    get,
    path = "/series/{series_id}/description",
    tag = "reference",
    params(SeriesPath),
    responses((status = OK, body = DescriptionBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn series_description(
    State(lists): State<ReferenceLists>,
    SignedIn(caller): SignedIn,
    Path(SeriesPath { series_id }): Path<SeriesPath>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    describe::<Vec<Series>>(&lists, &caller, series_id.0, &headers).await
}

async fn describe<T: Listed>(
    lists: &ReferenceLists,
    caller: &SessionToken,
    id: i64,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let Fetched { list: description, fetched_at } = lists.description::<T>(caller, id).await?;
    Ok(Tagged::json(&DescriptionBody::of(description, fetched_at))?.reply(headers, HOURLY))
}
