use std::path::PathBuf;

use crate::client_config::{ACCESS_KEY, REGION};
use crate::clock::{Clock, system_clock};
use crate::{DynamoDb, Secrets, Sqs};

/// File of the table in a data folder.
pub const TABLE_FILE: &str = "table.sqlite";
/// File of the queues in a data folder.
pub const QUEUE_FILE: &str = "queue.sqlite";
/// Folder of the secrets in a data folder.
pub const SECRETS_FOLDER: &str = "secrets";

/// DynamoDB, SQS and Secrets Manager together.
///
/// ```no_run
/// # async fn example() -> anyhow::Result<()> {
/// let aws = engines::Engines::start(engines::EnginesConfig::default()).await?;
/// aws.dynamodb.create_table("spinout")?;
/// let dynamodb = aws.dynamodb.client();
/// # Ok(()) }
/// ```
pub struct Engines {
    /// The table.
    pub dynamodb: DynamoDb,
    /// The queues.
    pub sqs: Sqs,
    /// The secrets.
    pub secrets: Secrets,
}

/// Where the engines keep their state and what time it is for them.
#[derive(Clone)]
pub struct EnginesConfig {
    /// A folder that exists, for [`TABLE_FILE`], [`QUEUE_FILE`] and [`SECRETS_FOLDER`]; everything is in memory without one.
    pub data_dir: Option<PathBuf>,
    /// The clock of queues and secrets. DynamoDB's expiry goes by the wall clock.
    pub clock: Clock,
}

impl Default for EnginesConfig {
    /// In memory, by the wall clock.
    fn default() -> Self {
        Self { data_dir: None, clock: system_clock() }
    }
}

impl Engines {
    /// Starts the three.
    pub async fn start(config: EnginesConfig) -> anyhow::Result<Self> {
        let path = |name: &str| config.data_dir.as_ref().map(|folder| folder.join(name));
        Ok(Self {
            dynamodb: DynamoDb::start(path(TABLE_FILE).as_deref()).await?,
            sqs: Sqs::start_with_clock(path(QUEUE_FILE).as_deref(), config.clock.clone()).await?,
            secrets: Secrets::start_with_clock(path(SECRETS_FOLDER).as_deref(), config.clock).await?,
        })
    }

    /// The environment by which a process of its own finds the engines.
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.endpoint()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets.endpoint()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", ACCESS_KEY.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Stops all three, after the requests that are under way. Dropping stops them too, without waiting.
    pub async fn shutdown(self) {
        tokio::join!(self.dynamodb.shutdown(), self.sqs.shutdown(), self.secrets.shutdown());
    }
}
