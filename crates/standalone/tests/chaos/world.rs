//! API and worker as processes that can die, on embedded engines behind the proxies, with the sandbox as iRacing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use aws_sdk_sqs::types::Message;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Method, Request, StatusCode, header};
use axum::routing::post;
use domain::{ConnectionId, DriverId, Race, RaceFilter};
use engines::{DeadLetter, Engines, EnginesConfig, QueueSettings};
use futures::future::join_all;
use iracing_sandbox::{Careers, Content, DemoDriver, SHOWCASE, Sandbox};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use messaging::DeadLetters;
use runtime::{Aws, Clock, ClockHandle, Endpoints, Environment};
use serde_json::{Value, json};
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::browser::{Page, cookie, send};
use crate::promises::Watch;
use crate::proxy::Proxy;

const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";
const QUEUE: &str = "ingestion";
const DEAD_LETTERS: &str = "dead-letters";
/// When each seed begins.
pub const START: Timestamp = Timestamp::constant(1_780_315_200, 0);
/// A made-up driver with some thirty races in the months before [`START`].
const REGULAR: i64 = 2_000_001;
/// Who signs in.
pub const DRIVERS: [i64; 2] = [SHOWCASE, REGULAR];

/// What all seeds share: iRacing, and the clock.
pub struct Stage {
    pub sandbox: Sandbox,
    pub clock: ClockHandle,
    reads: Clock,
    /// The clock of a worker whose machine is off by some seconds.
    skewed: ClockHandle,
    reads_skewed: Clock,
    iracing: String,
    management: String,
    pages: Pages,
}

/// How pages take pushes.
#[derive(Clone, Default)]
struct Pages {
    failing: Arc<AtomicBool>,
    gone: Arc<AtomicBool>,
    /// Connections that heard of the end of a run.
    heard: Arc<Mutex<BTreeSet<String>>>,
    opened: Arc<AtomicU64>,
}

impl Stage {
    pub async fn set() -> Self {
        let (reads, clock) = Clock::fixed(START);
        let (reads_skewed, skewed) = Clock::fixed(START);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let iracing = format!("http://{}", listener.local_addr().unwrap());
        let mut careers = Careers::new(1).only(&[SHOWCASE]);
        careers.drivers.push(DemoDriver::regular(REGULAR, "Ida Brandt", date(2026, 2, 20), 75.0, 1_800.0));
        let ticking = [clock.clone(), skewed.clone()];
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content: Content::Generated(careers),
            // Time passes with the requests.
            clock: Arc::new(move || {
                for clock in &ticking {
                    clock.advance(SignedDuration::from_millis(10));
                }
                ticking[0].now()
            }),
            rate_limit: 1_000_000,
            ..iracing_sandbox::Config::local(&iracing, &[REDIRECT])
        })
        .unwrap();
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let pages = Pages::default();
        let connections =
            Router::new().route("/@connections/{id}", post(take_push).delete(take_push)).with_state(pages.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let management = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, connections).await });
        Self { sandbox, clock, reads, skewed, reads_skewed, iracing, management, pages }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Puts both clocks to a moment, the worker's so many seconds off.
    pub fn set_clocks(&self, now: Timestamp, skew: i64) {
        self.clock.set(now);
        self.skewed.set(now + SignedDuration::from_secs(skew));
    }

    pub fn time_passes(&self, span: SignedDuration) {
        self.clock.advance(span);
        self.skewed.advance(span);
    }

    /// Pages that answer with errors, or are gone.
    pub fn pages_fail(&self, failing: bool, gone: bool) {
        self.pages.failing.store(failing, Ordering::Relaxed);
        self.pages.gone.store(gone, Ordering::Relaxed);
    }
}

async fn take_push(
    State(pages): State<Pages>,
    Path(connection): Path<String>,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let kind = |name| [("x-amzn-errortype", name)];
    if pages.gone.load(Ordering::Relaxed) {
        (StatusCode::GONE, kind("GoneException"))
    } else if pages.failing.load(Ordering::Relaxed) {
        (StatusCode::INTERNAL_SERVER_ERROR, kind("InternalServerErrorException"))
    } else {
        let push = serde_json::from_slice::<Value>(&body).unwrap_or_default();
        if push["action"] == "ingestionRunFinished" {
            pages.heard.lock().unwrap().insert(connection);
        }
        (StatusCode::OK, kind(""))
    }
}

