use crate::{
    example::{CO_DRIVER, DRIVER, RIVAL, SUBSESSION, chart, session},
    server::{Browser, Server},
};
use axum::http::StatusCode;
use domain::DriverId;
use serde_json::{Value, json};
use store::session::SessionSource;

async fn with_session() -> Server {
    let server = Server::start().await;
    server.store.save_session(SessionSource::Iracing, &session(), &[chart()]).await.unwrap();
    server
}

fn path() -> String {
    format!("/session/{SUBSESSION}")
}

#[tokio::test]
async fn a_session_has_the_body_that_the_pages_read() {
    let server = with_session().await;
    let answer = server.browser_of(DRIVER).await.get(&path()).await;
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn everybody_sees_their_own_part_in_a_session() {
    let server = with_session().await;
    let race = json!("1777747500-71000001");
    for (caller, race, entrant) in [
        (DRIVER, race.clone(), json!("driver:410001")),
        (CO_DRIVER, race, json!("team:-7")),
        (DriverId(999), Value::Null, Value::Null),
    ] {
        let body = server.browser_of(caller).await.get(&path()).await.json();
        assert_eq!((&body["driverRaceId"], &body["callerEntrantId"]), (&race, &entrant), "{caller}");
    }
}

#[tokio::test]
async fn the_laps_of_the_field_come_in_columns() {
    let server = with_session().await;
    let answer = server.browser_of(DRIVER).await.get(&format!("{}/laps", path())).await;
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn the_laps_of_one_driver_come_with_their_best() {
    let server = with_session().await;
    let browser = server.browser_of(DRIVER).await;
    let best = async |driver: DriverId| {
        let body = browser.get(&format!("{}/driver/{driver}/laps?simsession=0", path())).await.json();
        let laps = body["laps"].as_array().unwrap().clone();
        let best: Vec<_> = laps.iter().filter(|lap| lap["personalBest"] == true).cloned().collect();
        let best = best.iter().map(|lap| (lap["driverId"].as_i64().unwrap(), lap["lap"].as_i64().unwrap()));
        (body["entrantId"].as_str().unwrap().to_owned(), laps.len(), best.collect::<Vec<_>>())
    };
    assert_eq!(best(DRIVER).await, ("driver:410001".to_owned(), 4, vec![(DRIVER.0, 2)]), "lap 3 does not count");
    let team = ("team:-7".to_owned(), 3, vec![(RIVAL.0, 2), (CO_DRIVER.0, 3)]);
    assert_eq!(best(RIVAL).await, team);
    assert_eq!(best(CO_DRIVER).await, team);
}

#[tokio::test]
async fn what_is_not_stored_is_not_found() {
    let server = with_session().await;
    let browser = server.browser_of(DRIVER).await;
    for missing in [
        "/session/1".to_owned(),
        "/session/-9223372036854775808".to_owned(),
        "/session/1/laps".to_owned(),
        format!("{}/laps?simsession=-1", path()),
        format!("{}/driver/999/laps", path()),
    ] {
        let answer = browser.get(&missing).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not_found".to_owned()), "{missing}");
    }
}

#[tokio::test]
async fn unreadable_numbers_are_named() {
    let server = with_session().await;
    let browser = server.browser_of(DRIVER).await;
    for (path, field, code) in [
        ("/session/x".to_owned(), "subsession_id", "invalid_integer"),
        ("/session/9223372036854775808/laps".to_owned(), "subsession_id", "invalid_integer"),
        (format!("{}/driver/x/laps", path()), "driver_id", "invalid_integer"),
        (format!("{}/laps?simsession=x", path()), "simsession", "invalid_integer"),
        (format!("{}/laps?simsession=2147483648", path()), "simsession", "out_of_range"),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{path}");
    }
}

#[tokio::test]
async fn a_session_that_did_not_change_is_not_sent_again() {
    let server = with_session().await;
    let browser = server.browser_of(DRIVER).await;
    for path in [path(), format!("{}/laps", path()), format!("{}/driver/{RIVAL}/laps", path())] {
        let first = browser.get(&path).await;
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let tag = first.header("etag").to_owned();
        let second = browser.get_with(&path, "if-none-match", &format!("\"other\", {tag}")).await;
        assert_eq!((second.status, second.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(second.header("etag"), tag);
        let other = browser.get_with(&path, "if-none-match", "W/\"other\"").await;
        assert_eq!(other.status, StatusCode::OK);
    }
    let stranger: Browser = server.browser_of(DriverId(999)).await;
    let tag = browser.get(&path()).await.header("etag").to_owned();
    let answer = stranger.get_with(&path(), "if-none-match", &tag).await;
    assert_eq!(answer.status, StatusCode::OK, "their part in it is another");
}
