use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{self, Closing, Outgoing};
use super::management;
use crate::clock::{Clock, system_clock};
use crate::function::Function;
use crate::gateway;
use crate::loopback::LoopbackServer;

/// The longest message in either direction, in bytes.
pub(super) const MAX_MESSAGE_BYTES: usize = 128 * 1024;

/// API Gateway's WebSocket API: browsers connect to [`WebSocketGateway::router`], the function behind it answers through
/// the management API at [`WebSocketGateway::management_endpoint`].
///
/// As on AWS, an answer's body is dropped: there are no route responses. Unlike there, the messages of one connection
/// reach the function one after the other.
pub struct WebSocketGateway {
    gateway: Arc<Gateway>,
    management: LoopbackServer,
}

/// How the gateway treats its connections.
#[derive(Clone)]
pub struct WebSocketGatewaySettings {
    /// The values of a message's `action` that are routes of their own; every other message goes to `$default`.
    pub routes: HashSet<String>,
    /// A connection that carries nothing for so long is closed.
    pub idle_timeout: Duration,
    /// A connection is closed at this age, whatever it carries.
    pub max_age: Duration,
    /// Tells the times in events.
    pub clock: Clock,
}

impl Default for WebSocketGatewaySettings {
    /// The limits of AWS: 10 minutes idle, 2 hours old; no routes but `$default`.
    fn default() -> Self {
        Self {
            routes: HashSet::new(),
            idle_timeout: Duration::from_secs(10 * 60),
            max_age: Duration::from_secs(2 * 60 * 60),
            clock: system_clock(),
        }
    }
}

pub(super) struct Gateway {
    pub(super) settings: WebSocketGatewaySettings,
    connections: Mutex<HashMap<String, Arc<Connection>>>,
    /// The tasks that serve connections.
    pub(super) tasks: TaskTracker,
    pub(super) stop: CancellationToken,
}

/// What is known of a connection from its first request until it is closed.
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) connected_at: Timestamp,
    /// Unix milliseconds.
    last_active_at: AtomicI64,
    pub(super) source_ip: IpAddr,
    headers: HeaderMap,
    uri: Uri,
    pub(super) outbox: mpsc::Sender<Outgoing>,
}

impl WebSocketGateway {
    /// Starts the management API. Nobody can connect until the router is served.
    pub async fn start(settings: WebSocketGatewaySettings) -> anyhow::Result<Self> {
        let gateway = Arc::new(Gateway {
            settings,
            connections: Mutex::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        });
        let management = LoopbackServer::serve(management::router(gateway.clone())).await?;
        Ok(Self { gateway, management })
    }

    /// One route, `/`, that turns a browser's request into a connection whose events `function` gets.
    pub fn router(&self, function: Function) -> Router {
        Router::new().route("/", get(connect)).with_state((self.gateway.clone(), function))
    }

    /// Where to send pushes: `http://127.0.0.1:<port>`.
    pub fn management_endpoint(&self) -> String {
        self.management.endpoint()
    }

    /// A client for pushes.
    pub fn management_client(&self) -> aws_sdk_apigatewaymanagement::Client {
        aws_sdk_apigatewaymanagement::Client::new(&crate::client_config(&self.management_endpoint()))
    }

    /// Closes all connections, lets the function see each `$disconnect`, and stops the management API.
    pub async fn shutdown(mut self) {
        self.gateway.stop.cancel();
        self.gateway.tasks.close();
        self.gateway.tasks.wait().await;
        self.management.shutdown().await;
    }
}

impl Drop for WebSocketGateway {
    fn drop(&mut self) {
        self.gateway.stop.cancel();
    }
}

