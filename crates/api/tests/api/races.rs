use crate::{
    example::{self, DRIVER},
    server::{Browser, Server},
};
use axum::http::StatusCode;
use domain::DriverId;
use serde_json::Value;

const PATH: &str = "/driver/410001/races";

async fn with_races(count: i64) -> (Server, Browser) {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    for number in 0..count {
        assert!(server.store.insert_race(&example::race(number)).await.unwrap());
    }
    (server, browser)
}

/// All pages of a list; the number of pages, and the subsessions in order.
async fn all_pages(browser: &Browser, query: &str) -> (usize, Vec<i64>) {
    let (mut pages, mut found, mut cursor) = (0, Vec::new(), String::new());
    loop {
        let answer = browser.get(&format!("{PATH}?{query}{cursor}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let body = answer.json();
        let items = body["items"].as_array().unwrap();
        found.extend(items.iter().map(|race| race["subsessionId"].as_i64().unwrap() - 72_000_000));
        pages += 1;
        match body["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (pages, found),
        }
    }
}

#[tokio::test]
async fn a_race_has_the_body_that_the_pages_read() {
    let (_server, browser) = with_races(1).await;
    let list = browser.get(PATH).await.json();
    let race = &list["items"][0];
    let shown = browser.get(&format!("{PATH}/{}", race["driverRaceId"].as_str().unwrap())).await;
    assert_eq!(shown.json(), *race);
    insta::assert_json_snapshot!(list);
}

#[tokio::test]
async fn a_filtered_list_is_paged_newest_first_to_its_end() {
    let (_server, browser) = with_races(60).await;
    let newest_first = |wanted: fn(&i64) -> bool| (0..60).rev().filter(wanted).collect::<Vec<i64>>();
    assert_eq!(all_pages(&browser, "limit=25").await, (3, newest_first(|_| true)));
    assert_eq!(all_pages(&browser, "carId=101&limit=7").await.1, newest_first(|race| race % 4 == 1));
    assert_eq!(all_pages(&browser, "carId=101&carId=103&limit=7").await.1, newest_first(|race| race % 2 == 1));
    assert_eq!(
        all_pages(&browser, "seriesId=402&carId=102&limit=2").await.1,
        newest_first(|race| race % 3 == 2 && race % 4 == 2 && race % 5 != 0)
    );
    assert_eq!(
        all_pages(&browser, "kind=league&discipline=sports_car&discipline=road").await.1,
        newest_first(|race| { race % 4 == 3 && [1, 4].contains(&(race % 6)) })
    );
    assert_eq!(all_pages(&browser, "trackId=256").await, (1, vec![]));
    let days = "from=2025-01-11T00:00:00Z&to=2025-01-13T20:00:00Z";
    assert_eq!(all_pages(&browser, days).await.1, [12, 11, 10], "both ends are included");
}

#[tokio::test]
async fn races_that_arrive_while_paging_neither_repeat_nor_hide_others() {
    let (server, browser) = with_races(10).await;
    let first = browser.get(&format!("{PATH}?limit=4")).await.json();
    server.store.insert_race(&example::race(50)).await.unwrap();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = browser.get(&format!("{PATH}?limit=100&cursor={cursor}")).await.json();
    assert_eq!(first["items"].as_array().unwrap().len() + second["items"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn what_is_wrong_with_the_parameters_is_told_all_at_once() {
    let (_server, browser) = with_races(0).await;
    let answer = browser
        .get(&format!(
            "{PATH}?from=soon&to=1969-12-31T23:59:59Z&seriesId=x&carId=9223372036854775808&limit=101&kind=fun"
        ))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    insta::assert_json_snapshot!(answer.problem());
}

#[tokio::test]
async fn extreme_parameters_are_the_callers_fault() {
    let (_server, browser) = with_races(1).await;
    for (query, field, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=-1", "limit", "out_of_range"),
        ("limit=99999999999999999999999999", "limit", "out_of_range"),
        ("limit=1.5", "limit", "invalid_integer"),
        ("limit=%FF", "limit", "invalid_integer"),
        ("seriesId=99999999999999999999", "seriesId", "invalid_integer"),
        ("trackId=%00", "trackId", "invalid_integer"),
        ("from=2286-11-20T17:46:40Z", "from", "out_of_range"),
        ("from=9999-12-30T00:00:00Z", "from", "out_of_range"),
        ("to=-009999-06-01T00:00:00Z", "to", "out_of_range"),
        ("to=2026-13-01T00:00:00Z", "to", "invalid_time"),
        ("to=1767225600", "to", "invalid_time"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "end_before_start"),
        ("discipline=Oval", "discipline", "invalid_value"),
        ("cursor=%FF%FE", "cursor", "invalid_cursor"),
        ("cursor=bm8", "cursor", "invalid_cursor"),
    ] {
        let answer = browser.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{query}");
    }
    for harmless in ["", "?", "?&&", "?unknown=1", "?limit=", "?from=1970-01-01T00:00:00Z&to=2286-11-20T17:46:39Z"] {
        assert_eq!(browser.get(&format!("{PATH}{harmless}")).await.status, StatusCode::OK, "{harmless}");
    }
}

#[tokio::test]
async fn a_cursor_opens_nothing_but_the_list_it_came_from() {
    let (server, browser) = with_races(3).await;
    let cursor = browser.get(&format!("{PATH}?limit=2")).await.json()["nextCursor"].as_str().unwrap().to_owned();
    // Keys of other items of the partition, in the form of a cursor.
    for foreign in ["aW5mbw", "aXJhY2luZ190b2tlbg", "bG9naW4jeA", "c2Vzc2lvbiM", "fn5-"] {
        let answer = browser.get(&format!("{PATH}?cursor={foreign}")).await;
        assert_eq!(answer.fields(), [("cursor".to_owned(), "invalid_cursor".to_owned())], "{foreign}");
    }
    let stranger = server.browser_of(DriverId(999)).await;
    let answer = stranger.get(&format!("/driver/999/races?cursor={cursor}")).await;
    assert_eq!(answer.json()["items"], Value::Array(vec![]), "a cursor of another driver shows none of their races");
}

#[tokio::test]
async fn a_race_that_is_none_is_not_found() {
    let (_server, browser) = with_races(1).await;
    assert_eq!(browser.get(&format!("{PATH}/1-1")).await.status, StatusCode::NOT_FOUND);
    for bad in ["x", "1", "-1-1", "99999999999-1", "1-99999999999999999999", "%FF"] {
        let answer = browser.get(&format!("{PATH}/{bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(answer.fields(), [("driver_race_id".to_owned(), "invalid_value".to_owned())], "{bad}");
    }
}
