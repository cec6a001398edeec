use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client_config;
use crate::client_config::{ACCOUNT, REGION};
use crate::clock::{Clock, system_clock};
use crate::loopback::LoopbackServer;

/// Secrets Manager on a loopback port, kept in files that only their owner can read, or in memory.
///
/// A secret is a text and has one version, the current one.
pub struct Secrets {
    vault: Arc<Vault>,
    server: LoopbackServer,
}

struct Vault {
    folder: Option<PathBuf>,
    clock: Clock,
    secrets: Mutex<BTreeMap<String, Secret>>,
}

/// One file of the folder.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Secret {
    name: String,
    version_id: String,
    /// Unix seconds.
    created_at: f64,
    secret_string: String,
}

#[derive(Debug, thiserror::Error)]
enum SecretsError {
    #[error("Secrets Manager can't find the specified secret.")]
    NotFound,
    #[error("a secret of this name exists already")]
    Exists,
    #[error("{0}")]
    InvalidParameter(String),
    #[error("the secret could not be written")]
    Write(#[source] anyhow::Error),
}

impl Secrets {
    /// Loads the secrets of the folder (created with mode 0700 if it is missing), or begins with none in memory, and
    /// serves them.
    pub async fn start(folder: Option<&Path>) -> anyhow::Result<Self> {
        Self::start_with_clock(folder, system_clock()).await
    }

    /// Like [`Secrets::start`], with creation times told by `clock`.
    pub async fn start_with_clock(folder: Option<&Path>, clock: Clock) -> anyhow::Result<Self> {
        let secrets = folder.map(load).transpose()?.unwrap_or_default();
        let vault = Arc::new(Vault { folder: folder.map(Path::to_owned), clock, secrets: Mutex::new(secrets) });
        let router = Router::new().route("/", post(answer)).with_state(vault.clone());
        Ok(Self { vault, server: LoopbackServer::serve(router).await? })
    }

    /// The current value of a secret.
    pub fn get(&self, name: &str) -> Option<String> {
        self.vault.find(name).ok().map(|secret| secret.secret_string)
    }

    /// Creates the secret or replaces its value.
    pub fn put(&self, name: &str, value: &str) -> anyhow::Result<()> {
        self.vault.put(name, value)?;
        Ok(())
    }

    /// Where to send requests: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// A client for these secrets.
    pub fn client(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&client_config(&self.endpoint()))
    }

    /// Stops serving. Dropping stops it too, without waiting.
    pub async fn shutdown(mut self) {
        self.server.shutdown().await;
    }
}

fn load(folder: &Path) -> anyhow::Result<BTreeMap<String, Secret>> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)))
        .with_context(|| format!("cannot prepare the folder of secrets {}", folder.display()))?;
    let mut secrets = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let content = fs::read(&path).with_context(|| format!("cannot read the secret {}", path.display()))?;
            let secret: Secret = serde_json::from_slice(&content)
                .with_context(|| format!("{} is not a secret's file", path.display()))?;
            secrets.insert(secret.name.clone(), secret);
        }
    }
    Ok(secrets)
}

impl Vault {
    /// Finds by name or ARN.
    fn find(&self, id: &str) -> Result<Secret, SecretsError> {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.get(id).or_else(|| secrets.get(name_of(id)?)).cloned().ok_or(SecretsError::NotFound)
    }

    fn create(&self, name: &str, value: &str) -> Result<Secret, SecretsError> {
        match self.find(name) {
            Ok(_) => Err(SecretsError::Exists),
            Err(_) => self.put(name, value),
        }
    }

