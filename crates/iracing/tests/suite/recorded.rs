//! The models against recorded answers of the real API. The recordings are not part of the project: without them these
//! tests have nothing to do, and [`crate::fixtures`] covers the same shapes.

use iracing::{
    EventResult,
    models::{
        Constant,
        cars::{Car, CarAssets, CarClass},
        event_log::EventLogRow,
        laps::{LapHeader, LapRow},
        member::{ChartData, MemberInfo},
        results::ResultsGet,
        search::{HostedRow, SeriesRow},
        series::{Series, SeriesAssets, StatsSeries},
        stats::RecentRaces,
        tracks::{Track, TrackAssets},
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// The bodies under a folder, by file name; bodies that are only a link are left out.
fn bodies(folder: &str) -> Vec<(String, Value)> {
    let Some(root) = crate::recordings::folder() else { return Vec::new() };
    let mut found: Vec<_> = std::fs::read_dir(root.join(folder))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let mut body: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            if body.get("headers").is_some() {
                body = body["content"].take();
            }
            (path.file_name().unwrap().to_string_lossy().into_owned(), body)
        })
        .filter(|(_, body)| body.get("link").is_none())
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

fn read<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let read = |(name, body): (String, Value)| match serde_path_to_error::deserialize(body) {
        Ok(value) => (name, value),
        Err(error) => panic!("{folder}/{name}: {error}"),
    };
    bodies(folder).into_iter().map(read).collect()
}

fn results() -> BTreeMap<i64, ResultsGet> {
    let parse = |(name, body): (String, Value)| match EventResult::parse(body.to_string().as_bytes()) {
        Ok(result) => (result.subsession_id, result),
        Err(error) => panic!("{name}: {error}"),
    };
    bodies("results/get").into_iter().map(parse).collect()
}

#[test]
fn every_recorded_body_is_read() {
    let count = |folder: &str, parsed: usize| assert_eq!(parsed, bodies(folder).len(), "{folder}");
    count("results/get", results().len());
    count("member/info", read::<MemberInfo>("member/info").len());
    count("member/chart_data", read::<ChartData>("member/chart_data").len());
    count("stats/member_recent_races", read::<RecentRaces>("stats/member_recent_races").len());
    count("results/search_hosted", read::<Vec<HostedRow>>("results/search_hosted").len());
    count("results/event_log", read::<Vec<EventLogRow>>("results/event_log").len());
    count("car/get", read::<Vec<Car>>("car/get").len());
    count("car/assets", read::<BTreeMap<i64, CarAssets>>("car/assets").len());
    count("carclass/get", read::<Vec<CarClass>>("carclass/get").len());
    count("track/get", read::<Vec<Track>>("track/get").len());
    count("track/assets", read::<BTreeMap<i64, TrackAssets>>("track/assets").len());
    count("series/get", read::<Vec<Series>>("series/get").len());
    count("series/assets", read::<BTreeMap<i64, SeriesAssets>>("series/assets").len());
    count("series/stats_series", read::<Vec<StatsSeries>>("series/stats_series").len());
    for folder in ["constants/categories", "constants/divisions", "constants/event_types"] {
        count(folder, read::<Vec<Constant>>(folder).len());
    }
    for (name, body) in bodies("results/search_series") {
        if body.is_array() {
            let rows: Vec<SeriesRow> = serde_json::from_value(body).unwrap();
            assert!(rows.iter().all(|row| row.own == Default::default()), "{name}");
        }
    }
    for folder in ["results/lap_chart_data", "results/lap_data"] {
        for (name, body) in bodies(folder) {
            if body.is_array() {
                let rows: Vec<LapRow> = serde_json::from_value(body).unwrap();
                assert!(!rows.is_empty(), "{folder}/{name}");
            } else {
                let header: LapHeader = serde_json::from_value(body).unwrap();
                assert!(header.session_info.is_some(), "{folder}/{name}");
            }
        }
    }
}

#[test]
fn the_race_82263872_has_its_figures() {
    let results = results();
    let Some(result) = results.get(&82_263_872) else { return };
    assert_eq!(result.event_strength_of_field, Some(2965));
    assert_eq!(result.session_splits.len(), 10);
    assert_eq!(result.race_week_num, Some(1));
    let race = result.session_results.iter().find(|part| part.simsession_number == 0).unwrap();
    assert_eq!((race.simsession_type, race.results.len()), (6, 30));
    let winner = &race.results[0];
    assert_eq!((winner.laps_complete, winner.laps_lead, winner.incidents), (Some(10), Some(10), Some(2)));
    assert_eq!((winner.best_lap_num, winner.best_lap_time), (Some(4), Some(1_317_601)));
    assert_eq!((winner.oldi_rating, winner.newi_rating), (Some(6223), Some(6260)));
    let chart = bodies("results/lap_chart_data");
    let (_, rows) = chart.iter().find(|(name, _)| name == "jasondilworth-82263872-sim0.json").unwrap();
    let rows: Vec<LapRow> = serde_json::from_value(rows.clone()).unwrap();
    for row in &race.results {
        let laps = rows.iter().filter(|lap| lap.lap_number > 0 && Some(lap.group_id) == row.cust_id).count();
        assert_eq!(row.laps_complete, i64::try_from(laps).ok(), "{}", row.display_name);
    }
}

#[test]
fn the_daytona_24_has_its_teams() {
    let results = results();
    let Some(result) = results.get(&82_799_850) else { return };
    assert!(result.driver_changes);
    assert_eq!((result.car_classes.len(), result.num_drivers), (3, Some(231)));
    let race = result.session_results.iter().find(|part| part.simsession_number == 0).unwrap();
    assert_eq!(race.results.len(), 59);
    for team in &race.results {
        assert!(team.cust_id.is_none() && team.team_id.is_some_and(|id| id < 0), "{}", team.display_name);
        let incidents: i64 = team.driver_results.iter().filter_map(|driver| driver.incidents).sum();
        assert_eq!(team.incidents, Some(incidents), "{}", team.display_name);
    }
    assert_eq!((race.results[0].laps_complete, race.results[0].laps_lead), (Some(883), Some(270)));
}
