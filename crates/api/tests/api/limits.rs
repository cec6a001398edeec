//! Who asks too often is told so, and when to come back; nobody else notices.

use crate::server::{Answer, Browser, DRIVER, REDIRECT, Server};
use axum::{body::Body, http::Method};
use domain::DriverId;
use serde_json::{Value, json};

/// What may be started in ten minutes.
const INGESTIONS: usize = 30;
/// What an address may begin and complete in five minutes.
const SIGN_INS: usize = 240;

async fn ingest(browser: &Browser) -> Answer {
    browser.clone().post("/ingestion/race", Value::Null).await
}

/// Begins a sign-in as a proxy passes it on from an address.
async fn sign_in_from(browser: &Browser, address: &str) -> Answer {
    let request = browser
        .request(Method::POST, "/auth/ir/start")
        .header("x-forwarded-for", format!("6.6.6.6, {address}"))
        .header("content-type", "application/json");
    browser.send(request.body(Body::from(json!({ "redirectUri": REDIRECT }).to_string())).unwrap()).await
}

fn refused(answer: &Answer) -> bool {
    answer.status.as_u16() == 429 && answer.code() == "too_many_requests"
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let server = Server::start().await;
    let (browser, other) = (server.browser_of(DRIVER).await, server.browser_of(DriverId(999)).await);
    server.minutes_pass(4);
    for _ in 0..INGESTIONS {
        assert!(!refused(&ingest(&browser).await));
    }
    let answer = ingest(&browser).await;
    assert!(refused(&answer), "{}", answer.json());
    assert_eq!(answer.header("retry-after"), "360", "the window began at noon and has ten minutes");
    insta::assert_json_snapshot!(answer.problem());
    assert!(!refused(&ingest(&other).await), "others are not concerned");
    assert_eq!(browser.get("/ingestion/runs").await.status, 200, "nor are other routes");

    server.minutes_pass(6);
    assert!(!refused(&ingest(&server.browser_of(DRIVER).await).await));
}

#[tokio::test]
async fn processes_count_together() {
    let server = Server::start().await;
    let token = server.browser_of(DRIVER).await.token;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(Browser { token: token.clone(), ..Browser::of(&server.process_with(&[]).await) });
    }
    let mut admitted = 0;
    for turn in 0..3 * INGESTIONS {
        admitted += usize::from(!refused(&ingest(&browsers[turn % 3]).await));
    }
    let untold = browsers.len() * INGESTIONS / 10;
    assert!((INGESTIONS..=INGESTIONS + untold).contains(&admitted), "{admitted}");
}

#[tokio::test]
async fn ordinary_use_writes_no_counts() {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    let before = server.store.consumed_units();
    for _ in 0..20 {
        assert_eq!(browser.get("/ingestion/runs").await.status, 200);
        assert_eq!(sign_in_from(&server.browser(), "203.0.113.7").await.status, 200);
    }
    assert_eq!(server.store.consumed_units().write, before.write);
}

#[tokio::test]
async fn strangers_are_told_apart_by_the_address_that_the_proxy_saw() {
    let server = Server::start().await;
    let browser = Browser::of(&server.process_with(&[("TRUSTED_PROXIES", "1")]).await);
    for _ in 0..SIGN_INS {
        assert_eq!(sign_in_from(&browser, "203.0.113.7").await.status, 200);
    }
    assert!(refused(&sign_in_from(&browser, "203.0.113.7").await), "whatever stands left of it");
    assert_eq!(sign_in_from(&browser, "203.0.113.8").await.status, 200);

    let table = server.table().await;
    assert!(table.contains("requests#address#"), "counted");
    assert!(!table.contains("203.0.113.7"), "and yet not written down");
}

#[tokio::test]
async fn without_a_session_an_address_may_ask_only_so_much() {
    let server = Server::start().await;
    let browser = Browser { token: Some("no token".to_owned()), ..server.browser() };
    let mut answers = Vec::new();
    for _ in 0..1_201 {
        answers.push(browser.get("/tracks").await.status.as_u16());
    }
    assert_eq!(answers.pop(), Some(429));
    assert!(answers.iter().all(|status| *status == 401));
    assert_eq!(server.browser_of(DRIVER).await.get("/ingestion/runs").await.status, 200, "a driver is not concerned");
}

#[tokio::test]
async fn a_table_that_does_not_answer_lets_requests_through() {
    let server = Server::start().await;
    let browser = Browser::of(&server.process_with(&[("DYNAMODB_TABLE", "missing")]).await);
    for _ in 0..SIGN_INS {
        assert_eq!(sign_in_from(&browser, "203.0.113.7").await.status, 200);
    }
    assert!(refused(&sign_in_from(&browser, "203.0.113.7").await), "the process' own count holds");
}

#[tokio::test]
async fn an_operator_can_do_without_limits() {
    let server = Server::start().await;
    let token = server.browser_of(DRIVER).await.token;
    let browser = Browser { token, ..Browser::of(&server.process_with(&[("RATE_LIMITS", "false")]).await) };
    for _ in 0..=INGESTIONS {
        assert!(!refused(&ingest(&browser).await));
    }
}
