//! A worker with everything around it: table, queue, secrets, iRacing, and pages that listen.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State as Extract},
    http::StatusCode,
    routing::post,
};
use domain::{DriverId, DriverRaceId, IngestionRun, Race, RaceFilter, RunId, ingestion::LONGEST_WINDOW};
use engines::{Engines, EnginesConfig, QueueSettings};
use ingestion::{Config, State};
use iracing::{HttpClient, OAuthClient, OAuthConfig, Secret};
use iracing_sandbox::{Careers, Content, Sandbox};
use iracing_token::IracingTokens;
use jiff::{SignedDuration, Timestamp};
use messaging::QueueMessage;
use runtime::{Aws, Clock, ClockHandle, Endpoints, Environment};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use store::Store;

const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";

pub struct World {
    pub state: State,
    pub store: Store,
    pub sandbox: Sandbox,
    pub engines: Engines,
    pub clock: ClockHandle,
    pub pages: Pages,
    tokens: IracingTokens,
    oauth: OAuthClient,
    authorize: String,
}

/// What pages received; connections in `gone` are closed.
#[derive(Clone, Default)]
pub struct Pages {
    pub received: Arc<Mutex<Vec<(String, Value)>>>,
    pub gone: Arc<Mutex<HashSet<String>>>,
    pub failing: Arc<Mutex<bool>>,
}

