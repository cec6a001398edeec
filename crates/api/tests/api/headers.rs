use crate::server::{DRIVER, ORIGIN, Server};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use domain::Entitlement;
use serde_json::Value;

#[tokio::test]
async fn the_correlation_id_goes_in_and_out() {
    let server = Server::start().await;
    let answer = server.browser().get_with("/health/ping", "x-correlation-id", "page-7").await;
    let id = answer.header("x-correlation-id");
    assert!(id.starts_with("page-7:") && id.len() == "page-7:".len() + 36, "{id}");
    let answer = server.browser().get_with("/health/ping", "x-correlation-id", "two words").await;
    assert_eq!(answer.header("x-correlation-id").len(), 36, "one that could forge a log line is dropped");
}

/// Every route, every kind of refusal, and what the proxy passes on.
#[tokio::test]
async fn every_answer_is_careful() {
    let server = Server::start().await;
    let document: Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    let routes = document["paths"].as_object().unwrap().keys().map(|path| path.replace("{*path}", "doc"));
    let driver = server.browser_with(DRIVER, &[Entitlement::Developer]).await;
    for path in routes.chain(["/nowhere".to_owned(), "/%ff".to_owned(), "/driver/410001/races?limit=0".to_owned()]) {
        for browser in [&server.browser(), &driver] {
            for method in [Method::GET, Method::POST, Method::OPTIONS, Method::TRACE] {
                let answer = browser
                    .send(browser.request(method.clone(), &path.replace(['{', '}'], "")).body(Body::empty()).unwrap())
                    .await;
                for (name, value) in [
                    ("x-content-type-options", "nosniff"),
                    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
                    ("referrer-policy", "no-referrer"),
                    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
                    ("x-frame-options", "DENY"),
                    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
                ] {
                    assert_eq!(answer.header(name), value, "{name} of {method} {path}");
                }
                assert!(!answer.header("cache-control").contains("public"), "{method} {path}");
                if answer.status.is_client_error() || answer.status.is_server_error() {
                    assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
                    assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn our_own_pages_may_call_with_cookies_and_read_what_they_need() {
    let server = Server::start().await;
    let preflight = |origin: &'static str| {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri(format!("/driver/{DRIVER}/races"))
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization,x-correlation-id");
        request.body(Body::empty()).unwrap()
    };
    let browser = server.browser();
    let answer = browser.send(preflight(ORIGIN)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(browser.send(preflight("https://evil.example")).await.header("access-control-allow-origin"), "");

    let answer = browser.get("/tracks").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN, "errors too");
    assert_eq!(
        answer.header("access-control-expose-headers"),
        "retry-after,etag,x-correlation-id,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset"
    );
}

#[tokio::test]
async fn large_answers_are_compressed_if_the_browser_likes() {
    let server = Server::start().await;
    let answer = server.browser().get_with("/openapi.json", "accept-encoding", "gzip").await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(server.browser().get("/openapi.json").await.json()["paths"].is_object());
}
