//! The event log.

use crate::{read, result};
use domain::{
    DriverId, EntrantId, TeamId,
    analysis::{Penalty, RaceEvent, RaceEventKind},
};
use iracing::models::event_log::EventLogRow;
use race_mapping::{race_events, session_from_results};
use serde_json::json;

fn row(code: i64, whose: i64, time: i64, description: &str, message: &str) -> EventLogRow {
    let row = json!({
        "subsession_id": 1, "simsession_number": 0, "event_code": code, "group_id": whose, "session_time": time,
        "event_seq": time, "lap_number": 2, "description": description, "message": message,
    });
    serde_json::from_value(row).unwrap()
}

/// Of a race of members, one of teams, one with an AI driver.
fn mapped(session: &str, rows: &[EventLogRow]) -> Vec<(Option<EntrantId>, RaceEventKind)> {
    let session = session_from_results(&result(session)).unwrap();
    race_events(&session, rows).into_iter().map(|event| (event.entrant, event.kind)).collect()
}

const SOLO: &str = "results_get_solo.json";

#[test]
fn penalties_are_kept_and_what_the_laps_tell_is_left_out() {
    let session = session_from_results(&result(SOLO)).unwrap();
    let penalty = Penalty { reason: "Repairs needed".to_owned(), sanction: "Repair".to_owned() };
    let expected = RaceEvent {
        session_time: 3_283_500,
        lap: 2,
        entrant: Some(EntrantId::Driver(DriverId(100_003))),
        kind: RaceEventKind::PenaltyApplied(penalty),
    };
    assert_eq!(race_events(&session, &read::<Vec<EventLogRow>>("event_log.json")), [expected]);
}

#[test]
fn a_penalty_is_that_of_whom_the_result_names_be_it_a_member_a_team_or_an_ai_driver() {
    let cleared = |whose| row(5, whose, 1, "Penalty Cleared", "Clear penalty: Repairs needed, Lap 3, #3 Somebody");
    let team = EntrantId::Team(TeamId(-5002));
    let repaired = || RaceEventKind::PenaltyCleared { reason: Some("Repairs needed".to_owned()) };
    assert_eq!(mapped("results_get_team.json", &[cleared(-5002)]), [(Some(team), repaired())]);
    let league = session_from_results(&result("event_result_league.json")).unwrap();
    let ai = league.entrants.iter().find_map(|entrant| match entrant.entrant_id {
        EntrantId::Ai(number) => Some(number),
        _ => None,
    });
    let expected = (Some(EntrantId::Ai(ai.unwrap())), repaired());
    assert_eq!(mapped("event_result_league.json", &[cleared(ai.unwrap())]), [expected]);
    assert_eq!(mapped(SOLO, &[cleared(999)]), [], "nobody of the result");
    assert_eq!(mapped(SOLO, &[row(4, 100_003, 1, "Penalty Applied", "Something else")]), []);
}

#[test]
fn cautions_concern_all_and_are_told_by_whatever_words_say_that_they_start_or_end() {
    use RaceEventKind::{CautionEnded, CautionStarted};
    for (description, message, expected) in [
        ("Caution Started", "Caution Started", Some(CautionStarted)),
        ("Caution Start", "", Some(CautionStarted)),
        ("Caution", "full-course caution begins, #12 Joe Green-Ende", Some(CautionStarted)),
        ("Caution", "Full course caution: start", Some(CautionStarted)),
        ("Caution Ended", "", Some(CautionEnded)),
        ("Caution", "END OF CAUTION", Some(CautionEnded)),
        ("Green flag", "", Some(CautionEnded)),
        ("Extended", "Extended", None),
    ] {
        let rows = [row(6, 100_003, 1, description, message)];
        let expected: Vec<_> = expected.into_iter().map(|kind| (None, kind)).collect();
        assert_eq!(mapped(SOLO, &rows), expected, "{description:?} {message:?}");
    }
}

#[test]
fn rows_come_in_the_order_in_which_they_happened() {
    let rows = [row(6, 0, 20, "Caution Ended", ""), row(6, 0, 10, "Caution Started", "")];
    use RaceEventKind::{CautionEnded, CautionStarted};
    assert_eq!(mapped(SOLO, &rows), [(None, CautionStarted), (None, CautionEnded)]);
}
