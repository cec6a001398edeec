//! A race of more laps than any: sixty cars for a day on a short oval.

use std::fs;
use std::path::Path;

use domain::{DriverId, RunStatus, SubsessionId};
use iracing_sandbox::{Careers, Content, NEWCOMER};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::LAMBDA;
use crate::processes::Role;
use crate::world::{NO_LIMIT, World};

const RACE: i64 = 1_000_000_001;
const CARS: usize = 60;
/// 1/10 000 s.
const LAP: i64 = 900_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_of_six_thousand_laps_is_stored_and_read() {
    stored_and_read(100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: `make scale`"]
async fn a_race_of_sixty_cars_and_nine_hundred_laps_is_stored_and_read() {
    stored_and_read(900).await;
}

async fn stored_and_read(laps: i64) {
    let folder = tempfile::tempdir().unwrap();
    let start = runtime::Clock::system().now() - SignedDuration::from_hours(48);
    record(folder.path(), start, laps);
    let content = Content::Both(Careers::new(1).only(&[NEWCOMER]), folder.path().to_owned());
    let world = World::start(content, NO_LIMIT).await;
    let worker = world.process(Role::Worker).await;
    let mut api = world.process(Role::Api).await;
    let address = api.says("listening").await;

    let started = world.clock.now();
    world.ask_for_an_import(NEWCOMER).await;
    let run = world.imported(NEWCOMER).await;
    let took = world.clock.now().duration_since(started);
    assert_eq!((run.status, run.races_done, run.races_failed), (RunStatus::Finished, 1, 0), "{:?}", run.failures);
    let chart = world.store.lap_chart(SubsessionId(RACE), 0).await.unwrap().unwrap();
    let laps_stored: usize = chart.entrants.iter().map(|entrant| entrant.laps.len()).sum();
    // The grid is lap 0.
    assert_eq!((chart.entrants.len(), laps_stored), (CARS, CARS * (laps as usize + 1)));
    let own = chart.entrants.iter().flat_map(|entrant| &entrant.laps).filter(|lap| lap.driver == DriverId(NEWCOMER));
    assert_eq!(own.count(), laps as usize + 1);

    let page = world.sign_in(NEWCOMER).await;
    let http = reqwest::Client::new();
    for path in ["", "/laps", "/analysis", &format!("/driver/{NEWCOMER}/laps")] {
        let answer = http.get(format!("{address}/session/{RACE}{path}")).bearer_auth(&page.token).send().await.unwrap();
        let (status, body) = (answer.status(), answer.bytes().await.unwrap());
        assert!(status.is_success(), "{path}: {status}");
        println!("/session/{RACE}{path}: {} kB", body.len() / 1_000);
    }
    let worker_peak = worker.peak().await;
    let api_peak = api.peak().await;
    println!(
        "{CARS} cars, {laps} laps, {took:#}, worker's peak {} MiB, API's peak {} MiB",
        worker_peak >> 20,
        api_peak >> 20
    );
    assert!(worker_peak < LAMBDA && api_peak < LAMBDA, "{worker_peak} {api_peak}");
}

/// Writes the race as iRacing would answer it: a known result and lap chart with more cars and laps.
fn record(folder: &Path, start: Timestamp, laps: i64) {
    let fixture = |name: &str| -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iracing/tests/fixtures").join(name);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let mut result = fixture("results_get_solo.json");
    let second = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    result["subsession_id"] = json!(RACE);
    result["start_time"] = json!(second(start));
    result["end_time"] = json!(second(start + SignedDuration::from_secs((laps + 20) * LAP / 10_000)));
    let members: Vec<i64> = (0..CARS as i64).map(|car| if car == 20 { NEWCOMER } else { 500_000 + car }).collect();
    for simsession in result["session_results"].as_array_mut().unwrap() {
        let row = simsession["results"][0].clone();
        let rows = members.iter().enumerate().map(|(place, member)| {
            let mut row = row.clone();
            row["cust_id"] = json!(member);
            row["display_name"] = json!(format!("Member {member}"));
            for position in ["position", "finish_position", "finish_position_in_class", "starting_position"] {
                row[position] = json!(place);
            }
            row["laps_complete"] = json!(laps);
            row
        });
        simsession["results"] = rows.collect();
    }

    let row = fixture("lap_chart.json")["rows"][0].clone();
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let mut times = vec![0; CARS];
    let mut rows = Vec::new();
    for lap in 0..=laps {
        let mut of_lap: Vec<_> = (0..CARS).map(|car| (dice.random_range(LAP..LAP + 30_000), car)).collect();
        for (time, car) in &of_lap {
            times[*car] += time;
        }
        of_lap.sort_by_key(|(_, car)| times[*car]);
        for (place, (time, car)) in of_lap.into_iter().enumerate() {
            let mut row = row.clone();
            let member = members[car];
            (row["group_id"], row["cust_id"]) = (json!(member), json!(member));
            (row["name"], row["display_name"]) = (json!(format!("Member {member}")), json!(format!("Member {member}")));
            row["lap_number"] = json!(lap);
            row["lap_position"] = json!(place + 1);
            row["session_time"] = json!(times[car]);
            row["lap_time"] = json!(if lap == 0 { -1 } else { time });
            row["flags"] = json!(dice.random_range(0..4) * 2);
            row["incident"] = json!(dice.random_range(0..20) == 0);
            rows.push(row);
        }
    }
    for (endpoint, name, body) in [
        ("results/get", format!("long-{RACE}"), result),
        ("results/lap_chart_data", format!("long-{RACE}-sim0"), Value::Array(rows)),
    ] {
        let folder = folder.join(endpoint);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name + ".json"), body.to_string()).unwrap();
    }
}
