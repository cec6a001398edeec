use crate::world::{World, ids};
use domain::{DriverId, RunReason, RunStatus, SubsessionId, ingestion::FailureReason};
use iracing_sandbox::{CLUB_RACER, Maintenance};
use jiff::SignedDuration;

const NOW: &str = "2026-06-01T12:00:00Z";

async fn club_racer() -> (World, DriverId) {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    (world, driver)
}

/// A race somewhere in the middle of the career.
fn some_race(world: &World, driver: DriverId) -> SubsessionId {
    let truth = world.truth(driver);
    truth[truth.len() / 2].subsession_id
}

#[tokio::test]
async fn one_race_that_always_fails_does_not_stop_the_others_and_is_tried_again() {
    let (world, driver) = club_racer().await;
    let bad = some_race(&world, driver);
    world.sandbox.faults().failing_race(bad.0, 403);

    let run = world.sync(driver).await;

    assert_eq!(run.status, RunStatus::Finished);
    assert_eq!(run.races_failed, 1);
    assert_eq!((run.failures[0].subsession_id, run.failures[0].reason), (bad, FailureReason::Forbidden));
    assert_eq!(world.races(driver).await.len(), world.truth(driver).len() - 1);
    assert_eq!(world.store.failed_races(driver).await.unwrap().len(), 1);

    let again = world.sync(driver).await;
    assert_eq!((again.races_failed, again.failures[0].attempts), (1, 2));

    world.sandbox.faults().clear();
    world.clock.advance(SignedDuration::from_hours(1));
    let healed = world.sync(driver).await;
    assert_eq!((healed.races_done, healed.races_failed), (1, 0));
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
    assert_eq!(world.store.failed_races(driver).await.unwrap(), []);
}

#[tokio::test]
async fn a_race_that_keeps_failing_is_left_alone_after_five_runs() {
    let (world, driver) = club_racer().await;
    let bad = some_race(&world, driver);
    world.sandbox.faults().failing_race(bad.0, 403);
    for attempt in 1..=5 {
        let run = world.sync(driver).await;
        assert_eq!(run.failures[0].attempts, attempt);
        if attempt > 1 {
            let run = world.sync(driver).await;
            assert_eq!(run.races_failed, 0, "it is left alone for a while");
        }
        world.clock.advance(SignedDuration::from_hours(48));
    }
    let run = world.sync(driver).await;
    assert_eq!(run.races_failed, 0);
    let listed = world.store.failed_races(driver).await.unwrap();
    assert_eq!((listed[0].attempts, listed[0].next_try()), (5, None), "it stays listed");

    assert!(world.store.retry_failed_race(driver, bad).await.unwrap());
    world.sandbox.faults().clear();
    assert_eq!(world.sync(driver).await.races_done, 1, "the driver asked for it");
    assert_eq!(world.store.failed_races(driver).await.unwrap(), []);
}

#[tokio::test]
async fn laps_that_come_late_are_added_by_a_later_run() {
    let (world, driver) = club_racer().await;
    let newest = world.truth(driver)[0];
    let later = world.now() + SignedDuration::from_hours(1);
    world.sandbox.faults().late_laps(newest.subsession_id.0, later);
    // the race must be recent for its laps to be waited for
    let started = jiff::Timestamp::from_second(newest.start_second).unwrap();
    assert!(world.now().duration_since(started) < SignedDuration::from_hours(7 * 24), "the newest race is recent");

    world.sync(driver).await;
    let race = world.store.race(driver, newest).await.unwrap().unwrap();
    assert!(!race.has_laps, "the race is in the log before its laps");

    world.clock.set(later + SignedDuration::from_mins(1));
    world.sync(driver).await;
    assert!(world.store.race(driver, newest).await.unwrap().unwrap().has_laps);
    assert!(world.store.lap_chart(newest.subsession_id, 0).await.unwrap().is_some());
    assert_eq!(world.store.failed_races(driver).await.unwrap(), []);
}

