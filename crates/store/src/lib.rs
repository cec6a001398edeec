//! Reads and writes the single DynamoDB table; the only place that knows keys and attribute names.
//!
//! One module for each kind of item, and [`Store`] is the handle they all add methods to:
//!
//! - [`driver`]: the driver, sign-ins, entitlements;
//! - [`login_session`]: the families of refresh tokens;
//! - [`iracing_token`]: the sealed token pair and the claim of who renews it;
//! - [`connection`]: WebSocket connections, from both sides;
//! - [`ingestion_lock`], [`ingestion_run`], [`failed_race`]: the ingestion's state;
//! - [`daily_sync`]: who wants to be brought up to date once a day;
//! - [`upstream`]: what processes tell each other about iRacing's limits and maintenance;
//! - [`race`]: a driver's races; [`journal`]: what they wrote about them;
//! - [`export`]: what they take along; [`rating_charts`]: what iRacing knows of their ratings;
//! - [`session`], [`laps`], [`race_events`]: subsessions, the packed laps of their whole field, and their event logs;
//! - [`mod@reference`]: tracks, cars and series;
//! - [`counters`]: the global counts; [`request_count`]: how often somebody asked.
//!
//! There is no trait in front of it: the seam to AWS is the endpoint URL of the client, so tests and the standalone
//! edition run the code that runs in production. "Absent" is `Option`; an item of the wrong shape is
//! [`StoreError::Shape`]. Every query is paged to its end and every batch is repeated until nothing is unprocessed.

mod compressed;
pub mod connection;
pub mod counters;
pub mod daily_sync;
mod departure;
pub mod driver;
mod error;
pub mod export;
pub mod failed_race;
pub mod ingestion_lock;
pub mod ingestion_run;
pub mod iracing_token;
pub mod journal;
mod key;
mod lap_packing;
pub mod laps;
pub mod login_session;
mod query;
pub mod race;
pub mod race_events;
pub mod rating_charts;
pub mod reference;
pub mod request_count;
pub mod session;
mod units;
pub mod upstream;
mod write;

pub use error::StoreError;
pub use race::Page;
pub use units::ConsumedUnits;

use aws_sdk_dynamodb::Client;
use std::sync::Arc;

/// The table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: Arc<str>,
    units: Arc<units::Counters>,
}

impl Store {
    /// A store over `table`, reached by `client`.
    pub fn new(client: Client, table: &str) -> Self {
        Self { client, table: table.into(), units: Arc::default() }
    }

    /// Capacity units consumed by this handle and its clones so far.
    pub fn consumed_units(&self) -> ConsumedUnits {
        self.units.total()
    }

    /// Whether the table answers: reads one item that need not exist.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.counters().await.map(drop)
    }
}
