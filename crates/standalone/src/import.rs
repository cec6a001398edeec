//! Adding races from exported files.
//!
//! The files go through the API's own import, called inside this process on behalf of the driver, so that both ways in
//! do the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use auth::{Hidden, SealingKeys, SessionToken, SigningKeys, Tokens};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, Response, StatusCode};
use domain::{Driver, DriverId};
use engines::{DynamoDb, Secrets};
use iracing::EventResult;
use iracing::models::results::ResultsGet;
use runtime::{Aws, Clock, Endpoints, Environment, Secret};
use serde_json::Value;
use store::Store;
use tower::ServiceExt;

use crate::cli::ImportOptions;
use crate::data_folder::{DataFolder, ENCRYPTION_KEY, IRACING_CREDENTIALS, SIGNING_KEY, TABLE, keep_credentials};

/// More names than this help nobody to find their own.
const NAMES_SHOWN: usize = 60;

/// A file that could be read, and who took part in it.
struct ResultFile {
    path: PathBuf,
    content: Vec<u8>,
    entrants: BTreeMap<DriverId, String>,
}

/// Adds the races of the files and tells on `output` of each how it went; false if one could not be added.
///
/// # Errors
/// If it cannot be told whose races they are, or the data folder cannot be used.
pub async fn import(options: &ImportOptions, output: &mut impl Write) -> anyhow::Result<bool> {
    let mut failed = 0;
    let mut files = Vec::new();
    for path in &options.files {
        match read(path) {
            Ok(file) => files.push(file),
            Err(error) => {
                failed += 1;
                writeln!(output, "not added  {}: {error:#}", path.display())?;
            }
        }
    }
    let importer = Importer::open(&options.common.data_dir).await?;
    let (mut added, mut known) = (0, 0);
    if !files.is_empty() {
        let driver = importer.driver(options.driver, &files).await?;
        let token = importer.sign_in(&driver)?;
        for ResultFile { path, content, .. } in files {
            match importer.add(&token, content).await? {
                Outcome::Added(race) => {
                    added += 1;
                    writeln!(output, "added      {}: {race}", path.display())?;
                }
                Outcome::Known(race) => {
                    known += 1;
                    writeln!(output, "known      {}: {race}", path.display())?;
                }
                Outcome::Refused(reason) => {
                    failed += 1;
                    writeln!(output, "not added  {}: {reason}", path.display())?;
                }
            }
        }
        write!(output, "{} ({}): ", driver.driver_name, driver.driver_id)?;
    }
    writeln!(output, "{added} added, {known} known before, {failed} not added")?;
    Ok(failed == 0)
}

fn read(path: &Path) -> anyhow::Result<ResultFile> {
    let mut content = fs::read(path).context("the file cannot be read")?;
    if let Some(body) = body_of_exchange(&content) {
        content = body;
    }
    let entrants = entrants(&EventResult::parse(&content)?);
    Ok(ResultFile { path: path.to_owned(), content, entrants })
}

/// The body in a recorded exchange with iRacing's API, a form in which developers pass results on.
fn body_of_exchange(content: &[u8]) -> Option<Vec<u8>> {
    let Value::Object(mut exchange) = serde_json::from_slice(content).ok()? else { return None };
    let body = exchange.remove("content").filter(|_| exchange.contains_key("headers"))?;
    serde_json::to_vec(&body).ok()
}

/// The people in a result, members of teams included.
fn entrants(result: &ResultsGet) -> BTreeMap<DriverId, String> {
    let rows = result.session_results.iter().flat_map(|part| &part.results);
    rows.flat_map(|row| std::iter::once(row).chain(&row.driver_results))
        .filter(|row| !row.ai)
        .filter_map(|row| Some((DriverId(row.cust_id?), row.display_name.clone())))
        .collect()
}

enum Outcome {
    Added(String),
    Known(String),
    Refused(String),
}

/// The API over the data folder, without a queue and without iRacing, which an import needs neither of.
struct Importer {
    api: Router,
    store: Store,
    tokens: Tokens,
    clock: Clock,
    _engines: (DynamoDb, Secrets),
}

