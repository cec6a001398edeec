//! The three real Lambda binaries behind the Lambda Runtime API: an import from sign-in to the last race, on the embedded
//! table and on AWS's DynamoDB Local; events in the shapes that AWS documents; what the logs tell an operator;
//! and a restore of the table.
//!
//! `LAMBDA_PACKAGES` names a folder as `terraform/package --here` leaves it, to test what is shipped; otherwise the
//! binaries beside this one are used.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../standalone/browser.rs"]
mod browser;
mod deployment;
mod events;
mod restore;
mod story;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use iracing_sandbox::SHOWCASE;
use runtime::Clock;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::deployment::Deployment;

/// A setting of these tests.
fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "says what these tests are run against")]
    std::env::var(name).ok()
}

/// The binary of a service: as packaged, or beside ours.
///
/// A test run of the whole workspace has built it. Where only this crate was built it is built now, unless it is there.
fn binary(service: &str) -> PathBuf {
    if let Some(packages) = setting("LAMBDA_PACKAGES") {
        return Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(packages).join(service).join("bootstrap");
    }
    let folder = Path::new(env!("CARGO_BIN_EXE_spinout")).parent().unwrap();
    let binary = folder.join(service);
    if !binary.exists() {
        let profile =
            folder.file_name().and_then(|name| name.to_str()).filter(|name| *name != "debug").unwrap_or("dev");
        let services = ["-p", "api", "-p", "websocket", "-p", "ingestion"];
        let built = Command::new(env!("CARGO")).arg("build").args(services).args(["--profile", profile]).status();
        assert!(built.unwrap().success());
    }
    binary
}

#[tokio::test]
async fn a_career_comes_in_through_the_three_lambdas() {
    let deployment = Deployment::start(binary, None).await.unwrap();
    story::career(&deployment.rest, &deployment.live, SHOWCASE).await;
    let sqs = &deployment.aws.sqs;
    assert_eq!(sqs.depth("dead").unwrap(), engines::QueueDepth::default());

    let logs = deployment.stop().await.map(|(service, log)| {
        let lines = log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")));
        (service, lines.collect::<Vec<Value>>())
    });
    let [(_, api), _, (_, ingestion)] = &logs;
    one_id_is_in_every_log(api, ingestion);
    for (service, log) in &logs {
        every_metric_is_told(service, log);
    }
}

/// `make test-packages` sets the port: it needs Python and the packages.
#[tokio::test]
async fn the_same_career_comes_in_on_ministack() {
    let (Some(packages), Some(port)) = (setting("LAMBDA_PACKAGES"), setting("MINISTACK_PORT")) else { return };
    let embedded = Deployment::start(binary, None).await.unwrap();
    let (_, expected) = story::career(&embedded.rest, &embedded.live, SHOWCASE).await;
    embedded.stop().await;

    let sandbox = deployment::start_sandbox().await.unwrap();
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ministack = project.join("crates/engines/ministack");
    let mut stack = tokio::process::Command::new(ministack.join("python"))
        .arg(ministack.join("deploy.py"))
        .args([project.join(packages).as_os_str(), port.as_ref()])
        .args([&format!("http://{sandbox}"), deployment::REDIRECT_URI])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(stack.stdout.take().unwrap()).lines();
    let said = said.next_line().await.unwrap().expect("ministack is not up; it says why above");
    let addresses: Value = serde_json::from_str(&said).unwrap();
    let address = |name: &str| addresses[name].as_str().unwrap().to_owned();
    let (_, found) = story::career(&address("rest"), &address("live"), SHOWCASE).await;
    // The end of its input is what stops it.
    drop(stack.stdin.take());
    stack.wait().await.unwrap();
    assert_eq!(found, expected);
}

/// `make test-packages` sets the address: it needs Java.
#[tokio::test]
async fn the_same_career_comes_in_on_dynamodb_local() {
    let Some(endpoint) = setting("DYNAMODB_TEST_ENDPOINT") else { return };
    let embedded = Deployment::start(binary, None).await.unwrap();
    let (_, expected) = story::career(&embedded.rest, &embedded.live, SHOWCASE).await;
    embedded.stop().await;
    let local = Deployment::start(binary, Some(&endpoint)).await.unwrap();
    let (_, found) = story::career(&local.rest, &local.live, SHOWCASE).await;
    local.stop().await;
    assert_eq!(found, expected);
}

/// A field of a line, or of the spans that it was written in.
fn field<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    let spans = line["spans"].as_array().into_iter().flatten();
    spans.chain([line]).find_map(|part| part[name].as_str())
}

/// The id that the API gave the request for an import is in the worker's lines, and each line names its Lambda call.
fn one_id_is_in_every_log(api: &[Value], ingestion: &[Value]) {
    let asked = api.iter().find(|line| field(line, "route") == Some("/ingestion/race")).unwrap();
    assert!(field(asked, "requestId").is_some(), "{asked}");
    let id = field(asked, "correlation_id").unwrap();
    let worked = ingestion.iter().find(|line| line["message"] == "run finished").unwrap();
    assert_eq!(field(worked, "correlation_id"), Some(id), "{worked}");
    assert!(field(worked, "requestId").is_some(), "{worked}");
}

/// What Terraform's dashboard and alarms are made from is what the functions write, no more and no less.
fn every_metric_is_told(service: &str, log: &[Value]) {
    let metrics: Value = serde_json::from_str(include_str!("../../../../terraform/metrics.json")).unwrap();
    let of_service = |metric: &Value| metric["services"].as_array().unwrap().iter().any(|name| name == service);
    let known = metrics["metrics"].as_object().unwrap().iter().filter(|(_, metric)| of_service(metric));
    let known: BTreeSet<_> = known.map(|(name, _)| name.as_str()).collect();
    let mut told = BTreeSet::new();
    for line in log.iter().filter(|line| line["_aws"].is_object()) {
        assert_eq!(line["Service"], service);
        for directive in cloudwatch_understands(line) {
            assert_eq!(directive["Namespace"], metrics["namespace"]);
            assert_eq!(directive["Dimensions"], json!([[metrics["dimension"]]]));
            told.extend(directive["Metrics"].as_array().unwrap().iter().map(|metric| metric["Name"].as_str().unwrap()));
        }
    }
    assert_eq!(told, known, "{service}");
}

/// The directives of a line in AWS's "Specification: Embedded metric format". CloudWatch silently ignores any other form.
fn cloudwatch_understands(line: &Value) -> &[Value] {
    let written = line["_aws"]["Timestamp"].as_i64().unwrap();
    let age = Clock::system().now().as_millisecond() - written;
    assert!((0..3_600_000).contains(&age), "milliseconds since 1970 are expected: {line}");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert!(!directives.is_empty(), "{line}");
    for directive in directives {
        let namespace = directive["Namespace"].as_str().unwrap();
        assert!((1..=255).contains(&namespace.len()) && !namespace.starts_with("AWS/"), "{line}");
        for dimension in directive["Dimensions"].as_array().unwrap().iter().flat_map(|set| set.as_array().unwrap()) {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()), "{line}");
        for metric in metrics {
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{line}");
            assert_eq!(metric["Unit"], "Count", "{line}");
        }
    }
    directives
}
