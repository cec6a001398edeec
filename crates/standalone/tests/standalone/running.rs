use std::collections::BTreeSet;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use iracing_sandbox::{CLUB_RACER, Sandbox};
use runtime::Clock;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::browser::{Browser, Live};

/// The program, as a user starts it.
pub struct Program {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    /// Such as `http://localhost:40123`.
    pub address: String,
    /// What it said before it was ready.
    greeting: String,
}

pub fn spinout(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spinout"));
    command
        .args(arguments)
        .env_clear()
        .envs([("LOG_LEVEL", "warn"), ("INGESTION_COOLDOWN_SECONDS", "0")])
        .env("SPINOUT_DATA_DIR", data_dir)
        .kill_on_drop(true);
    command
}

impl Program {
    async fn start(data_dir: &Path) -> Self {
        Self::run(&mut spinout(data_dir, &["--listen", "127.0.0.1:0"])).await
    }

    /// Starts it as a command says, and waits until it is ready.
    pub async fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut address, mut greeting) = (String::new(), String::new());
        while !greeting.contains("Ctrl-C") {
            let line = output.next_line().await.unwrap().expect("the program ended");
            if let Some(announced) = line.strip_prefix("Spinout is running: ") {
                address = announced.trim_end_matches('/').to_owned();
            }
            greeting.push_str(&line);
            greeting.push('\n');
        }
        Self { child, output, address, greeting }
    }

    /// Signs a driver in and opens the live connection.
    pub async fn sign_in(&self, driver: i64) -> (Browser, Live) {
        let Self { address, .. } = self;
        let browser = Browser::sign_in(&format!("{address}/api"), &format!("{address}/auth/ir/callback"), driver).await;
        let live = browser.listen(&format!("{}/ws", address.replacen("http", "ws", 1))).await;
        (browser, live)
    }

    /// Ends it like Ctrl-C does, and reads what it says to the end.
    pub async fn interrupt(mut self) -> (ExitStatus, String) {
        let process = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-INT", &process]).status().await.unwrap().success());
        let mut said = String::new();
        while let Some(line) = self.output.next_line().await.unwrap() {
            said.push_str(&line);
        }
        (self.child.wait().await.unwrap(), said)
    }

    /// Ends it by SIGKILL.
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// The driver's latest run.
async fn latest_run(browser: &Browser) -> Value {
    browser.get("/ingestion/runs?limit=1").await["items"][0].clone()
}

/// Waits until the driver's latest run is over.
pub async fn finished(browser: &Browser, live: &mut Live) -> Value {
    loop {
        let run = latest_run(browser).await;
        if run["status"] == "finished" {
            return run;
        }
        live.next(&["ingestionRunFinished"]).await;
    }
}

/// How many races a log of this driver has in the end.
fn races_listed(driver: i64) -> usize {
    let clock = Clock::system();
    let sandbox = Sandbox::new(iracing_sandbox::Config {
        clock: Arc::new(move || clock.now()),
        ..iracing_sandbox::Config::local("http://localhost", &[])
    });
    sandbox.unwrap().members().into_iter().find(|member| member.cust_id == driver).unwrap().races
}

/// The log has each race once, and the driver's record counts them right.
async fn assert_complete(browser: &Browser) {
    let races = browser.races().await;
    let once: BTreeSet<i64> = races.iter().copied().collect();
    assert_eq!(once.len(), races.len(), "a race is listed twice");
    assert_eq!(races.len(), races_listed(browser.driver));
    let driver = browser.get(&format!("/driver/{}", browser.driver)).await;
    assert_eq!(driver["sessionCount"], races.len());
}

#[tokio::test]
async fn it_says_where_to_go_and_whom_to_sign_in_as() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path()).await;
    assert!(program.greeting.contains(&format!("Spinout is running: {}", program.address)), "{}", program.greeting);
    assert!(program.greeting.contains(&CLUB_RACER.to_string()), "{}", program.greeting);

    let second = spinout(data.path(), &["--listen", "127.0.0.1:0"]).output().await.unwrap();
    assert!(!second.status.success());
    let complaint = String::from_utf8(second.stderr).unwrap();
    assert!(complaint.contains("another spinout runs on the data folder"), "{complaint}");
}

#[tokio::test]
async fn an_import_stopped_in_the_middle_goes_on_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path()).await;
    let (browser, mut live) = program.sign_in(CLUB_RACER).await;
    browser.post("/ingestion/race").await;
    live.next(&["racesReady"]).await;
    let (status, said) = program.interrupt().await;
    assert!(status.success(), "{said}");
    assert!(said.contains("goes on at the next start"), "{said}");

    let program = Program::start(data.path()).await;
    let (browser, mut live) = program.sign_in(CLUB_RACER).await;
    let run = finished(&browser, &mut live).await;
    assert_eq!(run["racesFailed"], 0);
    assert_complete(&browser).await;
}

#[tokio::test]
async fn killing_it_at_any_moment_of_an_import_loses_and_doubles_nothing() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path()).await;
    let (browser, mut live) = program.sign_in(CLUB_RACER).await;
    browser.post("/ingestion/race").await;
    live.next(&["ingestionRunStarted"]).await;
    program.kill().await;
    for _ in 0..4 {
        let program = Program::start(data.path()).await;
        let (browser, mut live) = program.sign_in(CLUB_RACER).await;
        if latest_run(&browser).await["status"] != "finished" {
            live.next(&["ingestionRunProgress", "racesReady", "ingestionRunFinished"]).await;
        }
        program.kill().await;
    }
    let program = Program::start(data.path()).await;
    let (browser, mut live) = program.sign_in(CLUB_RACER).await;
    finished(&browser, &mut live).await;
    assert_complete(&browser).await;
}
