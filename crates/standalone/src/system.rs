use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use aws_lambda_events::sqs::SqsEvent;
use axum::Router;
use engines::{
    Engines, EventSourceMapping, Function, InvokeError, WebSocketGateway, WebSocketGatewaySettings, function,
};
use iracing_sandbox::{Careers, Content, Sandbox};
use jiff::SignedDuration;
use messaging::{IngestionQueue, QueueMessage};
use runtime::{Aws, Clock, Environment, Secret};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Config, Iracing, IracingClient, SandboxConfig};
use crate::data_folder::{
    DataFolder, ENCRYPTION_KEY, FolderLock, IRACING_CREDENTIALS, SIGNING_KEY, TABLE, connect, keep_credentials,
    make_queues,
};
use crate::pages;

/// How long the worker may be at one message; then the run goes back to the queue, behind those of other drivers.
const WORK_AT_MOST: SignedDuration = SignedDuration::from_mins(2);
/// How often it is looked whether a day has passed since the last daily sync.
const LOOK_AT_THE_DAY_EVERY: Duration = Duration::from_secs(60);
/// The daily sync is a day after the last one, or at the start if that is later.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Imports side by side; messages that close connections take a place too, for a moment.
const WORKERS: usize = 8;
/// How long a stop waits for what is under way. An import takes longer and goes on at the next start.
const GRACE: Duration = Duration::from_secs(2);
/// Where the sandbox is mounted.
const SANDBOX_PATH: &str = "/iracing-sandbox";

/// The running system. Dropping it ends it like a kill would; [`Spinout::stop`] ends it in order.
pub struct Spinout {
    data_dir: PathBuf,
    address: SocketAddr,
    public_url: Url,
    has_pages: bool,
    sandbox: Option<Sandbox>,
    iracing: Url,
    aws: Aws,
    server: JoinHandle<()>,
    stop: CancellationToken,
    worker: EventSourceMapping,
    gateway: WebSocketGateway,
    engines: Engines,
    _lock: FolderLock,
}

impl Spinout {
    /// Starts everything; when it returns, the address answers.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let folder = DataFolder::open(&config.data_dir)?;
        let lock = folder.lock()?;
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("SPINOUT_LISTEN is \"{}\": expected an address that is free", config.listen))?;
        let address = listener.local_addr()?;
        let public_url = match config.public_url {
            Some(url) => url,
            None => Url::parse(&format!("http://localhost:{}", address.port()))?,
        };

        let engines = folder.start_engines(&lock).await?;
        let aws = connect(&engines).await;
        let queue_url = make_queues(&engines.sqs)?;
        // Nobody else works on this folder: whoever holds a lock died with the process before.
        let interrupted = Store::new(aws.dynamodb.clone(), TABLE).release_locks_of_dead_workers().await?;
        let queue = IngestionQueue::new(aws.sqs.clone(), &queue_url);
        for (driver_id, run_id) in interrupted {
            // It may have died between a run's record and its message. One too many finds the run over.
            tracing::info!(%driver_id, %run_id, "an import that was interrupted goes on");
            let correlation_id = runtime::correlation_id(None);
            queue.send(&QueueMessage::Ingest { driver_id, run_id, correlation_id }, Duration::ZERO).await?;
        }

        let (sandbox, iracing) = match config.iracing {
            Iracing::Sandbox(settings) => {
                let (sandbox, client) = start_sandbox(settings, &public_url).await?;
                (Some(sandbox), client)
            }
            Iracing::Real(client) => (None, client),
        };
        keep_credentials(&engines.secrets, &iracing.client_id, &iracing.client_secret)?;

        let gateway = WebSocketGateway::start(WebSocketGatewaySettings::default()).await?;
        let environment = Environment::of(
            services_environment(&public_url, &queue_url, &gateway.management_endpoint(), &iracing)
                .into_iter()
                .chain(config.services),
        );
        let api_config = api::Config::from_env(&environment)?;
        let websocket_config = websocket::Config::from_env(&environment)?;
        let ingestion_config = ingestion::Config::from_env(&environment)?;
        let (api, websocket, ingestion) = tokio::try_join!(
            api::State::connect(&api_config, &aws, Clock::system()),
            websocket::State::connect(&websocket_config, &aws),
            ingestion::State::connect(&ingestion_config, &aws, Clock::system()),
        )?;

        let web_dir = pages::find(config.web_dir.as_deref(), std::env::current_exe().ok().as_deref());
        let mut site = Router::new()
            .nest("/api", api::router(api))
            .nest("/ws", gateway.router(websocket_function(websocket)))
            .fallback_service(pages::router(web_dir.as_deref(), &public_url));
        if let Some(sandbox) = &sandbox {
            site = site.nest(SANDBOX_PATH, sandbox.router());
        }
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, pages::with_security_headers(site), stop.clone()));
        // The engine's own client: it waits as long as a long poll takes, which the services' clients do not.
        let worker =
            EventSourceMapping::start(engines.sqs.client(), &queue_url, WORKERS, ingestion_function(ingestion)).await?;
        let daily = daily_sync(Store::new(aws.dynamodb.clone(), TABLE), queue, Clock::system());
        tokio::spawn(stop.clone().run_until_cancelled_owned(daily));
        Ok(Self {
            data_dir: folder.path().to_owned(),
            address,
            public_url,
            has_pages: web_dir.is_some(),
            sandbox,
            iracing: iracing.data_base_url,
            aws,
            server,
            stop,
            worker,
            gateway,
            engines,
            _lock: lock,
        })
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address for browsers.
    pub fn public_url(&self) -> &Url {
        &self.public_url
    }

    /// Whether built pages were found.
    pub fn has_pages(&self) -> bool {
        self.has_pages
    }

    /// The sandbox, if it plays iRacing.
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    /// Where iRacing's data API is.
    pub fn iracing(&self) -> &Url {
        &self.iracing
    }

    /// The table, for tests and benchmarks to look into.
    pub fn store(&self) -> Store {
        Store::new(self.aws.dynamodb.clone(), TABLE)
    }

    /// Ends it in order: no new work, open pages are told, the files are closed. A running import is left where it is.
    pub async fn stop(self) {
        self.worker.stop(GRACE).await;
        self.gateway.shutdown().await;
        self.stop.cancel();
        if tokio::time::timeout(GRACE, self.server).await.is_err() {
            tracing::debug!("some requests were still open");
        }
        self.engines.shutdown().await;
    }
}

