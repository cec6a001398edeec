//! Made-up careers for property tests.

use crate::{
    analytics::tally::CornersPerLap,
    ids::{CarClassId, CarId, DriverId, IracingSessionId, SeriesId, SubsessionId, TrackId},
    race::{Race, RaceSource},
    session::{Discipline, RaceKind, Ratings},
};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

/// An official race that was won, at a moment.
pub(crate) fn a_race_at(start_time: Timestamp) -> Race {
    Race {
        driver_id: DriverId(1),
        subsession_id: SubsessionId(start_time.as_second()),
        session_id: IracingSessionId(1),
        start_time,
        kind: RaceKind::Official,
        team_id: None,
        team_name: None,
        heat: false,
        discipline: Some(Discipline::SportsCar),
        series_id: Some(SeriesId(1)),
        series_name: "Series".to_owned(),
        season_year: Some(2026),
        season_quarter: Some(1),
        race_week: Some(1),
        league_name: None,
        session_name: None,
        track_id: TrackId(1),
        track_name: "Track".to_owned(),
        layout: None,
        car_id: CarId(1),
        car_name: "Car".to_owned(),
        car_class_id: CarClassId(1),
        car_class_name: "Class".to_owned(),
        start_position: Some(1),
        start_position_in_class: Some(1),
        finish_position: Some(1),
        finish_position_in_class: Some(1),
        field_size: 20,
        field_size_in_class: 20,
        class_count: 1,
        laps_complete: 10,
        laps_led: 0,
        incidents: 0,
        strength_of_field: Some(2_000),
        best_lap_time: None,
        average_lap_time: None,
        qualifying_time: None,
        champ_points: None,
        ratings: Ratings::default(),
        reason_out: "Running".to_owned(),
        split_number: None,
        split_count: None,
        has_laps: false,
        source: RaceSource::Iracing,
    }
}

fn a_place() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![1 => Just(None), 8 => (1u32..12).prop_map(Some)]
}

/// A rating, none, or what a careless mapping would leave of iRacing's "none".
fn a_rating(range: std::ops::Range<i32>) -> impl Strategy<Value = Option<i32>> {
    prop_oneof![1 => Just(None), 1 => Just(Some(-1)), 8 => range.prop_map(Some)]
}

fn a_race() -> impl Strategy<Value = Race> {
    let what = (0usize..7, 0usize..4, 0i64..5, 0i64..4, 0i64..4, prop::option::of((2024i32..2027, 1u8..5)));
    let places = (a_place(), a_place(), a_place(), a_place(), 1u32..3);
    let numbers =
        (0u32..40, 0u32..12, prop::option::of(500u32..6_000), prop::option::of(500_000i64..1_200_000), any::<bool>());
    let ratings = (
        a_rating(0..6_000),
        a_rating(0..6_000),
        a_rating(1..29),
        a_rating(1..29),
        a_rating(0..20_000),
        a_rating(0..20_000),
    );
    // Starts lie close together, so that days and weeks hold several and some races start in the same second.
    let start = prop_oneof![4 => 1_700_000_000i64..1_710_000_000, 1 => 1_700_000_000i64..1_700_000_004];
    (start, what, places, numbers, ratings).prop_map(|(start, what, places, numbers, ratings)| {
        let start_time = Timestamp::from_second(start).expect("in range");
        let cpi = |value: Option<i32>| value.map(|value| if value < 0 { -1.0 } else { value as f32 / 100.0 });
        Race {
            discipline: Discipline::ALL.get(what.0).copied(),
            kind: RaceKind::ALL[what.1],
            series_id: (what.2 > 0).then_some(SeriesId(what.2)),
            track_id: TrackId(what.3),
            car_id: CarId(what.4),
            season_year: what.5.map(|(year, _)| year),
            season_quarter: what.5.map(|(_, quarter)| quarter),
            start_position: places.0,
            start_position_in_class: places.1,
            finish_position: places.2,
            finish_position_in_class: places.3,
            class_count: places.4,
            laps_complete: numbers.0,
            incidents: numbers.1,
            strength_of_field: numbers.2,
            best_lap_time: numbers.3,
            average_lap_time: numbers.3.map(|time| time + 10_000),
            qualifying_time: numbers.3.map(|time| time - 5_000),
            reason_out: if numbers.4 { "Running" } else { "Disconnected" }.to_owned(),
            ratings: Ratings {
                old_irating: ratings.0,
                new_irating: ratings.1,
                old_license_level: ratings.2,
                new_license_level: ratings.3,
                old_sub_level: None,
                new_sub_level: None,
                old_cpi: cpi(ratings.4),
                new_cpi: cpi(ratings.5),
            },
            ..a_race_at(start_time)
        }
    })
}

/// Up to 60 races in any order, each a subsession of its own.
pub(crate) fn a_career() -> impl Strategy<Value = Vec<Race>> {
    prop::collection::vec(a_race(), 0..60).prop_map(|mut races| {
        for (race, id) in races.iter_mut().zip(1..) {
            race.subsession_id = SubsessionId(id);
        }
        races
    })
}

/// Rules of time zones with and without changes of clocks, on both halves of the earth, with odd offsets.
pub(crate) fn a_time_zone() -> impl Strategy<Value = TimeZone> {
    let rules = [
        "UTC0",
        "EST5EDT,M3.2.0,M11.1.0",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "<+0545>-5:45",
        "HST10",
    ];
    prop::sample::select(rules.to_vec()).prop_map(|rule| TimeZone::posix(rule).expect("a rule"))
}

/// Corners of some of the tracks.
pub(crate) fn corners() -> CornersPerLap {
    [(TrackId(1), 12), (TrackId(2), 4), (TrackId(3), 0)].into()
}
