use crate::world::{World, ids, message};
use domain::{ConnectionId, DriverId, RunId, RunStatus};
use iracing_sandbox::CLUB_RACER;
use jiff::SignedDuration;
use messaging::QueueMessage;

const NOW: &str = "2026-06-01T12:00:00Z";

async fn club_racer() -> (World, DriverId) {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    (world, driver)
}

#[tokio::test]
async fn a_run_goes_on_over_as_many_deliveries_as_it_takes() {
    let (world, driver) = club_racer().await;
    let mut message = world.request(driver).await;
    let mut deliveries = 0;
    let mut done = 0;
    while !world.run(driver).await.status.is_over() {
        deliveries += 1;
        assert!(deliveries < 200, "it never ends");
        // The clock moves with each request; ten seconds are the worker's margin.
        world.deliver_until(&message, world.now() + SignedDuration::from_millis(10_400)).await;
        let run = world.run(driver).await;
        assert!(run.races_done >= done, "progress never goes backwards");
        done = run.races_done;
        if let Some(next) = world.queued().await.pop() {
            message = next;
        }
    }
    assert!(deliveries > 3, "{deliveries}");
    let run = world.run(driver).await;
    assert_eq!(run.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
    assert_eq!((run.races_done, run.races_known), (u32::try_from(world.truth(driver).len()).unwrap(), 0));
    assert_eq!(
        world.sandbox.counts().data_requests_by_endpoint["results/get"],
        u64::from(run.races_done),
        "nothing twice"
    );
}

#[tokio::test]
async fn two_deliveries_of_one_message_at_once_do_the_work_once() {
    let (world, driver) = club_racer().await;
    let message = world.request(driver).await;
    let (first, second) = tokio::join!(world.deliver(&message), world.deliver(&message));
    assert!(first.batch_item_failures.is_empty() && second.batch_item_failures.is_empty());
    let truth = world.truth(driver);
    assert_eq!(ids(&world.races(driver).await), truth);
    assert_eq!(world.sandbox.counts().data_requests_by_endpoint["results/get"], truth.len() as u64);

    // The second one queued itself in case the first had died; it finds the run over.
    for late in world.queued().await {
        world.deliver(&late).await;
    }
    assert_eq!(world.store.driver(driver).await.unwrap().unwrap().session_count, truth.len() as u64);
}

#[tokio::test]
async fn a_worker_killed_midway_loses_and_doubles_nothing() {
    let (world, driver) = club_racer().await;
    let message = world.request(driver).await;
    for kill_after in [3, 17, 40, 71] {
        let seen = world.sandbox.counts().data_requests;
        let killed = async {
            while world.sandbox.counts().data_requests < seen + kill_after {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = world.deliver(&message) => {}
            () = killed => {}
        }
        world.store.release_locks_of_dead_workers().await.unwrap();
    }
    world.deliver(&message).await;

    let run = world.run(driver).await;
    let truth = world.truth(driver);
    assert_eq!(run.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), truth);
    assert_eq!(world.store.driver(driver).await.unwrap().unwrap().session_count, truth.len() as u64);
    assert_eq!(run.races_done + run.races_known, u32::try_from(truth.len()).unwrap());
    assert_eq!(run.races_found, run.races_done + run.races_known);
}

#[tokio::test]
async fn a_push_that_fails_never_fails_the_ingestion() {
    let (world, driver) = club_racer().await;
    world.open_page(driver, "page").await;
    *world.pages.failing.lock().unwrap() = true;
    assert_eq!(world.sync(driver).await.status, RunStatus::Finished);
}

#[tokio::test]
async fn all_pages_are_told_and_those_that_are_gone_are_forgotten() {
    let (world, driver) = club_racer().await;
    for page in ["phone", "desk", "closed"] {
        world.open_page(driver, page).await;
    }
    world.pages.gone.lock().unwrap().insert("closed".into());
    world.sync(driver).await;

    let received = world.pages.received.lock().unwrap().clone();
    let told = |page: &str| received.iter().filter(|(id, _)| id == page).count();
    assert!(told("phone") > 0);
    assert_eq!(told("phone"), told("desk"));
    let left = world.store.connections_of(driver, world.now()).await.unwrap();
    assert_eq!(left.len(), 2);
}

#[tokio::test]
async fn messages_that_cannot_be_read_come_back_and_unknown_runs_do_not() {
    let (world, driver) = club_racer().await;
    let mut nonsense = message(&QueueMessage::Ingest {
        driver_id: driver,
        run_id: RunId("none".into()),
        correlation_id: String::new(),
    });
    assert!(
        world.deliver(&nonsense).await.batch_item_failures.is_empty(),
        "a run that does not exist is nobody's work"
    );

    nonsense.body = Some("{\"kind\":\"unheard-of\"}".into());
    let answer = world.deliver(&nonsense).await;
    assert_eq!(answer.batch_item_failures[0].item_identifier, "message");
}

#[tokio::test]
async fn a_connection_on_which_nobody_signed_in_is_closed_and_another_is_not() {
    let (world, driver) = club_racer().await;
    world.store.put_connection(&ConnectionId("nobody".into()), world.now()).await.unwrap();
    world.open_page(driver, "somebody").await;
    for connection in ["nobody", "somebody", "long gone"] {
        let close = QueueMessage::CloseUnauthenticated {
            connection_id: ConnectionId(connection.into()),
            correlation_id: String::new(),
        };
        assert!(world.deliver(&message(&close)).await.batch_item_failures.is_empty());
    }
    assert_eq!(*world.pages.gone.lock().unwrap(), std::collections::HashSet::from(["nobody".to_owned()]));
    assert_eq!(world.store.connection(&ConnectionId("nobody".into()), world.now()).await.unwrap(), None);
    assert!(world.store.connection(&ConnectionId("somebody".into()), world.now()).await.unwrap().is_some());
}
