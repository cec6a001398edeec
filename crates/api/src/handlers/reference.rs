//! Tracks, cars and series.

use crate::{
    bodies::reference::{CarBody, ReferenceListBody, SeriesBody, TrackBody},
    caching::HOURLY,
    extract::SignedIn,
    problem::ApiError,
    reference_lists::ReferenceLists,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use domain::reference::{Car, Series, Track};

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
