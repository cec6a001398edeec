//! Whatever numbers iRacing writes, mapping them ends with a session or an error.

use crate::result;
use iracing::models::{event_log::EventLogRow, laps::LapRow};
use proptest::prelude::*;
use race_mapping::{lap_chart, race_events, session_from_results};

fn extreme() -> impl Strategy<Value = i64> {
    prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(-2), Just(0), Just(i64::from(u32::MAX)), any::<i64>()]
}

proptest! {
    #[test]
    fn extreme_numbers_never_panic(numbers in prop::collection::vec(extreme(), 12), week in extreme(), part in extreme()) {
        let mut odd = result("results_get_team.json");
        odd.race_week_num = Some(week);
        odd.event_strength_of_field = Some(numbers[0]);
        odd.session_results[0].simsession_number = part;
        let row = &mut odd.session_results[1].results[0];
        row.finish_position = Some(numbers[1]);
        row.starting_position = Some(numbers[2]);
        row.team_id = Some(numbers[3]);
        row.cust_id = Some(numbers[4]);
        row.laps_complete = Some(numbers[5]);
        row.oldi_rating = Some(numbers[6]);
        row.interval = Some(numbers[7]);
        if let Ok(session) = session_from_results(&odd) {
            let lap: LapRow = serde_json::from_value(serde_json::json!({
                "group_id": numbers[3], "lap_number": numbers[8], "flags": numbers[9],
                "lap_position": numbers[10], "session_time": numbers[11], "cust_id": numbers[4],
            })).unwrap();
            lap_chart(&session, 0, &[lap]);
            let event: EventLogRow = serde_json::from_value(serde_json::json!({
                "subsession_id": numbers[0], "simsession_number": part, "session_time": numbers[11], "event_code": 5,
                "group_id": numbers[3], "lap_number": numbers[8],
            })).unwrap();
            race_events(&session, &[event]);
        }
    }
}
