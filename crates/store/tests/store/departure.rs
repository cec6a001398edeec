use crate::{Table, at, example};
use aws_sdk_dynamodb::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::BoxError,
    types::AttributeValue,
};
use domain::{
    ConnectionId, DriverId, DriverRaceId, EntrantId, ExportId, IngestionRun, RunId, SubsessionId,
    export::{Export, ExportFormat},
    ingestion::{FailureReason, LONGEST_WINDOW, RaceFailure},
    journal::{JournalContent, JournalEntry},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};
use store::{
    Store,
    login_session::LoginSession,
    race_events::RaceEvents,
    rating_charts::RatingCharts,
    request_count::{self, RequestWindow},
    session::SessionSource,
    upstream::SeenBudget,
};
use tokio::sync::oneshot;

/// Ids that no count or time contains.
const DRIVER: DriverId = DriverId(7_654_321);
const OTHER: DriverId = DriverId(8_765_432);

fn entry(race: DriverRaceId) -> JournalEntry {
    let now = at("2026-01-02T00:00:00Z");
    JournalEntry { race, content: JournalContent::default(), created_at: now, updated_at: now, version: 1 }
}

/// The whole table, if it is the embedded one.
async fn items(table: &Table) -> Vec<HashMap<String, AttributeValue>> {
    let Some(engine) = &table._engine else { return Vec::new() };
    engine.client().scan().table_name("spinout").send().await.unwrap().items.unwrap()
}

fn key(item: &HashMap<String, AttributeValue>) -> String {
    format!("{} | {}", item["partition_key"].as_s().unwrap(), item["sort_key"].as_s().unwrap())
}

/// The keys of the whole table.
async fn keys(table: &Table) -> BTreeSet<String> {
    items(table).await.iter().map(key).collect()
}

/// Leaves one item of every kind that is kept of a driver, and more of some.
async fn leave_everything(store: &Store, driver: DriverId, name: &str, races: i64) {
    let now = at("2026-01-02T00:00:00Z");
    store.record_login(driver, name, None, now).await.unwrap();
    store.set_races_ingested_to(driver, now).await.unwrap();
    for subsession in 1..=races {
        let race = example::race(driver.0, subsession, "2026-01-01T20:30:00Z");
        store.insert_race(&race).await.unwrap();
        store.put_journal_entry(driver, &entry(race.id())).await.unwrap();
    }
    let race = example::race(driver.0, 1, "2026-01-01T20:30:00Z");
    store.change_race(&race, &race, now).await.unwrap();
    store.insert_race(&example::race(driver.0, 999, "2026-01-01T20:30:00Z")).await.unwrap();
    let last = DriverRaceId { subsession_id: SubsessionId(999), ..race.id() };
    assert_eq!(store.delete_races(driver, &[last]).await.unwrap(), 1);
    store.put_failed_race(driver, &failure(998)).await.unwrap();
    bring_session(store, driver).await;
    store.set_daily_sync(driver, true).await.unwrap();
    let connection = ConnectionId(format!("page-of-{driver}"));
    store.put_connection(&connection, now).await.unwrap();
    store.authenticate_connection(&connection, driver, now).await.unwrap();
    assert!(store.put_iracing_token(driver, b"sealed".to_vec()).await.unwrap());
    assert!(store.put_login_session(&login(driver)).await.unwrap());
    store.put_seen_budget(driver, SeenBudget { limit: 240, remaining: 1, reset: now }).await.unwrap();
    store.put_rating_charts(driver, &charts()).await.unwrap();
    store.begin_run(&run(driver), None, now, now).await.unwrap().unwrap();
    let export = Export::queued(ExportId("1".into()), driver, ExportFormat::Json, now);
    store.put_export(&export).await.unwrap();
    store.put_export_file(&export, "log.json", &[7; 1_000]).await.unwrap();
    let who = request_count::driver(driver);
    let window = RequestWindow { who: &who, limit: "import", from: now, until: now };
    store.count_requests(window, 30).await.unwrap();
}

