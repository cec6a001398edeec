//! Sessions, races and laps to store: made up.

use domain::{
    CarClassId, CarId, Discipline, DriverId, EntrantId, EntrantLaps, IracingSessionId, Lap, LapChart, LapFlags, Race,
    RaceKind, RaceSource, SeasonId, SeriesId, Session, SubsessionId, TeamId, TrackId,
    session::{
        CarClass, Entrant, Ratings, SessionCar, SessionInfo, SessionTrack, Simsession, SimsessionResult,
        SimsessionType, Split, TeamDriver, Weather,
    },
};
use jiff::Timestamp;

pub const DRIVER: DriverId = DriverId(410_001);
pub const RIVAL: DriverId = DriverId(410_002);
pub const TEAM: TeamId = TeamId(-7);
pub const CO_DRIVER: DriverId = DriverId(410_003);
pub const SUBSESSION: SubsessionId = SubsessionId(71_000_001);

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A race of [`DRIVER`] against a team of [`RIVAL`] and [`CO_DRIVER`], and an AI driver.
pub fn session() -> Session {
    let track = SessionTrack {
        track_id: TrackId(255),
        name: "Hartwald Ring".to_owned(),
        layout: Some("Grand Prix".to_owned()),
    };
    let part = |number, name: &str, simsession_type| Simsession {
        number,
        name: name.to_owned(),
        simsession_type,
        weather: None,
    };
    let info = SessionInfo {
        subsession_id: SUBSESSION,
        session_id: IracingSessionId(61_000_001),
        start_time: at("2026-05-02T18:45:00Z"),
        end_time: Some(at("2026-05-02T19:31:12Z")),
        kind: RaceKind::Official,
        team: true,
        heat: false,
        discipline: Some(Discipline::SportsCar),
        series_id: Some(SeriesId(447)),
        series_name: "GT3 Fixed Series".to_owned(),
        season_id: Some(SeasonId(5200)),
        season_name: Some("GT3 Fixed Series - 2026 Season 2".to_owned()),
        season_year: Some(2026),
        season_quarter: Some(2),
        race_week: Some(7),
        league_id: None,
        league_name: None,
        session_name: None,
        track,
        weather: Some(Weather {
            temperature_celsius: Some(21.5),
            humidity_percent: Some(57.0),
            wind_speed_meters_per_second: Some(3.5),
            wind_direction: Some(3),
            skies: Some(1),
            ..Weather::default()
        }),
        strength_of_field: Some(1870),
        corners_per_lap: Some(16),
        average_lap_time: Some(1_013_500),
        best_lap_time: Some(1_003_000),
        laps_complete: 3,
        cautions: Some(0),
        caution_laps: Some(0),
        lead_changes: Some(1),
        splits: vec![
            Split { subsession_id: SUBSESSION, strength_of_field: 1870 },
            Split { subsession_id: SubsessionId(71_000_002), strength_of_field: 1410 },
        ],
        simsessions: vec![part(-1, "QUALIFY", SimsessionType::Qualifying), part(0, "RACE", SimsessionType::Race)],
        lap_charts: vec![0],
    };
    let entrant = |entrant_id, name: &str, position: u32| Entrant {
        entrant_id,
        name: name.to_owned(),
        car_number: position.to_string(),
        car_id: CarId(132),
        car_name: "BMW M4 GT3".to_owned(),
        car_class_id: CarClassId(2708),
        division: Some(3),
        country_code: Some("DE".to_owned()),
        results: vec![result(0, position)],
        drivers: Vec::new(),
    };
    let member = |driver_id, name: &str| TeamDriver { driver_id, name: name.to_owned(), results: vec![result(0, 2)] };
    Session {
        info,
        car_classes: vec![CarClass {
            car_class_id: CarClassId(2708),
            name: "GT3 Class".to_owned(),
            short_name: "GT3".to_owned(),
            strength_of_field: Some(1870),
            entries: 3,
        }],
        cars: vec![SessionCar { car_id: CarId(132), name: "BMW M4 GT3".to_owned(), car_class_id: CarClassId(2708) }],
        entrants: vec![
            Entrant {
                results: vec![result(-1, 2), result(0, 1)],
                ..entrant(EntrantId::Driver(DRIVER), "Anna Feld", 1)
            },
            Entrant {
                drivers: vec![member(RIVAL, "Ben Okafor"), member(CO_DRIVER, "Chiara Rossi")],
                ..entrant(EntrantId::Team(TEAM), "Late Brakers", 2)
            },
            entrant(EntrantId::Ai(1), "Robo Racer", 3),
        ],
    }
}

