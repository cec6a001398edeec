use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_apigatewaymanagement::primitives::Blob;
use axum::Router;
use engines::{InvokeError, WebSocketGateway, WebSocketGatewaySettings, function};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Browser = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A gateway at `/ws` whose function refuses browsers that say so and fails when asked to.
struct Site {
    gateway: WebSocketGateway,
    address: String,
    events: mpsc::UnboundedReceiver<Value>,
}

impl Site {
    async fn start(settings: WebSocketGatewaySettings) -> Self {
        let gateway = WebSocketGateway::start(settings).await.unwrap();
        let (seen, events) = mpsc::unbounded_channel();
        let function = function(move |event: Value| {
            let status = if event["headers"]["user-agent"] == "unwelcome" { 403 } else { 200 };
            let broken = event["body"] == "break";
            seen.send(event).unwrap();
            async move {
                if broken {
                    Err(InvokeError::failed("bug"))
                } else {
                    Ok(json!({ "statusCode": status, "body": "ignored" }))
                }
            }
        });
        let router = Router::new().nest("/ws", gateway.router(function));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("ws://{}/ws?lang=en", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { gateway, address, events }
    }

    /// Connects and returns the connection's id with it.
    async fn connect(&mut self) -> (Browser, String) {
        let (browser, _) = connect_async(&self.address).await.unwrap();
        let event = self.event().await;
        assert_eq!(event["requestContext"]["eventType"], "CONNECT");
        (browser, event["requestContext"]["connectionId"].as_str().unwrap().to_owned())
    }

    async fn event(&mut self) -> Value {
        self.events.recv().await.unwrap()
    }

    async fn route_of(&mut self, browser: &mut Browser, message: &str) -> Value {
        browser.send(Message::text(message)).await.unwrap();
        let event = self.event().await;
        assert_eq!(event["body"], message);
        event["requestContext"]["routeKey"].clone()
    }
}

fn with_routes() -> WebSocketGatewaySettings {
    WebSocketGatewaySettings {
        routes: ["auth".to_owned(), "pingRequest".to_owned()].into(),
        ..WebSocketGatewaySettings::default()
    }
}

async fn text(browser: &mut Browser) -> String {
    browser.next().await.unwrap().unwrap().into_text().unwrap().to_string()
}

/// The code with which the other side closes.
async fn close_code(browser: &mut Browser) -> u16 {
    match browser.next().await.unwrap().unwrap() {
        Message::Close(Some(frame)) => frame.code.into(),
        other => panic!("{other:?} is not a close frame"),
    }
}

#[tokio::test]
async fn a_browser_connects_speaks_and_leaves() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, _) = connect_async(&site.address).await.unwrap();
    let connect = site.event().await;
    let context = &connect["requestContext"];
    assert_eq!(context["routeKey"], "$connect");
    assert_eq!(context["stage"], "prod");
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
    assert!(context["connectedAt"].is_i64() && context["requestTimeEpoch"].is_i64());
    assert!(connect["headers"]["host"].is_string());
    assert_eq!(connect["queryStringParameters"], json!({ "lang": "en" }));
    let id = &context["connectionId"];
    assert_eq!(id.as_str().unwrap().len(), 16);

    browser.send(Message::text("{\"action\":\"auth\"}")).await.unwrap();
    let message = site.event().await;
    assert_eq!(message["requestContext"]["eventType"], "MESSAGE");
    assert_eq!(message["requestContext"]["routeKey"], "auth");
    assert_eq!(&message["requestContext"]["connectionId"], id);
    assert_eq!(message["body"], "{\"action\":\"auth\"}");

    browser.close(None).await.unwrap();
    let disconnect = site.event().await;
    assert_eq!(disconnect["requestContext"]["routeKey"], "$disconnect");
    assert_eq!(disconnect["requestContext"]["eventType"], "DISCONNECT");
    assert_eq!(&disconnect["requestContext"]["connectionId"], id);
}

#[tokio::test]
async fn a_message_goes_to_the_route_of_its_action_or_to_the_default() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, _) = site.connect().await;
    assert_eq!(site.route_of(&mut browser, "{\"action\":\"pingRequest\"}").await, "pingRequest");
    assert_eq!(site.route_of(&mut browser, "{\"action\":\"fly\"}").await, "$default");
    assert_eq!(site.route_of(&mut browser, "{\"action\":\"$connect\"}").await, "$default");
    assert_eq!(site.route_of(&mut browser, "not json").await, "$default");
}

