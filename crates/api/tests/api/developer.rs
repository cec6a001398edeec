use crate::server::{DRIVER, Server};
use axum::http::StatusCode;
use domain::Entitlement;

#[tokio::test]
async fn only_developers_may_look_behind() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    for path in ["/developer/iracing-api/doc", "/developer/iracing-token"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "not_a_developer".to_owned()), "{path}");
        assert_eq!(server.browser().get(path).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_developer_reads_iracings_documentation_through_us() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    server.store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    browser.refresh().await;

    let answer = browser.get("/developer/iracing-api/doc").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert!(answer.json().is_object());
    assert_eq!(answer.header("x-ratelimit-limit"), "240");
    assert!(!answer.header("x-ratelimit-remaining").is_empty());

    let token = browser.get("/developer/iracing-token").await.json();
    assert!(!token["accessToken"].as_str().unwrap().is_empty());
    assert_eq!(token["expiresAt"], "2026-07-15T12:10:00Z");

    server.sandbox.faults().change(|faults| faults.unauthorized_after = Some(1));
    assert_eq!(browser.get("/developer/iracing-api/doc/car").await.status, StatusCode::OK, "renewed once");
}

#[tokio::test]
async fn the_way_to_the_documentation_leads_nowhere_else() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    server.store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    browser.refresh().await;
    let before = server.sandbox.counts().data_requests;
    for path in [
        "car/get",
        "doc/../car/get",
        "doc/%2e%2e/car/get",
        "doc%2f..%2fcar/get",
        "doc/",
        "doc//car",
        "docs",
        "doc%3Fx=1",
    ] {
        let answer = browser.get(&format!("/developer/iracing-api/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.sandbox.counts().data_requests, before);
}
