//! Recorded answers are served as they are. Passes by skipping where there are none.

use iracing_sandbox::{Content, RaceKind};
use serde_json::Value;

use crate::client::Stand;

#[path = "../../../iracing/tests/suite/recordings.rs"]
mod recordings;

pub use recordings::folder;

pub fn recording(path: &str) -> Value {
    let text = std::fs::read_to_string(folder().expect("recordings").join(path)).expect("a recording");
    let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    if value.get("content").is_some() {
        value = value["content"].take();
    }
    value
}

#[tokio::test]
async fn a_recorded_race_is_found_by_its_drivers_and_served_with_every_lap() {
    let Some(folder) = folder() else { return };
    let stand = Stand::with(Content::Recorded(folder.to_owned()), |_| {});
    const DRIVER: i64 = 386_444;
    let pair = stand.sign_in(DRIVER).await;
    let rows = stand.search_all(&pair, DRIVER, "search_series").await;
    let row = rows.iter().find(|row| row["subsession_id"] == 82_263_872).expect("the recorded race");
    assert_eq!((row["finish_position"].as_i64(), row["license_category"].as_str()), (Some(9), Some("Sports Car")));
    let result = stand.data(&pair, "results/get?subsession_id=82263872").await;
    assert_eq!(result, recording("results/get/jasondilworth-82263872-race.json"));
    for (simsession, file) in [(0, "sim0"), (-1, "sim-1")] {
        let path = format!("results/lap_chart_data?subsession_id=82263872&simsession_number={simsession}");
        let laps = stand.rows(&pair, &path).await;
        let recorded = recording(&format!("results/lap_chart_data/jasondilworth-82263872-{file}.json"));
        assert_eq!(Value::Array(laps), recorded);
    }
    let header = stand.data(&pair, "results/lap_chart_data?subsession_id=82263872&simsession_number=0").await;
    assert_eq!((header["best_lap_num"].as_i64(), header["best_lap_time"].as_i64()), (Some(4), Some(1_317_601)));
    let winner = "results/lap_data?subsession_id=82263872&simsession_number=0&cust_id=297655";
    let recorded = recording("results/lap_data/jasondilworth-82263872-winner.json");
    assert_eq!(Value::Array(stand.rows(&pair, winner).await), recorded);
    let own = format!("results/lap_data?subsession_id=82263872&simsession_number=0&cust_id={DRIVER}");
    assert_eq!(stand.rows(&pair, &own).await.len(), 11, "taken from the chart");
    let events = stand.rows(&pair, "results/event_log?subsession_id=82263872&simsession_number=0").await;
    assert_eq!(events.len(), 8);
    let tracks = stand.data(&pair, "track/get").await;
    assert!(tracks.as_array().unwrap().iter().any(|track| track["track_id"] == 255));
}

#[tokio::test]
async fn recorded_team_heat_and_league_races_are_found_where_they_belong() {
    let Some(folder) = folder() else { return };
    let stand = Stand::with(Content::Recorded(folder.to_owned()), |_| {});
    for (subsession_id, cust_id, kind, search) in [
        (82_799_850, 780_950, RaceKind::Official, "search_series"),
        (37_935_210, 502_054, RaceKind::Hosted, "search_hosted"),
        (46_557_088, 899_407, RaceKind::League, "search_hosted"),
    ] {
        let pair = stand.sign_in(cust_id).await;
        let truth = stand.sandbox.truth(cust_id);
        assert!(truth.iter().any(|race| (race.subsession_id, race.kind) == (subsession_id, kind)), "{truth:?}");
        let rows = stand.search_all(&pair, cust_id, search).await;
        assert!(rows.iter().any(|row| row["subsession_id"] == subsession_id), "{subsession_id}");
    }
}
