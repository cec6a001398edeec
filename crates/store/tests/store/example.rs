//! Sessions, races and laps to store: made up, in the size of real ones.

use crate::at;
use domain::{
    CarClassId, CarId, Discipline, DriverId, EntrantId, IracingSessionId, LapChart, LapFlags, Race, RaceKind,
    RaceSource, SeasonId, SeriesId, Session, SubsessionId, TeamId, TrackId,
    lap::{EntrantLaps, Lap},
    session::{
        CarClass, Entrant, Ratings, SessionCar, SessionInfo, SessionTrack, Simsession, SimsessionResult,
        SimsessionType, Split, TeamDriver, Weather,
    },
};
use jiff::Timestamp;

pub fn weather() -> Weather {
    Weather {
        temperature_celsius: Some(18.4),
        humidity_percent: Some(95.0),
        wind_speed_meters_per_second: Some(3.5),
        wind_direction: Some(1),
        skies: Some(2),
        precipitation_percent: Some(0.0),
        precipitation_mm: Some(0.0),
        track_water: None,
    }
}

pub fn result(simsession: i32, position: u32) -> SimsessionResult {
    SimsessionResult {
        simsession,
        position: Some(position),
        position_in_class: Some(position),
        start_position: (simsession == 0).then_some(position),
        start_position_in_class: (simsession == 0).then_some(position),
        laps_complete: 20,
        laps_led: if position == 1 { 20 } else { 0 },
        interval: Some(i64::from(position) * 12_345),
        class_interval: Some(i64::from(position) * 12_345),
        average_lap_time: Some(1_319_436),
        best_lap_time: Some(1_317_601),
        best_lap_number: Some(7),
        qualifying_time: (simsession == -1).then_some(1_318_000),
        incidents: position % 9,
        reason_out: if position % 10 == 9 { "Disconnected".into() } else { "Running".into() },
        champ_points: Some(100 - position as i32),
        ratings: Ratings {
            old_irating: Some(2_961),
            new_irating: Some(2_990),
            old_sub_level: Some(399),
            new_sub_level: Some(402),
            old_license_level: Some(17),
            new_license_level: Some(17),
            old_cpi: Some(29.836_252),
            new_cpi: Some(32.966_415),
        },
    }
}

/// A GT race with practice and qualifying: one class, six cars.
pub fn session(subsession: i64, start: Timestamp, cars: u32) -> Session {
    let class = CarClassId(2268);
    let simsession = |number, name: &str, simsession_type| Simsession {
        number,
        name: name.into(),
        simsession_type,
        weather: Some(weather()),
    };
    Session {
        info: SessionInfo {
            subsession_id: SubsessionId(subsession),
            session_id: IracingSessionId(295_895_065),
            start_time: start,
            end_time: Some(start + jiff::SignedDuration::from_mins(40)),
            kind: RaceKind::Official,
            team: false,
            heat: false,
            discipline: Some(Discipline::SportsCar),
            series_id: Some(SeriesId(491)),
            series_name: "GT Challenge by Example".into(),
            season_id: Some(SeasonId(5910)),
            season_name: Some("GT Challenge by Example - 2026 Season 1".into()),
            season_year: Some(2026),
            season_quarter: Some(1),
            race_week: Some(2),
            league_id: None,
            league_name: None,
            session_name: None,
            track: SessionTrack {
                track_id: TrackId(255),
                name: "Nürburgring Grand-Prix-Strecke".into(),
                layout: Some("BES/WEC".into()),
            },
            weather: Some(weather()),
            strength_of_field: Some(2965),
            corners_per_lap: Some(16),
            average_lap_time: Some(1_319_436),
            best_lap_time: Some(1_317_601),
            laps_complete: 20,
            cautions: Some(0),
            caution_laps: Some(0),
            lead_changes: Some(3),
            splits: (0..10)
                .map(|split| Split {
                    subsession_id: SubsessionId(subsession + split),
                    strength_of_field: 2965 - 100 * split as u32,
                })
                .collect(),
            simsessions: vec![
                simsession(-2, "PRACTICE", SimsessionType::Practice),
                simsession(-1, "QUALIFY", SimsessionType::Qualifying),
                simsession(0, "RACE", SimsessionType::Race),
            ],
            lap_charts: vec![0],
        },
        car_classes: vec![CarClass {
            car_class_id: class,
            name: "GT".into(),
            short_name: "GT".into(),
            strength_of_field: Some(2961),
            entries: cars,
        }],
        cars: (0..6)
            .map(|car| SessionCar { car_id: CarId(150 + car), name: format!("Example GT {car}"), car_class_id: class })
            .collect(),
        entrants: (1..=cars)
            .map(|position| Entrant {
                entrant_id: EntrantId::Driver(DriverId(100_000 + i64::from(position))),
                name: format!("Example Driver{position}"),
                car_number: format!("{position:03}"),
                car_id: CarId(150 + i64::from(position) % 6),
                car_name: format!("Example GT {}", position % 6),
                car_class_id: class,
                division: Some(3),
                country_code: Some("DE".into()),
                results: vec![result(-2, position), result(-1, position), result(0, position)],
                drivers: Vec::new(),
            })
            .collect(),
    }
}

/// The same race, as one for teams of two.
pub fn team_session(subsession: i64, start: Timestamp) -> Session {
    let mut session = session(subsession, start, 4);
    session.info.team = true;
    for (index, entrant) in (1..).zip(&mut session.entrants) {
        entrant.entrant_id = EntrantId::Team(TeamId(-index));
        entrant.drivers = (0..2)
            .map(|seat| TeamDriver {
                driver_id: DriverId(index * 10 + seat),
                name: format!("Seat {seat}"),
                results: vec![result(0, index as u32)],
            })
            .collect();
    }
    session
}

/// Laps with the noise of real ones: no two take the same time.
pub fn laps(cars: u32, laps: u32) -> LapChart {
    let entrants = (1..=cars)
        .map(|car| {
            let mut time = 1_764_000 + i64::from(car) * 10;
            let mut noise = u64::from(car) * 7_919;
            let driver = DriverId(100_000 + i64::from(car));
            let laps = (0..=laps)
                .map(|number| {
                    noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let lap_time = 1_300_000 + (noise >> 33) as i64 % 60_000;
                    time += if number > 0 { lap_time } else { 0 };
                    let bad = noise >> 60 == 0;
                    Lap {
                        number,
                        driver,
                        session_time: Some(time),
                        lap_time: (number > 0 && !bad).then_some(lap_time),
                        position: Some(car),
                        flags: LapFlags(if bad { 1 | 4 } else { 0 }),
                        incident: bad,
                    }
                })
                .collect();
            EntrantLaps { entrant: EntrantId::Driver(driver), laps }
        })
        .collect();
    LapChart { simsession: 0, entrants }
}

pub fn race(driver: i64, subsession: i64, start: &str) -> Race {
    let mut session = session(subsession, at(start), 12);
    session.entrants[4].entrant_id = EntrantId::Driver(DriverId(driver));
    Race::of(&session, DriverId(driver), RaceSource::Iracing).unwrap()
}
