//! The driver.

use crate::{
    bodies::driver::{DailySyncBody, DriverBody},
    extract::{Json as JsonBody, OwnDriver},
    problem::{ApiError, ProblemBody},
};
use axum::{Json, extract::State};
use runtime::Clock;
use store::Store;

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
