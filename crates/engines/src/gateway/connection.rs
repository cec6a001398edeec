//! One WebSocket from its opening to its `$disconnect`.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures::future::{BoxFuture, OptionFuture};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::websocket::{Connection, Gateway, MAX_MESSAGE_BYTES};
use crate::function::{Function, InvokeError};

/// How many pushes may wait for a slow browser.
pub(super) const OUTBOX_MESSAGES: usize = 256;
/// A browser that takes nothing for so long is gone.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for the other side's part of closing.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// What the management API wants done with a connection.
pub(super) enum Outgoing {
    Message(Utf8Bytes),
    Close,
}

/// How a connection ended.
pub(super) struct Closing {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
    /// Whether the browser still has to be told.
    tell: bool,
}

impl Closing {
    /// The browser vanished without a word.
    pub(super) const LOST: Self =
        Self { code: close_code::ABNORMAL, reason: Cow::Borrowed("Connection lost"), tell: false };

    fn ours(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason), tell: true }
    }

    fn theirs(frame: Option<CloseFrame>) -> Self {
        let (code, reason) =
            frame.map_or((close_code::STATUS, String::new()), |frame| (frame.code, frame.reason.to_string()));
        Self { code, reason: Cow::Owned(reason), tell: false }
    }
}

/// Serves an open connection until either side or the gateway ends it.
pub(super) async fn serve(
    gateway: Arc<Gateway>,
    function: Function,
    connection: Arc<Connection>,
    mut socket: WebSocket,
    mut inbox: mpsc::Receiver<Outgoing>,
) {
    gateway.connections().insert(connection.id.clone(), connection.clone());
    let mut running = None;
    let closing = carry(&gateway, &function, &connection, &mut socket, &mut inbox, &mut running).await;
    gateway.connections().remove(&connection.id);
    // From here on pushes are refused as gone.
    drop(inbox);
    if closing.tell {
        close(&mut socket, &closing).await;
    }
    if let Some(running) = running {
        report(&running.await);
    }
    disconnected(&gateway, &function, &connection, &closing).await;
}

/// Carries messages both ways. `running` is the function's work on the last message, which may outlive the connection.
async fn carry(
    gateway: &Gateway,
    function: &Function,
    connection: &Connection,
    socket: &mut WebSocket,
    inbox: &mut mpsc::Receiver<Outgoing>,
    running: &mut Option<BoxFuture<'static, Result<Value, InvokeError>>>,
) -> Closing {
    let oldest = Instant::now() + gateway.settings.max_age;
    let mut idle_at = Instant::now() + gateway.settings.idle_timeout;
    loop {
        tokio::select! {
            received = socket.recv(), if running.is_none() => match received {
                Some(Ok(Message::Text(text))) if text.len() > MAX_MESSAGE_BYTES => {
                    return Closing::ours(close_code::SIZE, "Message too long");
                }
                Some(Ok(Message::Text(text))) => {
                    let event = connection.message_event(gateway.route(&text), &text, gateway.now());
                    *running = Some(function(event));
                }
                Some(Ok(Message::Binary(_))) => return Closing::ours(close_code::UNSUPPORTED, "Binary is not supported"),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => return Closing::theirs(frame),
                Some(Err(_)) | None => return Closing::LOST,
            },
            Some(answer) = OptionFuture::from(running.as_mut()), if running.is_some() => {
                *running = None;
                report(&answer);
                if answer.is_err() {
                    let sorry = json!({ "message": "Internal server error", "connectionId": connection.id });
                    if !send(socket, sorry.to_string().into()).await {
                        return Closing::LOST;
                    }
                }
            }
            Some(outgoing) = inbox.recv() => match outgoing {
                Outgoing::Message(text) => if !send(socket, text).await {
                    return Closing::LOST;
                },
                Outgoing::Close => return Closing::ours(close_code::NORMAL, "Connection Closed Normally"),
            },
            () = sleep_until(idle_at) => return Closing::ours(close_code::AWAY, "Going away"),
            () = sleep_until(oldest) => return Closing::ours(close_code::AWAY, "Going away"),
            () = gateway.stop.cancelled() => return Closing::ours(close_code::AWAY, "Going away"),
        }
        connection.touch(gateway.now());
        idle_at = Instant::now() + gateway.settings.idle_timeout;
    }
}

/// Tells the function that the connection is over.
pub(super) async fn disconnected(gateway: &Gateway, function: &Function, connection: &Connection, closing: &Closing) {
    report(&function(connection.disconnect_event(closing, gateway.now())).await);
}

fn report(answer: &Result<Value, InvokeError>) {
    if let Err(error) = answer {
        tracing::warn!(%error, "the function behind the WebSocket gateway failed");
    }
}

/// Whether the message left.
async fn send(socket: &mut WebSocket, text: Utf8Bytes) -> bool {
    matches!(timeout(SEND_TIMEOUT, socket.send(Message::Text(text))).await, Ok(Ok(())))
}

/// Says good-bye and waits a moment for the same from the browser, or it would report an abnormal end.
async fn close(socket: &mut WebSocket, closing: &Closing) {
    let frame = CloseFrame { code: closing.code, reason: closing.reason.as_ref().into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        let good_bye = async { while let Some(Ok(_)) = socket.recv().await {} };
        // Whether it came does not matter: the connection is over either way.
        let _ = timeout(CLOSE_TIMEOUT, good_bye).await;
    }
}
