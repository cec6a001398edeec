//! Sessions and laps, as snapshots.

use crate::{read, result};
use domain::{
    DriverId, EntrantId, Race, RaceKind, RaceSource, Session, TeamId,
    session::{SimsessionResult, SimsessionType},
};
use iracing::models::laps::LapRow;
use race_mapping::{MappingError, lap_chart, session_from_results};
use serde_json::Value;
use std::fmt::Write;

fn session(name: &str) -> Session {
    session_from_results(&result(name)).unwrap()
}

fn rows(name: &str) -> Vec<LapRow> {
    serde_json::from_value(read::<Value>(name)["rows"].take()).unwrap()
}

/// The whole session as text: what describes it as Rust shows it, results one a line.
fn rendered(session: &Session) -> String {
    let mut text = format!("{:#?}\n{:#?}\n{:#?}\n", session.info, session.car_classes, session.cars);
    for entrant in &session.entrants {
        writeln!(
            text,
            "{} {:?} #{} car {} {:?} class {} division {:?} {:?}",
            entrant.entrant_id,
            entrant.name,
            entrant.car_number,
            entrant.car_id,
            entrant.car_name,
            entrant.car_class_id,
            entrant.division,
            entrant.country_code
        )
        .unwrap();
        entrant.results.iter().for_each(|result| line(&mut text, "  ", result));
        for driver in &entrant.drivers {
            writeln!(text, "  {} {:?}", driver.driver_id, driver.name).unwrap();
            driver.results.iter().for_each(|result| line(&mut text, "    ", result));
        }
    }
    text
}

fn line(text: &mut String, indent: &str, result: &SimsessionResult) {
    writeln!(text, "{indent}{result:?}").unwrap();
}

#[test]
fn a_series_race() {
    insta::assert_snapshot!(rendered(&session("results_get_solo.json")));
}

#[test]
fn a_team_race() {
    insta::assert_snapshot!(rendered(&session("results_get_team.json")));
}

#[test]
fn a_hosted_race_with_heats_of_2021() {
    insta::assert_snapshot!(rendered(&session("results_get_heats_2021.json")));
}

#[test]
fn a_league_race_with_an_ai_driver() {
    insta::assert_snapshot!(rendered(&session("event_result_league.json")));
}

#[test]
fn laps_of_a_field() {
    let chart = lap_chart(&session("results_get_solo.json"), 0, &rows("lap_chart.json"));
    insta::assert_debug_snapshot!(chart);
}

#[test]
fn laps_of_a_team_name_the_driver_of_each_lap() {
    let chart = lap_chart(&session("results_get_team.json"), 0, &rows("lap_chart_team.json"));
    assert_eq!(chart.entrants[0].entrant, EntrantId::Team(TeamId(-5001)));
    let drivers: Vec<_> = chart.entrants[0].laps.iter().map(|lap| (lap.number, lap.driver.0)).collect();
    assert_eq!(drivers, [(0, 200_001), (1, 200_001), (2, 200_002), (3, 200_002)]);
}

#[test]
fn a_lap_told_twice_counts_once() {
    let mut twice = rows("lap_chart.json");
    twice.extend(rows("lap_chart.json"));
    let session = session("results_get_solo.json");
    assert_eq!(lap_chart(&session, 0, &twice), lap_chart(&session, 0, &rows("lap_chart.json")));
}

#[test]
fn the_order_of_simsessions_in_a_file_does_not_matter() {
    let mut turned = result("results_get_heats_2021.json");
    turned.session_results.reverse();
    assert_eq!(session_from_results(&turned), Ok(session("results_get_heats_2021.json")));
}

#[test]
fn the_main_event_is_the_last_race_whatever_its_number() {
    let mut odd = result("event_result_league.json");
    odd.session_results[0].simsession_number = 0;
    odd.session_results[1].simsession_number = -1;
    let session = session_from_results(&odd).unwrap();
    assert_eq!(session.main_event(), -1);
    assert_eq!(Race::of(&session, DriverId(400_001), RaceSource::Import).unwrap().laps_complete, 25);
}

#[test]
fn whoever_was_knocked_out_in_a_heat_raced_in_the_heat() {
    let mut odd = result("results_get_heats_2021.json");
    let feature = odd.session_results.iter_mut().find(|part| part.simsession_number == 0).unwrap();
    feature.results.retain(|row| row.cust_id != Some(300_002));
    let session = session_from_results(&odd).unwrap();
    let race = |driver| Race::of(&session, DriverId(driver), RaceSource::Iracing).unwrap();
    let (out, winner) = (race(300_002), race(300_001));
    assert_eq!((out.finish_position, out.laps_complete, out.field_size), (Some(1), 5, 2));
    assert_eq!((winner.finish_position, winner.laps_complete, winner.field_size), (Some(1), 15, 1));
    assert_eq!(session.entrant_of(DriverId(300_002)).unwrap().name, "Kira Lang");
}

#[test]
fn parts_are_told_apart_by_type_and_name() {
    let kinds = |name: &str| -> Vec<_> {
        let parts = session(name).info.simsessions;
        parts.into_iter().map(|part| (part.number, part.simsession_type)).collect()
    };
    use SimsessionType::{Practice, Qualifying, Race, Warmup};
    assert_eq!(kinds("results_get_solo.json"), [(-2, Practice), (-1, Qualifying), (0, Race)]);
    // Without qualifying -1 is the practice.
    assert_eq!(kinds("event_result_league.json"), [(-1, Practice), (0, Race)]);
    let heats = [(-4, Practice), (-3, Qualifying), (-2, Race), (-1, Warmup), (0, Race)];
    assert_eq!(kinds("results_get_heats_2021.json"), heats);
}

