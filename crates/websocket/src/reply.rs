//! What a page is answered.

use domain::ConnectionId;
use serde::Serialize;

/// An answer to the page that sent a message; goes out in a `messaging::Envelope`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", content = "payload", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reply {
    /// To `auth`.
    AuthResponse {
        /// Whether the connection is now tied to the driver.
        success: bool,
        /// The connection, if so.
        #[serde(skip_serializing_if = "Option::is_none")]
        connection_id: Option<ConnectionId>,
        /// Why not, if not.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<AuthError>,
    },
    /// To `pingRequest`.
    Pong {
        /// Whether the connection is tied to a driver; if not, it is closed.
        success: bool,
        /// The same in words.
        message: &'static str,
    },
    /// To anything else.
    Error {
        /// What is wrong with the message, in words.
        message: &'static str,
        /// The action that it named.
        received_action: Option<String>,
    },
}

/// Why a connection was not tied to a driver. It stays open for another try until the time to sign in is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthError {
    /// The message has no token.
    MissingToken,
    /// The token is not good, or no longer.
    InvalidToken,
    /// A fault of ours; try again.
    Internal,
}