impl Importer {
    async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = DataFolder::open(data_dir)?;
        let (dynamodb, secrets) = (folder.open_table().await?, folder.open_secrets().await?);
        if secrets.get(IRACING_CREDENTIALS).is_none() {
            keep_credentials(&secrets, "none", &Secret::new("none"))?;
        }
        let nowhere = "http://127.0.0.1:9";
        let endpoints =
            Endpoints { dynamodb: dynamodb.endpoint(), secrets: secrets.endpoint(), sqs: nowhere.to_owned() };
        let environment = Environment::of([
            ("DYNAMODB_TABLE", TABLE),
            ("JWT_SIGNING_KEY_SECRET", SIGNING_KEY),
            ("JWT_ENCRYPTION_KEY_SECRET", ENCRYPTION_KEY),
            ("IRACING_CREDENTIALS_SECRET", IRACING_CREDENTIALS),
            ("RACE_INGESTION_QUEUE_URL", nowhere),
            ("CORS_ALLOWED_ORIGINS", nowhere),
            ("OAUTH_REDIRECT_URIS", nowhere),
            ("IRACING_OAUTH_BASE_URL", nowhere),
            ("IRACING_DATA_BASE_URL", nowhere),
            ("RATE_LIMITS", "false"),
        ]);
        let key = |name| secrets.get(name).with_context(|| format!("the secret {name} is missing"));
        let tokens = Tokens {
            signing: SigningKeys::from_pem(&key(SIGNING_KEY)?)?,
            sealing: SealingKeys::from_base64(&key(ENCRYPTION_KEY)?)?,
        };
        let clock = Clock::system();
        let config = api::Config::from_env(&environment)?;
        let state = api::State::connect(&config, &Aws::local(&endpoints).await, clock.clone()).await?;
        let store = Store::new(dynamodb.client(), TABLE);
        Ok(Self { api: api::router(state), store, tokens, clock, _engines: (dynamodb, secrets) })
    }

    /// Whose races they are: the one who was named, or the only one who ever signed in. Whoever was named and never signed
    /// in is entered under the name in the files.
    async fn driver(&self, named: Option<DriverId>, files: &[ResultFile]) -> anyhow::Result<Driver> {
        let Some(id) = named else {
            let mut drivers = self.store.drivers().await?;
            return match (drivers.pop(), drivers.is_empty()) {
                (Some(only), true) => Ok(only),
                _ => bail!(
                    "whose races are these? Name the driver with --driver ID. In all of the files:\n{}",
                    in_all(files)
                ),
            };
        };
        if let Some(driver) = self.store.driver(id).await? {
            return Ok(driver);
        }
        let name = files.iter().find_map(|file| file.entrants.get(&id));
        let name = name.with_context(|| {
            format!("driver {id} has never signed in and is in none of the files. In all of them:\n{}", in_all(files))
        })?;
        Ok(self.store.record_login(id, name, None, self.clock.now()).await?)
    }

    /// A session token of the driver.
    fn sign_in(&self, driver: &Driver) -> anyhow::Result<String> {
        let now = self.clock.now();
        let session = SessionToken {
            driver_id: driver.driver_id,
            driver_name: driver.driver_name.clone(),
            session_id: "import".to_owned(),
            entitlements: Vec::new(),
            iracing_access_token: Hidden::new("none"),
            iracing_expires_at: now,
        };
        Ok(self.tokens.issue(&session, now)?.token.expose().to_owned())
    }

    async fn add(&self, token: &str, content: Vec<u8>) -> anyhow::Result<Outcome> {
        let request = Request::post("/import/event-result")
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(content))?;
        let response: Response<Body> = self.api.clone().oneshot(request).await?;
        let status = response.status();
        let answer: Value = serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await?)?;
        Ok(match status {
            StatusCode::OK | StatusCode::CREATED if answer["outcome"] == "duplicate" => {
                Outcome::Known(summary(&answer["race"]))
            }
            StatusCode::OK | StatusCode::CREATED => Outcome::Added(summary(&answer["race"])),
            _ => Outcome::Refused(
                answer["detail"].as_str().or(answer["title"].as_str()).unwrap_or("no reason").to_owned(),
            ),
        })
    }
}

/// The people who are in all of the files.
fn in_all(files: &[ResultFile]) -> String {
    let Some((first, others)) = files.split_first() else { return String::new() };
    let in_all = first.entrants.iter().filter(|(id, _)| others.iter().all(|file| file.entrants.contains_key(id)));
    in_all.take(NAMES_SHOWN).map(|(id, name)| format!("  {:>9}  {name}\n", id.0)).collect()
}

/// A race in one line.
fn summary(race: &Value) -> String {
    let text = |field: &str| race[field].as_str().unwrap_or_default();
    let finish = race["finishPosition"].as_i64().map(|position| format!(", P{position}")).unwrap_or_default();
    format!("{} {} at {}{finish}", text("startTime"), text("seriesName"), text("trackName"))
}
