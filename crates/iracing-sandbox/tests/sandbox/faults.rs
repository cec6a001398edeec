use std::time::Duration;

use axum::http::{Method, StatusCode};
use iracing_sandbox::{Maintenance, SHOWCASE};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::client::{BASE, Stand};

async fn link(stand: &Stand, pair: &crate::client::Pair, path: &str) -> String {
    stand.ask(pair, path).await.json()["link"].as_str().unwrap().to_owned()
}

fn first_race(stand: &Stand) -> i64 {
    stand.sandbox.truth(SHOWCASE)[0].subsession_id
}

#[tokio::test]
async fn a_worn_out_access_token_is_refused_and_a_refreshed_one_works() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().unauthorized_after(2);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(stand.ask(&pair, "constants/categories").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 401]);
    let pair = stand.refreshed(&pair.refresh).await;
    assert_eq!(stand.ask(&pair, "constants/categories").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_rate_limit_can_be_struck_at_once() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().rate_limited(1, 20);
    let refused = stand.ask(&pair, "constants/categories").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("x-ratelimit-reset"), (stand.now().as_second() + 20).to_string());
    assert_eq!(stand.ask(&pair, "constants/categories").await.status, StatusCode::OK);
}

#[tokio::test]
async fn maintenance_and_gateway_timeouts_look_like_the_recorded_ones() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().maintenance(Some(Maintenance::On));
    let closed = stand.ask(&pair, "member/info").await;
    assert_eq!((closed.status.as_u16(), closed.json()["error"].as_str()), (503, Some("Site Maintenance")));
    stand.sandbox.faults().maintenance(None);
    stand.sandbox.faults().gateway_timeout(1);
    let late = stand.ask(&pair, "member/info").await;
    assert_eq!((late.status.as_u16(), late.header("content-type")), (504, "text/html"));
    assert_eq!(stand.ask(&pair, "member/info").await.status, StatusCode::OK);
}

#[tokio::test]
async fn links_and_chunks_break_in_every_way_once_and_are_whole_again() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let faults = stand.sandbox.faults();
    let info = link(&stand, &pair, "member/info").await;
    faults.expired_links(1);
    assert_eq!(stand.get(&info, None).await.status, StatusCode::FORBIDDEN);
    faults.invalid_json(1);
    assert!(serde_json::from_str::<Value>(&stand.get(&info, None).await.body).is_err());
    assert_eq!(stand.get(&info, None).await.json()["cust_id"], SHOWCASE);
    let path = format!("results/lap_chart_data?subsession_id={}&simsession_number=0", first_race(&stand));
    let chunks = stand.data(&pair, &path).await["chunk_info"].clone();
    let (base, name) = (chunks["base_download_url"].as_str().unwrap(), chunks["chunk_file_names"][0].as_str().unwrap());
    let chunk = format!("{base}{name}");
    faults.cut_off_chunks(1);
    assert!(serde_json::from_str::<Value>(&stand.get(&chunk, None).await.body).is_err());
    faults.missing_chunks(1);
    assert_eq!(stand.get(&chunk, None).await.status, StatusCode::NOT_FOUND);
    assert!(stand.get(&chunk, None).await.json().is_array());
}

