use crate::{Table, at};
use domain::{
    DriverId, IngestionRun, RunId, RunReason, RunStatus, SubsessionId,
    ingestion::{FailureReason, LONGEST_WINDOW, RaceFailure},
};
use store::ingestion_lock::{Requested, Taken};

const DRIVER: DriverId = DriverId(7);

fn run(id: &str) -> IngestionRun {
    IngestionRun::queued(RunId(id.into()), DRIVER, None, None, LONGEST_WINDOW, at("2026-01-01T12:00:00Z"))
}

fn minute(minute: u32) -> jiff::Timestamp {
    at(&format!("2026-01-01T12:{minute:02}:00Z"))
}

#[tokio::test]
async fn a_second_run_waits_until_the_first_has_cooled_down() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let (first, second) = (run("1"), run("2"));
    store.begin_run(&first, None, minute(0), minute(15)).await.unwrap().unwrap();

    let refused = store.begin_run(&second, None, minute(1), minute(16)).await.unwrap().unwrap_err().unwrap();
    assert_eq!(refused.run_id, Some(first.run_id.clone()));
    assert_eq!(store.run(DRIVER, &second.run_id).await.unwrap(), None, "nothing of the refused run is written");

    assert_eq!(
        store.take_ingestion_lock(DRIVER, &first.run_id, "worker", minute(1), minute(16)).await.unwrap(),
        Taken::Held
    );
    assert!(store.cool_down(DRIVER, "worker", minute(5)).await.unwrap());
    let cooling = store.begin_run(&second, None, minute(4), minute(19)).await.unwrap().unwrap_err().unwrap();
    assert_eq!((cooling.run_id, cooling.locked_until), (None, minute(5)));

    store.begin_run(&second, None, minute(5), minute(20)).await.unwrap().unwrap();
    assert_eq!(store.run(DRIVER, &second.run_id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn of_two_deliveries_of_one_message_one_holds_the_lock() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let run = run("1");
    store.begin_run(&run, None, minute(0), minute(15)).await.unwrap().unwrap();
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

    assert!(store.hand_back_ingestion_lock(DRIVER, "a", minute(2), minute(30)).await.unwrap());
    assert_eq!(store.take_ingestion_lock(DRIVER, &run.run_id, "c", minute(2), minute(17)).await.unwrap(), Taken::Held);
}

#[tokio::test]
async fn a_worker_that_lost_its_lock_can_write_no_more() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let mut run = run("1");
    store.begin_run(&run, None, minute(0), minute(15)).await.unwrap().unwrap();
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
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let run = run("1");
    store.begin_run(&run, None, minute(0), minute(15)).await.unwrap().unwrap();
    store.take_ingestion_lock(DRIVER, &run.run_id, "killed", minute(0), minute(15)).await.unwrap();
    assert_eq!(store.release_locks_of_dead_workers().await.unwrap(), [(DRIVER, run.run_id.clone())]);
    assert_eq!(
        store.take_ingestion_lock(DRIVER, &run.run_id, "next", minute(1), minute(16)).await.unwrap(),
        Taken::Held
    );
}

#[tokio::test]
async fn a_run_whose_message_was_not_sent_does_not_block() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let run = run("1");
    store.begin_run(&run, None, minute(0), minute(15)).await.unwrap().unwrap();
    store.abandon_run(DRIVER, &run.run_id, minute(1)).await.unwrap();
    assert_eq!(store.ingestion_lock(DRIVER, minute(1)).await.unwrap(), None);
    let ended = store.run(DRIVER, &run.run_id).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.reason), (RunStatus::Failed, Some(RunReason::Internal)));
    assert_eq!(ended.finished_at, Some(minute(1)));
    let late = store.take_ingestion_lock(DRIVER, &run.run_id, "late", minute(2), minute(17)).await.unwrap();
    assert_eq!(late, Taken::Busy(None), "a run that is over stays so");
}

