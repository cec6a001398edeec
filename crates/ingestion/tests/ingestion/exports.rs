use crate::world::{World, message};
use domain::{
    DriverId, ExportId, Race,
    export::{Export, ExportFormat, ExportStatus, ExportedLog, ExportedSession},
};
use iracing_sandbox::SHOWCASE;
use jiff::SignedDuration;
use messaging::QueueMessage;
use serde_json::Value;

const NOW: &str = "2026-06-01T12:00:00Z";

async fn exported(world: &World, driver: DriverId, format: ExportFormat) -> Export {
    let export = Export::queued(ExportId(format.as_str().to_owned()), driver, format, world.now());
    world.store.put_export(&export).await.unwrap();
    let work =
        QueueMessage::Export { driver_id: driver, export_id: export.export_id.clone(), correlation_id: "t".into() };
    for _ in 0..2 {
        let answer = world.deliver(&message(&work)).await;
        assert_eq!(answer.batch_item_failures.len(), 0, "a message that comes twice does no harm");
    }
    world.store.export(driver, &export.export_id, world.now()).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_export_holds_the_whole_log_with_all_laps_in_every_format() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    world.sync(driver).await;
    let races = world.store.all_races(driver).await.unwrap();
    assert!(races.iter().any(|race| race.team_id.is_some()), "team races are there too");

    let json = exported(&world, driver, ExportFormat::Json).await;
    assert_eq!((json.status, json.races_done as usize), (ExportStatus::Finished, races.len()));
    let file = |export: &Export, index: usize| (export.clone(), export.files[index].clone());
    let (export, log) = file(&json, 0);
    let log: ExportedLog = serde_json::from_slice(&world.store.export_file(&export, &log).await.unwrap()).unwrap();
    assert_eq!(log.races, races);
    let mut sessions = Vec::new();
    for index in 2..json.files.len() {
        let (export, file) = file(&json, index);
        assert_eq!(file.name, format!("sessions-{}.json", index - 1));
        let bytes = world.store.export_file(&export, &file).await.unwrap();
        sessions.extend(serde_json::from_slice::<ExportedLog>(&bytes).unwrap().sessions);
    }
    assert_eq!(sessions.len(), races.len());
    for (race, ExportedSession { session, lap_charts, .. }) in races.iter().zip(sessions) {
        assert_eq!(Some(&session), world.store.session(race.subsession_id).await.unwrap().as_ref());
        assert_eq!(lap_charts.first(), world.store.lap_chart(race.subsession_id, 0).await.unwrap().as_ref());
    }
    let (export, laps) = file(&json, 1);
    let laps: Vec<Value> = serde_json::from_slice(&world.store.export_file(&export, &laps).await.unwrap()).unwrap();
    for race in races.iter().filter(|race| race.has_laps) {
        let own = laps.iter().filter(|lap| lap["driverRaceId"] == race.id().to_string() && lap["lap"] != 0);
        assert_eq!(own.count(), race.laps_complete as usize, "{}", race.id());
    }

    for format in [ExportFormat::Csv, ExportFormat::Parquet] {
        let export = exported(&world, driver, format).await;
        let names: Vec<_> = export.files.iter().map(|file| file.name.clone()).collect();
        assert_eq!(names, ["races", "journal", "laps"].map(|name| format!("{name}.{}", format.as_str())));
        let first = world.store.export_file(&export, &export.files[0]).await.unwrap();
        match format {
            ExportFormat::Csv => assert_eq!(String::from_utf8(first).unwrap().lines().count(), races.len() + 1),
            _ => assert_eq!((&first[..4], &first[first.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..])),
        }
    }
}

#[tokio::test]
async fn an_account_that_is_deleted_while_its_races_come_in_leaves_nothing_behind() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    let message = world.request(driver).await;
    let (answer, deleted) = tokio::join!(world.deliver(&message), async {
        while world.store.driver(driver).await.unwrap().is_some_and(|known| known.session_count < 3) {
            tokio::task::yield_now().await;
        }
        world.store.delete_driver(driver).await
    });
    deleted.unwrap();
    drop(answer);
    assert_eq!(world.store.driver(driver).await.unwrap(), None);
    assert_eq!(world.store.all_races(driver).await.unwrap(), []);
}

