//! Bringing races in from iRacing.

use crate::{
    bodies::ListBody,
    extract::{CorrelationId, SignedIn},
    problem::{ApiError, ProblemBody},
    query::Query,
    state::State as ApiState,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use domain::{IngestionRun, RunId};
use iracing_token::TokenError;
use jiff::{SignedDuration, Timestamp};
use messaging::{QueueMessage, RunBody};
use std::time::Duration;
use store::{Store, ingestion_lock::IngestionLock};
use utoipa::IntoParams;
use uuid::{NoContext, Uuid};

/// How long a run may wait for its worker before another may take its place.
const QUEUED_LEASE: SignedDuration = SignedDuration::from_secs(900);

/// A lock that ends between two looks at it is tried again, so often.
const TRIES: u32 = 3;

const DEFAULT_LIMIT: usize = 20;
const LARGEST_LIMIT: i64 = 100;

/// Which runs.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunsQuery {
    /// Runs a page.
    #[param(required = false, minimum = 1, maximum = 100, default = 20)]
    limit: usize,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for RunsQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let limit = query.limit(DEFAULT_LIMIT, LARGEST_LIMIT);
        let cursor = query.text("cursor");
        query.checked(Self { limit, cursor })
    }
}

/// Queues a run that brings the caller's new races in. Problems: `ingestion_active` (with the run),
/// `ingestion_cooling_down`, `iracing_sign_in_required`.
#[utoipa::path(
    post,
    path = "/ingestion/race",
    tag = "ingestion",
    responses(
        (status = ACCEPTED, body = RunBody),
        (status = CONFLICT, body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn start(
    State(state): State<ApiState>,
    SignedIn(caller): SignedIn,
    CorrelationId(correlation_id): CorrelationId,
) -> Result<(StatusCode, Json<RunBody>), ApiError> {
    let driver = state.store.driver(caller.driver_id).await?.ok_or(ApiError::NotFound("driver"))?;
    match state.iracing_tokens.access_token(caller.driver_id).await {
        // When iRacing is down the run waits for it.
        Ok(_) | Err(TokenError::Upstream(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let now = state.clock.now();
    let run = IngestionRun::queued(
        new_run_id(now),
        driver.driver_id,
        driver.member_since,
        driver.races_ingested_to,
        state.search_window,
        now,
    );
    begin(&state.store, &run, now).await?;
    let message = QueueMessage::Ingest { driver_id: driver.driver_id, run_id: run.run_id.clone(), correlation_id };
    if let Err(error) = state.queue.send(&message, Duration::ZERO).await {
        state.store.abandon_run(run.driver_id, &run.run_id).await?;
        return Err(error.into());
    }
    Ok((StatusCode::ACCEPTED, Json(RunBody::from(&run))))
}

/// Lists the caller's runs, newest first.
#[utoipa::path(
    get,
    path = "/ingestion/runs",
    tag = "ingestion",
    params(RunsQuery),
    responses((status = OK, body = ListBody<RunBody>)),
    security(("session" = []))
)]
pub(crate) async fn runs(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    RunsQuery { limit, cursor }: RunsQuery,
) -> Result<Json<ListBody<RunBody>>, ApiError> {
    let store::Page { items, next_cursor } = store.runs(caller.driver_id, limit, cursor.as_deref()).await?;
    Ok(Json(ListBody { items: items.iter().map(RunBody::from).collect(), next_cursor }))
}

/// Gives the run the driver's lock.
async fn begin(store: &Store, run: &IngestionRun, now: Timestamp) -> Result<(), ApiError> {
    let until = now.saturating_add(QUEUED_LEASE).unwrap_or(now);
    for _ in 0..TRIES {
        match store.begin_run(run, now, until).await? {
            Ok(()) => return Ok(()),
            Err(Some(IngestionLock { run_id, holder: _, locked_until })) => {
                let active = match run_id {
                    Some(id) => store.run(run.driver_id, &id).await?,
                    None => None,
                };
                let run = active.map(|run| Box::new(RunBody::from(&run)));
                return Err(ApiError::IngestionBusy { run, until: locked_until });
            }
            Err(None) => {}
        }
    }
    Err(ApiError::IngestionBusy { run: None, until: now })
}

/// Ids of runs sort by the time they were made.
fn new_run_id(now: Timestamp) -> RunId {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    RunId(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds)).to_string())
}
