//! The analyses against answers that iRacing gave.
//!
//! The recordings are not part of the repository: without them these tests pass without looking at anything.

use domain::{
    CarClassId, Discipline, DriverId, EntrantId, EntrantLaps, IracingSessionId, Lap, LapChart, LapFlags, RaceKind,
    Session, SubsessionId, TeamId, TrackId,
    analysis::{
        Field, LapClass, Penalty, PlaceCause, RaceEvent, RaceEventKind, Scope, StoryKind, ledger, pace,
        rating_estimates, stints, story,
    },
    ids::CarId,
    session::{CarClass, Entrant, Ratings, SessionInfo, SessionTrack, Simsession, SimsessionResult, SimsessionType},
};
use serde_json::Value;
use std::collections::BTreeMap;

#[path = "../../iracing/tests/suite/recordings.rs"]
mod recordings;

fn recorded(path: &str) -> Option<Value> {
    let path = recordings::folder()?.join("results").join(path);
    let text = std::fs::read_to_string(path).expect("a recording");
    let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    if value.get("headers").is_some() {
        value = value["content"].take();
    }
    if let Value::String(body) = &value {
        value = serde_json::from_str(body).expect("JSON");
    }
    Some(value)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().filter(|number| *number != -1)
}

fn place(value: &Value) -> Option<u32> {
    number(value).and_then(|place| u32::try_from(place + 1).ok())
}

fn small<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    number(value).and_then(|number| T::try_from(number).ok())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn result(simsession: i32, row: &Value) -> SimsessionResult {
    SimsessionResult {
        simsession,
        position: place(&row["finish_position"]),
        position_in_class: place(&row["finish_position_in_class"]),
        start_position: place(&row["starting_position"]),
        start_position_in_class: place(&row["starting_position_in_class"]),
        laps_complete: small(&row["laps_complete"]).unwrap_or(0),
        laps_led: 0,
        interval: number(&row["interval"]),
        class_interval: number(&row["class_interval"]),
        average_lap_time: number(&row["average_lap"]),
        best_lap_time: number(&row["best_lap_time"]),
        best_lap_number: small(&row["best_lap_num"]),
        qualifying_time: None,
        incidents: small(&row["incidents"]).unwrap_or(0),
        reason_out: text(&row["reason_out"]),
        champ_points: None,
        ratings: Ratings {
            old_irating: small(&row["oldi_rating"]),
            new_irating: small(&row["newi_rating"]),
            ..Ratings::default()
        },
    }
}

