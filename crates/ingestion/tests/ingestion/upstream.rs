use crate::world::{World, ids};
use domain::{RunReason, RunStatus};
use iracing_sandbox::{CLUB_RACER, Maintenance, SHOWCASE};
use jiff::{SignedDuration, Timestamp};
use store::upstream::SeenBudget;

const NOW: &str = "2026-06-01T12:00:00Z";

#[tokio::test]
async fn when_iracing_is_in_maintenance_one_run_finds_out_for_all() {
    let world = World::start(NOW, &[CLUB_RACER, SHOWCASE]).await;
    let (first, second) = (world.sign_in(CLUB_RACER).await, world.sign_in(SHOWCASE).await);
    let (ours, theirs) = (world.request(first).await, world.request(second).await);
    world.sandbox.faults().maintenance(Some(Maintenance::Requests(2)));
    world.deliver(&ours).await;
    assert_eq!(world.run(first).await.reason, Some(RunReason::Maintenance));

    let asked = world.sandbox.counts().data_requests;
    world.deliver(&theirs).await;
    let run = world.run(second).await;
    assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::Maintenance)));
    assert_eq!(run.retry_at, world.run(first).await.retry_at);
    assert_eq!(world.sandbox.counts().data_requests, asked, "it did not ask iRacing");

    for waiting in world.queued().await {
        world.deliver(&waiting).await;
    }
    assert_eq!(ids(&world.races(second).await), world.truth(second));
}

#[tokio::test]
async fn the_fleet_keeps_to_its_ceiling_and_what_is_beyond_it_waits_for_the_next_minute() {
    let world = World::with_settings(NOW, &[CLUB_RACER], &[("IRACING_REQUESTS_PER_MINUTE", "60")]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    let mut message = world.request(driver).await;
    let mut minutes = 0;
    while !world.run(driver).await.status.is_over() {
        minutes += 1;
        assert!(minutes < 20, "it never ends");
        let before = world.sandbox.counts().data_requests;
        world.deliver(&message).await;
        assert!(world.sandbox.counts().data_requests - before <= 60);
        let run = world.run(driver).await;
        if !run.status.is_over() {
            assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::RateLimited)));
            let wait = run.retry_at.unwrap().duration_since(world.now());
            assert!(wait <= SignedDuration::from_secs(60), "{wait}");
        }
        if let Some(next) = world.queued().await.pop() {
            message = next;
        }
    }
    assert!(minutes > 1);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn a_process_keeps_to_the_budget_that_another_one_was_told_of() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    let reset = Timestamp::from_second(world.now().as_second() + 300).unwrap();
    world.store.put_seen_budget(driver, SeenBudget { limit: 240, remaining: 3, reset }).await.unwrap();
    let message = world.request(driver).await;
    world.deliver_until(&message, world.now() + SignedDuration::from_mins(1)).await;
    let run = world.run(driver).await;
    assert_eq!((run.status, run.reason, run.retry_at), (RunStatus::Waiting, Some(RunReason::RateLimited), Some(reset)));
    assert_eq!(world.sandbox.counts().data_requests, 0, "the rest is the driver's own");
}
