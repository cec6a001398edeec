//! The memory of a worker in a process of its own, while it imports many months with a team race of 24 hours.
//!
//! The bench starts itself as that process; iRacing, table and queue stay in the first one.

use crate::{
    report::Report,
    world::{Driver, NO_LIMIT, Setup, World, deadline, ticking_clock},
};
use anyhow::{Context, ensure};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use axum::http::Method;
use domain::Entitlement;
use engines::{InvokeError, function};
use ingestion::{Config, State};
use iracing_sandbox::{Careers, Content, SHOWCASE, Sandbox, VETERAN};
use jiff::{SignedDuration, Timestamp};
use runtime::{Aws, Endpoints, Environment};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{io::AsyncWriteExt, process::Command};

/// The argument that makes this program the worker.
pub const WORKER: &str = "worker";

const SPAN: SignedDuration = SignedDuration::from_hours(600 * 24);
/// As in a race of 24 hours at Daytona with laps of 1:45.
const LAPS_IN_A_DAY: i64 = 820;
/// An id that no generated race has.
const LONG_RACE: i64 = 1_000_000_001;

/// What the first process tells the worker.
#[derive(Serialize, Deserialize)]
struct Task {
    dynamodb: String,
    sqs: String,
    secrets: String,
    environment: BTreeMap<String, String>,
    now: Timestamp,
    event: Value,
}

/// What the worker says in the end.
#[derive(Serialize, Deserialize)]
struct Done {
    answer: SqsBatchResponse,
    peak_bytes: f64,
}

pub async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let laps = record_long_race(folder.path()).await?;
    report.set("largest_session_laps", laps as f64);

    let content = Content::Both(Careers::new(1).only(&[VETERAN]), folder.path().to_owned());
    let mut world = World::start(Setup { content, latency: Duration::ZERO, rate_limit: NO_LIMIT }).await?;
    let peak = Arc::new(Mutex::new(0.0));
    let (noted, clock) = (peak.clone(), world.clock.clone());
    let (endpoints, environment) = (world.endpoints.clone(), world.environment.clone());
    let worker = function(move |event| {
        let Endpoints { dynamodb, sqs, secrets } = endpoints.clone();
        let task = Task { dynamodb, sqs, secrets, environment: environment.clone(), now: clock.now(), event };
        let noted = noted.clone();
        async move {
            let done = in_own_process(&task).await.map_err(|error| InvokeError::failed(format!("{error:#}")))?;
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = done.peak_bytes;
            serde_json::to_value(done.answer).map_err(InvokeError::failed)
        }
    });
    let driver = world.sign_in(VETERAN).await?;
    world.store.set_races_ingested_to(driver.id, world.clock.now() - SPAN).await?;
    world.start_worker_as(worker).await?;
    world.import(&driver).await?;
    let long = world.store.lap_chart(domain::SubsessionId(LONG_RACE), 0).await?;
    ensure!(long.is_some_and(|chart| chart.lap_count() > 0), "the race of 24 hours was not stored");
    // The process ends just after the page has heard of the run's end.
    world.stop_worker().await;
    let peak = *peak.lock().unwrap_or_else(PoisonError::into_inner);
    ensure!(peak > 0.0, "the worker's process told no peak");
    report.set("worker_peak_bytes", peak);
    Ok(())
}

async fn in_own_process(task: &Task) -> anyhow::Result<Done> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg(WORKER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = process.stdin.take().context("no input")?;
    input.write_all(&serde_json::to_vec(task)?).await?;
    drop(input);
    let ended = process.wait_with_output().await?;
    ensure!(ended.status.success(), "the worker ended with {}", ended.status);
    Ok(serde_json::from_slice(&ended.stdout)?)
}

/// The worker's process: one message, then its peak.
pub fn work() -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let task: Task = serde_json::from_reader(std::io::stdin())?;
        let (clock, _ticker) = ticking_clock(task.now);
        let Task { dynamodb, sqs, secrets, .. } = task;
        let aws = Aws::local(&Endpoints { dynamodb, sqs, secrets }).await;
        let config = Config::from_env(&Environment::of(task.environment))?;
        let state = State::connect(&config, &aws, clock.clone()).await?;
        let event: SqsEvent = serde_json::from_value(task.event)?;
        let answer = ingestion::handle(&state, event, deadline(clock.now())).await;
        println!("{}", serde_json::to_string(&Done { answer, peak_bytes: peak_bytes()? })?);
        Ok(())
    })
}

