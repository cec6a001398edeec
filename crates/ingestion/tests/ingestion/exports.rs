use crate::world::{World, message};
use domain::{
    DriverId, ExportId,
    export::{Export, ExportFormat, ExportStatus, ExportedLog},
};
use iracing_sandbox::SHOWCASE;
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
