//! Twenty drivers import five hundred races each at the same time, under iRacing's own limits. The worker is a process
//! of its own, so that its memory can be measured: this program, started again.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use domain::DriverId;
use engines::{Engines, EnginesConfig, EventSourceMapping, InvokeError, QueueSettings, function};
use iracing_sandbox::{Careers, Content, DemoDriver, Sandbox};
use jiff::SignedDuration;
use jiff::civil::date;
use runtime::{Aws, Clock, Endpoints, Environment};
use serde_json::{Value, json};
use store::Store;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::browser::Page;

const DRIVERS: i64 = 20;
const FIRST_ID: i64 = 3_000_001;
const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";
/// What the worker may have at most.
const MOST_MEMORY: u64 = 128 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes several minutes: part of `make chaos`"]
async fn twenty_drivers_with_five_hundred_races_each_import_at_once() {
    let clock = Clock::system();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let iracing = format!("http://{}", listener.local_addr().unwrap());
    let mut careers = Careers::new(1).only(&[]);
    let since = clock.now().to_zoned(jiff::tz::TimeZone::UTC).year() - 3;
    careers.drivers = (0..DRIVERS)
        .map(|place| DemoDriver::regular(FIRST_ID + place, "Example", date(since, 3, 1), 107.0, 1_800.0))
        .collect();
    let sandbox = Sandbox::new(iracing_sandbox::Config {
        content: Content::Generated(careers),
        clock: clock.source(),
        ..iracing_sandbox::Config::local(&iracing, &[REDIRECT])
    })
    .unwrap();
    let router = sandbox.router();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let engines = Engines::start(EnginesConfig::default()).await.unwrap();
    engines.dynamodb.create_table("spinout").unwrap();
    let settings = QueueSettings { visibility_timeout: Duration::from_secs(960), dead_letter: None };
    let queue_url = engines.sqs.create_queue("ingestion", &settings).unwrap();
    let keys = auth::generate_local_keys().unwrap();
    engines.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
    engines.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
    let credentials = json!({"oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret"});
    engines.secrets.put("iracing", &credentials.to_string()).unwrap();
    let environment: BTreeMap<String, String> = [
        ("DYNAMODB_TABLE", "spinout"),
        ("RACE_INGESTION_QUEUE_URL", &*queue_url),
        ("WS_MANAGEMENT_ENDPOINT", "http://127.0.0.1:1"),
        ("IRACING_CREDENTIALS_SECRET", "iracing"),
        ("JWT_SIGNING_KEY_SECRET", "signing"),
        ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
        ("IRACING_OAUTH_BASE_URL", &*format!("{iracing}/oauth2")),
        ("IRACING_DATA_BASE_URL", &*iracing),
        ("CORS_ALLOWED_ORIGINS", "http://127.0.0.1"),
        ("OAUTH_REDIRECT_URIS", REDIRECT),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let endpoints = [engines.dynamodb.endpoint(), engines.sqs.endpoint(), engines.secrets.endpoint()];
    let [dynamodb, sqs, secrets] = endpoints.clone();
    let aws = Aws::local(&Endpoints { dynamodb, sqs, secrets }).await;
    let config = api::Config::from_env(&Environment::of(environment.clone())).unwrap();
    let api = api::router(api::State::connect(&config, &aws, clock.clone()).await.unwrap());
    let store = Store::new(engines.dynamodb.client(), "spinout");

    for driver in drivers() {
        let page = Page::sign_in(&api, driver, REDIRECT).await.expect("signs in");
        let (status, _) = page.call(&api, Method::POST, "/ingestion/race").await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    let mut worker = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "fleet::the_worker", "--nocapture"])
        .env("FLEET_TASK", json!({ "environment": environment, "endpoints": endpoints }).to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(worker.stdout.take().unwrap()).lines();

    let started = clock.now();
    let mut slowest_at_the_first_end = None;
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut runs = Vec::new();
        for driver in drivers() {
            runs.extend(store.runs(DriverId(driver), 1, None).await.unwrap().items);
        }
        let over = runs.iter().filter(|run| run.status.is_over()).count();
        if over > 0 && slowest_at_the_first_end.is_none() {
            slowest_at_the_first_end = runs.iter().map(|run| run.races_done).min();
        }
        if over == runs.len() {
            break;
        }
    }
    let took = clock.now().duration_since(started);
    drop(worker.stdin.take());
    let mut peak = None;
    while let Some(line) = said.next_line().await.unwrap() {
        peak = peak.or(line.split("peak ").nth(1).and_then(|bytes| bytes.trim().parse::<u64>().ok()));
    }
    let peak = peak.expect("the worker tells its peak");

    let mut races = Vec::new();
    for driver in drivers() {
        let run = store.runs(DriverId(driver), 1, None).await.unwrap().items.remove(0);
        assert_eq!((run.status, run.races_failed), (domain::RunStatus::Finished, 0), "{driver}");
        let stored = store.driver(DriverId(driver)).await.unwrap().unwrap().session_count;
        let shown = sandbox.truth(driver).iter().filter(|race| race.available_at <= started).count();
        assert!(stored >= shown as u64, "{driver}: {stored} of {shown}");
        races.push(stored);
    }
    let fewest = races.iter().min().unwrap();
    let slowest = slowest_at_the_first_end.unwrap_or_default();
    println!(
        "{DRIVERS} drivers, {fewest} to {} races each, {took:#}, worker's peak {} MiB, refused by the rate limit: {}; when \
         the first was done, the last had {slowest}",
        races.iter().max().unwrap(),
        peak >> 20,
        sandbox.counts().rate_limited,
    );
    assert!(*fewest >= 500);
    assert_eq!(sandbox.counts().rate_limited, 0);
    assert!(u64::from(slowest) * 2 >= *fewest, "shares are not fair: {slowest}");
    assert!(peak < MOST_MEMORY, "{peak}");
}

fn drivers() -> std::ops::Range<i64> {
    FIRST_ID..FIRST_ID + DRIVERS
}

/// The worker's process: works until its input ends, then tells its peak.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test above"]
async fn the_worker() {
    let Some(task) = Environment::process().optional::<String>("FLEET_TASK").unwrap() else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let variables = task["environment"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value)));
    let environment = Environment::of(variables.collect::<Vec<_>>());
    let [dynamodb, sqs, secrets] = [0, 1, 2].map(|engine| text(&task["endpoints"][engine]));
    let aws = Aws::local(&Endpoints { dynamodb, sqs: sqs.clone(), secrets }).await;
    let clock = Clock::system();
    let config = ingestion::Config::from_env(&environment).unwrap();
    let state = ingestion::State::connect(&config, &aws, clock.clone()).await.unwrap();
    let queue_url = environment.required::<String>("RACE_INGESTION_QUEUE_URL").unwrap();
    let queue = aws_sdk_sqs::Client::new(&engines::client_config(&sqs));
    let handler = function(move |event| {
        let (state, clock) = (state.clone(), clock.clone());
        async move {
            let event = serde_json::from_value(event).map_err(InvokeError::failed)?;
            let answer = ingestion::handle(&state, event, clock.now() + SignedDuration::from_mins(15)).await;
            serde_json::to_value(answer).map_err(InvokeError::failed)
        }
    });
    let mapping = EventSourceMapping::start(queue, &queue_url, 20, handler).await.unwrap();
    let mut input = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut tokio::io::stdin(), &mut input).await.unwrap();
    mapping.stop(Duration::from_secs(1)).await;
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("peak {}", kilobytes << 10);
}
