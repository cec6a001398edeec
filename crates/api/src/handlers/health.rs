//! Whether we are there, and whether we can work.

use crate::state::State as ApiState;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// We are there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ping)]
pub(crate) struct PingBody {
    /// `ok`.
    #[schema(value_type = String)]
    status: &'static str,
}

/// Whether we can work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(crate) struct ReadinessBody {
    /// `ready` or `degraded`.
    #[schema(value_type = String)]
    status: &'static str,
    /// What we depend on.
    checks: ChecksBody,
}

/// What we depend on: `ok` or `failed`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checks)]
pub(crate) struct ChecksBody {
    /// The table answers.
    #[schema(value_type = String)]
    table: &'static str,
}

/// Says that the process is there.
#[utoipa::path(get, path = "/health/ping", tag = "health", responses((status = OK, body = PingBody)))]
pub(crate) async fn ping() -> Json<PingBody> {
    Json(PingBody { status: "ok" })
}

/// Says whether the process can work.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "health",
    responses((status = OK, body = ReadinessBody), (status = SERVICE_UNAVAILABLE, body = ReadinessBody))
)]
pub(crate) async fn ready(State(state): State<ApiState>) -> (StatusCode, Json<ReadinessBody>) {
    let table = state.store.check().await.inspect_err(|error| tracing::error!(%error, "table not ready"));
    let (status, word, table) = match table {
        Ok(()) => (StatusCode::OK, "ready", "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "degraded", "failed"),
    };
    // Keys and credentials are not among the checks: without them nobody is there to answer.
    (status, Json(ReadinessBody { status: word, checks: ChecksBody { table } }))
}