#[tokio::test]
async fn a_late_result_appears_in_search_and_by_id_at_its_time() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let id = first_race(&stand);
    stand.sandbox.faults().late_results(id, stand.now() + SignedDuration::from_secs(300));
    let listed = |rows: &[Value]| rows.iter().any(|row| row["subsession_id"] == id);
    assert!(!listed(&stand.search_all(&pair, SHOWCASE, "search_series").await));
    let path = format!("results/get?subsession_id={id}");
    assert_eq!(stand.ask(&pair, &path).await.status, StatusCode::NOT_FOUND);
    stand.advance(300);
    assert!(listed(&stand.search_all(&pair, SHOWCASE, "search_series").await));
    assert_eq!(stand.ask(&pair, &path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_race_is_not_known_before_it_is_published() {
    let stand = Stand::new();
    let race = stand.sandbox.truth(SHOWCASE)[0].clone();
    stand.set(race.available_at - SignedDuration::from_secs(1));
    let pair = stand.sign_in(SHOWCASE).await;
    let path = format!("results/get?subsession_id={}", race.subsession_id);
    assert_eq!(stand.ask(&pair, &path).await.status, StatusCode::NOT_FOUND);
    stand.advance(1);
    assert_eq!(stand.ask(&pair, &path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn late_laps_are_an_empty_success_before_their_time() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let id = first_race(&stand);
    stand.sandbox.faults().late_laps(id, stand.now() + SignedDuration::from_secs(300));
    let path = format!("results/lap_chart_data?subsession_id={id}&simsession_number=0");
    let body = stand.data(&pair, &path).await;
    assert_eq!((&body["success"], &body["chunk_info"]), (&json!(true), &Value::Null));
    stand.advance(300);
    assert!(!stand.rows(&pair, &path).await.is_empty());
}

#[tokio::test]
async fn a_result_changes_after_a_protest() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let id = first_race(&stand);
    stand.sandbox.faults().changed_results(id, stand.now() + SignedDuration::from_hours(24));
    let path = format!("results/get?subsession_id={id}");
    let rows = |result: &Value| result["session_results"].as_array().unwrap().last().unwrap()["results"].clone();
    let before = rows(&stand.data(&pair, &path).await);
    stand.advance(24 * 3600);
    let pair = stand.sign_in(SHOWCASE).await;
    let after = rows(&stand.data(&pair, &path).await);
    let last = after.as_array().unwrap().last().unwrap();
    assert_eq!(last["cust_id"], before[0]["cust_id"]);
    assert_eq!(last["incidents"].as_i64(), before[0]["incidents"].as_i64().map(|points| points + 4));
    assert_eq!(after[0]["cust_id"], before[1]["cust_id"]);
    assert_eq!((&after[0]["finish_position"], &after[0]["interval"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_failing_race_fails_alone() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let races = stand.sandbox.truth(SHOWCASE);
    stand.sandbox.faults().failing_race(races[0].subsession_id, 500);
    let status = async |id| stand.ask(&pair, &format!("results/get?subsession_id={id}")).await.status.as_u16();
    assert_eq!(status(races[0].subsession_id).await, 500);
    assert_eq!(status(races[1].subsession_id).await, 200);
}

#[tokio::test]
async fn unknown_fields_are_everywhere() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().unknown_fields(true);
    let result = stand.data(&pair, &format!("results/get?subsession_id={}", first_race(&stand))).await;
    let row = &result["session_results"][0]["results"][0];
    for object in [&result, &result["track"], row, &row["livery"]] {
        assert!(object.get("sandbox_unknown_field").is_some());
    }
}

#[tokio::test]
async fn a_revoked_refresh_is_refused() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().revoked_refresh(true);
    let refused = stand.refresh(&pair.refresh).await;
    assert_eq!((refused.status.as_u16(), refused.json()["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test(start_paused = true)]
async fn latency_is_waited_for() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.sandbox.faults().latency(Duration::from_millis(50));
    let before = tokio::time::Instant::now();
    stand.data(&pair, "member/info").await;
    assert_eq!(before.elapsed().as_millis(), 100, "the request and its link");
}

#[tokio::test]
async fn faults_are_switched_over_http() {
    let stand = Stand::new();
    let url = format!("{BASE}/sandbox/faults");
    let body = |text: &str| Some(("application/json", text.to_owned()));
    let on = stand.send(Method::POST, &url, None, body(r#"{"gateway_timeouts": 3}"#)).await;
    assert_eq!(on.json()["gateway_timeouts"], 3);
    let wrong = stand.send(Method::POST, &url, None, body(r#"{"gateway_naps": 3}"#)).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(stand.get(&url, None).await.json()["gateway_timeouts"], 3);
    assert_eq!(stand.send(Method::DELETE, &url, None, None).await.json()["gateway_timeouts"], 0);
    assert_eq!(stand.get(&format!("{BASE}/sandbox/counts"), None).await.json()["data_requests"], 0);
}
