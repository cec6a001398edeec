use crate::{
    example::{self, DRIVER},
    server::{Answer, Browser, Server},
};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use domain::{DriverId, Race, TrackId};
use serde_json::{Value, json};
use store::session::SessionSource;

const LIST: &str = "/driver/410001/journal";

async fn with_races(count: i64) -> (Server, Browser) {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    for number in 0..count {
        assert!(server.store.insert_race(&example::race(number)).await.unwrap());
    }
    (server, browser)
}

fn path(race: &Race) -> String {
    format!("/driver/{DRIVER}/races/{}/journal", race.id())
}

fn words(notes: &str, tags: &[&str], version: u64) -> Value {
    json!({"notes": notes, "tags": tags, "replayLink": null, "lap": null, "version": version})
}

async fn put(browser: &Browser, race: &Race, body: &Value) -> Answer {
    let request = browser.request(Method::PUT, &path(race)).header(header::CONTENT_TYPE, "application/json");
    browser.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn delete(browser: &Browser, race: &Race, version: &Value) -> Answer {
    let path = format!("{}?version={version}", path(race));
    browser.send(browser.request(Method::DELETE, &path).body(Body::empty()).unwrap()).await
}

/// Writes about each of some races: a tag for every third, sentiments in turn.
async fn with_entries(count: i64) -> (Server, Browser) {
    let (server, browser) = with_races(count).await;
    for number in 0..count {
        let mut tags =
            vec![["sentiment:good", "sentiment:neutral", "sentiment:bad"][usize::try_from(number % 3).unwrap()]];
        tags.extend((number % 3 == 0).then_some("Rain"));
        let answer = put(&browser, &example::race(number), &words(&format!("Note number{number}."), &tags, 0)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    }
    (server, browser)
}

/// All pages of the list; the number of pages, and which races, in order.
async fn all_pages(browser: &Browser, query: &str) -> (usize, Vec<i64>) {
    let (mut pages, mut found, mut cursor) = (0, Vec::new(), String::new());
    loop {
        let answer = browser.get(&format!("{LIST}?{query}{cursor}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let body = answer.json();
        for item in body["items"].as_array().unwrap() {
            assert_eq!(item["entry"]["driverRaceId"], item["race"]["driverRaceId"]);
            found.push(item["race"]["subsessionId"].as_i64().unwrap() - 72_000_000);
        }
        pages += 1;
        match body["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (pages, found),
        }
    }
}

#[tokio::test]
async fn what_is_written_is_read_changed_and_deleted() {
    let (server, browser) = with_races(1).await;
    let race = example::race(0);
    let unwritten = browser.get(&path(&race)).await.json();
    assert_eq!(
        (&unwritten["version"], &unwritten["notes"], &unwritten["createdAt"]),
        (&json!(0), &json!(""), &Value::Null)
    );

    let first = json!({
        "notes": "# Spun\n> again", "tags": [" rain ", "sentiment:bad", "Rain"],
        "replayLink": "https://example.org/watch?v=1", "lap": 3,
    });
    let written = put(&browser, &race, &first).await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.json());
    assert_eq!(browser.get(&path(&race)).await.json(), written.json());
    insta::assert_json_snapshot!(written.json());
    assert_eq!(server.store.counters().await.unwrap().notes, 1);

    server.minutes_pass(7);
    let version = written.json()["version"].as_u64().unwrap();
    let changed = put(&browser, &race, &words("Recovered", &[], version)).await.json();
    assert_eq!((&changed["sentiment"], &changed["lap"]), (&Value::Null, &Value::Null));
    assert_eq!(changed["version"], version + 1);
    assert_eq!(
        (&changed["createdAt"], &changed["updatedAt"]),
        (&json!("2026-07-15T12:00:00Z"), &json!("2026-07-15T12:07:00Z"))
    );

    let late = delete(&browser, &race, &json!(version)).await;
    assert_eq!(
        (late.status, &late.json()["entry"]),
        (StatusCode::CONFLICT, &changed),
        "what a deletion did not know of"
    );
    for _ in 0..2 {
        assert_eq!(delete(&browser, &race, &changed["version"]).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(browser.get(&path(&race)).await.json(), unwritten);
    assert_eq!(server.store.counters().await.unwrap().notes, 0);
}

#[tokio::test]
async fn of_two_pages_the_later_one_gets_the_words_of_the_other() {
    let (_server, browser) = with_races(1).await;
    let race = example::race(0);
    let kept = put(&browser, &race, &words("from the first tab", &[], 0)).await.json();
    let late = put(&browser, &race, &words("from the second tab", &[], 0)).await;
    assert_eq!((late.status, late.code()), (StatusCode::CONFLICT, "conflict".to_owned()));
    assert_eq!(late.json()["entry"], kept);
    let version = kept["version"].as_u64().unwrap();

    let again = put(&browser, &race, &words("from the first tab", &[], 0)).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, kept), "words sent twice are no conflict");

    assert_eq!(put(&browser, &race, &words("merged", &[], version)).await.json()["version"], version + 1);
    delete(&browser, &race, &json!(version + 1)).await;
    let deleted = put(&browser, &race, &words("still open", &[], version + 1)).await;
    assert_eq!((deleted.code(), deleted.json().get("entry")), ("conflict".to_owned(), None));
}

#[tokio::test]
async fn words_that_are_emptied_leave_no_entry_and_delete_none_that_they_did_not_know_of() {
    let (server, browser) = with_races(1).await;
    let race = example::race(0);
    let nothing = put(&browser, &race, &words(" ", &[], 0)).await;
    assert_eq!((nothing.status, &nothing.json()["version"]), (StatusCode::OK, &json!(0)));
    let first = put(&browser, &race, &words("first", &[], 0)).await.json()["version"].as_u64().unwrap();
    let second = put(&browser, &race, &words("second", &[], first)).await.json();
    let late = put(&browser, &race, &words("", &[], first)).await;
    assert_eq!((late.status, &late.json()["entry"]), (StatusCode::CONFLICT, &second));

    for _ in 0..2 {
        let emptied = put(&browser, &race, &words("", &[], first + 1)).await;
        assert_eq!((emptied.status, emptied.json()), (StatusCode::OK, browser.get(&path(&race)).await.json()));
        assert_eq!(emptied.json()["version"], 0);
    }
    assert_eq!(browser.get(LIST).await.json()["items"], json!([]));
    assert_eq!(server.store.counters().await.unwrap().notes, 0);
}

#[tokio::test]
async fn words_of_before_a_deletion_do_not_replace_those_written_anew() {
    let (server, browser) = with_races(1).await;
    let race = example::race(0);
    let before = put(&browser, &race, &words("before", &[], 0)).await.json()["version"].as_u64().unwrap();
    put(&browser, &race, &words("", &[], before)).await;
    server.minutes_pass(1);
    let anew = put(&browser, &race, &words("anew", &[], 0)).await.json();
    let late = put(&browser, &race, &words("of a page that knows the first words", &[], before)).await;
    assert_eq!((late.status, &late.json()["entry"]), (StatusCode::CONFLICT, &anew));
}

#[tokio::test]
async fn a_lap_is_one_that_the_race_has() {
    let (server, browser) = with_races(1).await;
    let session = example::session();
    let race = Race { start_time: session.info.start_time, subsession_id: example::SUBSESSION, ..example::race(0) };
    assert!(server.store.insert_race(&race).await.unwrap());
    let about = |lap: u32| json!({"notes": "", "tags": [], "lap": lap, "version": 0});
    let unknown = put(&browser, &race, &about(900)).await;
    assert_eq!(unknown.status, StatusCode::OK, "how many laps there were is not known");
    put(&browser, &race, &words("", &[], unknown.json()["version"].as_u64().unwrap())).await;

    server.store.save_session(SessionSource::Iracing, &session, &[]).await.unwrap();
    let last = race.laps_complete.max(session.info.laps_complete);
    let answer = put(&browser, &race, &about(last + 1)).await;
    assert_eq!(answer.fields(), [("lap".to_owned(), "out_of_range".to_owned())]);
    assert_eq!(answer.json()["errors"][0]["params"], json!({"min": "0", "max": last.to_string()}));
    assert_eq!(put(&browser, &race, &about(last)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_thousand_entries_cost_what_some_do() {
    let (server, browser) = with_races(0).await;
    let store = &server.store;
    let related = format!("{}/related", path(&example::race(40)));
    let mut written = 0;
    let mut costs = Vec::new();
    for count in [41, 1_000] {
        let races: Vec<Race> = (written..count).map(example::race).collect();
        store.insert_races(DRIVER, &races).await.unwrap();
        for race in &races {
            assert_eq!(put(&browser, race, &words("What there was to say.", &[], 0)).await.status, StatusCode::OK);
        }
        written = count;
        let units = async |path: &str| {
            let before = store.consumed_units().read;
            assert_eq!(browser.get(path).await.status, StatusCode::OK);
            store.consumed_units().read - before
        };
        costs.push([units(&format!("{LIST}?limit=30")).await, units(&related).await]);
    }
    let [[list, beside], [long_list, long_beside]] = costs[..] else { panic!("two sizes: {costs:?}") };
    assert!(long_list <= list + 1.0 && long_beside <= beside + 1.0, "{costs:?}");
    assert!(long_list <= 16.0 && long_beside <= 20.0, "{costs:?}");
}

#[tokio::test]
async fn of_many_pages_at_once_one_writes() {
    let (server, browser) = with_races(1).await;
    let race = example::race(0);
    let bodies: Vec<Value> = (0..8).map(|tab| words(&format!("tab {tab}"), &[], 0)).collect();
    let answers = futures::future::join_all(bodies.iter().map(|body| put(&browser, &race, body))).await;
    let kept: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!(kept.len(), 1);
    assert!(answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count() == 7);
    assert_eq!(browser.get(&path(&race)).await.json(), kept[0].json());
    assert_eq!(server.store.counters().await.unwrap().notes, 1);
}

#[tokio::test]
async fn everything_wrong_with_an_entry_is_told_field_by_field() {
    let (_server, browser) = with_races(1).await;
    let mut tags: Vec<String> = (0..33).map(|number| format!("tag{number}")).collect();
    tags[1] = "x".repeat(51);
    tags[2] = "sentiment:great".to_owned();
    tags[3] = "sentiment:bad".to_owned();
    let body = json!({"notes": "x".repeat(20_001), "tags": tags, "replayLink": "javascript:alert(1)", "version": 0});
    let answer = put(&browser, &example::race(0), &body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    insta::assert_json_snapshot!(answer.problem());
    for (body, field) in [
        (json!({"notes": "", "tags": "rain"}), "tags"),
        (json!({"notes": "", "tags": [1]}), "tags[0]"),
        (json!({"notes": "", "tags": [], "lap": -1}), "lap"),
        (json!({"notes": "", "tags": [], "lap": 1.5}), "lap"),
        (json!({"notes": "", "tags": [], "version": "1"}), "version"),
    ] {
        let answer = put(&browser, &example::race(0), &body).await;
        assert_eq!(answer.fields(), [(field.to_owned(), "invalid_value".to_owned())], "{body}");
    }
}

#[tokio::test]
async fn a_sentiment_is_beside_the_most_tags() {
    let (_server, browser) = with_races(1).await;
    let mut tags: Vec<String> = (0..30).map(|number| format!("tag{number}")).collect();
    tags.push("sentiment:good".to_owned());
    let body = json!({"notes": "", "tags": tags, "version": 0});
    assert_eq!(put(&browser, &example::race(0), &body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_that_is_too_long_is_called_so() {
    let (_server, browser) = with_races(1).await;
    let link = format!("https://example.org/{}", "x".repeat(481));
    let body = json!({"notes": "", "tags": [], "replayLink": link, "version": 0});
    let answer = put(&browser, &example::race(0), &body).await;
    assert_eq!(answer.fields(), [("replayLink".to_owned(), "too_long".to_owned())]);
}

#[tokio::test]
async fn the_longest_notes_are_taken_however_they_are_spelled() {
    let (_server, browser) = with_races(1).await;
    let escaped = format!(r#"{{"notes":"{}","tags":[],"version":0}}"#, r"\ud83c\udfc1".repeat(20_000));
    let request = browser.request(Method::PUT, &path(&example::race(0)));
    let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(escaped)).unwrap();
    let answer = browser.send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body.get(..300));
    assert_eq!(answer.json()["notes"].as_str().unwrap(), "🏁".repeat(20_000));
}

#[tokio::test]
async fn a_journal_longer_than_a_page_is_searched_to_its_end() {
    let (_server, browser) = with_entries(130).await;
    let newest_first = |wanted: fn(&i64) -> bool| (0..130).rev().filter(wanted).collect::<Vec<i64>>();
    assert_eq!(all_pages(&browser, "").await, (3, newest_first(|_| true)));
    assert_eq!(all_pages(&browser, "limit=100").await.0, 2);
    assert_eq!(all_pages(&browser, "limit=65").await, (2, newest_first(|_| true)), "no empty page at the end");
    assert_eq!(all_pages(&browser, "search=NUMBER0.").await, (1, vec![0]), "the oldest entry");
    assert_eq!(all_pages(&browser, "search=note+rain&limit=7").await.1, newest_first(|race| race % 3 == 0));
    assert_eq!(all_pages(&browser, "tag=rain").await.1, newest_first(|race| race % 3 == 0));
    assert_eq!(all_pages(&browser, "tag=rain&tag=sentiment:bad").await.1, [0_i64; 0]);
    assert_eq!(all_pages(&browser, "sentiment=bad&limit=100").await, (1, newest_first(|race| race % 3 == 2)));
    assert_eq!(all_pages(&browser, "sentiment=bad&sentiment=good").await.1, newest_first(|race| race % 3 != 1));
    let days = "from=2025-01-11T00:00:00Z&to=2025-01-13T20:00:00Z";
    assert_eq!(all_pages(&browser, days).await.1, [12, 11, 10], "both ends are included");
}

#[tokio::test]
async fn races_that_were_not_finished_are_found_among_all() {
    let (server, browser) = with_entries(120).await;
    assert_eq!(all_pages(&browser, "result=didNotFinish").await, (1, vec![]));
    for number in [3, 40, 117] {
        let race = Race { reason_out: "Disconnected".to_owned(), ..example::race(number) };
        server.store.replace_race(&race).await.unwrap();
    }
    assert_eq!(all_pages(&browser, "result=didNotFinish&limit=2").await, (2, vec![117, 40, 3]));
    assert_eq!(all_pages(&browser, "result=finished&result=didNotFinish&limit=100").await.1.len(), 120);
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_named() {
    let (_server, browser) = with_races(0).await;
    for (query, field, code) in [
        ("limit=101", "limit", "out_of_range"),
        ("sentiment=great", "sentiment", "invalid_value"),
        ("result=unfinished", "result", "invalid_value"),
        ("cursor=bm8", "cursor", "invalid_cursor"),
        ("from=soon", "from", "invalid_time"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "end_before_start"),
    ] {
        let answer = browser.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{query}");
    }
}

#[tokio::test]
async fn earlier_notes_on_the_same_track_or_car_are_related() {
    let (server, browser) = with_races(30).await;
    // All races are on one track but for these; cars take turns by four.
    let elsewhere = |number: i64| number < 20 && number % 4 != 1;
    for number in (0..30).filter(|number| elsewhere(*number)) {
        let race = Race { track_id: TrackId(number), ..example::race(number) };
        server.store.replace_race(&race).await.unwrap();
    }
    for number in 0..30 {
        if number % 2 == 1 || elsewhere(number) {
            put(&browser, &example::race(number), &words("x", &[], 0)).await;
        }
    }
    let related = async |number: i64| {
        let answer = browser.get(&format!("{}/related", path(&example::race(number)))).await.json();
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["race"]["subsessionId"].as_i64().unwrap() - 72_000_000).collect::<Vec<_>>()
    };
    assert_eq!(related(25).await, [23, 21, 17, 13, 9, 5, 1], "the track of 25, before it");
    assert_eq!(related(18).await, [14, 10, 6, 2], "the car of 18");
    assert_eq!(related(0).await, [0_i64; 0]);
    let missing = browser.get(&format!("/driver/{DRIVER}/races/1-1/journal/related")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn related_notes_end_at_ten() {
    let (_server, browser) = with_entries(14).await;
    let answer = browser.get(&format!("{}/related", path(&example::race(12)))).await.json();
    let found: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| item["entry"]["notes"].clone()).collect();
    let expected: Vec<_> = (0..12).rev().take(10).collect();
    assert_eq!(found, expected.iter().map(|race| json!(format!("Note number{race}."))).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_journal_is_its_drivers_alone() {
    let (server, browser) = with_entries(1).await;
    let race = example::race(0);
    let stranger = server.browser_of(DriverId(999)).await;
    for answer in [
        stranger.get(LIST).await,
        stranger.get(&path(&race)).await,
        stranger.get(&format!("{}/related", path(&race))).await,
        put(&stranger, &race, &words("mine", &[], 1)).await,
        delete(&stranger, &race, &json!(1)).await,
    ] {
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "other_driver".to_owned()));
    }
    assert_eq!(put(&server.browser(), &race, &words("mine", &[], 1)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get(&path(&race)).await.json()["notes"], "Note number0.");
}

#[tokio::test]
async fn only_races_of_the_log_can_be_written_about() {
    let (_server, browser) = with_races(1).await;
    let unknown = example::race(1);
    for answer in [browser.get(&path(&unknown)).await, put(&browser, &unknown, &words("x", &[], 0)).await] {
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not_found".to_owned()));
    }
}
