//! Whole requests to the API over the embedded table: method and route by the first two bytes, then the query up to a line
//! break, then the body. Nothing but iRacing's absence may be answered as a failure.
#![no_main]

use api::{Config, State};
use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use domain::DriverId;
use engines::{Engines, EnginesConfig};
use libfuzzer_sys::fuzz_target;
use runtime::{Aws, Clock, Endpoints, Environment};
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const ROUTES: [&str; 14] = [
    "/auth/ir/start",
    "/auth/ir/callback",
    "/auth/refresh",
    "/driver/1",
    "/driver/1/races",
    "/driver/1/journal",
    "/driver/1/races/1735761600-1/journal",
    "/driver/1/analytics",
    "/session/1",
    "/session/1/laps",
    "/session/1/analysis",
    "/session/1/driver/1/laps",
    "/ingestion/runs",
    "/import/event-result",
];

struct World {
    runtime: Runtime,
    api: Router,
    token: String,
    _engines: Engines,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let (engines, api, token) = runtime.block_on(async {
        let engines =
            Engines::start(EnginesConfig { data_dir: None, ..EnginesConfig::default() }).await.expect("engines");
        engines.dynamodb.create_table("spinout").expect("a table");
        let keys = auth::generate_local_keys().expect("keys");
        let secrets = [
            ("signing", keys.signing_key_pem.expose()),
            ("sealing", keys.sealing_key_base64.expose()),
            ("iracing", r#"{"oauth_client_id":"id","oauth_client_secret":"secret"}"#),
        ];
        for (name, value) in secrets {
            engines.secrets.put(name, value).expect("a secret");
        }
        let nowhere = "http://127.0.0.1:9";
        let environment = Environment::of([
            ("DYNAMODB_TABLE", "spinout"),
            ("CORS_ALLOWED_ORIGINS", "https://spinout.example"),
            ("OAUTH_REDIRECT_URIS", "https://spinout.example/auth/ir/callback"),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("RACE_INGESTION_QUEUE_URL", nowhere),
            ("IRACING_OAUTH_BASE_URL", nowhere),
            ("IRACING_DATA_BASE_URL", nowhere),
            ("RATE_LIMITS", "false"),
        ]);
        let aws = Aws::local(&Endpoints {
            dynamodb: engines.dynamodb.endpoint(),
            sqs: engines.sqs.endpoint(),
            secrets: engines.secrets.endpoint(),
        })
        .await;
        let (clock, _) = Clock::fixed(jiff::Timestamp::from_second(1_784_116_800).expect("a moment"));
        let config = Config::from_env(&environment).expect("settings");
        let state = State::connect(&config, &aws, clock.clone()).await.expect("a state");
        state.store().record_login(DriverId(1), "Example Driver", None, clock.now()).await.expect("a driver");
        let tokens = auth::Tokens {
            signing: auth::SigningKeys::from_pem(keys.signing_key_pem.expose()).expect("a key"),
            sealing: auth::SealingKeys::from_base64(keys.sealing_key_base64.expose()).expect("a key"),
        };
        let session = auth::SessionToken {
            driver_id: DriverId(1),
            driver_name: "Example Driver".to_owned(),
            session_id: "session".to_owned(),
            entitlements: Vec::new(),
            iracing_access_token: auth::Hidden::new(""),
            iracing_expires_at: clock.now(),
        };
        let token = tokens.issue(&session, clock.now()).expect("a token").token.expose().to_owned();
        (engines, api::router(state), token)
    });
    World { runtime, api, token, _engines: engines }
});

fuzz_target!(|bytes: &[u8]| {
    let [method, route, rest @ ..] = bytes else { return };
    let method = [Method::GET, Method::POST, Method::PUT, Method::DELETE][usize::from(*method) % 4].clone();
    let route = ROUTES[usize::from(*route) % ROUTES.len()];
    let (query, body) = rest.iter().position(|byte| *byte == b'\n').map_or((rest, &[][..]), |at| rest.split_at(at));
    let Ok(query) = std::str::from_utf8(query) else { return };
    let request = Request::builder()
        .method(method)
        .uri(format!("{route}?{query}"))
        .header("authorization", format!("Bearer {}", WORLD.token))
        .header("content-type", "application/json")
        .body(Body::from(body.to_vec()));
    let Ok(request) = request else { return };
    let answer = WORLD.runtime.block_on(WORLD.api.clone().oneshot(request)).expect("the router never fails");
    assert!(answer.status().as_u16() < 500 || answer.status().as_u16() == 503, "{}", answer.status());
});