/// An installation: empty at first.
pub struct World<'a> {
    pub stage: &'a Stage,
    pub watch: Watch,
    /// In front of the table and of the queue.
    pub proxies: [Proxy; 2],
    /// The table without proxy, to look into.
    pub store: Store,
    engines: Engines,
    environment: BTreeMap<String, String>,
    aws: Aws,
    api: Mutex<Router>,
    worker: Mutex<ingestion::State>,
    skewed_worker: ingestion::State,
    websocket: websocket::State,
    browsers: Mutex<BTreeMap<i64, Page>>,
    /// The connection of each driver's open page.
    lines: Mutex<BTreeMap<i64, ConnectionId>>,
    /// Ends all processes that run now; they run on one machine.
    machine: Mutex<CancellationToken>,
}

/// What came of an action of a process.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    Done(T),
    /// The process died.
    Killed,
}

impl<'a> World<'a> {
    pub async fn start(stage: &'a Stage) -> Self {
        let watch = Watch::default();
        let engines = Engines::start(EnginesConfig { data_dir: None, clock: stage.reads.source() }).await.unwrap();
        engines.dynamodb.create_table("spinout").unwrap();
        engines.sqs.create_queue(DEAD_LETTERS, &QueueSettings::default()).unwrap();
        let settings = QueueSettings {
            visibility_timeout: Duration::from_secs(960),
            dead_letter: Some(DeadLetter { queue: DEAD_LETTERS.to_owned(), max_receive_count: 5 }),
        };
        let queue_url = engines.sqs.create_queue(QUEUE, &settings).unwrap();
        let keys = auth::generate_local_keys().unwrap();
        engines.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
        engines.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
        let credentials = json!({"oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret"});
        engines.secrets.put("iracing", &credentials.to_string()).unwrap();
        let (table, table_address) = Proxy::start(engines.dynamodb.endpoint(), watch.clone()).await;
        let (queue, queue_address) = Proxy::start(engines.sqs.endpoint(), watch.clone()).await;
        let environment: BTreeMap<String, String> = [
            ("DYNAMODB_TABLE", "spinout"),
            ("RACE_INGESTION_QUEUE_URL", &*queue_url),
            ("WS_MANAGEMENT_ENDPOINT", &*stage.management),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("IRACING_OAUTH_BASE_URL", &*format!("{}/oauth2", stage.iracing)),
            ("IRACING_DATA_BASE_URL", &*stage.iracing),
            ("IRACING_REQUESTS_PER_MINUTE", "1000000"),
            ("CORS_ALLOWED_ORIGINS", "http://127.0.0.1"),
            ("OAUTH_REDIRECT_URIS", REDIRECT),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let secrets = engines.secrets.endpoint();
        let aws = Aws::local(&Endpoints { dynamodb: table_address, sqs: queue_address, secrets }).await;
        let api = Mutex::new(api_process(&environment, &aws, stage).await);
        let worker = Mutex::new(worker_process(&environment, &aws, stage.reads.clone()).await);
        let skewed_worker = worker_process(&environment, &aws, stage.reads_skewed.clone()).await;
        let config = websocket::Config::from_env(&Environment::of(environment.clone())).unwrap();
        let clock = stage.reads.clone();
        let websocket = websocket::State { clock, ..websocket::State::connect(&config, &aws).await.unwrap() };
        Self {
            stage,
            watch,
            proxies: [table, queue],
            store: Store::new(engines.dynamodb.client(), "spinout"),
            engines,
            environment,
            aws,
            api,
            worker,
            skewed_worker,
            websocket,
            browsers: Mutex::default(),
            lines: Mutex::default(),
            machine: Mutex::default(),
        }
    }

    /// What ends the processes that run now. After a death the machine is a new one.
    fn machine(&self) -> CancellationToken {
        let mut machine = self.machine.lock().unwrap();
        if machine.is_cancelled() {
            *machine = CancellationToken::new();
        }
        for proxy in &self.proxies {
            proxy.victim(machine.clone());
        }
        machine.clone()
    }

    /// Runs what a process does, until it is done or the plan kills the process.
    async fn as_process<T>(&self, work: impl Future<Output = T>) -> Outcome<T> {
        let kill = self.machine();
        tokio::select! {
            done = work => Outcome::Done(done),
            () = kill.cancelled() => Outcome::Killed,
        }
    }

    /// A process that died comes back with nothing in its memory.
    async fn restart_worker(&self) {
        let fresh = worker_process(&self.environment, &self.aws, self.stage.reads.clone()).await;
        *self.worker.lock().unwrap() = fresh;
    }

    async fn restart_api(&self) {
        let fresh = api_process(&self.environment, &self.aws, self.stage).await;
        *self.api.lock().unwrap() = fresh;
    }

    /// Delivers a message, once or to two workers at the same time, which may work for `time`. What was worked through is
    /// deleted; the rest comes back when its visibility ends.
    pub async fn deliver(&self, message: &Message, twice: bool, skewed: bool, time: SignedDuration) -> Outcome<()> {
        let first = if skewed { self.skewed_worker.clone() } else { self.worker.lock().unwrap().clone() };
        let second = self.worker.lock().unwrap().clone();
        let deadline = self.stage.now() + time;
        let work = async {
            let first = ingestion::handle(&first, event(message), deadline);
            if twice {
                let second = ingestion::handle(&second, event(message), deadline);
                let (first, second) = tokio::join!(first, second);
                first.batch_item_failures.is_empty() && second.batch_item_failures.is_empty()
            } else {
                first.await.batch_item_failures.is_empty()
            }
        };
        match self.as_process(work).await {
            Outcome::Done(worked) => {
                if worked {
                    let queue = self.engines.sqs.client();
                    let receipt = message.receipt_handle().unwrap();
                    queue.delete_message().queue_url(self.queue_url()).receipt_handle(receipt).send().await.unwrap();
                }
                Outcome::Done(())
            }
            Outcome::Killed => {
                self.restart_worker().await;
                Outcome::Killed
            }
        }
    }

    fn queue_url(&self) -> String {
        self.engines.sqs.queue_url(QUEUE)
    }

    /// Takes up to ten messages out of sight.
    pub async fn receive(&self) -> Vec<Message> {
        let queue = self.engines.sqs.client();
        let received = queue.receive_message().queue_url(self.queue_url()).max_number_of_messages(10).send().await;
        received.unwrap().messages.unwrap_or_default()
    }

    /// Lets a message be received again at once.
    pub async fn put_back(&self, message: &Message) {
        let queue = self.engines.sqs.client();
        let receipt = message.receipt_handle().unwrap();
        let request = queue.change_message_visibility().queue_url(self.queue_url()).receipt_handle(receipt);
        request.visibility_timeout(0).send().await.unwrap();
    }

    /// Whether any message waits, now or later.
    pub fn is_queue_empty(&self) -> bool {
        self.engines.sqs.depth(QUEUE).unwrap() == Default::default()
    }

    /// Does what the operator's `spinout redrive` does; answers how many messages had been given up.
    pub async fn redrive(&self) -> usize {
        let letters = DeadLetters::new(self.engines.sqs.client(), self.engines.sqs.queue_url(DEAD_LETTERS));
        letters.redrive(&self.queue_url()).await.unwrap().len()
    }

    /// Sends a message as the scheduler does.
    pub async fn begin_daily_sync(&self) {
        let body = json!({ "kind": "dailySync", "correlationId": "daily" }).to_string();
        self.engines.sqs.client().send_message().queue_url(self.queue_url()).message_body(body).send().await.unwrap();
    }

    /// Lets the API's process do something; it comes back with nothing in its memory if it dies.
    async fn in_api<T, F: Future<Output = T>>(&self, work: impl FnOnce(Router) -> F) -> Outcome<T> {
        let api = self.api.lock().unwrap().clone();
        let outcome = self.as_process(work(api)).await;
        if matches!(outcome, Outcome::Killed) {
            self.restart_api().await;
        }
        outcome
    }

    /// Signs a driver in as a browser does; tried again until it works, as a person would.
    pub async fn sign_in(&self, driver: i64) {
        for _ in 0..20 {
            let signed_in = self.in_api(async |api| Page::sign_in(&api, driver, REDIRECT).await).await;
            if let Outcome::Done(Some(browser)) = signed_in {
                self.browsers.lock().unwrap().insert(driver, browser);
                self.open_page(driver).await;
                return;
            }
            self.stage.time_passes(SignedDuration::from_secs(5));
        }
        self.watch.broken(format!("{driver}: could not sign in"));
    }

    /// A page connects and signs in; tried again if that fails, as pages do. It stands for the driver's others.
    pub async fn open_page(&self, driver: i64) {
        self.refresh(driver, 1).await;
        let token = self.browsers.lock().unwrap()[&driver].token.clone();
        for _ in 0..5 {
            let number = self.stage.pages.opened.fetch_add(1, Ordering::Relaxed);
            let connection = ConnectionId(format!("page-{number}"));
            self.event("CONNECT", &connection, None).await;
            let auth = json!({ "action": "auth", "token": token });
            if self.event("MESSAGE", &connection, Some(auth)).await.is_some_and(|answer| answer["statusCode"] == 200) {
                self.lines.lock().unwrap().insert(driver, connection);
                return;
            }
        }
    }

    /// A line is cut, of which the gateway may tell.
    pub async fn line_is_cut(&self, driver: i64, told: bool) {
        let line = self.lines.lock().unwrap().remove(&driver);
        if let Some(line) = line.filter(|_| told) {
            self.event("DISCONNECT", &line, None).await;
        }
    }

    /// Whether the driver's open page has heard of the end of a run.
    pub fn has_heard_of_an_end(&self, driver: i64) -> bool {
        let line = self.lines.lock().unwrap().get(&driver).cloned();
        line.is_some_and(|line| self.stage.pages.heard.lock().unwrap().contains(&line.0))
    }

    /// What the gateway tells of a connection; `None` if the process died.
    async fn event(&self, kind: &str, connection: &ConnectionId, body: Option<Value>) -> Option<Value> {
        let event = json!({
            "requestContext": { "connectionId": connection, "eventType": kind, "routeKey": "$default" },
            "body": body.map(|body| body.to_string()),
            "isBase64Encoded": false,
        });
        match self.as_process(websocket::handle(&self.websocket, event)).await {
            Outcome::Done(answer) => Some(answer),
            Outcome::Killed => None,
        }
    }

    /// Refreshes the session, as some tabs do it at once. A refusal is a broken promise: we have logged the driver out.
    pub async fn refresh(&self, driver: i64, tabs: usize) {
        let before = self.browsers.lock().unwrap()[&driver].clone();
        let refreshes = (0..tabs).map(|_| {
            let request =
                Request::post("/auth/refresh").header(header::COOKIE, &before.refresh).body(Body::empty()).unwrap();
            self.in_api(async |api| send(&api, request).await)
        });
        for answer in join_all(refreshes).await {
            let Outcome::Done((status, headers, session)) = answer else { continue };
            if status == StatusCode::UNAUTHORIZED {
                self.watch.broken(format!("{driver}: logged out by us: {session}"));
            }
            if status.is_success() {
                let token = session["accessToken"].as_str().unwrap().to_owned();
                self.browsers.lock().unwrap().insert(driver, Page { token, refresh: cookie(&headers) });
            }
        }
    }

    /// Calls a route as the driver; `None` if the process died.
    pub async fn ask(
        &self,
        driver: i64,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Option<(StatusCode, Value)> {
        self.refresh(driver, 1).await;
        let page = self.browsers.lock().unwrap()[&driver].clone();
        let request = page.request(method, path, body);
        match self.in_api(async |api| send(&api, request).await).await {
            Outcome::Done((status, _, body)) => Some((status, body)),
            Outcome::Killed => None,
        }
    }

    /// All races of a driver, newest first.
    pub async fn races(&self, driver: i64) -> Vec<Race> {
        let mut races = Vec::new();
        let mut cursor = None;
        loop {
            let page =
                self.store.races(DriverId(driver), &RaceFilter::default(), 500, cursor.as_deref()).await.unwrap();
            races.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return races,
            }
        }
    }
}

fn event(message: &Message) -> SqsEvent {
    let mut record = SqsMessage::default();
    record.message_id = message.message_id().map(str::to_owned);
    record.body = message.body().map(str::to_owned);
    let mut event = SqsEvent::default();
    event.records = vec![record];
    event
}

async fn api_process(environment: &BTreeMap<String, String>, aws: &Aws, stage: &Stage) -> Router {
    let config = api::Config::from_env(&Environment::of(environment.clone())).unwrap();
    api::router(api::State::connect(&config, aws, stage.reads.clone()).await.unwrap())
}

async fn worker_process(environment: &BTreeMap<String, String>, aws: &Aws, clock: Clock) -> ingestion::State {
    let config = ingestion::Config::from_env(&Environment::of(environment.clone())).unwrap();
    ingestion::State::connect(&config, aws, clock).await.unwrap()
}
