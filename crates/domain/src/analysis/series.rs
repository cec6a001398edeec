//! Position, gap and lap time by lap for the whole field: what the charts of a race draw.

use crate::{
    analysis::{
        field::{Entry, Field, Scope},
        laps::{LapClass, LapReason},
        stints::{Stint, stints},
    },
    ids::{CarClassId, EntrantId},
};
use serde::Serialize;

/// How far behind a reference a car finished a lap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// Difference of session times at the end of the same lap, 1/10 000 s; negative if ahead of the reference.
    pub time: i64,
    /// Whole laps behind the reference at that moment; negative if the reference is laps behind.
    pub laps: i32,
}

/// One entrant by lap. All lists are of the same length: entry `i` belongs to lap `laps[i]`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntrantSeries {
    /// Who.
    pub entrant: EntrantId,
    /// Their class.
    pub car_class_id: CarClassId,
    /// Numbers of the laps; 0 is the grid.
    pub laps: Vec<u32>,
    /// Overall position after the lap.
    pub positions: Vec<Option<u32>>,
    /// Position in class after the lap.
    pub class_positions: Vec<Option<u32>>,
    /// Gap to whoever finished the lap first.
    pub to_leader: Vec<Option<Gap>>,
    /// Gap to whoever of the class finished the lap first.
    pub to_class_leader: Vec<Option<Gap>>,
    /// Lap times, timed or recovered, 1/10 000 s.
    pub lap_times: Vec<Option<i64>>,
    /// Whether the lap time was recovered.
    pub recovered: Vec<bool>,
    /// Kind of the lap.
    pub classes: Vec<LapClass>,
    /// Why it is of that kind.
    pub reasons: Vec<LapReason>,
    /// iRacing's flags.
    pub flags: Vec<u32>,
    /// Whether incident points were collected.
    pub incidents: Vec<bool>,
    /// Between pit stops and changes of driver.
    pub stints: Vec<Stint>,
}

/// When the first of some cars finished each lap; the index is the lap. On the grid nobody has finished anything.
fn first_crossings<'a, 'b: 'a>(entries: impl Iterator<Item = &'a Entry<'b>>, last_lap: u32) -> Vec<Option<i64>> {
    let mut first = vec![None; last_lap as usize + 1];
    for lap in entries.flat_map(|entry| &entry.laps).filter(|lap| lap.number > 0) {
        let (Some(slot), Some(time)) = (first.get_mut(lap.number as usize), lap.session_time) else { continue };
        *slot = Some(slot.map_or(time, |earlier: i64| earlier.min(time)));
    }
    first
}

/// The gap of a car that finished lap `number` at `time` to a reference that finished lap `i` at `reference[i]`.
fn gap(reference: &[Option<i64>], number: u32, time: i64) -> Option<Gap> {
    let lap = number as usize;
    let at_line = (*reference.get(lap)?)?;
    let laps = if time >= at_line {
        let done = reference[lap + 1..].iter().take_while(|crossing| crossing.is_some_and(|crossing| crossing <= time));
        i32::try_from(done.count()).ok()?
    } else {
        let missing =
            reference[1..lap].iter().rev().take_while(|crossing| crossing.is_none_or(|crossing| crossing > time));
        -i32::try_from(missing.count()).ok()?
    };
    Some(Gap { time: time - at_line, laps })
}

fn gaps(entry: &Entry<'_>, reference: &[Option<i64>]) -> Vec<Option<Gap>> {
    entry
        .laps
        .iter()
        .map(|lap| if lap.number == 0 { None } else { gap(reference, lap.number, lap.session_time?) })
        .collect()
}

/// The charts of a race, in the order of the finish.
///
/// A gap is the difference of session times at the end of the same lap (iRacing's own `interval` is rounded, and laps
/// only for cars a lap down), with the laps down at that moment beside it.
pub fn race_series(field: &Field<'_>) -> Vec<EntrantSeries> {
    let last_lap = field.last_lap();
    let overall = first_crossings(field.entries.iter(), last_lap);
    let mut classes: Vec<(CarClassId, Vec<Option<i64>>)> = Vec::new();
    for entry in &field.entries {
        if classes.iter().all(|(class, _)| *class != entry.class()) {
            classes.push((entry.class(), first_crossings(field.rivals(entry, Scope::Class), last_lap)));
        }
    }
    field
        .entries
        .iter()
        .map(|entry| {
            let in_class = classes.iter().find(|(class, _)| *class == entry.class());
            let class_leader = in_class.map_or(&[][..], |(_, crossings)| crossings);
            let laps = &entry.laps;
            EntrantSeries {
                entrant: entry.id(),
                car_class_id: entry.class(),
                laps: laps.iter().map(|lap| lap.number).collect(),
                positions: laps.iter().map(|lap| lap.position).collect(),
                class_positions: laps.iter().map(|lap| field.place_after(entry, lap.number, Scope::Class)).collect(),
                to_leader: gaps(entry, &overall),
                to_class_leader: gaps(entry, class_leader),
                lap_times: laps.iter().map(|lap| lap.lap_time).collect(),
                recovered: laps.iter().map(|lap| lap.recovered).collect(),
                classes: laps.iter().map(|lap| lap.class).collect(),
                reasons: laps.iter().map(|lap| lap.reason).collect(),
                flags: laps.iter().map(|lap| lap.flags).collect(),
                incidents: laps.iter().map(|lap| lap.incident).collect(),
                stints: stints(entry),
            }
        })
        .collect()
}

