use crate::server::{DRIVER, ORIGIN, Server};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};

#[tokio::test]
async fn the_correlation_id_goes_in_and_out() {
    let server = Server::start().await;
    let answer = server.browser().get_with("/health/ping", "x-correlation-id", "page-7").await;
    let id = answer.header("x-correlation-id");
    assert!(id.starts_with("page-7:") && id.len() == "page-7:".len() + 36, "{id}");
    let answer = server.browser().get_with("/health/ping", "x-correlation-id", "two words").await;
    assert_eq!(answer.header("x-correlation-id").len(), 36, "one that could forge a log line is dropped");
}

#[tokio::test]
async fn every_answer_is_careful() {
    let server = Server::start().await;
    for path in ["/health/ping", "/nowhere", "/tracks"] {
        let answer = server.browser().get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
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
    assert_eq!(answer.header("access-control-expose-headers"), "retry-after,etag,x-correlation-id");
}

#[tokio::test]
async fn large_answers_are_compressed_if_the_browser_likes() {
    let server = Server::start().await;
    let answer = server.browser().get_with("/openapi.json", "accept-encoding", "gzip").await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(server.browser().get("/openapi.json").await.json()["paths"].is_object());
}
