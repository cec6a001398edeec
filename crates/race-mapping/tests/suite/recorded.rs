//! The mapping against recorded answers of the real API. The recordings are not part of the project: without them these
//! tests have nothing to do.

use domain::{
    DriverId, EntrantId, Race, RaceKind, RaceSource, Session,
    analysis::{Field, StoryKind, story},
    session::SimsessionType,
};
use iracing::{EventResult, models::laps::LapRow};
use race_mapping::{
    car_descriptions, cars, lap_chart, race_events, series, series_descriptions, session_from_results,
    track_descriptions, tracks,
};
use serde_json::Value;
use std::collections::BTreeMap;

#[path = "../../../iracing/tests/suite/recordings.rs"]
mod recordings;

fn body(path: &str) -> Option<Value> {
    let recording = std::fs::read(recordings::folder()?.join(path)).unwrap();
    let mut body: Value = serde_json::from_slice(&recording).unwrap();
    if body.get("headers").is_some() {
        body = body["content"].take();
    }
    Some(body)
}

fn session(file: &str) -> Option<Session> {
    let body = body(&format!("results/get/{file}"))?;
    Some(session_from_results(&EventResult::parse(body.to_string().as_bytes()).unwrap()).unwrap())
}

#[test]
fn the_race_82263872_has_thirty_drivers_with_every_lap() {
    let Some(session) = session("jasondilworth-82263872-race.json") else { return };
    assert_eq!(session.entrants.len(), 30);
    assert_eq!((session.info.kind, session.info.race_week), (RaceKind::Official, Some(2)));
    for (file, simsession) in [("jasondilworth-82263872-sim0.json", 0), ("jasondilworth-82263872-sim-1.json", -1)] {
        let rows = body(&format!("results/lap_chart_data/{file}")).unwrap();
        let rows: Vec<LapRow> = serde_json::from_value(rows).unwrap();
        let chart = lap_chart(&session, simsession, &rows);
        for entrant in &session.entrants {
            let laps = chart.entrants.iter().find(|laps| laps.entrant == entrant.entrant_id);
            let driven = laps.map_or(0, |laps| laps.laps.iter().filter(|lap| lap.number > 0).count());
            let expected = entrant.result(simsession).map(|result| result.laps_complete);
            assert_eq!(u32::try_from(driven).ok(), expected, "{}", entrant.name);
        }
        assert_eq!(chart.entrants.iter().map(|laps| laps.laps.len()).sum::<usize>(), rows.len());
    }
    let winner = &session.entrants[0];
    let EntrantId::Driver(winner_id) = winner.entrant_id else { panic!("{winner:?}") };
    let race = Race::of(&session, winner_id, RaceSource::Iracing).unwrap();
    assert_eq!((race.start_position, race.finish_position, race.field_size), (Some(1), Some(1), 30));
    assert_eq!((race.laps_complete, race.laps_led, race.incidents), (10, 10, 2));
    assert_eq!((race.ratings.old_irating, race.ratings.new_irating), (Some(6223), Some(6260)));
    assert_eq!((race.split_number, race.split_count), (Some(1), Some(10)));
    let weather = session.info.weather.unwrap();
    assert_eq!((weather.temperature_celsius, weather.wind_speed_meters_per_second), (Some(18.5), Some(2.9)));
}

#[test]
fn all_five_penalties_of_82263872_are_told_by_those_who_got_them() {
    let Some(session) = session("jasondilworth-82263872-race.json") else { return };
    let laps = body("results/lap_chart_data/jasondilworth-82263872-sim0.json").unwrap();
    let chart = lap_chart(&session, 0, &serde_json::from_value::<Vec<_>>(laps).unwrap());
    let log = body("results/event_log/jasondilworth-82263872.json").unwrap();
    let events = race_events(&session, &serde_json::from_value::<Vec<_>>(log).unwrap());
    assert_eq!(events.len(), 8, "five were given, three of them cleared");
    let field = Field::new(&session, &chart, &events);
    let told: Vec<_> = [752_226, 599_720, 541_492, 473_101, 823_496]
        .into_iter()
        .flat_map(|id| story(&field, EntrantId::Driver(DriverId(id))))
        .filter_map(|event| match event.kind {
            StoryKind::Penalty { reason, cleared_lap, .. } => Some((event.lap, reason, cleared_lap)),
            _ => None,
        })
        .collect();
    let repairs = "Repairs needed".to_owned();
    // The laps that the messages name; the column of the log is one ahead for four of them.
    assert_eq!(
        told,
        [
            (1, repairs.clone(), Some(3)),
            (4, "NetCode-Repair".to_owned(), Some(4)),
            (7, repairs.clone(), None),
            (7, repairs.clone(), Some(8)),
            (8, repairs, None),
        ]
    );
}

