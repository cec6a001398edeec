//! A driver who has raced for years, every evening.

use std::collections::BTreeSet;

use domain::{DriverRaceId, RunStatus, SubsessionId};
use iracing_sandbox::{Careers, Content, DemoDriver, RaceKind};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::LAMBDA;
use crate::processes::Role;
use crate::world::{NO_LIMIT, World};

const DRIVER: i64 = 3_000_001;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_career_is_listed_to_its_last_race() {
    listed_to_the_last_race(2, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: `make scale`"]
async fn twelve_thousand_races_are_listed_to_the_last_one() {
    listed_to_the_last_race(100, 12_000).await;
}

/// Imports a career of some months, and reads all of it as pages do.
async fn listed_to_the_last_race(months: i64, at_least: usize) {
    let mut careers = Careers::new(1).only(&[]);
    let today = runtime::Clock::system().now().to_zoned(TimeZone::UTC).date();
    let since = today.checked_sub(months.months()).unwrap();
    careers.drivers.push(DemoDriver::regular(DRIVER, "Example", since, 2_190.0, 1_800.0));
    let world = World::start(Content::Generated(careers), NO_LIMIT).await;
    let worker = world.process(Role::Worker).await;
    let mut api = world.process(Role::Api).await;
    let address = api.says("listening").await;

    let started = world.clock.now();
    world.ask_for_an_import(DRIVER).await;
    let run = world.imported(DRIVER).await;
    let took = world.clock.now().duration_since(started);
    assert_eq!((run.status, run.races_failed), (RunStatus::Finished, 0));

    let page = world.sign_in(DRIVER).await;
    let http = reqwest::Client::new();
    let get = async |path: String| -> Value {
        let answer =
            http.get(format!("{address}/driver/{DRIVER}/{path}")).bearer_auth(&page.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    };
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(format!("races?limit=100{cursor}")).await;
        let ids = page["items"].as_array().unwrap().iter().map(|race| race["driverRaceId"].as_str().unwrap());
        listed.extend(ids.map(|id| id.parse::<DriverRaceId>().unwrap()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let analytics = get("analytics".to_owned()).await;
    let worker_peak = worker.peak().await;
    let api_peak = api.peak().await;

    let shown = world.sandbox.truth(DRIVER).into_iter();
    let shown = shown.filter(|race| race.kind != RaceKind::PracticeOnly && race.available_at <= started);
    let shown: BTreeSet<_> =
        shown.map(|race| DriverRaceId::new(race.start_time, SubsessionId(race.subsession_id))).collect();
    println!(
        "{} races, {took:#}, worker's peak {} MiB, API's peak {} MiB",
        listed.len(),
        worker_peak >> 20,
        api_peak >> 20
    );
    assert!(listed.is_sorted_by(|newer, older| newer > older), "newest first, each once");
    let listed: BTreeSet<_> = listed.into_iter().collect();
    assert_eq!(shown.difference(&listed).count(), 0, "a race that iRacing shows is not listed");
    assert!(listed.len() >= at_least, "{}", listed.len());
    assert_eq!(analytics["total"]["races"], listed.len());
    assert!(worker_peak < LAMBDA && api_peak < LAMBDA, "{worker_peak} {api_peak}");
}
