use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use dynoxide::Database;
use dynoxide::actions::create_table::CreateTableRequest;
use dynoxide::actions::update_time_to_live::{TimeToLiveSpecification, UpdateTimeToLiveRequest};
use dynoxide::errors::DynoxideError;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::client_config;
use crate::loopback::LoopbackServer;

/// How often items past their `ttl` are removed. AWS promises no more than "within a few days".
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// DynamoDB on a loopback port, kept in one SQLite file or in memory.
///
/// Unlike AWS it never throttles and never leaves items of a batch unprocessed.
/// Assert on error codes, not on texts or page sizes: those are its own.
pub struct DynamoDb {
    database: Database,
    server: LoopbackServer,
    _sweeper: Option<AbortOnDropHandle<()>>,
}

impl DynamoDb {
    /// Opens or creates the database in the file at `path`, or one in memory, and serves it.
    ///
    /// Expired items of a file are swept once a minute. In memory, which is for tests with a clock of their own, only
    /// [`DynamoDb::sweep_expired`] sweeps.
    pub async fn start(path: Option<&Path>) -> anyhow::Result<Self> {
        let database = match path {
            Some(path) => {
                let file = path.to_str().with_context(|| format!("{} is not valid Unicode", path.display()))?;
                Database::new(file).with_context(|| format!("cannot open the table file {}", path.display()))?
            }
            None => Database::memory()?,
        };
        let served = database.clone();
        let server = LoopbackServer::serve_with(CancellationToken::new(), |listener, stop| async move {
            dynoxide::server::serve_with_shutdown(listener, served, stop.cancelled_owned())
                .await
                .map_err(anyhow::Error::msg)
        })
        .await?;
        let sweeper = path.map(|_| AbortOnDropHandle::new(tokio::spawn(sweep_regularly(database.clone()))));
        Ok(Self { database, server, _sweeper: sweeper })
    }

    /// Creates the table unless it is there: string keys `partition_key` and `sort_key`, paid per request, expiry by the
    /// attribute `ttl` (Unix seconds).
    pub fn create_table(&self, name: &str) -> anyhow::Result<()> {
        let table: CreateTableRequest = serde_json::from_value(json!({
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                { "AttributeName": "partition_key", "AttributeType": "S" },
                { "AttributeName": "sort_key", "AttributeType": "S" },
            ],
            "KeySchema": [
                { "AttributeName": "partition_key", "KeyType": "HASH" },
                { "AttributeName": "sort_key", "KeyType": "RANGE" },
            ],
        }))?;
        match self.database.create_table(table) {
            Ok(_) => {}
            Err(DynoxideError::ResourceInUseException(_)) => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("cannot create the table {name}")),
        }
        self.database
            .update_time_to_live(UpdateTimeToLiveRequest {
                table_name: name.to_owned(),
                time_to_live_specification: TimeToLiveSpecification { attribute_name: "ttl".to_owned(), enabled: true },
            })
            .with_context(|| format!("cannot turn on expiry for the table {name}"))?;
        Ok(())
    }

    /// Removes the items whose `ttl` has passed by the wall clock; returns how many there were.
    pub fn sweep_expired(&self) -> anyhow::Result<usize> {
        Ok(self.database.sweep_ttl()?)
    }

    /// Where to send requests: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// A client for this database.
    pub fn client(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&client_config(&self.endpoint()))
    }

    /// Stops serving, after the requests that are under way. Dropping stops it too, without waiting.
    pub async fn shutdown(mut self) {
        self.server.shutdown().await;
    }
}

async fn sweep_regularly(database: Database) {
    let mut timer = tokio::time::interval(SWEEP_EVERY);
    loop {
        timer.tick().await;
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(removed)) => tracing::debug!(removed, "swept expired items"),
            Ok(Err(error)) => tracing::warn!(%error, "expired items were not swept"),
            Err(error) => tracing::error!(%error, "the sweep of expired items ended"),
        }
    }
}
