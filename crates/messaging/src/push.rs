//! Pushes to open pages.

use aws_sdk_apigatewaymanagement::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_apigatewaymanagement::primitives::Blob;
use domain::{ConnectionId, DriverRaceId, RunId};
use futures::StreamExt;
use serde::Serialize;
use thiserror::Error;

use crate::RunBody;

/// The largest message that API Gateway hands on.
pub const MAX_PUSH_BYTES: usize = 128 * 1024;

/// Connections of one driver that are pushed to side by side: more than anybody has pages open.
const SIDE_BY_SIDE: usize = 16;

/// What the ingestion tells the pages of its driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", content = "payload", rename_all_fields = "camelCase")]
pub enum Push {
    /// A run has begun.
    #[serde(rename = "ingestionRunStarted")]
    RunStarted {
        /// Which, and how far it is.
        run: RunBody,
    },
    /// A run has moved.
    #[serde(rename = "ingestionRunProgress")]
    RunProgress {
        /// Which, and how far it is.
        run: RunBody,
    },
    /// Races are stored and can be shown; several at once, and only recent ones.
    #[serde(rename = "racesReady")]
    RacesReady {
        /// Which.
        race_ids: Vec<DriverRaceId>,
    },
    /// A run is over, or waits.
    #[serde(rename = "ingestionRunFinished")]
    RunFinished {
        /// Which, and what it came to.
        run: RunBody,
    },
    /// iRacing no longer accepts the driver's sign-in.
    #[serde(rename = "signInRequired")]
    SignInRequired {
        /// The run that found it out.
        run_id: RunId,
    },
}

/// A message to a page as it goes over the wire: `{"action", "payload", "correlationId"}`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<'a, M> {
    /// A [`Push`], or anything else that serialises to `action` and `payload`.
    #[serde(flatten)]
    pub message: M,
    /// Of the request that set it off.
    pub correlation_id: &'a str,
}

/// Whether there was somebody to push to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The connection is open.
    Delivered,
    /// The connection is closed: forget it.
    Gone,
}

/// A push failed, though the connection may be open.
#[derive(Debug, Error)]
pub enum PushError {
    /// It is larger than [`MAX_PUSH_BYTES`].
    #[error("the push has {bytes} bytes, more than a connection takes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It could not be written as JSON.
    #[error("the push could not be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// API Gateway refused it or could not be reached.
    #[error("api gateway did not take the push: {detail}")]
    Gateway {
        /// What it said.
        detail: String,
    },
}

/// Sends messages to WebSocket connections, and closes them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pushes {
    client: aws_sdk_apigatewaymanagement::Client,
}

impl Pushes {
    /// Pushes through the stage that the client points to.
    pub fn new(client: aws_sdk_apigatewaymanagement::Client) -> Self {
        Self { client }
    }

    /// Sends a message to one connection; see [`Envelope`] for its form.
    pub async fn send(&self, connection: &ConnectionId, message: &impl Serialize) -> Result<Delivery, PushError> {
        self.post(connection, written(message)?).await
    }

    /// Sends a message to many connections side by side and returns those that are gone.
    ///
    /// A push is a courtesy to an open page, which also asks by itself: what fails is logged and nobody is stopped.
    pub async fn broadcast(
        &self,
        connections: impl IntoIterator<Item = ConnectionId>,
        message: &impl Serialize,
    ) -> Vec<ConnectionId> {
        let body = match written(message) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "push not sent");
                return Vec::new();
            }
        };
        futures::stream::iter(connections)
            .map(|connection| {
                let body = body.clone();
                async move {
                    match self.post(&connection, body).await {
                        Ok(Delivery::Delivered) => None,
                        Ok(Delivery::Gone) => Some(connection),
                        Err(error) => {
                            tracing::warn!(%connection, %error, "push failed");
                            None
                        }
                    }
                }
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .filter_map(std::future::ready)
            .collect()
            .await
    }

    /// Closes a connection.
    pub async fn close(&self, connection: &ConnectionId) -> Result<Delivery, PushError> {
        delivery(self.client.delete_connection().connection_id(&connection.0).send().await)
    }

    async fn post(&self, connection: &ConnectionId, body: Blob) -> Result<Delivery, PushError> {
        delivery(self.client.post_to_connection().connection_id(&connection.0).data(body).send().await)
    }
}

fn written(message: &impl Serialize) -> Result<Blob, PushError> {
    let body = serde_json::to_vec(message)?;
    if body.len() > MAX_PUSH_BYTES {
        return Err(PushError::TooLarge { bytes: body.len() });
    }
    Ok(Blob::new(body))
}

fn delivery<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<Delivery, PushError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match result {
        Ok(_) => Ok(Delivery::Delivered),
        Err(error) if error.code() == Some("GoneException") => Ok(Delivery::Gone),
        Err(error) => Err(PushError::Gateway { detail: DisplayErrorContext(&error).to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pushes_have_the_json_that_the_pages_read() {
        let ready = Push::RacesReady { race_ids: vec!["1766953800-82263872".parse().unwrap()] };
        let sign_in = Push::SignInRequired { run_id: RunId("run-1".into()) };
        for (push, json) in [
            (
                ready,
                json!({
                    "action": "racesReady",
                    "payload": {"raceIds": ["1766953800-82263872"]},
                    "correlationId": "c-1"
                }),
            ),
            (sign_in, json!({"action": "signInRequired", "payload": {"runId": "run-1"}, "correlationId": "c-1"})),
        ] {
            let envelope = Envelope { message: push, correlation_id: "c-1" };
            assert_eq!(serde_json::to_value(envelope).unwrap(), json);
        }
    }

    #[test]
    fn a_push_that_no_connection_takes_is_not_sent() {
        assert!(matches!(written(&"x".repeat(MAX_PUSH_BYTES)), Err(PushError::TooLarge { .. })));
    }
}