#[tokio::test]
async fn a_request_revives_a_run_whose_message_was_lost_and_joins_one_at_work() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let (first, second) = (run("1"), run("2"));
    assert_eq!(store.request_run(&first, minute(0), minute(15)).await.unwrap(), Requested::Begun);
    let joined = async |at: u32| match store.request_run(&second, minute(at), minute(at + 15)).await.unwrap() {
        Requested::Joined { run, message_lost, .. } => (run.unwrap().run_id, message_lost),
        other => panic!("{other:?}"),
    };
    assert_eq!(joined(0).await, (first.run_id.clone(), false), "its message may still be on its way");
    assert_eq!(joined(2).await, (first.run_id.clone(), true));
    assert_eq!(joined(2).await, (first.run_id.clone(), false), "once is enough");
    store.take_ingestion_lock(DRIVER, &first.run_id, "worker", minute(3), minute(18)).await.unwrap();
    assert_eq!(joined(10).await, (first.run_id.clone(), false), "somebody is at it");
    store.hand_back_ingestion_lock(DRIVER, "worker", minute(14), minute(29)).await.unwrap();
    assert_eq!(joined(14).await, (first.run_id.clone(), false), "it waits until then");
    assert_eq!(joined(16).await, (first.run_id.clone(), true));
}

#[tokio::test]
async fn a_run_that_died_is_marked_by_the_next_one_and_its_worker_can_write_no_more() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let (mut first, second) = (run("1"), run("2"));
    store.request_run(&first, minute(0), minute(15)).await.unwrap();
    store.take_ingestion_lock(DRIVER, &first.run_id, "stalled", minute(0), minute(15)).await.unwrap();
    assert_eq!(store.request_run(&second, minute(15), minute(30)).await.unwrap(), Requested::Begun);

    let dead = store.run(DRIVER, &first.run_id).await.unwrap().unwrap();
    assert_eq!((dead.status, dead.reason), (RunStatus::Failed, Some(RunReason::Interrupted)));
    first.status = RunStatus::Running;
    assert!(!store.save_run(&first, "stalled").await.unwrap());
    assert!(!store.cool_down(DRIVER, "stalled", minute(20)).await.unwrap());
    assert_eq!(store.run(DRIVER, &second.run_id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn runs_list_newest_first_with_their_failures() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    for id in ["1", "2", "3"] {
        let mut run = run(id);
        run.fail_race(failure(5));
        store.begin_run(&run, None, minute(0), minute(0)).await.unwrap().unwrap();
    }
    let first = store.runs(DRIVER, 2, None).await.unwrap();
    assert_eq!(first.items.iter().map(|run| run.run_id.0.as_str()).collect::<Vec<_>>(), ["3", "2"]);
    assert_eq!(first.items[0].failures, [failure(5)]);
    let second = store.runs(DRIVER, 2, first.next_cursor.as_deref()).await.unwrap();
    assert_eq!(second.items.iter().map(|run| run.run_id.0.as_str()).collect::<Vec<_>>(), ["1"]);
}

#[tokio::test]
async fn failed_races_are_kept_until_they_are_stored() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    store.put_failed_race(DRIVER, &failure(5)).await.unwrap();
    store.put_failed_race(DRIVER, &failure(6)).await.unwrap();
    store.put_failed_race(DRIVER, &RaceFailure { attempts: 2, ..failure(6) }).await.unwrap();
    store.delete_failed_race(DRIVER, SubsessionId(5)).await.unwrap();
    assert_eq!(store.failed_races(DRIVER).await.unwrap(), [RaceFailure { attempts: 2, ..failure(6) }]);
}

fn failure(subsession: i64) -> RaceFailure {
    RaceFailure {
        tried_at: minute(3),
        subsession_id: SubsessionId(subsession),
        start_time: minute(0),
        reason: FailureReason::NotReady,
        detail: "no result yet".into(),
        attempts: 1,
    }
}
