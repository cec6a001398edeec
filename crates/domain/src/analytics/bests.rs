//! Personal bests by car and track, and how they came about.

use crate::{
    ids::{CarId, DriverRaceId, TrackId},
    race::Race,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a lap was driven for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LapKind {
    /// A race.
    Race,
    /// Qualifying.
    Qualifying,
}

/// A driver's best lap of one race or qualifying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The best laps of a race and of its qualifying.
    pub fn of(race: &Race) -> impl Iterator<Item = Self> + use<> {
        let record = |kind, lap_time: Option<i64>| {
            let (car_id, track_id) = (race.car_id, race.track_id);
            let lap_time = lap_time.filter(|time| *time > 0)?;
            Some(Self { car_id, track_id, kind, lap_time, when: race.start_time, race: race.id() })
        };
        [record(LapKind::Race, race.best_lap_time), record(LapKind::Qualifying, race.qualifying_time)]
            .into_iter()
            .flatten()
    }
}

/// The personal best with a car at a track.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            let bests = personal_bests(races.iter().flat_map(LapRecord::of));
            prop_assert_eq!(&bests, &personal_bests(shuffled.iter().flat_map(LapRecord::of)));
            for best in &bests {
                let laps = races
                    .iter()
                    .filter(|race| (race.car_id, race.track_id) == (best.best.car_id, best.best.track_id))
                    .filter_map(|race| match best.best.kind {
                        LapKind::Race => race.best_lap_time,
                        LapKind::Qualifying => race.qualifying_time,
                    });
                let laps: Vec<i64> = laps.collect();
                prop_assert_eq!(laps.iter().min().copied(), Some(best.best.lap_time));
                prop_assert_eq!(laps.len(), best.sessions as usize);
                prop_assert!(best.progression.windows(2).all(|pair| pair[1].lap_time < pair[0].lap_time && pair[0].when <= pair[1].when));
                prop_assert_eq!(best.progression.last(), Some(&best.best));
            }
        }
    }
}
