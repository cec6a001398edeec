//! The driver.

use crate::{bodies::driver::DriverBody, extract::OwnDriver, problem::ApiError};
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
