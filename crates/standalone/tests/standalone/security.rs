//! What the whole program gives away: in its logs, in its files, and in the headers of its answers.

use std::fs::{self, File};
use std::path::Path;

use auth::{IracingTokens, SealingKeys};
use domain::DriverId;
use engines::{DynamoDb, Secrets};
use iracing_sandbox::{NEWCOMER, SHOWCASE};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use store::Store;

use crate::running::{Program, finished, spinout};

/// Every file below a folder but the keys, which have to be somewhere.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: std::path::PathBuf| match path.is_dir() {
        true if path.ends_with(engines::SECRETS_FOLDER) => Vec::new(),
        true => files(&path),
        false => vec![path],
    };
    entries.flat_map(of).collect()
}

/// The keys of an installation, and the driver's token pair of iRacing, opened with them.
async fn kept(data: &Path, driver: i64) -> Vec<String> {
    let secrets = Secrets::start(Some(&data.join(engines::SECRETS_FOLDER))).await.unwrap();
    let sealing_key = secrets.get("jwt-encryption-key").unwrap();
    let table = DynamoDb::start(Some(&data.join(engines::TABLE_FILE))).await.unwrap();
    let token = Store::new(table.client(), "spinout").iracing_token(DriverId(driver)).await.unwrap().unwrap();
    let keys = SealingKeys::from_base64(&sealing_key).unwrap();
    let pair = IracingTokens::open(&keys, DriverId(driver), &token.sealed.unwrap()).unwrap();
    let signing_key = secrets.get("jwt-signing-key").unwrap();
    let credentials: serde_json::Value = serde_json::from_str(&secrets.get("iracing-credentials").unwrap()).unwrap();
    vec![
        pair.access_token.expose().to_owned(),
        pair.refresh_token.expose().to_owned(),
        sealing_key.trim().to_owned(),
        signing_key.lines().nth(1).unwrap().to_owned(),
        credentials["oauth_client_secret"].as_str().unwrap().to_owned(),
    ]
}

#[tokio::test]
async fn no_secret_of_a_whole_run_is_logged_or_stored_in_clear() {
    let (data, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = logs.path().join("log");
    let mut command = spinout(data.path(), &["--listen", "127.0.0.1:0"]);
    let command = command.env("LOG_LEVEL", "debug").stderr(File::create(&log).unwrap());
    let program = Program::run(command).await;
    let (mut browser, mut live) = program.sign_in(SHOWCASE).await;
    browser.post("/ingestion/race").await;
    finished(&browser, &mut live).await;
    let mut secrets = kept(data.path(), SHOWCASE).await;
    assert_eq!(browser.post_cookie("/auth/refresh").await, 200);
    secrets.extend(browser.secrets.clone());
    // A token that is refused must not be told either.
    let http = Client::new();
    let bad = format!("{}x", browser.token);
    let refused = http.get(format!("{}/api/tracks", program.address)).bearer_auth(&bad).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post_cookie("/auth/logout").await, 204);
    let (_, said) = program.interrupt().await;

    let log = fs::read_to_string(log).unwrap();
    assert!(log.lines().count() > 5 && log.contains("answered"), "the log was read: {log}");
    assert!(secrets.len() >= 12 && secrets.iter().all(|secret| secret.len() >= 16), "{secrets:?}");
    for secret in &secrets {
        assert!(!log.contains(secret) && !said.contains(secret), "{secret} is logged");
    }
    let stored = files(data.path());
    assert!(stored.iter().any(|path| path.ends_with(engines::TABLE_FILE)), "{stored:?}");
    for path in stored {
        let content = fs::read(&path).unwrap();
        let content = String::from_utf8_lossy(&content);
        for secret in &secrets {
            assert!(!content.contains(secret.as_str()), "{secret} is in {}", path.display());
        }
    }
}

#[tokio::test]
async fn every_answer_of_the_site_is_careful() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::run(&mut spinout(data.path(), &["--listen", "127.0.0.1:0"])).await;
    let http = Client::new();
    for path in [
        "/",
        "/log",
        "/assets/missing.js",
        "/missing.js",
        "/%2e%2e/spinout.toml",
        "/api/health/ping",
        "/api/driver/1",
        "/api/nowhere",
        "/ws",
        "/ws/@connections/1",
        "/iracing-sandbox/oauth2/authorize",
        "/iracing-sandbox/data/car/get",
        "/iracing-sandbox/nowhere",
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let request = http.request(method.clone(), format!("{}{path}", program.address));
            let answer = request.send().await.unwrap();
            let header =
                |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
            let place = format!("{method} {path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{place}");
            assert_eq!(header("x-frame-options"), "DENY", "{place}");
            assert!(header("strict-transport-security").starts_with("max-age=63072000"), "{place}");
            assert!(["no-referrer", "same-origin"].contains(&header("referrer-policy")), "{place}");
            assert!(header("permissions-policy").contains("camera=()"), "{place}");
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{place}");
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{place}");
        }
    }
}

#[tokio::test]
async fn browsers_do_not_reach_the_ways_in_of_processes() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::run(&mut spinout(data.path(), &["--listen", "127.0.0.1:0"])).await;
    let (_browser, mut live) = program.sign_in(NEWCOMER).await;
    let http = Client::new();
    for path in ["/ws/@connections/1", "/@connections/1", "/ws/%40connections/1"] {
        for method in [Method::POST, Method::DELETE, Method::GET] {
            let answer = http.request(method, format!("{}{path}", program.address)).body("{}").send().await.unwrap();
            assert!(!matches!(answer.status(), StatusCode::NO_CONTENT | StatusCode::GONE), "{path}");
        }
    }
    assert_eq!(live.ask(json!({"action": "pingRequest"}), "pong").await["success"], true);
}
