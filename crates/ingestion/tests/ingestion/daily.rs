use crate::world::{World, ids, message};
use aws_lambda_events::sqs::SqsMessage;
use domain::{DriverId, RunStatus};
use iracing_sandbox::{CLUB_RACER, SHOWCASE};
use jiff::SignedDuration;
use messaging::QueueMessage;

const NOW: &str = "2026-06-01T12:00:00Z";

fn daily_sync() -> SqsMessage {
    message(&QueueMessage::DailySync { after: None, correlation_id: "daily".into() })
}

/// Delivers all that the queue holds, until nothing more comes.
async fn let_the_queue_run(world: &World) {
    loop {
        let waiting = world.queued().await;
        if waiting.is_empty() {
            return;
        }
        for message in waiting {
            assert!(world.deliver(&message).await.batch_item_failures.is_empty());
        }
    }
}

#[tokio::test]
async fn drivers_who_want_it_are_brought_up_to_date_once_a_day_and_others_are_not() {
    let world = World::start(NOW, &[CLUB_RACER, SHOWCASE]).await;
    let (wants, declines) = (world.sign_in(CLUB_RACER).await, world.sign_in(SHOWCASE).await);
    assert!(world.store.set_daily_sync(wants, true).await.unwrap());
    world.store.set_daily_sync(declines, true).await.unwrap();
    world.store.set_daily_sync(declines, false).await.unwrap();

    world.deliver(&daily_sync()).await;
    let_the_queue_run(&world).await;

    assert_eq!(ids(&world.races(wants).await), world.truth(wants));
    assert_eq!(world.races(declines).await, []);
    assert!(!world.store.set_daily_sync(DriverId(1), true).await.unwrap(), "nobody who never signed in");
}

#[tokio::test]
async fn the_token_chain_is_kept_alive_for_weeks_without_a_visit() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.store.set_daily_sync(driver, true).await.unwrap();
    // A refresh token of iRacing's lives for a week.
    for _ in 0..20 {
        world.clock.advance(SignedDuration::from_hours(24));
        world.deliver(&daily_sync()).await;
        let_the_queue_run(&world).await;
        assert_eq!(world.run(driver).await.status, RunStatus::Finished);
    }
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn a_dead_chain_is_told_once_and_iracing_is_not_asked_any_more() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.store.set_daily_sync(driver, true).await.unwrap();
    world.open_page(driver, "page").await;
    world.sandbox.revoke_all(driver.0);

    let mut calls = Vec::new();
    for _ in 0..3 {
        world.clock.advance(SignedDuration::from_hours(24));
        world.deliver(&daily_sync()).await;
        let_the_queue_run(&world).await;
        let counts = world.sandbox.counts();
        calls.push((counts.data_requests, counts.unauthorized, counts.token_requests));
    }
    assert_eq!(calls[0], calls[1], "no further calls");
    assert_eq!(calls[1], calls[2]);
    let runs = world.store.runs(driver, 10, None).await.unwrap().items;
    assert_eq!(runs.iter().map(|run| run.status).collect::<Vec<_>>(), [RunStatus::SignInRequired], "one notice");
    let notices = world.pages.actions().into_iter().filter(|action| action == "signInRequired").count();
    assert!(notices <= 1, "{notices}");

    world.sign_in(CLUB_RACER).await;
    world.deliver(&daily_sync()).await;
    let_the_queue_run(&world).await;
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn many_drivers_are_spread_over_time_in_pages() {
    let world = World::start(NOW, &[]).await;
    for driver in 1..=130 {
        world.store.record_login(DriverId(driver), "Example", None, world.now()).await.unwrap();
        world.store.set_daily_sync(DriverId(driver), true).await.unwrap();
    }
    world.deliver(&daily_sync()).await;
    let depth = world.engines.sqs.depth("race-ingestion").unwrap();
    assert_eq!((depth.visible, depth.delayed), (1, 100), "99 and the next page come later");
    let mut drivers = std::collections::BTreeSet::new();
    for _ in 0..40 {
        for waiting in world.queued().await {
            match serde_json::from_str(waiting.body.as_deref().unwrap()).unwrap() {
                QueueMessage::Sync { driver_id, .. } => assert!(drivers.insert(driver_id), "twice"),
                _ => assert!(world.deliver(&waiting).await.batch_item_failures.is_empty()),
            }
        }
    }
    assert_eq!(drivers.len(), 130);
}
