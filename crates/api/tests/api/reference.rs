use crate::server::{Answer, Browser, Server};
use axum::http::StatusCode;
use domain::{TrackId, reference::Track};
use futures::future::join_all;
use iracing_sandbox::Maintenance;
use serde_json::{Value, json};
use std::time::Duration;
use store::reference::Fetched;

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
        ("/tracks", &["trackId", "name", "layout", "lengthKm", "cornersPerLap", "hasMap", "timeZone"][..]),
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

/// What a browser gets from an iRacing that takes the connection and then says nothing.
async fn while_iracing_hangs(server: &Server, browser: &Browser, path: &str) -> Answer {
    server.sandbox.faults().latency(Duration::from_secs(60));
    let answer = tokio::time::timeout(Duration::from_secs(14), browser.get(path)).await;
    server.sandbox.faults().clear();
    answer.expect("the function would have been ended by now")
}

#[tokio::test]
async fn an_old_list_goes_on_while_iracing_hangs_and_iracing_is_left_alone_for_a_while() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let first = browser.get("/series").await.json();
    server.minutes_pass(25 * 60);
    browser.refresh().await;
    let stale = while_iracing_hangs(&server, &browser, "/series").await;
    assert_eq!((stale.status, stale.json()), (StatusCode::OK, first));
    let before = server.sandbox.counts().data_requests;
    assert_eq!(browser.get("/series").await.body, stale.body);
    assert_eq!(server.sandbox.counts().data_requests, before, "not asked again so soon");
}

#[tokio::test]
async fn a_list_that_takes_long_is_renewed_though_nobody_waits_for_it() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let first = browser.get("/series").await;
    server.minutes_pass(25 * 60);
    browser.refresh().await;
    // A list takes two answers, one after the other.
    server.sandbox.faults().latency(Duration::from_secs(2));
    for _ in 0..2 {
        assert_eq!(browser.get("/series").await.body, first.body, "nobody waits longer than three seconds");
    }
    // It is fetched while another is.
    assert_eq!(browser.get("/cars").await.status, StatusCode::OK);
    assert_eq!(browser.get("/series").await.json()["fetchedAt"], "2026-07-16T13:00:00Z");
    assert_eq!(asked(&server, "series/get"), 2);
    let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
    assert_eq!(other_process.get("/series").await.json()["fetchedAt"], "2026-07-16T13:00:00Z", "it is in the table");
}

#[tokio::test]
async fn a_list_that_is_days_overdue_is_waited_for() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    browser.get("/series").await;
    server.minutes_pass(4 * 24 * 60);
    let browser = server.signed_in().await;
    server.sandbox.faults().latency(Duration::from_secs(2));
    assert_eq!(browser.get("/series").await.json()["fetchedAt"], "2026-07-19T12:00:00Z");
}

#[tokio::test]
async fn no_list_at_all_is_said_while_iracing_hangs() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let answer = while_iracing_hangs(&server, &browser, "/cars").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "iracing_unavailable".to_owned()));
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

/// A track that has a map.
async fn drawn_track(browser: &Browser) -> i64 {
    let tracks = browser.get("/tracks").await.json();
    let track = tracks["items"].as_array().unwrap().iter().find(|track| track["hasMap"] == true).unwrap().clone();
    track["trackId"].as_i64().unwrap()
}

fn layers(map: &Value) -> Vec<&str> {
    map["layers"].as_array().unwrap().iter().map(|layer| layer["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_track_map_is_fetched_once_and_served_to_everybody() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let path = format!("/track/{}/map", drawn_track(&browser).await);
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.header("cache-control"), "private, max-age=86400");
    let map = answer.json();
    // The sandbox leaves nothing out of its layouts.
    assert_eq!(layers(&map), ["background", "pitroad", "active", "start_finish", "turns"]);
    assert_eq!(map["fetchedAt"], "2026-07-15T12:00:00Z");
    let road = &map["layers"][2]["shapes"][0];
    assert_eq!((&road["filled"], &road["evenOdd"], &road["stroke"]), (&json!(true), &json!(true), &Value::Null));
    assert!(road["path"].as_str().unwrap().starts_with('M'));
    assert_eq!(map["layers"][4]["labels"][0]["text"], "1");
    assert_eq!(server.sandbox.counts().asset_downloads, 6);

    let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
    assert_eq!(other_process.get(&path).await.body, answer.body);
    assert_eq!(server.sandbox.counts().asset_downloads, 6, "the other process finds it in the table");
    let tag = answer.header("etag").to_owned();
    assert_eq!(browser.get_with(&path, "if-none-match", &tag).await.status, StatusCode::NOT_MODIFIED);
    let some = browser.get(&format!("{path}?layer=turns&layer=active")).await.json();
    assert_eq!(layers(&some), ["active", "turns"]);
}

#[tokio::test]
async fn an_old_track_map_goes_on_while_iracing_is_down_and_is_drawn_anew_after() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let path = format!("/track/{}/map", drawn_track(&browser).await);
    let first = browser.get(&path).await.json();
    server.minutes_pass(31 * 24 * 60);
    // Nobody is signed in that long without a look at the page.
    browser = server.signed_in().await;
    server.sandbox.faults().change(|faults| faults.failing_assets = true);
    let stale = browser.get(&path).await;
    assert_eq!((stale.status, stale.json()), (StatusCode::OK, first));

    let before = server.sandbox.counts().asset_downloads;
    server.sandbox.faults().change(|faults| faults.failing_assets = false);
    assert_eq!(browser.get(&path).await.body, stale.body);
    assert_eq!(server.sandbox.counts().asset_downloads, before, "not asked again so soon");
    server.minutes_pass(6);
    assert_eq!(browser.get(&path).await.json()["fetchedAt"], "2026-08-15T12:06:00Z");
}

