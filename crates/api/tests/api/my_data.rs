use crate::{
    example::{self, DRIVER},
    server::{Answer, Browser, DRIVER as NEWCOMER, Server},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    DriverId, EntrantId, Lap, LapChart, Race, RaceSource,
    analysis::{Penalty, RaceEvent, RaceEventKind},
    export::{EarlierResult, ExportFormat, ExportStatus, ExportedEventLog, ExportedLog, ExportedSession},
    journal::{JournalContent, JournalEntry},
    session::Entrant,
};
use messaging::QueueMessage;
use serde_json::{Value, json};
use store::{race_events::RaceEvents, session::SessionSource};

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
    server.store.save_session(SessionSource::Iracing, &example::session(), &[]).await.unwrap();
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
        earlier_results: Vec::new(),
        sessions: Vec::new(),
    };
    let file = serde_json::to_string(&log).unwrap();
    let known = browser.post_text("/import/log", file.clone()).await.json();
    assert_eq!(known, counts([0, 80, 0, 27, 0, 0]));

    delete(&browser, "/driver/410001?confirm=Example%20Driver").await;
    assert_eq!(browser.post_text("/import/log", file.clone()).await.status, StatusCode::NOT_FOUND);
    let mut back = server.browser_of(DRIVER).await;
    let imported = back.post_text("/import/log", file.clone()).await.json();
    assert_eq!(imported, counts([80, 0, 27, 0, 0, 0]));
    assert_eq!(everything(&back).await, before);

    let mut other = server.browser_of(DriverId(999)).await;
    assert_eq!(other.post_text("/import/log", file).await.json()["racesImported"], 80, "into the own log only");
    assert_eq!(server.store.all_races(DRIVER).await.unwrap().len(), 80);
}

/// What an import of a log answers.
fn counts([races, races_known, entries, entries_known, sessions, sessions_known]: [u32; 6]) -> Value {
    json!({
        "racesImported": races, "racesKnown": races_known, "entriesImported": entries, "entriesKnown": entries_known,
        "sessionsImported": sessions, "sessionsKnown": sessions_known
    })
}

/// What an export holds of the race in [`example::session`], about which its driver has written three times.
fn exported(server: &Server) -> ExportedLog {
    let race = Race::of(&example::session(), DRIVER, RaceSource::Iracing).unwrap();
    let entry = JournalEntry { version: 3, ..note(&race) };
    let events = vec![RaceEvent {
        entrant: Some(EntrantId::Driver(DRIVER)),
        session_time: 1_700_000,
        lap: 1,
        kind: RaceEventKind::PenaltyApplied(Penalty { reason: "Jump start".into(), sanction: "Repair".into() }),
    }];
    ExportedLog {
        format: ExportedLog::FORMAT.to_owned(),
        driver_id: DRIVER,
        driver_name: "Example Driver".to_owned(),
        exported_at: server.clock.now(),
        earlier_results: vec![EarlierResult {
            changed_at: example::at("2026-05-03T00:00:00Z"),
            race: Race { finish_position: Some(9), ..race.clone() },
        }],
        races: vec![race],
        journal: vec![entry],
        sessions: vec![ExportedSession {
            session: example::session(),
            lap_charts: vec![example::chart()],
            event_logs: vec![ExportedEventLog { simsession: 0, fetched_at: server.clock.now(), events }],
        }],
    }
}

/// Everything that the page of a race asks for, and the log.
async fn pages(browser: &Browser) -> Vec<Value> {
    let race = Race::of(&example::session(), DRIVER, RaceSource::Iracing).unwrap().id();
    let (session, race) = (example::SUBSESSION, format!("{RACES}/{race}"));
    let mut answers = Vec::new();
    for path in [
        format!("/session/{session}"),
        format!("/session/{session}/laps"),
        format!("/session/{session}/analysis"),
        race.clone(),
        format!("{race}/journal"),
        format!("{race}/earlier"),
        RACES.to_owned(),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
        answers.push(answer.json());
    }
    answers
}

