//! Everything of the driver's, to take along.

use crate::{
    bodies::export::{ExportBody, ExportRequestBody, ExportsBody},
    extract::{CorrelationId, Json as JsonBody, OwnDriver, Path},
    problem::ApiError,
    state::State as ApiState,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    DriverId, ExportId,
    export::{Export, ExportStatus},
};
use messaging::QueueMessage;
use runtime::Clock;
use serde::Deserialize;
use std::time::Duration;
use store::Store;
use utoipa::IntoParams;

/// Which file of which export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct FilePath {
    /// The caller's own id.
    #[param(value_type = i64)]
    #[serde(rename = "driver_id")]
    _driver_id: DriverId,
    /// The export.
    #[param(value_type = String)]
    export_id: ExportId,
    /// The file's name, such as `log.json`.
    file: String,
}

/// Queues an export. While one is under way in the same format, that one is answered.
#[utoipa::path(
    post,
    path = "/driver/{driver_id}/exports",
    tag = "exports",
    params(("driver_id" = i64, Path, description = "The caller's own id.")),
    request_body = ExportRequestBody,
    responses((status = ACCEPTED, body = ExportBody)),
    security(("session" = []))
)]
pub(crate) async fn start(
    State(state): State<ApiState>,
    OwnDriver(driver): OwnDriver,
    CorrelationId(correlation_id): CorrelationId,
    JsonBody(ExportRequestBody { format }): JsonBody<ExportRequestBody>,
) -> Result<(StatusCode, Json<ExportBody>), ApiError> {
    let now = state.clock.now();
    let under_way = |export: &Export| {
        export.format == format.into() && matches!(export.status_at(now), ExportStatus::Queued | ExportStatus::Running)
    };
    if let Some(export) = state.store.exports(driver, now).await?.into_iter().find(under_way) {
        return Ok((StatusCode::ACCEPTED, Json(ExportBody::of(export, now))));
    }
    let export = Export::queued(store::export::new_export_id(now), driver, format.into(), now);
    if !state.store.put_export(&export).await? {
        return Err(ApiError::NotFound("driver"));
    }
    let message = QueueMessage::Export { driver_id: driver, export_id: export.export_id.clone(), correlation_id };
    if let Err(error) = state.queue.send(&message, Duration::ZERO).await {
        state.store.save_export(&Export { status: ExportStatus::Failed, ..export }).await?;
        return Err(error.into());
    }
    Ok((StatusCode::ACCEPTED, Json(ExportBody::of(export, now))))
}

/// Lists the caller's exports of the last week, newest first.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/exports",
    tag = "exports",
    params(("driver_id" = i64, Path, description = "The caller's own id.")),
    responses((status = OK, body = ExportsBody)),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(store): State<Store>,
    State(clock): State<Clock>,
    OwnDriver(driver): OwnDriver,
) -> Result<Json<ExportsBody>, ApiError> {
    let now = clock.now();
    let exports = store.exports(driver, now).await?;
    Ok(Json(ExportsBody { items: exports.into_iter().map(|export| ExportBody::of(export, now)).collect() }))
}

/// Returns a file of a finished export.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/exports/{export_id}/files/{file}",
    tag = "exports",
    params(FilePath),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")),
    security(("session" = []))
)]
pub(crate) async fn file(
    State(store): State<Store>,
    State(clock): State<Clock>,
    OwnDriver(driver): OwnDriver,
    Path(FilePath { export_id, file, .. }): Path<FilePath>,
) -> Result<Response, ApiError> {
    let export = store.export(driver, &export_id, clock.now()).await?.ok_or(ApiError::NotFound("export"))?;
    let found = export.files.iter().find(|one| one.name == file).ok_or(ApiError::NotFound("file"))?;
    let bytes = store.export_file(&export, found).await?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"spinout-{}\"", found.name))
        .map_err(|error| ApiError::Internal(error.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(export.format.media_type())),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}