/// Stores a session with laps and event log, as the import of a file does.
async fn bring_session(store: &Store, driver: DriverId) {
    let now = at("2026-01-02T00:00:00Z");
    let file = SessionSource::File(driver);
    store.save_session(file, &example::session(6, now, 3), &[example::laps(3, 5)]).await.unwrap();
    let events = RaceEvents { events: Vec::new(), fetched_at: Some(now), tried_at: now };
    store.put_race_events(file, SubsessionId(6), 0, &events).await.unwrap();
}

fn failure(subsession: i64) -> RaceFailure {
    let now = at("2026-01-02T00:00:00Z");
    RaceFailure {
        subsession_id: SubsessionId(subsession),
        start_time: now,
        reason: FailureReason::NotReady,
        detail: String::new(),
        attempts: 1,
        tried_at: now,
    }
}

fn login(driver_id: DriverId) -> LoginSession {
    let now = at("2026-01-02T00:00:00Z");
    let session_id = "browser".to_owned();
    LoginSession { driver_id, session_id, generation: 1, secret_hash: vec![1], rotated_at: now, expires_at: now }
}

fn charts() -> RatingCharts {
    RatingCharts { charts: Vec::new(), fetched_at: None, tried_at: at("2026-01-02T00:00:00Z") }
}

fn run(driver: DriverId) -> IngestionRun {
    IngestionRun::queued(RunId("run".into()), driver, None, None, LONGEST_WINDOW, at("2026-01-02T00:00:00Z"))
}

/// The kinds of items under which something of the driver is kept: their keys without what is the driver's or a
/// moment's own.
fn kinds(keys: &BTreeSet<String>) -> BTreeSet<&str> {
    let kind = |key: &'_ String| -> Option<&'static str> {
        [
            "daily_sync |",
            "requests#",
            "websocket#",
            "| info",
            "| login#",
            "| iracing_token",
            "| ingestion_lock",
            "| ingestion_run#",
            "| failed_race#",
            "| iracing_budget",
            "| race_before#",
            "| session#",
            "| file_session#",
            "| deleted_race#",
            "| journal#",
            "| export#",
            "| export_part#",
            "| rating_charts",
            "| ws#",
        ]
        .into_iter()
        .find(|kind| key.contains(kind))
    };
    let of_driver = keys.iter().filter(|key| key.contains("7654321") && !key.starts_with("session#"));
    of_driver.map(|key| kind(key).expect("a kind that is listed")).collect()
}

/// Where something tells of a driver: the key and the attribute. Of a session's packed results and laps it is not asked.
fn mentions(items: &[HashMap<String, AttributeValue>], driver: DriverId, name: &str) -> BTreeSet<(String, String)> {
    let of_session = |item: &HashMap<String, AttributeValue>| key(item).starts_with("session#");
    let tells = |item: &HashMap<String, AttributeValue>, value: &AttributeValue| {
        let text = format!("{value:?}");
        text.contains(&driver.to_string()) || text.contains(name) || (value.is_b() && !of_session(item))
    };
    let each = items.iter().flat_map(|item| item.iter().map(move |(attribute, value)| (item, attribute, value)));
    each.filter(|(item, _, value)| tells(item, value)).map(|(item, name, _)| (key(item), name.clone())).collect()
}

#[tokio::test]
async fn nothing_of_a_driver_is_left_but_the_results_they_share() {
    let table = Table::start().await;
    let store = &table.store;
    let now = at("2026-01-02T00:00:00Z");
    let mut shared = example::session(5, now, 3);
    shared.entrants[1].entrant_id = EntrantId::Driver(DRIVER);
    shared.entrants[1].name = "Ines Leaver".to_owned();
    let mut laps = example::laps(3, 5);
    laps.entrants[1].entrant = EntrantId::Driver(DRIVER);
    store.save_session(SessionSource::Iracing, &shared, &[laps]).await.unwrap();
    leave_everything(store, OTHER, "Otto Stayer", 40).await;
    let before = keys(&table).await;
    leave_everything(store, DRIVER, "Ines Leaver", 40).await;
    if table._engine.is_some() {
        assert_eq!(kinds(&keys(&table).await).len(), 19, "every kind is there");
    }

    store.delete_driver(DRIVER).await.unwrap();

    let left = keys(&table).await;
    assert_eq!(left, before, "what is another driver's, or shared, stays");
    assert_eq!(store.driver(OTHER).await.unwrap().unwrap().session_count, 40);
    let everything = items(&table).await;
    let of_other: Vec<_> = mentions(&everything, OTHER, "Otto Stayer").into_iter().collect();
    let told: Vec<_> = mentions(&everything, DRIVER, "Ines Leaver").into_iter().collect();
    let told: Vec<_> = told.into_iter().filter(|place| !of_other.contains(place)).collect();
    // The results of a whole field name who was in it, as iRacing's own pages do.
    let result = "session#5 | drivers#driver#7654321".to_owned();
    if table._engine.is_some() {
        assert_eq!(told, [(result.clone(), "name".to_owned()), (result, "sort_key".to_owned())]);
    }

    // What is under way brings nothing back: a run, a page that signs in or saves, a request that fetches charts.
    nothing_can_be_added(&table).await;
    assert_eq!(keys(&table).await, left);
}