fn session(path: &str) -> Option<Session> {
    let body = recorded(path)?;
    let mut entrants: BTreeMap<EntrantId, Entrant> = BTreeMap::new();
    let mut simsessions = Vec::new();
    for part in body["session_results"].as_array().expect("simsessions") {
        let simsession = small(&part["simsession_number"]).unwrap_or(-1);
        let simsession_type =
            if part["simsession_type"] == 6 { SimsessionType::Race } else { SimsessionType::Practice };
        simsessions.push(Simsession {
            number: simsession,
            name: text(&part["simsession_name"]),
            simsession_type,
            weather: None,
        });
        for row in part["results"].as_array().expect("rows") {
            let entrant_id = match number(&row["team_id"]).filter(|_| row["cust_id"].is_null()) {
                Some(team) => EntrantId::Team(TeamId(team)),
                None => EntrantId::Driver(DriverId(row["cust_id"].as_i64().expect("an id"))),
            };
            let entrant = entrants.entry(entrant_id).or_insert_with(|| Entrant {
                entrant_id,
                name: text(&row["display_name"]),
                car_number: text(&row["livery"]["car_number"]),
                car_id: CarId(row["car_id"].as_i64().expect("a car")),
                car_name: String::new(),
                car_class_id: CarClassId(row["car_class_id"].as_i64().expect("a class")),
                division: None,
                country_code: None,
                results: Vec::new(),
                drivers: Vec::new(),
            });
            entrant.results.push(result(simsession, row));
        }
    }
    let kind = match (number(&body["league_id"]).filter(|league| *league > 0), body["official_session"] == true) {
        (Some(_), _) => RaceKind::League,
        (None, true) => RaceKind::Official,
        (None, false) => RaceKind::Unofficial,
    };
    let class = |class: &Value| CarClass {
        car_class_id: CarClassId(class["car_class_id"].as_i64().expect("a class")),
        name: text(&class["name"]),
        short_name: text(&class["short_name"]),
        strength_of_field: small(&class["strength_of_field"]),
        entries: small(&class["num_entries"]).unwrap_or(0),
    };
    Some(Session {
        info: SessionInfo {
            subsession_id: SubsessionId(body["subsession_id"].as_i64().expect("an id")),
            session_id: IracingSessionId(body["session_id"].as_i64().expect("an id")),
            start_time: body["start_time"].as_str().and_then(|time| time.parse().ok()).expect("a time"),
            end_time: None,
            kind,
            team: body["driver_changes"] == true,
            heat: number(&body["heat_info_id"]).is_some(),
            discipline: number(&body["license_category_id"]).and_then(Discipline::from_category_id),
            series_id: None,
            series_name: text(&body["series_name"]),
            season_id: None,
            season_name: None,
            season_year: None,
            season_quarter: None,
            race_week: None,
            league_id: None,
            league_name: None,
            session_name: None,
            track: SessionTrack { track_id: TrackId(1), name: String::new(), layout: None },
            weather: None,
            strength_of_field: small(&body["event_strength_of_field"]),
            corners_per_lap: small(&body["corners_per_lap"]),
            average_lap_time: None,
            best_lap_time: None,
            laps_complete: small(&body["event_laps_complete"]).unwrap_or(0),
            cautions: None,
            caution_laps: None,
            lead_changes: None,
            splits: Vec::new(),
            simsessions,
            lap_charts: vec![0],
        },
        car_classes: body["car_classes"].as_array().expect("classes").iter().map(class).collect(),
        cars: Vec::new(),
        entrants: entrants.into_values().collect(),
    })
}

fn chart(path: &str) -> Option<LapChart> {
    let mut laps: BTreeMap<i64, Vec<Lap>> = BTreeMap::new();
    for row in recorded(path)?.as_array().expect("rows") {
        laps.entry(row["group_id"].as_i64().expect("an id")).or_default().push(Lap {
            number: small(&row["lap_number"]).expect("a number"),
            driver: DriverId(row["cust_id"].as_i64().expect("an id")),
            session_time: number(&row["session_time"]),
            lap_time: number(&row["lap_time"]),
            position: small(&row["lap_position"]).filter(|position| *position > 0),
            flags: LapFlags(small(&row["flags"]).unwrap_or(0)),
            incident: row["incident"] == true,
        });
    }
    let entrants =
        laps.into_iter().map(|(id, laps)| EntrantLaps { entrant: EntrantId::Driver(DriverId(id)), laps }).collect();
    Some(LapChart { simsession: 0, entrants })
}

fn events(path: &str) -> Option<Vec<RaceEvent>> {
    let rows = recorded(path)?;
    let event = |row: &Value| {
        let kind = match row["event_code"].as_i64()? {
            4 => RaceEventKind::PenaltyApplied(Penalty::parse(row["message"].as_str()?)?),
            5 => RaceEventKind::PenaltyCleared { reason: Penalty::reason_cleared(row["message"].as_str()?) },
            _ => return None,
        };
        let entrant = number(&row["group_id"]).map(|id| EntrantId::Driver(DriverId(id)));
        Some(RaceEvent { session_time: number(&row["session_time"])?, lap: small(&row["lap_number"])?, entrant, kind })
    };
    Some(rows.as_array().expect("rows").iter().filter_map(event).collect())
}

struct Gt4 {
    session: Session,
    chart: LapChart,
    events: Vec<RaceEvent>,
}

/// 82263872: 30 drivers of one class over ten laps.
fn gt4() -> Option<Gt4> {
    Some(Gt4 {
        session: session("get/jasondilworth-82263872-race.json")?,
        chart: chart("lap_chart_data/jasondilworth-82263872-sim0.json")?,
        events: events("event_log/jasondilworth-82263872.json")?,
    })
}

