use crate::{
    example::{DRIVER, chart, session},
    server::{Browser, Server},
};
use axum::http::{Method, StatusCode};
use domain::DriverId;
use serde_json::{Value, json};
use store::session::SessionSource;

pub const PATH: &str = "/import/event-result";

fn file() -> Value {
    serde_json::from_str(include_str!("fixtures/event_result.json")).unwrap()
}

async fn import(browser: &mut Browser, file: &Value) -> crate::server::Answer {
    browser.post(PATH, file.clone()).await
}

#[tokio::test]
async fn a_file_becomes_a_race_and_a_second_time_a_duplicate() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let answer = import(&mut browser, &file()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.json()["outcome"], "imported");
    let race = answer.json()["race"].clone();
    insta::assert_json_snapshot!(race);

    let again = import(&mut browser, &file()["data"]).await;
    assert_eq!(again.status, StatusCode::OK, "the bare form is the same");
    assert_eq!(again.json(), json!({"outcome": "duplicate", "race": race}));
    assert_eq!(browser.get("/driver/410001/races").await.json()["items"], json!([race]));
    assert_eq!(browser.get("/driver/410001").await.json()["sessionCount"], 1);
    let counts = server.store.counters().await.unwrap();
    assert_eq!((counts.sessions, counts.tracks), (1, 1));

    let shown = browser.get("/session/71000001").await.json();
    assert_eq!(shown["driverRaceId"], race["driverRaceId"]);
    assert_eq!(shown["entrants"].as_array().unwrap().len(), 3);
    assert_eq!(shown["simsessions"][1]["hasLaps"], false);
}

#[tokio::test]
async fn a_session_with_laps_is_not_overwritten_by_a_file() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    server.store.save_session(SessionSource::Iracing, &session(), &[chart()]).await.unwrap();
    let answer = import(&mut browser, &file()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["race"]["hasLaps"], true);
    assert_eq!(answer.json()["race"]["source"], "import");
    assert_eq!(server.store.session(session().info.subsession_id).await.unwrap(), Some(session()));
}

#[tokio::test]
async fn a_race_is_never_built_from_what_anothers_file_says() {
    let server = Server::start().await;
    let mut forged = file();
    let winner = forged.pointer_mut("/data/session_results/1/results/0/laps_complete").unwrap();
    let laps = winner.as_u64().unwrap();
    *winner = json!(laps + 1);
    let forger = DriverId(999);
    let answer = server.browser_of(forger).await.post(&format!("{PATH}?driverName=ben%20OKAFOR"), forged).await;
    assert_eq!(answer.status, StatusCode::CREATED);

    let race = import(&mut server.browser_of(DRIVER).await, &file()).await.json()["race"].clone();
    let elsewhere = Server::start().await;
    let alone = import(&mut elsewhere.browser_of(DRIVER).await, &file()).await.json()["race"].clone();
    assert_eq!(race, alone);
}

#[tokio::test]
async fn a_file_brings_the_session_of_a_race_that_came_without() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let mut race = import(&mut browser, &file()).await.json()["race"].clone();
    let there = Server::start().await;
    let mut browser = there.browser_of(DRIVER).await;
    let mut known = server.store.all_races(DRIVER).await.unwrap();
    known[0].has_laps = true;
    there.store.insert_races(DRIVER, &known).await.unwrap();

    let answer = import(&mut browser, &file()).await.json();
    race["hasLaps"] = json!(false);
    assert_eq!(answer, json!({"outcome": "duplicate", "race": race}));
    assert_eq!(browser.get("/session/71000001").await.status, StatusCode::OK);
    assert_eq!(browser.get("/driver/410001/races").await.json()["items"], json!([race]));
}

