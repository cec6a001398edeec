//! The three Lambdas as they are shipped: how soon they ask for work beside the least Lambda there is, how large they are,
//! and what memory they hold after a thousand events.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::browser::Browser;
use crate::deployment::{Deployment, Lambda, PATIENCE, REDIRECT_URI};
use crate::report::Report;

const FUNCTIONS: [&str; 3] = ["api", "websocket", "ingestion"];
const HELLO: &str = "hello-lambda";
/// Starts of each; the median counts.
const STARTS: usize = 25;
const EVENTS: usize = 1_000;
/// Nobody starts so slowly.
const PATIENCE_WITH_A_START: Duration = Duration::from_secs(10);

/// Where `make bench` has built the packages for this machine.
fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/lambda-here")
}

fn binary(function: &str) -> PathBuf {
    packages().join(function).join("bootstrap")
}

pub async fn measure(report: &mut Report) -> anyhow::Result<()> {
    for name in FUNCTIONS.into_iter().chain([HELLO]) {
        ensure!(binary(name).is_file(), "{name} is not built: run `terraform/package --here`, as `make bench` does");
    }
    for (name, key) in FUNCTIONS.into_iter().zip(["zip_bytes_api", "zip_bytes_websocket", "zip_bytes_ingestion"]) {
        let size = fs::metadata(packages().join(format!("{name}.zip")))?.len();
        report.set(key, u32::try_from(size)?);
    }
    let deployment = Deployment::start(binary, None).await?;
    starts(&deployment, report).await?;
    memory(&deployment, report).await?;
    deployment.stop().await;
    Ok(())
}

/// Starts each in turn, so that whatever slows the machine slows all.
async fn starts(deployment: &Deployment, report: &mut Report) -> anyhow::Result<()> {
    let mut hello = Vec::new();
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..STARTS {
        hello.push(start(HELLO, deployment).await?);
        for (times, name) in times.iter_mut().zip(FUNCTIONS) {
            times.push(start(name, deployment).await?);
        }
    }
    let hello = Start::median(hello);
    report.set("init_hello_ms", hello.asked);
    report.set("first_answer_hello_ms", hello.answered);
    let keys = [
        ("init_ms_api", "init_ratio_api", "first_answer_ms_api"),
        ("init_ms_websocket", "init_ratio_websocket", "first_answer_ms_websocket"),
        ("init_ms_ingestion", "init_ratio_ingestion", "first_answer_ms_ingestion"),
    ];
    for (times, (init, ratio, first_answer)) in times.into_iter().zip(keys) {
        let median = Start::median(times);
        report.set(init, median.asked);
        report.set(ratio, median.asked / hello.asked);
        report.set(first_answer, median.answered);
    }
    Ok(())
}

/// Milliseconds from the start of a program.
struct Start {
    /// To its first question for work.
    asked: f64,
    /// To its first answer.
    answered: f64,
}

impl Start {
    fn median(starts: Vec<Self>) -> Self {
        let median = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let (asked, answered) = starts.into_iter().map(|start| (start.asked, start.answered)).unzip();
        Self { asked: median(asked), answered: median(answered) }
    }
}

/// The first event of a function: a request for nothing, a connection that has closed, a message of nobody's.
fn first_event(name: &str) -> anyhow::Result<String> {
    let mut event: Value = serde_json::from_str(match name {
        "websocket" => include_str!("../../tests/lambdas/events/websocket_disconnect.json"),
        "ingestion" => include_str!("../../tests/lambdas/events/sqs.json"),
        _ => include_str!("../../tests/lambdas/events/rest.json"),
    })?;
    if let Some(method) = event.get_mut("httpMethod") {
        *method = "GET".into();
    }
    Ok(event.to_string())
}

async fn start(name: &str, deployment: &Deployment) -> anyhow::Result<Start> {
    let event = first_event(name)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut command = Command::new(binary(name));
    command
        .env_clear()
        .envs(deployment.environment.iter().map(|(name, value)| (name, value)))
        .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", name)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    let started = Instant::now();
    let milliseconds = || started.elapsed().as_secs_f64() * 1000.0;
    let mut process = command.spawn()?;
    let measured = async {
        let (mut connection, _) = listener.accept().await?;
        hear(&mut connection, "GET /2018-06-01/runtime/invocation/next").await?;
        let asked = milliseconds();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             lambda-runtime-aws-request-id: first\r\nlambda-runtime-deadline-ms: 4102444800000\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:123456789012:function:first\r\n\r\n{event}",
            event.len()
        );
        connection.write_all(answer.as_bytes()).await?;
        hear(&mut connection, "POST /2018-06-01/runtime/invocation/first/response").await?;
        anyhow::Ok(Start { asked, answered: milliseconds() })
    };
    let times = tokio::time::timeout(PATIENCE_WITH_A_START, measured).await.with_context(|| format!("{name} hangs"))?;
    process.kill().await?;
    times.with_context(|| format!("{name} does not start"))
}

/// Reads the beginning of a request, which must be this.
async fn hear(connection: &mut TcpStream, expected: &str) -> anyhow::Result<()> {
    let mut heard = vec![0; 16 * 1024];
    let length = connection.read(&mut heard).await?;
    let heard = String::from_utf8_lossy(&heard[..length]);
    ensure!(heard.starts_with(expected), "{expected} was expected, not {heard:?}");
    Ok(())
}

/// A sign-in, a career and its pages, and then events until each function has had a thousand.
async fn memory(deployment: &Deployment, report: &mut Report) -> anyhow::Result<()> {
    let browser = Browser::sign_in(&deployment.rest, REDIRECT_URI, iracing_sandbox::SHOWCASE).await;
    let mut live = browser.listen(&deployment.live).await;
    let run = browser.post("/ingestion/race").await;
    let finished = live.next(&["ingestionRunFinished"]).await["run"].clone();
    ensure!(finished["status"] == "finished", "{finished}");
    let races = browser.races().await;

    for place in 0..EVENTS / 4 {
        let race = races[place % races.len()];
        browser.get(&format!("/driver/{}/races?limit=100", browser.driver)).await;
        browser.get(&format!("/session/{race}")).await;
        browser.get(&format!("/session/{race}/laps")).await;
        browser.get("/tracks").await;
    }
    for _ in 0..EVENTS {
        live.ask(json!({ "action": "pingRequest" }), "pong").await;
    }
    let known =
        json!({ "kind": "ingest", "driverId": browser.driver, "runId": run["runId"], "correlationId": "bench" });
    for id in 0..EVENTS {
        let record = json!({ "messageId": id.to_string(), "eventSource": "aws:sqs", "body": known.to_string() });
        let answer = call(&deployment.ingestion, json!({ "Records": [record] })).await?;
        ensure!(answer["batchItemFailures"] == json!([]), "{answer}");
    }
    for (lambda, key) in [
        (&deployment.api, "resident_bytes_api"),
        (&deployment.websocket, "resident_bytes_websocket"),
        (&deployment.ingestion, "resident_bytes_ingestion"),
    ] {
        report.set(key, resident_bytes(lambda)?);
    }
    Ok(())
}

async fn call(lambda: &Lambda, event: Value) -> anyhow::Result<Value> {
    Ok(lambda.runtime.invoke(event, PATIENCE).await?)
}

/// The memory that a process holds, as Linux tells it.
fn resident_bytes(lambda: &Lambda) -> anyhow::Result<f64> {
    let id = lambda.process.id().with_context(|| format!("{} has ended", lambda.name))?;
    let status = fs::read_to_string(format!("/proc/{id}/status")).context("memory is only known on Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0)
}
