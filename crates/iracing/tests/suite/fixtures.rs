//! The models against small bodies of our own, in the shapes of real ones.

use crate::{
    answers::fixture,
    fake::{Answer, Fake},
};
use iracing::{EventResult, EventResultError};
use serde_json::json;

fn bytes(name: &str) -> Vec<u8> {
    fixture(name).to_string().into_bytes()
}

#[test]
fn a_series_race_is_read_with_minus_one_as_none() {
    let result = EventResult::parse(&bytes("results_get_solo.json")).unwrap();
    assert_eq!(result.session_splits.len(), 2);
    assert_eq!(result.private_session_id, None);
    assert_eq!(result.track.track_name, "Hartwald Ring ");
    let race = result.session_results.iter().find(|part| part.simsession_type == 6).unwrap();
    let [winner, _, third, last] = &race.results[..] else { panic!("four rows") };
    assert_eq!((winner.finish_position, winner.starting_position, winner.interval), (Some(0), Some(1), Some(0)));
    assert_eq!(winner.livery.as_ref().unwrap().car_number, "007");
    assert_eq!((winner.oldi_rating, winner.newi_rating), (Some(2500), Some(2541)));
    assert_eq!((third.interval, third.weight_penalty_kg), (None, Some(-1.2)));
    assert_eq!((last.oldi_rating, last.best_lap_time, last.old_cpi), (None, None, None));
    assert_eq!(last.reason_out, "Disconnected");
    let qualifying = &result.session_results[1];
    assert_eq!(qualifying.results[0].starting_position, None);
    assert_eq!(qualifying.results[0].best_qual_lap_time, Some(1_000_500));
}

#[test]
fn a_team_race_lists_the_drivers_of_each_team() {
    let result = EventResult::parse(&bytes("results_get_team.json")).unwrap();
    assert!(result.driver_changes);
    assert_eq!(result.end_time, Some("2026-01-17T14:54:24.25Z".parse().unwrap()));
    let race = result.session_results.last().unwrap();
    let team = &race.results[0];
    assert_eq!((team.cust_id, team.team_id, team.oldi_rating), (None, Some(-5001), None));
    let drivers: Vec<_> = team.driver_results.iter().map(|driver| (driver.cust_id, driver.laps_complete)).collect();
    assert_eq!(drivers, [(Some(200_001), Some(35)), (Some(200_002), Some(25)), (Some(200_003), Some(0))]);
}

#[test]
fn an_old_recording_with_heats_lacks_newer_fields() {
    let result = EventResult::parse(&bytes("results_get_heats_2021.json")).unwrap();
    assert!(result.session_splits.is_empty() && result.allowed_licenses.is_empty());
    assert_eq!(result.heat_info_id, Some(59_422));
    assert_eq!(result.session_results[0].simsession_name, "FEATURE");
    let row = &result.session_results[0].results[0];
    assert_eq!((row.car_name.as_deref(), row.starting_position_in_class), (None, None));
    assert_eq!((row.laps_lead, row.club_name.as_deref()), (Some(15), Some("DE-AT-CH")));
    let weather = result.weather.unwrap();
    assert_eq!(weather.simulated_start_utc_time, Some("2021-03-19T22:50:00Z".parse().unwrap()));
    assert_eq!(weather.simulated_start_time, None);
}

#[test]
fn the_member_sites_export_and_the_bare_form_read_the_same() {
    let wrapped = fixture("event_result_league.json");
    let from_export = EventResult::parse(wrapped.to_string().as_bytes()).unwrap();
    let bare = EventResult::parse(wrapped["data"].to_string().as_bytes()).unwrap();
    let with_mark = EventResult::parse(format!("\u{feff}{wrapped}").as_bytes()).unwrap();
    assert_eq!(from_export, bare);
    assert_eq!(from_export, with_mark);
    assert_eq!(from_export.league_name.as_deref(), Some("Slow Hands League"));
    assert!(from_export.session_results[1].results[1].ai);
}

