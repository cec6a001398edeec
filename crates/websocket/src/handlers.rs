use std::time::Duration;

use domain::ConnectionId;
use messaging::{Delivery, Envelope, QueueError, QueueMessage};
use runtime::correlation_id;
use serde::Serialize;
use serde_json::{Value, json};
use store::StoreError;
use tracing::Instrument;

use crate::State;
use crate::event::{Event, EventType, Message, RequestContext};
use crate::reply::{AuthError, Reply};

/// How long a connection may stay open without signing in.
pub const AUTHENTICATE_WITHIN: Duration = Duration::from_secs(30);

/// Handles one event of API Gateway and says how it went, as `{"statusCode": ...}`.
///
/// API Gateway opens a connection only if its `$connect` event is answered with 200; to the other events the status
/// is of no consequence.
pub async fn handle(state: &State, event: Value) -> Value {
    let status_code = match serde_json::from_value::<Event>(event) {
        Ok(event) => dispatch(state, event).await,
        Err(error) => {
            tracing::error!(%error, "event not understood");
            400
        }
    };
    json!({ "statusCode": status_code })
}

async fn dispatch(state: &State, event: Event) -> u16 {
    let Event { request_context: RequestContext { connection_id, event_type }, body } = event;
    let message = body.as_deref().and_then(|body| serde_json::from_str::<Message>(body).ok());
    let correlation_id = correlation_id(message.as_ref().and_then(|message| message.correlation_id.as_deref()));
    let span = tracing::info_span!("websocket", ?event_type, %connection_id, correlation_id);
    let caller = Caller { state, connection_id, correlation_id };
    async move {
        let outcome = match event_type {
            EventType::Connect => caller.connect().await,
            EventType::Message => caller.message(message).await,
            EventType::Disconnect => caller.disconnect().await,
        };
        match outcome {
            Ok(()) => 200,
            Err(error) => {
                tracing::error!(error = %error, "event not handled");
                500
            }
        }
    }
    .instrument(span)
    .await
}

/// The connection that an event is about.
struct Caller<'a> {
    state: &'a State,
    connection_id: ConnectionId,
    correlation_id: String,
}

impl Caller<'_> {
    /// A connection that cannot be closed later is not opened; one that is not opened needs no closing, so the queue
    /// comes first.
    async fn connect(&self) -> anyhow::Result<()> {
        self.queue_closing().await?;
        self.state.store.put_connection(&self.connection_id, self.state.clock.now()).await?;
        Ok(())
    }

    async fn queue_closing(&self) -> Result<(), QueueError> {
        let message = QueueMessage::CloseUnauthenticated {
            connection_id: self.connection_id.clone(),
            correlation_id: self.correlation_id.clone(),
        };
        self.state.queue.send(&message, AUTHENTICATE_WITHIN).await
    }

    async fn message(&self, message: Option<Message>) -> anyhow::Result<()> {
        let Some(Message { action, token, correlation_id: _ }) = message else {
            self.reply(Reply::Error { message: "the message is not readable", received_action: None }).await;
            return Ok(());
        };
        match action.as_str() {
            "auth" => self.authenticate(token).await?,
            "pingRequest" => self.ping().await?,
            _ => {
                self.reply(Reply::Error { message: "the action is not known", received_action: Some(action) }).await;
            }
        }
        Ok(())
    }

    async fn authenticate(&self, token: Option<String>) -> Result<(), StoreError> {
        let refuse = |error| Reply::AuthResponse { success: false, connection_id: None, error: Some(error) };
        let Some(token) = token else {
            self.reply(refuse(AuthError::MissingToken)).await;
            return Ok(());
        };
        let now = self.state.clock.now();
        let driver_id = match self.state.tokens.verify(&token, now) {
            Ok(session) => session.driver_id,
            Err(error) => {
                tracing::info!(%error, "token refused");
                self.reply(refuse(AuthError::InvalidToken)).await;
                return Ok(());
            }
        };
        let tied = self.state.store.authenticate_connection(&self.connection_id, driver_id, now).await;
        self.reply(match &tied {
            Ok(true) => {
                let connection_id = Some(self.connection_id.clone());
                Reply::AuthResponse { success: true, connection_id, error: None }
            }
            Ok(false) => refuse(AuthError::InvalidToken),
            Err(_) => refuse(AuthError::Internal),
        })
        .await;
        tied.map(drop)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let connection = self.state.store.connection(&self.connection_id, self.state.clock.now()).await?;
        if connection.is_some_and(|connection| connection.driver_id.is_some()) {
            self.reply(Reply::Pong { success: true, message: "pong" }).await;
        } else {
            self.reply(Reply::Pong { success: false, message: "not authenticated" }).await;
            self.close().await;
        }
        Ok(())
    }

    async fn disconnect(&self) -> anyhow::Result<()> {
        self.state.store.delete_connection(&self.connection_id).await?;
        Ok(())
    }

    /// Answers the page. A page that is not there any more is forgotten: its `$disconnect` may have been overtaken by
    /// the message. A reply that fails does not undo what it reports.
    async fn reply(&self, reply: impl Serialize) {
        let envelope = Envelope { message: reply, correlation_id: &self.correlation_id };
        match self.state.pushes.send(&self.connection_id, &envelope).await {
            Ok(Delivery::Delivered) => {}
            Ok(Delivery::Gone) => {
                if let Err(error) = self.disconnect().await {
                    tracing::warn!(%error, "closed connection not forgotten");
                }
            }
            Err(error) => tracing::warn!(%error, "reply not sent"),
        }
    }

    async fn close(&self) {
        if let Err(error) = self.state.pushes.close(&self.connection_id).await {
            tracing::warn!(%error, "connection not closed");
        }
    }
}
