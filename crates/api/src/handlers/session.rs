//! Subsessions and their laps, for every driver who is signed in.

use crate::{
    bodies::{
        laps::{EntrantLapsBody, FieldLapsBody},
        session::SessionOverviewBody,
    },
    caching::{REVALIDATED, Tagged},
    extract::{Path, SignedIn},
    problem::ApiError,
    query::Query,
};
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use domain::{DriverId, LapChart, SubsessionId};
use serde::Deserialize;
use store::Store;
use utoipa::IntoParams;

/// Which subsession.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SessionPath {
    #[param(value_type = i64)]
    pub(super) subsession_id: SubsessionId,
}

/// Which driver in which subsession.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EntrantPath {
    #[param(value_type = i64)]
    subsession_id: SubsessionId,
    /// A driver of the field, alone or in a team.
    #[param(value_type = i64)]
    driver_id: DriverId,
}

/// Which part of the session.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LapsQuery {
    /// 0 is the main event; those before it are -1, -2, ...
    #[param(required = false, default = 0)]
    simsession: i32,
}

impl<S: Sync> FromRequestParts<S> for LapsQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let simsession = query.simsession();
        query.checked(Self { simsession })
    }
}

/// Returns a subsession with everything but its laps.
#[utoipa::path(
    get,
    path = "/session/{subsession_id}",
    tag = "session",
    params(SessionPath),
    responses((status = OK, body = SessionOverviewBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    Path(SessionPath { subsession_id }): Path<SessionPath>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = store.session_for(caller.driver_id, subsession_id).await?;
    let (session, _) = session.ok_or(ApiError::NotFound("session"))?;
    Ok(Tagged::json(&SessionOverviewBody::of(session, caller.driver_id))?.reply(&headers, REVALIDATED))
}

/// Returns the laps of the whole field in one simsession.
#[utoipa::path(
    get,
    path = "/session/{subsession_id}/laps",
    tag = "session",
    params(SessionPath, LapsQuery),
    responses((status = OK, body = FieldLapsBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn laps(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    Path(SessionPath { subsession_id }): Path<SessionPath>,
    LapsQuery { simsession }: LapsQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let chart = chart(&store, caller.driver_id, (subsession_id, simsession)).await?;
    Ok(Tagged::json(&FieldLapsBody::of(subsession_id, chart))?.reply(&headers, REVALIDATED))
}

/// Returns the laps of one driver, or of the team they drove for, in one simsession.
#[utoipa::path(
    get,
    path = "/session/{subsession_id}/driver/{driver_id}/laps",
    tag = "session",
    params(EntrantPath, LapsQuery),
    responses((status = OK, body = EntrantLapsBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn entrant_laps(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    Path(EntrantPath { subsession_id, driver_id }): Path<EntrantPath>,
    LapsQuery { simsession }: LapsQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let chart = chart(&store, caller.driver_id, (subsession_id, simsession)).await?;
    let laps = EntrantLapsBody::of(chart, driver_id).ok_or(ApiError::NotFound("entrant"))?;
    Ok(Tagged::json(&laps)?.reply(&headers, REVALIDATED))
}

async fn chart(
    store: &Store,
    caller: DriverId,
    (subsession, simsession): (SubsessionId, i32),
) -> Result<LapChart, ApiError> {
    store.lap_chart_for(caller, subsession, simsession).await?.ok_or(ApiError::NotFound("lap chart"))
}
