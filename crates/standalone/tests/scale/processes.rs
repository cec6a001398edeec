//! Worker and API as processes of their own, so that their memory can be measured: this program, started again.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use engines::{EventSourceMapping, InvokeError, function};
use jiff::SignedDuration;
use runtime::{Aws, Clock, Endpoints, Environment};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Messages that a worker works at side by side.
const SIDE_BY_SIDE: usize = 20;

/// What a process does.
#[derive(Debug, Clone, Copy)]
pub enum Role {
    Worker,
    Api,
}

/// A running process.
pub struct Process {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub async fn start(role: Role, environment: &BTreeMap<String, String>, endpoints: &Endpoints) -> Self {
        let Endpoints { dynamodb, sqs, secrets } = endpoints;
        let task = json!({
            "role": format!("{role:?}"),
            "environment": environment,
            "endpoints": [dynamodb, sqs, secrets],
        });
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "processes::another_process", "--nocapture"])
            .env("SCALE_TASK", task.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said }
    }

    /// What it says after a word.
    pub async fn says(&mut self, word: &str) -> String {
        while let Some(line) = self.said.next_line().await.unwrap() {
            if let Some((_, rest)) = line.split_once(word) {
                return rest.trim().to_owned();
            }
        }
        panic!("the process ended without saying {word}");
    }

    /// Ends it; answers the most memory that it ever had, in bytes, as Linux tells it.
    pub async fn peak(mut self) -> u64 {
        drop(self.child.stdin.take());
        self.says("peak").await.parse().unwrap()
    }
}

/// Works until the input ends, then tells its peak.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the others"]
async fn another_process() {
    let Some(task) = Environment::process().optional::<String>("SCALE_TASK").unwrap() else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let variables = task["environment"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value)));
    let environment = Environment::of(variables.collect::<Vec<_>>());
    let [dynamodb, sqs, secrets] = [0, 1, 2].map(|engine| text(&task["endpoints"][engine]));
    let aws = Aws::local(&Endpoints { dynamodb, sqs: sqs.clone(), secrets }).await;
    if task["role"] == "Worker" {
        let mapping = worker(&environment, &aws, &sqs).await;
        input_ends().await;
        mapping.stop(Duration::from_secs(1)).await;
    } else {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening http://{}", listener.local_addr().unwrap());
        let api = api(&environment, &aws).await;
        tokio::spawn(async move { axum::serve(listener, api).await });
        input_ends().await;
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("peak {}", kilobytes << 10);
}

async fn input_ends() {
    tokio::io::stdin().read_to_end(&mut Vec::new()).await.unwrap();
}

async fn api(environment: &Environment, aws: &Aws) -> Router {
    let config = api::Config::from_env(environment).unwrap();
    api::router(api::State::connect(&config, aws, Clock::system()).await.unwrap())
}

async fn worker(environment: &Environment, aws: &Aws, sqs: &str) -> EventSourceMapping {
    let clock = Clock::system();
    let config = ingestion::Config::from_env(environment).unwrap();
    let state = ingestion::State::connect(&config, aws, clock.clone()).await.unwrap();
    let queue_url = environment.required::<String>("RACE_INGESTION_QUEUE_URL").unwrap();
    let queue = aws_sdk_sqs::Client::new(&engines::client_config(sqs));
    let handler = function(move |event| {
        let (state, clock) = (state.clone(), clock.clone());
        async move {
            let event = serde_json::from_value(event).map_err(InvokeError::failed)?;
            let answer = ingestion::handle(&state, event, clock.now() + SignedDuration::from_mins(15)).await;
            serde_json::to_value(answer).map_err(InvokeError::failed)
        }
    });
    EventSourceMapping::start(queue, &queue_url, SIDE_BY_SIDE, handler).await.unwrap()
}