#[tokio::test]
async fn a_file_that_does_not_name_the_driver_asks_who_they_are() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DriverId(999)).await;
    let answer = import(&mut browser, &file()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!(answer.problem());
    assert_eq!(server.store.session(session().info.subsession_id).await.unwrap(), None, "nothing is stored");

    let answer = browser.post(&format!("{PATH}?driverName=ben%20OKAFOR"), file()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["race"]["finishPosition"], 2);
    assert_eq!(browser.get("/driver/999/races").await.json()["items"][0], answer.json()["race"]);
    let answer = browser.post(&format!("{PATH}?driverName=Nobody"), file()).await;
    assert_eq!(answer.code(), "driver_not_in_result");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_reason() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let mut practice_only = file();
    practice_only["data"]["session_results"].as_array_mut().unwrap().pop();
    for (text, code, reason) in [
        (String::new(), "unreadable", "the file is empty"),
        ("<html>".to_owned(), "unreadable", "not a JSON file"),
        ("[1]".to_owned(), "unreadable", "a list"),
        (r#"{"type":"season","data":{}}"#.to_owned(), "unreadable", "`season`"),
        (r#"{"subsession_id":1,"session_results":[]}"#.to_owned(), "unreadable", ""),
        (r#"{"subsession_id":"x","session_results":[]}"#.to_owned(), "unreadable", "subsession_id"),
        ("[".repeat(40_000), "unreadable", "recursion limit"),
        (practice_only.to_string(), "no_race", "no race"),
    ] {
        let answer = browser.post_text(PATH, text.clone()).await;
        let start: String = text.chars().take(40).collect();
        assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, code.to_owned()), "{start}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(reason), "{start}: {}", answer.json());
    }
    let answer = browser.post_text(PATH, vec![0xff, 0xfe, 0x00]).await;
    assert_eq!(answer.code(), "unreadable", "bad UTF-8");
    assert_eq!(browser.get("/driver/410001/races").await.json()["items"], json!([]));
}

#[tokio::test]
async fn extreme_numbers_in_a_file_do_no_harm() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    for (pointer, value) in [
        ("/data/subsession_id", json!(i64::MIN)),
        ("/data/subsession_id", json!(u64::MAX)),
        ("/data/start_time", json!("-009999-01-02T00:00:00Z")),
        ("/data/start_time", json!("9999-12-30T00:00:00Z")),
        ("/data/season_year", json!(i64::MAX)),
        ("/data/event_strength_of_field", json!(1e300)),
        ("/data/session_results/1/results/0/finish_position", json!(i64::MAX)),
        ("/data/session_results/1/results/0/laps_complete", json!(i64::MAX)),
        ("/data/session_results/1/results/0/best_lap_time", json!(i64::MAX)),
        ("/data/session_results/1/results/0/old_cpi", json!(1e300)),
        ("/data/session_results/1/results/0/display_name", json!("\u{0}\u{10FFFF}")),
        ("/data/session_results/1/simsession_number", json!(i64::MIN)),
        ("/data/session_results/1/results/1/cust_id", json!(410_001)),
    ] {
        let mut file = file();
        *file.pointer_mut(pointer).unwrap() = value.clone();
        let answer = import(&mut browser, &file).await;
        assert!(!answer.status.is_server_error(), "{pointer} = {value}: {}", answer.json());
        let list = browser.get("/driver/410001/races").await;
        assert_eq!(list.status, StatusCode::OK, "{pointer} = {value}");
    }
}

/// Its race could be listed, but neither opened nor written about, nor would its export be taken back.
#[tokio::test]
async fn an_event_that_no_race_id_can_tell_is_refused() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    for (pointer, value) in [
        ("/data/start_time", json!("9999-12-30T00:00:00Z")),
        ("/data/start_time", json!("1969-12-31T23:59:59Z")),
        ("/data/subsession_id", json!(-1)),
    ] {
        let mut file = file();
        *file.pointer_mut(pointer).unwrap() = value.clone();
        let answer = import(&mut browser, &file).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "unreadable".to_owned()),
            "{value}"
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains("start"), "{}", answer.json());
    }
    assert_eq!(browser.get("/driver/410001/races").await.json()["items"], json!([]));
    assert_eq!(server.store.session(session().info.subsession_id).await.unwrap(), None);
}

/// Small files that would take a gigabyte of memory, or a machine's patience, to read.
#[tokio::test]
async fn files_that_were_made_to_be_expensive_are_refused_unread() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let fill =
        |part: &str| format!(r#"{{"subsession_id":1,"session_results":[{}]}}"#, part.repeat((7 << 20) / part.len()));
    for (bomb, reason) in [
        (fill("{},").replace(",]", "]"), "more parts"),
        (fill("[],").replace(",]", "]"), "more parts"),
        (fill("0,").replace(",]", "]"), "more parts"),
        ("{\"a\":".repeat(40_000), "recursion limit"),
        ("[".repeat(7 << 20), "more parts"),
    ] {
        let answer = browser.post_text(PATH, bomb).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "unreadable".to_owned()));
        assert!(answer.json()["detail"].as_str().unwrap().contains(reason), "{}", answer.json());
    }
    // A gigabyte of blanks in a megabyte of gzip, and a zip file: nothing here unpacks what a browser sends.
    for packed in [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0][..], b"PK\x03\x04\x14\0\0\0"] {
        let request = browser.request(Method::POST, PATH).header("content-encoding", "gzip");
        let answer = browser.send(request.body(packed.to_vec().into()).unwrap()).await;
        assert_eq!(answer.code(), "unreadable");
    }
    assert_eq!(browser.get("/driver/410001/races").await.json()["items"], json!([]));
}

/// Names in a file are whatever somebody wrote: they are kept as texts, and answered as JSON alone.
#[tokio::test]
async fn markup_in_a_file_stays_text() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let markup =
        "<svg onload=alert(1)></script><img src=x onerror=alert(1)>[x](javascript:alert(1))\r\nSet-Cookie: a=b";
    let mut file = file();
    for pointer in ["/data/series_name", "/data/session_name", "/data/track/track_name"] {
        if let Some(value) = file.pointer_mut(pointer) {
            *value = json!(markup);
        }
    }
    let answer = import(&mut browser, &file).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.json()["race"]["seriesName"], markup);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn large_files_pass_and_larger_ones_do_not() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let padded = |bytes: usize| format!("{}{}", file(), " ".repeat(bytes - file().to_string().len()));
    assert_eq!(browser.post_text(PATH, padded(8 << 20)).await.status, StatusCode::CREATED);
    let answer = browser.post_text(PATH, padded((8 << 20) + 1)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large".to_owned()));
}
