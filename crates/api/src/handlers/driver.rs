//! The driver.

use crate::{
    bodies::driver::{DailySyncBody, DriverBody},
    departure,
    extract::{CorrelationId, Json as JsonBody, OwnDriver},
    problem::{ApiError, ProblemBody},
    query::Query,
    state::State as ApiState,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use runtime::Clock;
use store::Store;
use utoipa::IntoParams;

/// Returns the caller.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}",
    tag = "driver",
    params(("driver_id" = i64, Path, description = "The caller's own id.")),
    responses((status = OK, body = DriverBody)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(store): State<Store>,
    State(clock): State<Clock>,
    OwnDriver(driver): OwnDriver,
) -> Result<Json<DriverBody>, ApiError> {
    let (found, lock) = tokio::try_join!(store.driver(driver), store.ingestion_lock(driver, clock.now()))?;
    let found = found.ok_or(ApiError::NotFound("driver"))?;
    Ok(Json(DriverBody::of(&found, lock.as_ref())))
}

/// Turns the daily sync on or off: with it the caller's new races come in once a day without asking.
#[utoipa::path(
    put,
    path = "/driver/{driver_id}/daily-sync",
    tag = "driver",
    params(("driver_id" = i64, Path, description = "The caller's own id.")),
    request_body = DailySyncBody,
    responses(
        (status = OK, body = DailySyncBody),
        (status = BAD_REQUEST, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn set_daily_sync(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    JsonBody(wanted): JsonBody<DailySyncBody>,
) -> Result<Json<DailySyncBody>, ApiError> {
    if store.set_daily_sync(driver, wanted.enabled).await? {
        Ok(Json(wanted))
    } else {
        Err(ApiError::NotFound("driver"))
    }
}

/// That the caller means it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Confirmation {
    /// The caller's name, as it is shown.
    confirm: String,
}

impl<S: Sync> FromRequestParts<S> for Confirmation {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::of(&parts.uri);
        let confirm = query.text("confirm").unwrap_or_default();
        query.checked(Self { confirm })
    }
}

/// Deletes everything of the caller's: log, journal, exports, sign-ins. Results of sessions, which others share, stay.
/// Field error: `other_name`.
#[utoipa::path(
    delete,
    path = "/driver/{driver_id}",
    tag = "driver",
    params(("driver_id" = i64, Path, description = "The caller's own id."), Confirmation),
    responses((status = NO_CONTENT)),
    security(("session" = []))
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    OwnDriver(driver): OwnDriver,
    CorrelationId(correlation_id): CorrelationId,
    Confirmation { confirm }: Confirmation,
) -> Result<Response, ApiError> {
    departure::delete_driver(&state.store, &state.queue, driver, &confirm, correlation_id).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([state.sign_in.forget()])).into_response())
}
