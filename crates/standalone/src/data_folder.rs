use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use engines::{DeadLetter, DynamoDb, Engines, EnginesConfig, QueueSettings, Secrets, Sqs};
use runtime::{Aws, Endpoints, Secret};
use serde_json::json;

/// The one table.
pub(crate) const TABLE: &str = "spinout";
/// The queue of work.
pub(crate) const QUEUE: &str = "ingestion";
/// The queue of messages that were given up.
pub(crate) const DEAD_LETTER_QUEUE: &str = "ingestion-dead-letter";
/// Longer than the worker may take, or a second one would get the message too.
const VISIBILITY: Duration = Duration::from_secs(16 * 60);
/// A message that failed so often is given up.
const MAX_RECEIVE_COUNT: u32 = 5;
/// Name of the secret with the key that signs sessions.
pub(crate) const SIGNING_KEY: &str = "jwt-signing-key";
/// Name of the secret with the key that seals tokens.
pub(crate) const ENCRYPTION_KEY: &str = "jwt-encryption-key";
/// Name of the secret with iRacing's OAuth client.
pub(crate) const IRACING_CREDENTIALS: &str = "iracing-credentials";

/// The folder with everything that outlives the process: table, queue and secrets, readable by its owner only.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
}

/// Keeps other processes from running on the same folder; the system takes it back from a process that dies.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl DataFolder {
    /// Opens the folder, or makes it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let prepare = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
            fs::set_permissions(path, Permissions::from_mode(0o700))?;
            path.canonicalize()
        };
        let path = prepare().with_context(|| {
            format!("SPINOUT_DATA_DIR is {:?}: expected a folder that can be made or written to", path.display())
        })?;
        Ok(Self { path })
    }

    /// Where it is, from the root.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Claims the folder for a process that runs the system.
    ///
    /// Two would take each other's queue messages for those of a dead process. Commands that only read or write the table
    /// need no lock: SQLite keeps their transactions apart.
    pub fn lock(&self) -> anyhow::Result<FolderLock> {
        let path = self.path.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => bail!(
                "another spinout runs on the data folder {}: stop it, or set SPINOUT_DATA_DIR to another folder",
                self.path.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }

    /// Starts the embedded engines on the folder, with the table and the keys made where they are missing. Only whoever
    /// holds the lock may do so, as it takes over the queue.
    pub(crate) async fn start_engines(&self, _lock: &FolderLock) -> anyhow::Result<Engines> {
        let engines =
            Engines::start(EnginesConfig { data_dir: Some(self.path.clone()), ..EnginesConfig::default() }).await?;
        engines.dynamodb.create_table(TABLE)?;
        make_keys(&engines.secrets)?;
        Ok(engines)
    }

    /// Opens the table alone, which may be done beside a running system.
    pub(crate) async fn open_table(&self) -> anyhow::Result<DynamoDb> {
        let dynamodb = DynamoDb::start(Some(&self.path.join(engines::TABLE_FILE))).await?;
        dynamodb.create_table(TABLE)?;
        Ok(dynamodb)
    }

    /// Opens the queues alone, which may be done beside a running system.
    pub(crate) async fn open_queues(&self) -> anyhow::Result<Sqs> {
        let sqs = Sqs::start_beside(&self.path.join(engines::QUEUE_FILE)).await?;
        make_queues(&sqs)?;
        Ok(sqs)
    }

    /// Opens the secrets alone, with the keys made where they are missing.
    pub(crate) async fn open_secrets(&self) -> anyhow::Result<Secrets> {
        let secrets = Secrets::start(Some(&self.path.join(engines::SECRETS_FOLDER))).await?;
        make_keys(&secrets)?;
        Ok(secrets)
    }
}

/// The clients of embedded engines.
pub(crate) async fn connect(engines: &Engines) -> Aws {
    Aws::local(&Endpoints {
        dynamodb: engines.dynamodb.endpoint(),
        sqs: engines.sqs.endpoint(),
        secrets: engines.secrets.endpoint(),
    })
    .await
}

/// Makes the queues that are missing; answers the address of the one for work.
pub(crate) fn make_queues(sqs: &Sqs) -> anyhow::Result<String> {
    sqs.create_queue(DEAD_LETTER_QUEUE, &QueueSettings::default())?;
    let dead_letter = DeadLetter { queue: DEAD_LETTER_QUEUE.to_owned(), max_receive_count: MAX_RECEIVE_COUNT };
    sqs.create_queue(QUEUE, &QueueSettings { visibility_timeout: VISIBILITY, dead_letter: Some(dead_letter) })
}

/// Makes the keys of a new installation.
fn make_keys(secrets: &Secrets) -> anyhow::Result<()> {
    if secrets.get(SIGNING_KEY).is_some() && secrets.get(ENCRYPTION_KEY).is_some() {
        return Ok(());
    }
    let keys = auth::generate_local_keys()?;
    for (name, key) in [(SIGNING_KEY, keys.signing_key_pem), (ENCRYPTION_KEY, keys.sealing_key_base64)] {
        if secrets.get(name).is_none() {
            secrets.put(name, key.expose())?;
        }
    }
    Ok(())
}

/// Keeps the OAuth client where the services look for it.
pub(crate) fn keep_credentials(secrets: &Secrets, client_id: &str, client_secret: &Secret) -> anyhow::Result<()> {
    let credentials =
        json!({ "oauth_client_id": client_id, "oauth_client_secret": client_secret.expose() }).to_string();
    if secrets.get(IRACING_CREDENTIALS).as_deref() != Some(&credentials) {
        secrets.put(IRACING_CREDENTIALS, &credentials)?;
    }
    Ok(())
}