/// The gaps of everybody to one entrant, by lap, in the order of the finish; `None` on laps that the entrant did not
/// drive. Without such an entrant there is nothing.
pub fn gaps_to(field: &Field<'_>, reference: EntrantId) -> Vec<(EntrantId, Vec<Option<Gap>>)> {
    let Some(chosen) = field.entry(reference) else { return Vec::new() };
    let crossings = first_crossings(std::iter::once(chosen), field.last_lap());
    field.entries.iter().map(|entry| (entry.id(), gaps(entry, &crossings))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::synthetic::a_race;
    use proptest::prelude::*;

    #[test]
    fn a_lapped_car_has_both_its_time_and_its_laps_behind() {
        let leader = [None, Some(100), Some(200), Some(300), Some(400)];
        assert_eq!(gap(&leader, 2, 350), Some(Gap { time: 150, laps: 1 }));
        assert_eq!(gap(&leader, 2, 399), Some(Gap { time: 199, laps: 1 }));
        assert_eq!(gap(&leader, 2, 400), Some(Gap { time: 200, laps: 2 }));
        assert_eq!(gap(&leader, 4, 410), Some(Gap { time: 10, laps: 0 }));
        let lapped = [None, Some(150), Some(350), Some(500), None];
        assert_eq!(gap(&lapped, 2, 200), Some(Gap { time: -150, laps: 0 }));
        assert_eq!(gap(&lapped, 3, 300), Some(Gap { time: -200, laps: -1 }));
        assert_eq!(gap(&lapped, 4, 400), None);
    }

    proptest! {
        #[test]
        fn gaps_are_differences_of_session_time_and_someone_leads_each_lap(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let series = race_series(&field);
            for number in 1..=field.last_lap() {
                let on_lap: Vec<(&EntrantSeries, Gap)> = series
                    .iter()
                    .filter_map(|one| Some((one, one.to_leader[one.laps.iter().position(|lap| *lap == number)?]?)))
                    .collect();
                prop_assert!(on_lap.iter().any(|(_, gap)| gap.time == 0));
                for (one, gap) in &on_lap {
                    for (other, other_gap) in &on_lap {
                        let crossing = |series: &EntrantSeries| field.entry(series.entrant).and_then(|entry| entry.crossing(number));
                        prop_assert_eq!(
                            crossing(one).zip(crossing(other)).map(|(one, other)| one - other),
                            Some(gap.time - other_gap.time)
                        );
                    }
                }
            }
        }

        #[test]
        fn places_in_class_are_a_ranking_of_the_class(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let series = race_series(&field);
            for number in 0..=field.last_lap() {
                for class in race.session.car_classes.iter().map(|class| class.car_class_id) {
                    let mut places: Vec<u32> = series
                        .iter()
                        .filter(|one| one.car_class_id == class)
                        .filter_map(|one| one.class_positions[one.laps.iter().position(|lap| *lap == number)?])
                        .collect();
                    places.sort_unstable();
                    prop_assert!(places.iter().zip(1..).all(|(place, expected)| *place == expected));
                }
            }
        }

        #[test]
        fn a_gap_seen_from_the_other_car_is_its_opposite(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let all: Vec<_> = field.entries.iter().map(|entry| (entry, gaps_to(&field, entry.id()))).collect();
            for (from, gaps) in &all {
                for (to, gaps_of_to) in gaps {
                    let back = all.iter().find(|(entry, _)| entry.id() == *to).map(|(_, gaps)| gaps);
                    let back = back.and_then(|gaps| gaps.iter().find(|(id, _)| *id == from.id())).map(|(_, gaps)| gaps);
                    for (there, here) in gaps_of_to.iter().zip(back.into_iter().flatten()) {
                        if let (Some(there), Some(here)) = (there, here) {
                            prop_assert_eq!(there.time, -here.time);
                        }
                    }
                }
            }
        }
    }
}
