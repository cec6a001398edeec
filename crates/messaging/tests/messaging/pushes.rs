use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::{self, retry::RetryConfig};
use axum::Router;
use domain::{ConnectionId, RunId};
use engines::{WebSocketGateway, WebSocketGatewaySettings, function};
use futures::{SinkExt, StreamExt};
use messaging::{Delivery, Envelope, Push, PushError, Pushes};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A gateway that takes every connection, and the connections on which a page has said something.
struct Gateway {
    gateway: WebSocketGateway,
    address: String,
    greeting: Mutex<mpsc::UnboundedReceiver<ConnectionId>>,
}

impl Gateway {
    async fn start() -> Self {
        let gateway = WebSocketGateway::start(WebSocketGatewaySettings::default()).await.unwrap();
        let (greeted, greeting) = mpsc::unbounded_channel();
        let router = Router::new().nest(
            "/ws",
            gateway.router(function(move |event| {
                let context = &event["requestContext"];
                if context["eventType"] == "MESSAGE" {
                    let id = context["connectionId"].as_str().unwrap().to_owned();
                    greeted.send(ConnectionId(id)).unwrap();
                }
                async { Ok(json!({"statusCode": 200})) }
            })),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("ws://{}/ws", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { gateway, address, greeting: Mutex::new(greeting) }
    }

    fn pushes(&self) -> Pushes {
        Pushes::new(self.gateway.management_client())
    }

    async fn page(&self) -> (WebSocketStream<MaybeTlsStream<TcpStream>>, ConnectionId) {
        let (mut socket, _) = connect_async(&self.address).await.unwrap();
        // What the page says is heard only on a connection that is open to pushes.
        socket.send(Message::text("hello")).await.unwrap();
        let connection = self.greeting.lock().await.recv().await.unwrap();
        (socket, connection)
    }
}

fn push() -> Envelope<'static, Push> {
    Envelope { message: Push::SignInRequired { run_id: RunId("run-1".into()) }, correlation_id: "c-1" }
}

async fn heard(page: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Option<Value> {
    match page.next().await {
        Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
        _ => None,
    }
}

#[tokio::test]
async fn a_broadcast_reaches_every_open_page_and_names_the_ones_that_are_gone() {
    let gateway = Gateway::start().await;
    let (mut one, first) = gateway.page().await;
    let (mut other, second) = gateway.page().await;
    let gone = ConnectionId("gone".into());

    let found_gone = gateway.pushes().broadcast([first, gone.clone(), second], &push()).await;
    assert_eq!(found_gone, [gone]);
    let expected = json!({"action": "signInRequired", "payload": {"runId": "run-1"}, "correlationId": "c-1"});
    assert_eq!(heard(&mut one).await, Some(expected.clone()));
    assert_eq!(heard(&mut other).await, Some(expected));
}

#[tokio::test]
async fn a_closed_page_hears_nothing_more() {
    let gateway = Gateway::start().await;
    let (mut page, connection) = gateway.page().await;
    let pushes = gateway.pushes();
    assert_eq!(pushes.close(&connection).await.unwrap(), Delivery::Delivered);
    assert_eq!(heard(&mut page).await, None);
    assert_eq!(pushes.send(&connection, &push()).await.unwrap(), Delivery::Gone);
    assert_eq!(pushes.close(&connection).await.unwrap(), Delivery::Gone);
}

#[tokio::test]
async fn a_gateway_that_cannot_be_reached_is_an_error_to_one_and_nothing_to_many() {
    let nowhere = engines::client_config("http://127.0.0.1:1");
    let nowhere = config::Builder::from(&nowhere).retry_config(RetryConfig::disabled()).build();
    let pushes = Pushes::new(Client::from_conf(nowhere));
    let connection = ConnectionId("any".into());
    let result = pushes.send(&connection, &push()).await;
    assert!(matches!(result, Err(PushError::Gateway { .. })), "{result:?}");
    assert_eq!(pushes.broadcast([connection], &push()).await, []);
}
