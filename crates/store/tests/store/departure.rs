use crate::{Table, at, example};
use domain::{
    ConnectionId, DriverId, DriverRaceId, ExportId, IngestionRun, RunId, SubsessionId,
    export::{Export, ExportFormat},
    ingestion::{FailureReason, LONGEST_WINDOW, RaceFailure},
    journal::{JournalContent, JournalEntry},
};
use std::collections::{BTreeSet, HashSet};
use store::rating_charts::RatingCharts;

const DRIVER: DriverId = DriverId(7);
const OTHER: DriverId = DriverId(8);

fn entry(race: DriverRaceId) -> JournalEntry {
    let now = at("2026-01-02T00:00:00Z");
    JournalEntry { race, content: JournalContent::default(), created_at: now, updated_at: now, version: 1 }
}

/// The keys of the whole table, if it is the embedded one.
async fn keys(table: &Table) -> BTreeSet<String> {
    let Some(engine) = &table._engine else { return BTreeSet::new() };
    let answer = engine.client().scan().table_name("spinout").send().await.unwrap();
    let text = |item: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>, name: &str| {
        item[&name.to_owned()].as_s().unwrap().clone()
    };
    answer.items().iter().map(|item| format!("{} | {}", text(item, "partition_key"), text(item, "sort_key"))).collect()
}

fn is_of_driver_7(key: &str) -> bool {
    ["driver#7 ", "page-7", "daily_sync | driver#0000000007"].iter().any(|own| key.contains(own))
}

#[tokio::test]
async fn nothing_of_a_driver_is_left_but_the_results_they_share() {
    let table = Table::with_drivers(&[7, 8]).await;
    let store = &table.store;
    let now = at("2026-01-02T00:00:00Z");
    store.save_session(&example::session(5, now, 3), &[]).await.unwrap();
    for driver in [DRIVER, OTHER] {
        for subsession in 1..=40 {
            let race = example::race(driver.0, subsession, "2025-12-28T20:30:00Z");
            store.insert_race(&race).await.unwrap();
            store.put_journal_entry(driver, &entry(race.id())).await.unwrap();
        }
        store.set_daily_sync(driver, true).await.unwrap();
        let connection = ConnectionId(format!("page-{driver}"));
        store.put_connection(&connection, now).await.unwrap();
        store.authenticate_connection(&connection, driver, now).await.unwrap();
        let export = Export::queued(ExportId("1".into()), driver, ExportFormat::Json, now);
        store.put_export(&export).await.unwrap();
        store.put_export_file(&export, "log.json", &[7; 1_000]).await.unwrap();
    }
    let before = keys(&table).await;

    store.delete_driver(DRIVER).await.unwrap();

    let left = keys(&table).await;
    assert!(left.iter().all(|key| !is_of_driver_7(key)), "{left:?}");
    let others = |keys: &BTreeSet<String>| -> BTreeSet<String> {
        keys.iter().filter(|key| !is_of_driver_7(key)).cloned().collect()
    };
    assert_eq!(others(&left), others(&before), "what is another driver's, or shared, stays");
    assert_eq!(store.driver(OTHER).await.unwrap().unwrap().session_count, 40);

    // What is under way brings nothing back: a run, a page that signs in, a request that fetches charts.
    let late = RaceFailure {
        subsession_id: SubsessionId(99),
        start_time: now,
        reason: FailureReason::NotReady,
        detail: String::new(),
        attempts: 1,
        tried_at: now,
    };
    store.put_failed_race(DRIVER, &late).await.unwrap();
    let page = ConnectionId("page-7".into());
    store.put_connection(&page, now).await.unwrap();
    assert!(!store.authenticate_connection(&page, DRIVER, now).await.unwrap());
    store.delete_connection(&page).await.unwrap();
    let run = IngestionRun::queued(RunId("run".into()), DRIVER, None, None, LONGEST_WINDOW, now);
    store.put_ended_run(&run).await.unwrap();
    let charts = RatingCharts { charts: Vec::new(), fetched_at: None, tried_at: now };
    store.put_rating_charts(DRIVER, &charts).await.unwrap();
    let export = Export::queued(ExportId("2".into()), DRIVER, ExportFormat::Json, now);
    assert!(!store.put_export(&export).await.unwrap());
    assert!(!store.insert_race(&example::race(7, 99, "2025-12-29T20:30:00Z")).await.unwrap());
    store.replace_race(&example::race(7, 99, "2025-12-29T20:30:00Z")).await.unwrap();
    assert_eq!(store.insert_races(DRIVER, &[example::race(7, 98, "2025-12-29T20:30:00Z")]).await.unwrap(), 0);
    assert_eq!(keys(&table).await, left);
}

#[tokio::test]
async fn deleted_races_go_with_their_notes_and_the_count_stays_right() {
    let table = Table::with_drivers(&[7]).await;
    let store = &table.store;
    let races: Vec<_> = (1..=90).map(|number| example::race(7, number, "2025-12-28T20:30:00Z")).collect();
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
}

#[tokio::test]
async fn a_deleted_race_is_remembered_while_searches_may_find_it() {
    let table = Table::with_drivers(&[7]).await;
    let store = &table.store;
    store.set_races_ingested_to(DRIVER, at("2026-01-20T00:00:00Z")).await.unwrap();
    let days = ["2026-01-02T20:30:00Z", "2026-01-03T20:30:00Z", "2026-01-19T20:30:00Z", "2026-01-21T20:30:00Z"];
    let races: Vec<_> = days.iter().zip(1..).map(|(day, number)| example::race(7, number, day)).collect();
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
    let table = Table::with_drivers(&[7]).await;
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