/// Tries every write that a request or a run may be about to do while the driver leaves.
async fn nothing_can_be_added(table: &Table) {
    let store = &table.store;
    let now = at("2026-01-02T00:00:00Z");
    store.put_failed_race(DRIVER, &failure(99)).await.unwrap();
    bring_session(store, DRIVER).await;
    let page = ConnectionId("late-page".into());
    store.put_connection(&page, now).await.unwrap();
    assert!(!store.authenticate_connection(&page, DRIVER, now).await.unwrap());
    store.delete_connection(&page).await.unwrap();
    store.put_ended_run(&run(DRIVER)).await.unwrap();
    let later = at("2026-01-03T00:00:00Z");
    assert_eq!(store.begin_run(&run(DRIVER), None, later, later).await.unwrap(), Err(None));
    assert!(!store.put_iracing_token(DRIVER, b"late".to_vec()).await.unwrap());
    store.put_rating_charts(DRIVER, &charts()).await.unwrap();
    store.put_seen_budget(DRIVER, SeenBudget { limit: 240, remaining: 1, reset: now }).await.unwrap();
    assert!(!store.put_login_session(&LoginSession { session_id: "late".into(), ..login(DRIVER) }).await.unwrap());
    let export = Export::queued(ExportId("2".into()), DRIVER, ExportFormat::Json, now);
    assert!(!store.put_export(&export).await.unwrap());
    let race = example::race(DRIVER.0, 97, "2025-12-29T20:30:00Z");
    assert!(!store.insert_race(&race).await.unwrap());
    store.replace_race(&race).await.unwrap();
    assert_eq!(store.insert_races(DRIVER, std::slice::from_ref(&race)).await.unwrap(), 0);
    assert!(!store.put_journal_entry(DRIVER, &entry(race.id())).await.unwrap());
    assert!(!store.set_daily_sync(DRIVER, true).await.unwrap());
}

/// Stops a client at one of its writes.
#[derive(Debug)]
struct StopAt {
    writes: AtomicUsize,
    stop_at: usize,
}

