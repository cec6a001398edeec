//! Bringing races in from iRacing.

use crate::{
    bodies::ListBody,
    extract::{CorrelationId, Path, SignedIn},
    problem::{ApiError, ProblemBody},
    query::Query,
    state::State as ApiState,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use domain::{DriverId, IngestionRun, RunId, SubsessionId};
use iracing_token::TokenError;
use jiff::SignedDuration;
use messaging::{FailureBody, QueueMessage, RunBody};
use std::time::Duration;
use store::{Store, ingestion_lock::Requested, ingestion_run::new_run_id};
use utoipa::IntoParams;

/// How long a run may wait for its worker before another may take its place.
const QUEUED_LEASE: SignedDuration = SignedDuration::from_secs(900);

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

/// Queues a run that brings the caller's new races in. A run that is under way is joined: the problem
/// `ingestion_active` has it, and if its message was lost it is sent again. Further problems:
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
        driver.searched_to(now),
        state.search_window,
        now,
    );
    let until = now.saturating_add(QUEUED_LEASE).unwrap_or(now);
    match state.store.request_run(&run, now, until).await? {
        Requested::Begun => {
            if let Err(error) = queue(&state, run.driver_id, &run.run_id, correlation_id).await {
                // Should this fail as well, the next request finds that the message is lost.
                if let Err(error) = state.store.abandon_run(run.driver_id, &run.run_id, now).await {
                    tracing::warn!(%error, run_id = %run.run_id, "a run without a message could not be ended");
                }
                return Err(error);
            }
            Ok((StatusCode::ACCEPTED, Json(RunBody::from(&run))))
        }
        Requested::Joined { run: active, lock, message_lost } => {
            if let Some(run_id) = lock.run_id.as_ref().filter(|_| message_lost) {
                tracing::warn!(driver = %run.driver_id, %run_id, "a run had lost its message, which is sent again");
                queue(&state, run.driver_id, run_id, correlation_id).await?;
            }
            let run = active.map(|run| Box::new(RunBody::from(&*run)));
            Err(ApiError::IngestionBusy { run, until: lock.locked_until })
        }
        Requested::CoolingDown(lock) => Err(ApiError::IngestionBusy { run: None, until: lock.locked_until }),
    }
}

/// Sends a run's message.
async fn queue(state: &ApiState, driver_id: DriverId, run_id: &RunId, correlation_id: String) -> Result<(), ApiError> {
    let message = QueueMessage::Ingest { driver_id, run_id: run_id.clone(), correlation_id };
    Ok(state.queue.send(&message, Duration::ZERO).await?)
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

/// Lists the caller's races that could not be stored, or not wholly, newest first: why, how often they were tried, and
/// when they are tried next.
#[utoipa::path(
    get,
    path = "/ingestion/failed-races",
    tag = "ingestion",
    responses((status = OK, body = ListBody<FailureBody>)),
    security(("session" = []))
)]
pub(crate) async fn failed_races(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
) -> Result<Json<ListBody<FailureBody>>, ApiError> {
    let mut failures = store.failed_races(caller.driver_id).await?;
    failures.sort_by_key(|failure| std::cmp::Reverse((failure.start_time, failure.subsession_id)));
    Ok(Json(ListBody { items: failures.iter().map(FailureBody::from).collect(), next_cursor: None }))
}

/// Lets the next run try a failed race again, also one that was given up.
#[utoipa::path(
    post,
    path = "/ingestion/failed-races/{subsession_id}/retry",
    tag = "ingestion",
    params(("subsession_id" = i64, Path, description = "One of the caller's failed races.")),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn retry_failed_race(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    Path(subsession_id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    if store.retry_failed_race(caller.driver_id, SubsessionId(subsession_id)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound("failed race"))
    }
}
