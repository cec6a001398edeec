use crate::server::{DRIVER, Server};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::json;

#[tokio::test]
async fn routes_and_methods_that_are_none_are_problems() {
    let server = Server::start().await;
    let browser = server.browser();
    insta::assert_json_snapshot!("no_such_route", browser.get("/nowhere").await.problem());
    let request = browser.request(Method::DELETE, "/health/ping").body(Body::empty()).unwrap();
    let answer = browser.send(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "GET,HEAD");
    insta::assert_json_snapshot!("method_not_allowed", answer.problem());
    insta::assert_json_snapshot!("not_signed_in", browser.get("/tracks").await.problem());
}

#[tokio::test]
async fn bodies_that_are_no_json_are_problems() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for (body, status, code) in [
        ("", StatusCode::BAD_REQUEST, "invalid_json"),
        ("{", StatusCode::BAD_REQUEST, "invalid_json"),
        ("{} {}", StatusCode::BAD_REQUEST, "invalid_json"),
        ("[]", StatusCode::BAD_REQUEST, "invalid_input"),
        ("null", StatusCode::BAD_REQUEST, "invalid_input"),
    ] {
        let answer = browser.post_text("/auth/ir/start", body).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{body}");
    }
    let deep = format!("{{\"deep\":{}", "[".repeat(30_000));
    assert_eq!(browser.post_text("/auth/ir/start", deep).await.code(), "invalid_json");
    let large = json!({"redirectUri": "x".repeat(64 << 10)});
    assert_eq!(browser.post("/auth/ir/start", large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = browser.request(Method::POST, "/auth/ir/start").header(header::CONTENT_TYPE, "text/plain");
    let answer = browser.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type".into()));
}

#[tokio::test]
async fn tokens_that_are_no_good_are_refused() {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    let good = browser.token.clone().unwrap();
    let path = format!("/driver/{DRIVER}");
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let reversed: String = signature.chars().rev().collect();
    for header in [
        String::new(),
        good.clone(),
        "Bearer".to_owned(),
        "Bearer x".to_owned(),
        format!("Basic {good}"),
        format!("Bearer {signed}.{reversed}"),
        format!("Bearer {signed}."),
        format!("Bearer {}", good.repeat(2)),
    ] {
        let answer = server.browser().get_with(&path, "authorization", &header).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
    }
    assert_eq!(
        server.browser().get_with(&path, "authorization", &format!("bearer {good}")).await.status,
        StatusCode::OK
    );
}