#[tokio::test]
async fn a_token_refused_midway_is_renewed_and_nothing_is_lost() {
    let (world, driver) = club_racer().await;
    world.sandbox.faults().unauthorized_after(20);
    let run = world.sync(driver).await;
    assert_eq!(run.status, RunStatus::Finished);
    assert_eq!(run.races_failed, 0);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
    assert!(world.sandbox.counts().token_requests["refresh_token"] > 1);
}

#[tokio::test]
async fn a_dead_sign_in_ends_the_run_and_says_so() {
    let (world, driver) = club_racer().await;
    world.open_page(driver, "page").await;
    world.sandbox.revoke_all(driver.0);
    world.clock.advance(SignedDuration::from_secs(1));

    let run = world.sync(driver).await;

    assert_eq!((run.status, run.reason), (RunStatus::SignInRequired, Some(RunReason::SignInRequired)));
    assert!(world.pages.actions().contains(&"signInRequired".to_owned()));
    assert_eq!(world.store.driver(driver).await.unwrap().unwrap().races_ingested_to, None);

    world.sign_in(driver.0).await;
    assert_eq!(world.sync(driver).await.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn maintenance_makes_the_run_wait_and_then_go_on() {
    let (world, driver) = club_racer().await;
    world.sandbox.faults().maintenance(Some(Maintenance::On));
    let run = world.sync(driver).await;
    assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::Maintenance)));
    assert!(run.retry_at.unwrap() > world.now());

    world.sandbox.faults().clear();
    let queued = world.queued().await;
    assert_eq!(queued.len(), 1);
    world.deliver(&queued[0]).await;
    assert_eq!(world.run(driver).await.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn a_rate_limit_beyond_the_deadline_makes_the_run_wait() {
    let (world, driver) = club_racer().await;
    world.sandbox.faults().rate_limited(1, 300);
    let message = world.request(driver).await;
    world.deliver_until(&message, world.now() + SignedDuration::from_secs(60)).await;
    let run = world.run(driver).await;
    assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::RateLimited)));

    let queued = world.queued().await;
    world.deliver(&queued[0]).await;
    assert_eq!(world.run(driver).await.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn a_long_rate_limit_is_not_waited_for_and_the_run_says_when_it_goes_on() {
    let (world, driver) = club_racer().await;
    let message = world.request(driver).await;
    world.sandbox.faults().rate_limited(1, 300);
    world.deliver_until(&message, world.now() + SignedDuration::from_mins(15)).await;
    let run = world.run(driver).await;
    assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::RateLimited)));
    let wait = run.retry_at.unwrap().duration_since(world.now());
    assert!(wait > SignedDuration::from_secs(290) && wait <= SignedDuration::from_secs(300), "{wait:#}");

    let queued = world.queued().await;
    assert_eq!(queued.len(), 1);
    world.deliver(&queued[0]).await;
    assert_eq!(world.run(driver).await.status, RunStatus::Finished);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn passing_faults_of_iracing_go_unnoticed() {
    let (world, driver) = club_racer().await;
    let faults = world.sandbox.faults();
    faults.gateway_timeout(1);
    faults.expired_links(1);
    faults.cut_off_chunks(1);
    faults.unknown_fields(true);
    let run = world.sync(driver).await;
    assert_eq!((run.status, run.races_failed), (RunStatus::Finished, 0), "{:?}", run.failures);
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn an_outage_does_not_mark_every_race_as_failed() {
    let (world, driver) = club_racer().await;
    for race in world.truth(driver) {
        world.sandbox.faults().failing_race(race.subsession_id.0, 500);
    }
    let run = world.sync(driver).await;
    assert_eq!((run.status, run.reason), (RunStatus::Waiting, Some(RunReason::UpstreamError)));
    assert!(run.races_failed <= 5);

    world.sandbox.faults().clear();
    let queued = world.queued().await;
    world.deliver(&queued[0]).await;
    world.sync(driver).await;
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}
