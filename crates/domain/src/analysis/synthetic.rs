//! Made-up races for property tests: any field, any laps, scored as iRacing scores them.

use crate::{
    analysis::event::{RaceEvent, RaceEventKind},
    ids::{CarClassId, CarId, DriverId, EntrantId, IracingSessionId, SeriesId, SubsessionId, TeamId, TrackId},
    lap::{EntrantLaps, Lap, LapChart, LapFlags},
    session::{
        CarClass, Discipline, Entrant, RaceKind, Ratings, Session, SessionInfo, SessionTrack, Simsession,
        SimsessionResult, SimsessionType,
    },
};
use jiff::Timestamp;
use proptest::prelude::*;

/// A session with its laps and events.
#[derive(Debug, Clone)]
pub(crate) struct SyntheticRace {
    pub session: Session,
    pub chart: LapChart,
    pub events: Vec<RaceEvent>,
}

#[derive(Debug, Clone)]
struct Car {
    grid: u32,
    class: i64,
    irating: i32,
    retires_after: Option<usize>,
    laps: Vec<(i64, u32)>,
}

fn a_car(laps: usize) -> impl Strategy<Value = Car> {
    let flags = prop_oneof![
        8 => Just(0u32),
        2 => Just(LapFlags::OFF_TRACK.0),
        1 => Just(LapFlags::CAR_CONTACT.0 | LapFlags::LOST_CONTROL.0),
        1 => Just(LapFlags::INVALID.0),
        1 => Just(LapFlags::PITTED.0),
        1 => Just(LapFlags::PITTED.0 | LapFlags::TOW.0 | LapFlags::INVALID.0),
        1 => Just(LapFlags::DISCONTINUITY.0),
    ];
    let lap = (flags, 0i64..40_000, 0i64..600_000).prop_map(|(flags, usual, extra)| {
        let slow = if flags & !LapFlags::OFF_TRACK.0 == 0 { 0 } else { extra };
        (1_000_000 + usual + slow, flags)
    });
    let retires_after = prop_oneof![3 => Just(None), 1 => (0..=laps).prop_map(Some)];
    (any::<u32>(), 1i64..3, 600i32..8_000, retires_after, prop::collection::vec(lap, laps))
        .prop_map(|(grid, class, irating, retires_after, laps)| Car { grid, class, irating, retires_after, laps })
}

/// A race of 2 to 9 cars in up to two classes over 1 to 14 laps, with stops, tows, incidents, retirements and lapped cars.
pub(crate) fn a_race() -> impl Strategy<Value = SyntheticRace> {
    let cautions = prop::collection::vec((1_000_000i64..12_000_000, 100_000i64..2_000_000), 0..2);
    let cars = (1usize..15).prop_flat_map(|laps| prop::collection::vec(a_car(laps), 2..10));
    (cars, cautions).prop_map(|(cars, cautions)| score(cars, &cautions))
}

/// When the first lap begins, in session time.
const GREEN: i64 = 1_764_000;

/// A race by hand: cars of one class in the order of the grid, each with the seconds and flags of its laps. A car with
/// fewer laps than another lists is out. A caution is the seconds from the green flag to it, and its length.
pub(crate) fn by_hand(cars: &[&[(f64, u32)]], cautions: &[(f64, f64)]) -> SyntheticRace {
    let ticks = |seconds: f64| (seconds * 10_000.0).round() as i64;
    let most = cars.iter().map(|laps| laps.len()).max().unwrap_or(0);
    let car = |(grid, laps): (u32, &&[(f64, u32)])| Car {
        grid,
        class: 1,
        irating: 1_500,
        retires_after: (laps.len() < most).then_some(laps.len()),
        laps: laps.iter().map(|&(seconds, flags)| (ticks(seconds), flags)).collect(),
    };
    let cautions: Vec<(i64, i64)> =
        cautions.iter().map(|&(after, length)| (GREEN + ticks(after), ticks(length))).collect();
    score((0..).zip(cars).map(car).collect(), &cautions)
}

