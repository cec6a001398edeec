//! The system under measurement: API, queue, worker, table, a page that listens, and the sandbox as iRacing.

use anyhow::{Context, ensure};
use aws_lambda_events::sqs::SqsEvent;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Method, Request, StatusCode, header},
    routing::post,
};
use domain::{ConnectionId, DriverId, Race, RaceFilter};
use engines::{Engines, EnginesConfig, EventSourceMapping, Function, InvokeError, QueueSettings, function};
use iracing_sandbox::{Content, Sandbox};
use jiff::{SignedDuration, Timestamp};
use runtime::{Aws, Clock, Endpoints, Environment};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::Store;
use tokio::{sync::Notify, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use tower::ServiceExt;

/// When all clocks begin: the careers are the same on every machine and every day.
const START: Timestamp = Timestamp::constant(1_784_116_800, 0);

const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";
const QUEUE: &str = "ingestion";
pub const TABLE: &str = "spinout";
/// Longer than any part of the report.
const VISIBILITY: Duration = Duration::from_secs(3600);
/// A request limit that nobody reaches.
pub const NO_LIMIT: u32 = 1_000_000;

/// How iRacing behaves.
pub struct Setup {
    pub content: Content,
    pub latency: Duration,
    /// Requests a minute.
    pub rate_limit: u32,
}

pub struct World {
    pub clock: Clock,
    pub store: Store,
    pub sandbox: Sandbox,
    pub aws: Aws,
    /// The store of the API, which counts the units of its reads.
    pub api_store: Store,
    pub endpoints: Endpoints,
    /// What the worker reads from its environment.
    pub environment: BTreeMap<String, String>,
    /// Where iRacing is.
    pub iracing: String,
    api: Router,
    page: Page,
    worker: Option<EventSourceMapping>,
    _engines: Engines,
    _tasks: [AbortOnDropHandle<()>; 3],
}

/// A signed-in driver.
pub struct Driver {
    pub id: DriverId,
    token: String,
}

/// What an open page was told of the run under way, and when.
#[derive(Clone, Default)]
struct Page(Arc<(Mutex<Told>, Notify)>);

#[derive(Default)]
struct Told {
    races_found: Option<Instant>,
    race_stored: Option<Instant>,
    finished: Option<(Instant, Value)>,
}

/// An import, from asking for it to its end.
pub struct Import {
    /// Until a page knew that there are races.
    pub first_progress: Duration,
    /// Until a page knew of a stored race.
    pub first_race: Duration,
    pub whole: Duration,
    pub races: u32,
}

impl Page {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&self, body: &[u8]) {
        let Ok(message) = serde_json::from_slice::<Value>(body) else { return };
        let run = &message["payload"]["run"];
        let now = Instant::now();
        let mut told = self.told();
        if run["racesFound"].as_u64() > Some(0) {
            told.races_found.get_or_insert(now);
        }
        if run["racesDone"].as_u64() > Some(0) {
            told.race_stored.get_or_insert(now);
        }
        if message["action"] == "ingestionRunFinished" {
            told.finished = Some((now, run.clone()));
        }
        self.0.1.notify_one();
    }
}

/// Lets a clock go on by the runtime's time, which may be paused.
pub fn ticking_clock(start: Timestamp) -> (Clock, AbortOnDropHandle<()>) {
    let (clock, handle) = Clock::fixed(start);
    let started = Instant::now();
    let ticker = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            handle.set(start + SignedDuration::try_from(started.elapsed()).unwrap_or_default());
        }
    });
    (clock, AbortOnDropHandle::new(ticker))
}

async fn listener() -> anyhow::Result<(tokio::net::TcpListener, String)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    Ok((listener, address))
}

fn serve(listener: tokio::net::TcpListener, router: Router) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "a server ended");
        }
    }))
}

