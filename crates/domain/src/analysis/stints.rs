//! Stints: what lies between two pit stops or changes of driver.

use crate::{
    analysis::{
        field::Entry,
        laps::{ClassifiedLap, LapClass},
        robust::{median, theil_sen},
    },
    ids::DriverId,
};
use serde::Serialize;

/// Laps in a row by one driver without a stop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stint {
    /// Who drove.
    pub driver: DriverId,
    /// Its first lap.
    pub first_lap: u32,
    /// Its last lap.
    pub last_lap: u32,
    /// Number of pace laps in it.
    pub pace_laps: u32,
    /// Median of the pace laps, 1/10 000 s.
    pub median: Option<i64>,
    /// Fastest pace lap that can count as a best lap, 1/10 000 s.
    pub best: Option<i64>,
    /// Change of the lap time per lap, 1/10 000 s: the slope of Theil and Sen over its pace laps.
    pub fade: Option<f64>,
}

/// Cuts laps into stints: a new one begins with each out lap and each change of driver. Lap 0 is in none.
pub fn split(laps: &[ClassifiedLap]) -> Vec<&[ClassifiedLap]> {
    let driven = laps.iter().position(|lap| lap.number > 0).map_or(&laps[..0], |first| &laps[first..]);
    driven
        .chunk_by(|before, lap| {
            // A stop that begins on an out lap makes no out lap of its own: see `classify`.
            let stopped = matches!(before.class, LapClass::In | LapClass::Tow) || lap.class == LapClass::Out;
            !stopped && before.driver == lap.driver
        })
        .collect()
}

/// The stints of an entry.
pub fn stints(entry: &Entry<'_>) -> Vec<Stint> {
    split(&entry.laps)
        .into_iter()
        .filter_map(|laps| {
            let (first, last) = (laps.first()?, laps.last()?);
            let points = pace_points(laps);
            let pace = laps.iter().filter(|lap| lap.class == LapClass::Pace);
            let times: Vec<i64> = points.iter().map(|(_, time)| *time).collect();
            Some(Stint {
                driver: first.driver,
                first_lap: first.number,
                last_lap: last.number,
                pace_laps: u32::try_from(times.len()).unwrap_or(u32::MAX),
                median: median(&times).map(|time| time.round() as i64),
                best: pace.filter_map(ClassifiedLap::countable).min(),
                fade: theil_sen(&[points]),
            })
        })
        .collect()
}

/// The pace laps among some, as number and time.
pub(crate) fn pace_points(laps: &[ClassifiedLap]) -> Vec<(u32, i64)> {
    laps.iter().filter(|lap| lap.class == LapClass::Pace).filter_map(|lap| Some((lap.number, lap.lap_time?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{field::Field, synthetic::a_race};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_lap_is_in_exactly_one_stint(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in &field.entries {
                let stints = stints(entry);
                let covered: u32 = stints.iter().map(|stint| stint.last_lap - stint.first_lap + 1).sum();
                prop_assert_eq!(covered, entry.last_lap());
                prop_assert!(stints.windows(2).all(|pair| pair[0].last_lap + 1 == pair[1].first_lap));
                prop_assert_eq!(stints.iter().map(|stint| stint.pace_laps as usize).sum::<usize>(), entry.pace_lap_times().count());
            }
        }
    }
}