/// What the services read from their environment on AWS.
fn services_environment(
    public_url: &Url,
    queue_url: &str,
    management_endpoint: &str,
    iracing: &IracingClient,
) -> Vec<(String, String)> {
    let origin = public_url.as_str().trim_end_matches('/');
    [
        ("DYNAMODB_TABLE", TABLE.to_owned()),
        ("RACE_INGESTION_QUEUE_URL", queue_url.to_owned()),
        ("WS_MANAGEMENT_ENDPOINT", management_endpoint.to_owned()),
        ("JWT_SIGNING_KEY_SECRET", SIGNING_KEY.to_owned()),
        ("JWT_ENCRYPTION_KEY_SECRET", ENCRYPTION_KEY.to_owned()),
        ("IRACING_CREDENTIALS_SECRET", IRACING_CREDENTIALS.to_owned()),
        ("IRACING_OAUTH_BASE_URL", iracing.oauth_base_url.to_string()),
        ("IRACING_DATA_BASE_URL", iracing.data_base_url.to_string()),
        ("CORS_ALLOWED_ORIGINS", origin.to_owned()),
        ("OAUTH_REDIRECT_URIS", redirect_uri(public_url)),
        ("API_BASE_PATH", "/api".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The page to which iRacing sends the browser back.
fn redirect_uri(public_url: &Url) -> String {
    format!("{public_url}auth/ir/callback")
}

async fn start_sandbox(settings: SandboxConfig, public_url: &Url) -> anyhow::Result<(Sandbox, IracingClient)> {
    let base_url = format!("{}{SANDBOX_PATH}", public_url.as_str().trim_end_matches('/'));
    let SandboxConfig { seed, rate_limit, recorded, faults } = settings;
    let careers = Careers::new(seed);
    let clock = Clock::system();
    let config = iracing_sandbox::Config {
        content: match recorded {
            Some(folder) => Content::Both(careers, folder),
            None => Content::Generated(careers),
        },
        clock: Arc::new(move || clock.now()),
        rate_limit,
        ..iracing_sandbox::Config::local(&base_url, &[&redirect_uri(public_url)])
    };
    let client = IracingClient {
        client_id: config.client_id.clone(),
        client_secret: Secret::new(&config.client_secret),
        oauth_base_url: Url::parse(&format!("{base_url}/oauth2"))?,
        data_base_url: Url::parse(&base_url)?,
    };
    let sandbox = tokio::task::spawn_blocking(move || Sandbox::new(config)).await??;
    for fault in faults {
        sandbox.faults().set_from_text(&fault).context("SPINOUT_SANDBOX_FAULTS")?;
    }
    Ok((sandbox, client))
}

fn websocket_function(state: websocket::State) -> Function {
    function(move |event| {
        let state = state.clone();
        async move { Ok(websocket::handle(&state, event).await) }
    })
}

fn ingestion_function(state: ingestion::State) -> Function {
    let clock = Clock::system();
    function(move |event| {
        let (state, clock) = (state.clone(), clock.clone());
        async move {
            let event: SqsEvent = serde_json::from_value(event).map_err(InvokeError::failed)?;
            let answer = ingestion::handle(&state, event, clock.now() + WORK_AT_MOST).await;
            serde_json::to_value(answer).map_err(InvokeError::failed)
        }
    })
}

/// What a schedule does on AWS: once a day, queues the message that brings drivers up to date.
async fn daily_sync(store: Store, queue: IngestionQueue, clock: Clock) {
    let mut timer = tokio::time::interval(LOOK_AT_THE_DAY_EVERY);
    loop {
        timer.tick().await;
        let occasion = async {
            if store.claim_daily_sync(clock.now(), DAY).await? {
                let correlation_id = runtime::correlation_id(None);
                queue.send(&QueueMessage::DailySync { after: None, correlation_id }, Duration::ZERO).await?;
            }
            anyhow::Ok(())
        };
        if let Err(error) = occasion.await {
            tracing::warn!(%error, "the daily sync was not begun");
        }
    }
}

async fn serve(listener: TcpListener, site: Router, stop: CancellationToken) {
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await {
        tracing::error!(%error, "the server ended");
    }
}