#[test]
fn the_daytona_24_has_its_teams_classes_and_drivers() {
    let Some(session) = session("jasondilworth-82799850-team-daytona24-2026.json") else { return };
    assert!(session.info.team);
    assert_eq!((session.entrants.len(), session.car_classes.len()), (59, 3));
    assert_eq!(session.car_classes.iter().map(|class| class.entries).collect::<Vec<_>>(), [14, 12, 33]);
    let mut drivers = 0;
    for team in &session.entrants {
        assert!(matches!(team.entrant_id, EntrantId::Team(id) if id.0 < 0), "{}", team.name);
        let incidents: u32 = team
            .drivers
            .iter()
            .flat_map(|driver| &driver.results)
            .filter(|own| own.simsession == 0)
            .map(|own| own.incidents)
            .sum();
        assert_eq!(team.result(0).unwrap().incidents, incidents, "{}", team.name);
        drivers += team.drivers.len();
    }
    assert_eq!(drivers, 231);
    let member = &session.entrants[0].drivers[0];
    let race = Race::of(&session, member.driver_id, RaceSource::Import).unwrap();
    assert_eq!((race.finish_position, race.finish_position_in_class), (Some(1), Some(1)));
    assert!(race.ratings.new_irating.is_some() && race.team_name.is_some());
}

#[test]
fn the_heats_37935210_end_in_a_feature() {
    let Some(session) = session("irleaguemanager-heattestresult-37935210.json") else { return };
    assert!(session.info.heat);
    assert_eq!((session.info.kind, session.info.series_id, session.info.season_year), (RaceKind::Hosted, None, None));
    let parts: Vec<_> = session.info.simsessions.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(parts, ["PRACTICE", "QUALIFY", "HEAT 1", "WARMUP", "FEATURE"]);
    let races = session.info.simsessions.iter().filter(|part| part.simsession_type == SimsessionType::Race);
    assert_eq!((races.count(), session.main_event(), session.entrants.len()), (2, 0, 17));
    let race = Race::of(&session, DriverId(502_054), RaceSource::Import).unwrap();
    assert_eq!(
        (race.start_position, race.start_position_in_class, race.finish_position),
        (Some(10), Some(10), Some(1))
    );
    assert_eq!((race.laps_complete, race.laps_led, race.incidents), (15, 2, 4));
}

#[test]
fn the_league_race_46557088_keeps_its_league() {
    let Some(session) = session("aydsko-GetSubSessionResultForLeagueSuccessful-2.json") else { return };
    assert_eq!((session.info.kind, session.info.league_id.map(|league| league.0)), (RaceKind::League, Some(5453)));
    assert_eq!(session.info.series_name, "Snail Speed Racing - GT3 League");
    assert_eq!((session.entrants.len(), session.info.laps_complete), (27, 25));
    let weather = session.info.weather.unwrap();
    // 65 F, 12 mph.
    assert_eq!((weather.temperature_celsius, weather.wind_speed_meters_per_second), (Some(18.3), Some(5.4)));
}

#[test]
fn the_two_classes_of_45243121_are_counted_apart() {
    let Some(session) = session("aydsko-GetSubSessionResultSuccessful-2.json") else { return };
    assert_eq!(session.car_classes.iter().map(|class| class.entries).collect::<Vec<_>>(), [11, 8]);
    let EntrantId::Driver(first) = session.entrants[0].entrant_id else { panic!() };
    let race = Race::of(&session, first, RaceSource::Iracing).unwrap();
    assert_eq!((race.field_size, race.field_size_in_class, race.class_count), (19, 11, 2));
}

#[test]
fn all_recorded_reference_data_is_mapped() {
    let (Some(track_list), Some(track_assets)) =
        (body("track/get/jasondilworth-get_tracks.json"), body("track/assets/jasondilworth-get_tracks_assets.json"))
    else {
        return;
    };
    let tracks = tracks(&serde_json::from_value::<Vec<_>>(track_list).unwrap(), &from(track_assets));
    assert_eq!(tracks.len(), 461);
    assert!(
        tracks.iter().all(|track| track.track_map_url.is_some() && track.image_url.is_some() && track.length_km > 0.1)
    );
    let car_list = body("car/get/jasondilworth-get_cars.json").unwrap();
    let car_assets = body("car/assets/jasondilworth-get_cars_assets.json").unwrap();
    let cars = cars(&serde_json::from_value::<Vec<_>>(car_list).unwrap(), &from(car_assets));
    assert!(cars.len() > 150 && cars.iter().all(|car| car.image_url.is_some()));
    let series_list = body("series/get/jasondilworth-get_series.json").unwrap();
    let series_assets = body("series/assets/jasondilworth-get_series_assets.json").unwrap();
    let stats = body("series/stats_series/jasondilworth-series_stats.json").unwrap();
    let all = series(
        &serde_json::from_value::<Vec<_>>(series_list).unwrap(),
        &from(series_assets),
        &serde_json::from_value::<Vec<_>>(stats).unwrap(),
    );
    assert!(all.iter().filter(|series| series.active).count() > 100);

    let assets = |path: &str| body(path).unwrap();
    let tracks = track_descriptions(&from(assets("track/assets/jasondilworth-get_tracks_assets.json")));
    let cars = car_descriptions(&from(assets("car/assets/jasondilworth-get_cars_assets.json")));
    let series = series_descriptions(&from(assets("series/assets/jasondilworth-get_series_assets.json")));
    assert_eq!((tracks.len(), cars.len()), (460, 183));
    let said = tracks.values().chain(cars.values()).chain(series.values());
    assert!(said.clone().all(|said| !["<p", "<b", "</", "&#", "\r"].iter().any(|markup| said.text.contains(markup))));
    assert!(cars.values().filter(|car| car.facts.len() > 3).count() > 150);
}

fn from<T: serde::de::DeserializeOwned>(body: Value) -> BTreeMap<i64, T> {
    serde_json::from_value(body).unwrap()
}