#[tokio::test]
async fn an_old_track_map_goes_on_while_iracing_hangs() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let path = format!("/track/{}/map", drawn_track(&browser).await);
    let first = browser.get(&path).await.json();
    server.minutes_pass(31 * 24 * 60);
    let browser = server.signed_in().await;
    browser.get("/tracks").await;
    let stale = while_iracing_hangs(&server, &browser, &path).await;
    assert_eq!((stale.status, stale.json()), (StatusCode::OK, first));
}

#[tokio::test]
async fn a_track_map_that_takes_long_is_drawn_anew_though_nobody_waits_for_it() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let path = format!("/track/{}/map", drawn_track(&browser).await);
    let first = browser.get(&path).await;
    server.minutes_pass(31 * 24 * 60);
    let browser = server.signed_in().await;
    browser.get("/tracks").await;
    server.sandbox.faults().latency(Duration::from_millis(3_500));
    let stale = browser.get(&path).await;
    assert_eq!((stale.status, stale.body), (StatusCode::OK, first.body));
    // It is drawn while a list is fetched.
    assert_eq!(browser.get("/cars").await.status, StatusCode::OK);
    assert_eq!(browser.get(&path).await.json()["fetchedAt"], "2026-08-15T12:00:00Z");
}

#[tokio::test]
async fn what_has_no_map_is_said_to_be_missing() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let unknown = browser.get("/track/999999/map").await;
    assert_eq!((unknown.status, unknown.code()), (StatusCode::NOT_FOUND, "not_found".to_owned()));
    let path = format!("/track/{}/map", drawn_track(&browser).await);
    server.sandbox.faults().change(|faults| faults.failing_assets = true);
    let down = browser.get(&path).await;
    assert_eq!((down.status, down.code()), (StatusCode::SERVICE_UNAVAILABLE, "iracing_unavailable".to_owned()));
    let wrong = browser.get(&format!("{path}?layer=script")).await;
    assert_eq!((wrong.status, wrong.json()["errors"][0]["field"].clone()), (StatusCode::BAD_REQUEST, json!("layer")));
}

/// A track of the list whose map is at an address that an answer names.
async fn track_drawn_at(server: &Server, address: &str) -> TrackId {
    let Fetched { mut list, fetched_at } = server.store.reference::<Vec<Track>>().await.unwrap().unwrap();
    list[0].track_map_url = Some(address.to_owned());
    server.store.put_reference(&list, fetched_at).await.unwrap();
    list[0].track_id
}

#[tokio::test]
async fn a_map_at_a_foreign_address_is_not_visited() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    browser.get("/tracks").await;
    let stranger = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/map/", stranger.local_addr().unwrap());
    for address in [address.as_str(), "http://169.254.169.254/latest/", "file:///etc/", "https://evil.example@"] {
        let track = track_drawn_at(&server, address).await;
        let fresh = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
        let answer = fresh.get(&format!("/track/{track}/map")).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not_found".to_owned()), "{address}");
    }
    let visitor = tokio::time::timeout(std::time::Duration::ZERO, stranger.accept()).await;
    assert!(visitor.is_err(), "somebody came");
}

#[tokio::test]
async fn descriptions_are_plain_text_and_come_with_the_lists() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    for (list, id, path) in
        [("/tracks", "trackId", "/track"), ("/cars", "carId", "/car"), ("/series", "seriesId", "/series")]
    {
        let item = browser.get(list).await.json()["items"][0][id].clone();
        let answer = browser.get(&format!("{path}/{item}/description")).await;
        assert_eq!(answer.header("cache-control"), "private, max-age=3600");
        let body = answer.json();
        let text = body["text"].as_str().unwrap();
        assert!(text.contains("\n\n") && !text.contains(['<', ';', '\r']), "{text}");
        assert_eq!(body["fetchedAt"], "2026-07-15T12:00:00Z");
        assert_eq!(!body["facts"].as_array().unwrap().is_empty(), path == "/car", "{body}");
        let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
        assert_eq!(other_process.get(&format!("{path}/{item}/description")).await.body, answer.body);
        let unknown = browser.get(&format!("{path}/999999/description")).await;
        assert_eq!((unknown.status, unknown.json()["text"].clone()), (StatusCode::OK, json!("")));
    }
    assert_eq!((asked(&server, "track/assets"), asked(&server, "car/assets")), (1, 1));
}

#[tokio::test]
async fn descriptions_are_renewed_with_their_list_and_go_on_while_iracing_is_down() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let first = browser.get("/car/1/description").await.json();
    server.minutes_pass(25 * 60);
    browser.refresh().await;
    server.sandbox.faults().change(|faults| faults.maintenance = Some(Maintenance::On));
    let stale = browser.get("/car/1/description").await;
    assert_eq!((stale.status, stale.json()), (StatusCode::OK, first));

    server.sandbox.faults().change(|faults| faults.maintenance = None);
    server.minutes_pass(6);
    assert_eq!(browser.get("/car/1/description").await.json()["fetchedAt"], "2026-07-16T13:06:00Z");
}
