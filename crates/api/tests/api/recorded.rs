//! Real results, where the recordings are at hand: what is imported equals what iRacing said.

use crate::server::Server;
use axum::http::StatusCode;
use domain::DriverId;
use serde_json::{Value, json};
use std::fs;

#[path = "../../../iracing/tests/suite/recordings.rs"]
mod recordings;

/// The body of a recording, whatever stands around it; `None` without the recordings.
fn recorded(name: &str) -> Option<Value> {
    let text = fs::read_to_string(recordings::folder()?.join("results/get").join(name)).unwrap();
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    Some(["content", "data"].into_iter().fold(value, |value, around| value.get(around).cloned().unwrap_or(value)))
}

fn main_event(result: &Value) -> &Value {
    let parts = result["session_results"].as_array().unwrap();
    parts.iter().find(|part| part["simsession_number"] == 0).unwrap()
}

/// 0-based to 1-based; -1 is none.
fn place(number: &Value) -> Value {
    number.as_i64().filter(|number| *number >= 0).map_or(Value::Null, |number| json!(number + 1))
}

fn unless_minus_one(number: &Value) -> Value {
    number.as_f64().filter(|number| *number != -1.0).map_or(Value::Null, |_| number.clone())
}

/// Imports a recording as each of some drivers, and compares their races with its rows.
async fn compare(name: &str, teams: bool) {
    let Some(result) = recorded(name) else { return };
    let server = Server::start().await;
    let rows = main_event(&result)["results"].as_array().unwrap();
    for row in rows.iter().step_by(rows.len().div_ceil(8)) {
        let own = if teams { &row["driver_results"][0] } else { row };
        let driver = DriverId(own["cust_id"].as_i64().unwrap());
        let mut browser = server.browser_of(driver).await;
        let answer = browser.post("/import/event-result", json!({"type": "event_result", "data": result})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{name} {driver}: {}", answer.json());
        let race = answer.json()["race"].clone();
        for (ours, theirs) in [
            ("subsessionId", result["subsession_id"].clone()),
            ("trackId", result["track"]["track_id"].clone()),
            ("finishPosition", place(&row["finish_position"])),
            ("finishPositionInClass", place(&row["finish_position_in_class"])),
            ("startPosition", place(&row["starting_position"])),
            ("fieldSize", json!(rows.len())),
            ("carId", row["car_id"].clone()),
            ("lapsComplete", own["laps_complete"].clone()),
            ("lapsLed", own["laps_lead"].clone()),
            ("incidents", own["incidents"].clone()),
            ("oldIrating", unless_minus_one(&own["oldi_rating"])),
            ("newIrating", unless_minus_one(&own["newi_rating"])),
            ("oldSubLevel", unless_minus_one(&own["old_sub_level"])),
            ("newSubLevel", unless_minus_one(&own["new_sub_level"])),
            ("newLicenseLevel", unless_minus_one(&own["new_license_level"])),
            ("reasonOut", row["reason_out"].clone()),
            ("team", json!(teams)),
        ] {
            assert_eq!(race[ours], theirs, "{ours} of {driver} in {name}");
        }
        let again = browser.post("/import/event-result", result.clone()).await;
        assert_eq!(again.json()["outcome"], "duplicate", "{name} {driver}");
    }
}

#[tokio::test]
async fn the_recorded_gt4_race_is_imported_as_it_was() {
    compare("jasondilworth-82263872-race.json", false).await;
}

#[tokio::test]
async fn the_recorded_league_race_is_imported_as_it_was() {
    compare("aydsko-GetSubSessionResultForLeagueSuccessful-2.json", false).await;
}

#[tokio::test]
async fn the_recorded_heats_are_imported_as_they_were() {
    compare("irleaguemanager-heattestresult-37935210.json", false).await;
}

#[tokio::test]
async fn the_recorded_team_race_of_a_day_is_imported_as_it_was() {
    compare("jasondilworth-82799850-team-daytona24-2026.json", true).await;
}
