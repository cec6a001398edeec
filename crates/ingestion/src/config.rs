//! What the worker is told, and what it holds between messages.

use crate::upstream::FleetShare;
use anyhow::Context;
use auth::SealingKeys;
use domain::DriverId;
use iracing::{DataClient, DataConfig, HttpClient, RateBudget};
use iracing_token::{IracingTokens, oauth_client};
use jiff::SignedDuration;
use messaging::{IngestionQueue, Pushes};
use runtime::{Aws, Clock, Environment, Metrics, secret_string};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};
use store::Store;
use url::Url;

/// Drivers whose budget is remembered between messages.
const BUDGETS_KEPT: usize = 1_000;

/// The worker's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DYNAMODB_TABLE`: the table.
    pub table: String,
    /// `RACE_INGESTION_QUEUE_URL`: the queue that runs go back to.
    pub queue_url: String,
    /// `WS_MANAGEMENT_ENDPOINT`: where pushes are posted to.
    pub management_endpoint: String,
    /// `IRACING_CREDENTIALS_SECRET`: name of the secret with client id and client secret.
    pub iracing_credentials_secret: String,
    /// `JWT_ENCRYPTION_KEY_SECRET`: name of the secret with the sealing keys.
    pub encryption_key_secret: String,
    /// `IRACING_OAUTH_BASE_URL`: iRacing's OAuth service.
    pub oauth_base_url: Url,
    /// `IRACING_DATA_BASE_URL`: iRacing's data API.
    pub data_base_url: Url,
    /// `SEARCH_WINDOW_IN_DAYS`: length of one search, 2 to 90.
    pub search_window: SignedDuration,
    /// `INGESTION_LOCK_DURATION_SECONDS`: after this time without a sign of life a worker counts as dead.
    pub lock_duration: SignedDuration,
    /// `INGESTION_COOLDOWN_SECONDS`: pause between two runs of a driver.
    pub cooldown: SignedDuration,
    /// `IRACING_BUDGET_RESERVE`: requests of each of a driver's windows that are left to the driver's own tools.
    pub budget_reserve: u32,
    /// `IRACING_REQUESTS_PER_MINUTE`: what all workers together may ask iRacing in a minute.
    pub fleet_ceiling: u32,
    /// What is counted for the dashboard, if this is a Lambda.
    pub metrics: Metrics,
}

impl Config {
    /// Reads the settings.
    pub fn from_env(environment: &Environment) -> anyhow::Result<Self> {
        let seconds =
            |name, default, range| environment.in_range::<i64>(name, default, range).map(SignedDuration::from_secs);
        Ok(Self {
            table: environment.required("DYNAMODB_TABLE")?,
            queue_url: environment.required("RACE_INGESTION_QUEUE_URL")?,
            management_endpoint: environment.required("WS_MANAGEMENT_ENDPOINT")?,
            iracing_credentials_secret: environment.required("IRACING_CREDENTIALS_SECRET")?,
            encryption_key_secret: environment.required("JWT_ENCRYPTION_KEY_SECRET")?,
            oauth_base_url: environment.or("IRACING_OAUTH_BASE_URL", iracing::OAUTH_BASE_URL.parse()?)?,
            data_base_url: environment.or("IRACING_DATA_BASE_URL", iracing::DATA_BASE_URL.parse()?)?,
            search_window: SignedDuration::from_hours(24 * environment.in_range("SEARCH_WINDOW_IN_DAYS", 90, 2..=90)?),
            lock_duration: seconds("INGESTION_LOCK_DURATION_SECONDS", 900, 30..=86_400)?,
            cooldown: seconds("INGESTION_COOLDOWN_SECONDS", 300, 0..=86_400)?,
            budget_reserve: environment.in_range("IRACING_BUDGET_RESERVE", 6, 0..=120)?,
            fleet_ceiling: environment.in_range("IRACING_REQUESTS_PER_MINUTE", 6_000, 60..=10_000_000)?,
            metrics: Metrics::from_env(environment)?,
        })
    }
}

/// What the worker holds between messages. Cheap to clone.
#[derive(Clone)]
pub struct State {
    pub(crate) store: Store,
    pub(crate) tokens: IracingTokens,
    pub(crate) data: DataClient,
    pub(crate) queue: IngestionQueue,
    pub(crate) pushes: Pushes,
    pub(crate) clock: Clock,
    pub(crate) search_window: SignedDuration,
    pub(crate) lock_duration: SignedDuration,
    pub(crate) cooldown: SignedDuration,
    pub(crate) budget_reserve: u32,
    pub(crate) fleet_ceiling: u32,
    pub(crate) fleet_share: Arc<tokio::sync::Mutex<FleetShare>>,
    pub(crate) metrics: Metrics,
    budgets: Arc<Mutex<HashMap<DriverId, RateBudget>>>,
    /// Tracks that this process has counted already.
    pub(crate) tracks_seen: Arc<Mutex<HashSet<domain::TrackId>>>,
}

impl State {
    /// Reads the secrets and builds every client, before the first message.
    pub async fn connect(config: &Config, aws: &Aws, clock: Clock) -> anyhow::Result<Self> {
        let (credentials, sealing) = tokio::try_join!(
            secret_string(&aws.secrets, &config.iracing_credentials_secret),
            secret_string(&aws.secrets, &config.encryption_key_secret),
        )?;
        let http = HttpClient::new(concat!("spinout/", env!("CARGO_PKG_VERSION")))?;
        let oauth = oauth_client(credentials.expose(), config.oauth_base_url.clone(), http.clone())?;
        let sealing = SealingKeys::from_base64(sealing.expose()).context("JWT_ENCRYPTION_KEY_SECRET")?;
        let store = Store::new(aws.dynamodb.clone(), &config.table);
        Ok(Self {
            tokens: IracingTokens::new(store.clone(), oauth, sealing, clock.clone()),
            store,
            data: DataClient::new(&DataConfig::new(config.data_base_url.clone()), http),
            queue: IngestionQueue::new(aws.sqs.clone(), &config.queue_url),
            pushes: Pushes::new(aws.management_client(&config.management_endpoint)),
            clock,
            search_window: config.search_window,
            lock_duration: config.lock_duration,
            cooldown: config.cooldown,
            budget_reserve: config.budget_reserve,
            fleet_ceiling: config.fleet_ceiling,
            fleet_share: Arc::default(),
            metrics: config.metrics.clone(),
            budgets: Arc::default(),
            tracks_seen: Arc::default(),
        })
    }

    /// The client of iRacing's data API, whose counts the benchmarks read.
    pub fn data_client(&self) -> &DataClient {
        &self.data
    }

    /// The store, whose consumed units the benchmarks read.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The request budget that all work for a driver in this process shares.
    pub(crate) fn budget(&self, driver: DriverId) -> RateBudget {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        if budgets.len() >= BUDGETS_KEPT && !budgets.contains_key(&driver) {
            budgets.clear();
        }
        let (clock, reserve) = (self.clock.clone(), self.budget_reserve);
        let begun = || RateBudget::with_reserve(Arc::new(move || clock.now()), reserve);
        budgets.entry(driver).or_insert_with(begun).clone()
    }
}