fn result(simsession: i32, position: u32) -> SimsessionResult {
    let is_race = simsession == 0;
    SimsessionResult {
        simsession,
        position: Some(position),
        position_in_class: Some(position),
        start_position: is_race.then_some(4 - position),
        start_position_in_class: is_race.then_some(4 - position),
        laps_complete: 3,
        laps_led: if position == 1 { 3 } else { 0 },
        interval: Some(i64::from(position - 1) * 54_321),
        class_interval: Some(i64::from(position - 1) * 54_321),
        average_lap_time: Some(1_012_000),
        best_lap_time: Some(1_003_000 + i64::from(position) * 1_100),
        best_lap_number: Some(2),
        qualifying_time: (!is_race).then_some(1_002_900),
        incidents: position * 2,
        reason_out: "Running".to_owned(),
        champ_points: is_race.then_some(120),
        ratings: Ratings {
            old_irating: Some(1800),
            new_irating: Some(1850),
            old_sub_level: Some(310),
            new_sub_level: Some(318),
            old_license_level: Some(14),
            new_license_level: Some(14),
            old_cpi: Some(21.5),
            new_cpi: Some(22.75),
        },
    }
}

/// The laps of the race in [`session`].
pub fn chart() -> LapChart {
    let lap = |number: u32, driver, time: Option<i64>, flags| Lap {
        number,
        driver,
        session_time: Some(600_000 + i64::from(number) * 1_010_000),
        lap_time: time,
        position: Some(1),
        flags: LapFlags(flags),
        incident: flags == LapFlags::OFF_TRACK.0,
    };
    let invalid = LapFlags::INVALID.0;
    LapChart {
        simsession: 0,
        entrants: vec![
            EntrantLaps {
                entrant: EntrantId::Driver(DRIVER),
                laps: vec![
                    lap(0, DRIVER, None, 0),
                    lap(1, DRIVER, Some(1_021_000), LapFlags::FIRST_LAP.0),
                    lap(2, DRIVER, Some(1_004_100), LapFlags::OFF_TRACK.0),
                    lap(3, DRIVER, Some(1_000_000), invalid),
                ],
            },
            EntrantLaps {
                entrant: EntrantId::Team(TEAM),
                laps: vec![
                    lap(1, RIVAL, Some(1_022_000), LapFlags::FIRST_LAP.0),
                    lap(2, RIVAL, Some(1_006_000), 0),
                    lap(3, CO_DRIVER, Some(1_005_200), LapFlags::DRIVER_CHANGE.0),
                ],
            },
        ],
    }
}

/// A race of [`DRIVER`], the `number`th of a season of one a day; series, cars and kinds take turns.
pub fn race(number: i64) -> Race {
    let race = Race::of(&session(), DRIVER, RaceSource::Iracing).unwrap();
    Race {
        subsession_id: SubsessionId(72_000_000 + number),
        start_time: at("2025-01-01T20:00:00Z") + jiff::SignedDuration::from_hours(24 * number),
        series_id: (number % 5 != 0).then_some(SeriesId(400 + number % 3)),
        car_id: CarId(100 + number % 4),
        kind: RaceKind::ALL[usize::try_from(number % 4).unwrap()],
        discipline: Some(Discipline::ALL[usize::try_from(number % 6).unwrap()]),
        ..race
    }
}
