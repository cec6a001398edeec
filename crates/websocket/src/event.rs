//! What API Gateway sends, as far as we read it.

use domain::ConnectionId;
use serde::Deserialize;

/// An event of a WebSocket API.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Which connection, and what happened.
    pub request_context: RequestContext,
    /// The text of a message.
    #[serde(default)]
    pub body: Option<String>,
}

/// Which connection an event is about, and what happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    /// The connection.
    pub connection_id: ConnectionId,
    /// What happened.
    pub event_type: EventType,
}

/// What happened to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EventType {
    /// It asks to be opened.
    Connect,
    /// A message came. Its `action` says what it wants; the route that API Gateway picked says the same.
    Message,
    /// It is closed.
    Disconnect,
}

/// A message of a page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What it wants.
    pub action: String,
    /// With `auth`: a session token.
    #[serde(default)]
    pub token: Option<String>,
    /// The page's own id for what it does.
    #[serde(default)]
    pub correlation_id: Option<String>,
}