#[test]
fn what_is_no_event_result_is_told_in_words() {
    let mut broken = fixture("event_result_league.json");
    broken["data"]["session_results"][0]["results"][0]["laps_complete"] = json!([]);
    let mut without_start = fixture("event_result_league.json");
    without_start["data"].as_object_mut().unwrap().remove("start_time");
    let cases = [
        (" \n".to_owned(), "the file is empty"),
        (
            "{\"type\":\"event_re".to_owned(),
            "not a JSON file, or not all of one (EOF while parsing a string at line 1 column 17)",
        ),
        ("Fin Pos,Car".to_owned(), "not a JSON file, or not all of one (expected value at line 1 column 1)"),
        ("[{}]".to_owned(), "this is a list (perhaps of search results), not the result of an event"),
        ("7".to_owned(), "this is a single value, not the result of an event"),
        (r#"{"type":"season","data":{}}"#.to_owned(), "this is a file of type `season`, not the result of an event"),
        (
            r#"{"name":"package"}"#.to_owned(),
            "this is some other JSON (it has neither `subsession_id` nor `session_results`), not the result of an event",
        ),
        (broken.to_string(), "the result cannot be read at session_results[0].results[0].laps_complete: "),
        (without_start.to_string(), "the result cannot be read at missing field `start_time`"),
    ];
    for (file, expected) in cases {
        let error = EventResult::parse(file.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let mut early = fixture("event_result_league.json");
    early["data"]["session_results"] = json!([]);
    let error = EventResult::parse(early.to_string().as_bytes()).unwrap_err();
    assert_eq!(error, EventResultError::NoSimsessions);
}

#[tokio::test(start_paused = true)]
async fn every_reference_body_is_read() {
    let fake = Fake::start().await;
    for (path, name) in [
        ("car/get", "cars.json"),
        ("car/assets", "car_assets.json"),
        ("carclass/get", "car_classes.json"),
        ("track/get", "tracks.json"),
        ("track/assets", "track_assets.json"),
        ("series/get", "series.json"),
        ("series/assets", "series_assets.json"),
        ("series/stats_series", "stats_series.json"),
        ("member/chart_data", "chart_data.json"),
        ("stats/member_recent_races", "member_recent_races.json"),
        ("member/info", "member_info.json"),
    ] {
        fake.answer(path, Answer::Link(fixture(name)));
    }
    for path in ["constants/categories", "constants/event_types"] {
        fake.answer(path, Answer::Direct(fixture("constants_divisions.json")));
    }
    let driver = fake.driver();
    let cars = driver.cars().await.unwrap().body;
    assert_eq!((cars[0].hp, cars[0].logo.is_some(), cars[1].car_make.is_none()), (Some(444.0), true, true));
    assert_eq!(driver.car_assets().await.unwrap().body[&150].logo, None);
    assert_eq!(driver.car_classes().await.unwrap().body[0].cars_in_class[0].car_id, 150);
    let tracks = driver.tracks().await.unwrap().body;
    assert_eq!((tracks[0].track_config_length, tracks[1].config_name.is_none()), (Some(3.2), true));
    let assets = driver.track_assets().await.unwrap().body;
    assert_eq!(assets[&255].track_map_layers.as_ref().unwrap().start_finish, "start-finish.svg");
    assert_eq!(driver.series().await.unwrap().body[0].allowed_licenses[0].group_name, "Class D");
    assert_eq!(driver.series_assets().await.unwrap().body[&12].logo, None);
    assert!(driver.stats_series().await.unwrap().body[0].active);
    assert_eq!(driver.chart_data(100_003, 5, 1).await.unwrap().data[1].value, 1302);
    assert_eq!(driver.recent_races(100_003).await.unwrap().races[0].finish_position, Some(3));
    let me = driver.member_info().await.unwrap();
    assert_eq!((me.licenses["oval"].irating, me.licenses["sports_car"].irating), (None, Some(1302)));
    assert_eq!(me.member_since, Some("2019-08-07".parse().unwrap()));
    assert_eq!(driver.categories().await.unwrap().body.len(), 3);
    assert_eq!(driver.event_types().await.unwrap().body.len(), 3);
}