fn score(mut cars: Vec<Car>, cautions: &[(i64, i64)]) -> SyntheticRace {
    cars.sort_by_key(|car| car.grid);
    let crossings = |car: &Car| -> Vec<i64> {
        car.laps
            .iter()
            .take(car.retires_after.unwrap_or(usize::MAX))
            .scan(GREEN, |clock, (time, _)| {
                *clock += time;
                Some(*clock)
            })
            .collect()
    };
    let mut driven: Vec<Vec<i64>> = cars.iter().map(crossings).collect();
    let flag = cars
        .iter()
        .zip(&driven)
        .filter(|(car, _)| car.retires_after.is_none())
        .filter_map(|(_, times)| times.last())
        .min()
        .copied();
    if let Some(flag) = flag {
        for (times, car) in driven.iter_mut().zip(&mut cars) {
            let counted = times.iter().take_while(|time| **time < flag).count() + 1;
            // Whoever reaches the flag before they would have retired has finished.
            if times.len() >= counted {
                car.retires_after = None;
                times.truncate(counted);
            }
        }
    }
    let place = |index: usize, lap: usize, class: Option<i64>| -> u32 {
        let time = driven[index][lap];
        let ahead = (0..cars.len())
            .filter(|&other| class.is_none_or(|class| cars[other].class == class))
            .filter(|&other| driven[other].get(lap).is_some_and(|theirs| (*theirs, other) < (time, index)));
        u32::try_from(ahead.count() + 1).expect("few cars")
    };
    let mut order: Vec<usize> = (0..cars.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(driven[index].len()), driven[index].last().copied(), index));
    let rank = |of: &dyn Fn(usize) -> bool, sequence: &[usize], index: usize| {
        let ahead = sequence.iter().take_while(|&&other| other != index).filter(|&&other| of(other)).count();
        u32::try_from(ahead + 1).ok()
    };
    let grid: Vec<usize> = (0..cars.len()).collect();
    let entrants: Vec<Entrant> = cars
        .iter()
        .enumerate()
        .map(|(index, car)| {
            let all = |_: usize| true;
            let mates = |other: usize| cars[other].class == car.class;
            let result = SimsessionResult {
                simsession: 0,
                position: rank(&all, &order, index),
                position_in_class: rank(&mates, &order, index),
                start_position: rank(&all, &grid, index),
                start_position_in_class: rank(&mates, &grid, index),
                laps_complete: u32::try_from(driven[index].len()).expect("few laps"),
                laps_led: 0,
                interval: None,
                class_interval: None,
                average_lap_time: None,
                best_lap_time: None,
                best_lap_number: None,
                qualifying_time: None,
                incidents: 0,
                reason_out: if car.retires_after.is_none() { "Running" } else { "Disconnected" }.to_owned(),
                champ_points: None,
                ratings: Ratings {
                    old_irating: Some(car.irating),
                    new_irating: Some(car.irating),
                    ..Ratings::default()
                },
            };
            entrant(index, car.class, vec![result])
        })
        .collect();
    let chart = LapChart {
        simsession: 0,
        entrants: cars
            .iter()
            .enumerate()
            .map(|(index, car)| {
                let driver = driver(index);
                let grid = Lap {
                    number: 0,
                    driver,
                    session_time: Some(GREEN),
                    lap_time: None,
                    position: (!driven[index].is_empty()).then(|| rank(&|_| true, &grid, index)).flatten(),
                    flags: LapFlags(0),
                    incident: false,
                };
                let last = driven[index].len();
                let driven_laps = (1..=last).map(|number| {
                    let (time, mut flags) = car.laps[number - 1];
                    flags |= if number == 1 { LapFlags::FIRST_LAP.0 } else { 0 };
                    flags |= if number == last && car.retires_after.is_none() { LapFlags::CHECKERED.0 } else { 0 };
                    Lap {
                        number: u32::try_from(number).expect("few laps"),
                        driver,
                        session_time: Some(driven[index][number - 1]),
                        lap_time: (flags & LapFlags::INVALID.0 == 0).then_some(time),
                        position: Some(place(index, number - 1, None)),
                        flags: LapFlags(flags),
                        incident: flags & (LapFlags::OFF_TRACK.0 | LapFlags::CAR_CONTACT.0) != 0,
                    }
                });
                EntrantLaps {
                    entrant: EntrantId::Driver(driver),
                    laps: std::iter::once(grid).chain(driven_laps).collect(),
                }
            })
            .collect(),
    };
    let mut classes: Vec<i64> = cars.iter().map(|car| car.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let events = cautions
        .iter()
        .flat_map(|&(begin, length)| {
            let event = |session_time, kind| RaceEvent { session_time, lap: 1, entrant: None, kind };
            [event(begin, RaceEventKind::CautionStarted), event(begin + length, RaceEventKind::CautionEnded)]
        })
        .collect();
    SyntheticRace { session: session(&classes, entrants), chart, events }
}

