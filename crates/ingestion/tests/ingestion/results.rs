use crate::world::{World, ids};
use domain::{DriverId, DriverRaceId};
use iracing_sandbox::CLUB_RACER;
use jiff::{SignedDuration, Timestamp};
use store::{race_events::RaceEvents, session::SessionSource};

/// A few days after a race of the club racer's.
async fn shortly_after_a_race() -> (World, DriverId, DriverRaceId) {
    let world = World::start("2026-06-01T12:00:00Z", &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    let newest = world.truth(driver)[0];
    let started = Timestamp::from_second(newest.start_second).unwrap();
    world.clock.set((started + SignedDuration::from_hours(60)).max(world.now()));
    assert!(world.now().duration_since(started) < SignedDuration::from_hours(12 * 24), "a recent race");
    (world, driver, newest)
}

#[tokio::test]
async fn a_result_that_changes_updates_the_race_and_keeps_what_it_was() {
    let (world, driver, newest) = shortly_after_a_race().await;
    world.sync(driver).await;
    let before = world.store.race(driver, newest).await.unwrap().unwrap();
    let session_before = world.store.session(newest.subsession_id).await.unwrap().unwrap();
    let log = RaceEvents { events: Vec::new(), fetched_at: Some(world.now()), tried_at: world.now() };
    world.store.put_race_events(SessionSource::Iracing, newest.subsession_id, 0, &log).await.unwrap();

    world.sandbox.faults().changed_results(newest.subsession_id.0, world.now());
    world.clock.advance(SignedDuration::from_hours(24));
    world.open_page(driver, "page").await;
    let run = world.sync(driver).await;

    assert_eq!(run.races_failed, 0);
    let after = world.store.race(driver, newest).await.unwrap().unwrap();
    let session = world.store.session(newest.subsession_id).await.unwrap().unwrap();
    assert_ne!(session.entrants, session_before.entrants, "the winner was put last");
    assert_eq!(session.info.lap_charts, session_before.info.lap_charts, "its laps stay");
    let events = world.store.race_events(SessionSource::Iracing, newest.subsession_id, 0).await.unwrap();
    assert_eq!(events, None, "the event log may tell of the penalty now");
    let earlier = world.store.earlier_results(driver, newest).await.unwrap();
    if after == before {
        assert_eq!(earlier, []);
    } else {
        assert_eq!(earlier.into_iter().map(|(_, race)| race).collect::<Vec<_>>(), [before]);
        assert!(world.pages.actions().contains(&"racesReady".to_owned()));
    }
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
}

#[tokio::test]
async fn results_that_have_not_changed_write_nothing_and_are_asked_for_once_a_day() {
    let (world, driver, newest) = shortly_after_a_race().await;
    world.sync(driver).await;
    world.clock.advance(SignedDuration::from_hours(24));
    let since = world.now() - SignedDuration::from_hours(14 * 24);
    let recent = world.truth(driver).into_iter().filter(|race| race.start_second >= since.as_second()).count() as u64;
    assert!(recent > 0);
    let asked = |world: &World| world.sandbox.counts().data_requests_by_endpoint["results/get"];

    let (before, stored) = (asked(&world), world.store.session(newest.subsession_id).await.unwrap());
    world.sync(driver).await;
    assert_eq!(asked(&world) - before, recent, "one request for each race of two weeks");
    assert_eq!(world.store.session(newest.subsession_id).await.unwrap(), stored);
    assert_eq!(world.store.earlier_results(driver, newest).await.unwrap(), []);

    let (before, written) = (asked(&world), world.store.consumed_units().write);
    world.sync(driver).await;
    assert_eq!(asked(&world), before, "not twice a day");
    let quiet = world.store.consumed_units().write - written;

    world.clock.advance(SignedDuration::from_hours(24));
    let written = world.store.consumed_units().write;
    world.sync(driver).await;
    let checked = world.store.consumed_units().write - written;
    assert!(checked <= quiet + 3.0, "a look costs the note of when it was: {checked} and {quiet}");
}

#[tokio::test]
async fn a_race_that_iracing_lists_days_late_is_found() {
    let (world, driver, newest) = shortly_after_a_race().await;
    world.sandbox.faults().late_results(newest.subsession_id.0, world.now() + SignedDuration::from_hours(70));
    for _ in 0..4 {
        world.sync(driver).await;
        world.clock.advance(SignedDuration::from_hours(24));
    }
    assert_eq!(ids(&world.races(driver).await), world.truth(driver));
    assert!(world.store.race(driver, newest).await.unwrap().is_some());
}

#[tokio::test]
async fn a_deleted_race_stays_so_however_often_iracing_lists_it() {
    let (world, driver, newest) = shortly_after_a_race().await;
    world.sync(driver).await;
    let all = world.truth(driver);
    assert_eq!(world.store.delete_races(driver, &[newest]).await.unwrap(), 1);

    // At once, and with the daily look at two weeks.
    for wait in [SignedDuration::ZERO, SignedDuration::from_hours(24)] {
        world.clock.advance(wait);
        let run = world.sync(driver).await;
        assert_eq!((run.races_done, run.races_failed), (0, 0), "{wait:#}");
    }
    assert_eq!(ids(&world.races(driver).await), all[1..]);
}

#[tokio::test]
async fn a_race_that_is_deleted_while_its_laps_are_awaited_stays_deleted() {
    let (world, driver, newest) = shortly_after_a_race().await;
    world.sandbox.faults().late_laps(newest.subsession_id.0, world.now() + SignedDuration::from_hours(1));
    world.sync(driver).await;
    let awaited = world.store.failed_races(driver).await.unwrap();
    assert_eq!(awaited[0].subsession_id, newest.subsession_id);

    world.store.delete_races(driver, &[newest]).await.unwrap();
    // As a worker notes it that was at the race just then.
    world.store.put_failed_race(driver, &awaited[0]).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(2));
    world.sync(driver).await;

    assert_eq!(world.store.race(driver, newest).await.unwrap(), None);
}
