use anyhow::Context;
use auth::{SealingKeys, SigningKeys, Tokens};
use messaging::{IngestionQueue, Pushes};
use runtime::{Aws, Clock, secret_string};
use store::Store;

use crate::Config;

/// What the handlers work with; built once, cheap to clone.
#[derive(Debug, Clone)]
pub struct State {
    /// Connections are kept here.
    pub store: Store,
    /// Verifies who authenticates.
    pub tokens: Tokens,
    /// Closes connections later.
    pub queue: IngestionQueue,
    /// Replies.
    pub pushes: Pushes,
    /// Tells the time.
    pub clock: Clock,
}

impl State {
    /// Reads the keys and connects to what the settings name.
    pub async fn connect(config: &Config, aws: &Aws) -> anyhow::Result<Self> {
        let Config { table, signing_key_secret, encryption_key_secret, queue_url, management_endpoint } = config;
        let (signing, sealing) = tokio::try_join!(
            secret_string(&aws.secrets, signing_key_secret),
            secret_string(&aws.secrets, encryption_key_secret),
        )?;
        Ok(Self {
            store: Store::new(aws.dynamodb.clone(), table),
            tokens: Tokens {
                signing: SigningKeys::from_pem(signing.expose()).context("JWT_SIGNING_KEY_SECRET")?,
                sealing: SealingKeys::from_base64(sealing.expose()).context("JWT_ENCRYPTION_KEY_SECRET")?,
            },
            queue: IngestionQueue::new(aws.sqs.clone(), queue_url),
            pushes: Pushes::new(aws.management_client(management_endpoint)),
            clock: Clock::system(),
        })
    }
}
