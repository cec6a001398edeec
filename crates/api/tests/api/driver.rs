use crate::{
    example,
    server::{DRIVER, Server},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::DriverId;
use serde_json::Value;

#[tokio::test]
async fn a_driver_sees_themselves() {
    let server = Server::start().await;
    let browser = server.browser_of(example::DRIVER).await;
    let answer = browser.get(&format!("/driver/{}", example::DRIVER)).await;
    insta::assert_json_snapshot!(answer.json());
}

/// Every route below `/driver/{driver_id}`, as the API describes itself.
#[tokio::test]
async fn what_is_a_drivers_belongs_to_them_alone() {
    let server = Server::start().await;
    let browser = server.browser_of(example::DRIVER).await;
    let stranger = server.browser_of(DriverId(999)).await;
    let document: Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/driver/{driver_id}") {
            continue;
        }
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path
                .replace("{driver_id}", &example::DRIVER.to_string())
                .replace("{driver_race_id}", "1766953800-82263872")
                .replace("{export_id}", "0198-1")
                .replace("{file}", "log.json");
            assert!(!path.contains('{'), "{path}: tell this test what to put there");
            let call = |browser: &crate::server::Browser| {
                let request = browser.request(method.clone(), &path).header("content-type", "application/json");
                let (browser, request) = (browser.clone(), request.body(Body::from("{}")).unwrap());
                async move { browser.send(request).await.status }
            };
            let own = call(&browser).await;
            assert!(own != StatusCode::FORBIDDEN && own != StatusCode::UNAUTHORIZED, "own {method} {path}: {own}");
            assert_eq!(call(&stranger).await, StatusCode::FORBIDDEN, "foreign {method} {path}");
            assert_eq!(call(&server.browser()).await, StatusCode::UNAUTHORIZED, "unknown {method} {path}");
            tried += 1;
        }
    }
    assert!(tried >= 3, "{tried} routes");
}

/// Every route that needs a session says so in the description, and means it.
#[tokio::test]
async fn what_needs_a_session_is_refused_without_one() {
    let server = Server::start().await;
    let document: Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path.replace("{*path}", "doc").replace("{driver_race_id}", "1-1");
            let path = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>();
            let browser = server.browser();
            let request = browser.request(method.clone(), &path.join("/")).header("content-type", "application/json");
            let answer = browser.send(request.body(Body::from("{}")).unwrap()).await;
            let needs_session = operation["security"][0].get("session").is_some();
            if needs_session {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path:?}");
            }
            let open = ["health", "auth", "openapi.json"].contains(&path[1]);
            assert_eq!(needs_session, !open, "{method} {path:?}");
        }
    }
}

#[tokio::test]
async fn a_driver_whom_the_table_does_not_know_is_not_found() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let elsewhere = server.process_with(&[("DYNAMODB_TABLE", "missing")]).await;
    let cut_off = crate::server::Browser { token: browser.token.clone(), ..crate::server::Browser::of(&elsewhere) };
    let answer = cut_off.get(&format!("/driver/{DRIVER}")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "no table is not the same as no driver");
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn a_driver_turns_the_daily_sync_on_and_off() {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    let put = async |body: &str| {
        let request = browser.request(Method::PUT, &format!("/driver/{DRIVER}/daily-sync"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_owned())).unwrap();
        browser.send(request).await
    };
    let wanted = async || browser.get(&format!("/driver/{DRIVER}")).await.json()["dailySync"].clone();
    assert_eq!(wanted().await, false);

    let answer = put(r#"{"enabled":true}"#).await;
    assert_eq!((answer.status, answer.json()["enabled"].clone()), (StatusCode::OK, Value::Bool(true)));
    assert_eq!(wanted().await, true);
    assert_eq!(server.store.daily_sync_drivers(None, 10).await.unwrap(), [DRIVER]);

    assert_eq!(put(r#"{"enabled":false}"#).await.status, StatusCode::OK);
    assert_eq!(wanted().await, false);
    assert_eq!(server.store.daily_sync_drivers(None, 10).await.unwrap(), []);
    assert_eq!(put(r#"{"enabled":1}"#).await.fields()[0].0, "enabled");
}
