use crate::server::{Browser, DRIVER, Server};
use axum::http::StatusCode;
use domain::{DriverId, RaceFailure, SubsessionId, ingestion::FailureReason};
use jiff::SignedDuration;
use messaging::QueueMessage;
use serde_json::Value;

#[tokio::test]
async fn a_run_is_queued_once() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let answer = browser.post("/ingestion/race", Value::Null).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json());
    let run = answer.json();
    assert_eq!(run["status"], "queued");

    let [QueueMessage::Ingest { driver_id, run_id, correlation_id }] = &server.queued().await[..] else {
        panic!("one message");
    };
    assert_eq!((*driver_id, run_id.0.as_str()), (DRIVER, run["runId"].as_str().unwrap()));
    assert_eq!(correlation_id, answer.header("x-correlation-id"));

    server.clock.advance(SignedDuration::from_secs(30));
    let again = browser.post("/ingestion/race", Value::Null).await;
    assert_eq!((again.status, again.code()), (StatusCode::TOO_MANY_REQUESTS, "ingestion_active".to_owned()));
    assert_eq!(again.header("retry-after"), "870");
    assert_eq!(again.json()["run"], run);
    assert!(server.queued().await.is_empty());

    let driver = browser.get(&format!("/driver/{DRIVER}")).await.json();
    assert_eq!(driver["ingestionBlockedUntil"], "2026-07-15T12:15:00Z");
}

#[tokio::test]
async fn a_request_that_meets_a_run_without_a_message_sends_it_again() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let run = browser.post("/ingestion/race", Value::Null).await.json();
    assert_eq!(server.queued().await.len(), 1, "and nobody works at it: the process died");

    server.minutes_pass(5);
    let joined = browser.post("/ingestion/race", Value::Null).await;
    assert_eq!((joined.code(), &joined.json()["run"]["runId"]), ("ingestion_active".to_owned(), &run["runId"]));
    let [QueueMessage::Ingest { run_id, .. }] = &server.queued().await[..] else { panic!("one message") };
    assert_eq!(run_id.0.as_str(), run["runId"].as_str().unwrap());
    browser.post("/ingestion/race", Value::Null).await;
    assert!(server.queued().await.is_empty(), "once is enough");

    server.minutes_pass(15);
    browser.refresh().await;
    let next = browser.post("/ingestion/race", Value::Null).await;
    assert_eq!(next.status, StatusCode::ACCEPTED, "{}", next.json());
    let runs = browser.get("/ingestion/runs").await.json();
    let states: Vec<_> = runs["items"].as_array().unwrap().iter().map(|run| &run["status"]).collect();
    assert_eq!(states, ["queued", "failed"], "the one that died is marked so");
    assert_eq!(runs["items"][1]["reason"], "interrupted");
}

#[tokio::test]
async fn a_second_ingestion_within_the_cool_down_is_refused() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let run = browser.post("/ingestion/race", Value::Null).await.json();
    let run_id = domain::RunId(run["runId"].as_str().unwrap().to_owned());
    let now = server.clock.now();
    let until = now + SignedDuration::from_secs(300);
    server.store.take_ingestion_lock(DRIVER, &run_id, "worker", now, until).await.unwrap();
    assert!(server.store.cool_down(DRIVER, "worker", until).await.unwrap());

    server.clock.advance(SignedDuration::from_millis(500));
    let answer = browser.post("/ingestion/race", Value::Null).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::TOO_MANY_REQUESTS, "ingestion_cooling_down".to_owned()));
    assert_eq!(answer.header("retry-after"), "300", "rounded up");
    assert_eq!(answer.json().get("run"), None);

    server.minutes_pass(5);
    assert_eq!(browser.post("/ingestion/race", Value::Null).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn runs_are_listed_newest_first_and_paged() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let run = browser.post("/ingestion/race", Value::Null).await.json();
        ids.insert(0, run["runId"].clone());
        server.minutes_pass(15);
        browser.refresh().await;
    }
    let first = browser.get("/ingestion/runs?limit=2").await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = browser.get(&format!("/ingestion/runs?limit=2&cursor={cursor}")).await.json();
    let listed = [&first, &second].into_iter().flat_map(|page| page["items"].as_array().unwrap());
    assert_eq!(listed.map(|run| run["runId"].clone()).collect::<Vec<_>>(), ids);
    assert_eq!(second["nextCursor"], Value::Null);
    let stranger = server.browser_of(DriverId(999)).await;
    assert_eq!(stranger.get("/ingestion/runs").await.json()["items"], Value::Array(vec![]));
    assert_eq!(browser.get("/ingestion/runs?limit=101").await.fields()[0].0, "limit");
    assert_eq!(browser.get("/ingestion/runs?cursor=aW5mbw").await.fields()[0].1, "invalid_cursor");
}

