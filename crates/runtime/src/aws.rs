//! Clients of the AWS services.

use std::time::Duration;

use anyhow::Context;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;

use crate::Secret;

/// Tries of one call, the first included: waits of up to 1, 2 and 4 seconds between them outlast a throttled moment.
const ATTEMPTS: u32 = 4;
/// The first wait where stand-ins are asked, which recover at once.
const LOCAL_PAUSE: Duration = Duration::from_millis(20);
/// A connection inside one region takes milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// One try; the slowest normal call is a batch of large items.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// All tries together; must end before the 30 seconds that a Lambda behind API Gateway has.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(25);

/// The AWS clients of a process. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Aws {
    /// The one table.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The ingestion queue.
    pub sqs: aws_sdk_sqs::Client,
    /// Keys and iRacing credentials.
    pub secrets: aws_sdk_secretsmanager::Client,
    config: SdkConfig,
}

/// Where the stand-ins of the AWS services listen, such as `http://127.0.0.1:4566`.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// DynamoDB.
    pub dynamodb: String,
    /// SQS.
    pub sqs: String,
    /// Secrets Manager.
    pub secrets: String,
}

impl Aws {
    /// Connects as the SDK finds it: region and credentials of the Lambda's role, and `AWS_ENDPOINT_URL_DYNAMODB`,
    /// `_SQS` and `_SECRETS_MANAGER` where the services are to be found elsewhere.
    pub async fn connect() -> Self {
        let config = settings().load().await;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
            config,
        }
    }

    /// Connects to stand-ins of the services, which take any credentials; nothing of the environment is used.
    pub async fn local(endpoints: &Endpoints) -> Self {
        let config = settings()
            .retry_config(retries().with_initial_backoff(LOCAL_PAUSE))
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .load()
            .await;
        let Endpoints { dynamodb, sqs, secrets } = endpoints;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::from_conf(
                aws_sdk_dynamodb::config::Builder::from(&config).endpoint_url(dynamodb).build(),
            ),
            sqs: aws_sdk_sqs::Client::from_conf(aws_sdk_sqs::config::Builder::from(&config).endpoint_url(sqs).build()),
            secrets: aws_sdk_secretsmanager::Client::from_conf(
                aws_sdk_secretsmanager::config::Builder::from(&config).endpoint_url(secrets).build(),
            ),
            config,
        }
    }

    /// A client of API Gateway's connection management. Its endpoint is the WebSocket stage's own
    /// (`https://{api}.execute-api.{region}.amazonaws.com/{stage}`), so no default of the SDK finds it.
    pub fn management_client(&self, endpoint: &str) -> aws_sdk_apigatewaymanagement::Client {
        aws_sdk_apigatewaymanagement::Client::from_conf(
            aws_sdk_apigatewaymanagement::config::Builder::from(&self.config).endpoint_url(endpoint).build(),
        )
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

fn settings() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::v2026_01_12()).retry_config(retries()).timeout_config(
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build(),
    )
}

/// Reads the current text of a secret.
///
/// # Errors
/// If the secret cannot be read or holds bytes instead of text; the message names the secret.
pub async fn secret_string(client: &aws_sdk_secretsmanager::Client, name: &str) -> anyhow::Result<Secret> {
    let answer = client
        .get_secret_value()
        .secret_id(name)
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)
        .with_context(|| format!("secret {name:?} could not be read"))?;
    answer.secret_string.map(Secret::new).with_context(|| format!("secret {name:?} holds no text"))
}
