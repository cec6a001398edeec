use crate::server::{Browser, Server};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_process_with_its_table_is_ready() {
    let server = Server::start().await;
    assert_eq!(server.browser().get("/health/ping").await.json(), json!({"status": "ok"}));
    let ready = server.browser().get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(ready.json(), json!({"status": "ready", "checks": {"table": "ok"}}));
}

#[tokio::test]
async fn a_process_without_its_table_is_alive_but_not_ready() {
    let server = Server::start().await;
    let cut_off = Browser::of(&server.process_with(&[("DYNAMODB_TABLE", "missing")]).await);
    assert_eq!(cut_off.get("/health/ping").await.status, StatusCode::OK);
    let ready = cut_off.get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["checks"]["table"], "failed");
}