#[tokio::test]
async fn an_unknown_driver_cannot_ingest() {
    let server = Server::start().await;
    let known = server.signed_in().await;
    let mut session = server.tokens.verify(&known.token.unwrap(), server.clock.now()).unwrap();
    session.driver_id = DriverId(999);
    let token = server.tokens.issue(&session, server.clock.now()).unwrap().token;
    let mut unknown = Browser { token: Some(token.expose().to_owned()), ..server.browser() };
    assert_eq!(unknown.post("/ingestion/race", Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_run_whose_message_is_not_queued_leaves_no_lock() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let state = server.process_with(&[("RACE_INGESTION_QUEUE_URL", "http://127.0.0.1:1/queue")]).await;
    let mut cut_off = Browser { token: browser.token.clone(), ..Browser::of(&state) };
    let answer = cut_off.post("/ingestion/race", Value::Null).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable".to_owned()));
    assert_eq!(server.store.ingestion_lock(DRIVER, server.clock.now()).await.unwrap(), None);
    let runs = browser.get("/ingestion/runs").await.json();
    assert_eq!((&runs["items"][0]["status"], &runs["items"][0]["reason"]), (&"failed".into(), &"internal".into()));
}

#[tokio::test]
async fn failed_races_are_listed_and_tried_again_when_the_driver_asks() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let failure = |subsession: i64, attempts| RaceFailure {
        subsession_id: SubsessionId(subsession),
        start_time: server.clock.now() - SignedDuration::from_hours(subsession),
        reason: FailureReason::NotReady,
        detail: "not found".to_owned(),
        attempts,
        tried_at: server.clock.now(),
    };
    for failure in [failure(9, 5), failure(3, 1)] {
        server.store.put_failed_race(DRIVER, &failure).await.unwrap();
    }
    let listed = browser.get("/ingestion/failed-races").await.json();
    assert_eq!(
        listed["items"][1],
        serde_json::json!({
            "subsessionId": 9,
            "startTime": "2026-07-15T03:00:00Z",
            "reason": "not_ready",
            "detail": "not found",
            "attempts": 5,
            "triedAt": "2026-07-15T12:00:00Z",
            "nextTryAt": null
        })
    );
    assert_eq!(listed["items"][0]["nextTryAt"], "2026-07-15T12:05:00Z");

    let mut stranger = server.browser_of(DriverId(999)).await;
    assert_eq!(stranger.post("/ingestion/failed-races/9/retry", Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get("/ingestion/failed-races").await.json()["items"], Value::Array(vec![]));

    assert_eq!(browser.post("/ingestion/failed-races/9/retry", Value::Null).await.status, StatusCode::NO_CONTENT);
    let again = server.store.failed_races(DRIVER).await.unwrap();
    assert!(again.iter().any(|race| race.subsession_id == SubsessionId(9) && race.is_due(server.clock.now())));
    assert_eq!(browser.post("/ingestion/failed-races/8/retry", Value::Null).await.status, StatusCode::NOT_FOUND);
    let nonsense = browser.post("/ingestion/failed-races/x/retry", Value::Null).await;
    assert_eq!(nonsense.fields()[0].0, "subsession_id");
}