#[tokio::test]
async fn a_long_career_is_exported_with_its_progress_told() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    world.sync(driver).await;
    let some = world.store.all_races(driver).await.unwrap();
    // The same races again and again, years before.
    let long: Vec<_> = (0..1_200)
        .map(|number| {
            let race = some[number % some.len()].clone();
            Race { start_time: race.start_time - SignedDuration::from_hours(24 * 400 + number as i64), ..race }
        })
        .collect();
    world.store.insert_races(driver, &long).await.unwrap();
    world.store.change_race(&long[0], &long[0], world.now()).await.unwrap();
    let total = u32::try_from(some.len() + long.len()).unwrap();

    let export = Export::queued(ExportId("long".to_owned()), driver, ExportFormat::Json, world.now());
    world.store.put_export(&export).await.unwrap();
    let work =
        QueueMessage::Export { driver_id: driver, export_id: export.export_id.clone(), correlation_id: "t".into() };
    let message = message(&work);
    let mut seen = Vec::new();
    let look = async || world.store.export(driver, &export.export_id, world.now()).await.unwrap().unwrap();
    let (answer, ()) = tokio::join!(world.deliver(&message), async {
        loop {
            let now = look().await;
            if now.status == ExportStatus::Finished {
                break;
            }
            if now.status == ExportStatus::Running && seen.last() != Some(&now.races_done) {
                assert_eq!((now.races_total, &now.files[..]), (total, &[][..]));
                seen.push(now.races_done);
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(answer.batch_item_failures.len(), 0);
    assert!(seen.is_sorted() && seen.iter().filter(|done| (1..total).contains(done)).count() > 2, "{seen:?}");
    let export = look().await;
    assert_eq!(export.races_done, total);
    let mut sessions = 0;
    for file in export.files.iter().filter(|file| file.name.starts_with("sessions-")) {
        let bytes = world.store.export_file(&export, file).await.unwrap();
        assert!(bytes.len() < 24 << 20, "{} has {} bytes", file.name, bytes.len());
        assert!(u64::from(file.parts) * 380_000 < 4 << 20, "{} passes through a Lambda", file.name);
        sessions += serde_json::from_slice::<ExportedLog>(&bytes).unwrap().sessions.len();
    }
    assert_eq!(sessions, total as usize);
    assert!(export.files.iter().filter(|file| file.name.starts_with("sessions-")).count() > 1);
    let log = world.store.export_file(&export, &export.files[0]).await.unwrap();
    let log: ExportedLog = serde_json::from_slice(&log).unwrap();
    assert_eq!((log.races.len(), log.earlier_results.len()), (total as usize, 1));
}

#[tokio::test]
async fn files_of_an_export_whose_driver_left_meanwhile_are_deleted() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    let export = Export::queued(ExportId("1".to_owned()), driver, ExportFormat::Json, world.now());
    world.store.put_export(&export).await.unwrap();
    world.store.delete_driver(driver).await.unwrap();
    // A worker died here, with a file half written.
    let file = world.store.put_export_file(&export, "log.json", b"{}").await.unwrap();
    let message = message(&QueueMessage::Export {
        driver_id: driver,
        export_id: export.export_id.clone(),
        correlation_id: "t".into(),
    });
    assert_eq!(world.deliver(&message).await.batch_item_failures.len(), 0);
    assert!(world.store.export_file(&export, &file).await.is_err(), "it is gone");
}

#[tokio::test]
async fn the_worker_finishes_a_deletion_whose_request_died() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    world.sync(driver).await;
    world.store.begin_departure(driver).await.unwrap();
    let message = message(&QueueMessage::Depart { driver_id: driver, correlation_id: "t".into() });
    assert_eq!(world.deliver(&message).await.batch_item_failures.len(), 0);
    assert_eq!(world.store.driver(driver).await.unwrap(), None);
    assert_eq!(world.store.all_races(driver).await.unwrap(), []);

    // Once they are back, a message that comes twice does no harm.
    world.sign_in(SHOWCASE).await;
    world.deliver(&message).await;
    assert!(world.store.driver(driver).await.unwrap().is_some());
}

#[tokio::test]
async fn a_run_fetches_the_sessions_of_races_that_came_without() {
    let world = World::start(NOW, &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    world.sync(driver).await;
    let races = world.store.all_races(driver).await.unwrap();
    let there = World::start(NOW, &[SHOWCASE]).await;
    there.sign_in(SHOWCASE).await;
    let without: Vec<_> = races.iter().step_by(2).cloned().collect();
    there.store.insert_races(driver, &without).await.unwrap();

    let run = there.sync(driver).await;

    assert_eq!((run.races_failed, run.races_known as usize), (0, without.len()));
    assert_eq!(run.races_found, run.races_done + run.races_known);
    assert_eq!(there.store.all_races(driver).await.unwrap(), races);
    for race in races {
        assert!(there.store.session(race.subsession_id).await.unwrap().is_some(), "{}", race.id());
        assert_eq!(there.store.lap_chart(race.subsession_id, 0).await.unwrap().is_some(), race.has_laps);
    }
    let requests = there.sandbox.counts().data_requests;
    there.sync(driver).await;
    assert!(there.sandbox.counts().data_requests < requests + 10, "what is complete costs nothing");
}
