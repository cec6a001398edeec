//! One ingestion through the three real Lambda binaries, each in its own process behind the Lambda Runtime API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "standalone/browser.rs"]
mod browser;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use engines::{
    DeadLetter, Engines, EnginesConfig, EventSourceMapping, LambdaProcess, LambdaRuntimeApi, QueueDepth, QueueSettings,
    WebSocketGateway, WebSocketGatewaySettings, rest_gateway,
};
use iracing_sandbox::{Careers, Content, SHOWCASE, Sandbox};
use runtime::Clock;
use serde_json::json;
use tokio::net::TcpListener;

use crate::browser::Browser;

const REDIRECT_URI: &str = "http://localhost:8080/auth/ir/callback";

/// The binary of a service, beside ours.
///
/// A test run of the whole workspace has built it. Where only this crate was built it is built now, unless it is there.
fn binary(service: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_spinout")).parent().unwrap();
    let binary = folder.join(service);
    if !binary.exists() {
        let profile =
            folder.file_name().and_then(|name| name.to_str()).filter(|name| *name != "debug").unwrap_or("dev");
        let services = ["-p", "api", "-p", "websocket", "-p", "ingestion"];
        let built = Command::new(env!("CARGO")).arg("build").args(services).args(["--profile", profile]).status();
        assert!(built.unwrap().success());
    }
    binary
}

/// Serves a site on a free port until the test ends.
async fn serve(listener: TcpListener, site: Router) {
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Starts iRacing's stand-in with one driver and returns its address.
async fn start_sandbox() -> String {
    let (listener, address) = listen().await;
    let clock = Clock::system();
    let sandbox = Sandbox::new(iracing_sandbox::Config {
        content: Content::Generated(Careers::new(1).only(&[SHOWCASE])),
        clock: Arc::new(move || clock.now()),
        ..iracing_sandbox::Config::local(&format!("http://{address}"), &[REDIRECT_URI])
    });
    serve(listener, sandbox.unwrap().router()).await;
    address
}

/// What Terraform creates: table, queues, secrets. Returns the queue's URL.
fn set_up(aws: &Engines) -> String {
    aws.dynamodb.create_table("spinout").unwrap();
    aws.sqs.create_queue("dead", &QueueSettings::default()).unwrap();
    let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive_count: 3 });
    let settings = QueueSettings { visibility_timeout: Duration::from_secs(960), dead_letter };
    let keys = auth::generate_local_keys().unwrap();
    aws.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
    aws.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
    let client = json!({ "oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret" });
    aws.secrets.put("iracing", &client.to_string()).unwrap();
    aws.sqs.create_queue("ingestion", &settings).unwrap()
}

#[tokio::test]
async fn a_career_comes_in_through_the_three_lambdas() {
    let sandbox = start_sandbox().await;
    let aws = Engines::start(EnginesConfig::default()).await.unwrap();
    let queue_url = set_up(&aws);
    let gateway = WebSocketGateway::start(WebSocketGatewaySettings::default()).await.unwrap();

    let mut environment = aws.environment();
    environment.extend(
        [
            ("LOG_LEVEL", "warn"),
            ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true"),
            ("DYNAMODB_TABLE", "spinout"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("IRACING_OAUTH_BASE_URL", &format!("http://{sandbox}/oauth2")),
            ("IRACING_DATA_BASE_URL", &format!("http://{sandbox}")),
            ("RACE_INGESTION_QUEUE_URL", &queue_url),
            ("WS_MANAGEMENT_ENDPOINT", &gateway.management_endpoint()),
            ("CORS_ALLOWED_ORIGINS", "http://localhost:8080"),
            ("OAUTH_REDIRECT_URIS", REDIRECT_URI),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let (api, websocket, ingestion) =
        tokio::try_join!(LambdaRuntimeApi::start(), LambdaRuntimeApi::start(), LambdaRuntimeApi::start()).unwrap();
    let processes = [(&api, "api"), (&websocket, "websocket"), (&ingestion, "ingestion")]
        .map(|(runtime, service)| LambdaProcess::spawn(runtime, &binary(service), environment.clone()).unwrap());

    let (listener, address) = listen().await;
    let site = Router::new()
        .nest("/ws", gateway.router(websocket.function(Duration::from_secs(29))))
        .fallback_service(rest_gateway(api.function(Duration::from_secs(29))));
    serve(listener, site).await;
    let worker = ingestion.function(Duration::from_secs(900));
    let mapping = EventSourceMapping::start(aws.sqs.client(), &queue_url, 1, worker).await.unwrap();

    let browser = Browser::sign_in(&format!("http://{address}"), REDIRECT_URI, SHOWCASE).await;
    let mut live = browser.listen(&format!("ws://{address}/ws")).await;
    browser.post("/ingestion/race").await;
    live.next(&["ingestionRunStarted"]).await;
    let finished = live.next(&["ingestionRunFinished"]).await["run"].clone();
    assert_eq!(finished["status"], "finished", "{finished}");
    assert_eq!(finished["racesFailed"], 0, "{finished}");

    let races = browser.races().await;
    assert!(races.len() > 5, "{races:?}");
    assert_eq!(finished["racesDone"], races.len());
    let laps = browser.get(&format!("/session/{}/laps", races[0])).await;
    assert!(!laps["entrants"].as_array().unwrap().is_empty());

    mapping.stop(Duration::from_secs(10)).await;
    gateway.shutdown().await;
    // Nothing is under way any more. The message that closes a connection nobody signs in on may still be delayed.
    assert_eq!(aws.sqs.depth("ingestion").unwrap().in_flight, 0);
    assert_eq!(aws.sqs.depth("dead").unwrap(), QueueDepth::default());
    for process in processes {
        process.kill().await;
    }
}
