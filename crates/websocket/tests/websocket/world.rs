use auth::{Hidden, SessionToken, generate_local_keys};
use axum::Router;
use domain::{ConnectionId, DriverId};
use engines::{Engines, EnginesConfig, QueueSettings, WebSocketGateway, WebSocketGatewaySettings, function};
use futures::{SinkExt, StreamExt};
use jiff::SignedDuration;
use messaging::{IngestionQueue, QueueMessage};
use runtime::{Aws, Clock, ClockHandle, Endpoints, Environment};
use serde_json::{Value, json};
use store::Store;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::{self, Message, http::StatusCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use websocket::{Config, State};

const QUEUE: &str = "ingestion";

/// A whole installation, as far as WebSockets are concerned, with a clock that stands still.
pub struct World {
    pub state: State,
    pub clock: ClockHandle,
    engines: Engines,
    gateway: WebSocketGateway,
}

impl World {
    pub async fn new() -> Self {
        let (clock, handle) = Clock::fixed("2026-07-15T12:00:00Z".parse().unwrap());
        let engines = Engines::start(EnginesConfig { data_dir: None, clock: clock.source() }).await.unwrap();
        engines.dynamodb.create_table("spinout").unwrap();
        let queue_url = engines.sqs.create_queue(QUEUE, &QueueSettings::default()).unwrap();
        let keys = generate_local_keys().unwrap();
        engines.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
        engines.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
        let gateway = WebSocketGateway::start(WebSocketGatewaySettings::default()).await.unwrap();

        let config = Config::from_env(&Environment::of([
            ("DYNAMODB_TABLE", "spinout"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("RACE_INGESTION_QUEUE_URL", &queue_url),
            ("WS_MANAGEMENT_ENDPOINT", &gateway.management_endpoint()),
        ]))
        .unwrap();
        let aws = Aws::local(&Endpoints {
            dynamodb: engines.dynamodb.endpoint(),
            sqs: engines.sqs.endpoint(),
            secrets: engines.secrets.endpoint(),
        })
        .await;
        let state = State { clock, ..State::connect(&config, &aws).await.unwrap() };
        for driver in [7, 8].map(DriverId) {
            state.store.record_login(driver, "Ada Driver", None, handle.now()).await.unwrap();
        }
        Self { state, clock: handle, engines, gateway }
    }

    /// Opens a page.
    pub async fn page(&self) -> Page {
        self.try_page(self.state.clone()).await.expect("the connection is taken")
    }

    /// Opens a page whose events are handled with a given state; the status with which it was refused, if it was.
    pub async fn try_page(&self, state: State) -> Result<Page, StatusCode> {
        let handler = function(move |event| {
            let state = state.clone();
            async move { Ok(websocket::handle(&state, event).await) }
        });
        let router = Router::new().nest("/ws", self.gateway.router(handler));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        match connect_async(format!("ws://{address}/ws")).await {
            Ok((socket, _)) => Ok(Page(socket)),
            Err(tungstenite::Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    /// The state of a process that does not find its table.
    pub fn without_table(&self) -> State {
        State { store: Store::new(self.engines.dynamodb.client(), "missing"), ..self.state.clone() }
    }

    /// The state of a process that does not find its queue.
    pub fn without_queue(&self) -> State {
        let queue = IngestionQueue::new(self.engines.sqs.client(), self.engines.sqs.queue_url("missing"));
        State { queue, ..self.state.clone() }
    }

    /// Opens a page and signs a driver in on it.
    pub async fn page_of(&self, driver: DriverId) -> (Page, ConnectionId) {
        let mut page = self.page().await;
        let answer = page.ask(json!({"action": "auth", "token": self.token_of(driver)})).await;
        assert_eq!(answer["payload"]["success"], true, "{answer}");
        let connection_id = answer["payload"]["connectionId"].as_str().unwrap().to_owned();
        (page, ConnectionId(connection_id))
    }

    /// A fresh session token.
    pub fn token_of(&self, driver_id: DriverId) -> String {
        let now = self.clock.now();
        let session = SessionToken {
            driver_id,
            driver_name: "Ada Driver".into(),
            session_id: "session".into(),
            entitlements: Vec::new(),
            iracing_access_token: Hidden::new("access"),
            iracing_expires_at: now + SignedDuration::from_mins(10),
        };
        self.state.tokens.issue(&session, now).unwrap().token.expose().to_owned()
    }

    /// The connections to which a push to the driver goes.
    pub async fn connections_of(&self, driver: DriverId) -> Vec<ConnectionId> {
        let connections = self.state.store.connections_of(driver, self.clock.now()).await.unwrap();
        connections.into_iter().map(|connection| connection.connection_id).collect()
    }

    /// Messages that the worker could receive now.
    pub async fn queued(&self) -> Vec<QueueMessage> {
        let url = self.engines.sqs.queue_url(QUEUE);
        let client = self.engines.sqs.client();
        let answer = client.receive_message().queue_url(url).max_number_of_messages(10).send().await.unwrap();
        answer.messages().iter().map(|message| serde_json::from_str(message.body().unwrap()).unwrap()).collect()
    }

    /// Waits until all connections have ended and each `$disconnect` is handled.
    pub async fn end_connections(&mut self) {
        let settings = WebSocketGatewaySettings::default();
        let next = WebSocketGateway::start(settings).await.unwrap();
        std::mem::replace(&mut self.gateway, next).shutdown().await;
    }
}

/// A page's side of a connection.
pub struct Page(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Page {
    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next message; `None` once the connection is closed.
    pub async fn hear(&mut self) -> Option<Value> {
        while let Some(Ok(message)) = self.0.next().await {
            if let Message::Text(text) = message {
                return Some(serde_json::from_str(&text).unwrap());
            }
        }
        None
    }

    pub async fn ask(&mut self, question: Value) -> Value {
        self.say(&question.to_string()).await;
        self.hear().await.expect("the connection stays open")
    }

    pub async fn leave(mut self) {
        self.0.close(None).await.unwrap();
    }
}

/// An event as API Gateway sends it.
pub fn event(event_type: &str, connection: &ConnectionId, body: Option<Value>) -> Value {
    json!({
        "requestContext": {"connectionId": connection, "eventType": event_type, "routeKey": "$default"},
        "body": body.map(|body| body.to_string()),
        "isBase64Encoded": false
    })
}