/// The same race with a team at the wheel of a car: after `lap` driver 900 takes over.
pub(crate) fn of_a_team(mut race: SyntheticRace, car: usize, lap: u32) -> SyntheticRace {
    let team = EntrantId::Team(TeamId(-1));
    race.session.entrants[car].entrant_id = team;
    race.chart.entrants[car].entrant = team;
    for lap in race.chart.entrants[car].laps.iter_mut().filter(|driven| driven.number > lap) {
        lap.driver = DriverId(900);
    }
    race
}

/// The driver of a car by its place on the grid, from 0.
pub(crate) fn driver(index: usize) -> DriverId {
    DriverId(100 + i64::try_from(index).expect("few cars"))
}

fn entrant(index: usize, class: i64, results: Vec<SimsessionResult>) -> Entrant {
    Entrant {
        entrant_id: EntrantId::Driver(driver(index)),
        name: format!("Driver {index}"),
        car_number: index.to_string(),
        car_id: CarId(class),
        car_name: "Car".to_owned(),
        car_class_id: CarClassId(class),
        division: None,
        country_code: None,
        results,
        drivers: Vec::new(),
    }
}

/// An official session with one race.
pub(crate) fn session(classes: &[i64], entrants: Vec<Entrant>) -> Session {
    let class = |&id: &i64| CarClass {
        car_class_id: CarClassId(id),
        name: format!("Class {id}"),
        short_name: id.to_string(),
        strength_of_field: None,
        entries: 0,
    };
    Session {
        info: SessionInfo {
            subsession_id: SubsessionId(1),
            session_id: IracingSessionId(1),
            start_time: Timestamp::constant(1_766_953_800, 0),
            end_time: None,
            kind: RaceKind::Official,
            team: false,
            heat: false,
            discipline: Some(Discipline::SportsCar),
            series_id: Some(SeriesId(1)),
            series_name: "Series".to_owned(),
            season_id: None,
            season_name: None,
            season_year: Some(2026),
            season_quarter: Some(1),
            race_week: Some(1),
            league_id: None,
            league_name: None,
            session_name: None,
            track: SessionTrack { track_id: TrackId(1), name: "Track".to_owned(), layout: None },
            weather: None,
            strength_of_field: Some(2_000),
            corners_per_lap: Some(10),
            average_lap_time: None,
            best_lap_time: None,
            laps_complete: 0,
            cautions: None,
            caution_laps: None,
            lead_changes: None,
            splits: Vec::new(),
            simsessions: vec![Simsession {
                number: 0,
                name: "RACE".to_owned(),
                simsession_type: SimsessionType::Race,
                weather: None,
            }],
            lap_charts: vec![0],
        },
        car_classes: classes.iter().map(class).collect(),
        cars: Vec::new(),
        entrants,
    }
}