fn driver(id: i64) -> EntrantId {
    EntrantId::Driver(DriverId(id))
}

/// The gaps that the pages draw from these laps are held against the recording by the pages' own tests.
#[test]
fn places_crossings_and_lap_counts_equal_the_recording() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    assert_eq!(field.entries.len(), 30);
    let rows = recorded("lap_chart_data/jasondilworth-82263872-sim0.json").expect("recorded");
    for row in rows.as_array().expect("rows") {
        let entry = field.entry(driver(row["group_id"].as_i64().expect("an id"))).expect("in the field");
        let number = small(&row["lap_number"]).expect("a number");
        let position = small(&row["lap_position"]).filter(|position: &u32| *position > 0);
        assert_eq!(entry.lap(number).and_then(|lap| lap.position), position);
        assert_eq!(
            field.place_after(entry, number, Scope::Class),
            position,
            "one class: class and overall are the same"
        );
        assert_eq!(entry.crossing(number), row["session_time"].as_i64());
    }
    let winner = &field.entries[0];
    for entry in &field.entries {
        let driven = entry.laps.iter().filter(|lap| lap.number > 0).count();
        assert_eq!(u32::try_from(driven), Ok(entry.result.laps_complete));
        let covered: u32 = stints(entry).iter().map(|stint| stint.last_lap - stint.first_lap + 1).sum();
        assert_eq!(covered, entry.result.laps_complete);
        let last = entry.last_lap();
        if let Some(interval) = entry.result.interval {
            let behind = entry.crossing(last).zip(winner.crossing(last)).map(|(own, first)| own - first);
            assert_eq!(behind, Some(interval), "the result's interval");
        }
    }
}

#[test]
fn every_uncounted_lap_of_the_recording_gets_a_time_and_no_pace_lap_is_marked() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    let laps = || field.entries.iter().flat_map(|entry| &entry.laps);
    let recovered = laps().filter(|lap| lap.recovered).count();
    let untimed = laps().filter(|lap| lap.number > 0 && lap.lap_time.is_none()).count();
    assert_eq!((recovered, untimed), (6, 2), "the two tows jump, all others are sound");
    assert_eq!(laps().filter(|lap| lap.class == LapClass::Grid).count(), 30);
    assert_eq!(laps().filter(|lap| lap.class == LapClass::First).count(), 28);
    assert_eq!(laps().filter(|lap| lap.class == LapClass::Tow).count(), 2);
    // #21 stops at the end of lap 2: iRacing marks both laps as pitted.
    let stopped = field.entry(driver(752_226)).expect("in the field");
    assert_eq!(stopped.lap(2).map(|lap| lap.class), Some(LapClass::In));
    assert_eq!(stopped.lap(3).map(|lap| lap.class), Some(LapClass::Out));
    for one in pace(&field) {
        let best = field.entry(one.entrant).and_then(|entry| entry.result.best_lap_time);
        assert_eq!(one.best, best, "the result's best lap");
    }
}

#[test]
fn the_ledger_of_all_30_drivers_adds_up() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    for entry in &field.entries {
        for scope in [Scope::Overall, Scope::Class] {
            let ledger =
                ledger(&field, entry.id(), scope).expect("everybody has a place on the grid and in the result");
            let expected =
                entry.start(scope).zip(entry.finish(scope)).map(|(start, finish)| i64::from(start) - i64::from(finish));
            assert_eq!(expected, Some(i64::from(ledger.gained())), "{}", entry.entrant.name);
            assert_eq!(ledger.gained(), ledger.steps.iter().map(|step| step.places).sum::<i32>());
            let after_start = entry.lap(1).and_then(|lap| lap.position);
            if let Some(after_start) = after_start {
                let on_lap_1: i32 = ledger.steps.iter().filter(|step| step.lap == 1).map(|step| step.places).sum();
                assert_eq!(i64::from(on_lap_1), i64::from(ledger.start) - i64::from(after_start));
            }
        }
    }
}