#[tokio::test]
async fn a_race_that_is_brought_to_another_installation_has_the_page_it_had() {
    let (server, elsewhere) = (Server::start().await, Server::start().await);
    let log = exported(&server);
    let ExportedSession { session, lap_charts, event_logs } = &log.sessions[0];
    server.store.save_session(SessionSource::Iracing, session, lap_charts).await.unwrap();
    let ExportedEventLog { simsession, fetched_at, events } = event_logs[0].clone();
    let events = RaceEvents { events, fetched_at: Some(fetched_at), tried_at: fetched_at };
    server.store.put_race_events(SessionSource::Iracing, example::SUBSESSION, simsession, &events).await.unwrap();
    let browser = server.browser_of(DRIVER).await;
    server.store.insert_race(&log.races[0]).await.unwrap();
    server.store.insert_journal_entry(DRIVER, &log.journal[0]).await.unwrap();
    let EarlierResult { changed_at, race } = &log.earlier_results[0];
    server.store.put_earlier_result(race, *changed_at).await.unwrap();

    let mut there = elsewhere.browser_of(DRIVER).await;
    let (sessions, rest) = (log.sessions.clone(), ExportedLog { sessions: Vec::new(), ..log.clone() });
    let sessions = ExportedLog { races: Vec::new(), journal: Vec::new(), earlier_results: Vec::new(), sessions, ..log };
    for (part, expected) in [(&rest, [1, 0, 1, 0, 0, 0]), (&sessions, [0, 0, 0, 0, 1, 0])] {
        let file = serde_json::to_string(part).unwrap();
        assert_eq!(there.post_text("/import/log", file).await.json(), counts(expected));
    }
    assert_eq!(pages(&there).await, pages(&browser).await);
    let counted = elsewhere.store.counters().await.unwrap();
    assert_eq!((counted.sessions, counted.notes, counted.laps, counted.tracks), (1, 1, 6, 1));

    // Words keep their version: a page that was open with older ones does not overwrite them.
    let path = format!("{RACES}/{}/journal", rest.races[0].id());
    let change = async |version: u32| {
        let body = json!({"notes": "Changed", "tags": [], "version": version}).to_string();
        let request = there.request(Method::PUT, &path).header("content-type", "application/json");
        there.send(request.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(change(1).await.status, StatusCode::CONFLICT);
    let changed = change(3).await;
    assert_eq!((changed.status, &changed.json()["version"]), (StatusCode::OK, &json!(4)));

    let again = there.post_text("/import/log", serde_json::to_string(&sessions).unwrap()).await.json();
    assert_eq!(again, counts([0, 0, 0, 0, 0, 1]), "what is there stays");
}

#[tokio::test]
async fn a_session_of_a_file_is_seen_by_its_importer_alone() {
    let server = Server::start().await;
    let mut forger = server.browser_of(DRIVER).await;
    let mut log = exported(&server);
    log.sessions[0].session.entrants[0].name = "Somebody Else".to_owned();
    log.sessions[0].session.entrants.pop();
    let file = serde_json::to_string(&log).unwrap();
    assert_eq!(forger.post_text("/import/log", file.clone()).await.json(), counts([1, 0, 1, 0, 1, 0]));
    let paths = ["", "/laps", "/analysis"].map(|part| format!("/session/{}{part}", example::SUBSESSION));
    assert_eq!(forger.get(&paths[0]).await.json()["entrants"][0]["name"], "Somebody Else");

    let mut victim = server.browser_of(example::RIVAL).await;
    for path in &paths {
        assert_eq!(victim.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Their own file counts for them, whatever another's says.
    let own = serde_json::to_string(&exported(&server)).unwrap();
    assert_eq!(victim.post_text("/import/log", own.clone()).await.json(), counts([1, 0, 1, 0, 1, 0]));
    let answer = victim.get(&paths[0]).await.json();
    assert_eq!(answer["entrants"].as_array().unwrap().len(), example::session().entrants.len());

    // iRacing's own counts for everybody, and no file changes it.
    server.store.save_session(SessionSource::Iracing, &example::session(), &[example::chart()]).await.unwrap();
    assert_eq!(forger.post_text("/import/log", file).await.json(), counts([0, 1, 0, 1, 0, 1]));
    assert_eq!(server.store.session(example::SUBSESSION).await.unwrap(), Some(example::session()));
    assert_ne!(forger.get(&paths[0]).await.json()["entrants"][0]["name"], "Somebody Else");
}

#[tokio::test]
async fn laps_that_a_known_session_lacks_come_with_the_log_that_has_them() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    server.store.save_session(SessionSource::Iracing, &example::session(), &[]).await.unwrap();
    let path = format!("/session/{}", example::SUBSESSION);
    assert_eq!(browser.get(&format!("{path}/laps")).await.status, StatusCode::NOT_FOUND);

    let log = exported(&server);
    let answer = browser.post_text("/import/log", serde_json::to_string(&log).unwrap()).await;
    assert_eq!(answer.json(), counts([1, 0, 1, 0, 1, 0]));
    assert!(server.store.race(DRIVER, log.races[0].id()).await.unwrap().unwrap().has_laps);
    assert_eq!(browser.get(&format!("{path}/laps")).await.status, StatusCode::OK);
    assert_eq!(browser.get(&path).await.json()["simsessions"][1]["hasLaps"], true);
    let other = server.browser_of(DriverId(999)).await;
    assert_eq!(other.get(&path).await.json()["simsessions"][1]["hasLaps"], false);
}

#[tokio::test]
async fn a_log_with_a_fault_is_refused_whole_with_every_fault() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let good = exported(&server);
    let mut bad = good.clone();
    bad.races.push(Race { series_name: "x".repeat(501), ..good.races[0].clone() });
    let mut wordy = good.journal[0].clone();
    wordy.content.notes = "x".repeat(20_001);
    wordy.content.tags = vec!["sentiment:furious".to_owned()];
    bad.journal.push(wordy);
    bad.earlier_results[0].race.start_time = example::at("1960-01-01T00:00:00Z");
    let mut twice = good.sessions[0].clone();
    twice.session.entrants.push(twice.session.entrants[0].clone());
    let mut large = good.sessions[0].clone();
    large.session.entrants[1].name = "x".repeat(400_000);
    let mut practice = good.sessions[0].clone();
    practice.session.info.simsessions.pop();
    let mut crowded = good.sessions[0].clone();
    crowded.session.entrants.extend(
        (2..1_002).map(|number| Entrant {
            entrant_id: EntrantId::Ai(number),
            ..good.sessions[0].session.entrants[0].clone()
        }),
    );
    let mut long = good.sessions[0].clone();
    long.lap_charts.extend((1..=50).map(|part| LapChart { simsession: -part, entrants: Vec::new() }));
    bad.sessions.extend([twice, large, practice, crowded, long]);
    let answer = browser.post_text("/import/log", serde_json::to_string(&bad).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let fields: Vec<_> = answer.fields().into_iter().map(|(field, _)| field).collect();
    let expected = [
        "races[1]",
        "earlierResults[0]",
        "journal[1].notes",
        "journal[1].tags[0]",
        "sessions[1]",
        "sessions[2]",
        "sessions[3]",
        "sessions[4].session.entrants",
        "sessions[5].lapCharts",
    ];
    assert_eq!(fields, expected);
    assert_eq!(browser.get(RACES).await.json()["items"], json!([]), "nothing is stored");
    assert_eq!(server.store.counters().await.unwrap().sessions, 0);

    let answer = browser.post_text("/import/log", serde_json::to_string(&good).unwrap()).await;
    assert_eq!(answer.json(), counts([1, 0, 1, 0, 1, 0]));
}

/// Small files whose analysis would take all memory, or never end.
#[tokio::test]
async fn a_session_beyond_all_bounds_is_refused_with_what_is_wrong_with_it() {
    let server = Server::start().await;
    let mut browser = server.browser_of(DRIVER).await;
    let good = exported(&server);
    let many = |count: u32| -> Vec<Lap> {
        let lap = good.sessions[0].lap_charts[0].entrants[0].laps[0];
        (0..count).map(|number| Lap { number, ..lap }).collect()
    };
    type Change<'a> = &'a dyn Fn(&mut ExportedSession);
    let bad: [(Change<'_>, &str, &str); 8] = [
        (
            &|it| it.lap_charts[0].entrants[1].laps.last_mut().unwrap().number = u32::MAX,
            "lapCharts[0].entrants[1].laps",
            "out_of_range",
        ),
        (&|it| it.lap_charts[0].entrants[0].laps.reverse(), "lapCharts[0].entrants[0].laps", "not_in_order"),
        (&|it| it.lap_charts[0].entrants[0].laps = many(5_001), "lapCharts[0].entrants[0].laps", "too_many"),
        (
            &|it| {
                it.lap_charts[0].entrants[0].laps = many(2_001);
                (1..).zip(&mut it.lap_charts[0].entrants[0].laps).for_each(|(id, lap)| lap.driver = DriverId(id));
            },
            "lapCharts[0].entrants",
            "too_many",
        ),
        (
            &|it| {
                let twice = it.lap_charts[0].entrants[0].clone();
                it.lap_charts[0].entrants.push(twice);
            },
            "lapCharts[0].entrants",
            "duplicate",
        ),
        (
            &|it| {
                let one = it.session.entrants[2].clone();
                let another = |id| Entrant { entrant_id: EntrantId::Ai(id), ..one.clone() };
                it.session.entrants.extend((2..1_000).map(another));
            },
            "session.entrants",
            "too_many",
        ),
        (
            &|it| it.session.info.start_time = example::at("9999-12-30T00:00:00Z"),
            "session.info.startTime",
            "out_of_range",
        ),
        (
            &|it| it.session.info.start_time = example::at("1969-12-31T23:59:59Z"),
            "session.info.startTime",
            "out_of_range",
        ),
    ];
    for (change, field, code) in bad {
        let mut log = good.clone();
        change(&mut log.sessions[0]);
        let answer = browser.post_text("/import/log", serde_json::to_string(&log).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.fields(), [(format!("sessions[0].{field}"), code.to_owned())]);
    }
    assert_eq!(browser.get(RACES).await.json()["items"], json!([]), "nothing is stored");
    assert!(!server.store.has_session(SessionSource::File(DRIVER), example::SUBSESSION).await.unwrap());

    let mut longest = good.clone();
    longest.sessions[0].lap_charts[0].entrants[0].laps = many(5_000);
    let answer = browser.post_text("/import/log", serde_json::to_string(&longest).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_is_finished_by_a_retry_a_sign_in_or_the_worker() {
    let (server, browser) = with_races(5).await;
    server.store.begin_departure(DRIVER).await.unwrap();
    let answer = delete(&browser, "/driver/410001?confirm=Example%20Driver").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(server.store.driver(DRIVER).await.unwrap(), None);
    let queued = server.queued().await;
    assert_eq!(queued, [], "the worker looks later");
    server.minutes_pass(2);
    let queued = server.queued().await;
    assert!(matches!(queued[..], [QueueMessage::Depart { driver_id: DRIVER, .. }]), "{queued:?}");

    let server = Server::start().await;
    server.browser_of(NEWCOMER).await;
    let race = Race { driver_id: NEWCOMER, ..example::race(1) };
    assert!(server.store.insert_race(&race).await.unwrap());
    server.store.begin_departure(NEWCOMER).await.unwrap();
    server.signed_in().await;
    assert_eq!(server.store.all_races(NEWCOMER).await.unwrap(), []);
    let known = server.store.driver(NEWCOMER).await.unwrap().unwrap();
    assert_eq!((known.login_count, known.session_count), (1, 0), "whoever comes back begins anew");
}

#[tokio::test]
async fn a_deletion_that_no_worker_could_finish_does_not_begin() {
    let (server, browser) = with_races(1).await;
    let cut_off = server.process_with(&[("RACE_INGESTION_QUEUE_URL", "http://127.0.0.1:9/nowhere")]).await;
    let cut_off = Browser { token: browser.token.clone(), ..Browser::of(&cut_off) };
    let answer = delete(&cut_off, "/driver/410001?confirm=Example%20Driver").await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
    assert!(server.store.insert_race(&example::race(7)).await.unwrap(), "the account is as open as it was");
    assert_eq!(server.store.all_races(DRIVER).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_export_whose_worker_died_does_not_stand_in_the_way_for_long() {
    let (server, mut browser) = with_races(2).await;
    let first = browser.post(EXPORTS, json!({"format": "csv"})).await.json();
    let queued = server.queued().await;
    let [QueueMessage::Export { export_id, .. }] = &queued[..] else { panic!("{queued:?}") };
    let mut export = server.store.export(DRIVER, export_id, server.clock.now()).await.unwrap().unwrap();
    export.status = ExportStatus::Running;
    assert!(server.store.save_export(&export).await.unwrap());

    server.minutes_pass(10);
    let mut browser = server.browser_of(DRIVER).await;
    assert_eq!(browser.post(EXPORTS, json!({"format": "csv"})).await.json()["exportId"], first["exportId"]);
    server.minutes_pass(10);
    let mut browser = server.browser_of(DRIVER).await;
    assert_eq!(browser.get(EXPORTS).await.json()["items"][0]["status"], "failed");
    let second = browser.post(EXPORTS, json!({"format": "csv"})).await.json();
    assert_ne!(second["exportId"], first["exportId"]);
    assert_eq!(second["status"], "queued");
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
