use crate::server::{Browser, Server};
use axum::http::StatusCode;
use futures::future::join_all;
use iracing_sandbox::Maintenance;

fn asked(server: &Server, endpoint: &str) -> u64 {
    server.sandbox.counts().data_requests_by_endpoint.get(endpoint).copied().unwrap_or_default()
}

#[tokio::test]
async fn lists_are_fetched_once_and_served_to_everybody() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let answers = join_all((0..10).map(|_| browser.get("/tracks"))).await;
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        assert_eq!(answer.header("cache-control"), "private, max-age=3600");
        assert_eq!(answer.json()["fetchedAt"], "2026-07-15T12:00:00Z");
    }
    assert_eq!(asked(&server, "track/get"), 1);
    let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
    assert_eq!(other_process.get("/tracks").await.body, answers[0].body);
    assert_eq!(asked(&server, "track/get"), 1, "the other process finds it in the table");

    let tag = answers[0].header("etag").to_owned();
    assert_eq!(browser.get_with("/tracks", "if-none-match", &tag).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn lists_are_small_and_name_what_the_pages_show() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    for (path, names) in [
        ("/tracks", &["trackId", "name", "layout", "lengthKm", "cornersPerLap", "trackMapUrl", "timeZone"][..]),
        ("/cars", &["carId", "name", "nameAbbreviated", "categories", "weightKg", "power", "logoUrl"][..]),
        ("/series", &["seriesId", "name", "shortName", "category", "logoUrl", "active"][..]),
    ] {
        let answer = browser.get(path).await;
        let body = answer.json();
        let items = body["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{path}");
        for name in names {
            assert!(items[0].get(name).is_some(), "{name} of {path}");
        }
        let text = String::from_utf8_lossy(&answer.body);
        assert!(!text.contains("<p>") && !text.contains("<br"), "{path} has no descriptions");
    }
}

#[tokio::test]
async fn an_old_list_goes_on_while_iracing_is_down_and_is_renewed_after() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let first = browser.get("/series").await.json();
    server.minutes_pass(25 * 60);
    browser.refresh().await;
    server.sandbox.faults().change(|faults| faults.maintenance = Some(Maintenance::On));
    let stale = browser.get("/series").await;
    assert_eq!((stale.status, stale.json()), (StatusCode::OK, first));

    server.sandbox.faults().change(|faults| faults.maintenance = None);
    server.minutes_pass(6);
    assert_eq!(browser.get("/series").await.json()["fetchedAt"], "2026-07-16T13:06:00Z");
}

#[tokio::test]
async fn no_list_at_all_is_said_with_a_time_to_try_again() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    server.sandbox.faults().change(|faults| faults.maintenance = Some(Maintenance::On));
    let answer = browser.get("/cars").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "iracing_maintenance".to_owned()));
    assert_eq!(answer.header("retry-after"), "300");
}

#[tokio::test]
async fn a_token_that_iracing_refuses_is_renewed_once() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    // Each list takes two requests.
    server.sandbox.faults().change(|faults| faults.unauthorized_after = Some(2));
    assert_eq!(browser.get("/cars").await.status, StatusCode::OK);
    assert_eq!(server.refreshes_at_iracing(), 0);
    assert_eq!(browser.get("/tracks").await.status, StatusCode::OK);
    assert_eq!(server.refreshes_at_iracing(), 1);
}