#[test]
fn the_story_of_a_driver_tells_their_penalty_incidents_and_finish() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    let story = story(&field, driver(599_720));
    let penalty = story.iter().find(|event| matches!(event.kind, StoryKind::Penalty { .. })).expect("a penalty");
    assert_eq!(penalty.lap, 4, "the message says lap 4");
    let StoryKind::Penalty { reason, cleared_lap, .. } = &penalty.kind else { panic!("a penalty") };
    assert_eq!((reason.as_str(), *cleared_lap), ("NetCode-Repair", Some(4)));
    let towed =
        story.iter().any(|event| matches!(event.kind, StoryKind::Incident { towed: true, .. }) && event.lap == 4);
    assert!(towed);
    let last = story.iter().rfind(|event| matches!(event.kind, StoryKind::Finish { .. })).expect("a finish");
    assert_eq!(last.lap, 8);
}

#[test]
fn the_tows_of_the_recording_have_their_cost_by_the_clock_and_their_places() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    let towed = |id: i64| {
        story(&field, driver(id)).into_iter().find_map(|event| match event.kind {
            StoryKind::Incident { cost, places, towed: true, .. } => Some((event.lap, cost, places)),
            _ => None,
        })
    };
    assert_eq!(towed(599_720), Some((4, Some(2_671_814), Some(-2))));
    assert_eq!(towed(473_101), Some((7, Some(627_204), Some(-9))));
}

#[test]
fn who_was_still_running_on_a_lap_that_the_end_cut_off_finished() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    let id = driver(628_889);
    let entry = field.entry(id).expect("in the field");
    assert!(!entry.laps.last().is_some_and(|lap| lap.has(LapFlags::CHECKERED)), "there is no mark of the flag");
    let told = story(&field, id);
    let finish = told.last().map(|event| &event.kind).expect("a finish");
    assert!(matches!(finish, StoryKind::Finish { finished: true, laps_behind: 1, place: Some(24), .. }), "{finish:?}");
    for other in &field.entries {
        let told = story(&field, other.id());
        assert!(!told.iter().any(|event| matches!(event.kind, StoryKind::Retirement { .. }) && event.entrants == [id]));
        let ledger = ledger(&field, other.id(), Scope::Class).expect("a ledger");
        assert!(!ledger.steps.iter().any(|step| step.other == id && step.cause == PlaceCause::Retirement));
    }
}

#[test]
fn lap_1_wins_as_many_places_in_the_story_as_in_the_ledger() {
    let Some(race) = gt4() else { return };
    let field = Field::new(&race.session, &race.chart, &race.events);
    for entry in field.entries.iter().filter(|entry| entry.last_lap() > 0) {
        let told = story(&field, entry.id());
        let StoryKind::Start { gained, .. } = told[0].kind else { panic!("a start") };
        assert_eq!(ledger(&field, entry.id(), Scope::Class).map(|ledger| ledger.at_start), Some(gained));
    }
}

#[test]
fn rating_estimates_meet_the_official_races_within_two_points() {
    let mut classified = 0;
    for path in ["get/jasondilworth-82263872-race.json", "get/aydsko-GetSubSessionResultSuccessful-2.json"] {
        let Some(session) = session(path) else { return };
        for class in &session.car_classes {
            let estimates = rating_estimates(&session, class.car_class_id).expect("the formula holds");
            for estimate in &estimates {
                let actual = f64::from(estimate.actual_change.expect("everybody is rated"));
                assert!((estimate.change - actual).abs() <= 2.0, "{path}: {estimate:?}");
                classified += 1;
            }
        }
    }
    assert_eq!(classified, 49);
}

#[test]
fn nothing_is_estimated_for_team_league_and_heat_races() {
    for path in [
        "get/jasondilworth-82799850-team-daytona24-2026.json",
        "get/aydsko-GetSubSessionResultForLeagueSuccessful-2.json",
        "get/irleaguemanager-heattestresult-37935210.json",
    ] {
        let Some(session) = session(path) else { return };
        for class in &session.car_classes {
            assert_eq!(rating_estimates(&session, class.car_class_id), None, "{path}");
        }
    }
}
