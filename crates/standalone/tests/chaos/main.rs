//! Everything that can go wrong, at random, and at the end the promises of ARCHITECTURE.md.
//!
//! `make chaos SEEDS=100` plays a hundred seeds; `CHAOS_SEED=17 cargo test --package standalone --test chaos` plays that
//! one. The same seed plans the same faults at the same requests.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test, and the seeds are told"
)]

mod browser;
mod promises;
mod proxy;
mod schedule;
mod world;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::http::{Method, StatusCode};
use domain::{DriverId, DriverRaceId, Race, RunStatus, SubsessionId};
use futures::FutureExt;
use iracing_sandbox::RaceKind;
use jiff::SignedDuration;
use runtime::Environment;

use crate::schedule::{Schedule, WORK_AT_MOST};
use crate::world::{DRIVERS, Stage, World};

/// Seeds of the run that is part of `make test`; each takes some seconds, many of them waiting for repetitions.
const SHORT_RUN: u64 = 2;

/// Days within which everything comes right after the faults.
const ROUNDS: u32 = 6;

/// Seeds played side by side: while one waits others go on.
const SIDE_BY_SIDE: usize = 6;

#[test]
fn the_promises_hold_whatever_goes_wrong() {
    let environment = Environment::process();
    let seeds = match environment.optional::<u64>("CHAOS_SEED").unwrap() {
        Some(seed) => vec![seed],
        None => (1..=environment.or("CHAOS_SEEDS", SHORT_RUN).unwrap()).collect(),
    };
    let without_laps = on_a_stage(races_without_laps());
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE.min(seeds.len()) {
            // The futures of all processes are one here, which is more than a test's thread has room for.
            let player = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, || {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    let promises = on_a_stage(play_seed(&without_laps, seed));
                    let kept =
                        if promises.is_empty() { "all promises kept".into() } else { promises.join("\n         ") };
                    println!("seed {seed} ({} s): {kept}", began.elapsed().as_secs());
                    broken.lock().unwrap().extend(promises);
                }
            });
            player.unwrap();
        }
    });
    let broken = broken.into_inner().unwrap();
    println!("{} seeds, {} broken promises", seeds.len(), broken.len());
    assert!(broken.is_empty(), "play one seed again with CHAOS_SEED");
}

fn on_a_stage<T>(play: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(Box::pin(play))
}

/// Races that have no laps at iRacing.
async fn races_without_laps() -> BTreeSet<SubsessionId> {
    let stage = Stage::set().await;
    let mut without_laps = BTreeSet::new();
    for driver in DRIVERS {
        let races = Box::pin(imported_anew(&stage, driver)).await;
        assert!(!races.is_empty(), "{driver} has races");
        without_laps.extend(races.iter().filter(|race| !race.has_laps).map(|race| race.subsession_id));
    }
    without_laps
}

/// Plays a seed on a stage of its own, as iRacing forgets nothing. A panic is a broken promise as well.
async fn play_seed(without_laps: &BTreeSet<SubsessionId>, seed: u64) -> Vec<String> {
    let stage = Stage::set().await;
    let played = AssertUnwindSafe(play(&stage, without_laps, seed)).catch_unwind().await;
    played.unwrap_or_else(|_| vec!["it panicked".to_owned()])
}

/// Plays a seed; answers the broken promises.
async fn play(stage: &Stage, without_laps: &BTreeSet<SubsessionId>, seed: u64) -> Vec<String> {
    let world = World::start(stage).await;
    let mut schedule = Schedule::new(seed);
    schedule.play(&world).await;
    for proxy in &world.proxies {
        proxy.plan([]);
    }
    recover(&world, &schedule).await;
    for driver in DRIVERS {
        check(&world, &schedule, without_laps, driver).await;
    }
    let mut broken = world.watch.all_broken();
    if !broken.is_empty() {
        broken.push(format!("after: {}", schedule.story().join(", ")));
    }
    broken
}