#[test]
fn a_drivers_own_race_has_one_based_positions_and_their_ratings() {
    let race = Race::of(&session("results_get_solo.json"), DriverId(100_003), RaceSource::Iracing).unwrap();
    assert_eq!((race.start_position, race.finish_position), (Some(4), Some(3)));
    assert_eq!((race.field_size, race.class_count), (4, 1));
    assert_eq!((race.ratings.old_irating, race.ratings.new_irating), (Some(1350), Some(1302)));
    assert_eq!((race.race_week, race.split_number, race.split_count), (Some(2), Some(1), Some(2)));
    assert_eq!(
        (race.kind, race.track_name.as_str(), race.layout.as_deref()),
        (RaceKind::Official, "Hartwald Ring", Some("Grand Prix"))
    );
}

#[test]
fn a_team_that_went_out_has_driven_what_its_drivers_have() {
    let mut result = result("results_get_team.json");
    let race = result.session_results.iter_mut().find(|part| part.simsession_number == 0).unwrap();
    let team = race.results.iter_mut().find(|row| row.driver_results.len() > 1).unwrap();
    team.laps_complete = Some(0);
    let (id, driven) =
        (team.team_id, team.driver_results.iter().filter_map(|member| member.laps_complete).sum::<i64>());
    let session = session_from_results(&result).unwrap();
    let team =
        session.entrants.iter().find(|entrant| entrant.entrant_id == EntrantId::Team(TeamId(id.unwrap()))).unwrap();
    assert_eq!((i64::from(team.result(0).unwrap().laps_complete), driven > 0), (driven, true));
}

#[test]
fn a_team_drivers_race_mixes_the_teams_place_with_their_own_laps() {
    let race = Race::of(&session("results_get_team.json"), DriverId(200_005), RaceSource::Iracing).unwrap();
    assert_eq!(race.team_name.as_deref(), Some("Lark Motorsport"));
    assert_eq!((race.finish_position, race.finish_position_in_class), (Some(2), Some(1)));
    assert_eq!((race.laps_complete, race.incidents), (25, 8));
    assert_eq!(race.ratings.new_irating, Some(1880));
    assert_eq!((race.layout, race.split_number), (None, Some(2)));
}

#[test]
fn an_ai_driver_is_never_a_member() {
    let session = session("event_result_league.json");
    assert_eq!(session.entrants[1].entrant_id, EntrantId::Ai(-700));
    assert_eq!(session.entrant_of(DriverId(-700)), None);
    assert!(Race::of(&session, DriverId(-700), RaceSource::Import).is_none());
}

#[test]
fn an_ai_driver_without_an_id_is_the_same_in_all_simsessions_and_in_the_laps() {
    let mut odd = result("event_result_league.json");
    let mut robot = odd.session_results[1].results[1].clone();
    robot.cust_id = None;
    odd.session_results[1].results[1] = robot.clone();
    odd.session_results[0].results.push(robot);
    let session = session_from_results(&odd).unwrap();
    assert_eq!(session.entrants.len(), 2);
    assert_eq!(session.entrants[1].results.len(), 2);
    let mut laps = rows("lap_chart.json");
    for row in &mut laps {
        row.ai = true;
        row.group_id = 0;
        row.name = Some("Robo Racer".into());
        row.car_number = "99".into();
    }
    let chart = lap_chart(&session, 0, &laps);
    assert_eq!(chart.entrants.len(), 1);
    assert_eq!(chart.entrants[0].entrant, session.entrants[1].entrant_id);
}

#[test]
fn an_unofficial_series_race_is_told_from_an_official_one() {
    let mut unofficial = result("results_get_solo.json");
    unofficial.official_session = false;
    let session = session_from_results(&unofficial).unwrap();
    assert_eq!(session.info.kind, RaceKind::Unofficial);
    assert_eq!(session.info.series_id.map(|series| series.0), Some(491));
}

#[test]
fn a_result_without_rows_is_refused_and_so_are_two_parts_of_one_number() {
    let mut empty = result("results_get_solo.json");
    empty.session_results.iter_mut().for_each(|part| part.results.clear());
    assert_eq!(session_from_results(&empty), Err(MappingError::NoResults(70_000_001)));
    let mut double = result("results_get_solo.json");
    double.session_results[0].simsession_number = 0;
    let error = MappingError::SameNumber { subsession_id: 70_000_001, number: 0 };
    assert_eq!(session_from_results(&double), Err(error));
}

#[test]
fn weather_is_metric_whatever_its_units() {
    let solo = session("results_get_solo.json").info.weather.unwrap();
    // Measured 36 km/h, though 3 m/s was set; the water was set only.
    assert_eq!(solo.wind_speed_meters_per_second, Some(10.0));
    assert_eq!((solo.humidity_percent, solo.track_water, solo.wind_direction), (Some(95.1), Some(3), Some(0)));
    let old = session("results_get_heats_2021.json").info.weather.unwrap();
    // 74 F and 10 mph.
    assert_eq!((old.temperature_celsius, old.wind_speed_meters_per_second), (Some(23.3), Some(4.5)));
    let mut set_only = result("results_get_solo.json");
    set_only.session_results.iter_mut().for_each(|part| part.weather_result = None);
    let set_only = session_from_results(&set_only).unwrap().info.weather.unwrap();
    assert_eq!((set_only.wind_speed_meters_per_second, set_only.humidity_percent), (Some(3.0), None));
}
