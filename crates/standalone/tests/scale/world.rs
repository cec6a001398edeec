//! iRacing, table and queue in this process; worker and API are others.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use domain::{DriverId, IngestionRun};
use engines::{Engines, EnginesConfig, QueueSettings};
use iracing_sandbox::{Content, Sandbox};
use runtime::{Aws, Clock, Endpoints, Environment};
use serde_json::json;
use store::Store;

use crate::browser::{Page, send};
use crate::processes::{Process, Role};

const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";
/// A request limit that nobody reaches.
pub const NO_LIMIT: u32 = 10_000_000;

pub struct World {
    pub clock: Clock,
    pub sandbox: Sandbox,
    pub store: Store,
    environment: BTreeMap<String, String>,
    engines: Engines,
    api: Router,
}

impl World {
    /// `requests_a_minute` is what iRacing allows a member.
    pub async fn start(content: Content, requests_a_minute: u32) -> Self {
        let clock = Clock::system();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let iracing = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content,
            clock: clock.source(),
            rate_limit: requests_a_minute,
            ..iracing_sandbox::Config::local(&iracing, &[REDIRECT])
        })
        .unwrap();
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await });

        let engines = Engines::start(EnginesConfig::default()).await.unwrap();
        engines.dynamodb.create_table("spinout").unwrap();
        let settings = QueueSettings { visibility_timeout: Duration::from_secs(960), dead_letter: None };
        let queue_url = engines.sqs.create_queue("ingestion", &settings).unwrap();
        let keys = auth::generate_local_keys().unwrap();
        engines.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
        engines.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
        let credentials = json!({"oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret"});
        engines.secrets.put("iracing", &credentials.to_string()).unwrap();
        let mut environment: BTreeMap<String, String> = [
            ("DYNAMODB_TABLE", "spinout"),
            ("RACE_INGESTION_QUEUE_URL", &*queue_url),
            ("WS_MANAGEMENT_ENDPOINT", "http://127.0.0.1:1"),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("IRACING_OAUTH_BASE_URL", &*format!("{iracing}/oauth2")),
            ("IRACING_DATA_BASE_URL", &*iracing),
            ("CORS_ALLOWED_ORIGINS", "http://127.0.0.1"),
            ("OAUTH_REDIRECT_URIS", REDIRECT),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        if requests_a_minute == NO_LIMIT {
            environment.insert("IRACING_REQUESTS_PER_MINUTE".to_owned(), NO_LIMIT.to_string());
        }
        let aws = Aws::local(&endpoints(&engines)).await;
        let config = api::Config::from_env(&Environment::of(environment.clone())).unwrap();
        let api = api::router(api::State::connect(&config, &aws, clock.clone()).await.unwrap());
        let store = Store::new(engines.dynamodb.client(), "spinout");
        Self { clock, sandbox, store, environment, engines, api }
    }

    /// Another process of the system.
    pub async fn process(&self, role: Role) -> Process {
        Process::start(role, &self.environment, &endpoints(&self.engines)).await
    }

    pub async fn sign_in(&self, driver: i64) -> Page {
        Page::sign_in(&self.api, driver, REDIRECT).await.expect("signs in")
    }

    /// A driver signs in and asks for an import.
    pub async fn ask_for_an_import(&self, driver: i64) {
        let page = self.sign_in(driver).await;
        let (status, ..) = send(&self.api, page.request(Method::POST, "/ingestion/race", None)).await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }

    /// The driver's newest run.
    pub async fn run(&self, driver: i64) -> IngestionRun {
        self.store.runs(DriverId(driver), 1, None).await.unwrap().items.remove(0)
    }

    /// Waits until the driver's run is over.
    pub async fn imported(&self, driver: i64) -> IngestionRun {
        loop {
            let run = self.run(driver).await;
            if run.status.is_over() {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn endpoints(engines: &Engines) -> Endpoints {
    Endpoints {
        dynamodb: engines.dynamodb.endpoint(),
        sqs: engines.sqs.endpoint(),
        secrets: engines.secrets.endpoint(),
    }
}