impl Pages {
    pub fn actions(&self) -> Vec<String> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|(_, message)| message["action"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

impl World {
    pub async fn start(now: &str, members: &[i64]) -> Self {
        Self::with_content(now, Content::Generated(Careers::new(1).only(members))).await
    }

    /// The same with some settings of the worker changed.
    pub async fn with_settings(now: &str, members: &[i64], settings: &[(&str, &str)]) -> Self {
        Self::with(now, Content::Generated(Careers::new(1).only(members)), settings).await
    }

    pub async fn with_content(now: &str, content: Content) -> Self {
        Self::with(now, content, &[]).await
    }

    async fn with(now: &str, content: Content, settings: &[(&str, &str)]) -> Self {
        let (clock, handle) = Clock::fixed(now.parse().unwrap());
        let engines = Engines::start(EnginesConfig { data_dir: None, clock: clock.source() }).await.unwrap();
        engines.dynamodb.create_table("spinout").unwrap();
        let queue_url = engines.sqs.create_queue("race-ingestion", &QueueSettings::default()).unwrap();

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let ticking = handle.clone();
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content,
            clock: Arc::new(move || {
                ticking.advance(SignedDuration::from_millis(10));
                ticking.now()
            }),
            rate_limit: 1_000_000,
            ..iracing_sandbox::Config::local(&base_url, &[REDIRECT])
        })
        .unwrap();
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await });

        let pages = Pages::default();
        let connections = Router::new()
            .route(
                "/@connections/{id}",
                post(|Extract(pages): Extract<Pages>, Path(id): Path<String>, body: Bytes| async move {
                    let error_type = |name| [("x-amzn-errortype", name)];
                    if *pages.failing.lock().unwrap() {
                        return (StatusCode::FORBIDDEN, error_type("ForbiddenException"));
                    }
                    if pages.gone.lock().unwrap().contains(&id) {
                        return (StatusCode::GONE, error_type("GoneException"));
                    }
                    pages.received.lock().unwrap().push((id, serde_json::from_slice(&body).unwrap()));
                    (StatusCode::OK, error_type(""))
                })
                .delete(|Extract(pages): Extract<Pages>, Path(id): Path<String>| async move {
                    pages.gone.lock().unwrap().insert(id);
                    StatusCode::NO_CONTENT
                }),
            )
            .with_state(pages.clone());
        let management = serve(connections).await;

        let keys = auth::generate_local_keys().unwrap();
        let sealing = keys.sealing_key_base64.expose();
        engines.secrets.put("sealing", sealing).unwrap();
        let credentials = r#"{"oauth_client_id":"spinout-local","oauth_client_secret":"spinout-local-secret"}"#;
        engines.secrets.put("iracing", credentials).unwrap();
        let usual = [
            ("DYNAMODB_TABLE", "spinout"),
            ("RACE_INGESTION_QUEUE_URL", &queue_url),
            ("WS_MANAGEMENT_ENDPOINT", &management),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("IRACING_OAUTH_BASE_URL", &format!("{base_url}/oauth2")),
            ("IRACING_DATA_BASE_URL", &base_url),
            // The clock moves with the requests: a minute of it is 6,000 of them.
            ("IRACING_REQUESTS_PER_MINUTE", "1000000"),
        ];
        let environment = Environment::of(usual.into_iter().chain(settings.iter().copied()));
        let aws = Aws::local(&Endpoints {
            dynamodb: engines.dynamodb.endpoint(),
            sqs: engines.sqs.endpoint(),
            secrets: engines.secrets.endpoint(),
        })
        .await;
        let state = State::connect(&Config::from_env(&environment).unwrap(), &aws, clock.clone()).await.unwrap();
        let store = state.store().clone();
        let oauth = OAuthClient::new(
            OAuthConfig {
                base_url: format!("{base_url}/oauth2").parse().unwrap(),
                client_id: "spinout-local".into(),
                client_secret: Secret::new("spinout-local-secret"),
            },
            HttpClient::new("test").unwrap(),
        );
        let sealing = auth::SealingKeys::from_base64(sealing).unwrap();
        let tokens = IracingTokens::new(store.clone(), oauth.clone(), sealing, clock);
        let authorize = format!("{base_url}/oauth2/authorize");
        Self { state, store, sandbox, engines, clock: handle, pages, tokens, oauth, authorize }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Signs a member in, as the API does it.
    pub async fn sign_in(&self, member: i64) -> DriverId {
        let challenge = auth::SignInChallenge::new(self.now()).unwrap();
        let code_challenge = challenge.code_challenge();
        let form = [
            ("client_id", "spinout-local"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", &*code_challenge),
            ("code_challenge_method", "S256"),
            ("scope", "iracing.auth"),
            ("member", &*member.to_string()),
        ];
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = browser.post(&self.authorize).form(&form).send().await.unwrap();
        let back: url::Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
        let verifier = Secret::new(challenge.code_verifier().expose());
        let pair = self.oauth.exchange_code(&code, REDIRECT, &verifier, self.now()).await.unwrap();
        let driver = DriverId(member);
        let since = self
            .sandbox
            .members()
            .into_iter()
            .find(|known| known.cust_id == member)
            .map(|known| known.member_since.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp());
        self.store.record_login(driver, "Example Driver", since, self.now()).await.unwrap();
        self.tokens.keep(driver, &pair).await.unwrap();
        driver
    }

    /// A page of the driver's that listens for pushes.
    pub async fn open_page(&self, driver: DriverId, connection: &str) {
        let id = domain::ConnectionId(connection.into());
        self.store.authenticate_connection(&id, driver, self.now()).await.unwrap();
    }

    /// Asks for a run, as the API does it, and answers the queue message.
    pub async fn request(&self, driver: DriverId) -> SqsMessage {
        let known = self.store.driver(driver).await.unwrap().unwrap();
        let run_id = RunId(uuid::Uuid::now_v7().to_string());
        let run = IngestionRun::queued(
            run_id.clone(),
            driver,
            known.member_since,
            known.searched_to(self.now()),
            LONGEST_WINDOW,
            self.now(),
        );
        self.store
            .begin_run(&run, None, self.now(), self.now() + SignedDuration::from_mins(15))
            .await
            .unwrap()
            .unwrap();
        message(&QueueMessage::Ingest { driver_id: driver, run_id, correlation_id: "test".into() })
    }

    pub async fn deliver(&self, message: &SqsMessage) -> SqsBatchResponse {
        self.deliver_until(message, self.now() + SignedDuration::from_hours(12)).await
    }

    pub async fn deliver_until(&self, message: &SqsMessage, deadline: Timestamp) -> SqsBatchResponse {
        let mut event = SqsEvent::default();
        event.records = vec![message.clone()];
        ingestion::handle(&self.state, event, deadline).await
    }

    /// Requests a run and works at it in one go.
    pub async fn sync(&self, driver: DriverId) -> IngestionRun {
        self.clock.advance(SignedDuration::from_mins(10));
        let message = self.request(driver).await;
        let answer = self.deliver(&message).await;
        assert_eq!(answer.batch_item_failures.len(), 0, "the message failed");
        self.run(driver).await
    }

    /// The driver's newest run.
    pub async fn run(&self, driver: DriverId) -> IngestionRun {
        self.store.runs(driver, 1, None).await.unwrap().items.remove(0)
    }

    /// All races of a driver, newest first.
    pub async fn races(&self, driver: DriverId) -> Vec<Race> {
        let mut races = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.store.races(driver, &RaceFilter::default(), 100, cursor.as_deref()).await.unwrap();
            races.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return races,
            }
        }
    }

    /// What iRacing shows of a driver by now: every session with a race, newest first.
    pub fn truth(&self, driver: DriverId) -> Vec<DriverRaceId> {
        let mut shown: Vec<_> = self
            .sandbox
            .truth(driver.0)
            .into_iter()
            .filter(|race| race.available_at <= self.now() && race.kind != iracing_sandbox::RaceKind::PracticeOnly)
            .map(|race| DriverRaceId::new(race.start_time, domain::SubsessionId(race.subsession_id)))
            .collect();
        shown.sort_by(|a, b| b.cmp(a));
        shown
    }

    /// Messages that wait in the queue, now or later; they are taken out of it.
    pub async fn queued(&self) -> Vec<SqsMessage> {
        self.clock.advance(SignedDuration::from_mins(15));
        let queue = self.engines.sqs.client();
        let url = self.engines.sqs.queue_url("race-ingestion");
        let received = queue.receive_message().queue_url(&url).max_number_of_messages(10).send().await.unwrap();
        let mut messages = Vec::new();
        for received in received.messages() {
            queue
                .delete_message()
                .queue_url(&url)
                .receipt_handle(received.receipt_handle().unwrap())
                .send()
                .await
                .unwrap();
            let mut message = SqsMessage::default();
            message.message_id = received.message_id.clone();
            message.body = received.body.clone();
            messages.push(message);
        }
        messages
    }
}

pub fn message(message: &QueueMessage) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = Some("message".into());
    record.body = Some(serde_json::to_string(message).unwrap());
    record
}

pub fn ids(races: &[Race]) -> Vec<DriverRaceId> {
    let mut ids: Vec<_> = races.iter().map(Race::id).collect();
    ids.sort_by(|a, b| b.cmp(a));
    ids
}