/// The most memory this process ever had, as Linux tells it.
fn peak_bytes() -> anyhow::Result<f64> {
    let status = fs::read_to_string("/proc/self/status").context("the peak is only known on Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0)
}

/// Writes a team race of 24 hours as a recording: the longest generated team race with its laps driven again and
/// again, and a place in it for the driver whose career is imported. Answers its number of laps.
async fn record_long_race(folder: &Path) -> anyhow::Result<usize> {
    let content = Content::Generated(Careers::new(1).only(&[SHOWCASE]));
    let world = World::start(Setup { content, latency: Duration::ZERO, rate_limit: NO_LIMIT }).await?;
    let member = world.sign_in(SHOWCASE).await?;
    world.store.set_entitlement(member.id, Entitlement::Developer, true).await?;
    // The entitlement holds from the next sign-in on.
    let member = world.sign_in(SHOWCASE).await?;
    let iracing = Iracing::of(&world, &member).await?;
    let (subsession, result) = team_race(&world.sandbox, &iracing).await?;
    let rows = iracing.rows(&format!("results/lap_chart_data?subsession_id={subsession}&simsession_number=0")).await?;

    let result = result
        .to_string()
        .replace(&subsession.to_string(), &LONG_RACE.to_string())
        .replace(&SHOWCASE.to_string(), &VETERAN.to_string());
    let rows = all_day(&rows)?;
    for (endpoint, name, body) in [
        ("results/get", format!("long-{LONG_RACE}"), result),
        (
            "results/lap_chart_data",
            format!("long-{LONG_RACE}-sim0"),
            serde_json::to_string(&rows)?.replace(&SHOWCASE.to_string(), &VETERAN.to_string()),
        ),
    ] {
        let folder = folder.join(endpoint);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name + ".json"), body)?;
    }
    Ok(rows.len())
}

/// The team race with the largest field.
async fn team_race(sandbox: &Sandbox, iracing: &Iracing) -> anyhow::Result<(i64, Value)> {
    let mut largest: Option<(usize, i64, Value)> = None;
    for race in sandbox.truth(SHOWCASE) {
        let id = race.subsession_id;
        let result: Value = iracing.linked(&format!("results/get?subsession_id={id}")).await?;
        let field = result["session_results"].as_array().into_iter().flatten();
        let field = field.filter_map(|part| part["results"].as_array()).map(Vec::len).max().unwrap_or(0);
        if result["max_team_drivers"].as_i64() > Some(1) && largest.as_ref().is_none_or(|(most, ..)| field > *most) {
            largest = Some((field, id, result));
        }
    }
    largest.map(|(_, id, result)| (id, result)).context("there is no team race")
}

/// The laps of each entrant again and again, until the day is over.
fn all_day(rows: &[Value]) -> anyhow::Result<Vec<Value>> {
    let number = |row: &Value, name: &str| row[name].as_i64().with_context(|| format!("a lap without {name}"));
    let mut by_entrant: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
    for row in rows {
        by_entrant.entry(number(row, "group_id")?).or_default().push(row);
    }
    let mut all = Vec::new();
    for laps in by_entrant.values() {
        all.extend(laps.iter().copied().filter(|row| row["lap_number"] == 0).cloned());
        let laps: Vec<_> = laps.iter().filter(|row| row["lap_number"].as_i64() > Some(0)).collect();
        let most = |name: &str| laps.iter().filter_map(|lap| lap[name].as_i64()).max();
        let (Some(count), Some(time)) = (most("lap_number"), most("session_time")) else { continue };
        for round in 0..LAPS_IN_A_DAY / count {
            for lap in &laps {
                let mut again = (**lap).clone();
                again["lap_number"] = json!(number(lap, "lap_number")? + round * count);
                again["session_time"] = json!(number(lap, "session_time")? + round * time);
                all.push(again);
            }
        }
    }
    Ok(all)
}

/// iRacing's data as it is, for a driver who is signed in.
struct Iracing {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Iracing {
    async fn of(world: &World, driver: &Driver) -> anyhow::Result<Self> {
        let (status, _, body) = world.call(driver.request(Method::GET, "/developer/iracing-token")?).await?;
        ensure!(status.is_success(), "no token: {status}");
        let body: Value = serde_json::from_slice(&body)?;
        let token = body["accessToken"].as_str().context("no token")?.to_owned();
        Ok(Self { http: reqwest::Client::new(), base: world.iracing.clone(), token })
    }

    async fn get<T: DeserializeOwned>(&self, address: &str) -> anyhow::Result<T> {
        let body = self.http.get(address).send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// The body behind the link of an answer.
    async fn linked(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}/data/{path}", self.base)).bearer_auth(&self.token);
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        self.get(answer["link"].as_str().context("no link")?).await
    }

    /// The rows in the chunks of an answer.
    async fn rows(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let chunks = self.linked(path).await?["chunk_info"].take();
        let base = chunks["base_download_url"].as_str().context("no chunks")?;
        let mut rows = Vec::new();
        for name in chunks["chunk_file_names"].as_array().into_iter().flatten() {
            rows.extend(self.get::<Vec<Value>>(&format!("{base}{}", name.as_str().unwrap_or_default())).await?);
        }
        Ok(rows)
    }
}
