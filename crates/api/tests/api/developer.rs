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
async fn a_developer_tries_a_documented_endpoint_through_us() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    server.store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    browser.refresh().await;

    let cars = browser.get("/developer/iracing-api/car/get").await;
    assert_eq!(cars.status, StatusCode::OK, "{}", cars.json());
    assert!(cars.json()[0]["car_id"].is_i64(), "the signed link has been followed");
    assert_eq!(cars.header("content-type"), "application/json");
    assert!(!cars.header("x-ratelimit-remaining").is_empty());

    let member = browser.get(&format!("/developer/iracing-api/member/get?cust_ids={DRIVER}")).await.json();
    assert_eq!(member["members"][0]["cust_id"], DRIVER.0, "{member}");

    let refused = browser.get("/developer/iracing-api/results/get").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "as iRacing says: a parameter is missing");
}

#[tokio::test]
async fn the_proxy_leads_nowhere_else() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    server.store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    browser.refresh().await;
    let before = server.sandbox.counts().data_requests;
    for path in [
        "doc/../car/get",
        "doc/%2e%2e/car/get",
        "doc%2f..%2fcar/get",
        "doc%2fcar",
        "doc/",
        "doc//car",
        "docs",
        "doc%3Fx=1",
        "car",
        "car/",
        "car/get/",
        "car//get",
        "car%2Fget",
        "car/%67et",
        "car/get/more",
        "car/../member/info",
        "../oauth2/token",
        "%2e%2e/oauth2/token",
        "//evil.example/data/car/get",
        "https://evil.example/car/get",
        "unknown/get",
        "admin/users",
    ] {
        let answer = browser.get(&format!("/developer/iracing-api/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.sandbox.counts().data_requests, before);
    let request = browser.request(axum::http::Method::POST, "/developer/iracing-api/car/get");
    let answer = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}
