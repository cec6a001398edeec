//! What the laps of a session say, for every driver who is signed in.

use crate::{
    bodies::analysis::AnalysisBody,
    caching::{REVALIDATED, Tagged},
    extract::{Path, SignedIn},
    handlers::session::SessionPath,
    iracing_access::IracingAccess,
    problem::{ApiError, FieldError},
    query::Query,
    race_events,
};
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use domain::EntrantId;
use runtime::Clock;
use store::Store;
use utoipa::IntoParams;

/// What to analyse.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnalysisQuery {
    /// 0 is the main event; those before it are -1, -2, ...
    #[param(required = false, default = 0)]
    simsession: i32,
    /// Whose story to tell, instead of the caller's.
    #[param(value_type = Option<String>, example = "driver:123")]
    entrant: Option<EntrantId>,
}

impl<S: Sync> FromRequestParts<S> for AnalysisQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let simsession = query.simsession();
        let entrant = match query.text("entrant").map(|entrant| entrant.parse()) {
            None => None,
            Some(Ok(entrant)) => Some(entrant),
            Some(Err(_)) => query.wrong(FieldError::new("entrant", "invalid_value")),
        };
        query.checked(Self { simsession, entrant })
    }
}

/// Analyses one simsession from its laps and result: lap classes, stints, pace, where places were won and lost, the
/// rating formula, and the story of one entrant. A race's event log is fetched from iRacing when it is first analysed;
/// `eventsKnown` says whether it could be. Problem: `no_laps`.
#[utoipa::path(
    get,
    path = "/session/{subsession_id}/analysis",
    tag = "analysis",
    params(SessionPath, AnalysisQuery),
    responses((status = OK, body = AnalysisBody), (status = NOT_MODIFIED)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(store): State<Store>,
    State(iracing): State<IracingAccess>,
    State(clock): State<Clock>,
    SignedIn(caller): SignedIn,
    Path(SessionPath { subsession_id }): Path<SessionPath>,
    AnalysisQuery { simsession, entrant }: AnalysisQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (session, chart) = tokio::try_join!(
        store.session_for(caller.driver_id, subsession_id),
        store.lap_chart_for(caller.driver_id, subsession_id, simsession)
    )?;
    let (session, source) = session.ok_or(ApiError::NotFound("session"))?;
    let chart = chart.ok_or(ApiError::NoLaps)?;
    let told = match entrant {
        Some(asked) if session.entrants.iter().all(|entrant| entrant.entrant_id != asked) => {
            return Err(ApiError::NotFound("entrant"));
        }
        Some(asked) => Some(asked),
        None => session.entrant_of(caller.driver_id).map(|own| own.entrant_id),
    };
    let events = match session.is_race(simsession) {
        true => race_events::events(&store, &iracing, &clock, &caller, (&session, source, simsession)).await?,
        false => None,
    };
    Ok(Tagged::json(&AnalysisBody::of(&session, &chart, events.as_deref(), told))?.reply(&headers, REVALIDATED))
}