#[tokio::test]
async fn a_refused_connection_is_never_opened() {
    let mut site = Site::start(with_routes()).await;
    let mut request = site.address.as_str().into_client_request().unwrap();
    request.headers_mut().insert("user-agent", "unwelcome".parse().unwrap());
    let Err(Error::Http(response)) = connect_async(request).await else { panic!("the browser was let in") };
    assert_eq!(response.status(), 403);
    let id = site.event().await["requestContext"]["connectionId"].as_str().unwrap().to_owned();
    let gone = site.gateway.management_client().get_connection().connection_id(id).send().await.unwrap_err();
    assert!(gone.into_service_error().is_gone_exception());
}

#[tokio::test]
async fn a_push_arrives_until_the_connection_is_gone() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, id) = site.connect().await;
    let management = site.gateway.management_client();
    let push = |text: &str| management.post_to_connection().connection_id(&id).data(Blob::new(text)).send();
    // The connection is open for pushes once its first message was seen.
    site.route_of(&mut browser, "hello").await;
    push("{\"action\":\"pong\"}").await.unwrap();
    assert_eq!(text(&mut browser).await, "{\"action\":\"pong\"}");

    let about = management.get_connection().connection_id(&id).send().await.unwrap();
    assert_eq!(about.identity().unwrap().source_ip(), Some("127.0.0.1"));
    assert!(about.last_active_at() >= about.connected_at());

    let long = push(&"x".repeat(128 * 1024 + 1)).await.unwrap_err();
    assert!(long.into_service_error().is_payload_too_large_exception());

    drop(browser);
    assert_eq!(site.event().await["requestContext"]["eventType"], "DISCONNECT");
    assert!(push("anyone?").await.unwrap_err().into_service_error().is_gone_exception());
    let gone = management.delete_connection().connection_id(&id).send().await.unwrap_err();
    assert!(gone.into_service_error().is_gone_exception());
}

#[tokio::test]
async fn the_management_api_closes_a_connection() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, id) = site.connect().await;
    site.route_of(&mut browser, "hello").await;
    site.gateway.management_client().delete_connection().connection_id(&id).send().await.unwrap();
    assert_eq!(close_code(&mut browser).await, 1000);
    let disconnect = site.event().await;
    assert_eq!(disconnect["requestContext"]["disconnectStatusCode"], 1000);
}

#[tokio::test]
async fn what_api_gateway_does_not_carry_ends_the_connection() {
    for (message, code) in [(Message::text("x".repeat(128 * 1024 + 1)), 1009), (Message::binary("x"), 1003)] {
        let mut site = Site::start(with_routes()).await;
        let (mut browser, _) = site.connect().await;
        browser.send(message).await.unwrap();
        assert_eq!(close_code(&mut browser).await, code);
    }
}

#[tokio::test]
async fn a_function_that_fails_is_answered_for() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, id) = site.connect().await;
    browser.send(Message::text("break")).await.unwrap();
    let answer: Value = serde_json::from_str(&text(&mut browser).await).unwrap();
    assert_eq!(answer, json!({ "message": "Internal server error", "connectionId": id }));
}

#[tokio::test]
async fn an_idle_connection_and_an_old_one_are_closed() {
    let moment = Duration::from_millis(1);
    let idle = WebSocketGatewaySettings { idle_timeout: moment, ..with_routes() };
    let old = WebSocketGatewaySettings { max_age: moment, ..with_routes() };
    for settings in [idle, old] {
        let mut site = Site::start(settings).await;
        let (mut browser, _) = site.connect().await;
        assert_eq!(close_code(&mut browser).await, 1001);
    }
}

#[tokio::test]
async fn shutdown_closes_every_connection_and_tells_the_function() {
    let mut site = Site::start(with_routes()).await;
    let (mut browser, _) = site.connect().await;
    site.route_of(&mut browser, "hello").await;
    let Site { gateway, mut events, .. } = site;
    let ((), code) = tokio::join!(gateway.shutdown(), close_code(&mut browser));
    assert_eq!(code, 1001);
    assert_eq!(events.try_recv().unwrap()["requestContext"]["eventType"], "DISCONNECT");
}
