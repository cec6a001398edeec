use crate::{Table, at};
use domain::{
    DriverId, IngestionRun, RunId, RunStatus, SubsessionId,
    ingestion::{FailureReason, LONGEST_WINDOW, RaceFailure},
};
use store::ingestion_lock::Taken;

const DRIVER: DriverId = DriverId(7);

fn run(id: &str) -> IngestionRun {
    IngestionRun::queued(RunId(id.into()), DRIVER, None, None, LONGEST_WINDOW, at("2026-01-01T12:00:00Z"))
}

fn minute(minute: u32) -> jiff::Timestamp {
    at(&format!("2026-01-01T12:{minute:02}:00Z"))
}

#[tokio::test]
async fn a_second_run_waits_until_the_first_has_cooled_down() {
    let Table { store, _engine } = Table::start().await;
    let (first, second) = (run("1"), run("2"));
    store.begin_run(&first, minute(0), minute(15)).await.unwrap().unwrap();

    let refused = store.begin_run(&second, minute(1), minute(16)).await.unwrap().unwrap_err().unwrap();
    assert_eq!(refused.run_id, Some(first.run_id.clone()));
    assert_eq!(store.run(DRIVER, &second.run_id).await.unwrap(), None, "nothing of the refused run is written");

    assert_eq!(
        store.take_ingestion_lock(DRIVER, &first.run_id, "worker", minute(1), minute(16)).await.unwrap(),
        Taken::Held
    );
    assert!(store.cool_down(DRIVER, "worker", minute(5)).await.unwrap());
    let cooling = store.begin_run(&second, minute(4), minute(19)).await.unwrap().unwrap_err().unwrap();
    assert_eq!((cooling.run_id, cooling.locked_until), (None, minute(5)));

    store.begin_run(&second, minute(5), minute(20)).await.unwrap().unwrap();
    assert_eq!(store.run(DRIVER, &second.run_id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn of_two_deliveries_of_one_message_one_holds_the_lock() {
    let Table { store, _engine } = Table::start().await;
    let run = run("1");
    store.begin_run(&run, minute(0), minute(15)).await.unwrap().unwrap();
    assert_eq!(store.take_ingestion_lock(DRIVER, &run.run_id, "a", minute(0), minute(15)).await.unwrap(), Taken::Held);
    let Taken::Busy(Some(lock)) =
        store.take_ingestion_lock(DRIVER, &run.run_id, "b", minute(1), minute(16)).await.unwrap()
    else {
        panic!("the second delivery must wait");
    };
    assert_eq!(lock.holder.as_deref(), Some("a"));

    assert!(!store.renew_ingestion_lock(DRIVER, "b", minute(30)).await.unwrap());
    assert!(!store.cool_down(DRIVER, "b", minute(30)).await.unwrap());
    assert!(store.renew_ingestion_lock(DRIVER, "a", minute(20)).await.unwrap());

    assert!(store.hand_back_ingestion_lock(DRIVER, "a", minute(30)).await.unwrap());
    assert_eq!(store.take_ingestion_lock(DRIVER, &run.run_id, "c", minute(2), minute(17)).await.unwrap(), Taken::Held);
}

#[tokio::test]
async fn a_worker_that_lost_its_lock_can_write_no_more() {
    let Table { store, _engine } = Table::start().await;
    let mut run = run("1");
    store.begin_run(&run, minute(0), minute(15)).await.unwrap().unwrap();
    store.take_ingestion_lock(DRIVER, &run.run_id, "slow", minute(0), minute(15)).await.unwrap();
    run.status = RunStatus::Running;
    assert!(store.save_run(&run, "slow").await.unwrap());

    assert_eq!(
        store.take_ingestion_lock(DRIVER, &run.run_id, "quick", minute(16), minute(31)).await.unwrap(),
        Taken::Held
    );
    run.races_done = 99;
    assert!(!store.save_run(&run, "slow").await.unwrap());
    assert_eq!(store.run(DRIVER, &run.run_id).await.unwrap().unwrap().races_done, 0);
}

#[tokio::test]
async fn locks_of_dead_workers_go_back_to_their_runs() {
    let Table { store, _engine } = Table::start().await;
    let run = run("1");
    store.begin_run(&run, minute(0), minute(15)).await.unwrap().unwrap();
    store.take_ingestion_lock(DRIVER, &run.run_id, "killed", minute(0), minute(15)).await.unwrap();
    assert_eq!(store.release_locks_of_dead_workers().await.unwrap(), 1);
    assert_eq!(
        store.take_ingestion_lock(DRIVER, &run.run_id, "next", minute(1), minute(16)).await.unwrap(),
        Taken::Held
    );
}

#[tokio::test]
async fn a_run_whose_message_was_not_sent_does_not_block() {
    let Table { store, _engine } = Table::start().await;
    let run = run("1");
    store.begin_run(&run, minute(0), minute(15)).await.unwrap().unwrap();
    store.abandon_run(DRIVER, &run.run_id).await.unwrap();
    assert_eq!(store.ingestion_lock(DRIVER, minute(0)).await.unwrap(), None);
}

#[tokio::test]
async fn runs_list_newest_first_with_their_failures() {
    let Table { store, _engine } = Table::start().await;
    for id in ["1", "2", "3"] {
        let mut run = run(id);
        run.fail_race(failure(5));
        store.begin_run(&run, minute(0), minute(0)).await.unwrap().unwrap();
    }
    let first = store.runs(DRIVER, 2, None).await.unwrap();
    assert_eq!(first.items.iter().map(|run| run.run_id.0.as_str()).collect::<Vec<_>>(), ["3", "2"]);
    assert_eq!(first.items[0].failures, [failure(5)]);
    let second = store.runs(DRIVER, 2, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!(second.items.iter().map(|run| run.run_id.0.as_str()).collect::<Vec<_>>(), ["1"]);
}

#[tokio::test]
async fn failed_races_are_kept_until_they_are_stored() {
    let Table { store, _engine } = Table::start().await;
    store.put_failed_race(DRIVER, &failure(5)).await.unwrap();
    store.put_failed_race(DRIVER, &failure(6)).await.unwrap();
    store.put_failed_race(DRIVER, &RaceFailure { attempts: 2, ..failure(6) }).await.unwrap();
    store.delete_failed_race(DRIVER, SubsessionId(5)).await.unwrap();
    assert_eq!(store.failed_races(DRIVER).await.unwrap(), [RaceFailure { attempts: 2, ..failure(6) }]);
}

fn failure(subsession: i64) -> RaceFailure {
    RaceFailure {
        subsession_id: SubsessionId(subsession),
        start_time: minute(0),
        reason: FailureReason::NotReady,
        detail: "no result yet".into(),
        attempts: 1,
    }
}