async fn connect(
    State((gateway, function)): State<(Arc<Gateway>, Function)>,
    upgrade: WebSocketUpgrade,
    request: Request,
) -> Response {
    if gateway.stop.is_cancelled() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (outbox, inbox) = mpsc::channel(connection::OUTBOX_MESSAGES);
    let now = gateway.now();
    let (parts, _) = request.into_parts();
    let connection = Arc::new(Connection {
        id: gateway::random_id(),
        connected_at: now,
        last_active_at: AtomicI64::new(now.as_millisecond()),
        source_ip: gateway::source_ip(&parts.extensions),
        headers: parts.headers,
        uri: parts.uri,
        outbox,
    });
    match function(connection.connect_event(now)).await {
        Ok(answer) => match answer["statusCode"].as_u64() {
            Some(200..300) => {}
            refused => {
                let status = refused.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
                return status.unwrap_or(StatusCode::BAD_GATEWAY).into_response();
            }
        },
        Err(error) => {
            tracing::warn!(%error, "the function behind the WebSocket gateway failed to take a connection");
            return StatusCode::BAD_GATEWAY.into_response();
        }
    }
    let lost = {
        let (gateway, function, connection) = (gateway.clone(), function.clone(), connection.clone());
        move |error| {
            tracing::debug!(%error, "a connection was lost before it was open");
            let tasks = gateway.tasks.clone();
            tasks
                .spawn(async move { connection::disconnected(&gateway, &function, &connection, &Closing::LOST).await });
        }
    };
    upgrade.max_message_size(8 * MAX_MESSAGE_BYTES).on_failed_upgrade(lost).on_upgrade(move |socket| {
        let tasks = gateway.tasks.clone();
        async move {
            // Tracked, so that a shutdown waits for its `$disconnect`. The handle is of no use: dropping it detaches.
            drop(tasks.spawn(connection::serve(gateway, function, connection, socket, inbox)));
        }
    })
}

impl Gateway {
    pub(super) fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    /// The open connections by id.
    pub(super) fn connections(&self) -> MutexGuard<'_, HashMap<String, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a message goes: the route selection expression is `$request.body.action`.
    pub(super) fn route<'a>(&'a self, message: &str) -> &'a str {
        let action = serde_json::from_str::<Value>(message).ok();
        let action = action.as_ref().and_then(|message| message["action"].as_str());
        action.and_then(|action| self.settings.routes.get(action)).map_or("$default", String::as_str)
    }
}

impl Connection {
    pub(super) fn touch(&self, now: Timestamp) {
        self.last_active_at.store(now.as_millisecond(), Ordering::Relaxed);
    }

    pub(super) fn last_active_at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.last_active_at.load(Ordering::Relaxed)).unwrap_or(self.connected_at)
    }

    pub(super) fn user_agent(&self) -> Option<String> {
        self.headers.get("user-agent").map(|value| gateway::text(value.as_bytes()))
    }

    /// The part of `requestContext` that every event of this connection has.
    fn context(&self, route: &str, event_type: &str, now: Timestamp) -> Value {
        let mut context = gateway::request_context(self.source_ip, &self.headers, now);
        context["connectionId"] = self.id.clone().into();
        context["connectedAt"] = self.connected_at.as_millisecond().into();
        context["routeKey"] = route.into();
        context["eventType"] = event_type.into();
        context["messageDirection"] = "IN".into();
        context
    }

    fn connect_event(&self, now: Timestamp) -> Value {
        let (query, multi_value_query) = gateway::query_parameters(self.uri.query());
        let mut event = json!({
            "headers": gateway::headers(&self.headers),
            "multiValueHeaders": gateway::multi_value_headers(&self.headers),
            "requestContext": self.context("$connect", "CONNECT", now),
            "isBase64Encoded": false,
        });
        if !query.is_empty() {
            event["queryStringParameters"] = json!(query);
            event["multiValueQueryStringParameters"] = json!(multi_value_query);
        }
        event
    }

    pub(super) fn message_event(&self, route: &str, message: &str, now: Timestamp) -> Value {
        let mut context = self.context(route, "MESSAGE", now);
        context["messageId"] = gateway::random_id().into();
        json!({ "requestContext": context, "body": message, "isBase64Encoded": false })
    }

    pub(super) fn disconnect_event(&self, closing: &Closing, now: Timestamp) -> Value {
        let mut context = self.context("$disconnect", "DISCONNECT", now);
        context["disconnectStatusCode"] = closing.code.into();
        context["disconnectReason"] = closing.reason.clone().into();
        json!({
            "headers": gateway::headers(&self.headers),
            "multiValueHeaders": gateway::multi_value_headers(&self.headers),
            "requestContext": context,
            "isBase64Encoded": false,
        })
    }
}
