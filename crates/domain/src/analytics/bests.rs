//! Personal bests by car and track, and how they came about.

use crate::{
    ids::{CarId, DriverId, DriverRaceId, TrackId},
    race::Race,
    session::{Session, SimsessionType},
};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a lap was driven for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LapKind {
    /// A race.
    Race,
    /// Qualifying.
    Qualifying,
}

/// A driver's best lap of one race or qualifying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LapRecord {
    /// The car.
    pub car_id: CarId,
    /// The track in its layout.
    pub track_id: TrackId,
    /// What for.
    pub kind: LapKind,
    /// 1/10 000 s.
    pub lap_time: i64,
    /// Start of the session.
    pub when: Timestamp,
    /// The race, or the one that was qualified for.
    pub race: DriverRaceId,
}

impl LapRecord {
    /// The best lap of a race; `None` if there is none.
    pub fn of_race(race: &Race) -> Option<Self> {
        Some(Self {
            car_id: race.car_id,
            track_id: race.track_id,
            kind: LapKind::Race,
            lap_time: race.best_lap_time.filter(|time| *time > 0)?,
            when: race.start_time,
            race: race.id(),
        })
    }

    /// The best qualifying lap that `driver` drove in a session, in a team their own; `None` if there is none.
    pub fn of_qualifying(session: &Session, driver: DriverId) -> Option<Self> {
        let entrant = session.entrant_of(driver)?;
        let own = entrant.drivers.iter().find(|member| member.driver_id == driver);
        let results = own.map_or(&entrant.results, |own| &own.results);
        let qualifying = |number: i32| {
            let part = session.info.simsessions.iter().find(|part| part.number == number);
            part.is_some_and(|part| part.simsession_type == SimsessionType::Qualifying)
        };
        let times = results
            .iter()
            .filter(|result| qualifying(result.simsession))
            .flat_map(|result| [result.qualifying_time, result.best_lap_time]);
        Some(Self {
            car_id: entrant.car_id,
            track_id: session.info.track.track_id,
            kind: LapKind::Qualifying,
            lap_time: times.flatten().filter(|time| *time > 0).min()?,
            when: session.info.start_time,
            race: DriverRaceId::new(session.info.start_time, session.info.subsession_id),
        })
    }
}

/// The personal best with a car at a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BestLap {
    /// The lap; the earliest if it was equalled.
    pub best: LapRecord,
    /// Sessions with a lap, this one and slower ones.
    pub sessions: u32,
    /// Each lap that was the best so far, earliest first; the last one is the best.
    pub progression: Vec<LapRecord>,
}

/// Personal bests by track, car and kind, in the order of their ids.
pub fn personal_bests(records: impl IntoIterator<Item = LapRecord>) -> Vec<BestLap> {
    let mut all: Vec<LapRecord> = records.into_iter().collect();
    all.sort_unstable_by_key(|record| (record.when, record.race, record.kind, record.lap_time));
    let mut bests: BTreeMap<(TrackId, CarId, LapKind), BestLap> = BTreeMap::new();
    for record in all {
        let best = bests.entry((record.track_id, record.car_id, record.kind)).or_insert_with(|| BestLap {
            best: record,
            sessions: 0,
            progression: Vec::new(),
        });
        best.sessions += 1;
        if best.progression.last().is_none_or(|last| record.lap_time < last.lap_time) {
            best.best = record;
            best.progression.push(record);
        }
    }
    bests.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::a_career;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_best_is_the_fastest_of_its_laps_and_each_step_was_an_improvement(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
        ) {
            let bests = personal_bests(races.iter().filter_map(LapRecord::of_race));
            prop_assert_eq!(&bests, &personal_bests(shuffled.iter().filter_map(LapRecord::of_race)));
            for best in &bests {
                let laps = races
                    .iter()
                    .filter(|race| (race.car_id, race.track_id) == (best.best.car_id, best.best.track_id))
                    .filter_map(|race| race.best_lap_time);
                let laps: Vec<i64> = laps.collect();
                prop_assert_eq!(laps.iter().min().copied(), Some(best.best.lap_time));
                prop_assert_eq!(laps.len(), best.sessions as usize);
                prop_assert!(best.progression.windows(2).all(|pair| pair[1].lap_time < pair[0].lap_time && pair[0].when <= pair[1].when));
                prop_assert_eq!(best.progression.last(), Some(&best.best));
            }
        }
    }
}
