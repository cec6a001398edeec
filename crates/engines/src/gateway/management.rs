//! The `@connections` API: pushes to open connections.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::mpsc::error::TrySendError;

use super::connection::Outgoing;
use super::websocket::{Connection, Gateway, MAX_MESSAGE_BYTES};

pub(super) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/@connections/{id}", post(push).get(show).delete(close))
        .layer(DefaultBodyLimit::max(8 * MAX_MESSAGE_BYTES))
        .with_state(gateway)
}

/// What the management API refuses.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the connection is gone")]
    Gone,
    #[error("the connection takes its messages too slowly")]
    LimitExceeded,
    #[error("a message has at most {MAX_MESSAGE_BYTES} bytes")]
    PayloadTooLarge,
    #[error("a message is text")]
    NotText,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::Gone => (StatusCode::GONE, "GoneException"),
            Self::LimitExceeded => (StatusCode::TOO_MANY_REQUESTS, "LimitExceededException"),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException"),
            Self::NotText => (StatusCode::BAD_REQUEST, "BadRequestException"),
        };
        (status, [("x-amzn-errortype", code)], Json(json!({ "message": self.to_string() }))).into_response()
    }
}

impl Gateway {
    fn connection(&self, id: &str) -> Result<Arc<Connection>, Refusal> {
        self.connections().get(id).cloned().ok_or(Refusal::Gone)
    }
}

fn hand_over(connection: &Connection, outgoing: Outgoing) -> Result<(), Refusal> {
    connection.outbox.try_send(outgoing).map_err(|error| match error {
        TrySendError::Full(_) => Refusal::LimitExceeded,
        TrySendError::Closed(_) => Refusal::Gone,
    })
}

async fn push(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>, body: Bytes) -> Result<StatusCode, Refusal> {
    let connection = gateway.connection(&id)?;
    if body.len() > MAX_MESSAGE_BYTES {
        return Err(Refusal::PayloadTooLarge);
    }
    let text = body.try_into().map_err(|_| Refusal::NotText)?;
    hand_over(&connection, Outgoing::Message(text))?;
    Ok(StatusCode::OK)
}

async fn show(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let connection = gateway.connection(&id)?;
    Ok(Json(json!({
        "connectedAt": connection.connected_at,
        "lastActiveAt": connection.last_active_at(),
        "identity": { "sourceIp": connection.source_ip, "userAgent": connection.user_agent() },
    }))
    .into_response())
}

async fn close(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    hand_over(&*gateway.connection(&id)?, Outgoing::Close)?;
    Ok(StatusCode::NO_CONTENT)
}