    fn put(&self, name: &str, value: &str) -> Result<Secret, SecretsError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte);
        if name.is_empty() || name.len() > 200 || !name.bytes().all(allowed) {
            return Err(SecretsError::InvalidParameter(format!(
                "{name:?} is no secret's name: 1 to 200 letters, digits and /_+=.@- are expected"
            )));
        }
        let secret = Secret {
            name: name.to_owned(),
            version_id: Uuid::new_v4().to_string(),
            created_at: (self.clock)().as_second() as f64,
            secret_string: value.to_owned(),
        };
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder {
            write(folder, &secret).map_err(SecretsError::Write)?;
        }
        secrets.insert(name.to_owned(), secret.clone());
        Ok(secret)
    }
}

/// Replaces the file in one step, so that a crash leaves the old secret or the new one.
fn write(folder: &Path, secret: &Secret) -> anyhow::Result<()> {
    // A slash is the one allowed character that must not reach the file system.
    let file = folder.join(format!("{}.json", secret.name.replace('/', "%2F")));
    let draft = file.with_extension("draft");
    let mut writer = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writer.write_all(&serde_json::to_vec_pretty(secret)?)?;
    writer.sync_all()?;
    fs::rename(&draft, &file)?;
    Ok(())
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-engine")
}

/// The name inside an ARN, which ends with a hyphen and six characters of AWS's choice.
fn name_of(arn: &str) -> Option<&str> {
    let (_, name) = arn.split_once(":secret:")?;
    Some(name.strip_suffix("-engine").unwrap_or(name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(default, alias = "Name")]
    secret_id: String,
    secret_string: Option<String>,
    version_stage: Option<String>,
}

async fn answer(Extract(vault): Extract<Arc<Vault>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match dispatch(&vault, target, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => error.into_response(),
    }
}

fn dispatch(vault: &Vault, target: &str, body: &[u8]) -> Result<Value, SecretsError> {
    let request: Request =
        serde_json::from_slice(body).map_err(|error| SecretsError::InvalidParameter(error.to_string()))?;
    let value = || {
        let missing = || SecretsError::InvalidParameter("a SecretString is expected".to_owned());
        request.secret_string.as_deref().ok_or_else(missing)
    };
    match target.strip_prefix("secretsmanager.").unwrap_or(target) {
        "GetSecretValue" => {
            let secret = vault.find(&request.secret_id)?;
            if request.version_stage.is_some_and(|stage| stage != "AWSCURRENT") {
                return Err(SecretsError::NotFound);
            }
            let mut answer = version(&secret);
            answer["SecretString"] = secret.secret_string.into();
            Ok(answer)
        }
        "CreateSecret" => Ok(version(&vault.create(&request.secret_id, value()?)?)),
        "PutSecretValue" => {
            let name = vault.find(&request.secret_id)?.name;
            Ok(version(&vault.put(&name, value()?)?))
        }
        "DescribeSecret" => {
            let secret = vault.find(&request.secret_id)?;
            Ok(json!({
                "ARN": arn(&secret.name),
                "Name": secret.name,
                "CreatedDate": secret.created_at,
                "LastChangedDate": secret.created_at,
                "VersionIdsToStages": { secret.version_id: ["AWSCURRENT"] },
            }))
        }
        other => Err(SecretsError::InvalidParameter(format!("the embedded engine does not know {other:?}"))),
    }
}

fn version(secret: &Secret) -> Value {
    json!({
        "ARN": arn(&secret.name),
        "Name": secret.name,
        "VersionId": secret.version_id,
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": secret.created_at,
    })
}

impl IntoResponse for SecretsError {
    fn into_response(self) -> Response {
        let (status, code) = match &self {
            Self::NotFound => (StatusCode::BAD_REQUEST, "ResourceNotFoundException"),
            Self::Exists => (StatusCode::BAD_REQUEST, "ResourceExistsException"),
            Self::InvalidParameter(_) => (StatusCode::BAD_REQUEST, "InvalidParameterException"),
            Self::Write(error) => {
                tracing::error!(error = format!("{error:#}"), "the embedded secrets engine failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "InternalServiceError")
            }
        };
        (status, Json(json!({ "__type": code, "Message": self.to_string() }))).into_response()
    }
}