impl Intercept for StopAt {
    fn name(&self) -> &'static str {
        "StopAt"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        let is_write = !["GetItem", "Query"].iter().any(|read| target.ends_with(read));
        if is_write && self.writes.fetch_add(1, Ordering::SeqCst) >= self.stop_at {
            return Err("the process has died".into());
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_deletion_that_is_cut_off_at_any_write_lets_nothing_in_and_can_be_finished() {
    let mut ended = false;
    let mut stop_at = 0;
    while !ended {
        let table = Table::start().await;
        let Some(engine) = &table._engine else { return };
        leave_everything(&table.store, DRIVER, "Ines Leaver", 110).await;
        let fault = StopAt { writes: AtomicUsize::new(0), stop_at };
        let config = aws_sdk_dynamodb::config::Builder::from(&engines::client_config(&engine.endpoint()));
        let dying = aws_sdk_dynamodb::Client::from_conf(config.interceptor(fault).build());
        ended = Store::new(dying, "spinout").delete_driver(DRIVER).await.is_ok();

        let known = table.store.driver(DRIVER).await.unwrap();
        if let Some(known) = known {
            assert_eq!(known.driver_name, "Ines Leaver", "who may go on with it, after {stop_at} writes");
        } else {
            let left: Vec<_> = keys(&table).await.into_iter().filter(|key| !key.starts_with("global")).collect();
            assert_eq!(left, <[String; 0]>::default(), "nobody knows of this any more, after {stop_at} writes");
        }
        if stop_at > 0 {
            nothing_can_be_added(&table).await;
        }
        table.store.delete_driver(DRIVER).await.unwrap();
        let left: Vec<_> = keys(&table).await.into_iter().filter(|key| !key.starts_with("global")).collect();
        assert_eq!(left, <[String; 0]>::default(), "after {stop_at} writes");
        stop_at += 1;
    }
    assert!(stop_at > 7, "it was cut off {stop_at} times");
}

#[tokio::test]
async fn whoever_comes_back_meanwhile_is_not_deleted_again() {
    let table = Table::start().await;
    let store = &table.store;
    leave_everything(store, DRIVER, "Ines Leaver", 3).await;
    store.begin_departure(DRIVER).await.unwrap();
    store.finish_departure(DRIVER).await.unwrap();
    leave_everything(store, DRIVER, "Ines Leaver", 3).await;
    let back = keys(&table).await;
    store.finish_departure(DRIVER).await.unwrap();
    assert_eq!(keys(&table).await, back);
    let counts = store.counters().await.unwrap();
    // Who writes notes and races counts them; here nobody did.
    assert_eq!((counts.drivers, counts.notes, counts.sessions), (1, -3, -3));
}

/// Holds a client back at its first write of a kind.
#[derive(Debug)]
struct HoldAt {
    operation: &'static str,
    /// Told when it is held, once.
    reached: Mutex<Option<oneshot::Sender<()>>>,
    /// Goes on when the other end is dropped.
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Intercept for HoldAt {
    fn name(&self) -> &'static str {
        "HoldAt"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        if target.ends_with(self.operation)
            && let Some(reached) = self.reached.lock().unwrap().take()
        {
            reached.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap_err();
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_to_delete_takes_nothing_from_a_driver_who_is_back() {
    // At what is in the partition, and at `info`.
    for operation in ["TransactWriteItems", "DeleteItem"] {
        let table = Table::start().await;
        let Some(engine) = &table._engine else { return };
        let store = &table.store;
        leave_everything(store, DRIVER, "Ines Leaver", 3).await;
        store.begin_departure(DRIVER).await.unwrap();
        let (reached, is_held) = oneshot::channel();
        let (release, go_on) = mpsc::channel();
        let hold = HoldAt { operation, reached: Mutex::new(Some(reached)), go_on: Mutex::new(go_on) };
        let config = aws_sdk_dynamodb::config::Builder::from(&engines::client_config(&engine.endpoint()));
        let slow = aws_sdk_dynamodb::Client::from_conf(config.interceptor(hold).build());
        let slow = tokio::spawn(async move { Store::new(slow, "spinout").finish_departure(DRIVER).await });
        is_held.await.unwrap();

        store.finish_departure(DRIVER).await.unwrap();
        leave_everything(store, DRIVER, "Ines Leaver", 3).await;
        let back = keys(&table).await;
        drop(release);
        slow.await.unwrap().unwrap();
        assert_eq!(keys(&table).await, back, "held at {operation}");
    }
}

#[tokio::test]
async fn what_two_delete_at_the_same_time_is_counted_once() {
    let table = Table::start().await;
    let store = &table.store;
    leave_everything(store, DRIVER, "Ines Leaver", 120).await;
    store.begin_departure(DRIVER).await.unwrap();
    let (one, other) = tokio::join!(store.finish_departure(DRIVER), store.finish_departure(DRIVER));
    one.unwrap();
    other.unwrap();
    let counts = store.counters().await.unwrap();
    // Who writes notes and races counts them; here nobody did.
    assert_eq!((counts.drivers, counts.notes, counts.sessions), (0, -120, -120));
}

#[tokio::test]
async fn deleted_races_go_with_their_notes_and_the_count_stays_right() {
    let table = Table::with_drivers(&[DRIVER.0]).await;
    let store = &table.store;
    let races: Vec<_> = (1..=90).map(|number| example::race(DRIVER.0, number, "2025-12-28T20:30:00Z")).collect();
    assert_eq!(store.insert_races(DRIVER, &races[..50]).await.unwrap(), 50);
    assert_eq!(store.insert_races(DRIVER, &races).await.unwrap(), 40, "those that are there are not counted again");
    assert_eq!(store.all_races(DRIVER).await.unwrap().len(), 90);
    for race in &races {
        store.put_journal_entry(DRIVER, &entry(race.id())).await.unwrap();
    }
    let known = store.races_revision(DRIVER).await.unwrap();

    let mut chosen: Vec<_> = races[..60].iter().map(|race| race.id()).collect();
    chosen.push(DriverRaceId { start_second: 1, subsession_id: domain::SubsessionId(1) });
    assert_eq!(store.delete_races(DRIVER, &chosen).await.unwrap(), 60, "one of them never was");

    assert_ne!(store.races_revision(DRIVER).await.unwrap(), known);
    assert_eq!(store.driver(DRIVER).await.unwrap().unwrap().session_count, 30);
    assert_eq!(store.all_races(DRIVER).await.unwrap().len(), 30);
    assert_eq!(store.journal(DRIVER).await.unwrap().len(), 30);

    // A page that saves just then brings no words back of a race that is gone.
    assert!(!store.put_journal_entry(DRIVER, &entry(chosen[0])).await.unwrap());
    assert!(!store.put_journal_entry(DRIVER, &JournalEntry { version: 2, ..entry(chosen[0]) }).await.unwrap());
    assert_eq!(store.journal(DRIVER).await.unwrap().len(), 30);
}

#[tokio::test]
async fn a_deleted_race_is_remembered_while_searches_may_find_it() {
    let table = Table::with_drivers(&[DRIVER.0]).await;
    let store = &table.store;
    store.set_races_ingested_to(DRIVER, at("2026-01-20T00:00:00Z")).await.unwrap();
    let days = ["2026-01-02T20:30:00Z", "2026-01-03T20:30:00Z", "2026-01-19T20:30:00Z", "2026-01-21T20:30:00Z"];
    let races: Vec<_> = days.iter().zip(1..).map(|(day, number)| example::race(DRIVER.0, number, day)).collect();
    store.insert_races(DRIVER, &races).await.unwrap();
    let ids: Vec<_> = races.iter().map(|race| race.id()).collect();

    assert_eq!(store.delete_races(DRIVER, &ids).await.unwrap(), 4);

    // Two weeks back from the last search, and races of three days that finished then.
    let found_again: HashSet<_> = races[1..].iter().map(|race| race.subsession_id).collect();
    assert_eq!(store.deleted_subsessions(DRIVER).await.unwrap(), found_again);
    assert_eq!(store.insert_races(DRIVER, &races).await.unwrap(), 4, "a file brings them back");
    store.delete_driver(DRIVER).await.unwrap();
    assert_eq!(store.deleted_subsessions(DRIVER).await.unwrap(), HashSet::new());
}

#[tokio::test]
async fn a_large_file_of_an_export_comes_back_as_it_was() {
    let table = Table::with_drivers(&[DRIVER.0]).await;
    let store = &table.store;
    let now = at("2026-01-02T00:00:00Z");
    let export = Export::queued(ExportId("1".into()), DRIVER, ExportFormat::Csv, now);
    // Hardly compressible.
    let mut seed = 1u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(900_000)
    .collect();
    let file = store.put_export_file(&export, "races.csv", &bytes).await.unwrap();
    assert!(file.parts >= 3, "{} parts", file.parts);
    assert!(store.export_file(&export, &file).await.unwrap() == bytes);
    store.put_export(&export).await.unwrap();
    assert_eq!(store.exports(DRIVER, now).await.unwrap(), std::slice::from_ref(&export), "parts are no exports");
    let week_later = at("2026-01-09T00:00:01Z");
    assert_eq!(store.exports(DRIVER, week_later).await.unwrap(), []);
    assert_eq!(store.export(DRIVER, &export.export_id, week_later).await.unwrap(), None);
}
