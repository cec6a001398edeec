use crate::{
    example::{self, DRIVER},
    server::{Answer, Browser, Server},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    DriverId, Race,
    export::{ExportFormat, ExportStatus, ExportedLog},
    journal::{JournalContent, JournalEntry},
};
use messaging::QueueMessage;
use serde_json::{Value, json};

const RACES: &str = "/driver/410001/races";
const EXPORTS: &str = "/driver/410001/exports";

async fn with_races(count: i64) -> (Server, Browser) {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    let races: Vec<Race> = (0..count).map(example::race).collect();
    server.store.insert_races(DRIVER, &races).await.unwrap();
    for race in races.iter().step_by(3) {
        server.store.put_journal_entry(DRIVER, &note(race)).await.unwrap();
    }
    (server, browser)
}

fn note(race: &Race) -> JournalEntry {
    let at = example::at("2026-01-02T00:00:00Z");
    let content = JournalContent { notes: format!("Race {}", race.subsession_id), ..JournalContent::default() };
    JournalEntry { race: race.id(), content, created_at: at, updated_at: at, version: 1 }
}

async fn delete(browser: &Browser, path: &str) -> Answer {
    browser.send(browser.request(Method::DELETE, path).body(Body::empty()).unwrap()).await
}

/// Everything that the log and the journal list.
async fn everything(browser: &Browser) -> [Value; 2] {
    let list = async |path: &str| browser.get(&format!("/driver/410001/{path}?limit=100")).await.json();
    [list("races").await, list("journal").await]
}

#[tokio::test]
async fn races_are_deleted_as_many_as_the_driver_was_told() {
    let (server, browser) = with_races(40).await;
    let refused = delete(&browser, &format!("{RACES}?carId=101&expected=9")).await;
    assert_eq!(refused.fields(), [("expected".to_owned(), "other_number".to_owned())]);
    assert_eq!(refused.json()["errors"][0]["params"]["races"], "10");
    assert_eq!(server.store.all_races(DRIVER).await.unwrap().len(), 40, "nothing is deleted");
    assert_eq!(delete(&browser, RACES).await.fields(), [("expected".to_owned(), "required".to_owned())]);

    let answer = delete(&browser, &format!("{RACES}?carId=101&expected=10")).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"deleted": 10})));
    let one = example::race(0).id();
    let answer = delete(&browser, &format!("{RACES}?driverRaceId={one}&expected=1")).await;
    assert_eq!(answer.json(), json!({"deleted": 1}));

    let [races, journal] = everything(&browser).await;
    assert_eq!(races["items"].as_array().unwrap().len(), 29);
    let left = |item: &Value| server_race(item) % 4 != 1 && server_race(item) != 0;
    assert!(races["items"].as_array().unwrap().iter().all(left));
    assert!(journal["items"].as_array().unwrap().iter().all(|item| left(&item["race"])));
    assert_eq!(browser.get("/driver/410001/analytics").await.json()["total"]["races"], 29);
    assert_eq!(browser.get("/driver/410001").await.json()["sessionCount"], 29);
}

/// The number that a race was made from.
fn server_race(item: &Value) -> i64 {
    item["subsessionId"].as_i64().unwrap() - 72_000_000
}