impl World {
    pub async fn start(setup: Setup) -> anyhow::Result<Self> {
        let (clock, ticker) = ticking_clock(START);
        let engines = Engines::start(EnginesConfig { data_dir: None, clock: clock.source() }).await?;
        engines.dynamodb.create_table(TABLE)?;
        let queue = QueueSettings { visibility_timeout: VISIBILITY, ..Default::default() };
        let queue_url = engines.sqs.create_queue(QUEUE, &queue)?;

        let (socket, iracing) = listener().await?;
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content: setup.content,
            clock: clock.source(),
            rate_limit: setup.rate_limit,
            ..iracing_sandbox::Config::local(&iracing, &[REDIRECT])
        })?;
        sandbox.faults().latency(setup.latency);
        let sandbox_server = serve(socket, sandbox.router());

        let page = Page::default();
        let open = page.clone();
        let connections = Router::new().route("/@connections/{id}", post(async move |body: Bytes| open.receive(&body)));
        let (socket, management) = listener().await?;
        let management_server = serve(socket, connections);

        let keys = auth::generate_local_keys()?;
        engines.secrets.put("signing", keys.signing_key_pem.expose())?;
        engines.secrets.put("sealing", keys.sealing_key_base64.expose())?;
        let credentials = r#"{"oauth_client_id":"spinout-local","oauth_client_secret":"spinout-local-secret"}"#;
        engines.secrets.put("iracing", credentials)?;
        let environment: BTreeMap<String, String> = [
            ("DYNAMODB_TABLE", TABLE),
            ("RACE_INGESTION_QUEUE_URL", &queue_url),
            ("WS_MANAGEMENT_ENDPOINT", &management),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("IRACING_OAUTH_BASE_URL", &format!("{iracing}/oauth2")),
            ("IRACING_DATA_BASE_URL", &iracing),
            ("CORS_ALLOWED_ORIGINS", "http://127.0.0.1"),
            ("OAUTH_REDIRECT_URIS", REDIRECT),
            ("INGESTION_COOLDOWN_SECONDS", "0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let endpoints = Endpoints {
            dynamodb: engines.dynamodb.endpoint(),
            sqs: engines.sqs.endpoint(),
            secrets: engines.secrets.endpoint(),
        };
        let aws = Aws::local(&endpoints).await;
        let config = api::Config::from_env(&Environment::of(environment.clone()))?;
        let state = api::State::connect(&config, &aws, clock.clone()).await?;
        Ok(Self {
            store: Store::new(aws.dynamodb.clone(), TABLE),
            api_store: state.store().clone(),
            api: api::router(state),
            clock,
            sandbox,
            aws,
            endpoints,
            environment,
            iracing,
            page,
            worker: None,
            _engines: engines,
            _tasks: [ticker, sandbox_server, management_server],
        })
    }

    /// Starts a worker in this process.
    pub async fn start_worker(&mut self) -> anyhow::Result<()> {
        let config = ingestion::Config::from_env(&Environment::of(self.environment.clone()))?;
        let state = ingestion::State::connect(&config, &self.aws, self.clock.clone()).await?;
        let clock = self.clock.clone();
        self.start_worker_as(function(move |event| {
            let (state, clock) = (state.clone(), clock.clone());
            async move {
                let event: SqsEvent = serde_json::from_value(event).map_err(InvokeError::failed)?;
                let answer = ingestion::handle(&state, event, deadline(clock.now())).await;
                serde_json::to_value(answer).map_err(InvokeError::failed)
            }
        }))
        .await
    }

    /// Starts a worker of another kind.
    pub async fn start_worker_as(&mut self, worker: Function) -> anyhow::Result<()> {
        let queue_url = &self.environment["RACE_INGESTION_QUEUE_URL"];
        self.worker = Some(EventSourceMapping::start(self.aws.sqs.clone(), queue_url, 1, worker).await?);
        Ok(())
    }

    /// Waits for what the worker is at, and starts nothing more.
    pub async fn stop_worker(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.stop(VISIBILITY).await;
        }
    }

    /// Calls the API without a network between.
    pub async fn call(&self, request: Request<Body>) -> anyhow::Result<(StatusCode, header::HeaderMap, Bytes)> {
        let answer = self.api.clone().oneshot(request).await?;
        let (parts, body) = answer.into_parts();
        Ok((parts.status, parts.headers, to_bytes(body, usize::MAX).await?))
    }

    async fn post(&self, path: &str, cookie: &str, body: &Value) -> anyhow::Result<(header::HeaderMap, Value)> {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie)
            .body(Body::from(body.to_string()))?;
        let (status, headers, body) = self.call(request).await?;
        ensure!(status.is_success(), "{path} answered {status}: {}", String::from_utf8_lossy(&body));
        Ok((headers, serde_json::from_slice(&body)?))
    }

    /// Signs a member in as a browser does it, and opens a page that listens.
    pub async fn sign_in(&self, member: i64) -> anyhow::Result<Driver> {
        let (headers, start) = self.post("/auth/ir/start", "", &json!({ "redirectUri": REDIRECT })).await?;
        let cookie = headers.get(header::SET_COOKIE).context("no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default();
        let mut consent: url::Url = start["authorizeUrl"].as_str().context("no address")?.parse()?;
        let mut decision: Vec<_> = consent.query_pairs().into_owned().collect();
        decision.push(("member".to_owned(), member.to_string()));
        consent.set_query(None);
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let decided = browser.post(consent).form(&decision).send().await?;
        let back = decided.headers().get(header::LOCATION).context("not sent back")?.to_str()?;
        let back: BTreeMap<_, _> = back.parse::<url::Url>()?.query_pairs().into_owned().collect();
        let (code, state) = (&back["code"], &back["state"]);
        let answer = json!({ "code": code, "state": state, "redirectUri": REDIRECT });
        let (_, session) = self.post("/auth/ir/callback", cookie, &answer).await?;
        let driver = DriverId(member);
        self.store.authenticate_connection(&ConnectionId("page".to_owned()), driver, self.clock.now()).await?;
        Ok(Driver { id: driver, token: session["accessToken"].as_str().context("no token")?.to_owned() })
    }

    /// Asks for a sync and waits until a page hears that it is over.
    pub async fn import(&self, driver: &Driver) -> anyhow::Result<Import> {
        *self.page.told() = Told::default();
        let asked = Instant::now();
        let (status, _, body) = self.call(driver.request(Method::POST, "/ingestion/race")?).await?;
        ensure!(status == StatusCode::ACCEPTED, "{status}: {}", String::from_utf8_lossy(&body));
        let (finished, run) = loop {
            if let Some(finished) = self.page.told().finished.take() {
                break finished;
            }
            self.page.0.1.notified().await;
        };
        ensure!(run["status"] == "finished" && run["racesFailed"] == 0, "the run ended as {run}");
        let told = self.page.told();
        let since = |moment: Option<Instant>| moment.map_or(finished - asked, |moment| moment - asked);
        Ok(Import {
            first_progress: since(told.races_found),
            first_race: since(told.race_stored),
            whole: finished - asked,
            races: run["racesDone"].as_u64().and_then(|races| races.try_into().ok()).context("no count")?,
        })
    }

    /// All races of a driver, newest first.
    pub async fn races(&self, driver: DriverId) -> anyhow::Result<Vec<Race>> {
        let mut races = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.store.races(driver, &RaceFilter::default(), 500, cursor.as_deref()).await?;
            races.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(races),
            }
        }
    }
}

impl Driver {
    /// A request in the driver's name.
    pub fn request(&self, method: Method, path: &str) -> anyhow::Result<Request<Body>> {
        let bearer = format!("Bearer {}", self.token);
        Ok(Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer).body(Body::empty())?)
    }
}

/// When a process that begins a message now would be stopped: late enough for all that is measured.
pub fn deadline(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(12)
}
