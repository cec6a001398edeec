//! Drivers who import at the same time, under iRacing's own limits, by one worker.

use std::time::Duration;

use domain::{DriverId, RunStatus};
use iracing_sandbox::{Careers, Content, DemoDriver, RaceKind};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::processes::Role;
use crate::world::World;

const FIRST_ID: i64 = 3_000_001;
/// Requests a minute that iRacing allows a member.
const ALLOWED: u32 = 240;
/// What the worker may have at most.
const MOST_MEMORY: u64 = 128 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_drivers_import_at_once() {
    import_at_once(3, 3, 15).await;
}

/// Only here do drivers wait for iRacing's limit, so that the worker has to part its time between them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, most of which iRacing's limit makes it wait: `make scale`"]
async fn twenty_drivers_with_five_hundred_races_each_import_at_once() {
    let imported = import_at_once(20, 37, 500).await;
    assert!(imported.slowest_at_the_first_end * 2 >= imported.fewest, "shares are not fair: {imported:?}");
}

#[derive(Debug)]
struct Imported {
    /// Races of the driver who has fewest.
    fewest: u64,
    /// Races that the slowest driver had when the first was done.
    slowest_at_the_first_end: u64,
}

async fn import_at_once(drivers: i64, months: i64, races_each: u64) -> Imported {
    let mut careers = Careers::new(1).only(&[]);
    let today = runtime::Clock::system().now().to_zoned(TimeZone::UTC).date();
    let since = today.checked_sub(months.months()).unwrap();
    let drivers = FIRST_ID..FIRST_ID + drivers;
    let regular = |id| DemoDriver::regular(id, "Example", since, 107.0, 1_800.0);
    careers.drivers = drivers.clone().map(regular).collect();
    let world = World::start(Content::Generated(careers), ALLOWED).await;
    for driver in drivers.clone() {
        world.ask_for_an_import(driver).await;
    }
    let worker = world.process(Role::Worker).await;

    let started = world.clock.now();
    let mut slowest_at_the_first_end = None;
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut runs = Vec::new();
        for driver in drivers.clone() {
            runs.push(world.run(driver).await);
        }
        let over = runs.iter().filter(|run| run.status.is_over()).count();
        if over > 0 && slowest_at_the_first_end.is_none() {
            slowest_at_the_first_end = runs.iter().map(|run| run.races_done).min();
        }
        if over == runs.len() {
            break;
        }
    }
    let took = world.clock.now().duration_since(started);
    let peak = worker.peak().await;

    let mut races = Vec::new();
    for driver in drivers {
        let run = world.run(driver).await;
        assert_eq!((run.status, run.races_failed), (RunStatus::Finished, 0), "{driver}");
        let stored = world.store.driver(DriverId(driver)).await.unwrap().unwrap().session_count;
        let shown = world.sandbox.truth(driver).into_iter();
        let shown = shown.filter(|race| race.kind != RaceKind::PracticeOnly && race.available_at <= started).count();
        assert!(stored >= shown as u64, "{driver}: {stored} of {shown}");
        races.push(stored);
    }
    let fewest = *races.iter().min().unwrap();
    let slowest = u64::from(slowest_at_the_first_end.unwrap_or_default());
    let refused = world.sandbox.counts().rate_limited;
    println!(
        "{} drivers, {fewest} to {} races each, {took:#}, worker's peak {} MiB, refused by the rate limit: {refused}; \
         when the first was done, the last had {slowest}",
        races.len(),
        races.iter().max().unwrap(),
        peak >> 20,
    );
    assert!(fewest >= races_each, "{fewest}");
    assert_eq!(refused, 0);
    assert!(peak < MOST_MEMORY, "{peak}");
    Imported { fewest, slowest_at_the_first_end: slowest }
}