#[tokio::test]
async fn an_account_goes_when_its_driver_confirms_it_by_name() {
    let (server, browser) = with_races(5).await;
    server.store.save_session(&example::session(), &[]).await.unwrap();
    for wrong in ["", "?confirm=", "?confirm=Somebody"] {
        let refused = delete(&browser, &format!("/driver/410001{wrong}")).await;
        assert_eq!(refused.fields(), [("confirm".to_owned(), "other_name".to_owned())]);
    }
    let answer = delete(&browser, "/driver/410001?confirm=example%20driver").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").contains("Max-Age=0"), "the browser is signed out");

    assert_eq!(browser.get("/driver/410001").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/driver/410001/analytics").await.json()["racesInLog"], 0);
    let another = server.browser_of(DriverId(999)).await;
    assert_eq!(another.get(&format!("/session/{}", example::SUBSESSION)).await.status, StatusCode::OK);

    // Whoever comes back finds an empty log, whatever a process remembers.
    let back = server.browser_of(DRIVER).await;
    assert_eq!(back.get("/driver/410001/analytics").await.json()["racesInLog"], 0);
}

#[tokio::test]
async fn an_export_is_queued_once_and_its_files_are_fetched_for_a_week() {
    let (server, mut browser) = with_races(2).await;
    let answer = browser.post(EXPORTS, json!({"format": "json"})).await;
    assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::ACCEPTED, &json!("queued")));
    let again = browser.post(EXPORTS, json!({"format": "json"})).await.json();
    assert_eq!(again, answer.json(), "one of each format at a time");
    let queued = server.queued().await;
    let [QueueMessage::Export { driver_id, export_id, .. }] = &queued[..] else { panic!("{queued:?}") };
    assert_eq!((*driver_id, json!(export_id)), (DRIVER, again["exportId"].clone()));
    assert_eq!(browser.post(EXPORTS, json!({"format": "tape"})).await.fields()[0].0, "format");

    // What the worker does.
    let mut export = server.store.export(DRIVER, export_id, server.clock.now()).await.unwrap().unwrap();
    assert_eq!(export.format, ExportFormat::Json);
    export.files.push(server.store.put_export_file(&export, "log.json", b"{}").await.unwrap());
    export.status = ExportStatus::Finished;
    assert!(server.store.save_export(&export).await.unwrap());

    let listed = browser.get(EXPORTS).await.json();
    assert_eq!(listed["items"][0]["files"], json!([{"name": "log.json", "bytes": 2}]));
    let path = format!("{EXPORTS}/{export_id}/files");
    let file = browser.get(&format!("{path}/log.json")).await;
    assert_eq!((&file.body[..], file.header("content-type")), (&b"{}"[..], "application/json"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"spinout-log.json\"");
    assert_eq!(browser.get(&format!("{path}/laps.json")).await.status, StatusCode::NOT_FOUND);
    let stranger = server.browser_of(DriverId(999)).await;
    let stolen = stranger.get(&format!("/driver/999/exports/{export_id}/files/log.json")).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    server.minutes_pass(8 * 24 * 60);
    let later = server.browser_of(DRIVER).await;
    assert_eq!(later.get(EXPORTS).await.json()["items"], json!([]));
    assert_eq!(later.get(&format!("{path}/log.json")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_exported_log_that_is_imported_again_is_the_same_log() {
    let (server, mut browser) = with_races(80).await;
    let before = everything(&browser).await;
    let log = ExportedLog {
        format: ExportedLog::FORMAT.to_owned(),
        driver_id: DRIVER,
        driver_name: "Example Driver".to_owned(),
        exported_at: server.clock.now(),
        races: server.store.all_races(DRIVER).await.unwrap(),
        journal: server.store.journal(DRIVER).await.unwrap(),
    };
    let file = serde_json::to_string(&log).unwrap();
    let known = browser.post_text("/import/log", file.clone()).await.json();
    assert_eq!(known, json!({"racesImported": 0, "racesKnown": 80, "entriesImported": 0, "entriesKnown": 27}));

    delete(&browser, "/driver/410001?confirm=Example%20Driver").await;
    assert_eq!(browser.post_text("/import/log", file.clone()).await.status, StatusCode::NOT_FOUND);
    let mut back = server.browser_of(DRIVER).await;
    let imported = back.post_text("/import/log", file.clone()).await.json();
    assert_eq!(imported, json!({"racesImported": 80, "racesKnown": 0, "entriesImported": 27, "entriesKnown": 0}));
    assert_eq!(everything(&back).await, before);

    let mut other = server.browser_of(DriverId(999)).await;
    assert_eq!(other.post_text("/import/log", file).await.json()["racesImported"], 80, "into the own log only");
    assert_eq!(server.store.all_races(DRIVER).await.unwrap().len(), 80);
}

#[tokio::test]
async fn what_is_no_log_is_told_so() {
    let (_server, mut browser) = with_races(1).await;
    let long = json!({"format": "spinout-log-1", "driverId": 1, "driverName": "", "exportedAt": "2026-01-01T00:00:00Z",
        "races": [{"driverId": 1}], "journal": []});
    for bad in [json!({}), json!([]), json!({"format": "spinout-log-9"}), long] {
        assert_eq!(browser.post("/import/log", bad).await.code(), "unreadable");
    }
}

#[tokio::test]
async fn a_log_that_was_made_to_be_expensive_is_refused_unread() {
    let (server, mut browser) = with_races(1).await;
    let id = example::race(0).id();
    // Empty texts are three bytes of a file each, and eight times as many of memory.
    let tags = r#""","#.repeat((7 << 20) / 3);
    let entry = format!(
        r#"{{"race":"{id}","content":{{"notes":"","tags":[{tags}""]}},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","version":1}}"#
    );
    let head = r#""format":"spinout-log-1","driverId":1,"driverName":"","exportedAt":"2026-01-01T00:00:00Z""#;
    for bomb in [
        format!(r#"{{{head},"races":[],"journal":[{entry}]}}"#),
        format!(r#"{{{head},"races":[{}0],"journal":[]}}"#, "0,".repeat(3 << 20)),
    ] {
        let answer = browser.post_text("/import/log", bomb).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "unreadable".to_owned()));
        assert!(answer.json()["detail"].as_str().unwrap().contains("more parts"), "{}", answer.json());
    }
    assert_eq!(server.store.all_races(DRIVER).await.unwrap().len(), 1);
}