/// The faults are over: within some days, with a request or a daily sync now and then, everything comes right.
async fn recover(world: &World<'_>, schedule: &Schedule) {
    schedule.end_faults(world);
    let day = SignedDuration::from_hours(24);
    for round in 0..ROUNDS {
        for driver in DRIVERS {
            world.open_page(driver).await;
            let run = world.store.runs(DriverId(driver), 1, None).await.unwrap().items.pop();
            if run.is_some_and(|run| run.status == RunStatus::SignInRequired) {
                if !schedule.may_need_sign_in() {
                    world.watch.broken(format!("{driver}: has to sign in at iRacing again, without reason"));
                }
                world.sign_in(driver).await;
            }
            let answer = world.ask(driver, Method::POST, "/ingestion/race", None).await;
            match answer {
                Some((StatusCode::ACCEPTED | StatusCode::TOO_MANY_REQUESTS, _)) => {}
                Some((StatusCode::CONFLICT, _)) if schedule.may_need_sign_in() => world.sign_in(driver).await,
                other => world.watch.broken(format!("{driver}: a request was answered with {other:?}")),
            }
        }
        world.redrive().await;
        for _ in 0..60 {
            if world.is_queue_empty() {
                break;
            }
            for message in world.receive().await {
                world.deliver(&message, false, false, WORK_AT_MOST).await;
            }
            world.stage.time_passes(SignedDuration::from_mins(2));
        }
        if !world.is_queue_empty() {
            world.watch.broken(format!("round {round}: the queue does not come to rest"));
        }
        for driver in DRIVERS {
            if round == ROUNDS - 1 && !world.has_heard_of_an_end(driver) {
                world.watch.broken(format!("{driver}: an open page did not hear of the end of a run"));
            }
        }
        if round == 2 {
            // What was given up is tried again because the driver asks for it.
            for driver in DRIVERS {
                for failure in world.store.failed_races(DriverId(driver)).await.unwrap() {
                    let path = format!("/ingestion/failed-races/{}/retry", failure.subsession_id);
                    world.ask(driver, Method::POST, &path, None).await;
                }
            }
        }
        world.stage.time_passes(day);
    }
}

/// The promises at the end, against the sandbox's truth.
async fn check(world: &World<'_>, schedule: &Schedule, without_laps: &BTreeSet<SubsessionId>, driver: i64) {
    let broken = |what: String| world.watch.broken(format!("{driver}: {what}"));
    let id = DriverId(driver);
    let races = world.races(driver).await;
    let stored: Vec<_> = races.iter().map(domain::Race::id).collect();
    let once: BTreeSet<_> = stored.iter().copied().collect();
    if once.len() != stored.len() {
        broken("a race is stored twice".to_owned());
    }
    let searched_to = world.store.driver(id).await.unwrap().unwrap().races_ingested_to;
    let shown =
        world.stage.sandbox.truth(driver).into_iter().filter(|race| {
            race.kind != RaceKind::PracticeOnly && searched_to.is_some_and(|to| race.available_at <= to)
        });
    let shown: BTreeSet<_> =
        shown.map(|race| DriverRaceId::new(race.start_time, SubsessionId(race.subsession_id))).collect();
    let failed = world.store.failed_races(id).await.unwrap();
    for missing in shown.difference(&once) {
        if schedule.may_be_deleted(driver, *missing) {
            continue;
        }
        match failed.iter().find(|failure| failure.subsession_id == missing.subsession_id) {
            Some(failure) => broken(format!("{missing} is still failed: {:?} {}", failure.reason, failure.detail)),
            None => broken(format!("{missing} is neither stored nor listed as failed")),
        }
    }
    let all: BTreeSet<_> = world.stage.sandbox.truth(driver).iter().map(|race| race.subsession_id).collect();
    for stranger in once.iter().filter(|race| !all.contains(&race.subsession_id.0)) {
        broken(format!("{stranger} is stored, but the driver was not in it"));
    }
    for deleted in once.iter().filter(|race| schedule.is_deleted(driver, **race)) {
        broken(format!("{deleted} was deleted and is back"));
    }
    for lost in world.watch.races_of(driver) {
        if schedule.deletions(driver).any(|race| lost.ends_with(&sort_key_end(race))) {
            continue;
        }
        if !once.iter().any(|race| lost.ends_with(&sort_key_end(*race))) {
            broken(format!("{lost} was stored and is lost"));
        }
    }
    let counted = world.store.driver(id).await.unwrap().unwrap().session_count;
    if counted != races.len() as u64 {
        broken(format!("{counted} races are counted, {} are stored", races.len()));
    }
    for race in &races {
        if without_laps.contains(&race.subsession_id) {
            continue;
        }
        if !race.has_laps || world.store.lap_chart(race.subsession_id, 0).await.unwrap().is_none() {
            broken(format!("{} has no laps", race.id()));
        }
    }
    for run in world.store.runs(id, 1_000, None).await.unwrap().items {
        if !run.status.is_over() {
            broken(format!("run {} is still {:?}", run.run_id, run.status));
        }
    }
    if !schedule.changed_results().is_empty() {
        let clean = imported_anew(world.stage, driver).await;
        for race in &races {
            if clean.iter().any(|other| other.id() == race.id() && other != race) {
                broken(format!("{} is not as iRacing shows it by now", race.id()));
            }
        }
    }
}

fn sort_key_end(race: DriverRaceId) -> String {
    format!("#{:010}#{}", race.start_second, race.subsession_id)
}

/// The races of a driver in an installation of their own in which nothing goes wrong.
async fn imported_anew(stage: &Stage, driver: i64) -> Vec<Race> {
    let world = World::start(stage).await;
    world.sign_in(driver).await;
    world.ask(driver, Method::POST, "/ingestion/race", None).await;
    for message in world.receive().await {
        world.deliver(&message, false, false, SignedDuration::from_hours(1)).await;
    }
    world.races(driver).await
}
