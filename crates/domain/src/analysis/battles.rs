//! Battles: two cars of a class that stay close.

use crate::{
    analysis::{
        field::{Entry, Field},
        laps::LapClass,
    },
    ids::EntrantId,
};
use serde::Serialize;

/// Closer than this at the line, in 1/10 000 s, is close.
pub const CLOSE: i64 = 10_000;

/// So many laps in a row make a battle.
pub const ENOUGH_LAPS: u32 = 3;

/// Two cars of the same class within [`CLOSE`] of each other at the end of [`ENOUGH_LAPS`] or more laps in a row.
///
/// Laps under caution, in and out laps and tows of either car end it: there the gap is not fought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Battle {
    /// Whoever was ahead after its first lap.
    pub ahead: EntrantId,
    /// The other.
    pub behind: EntrantId,
    /// First lap that they finished close together.
    pub first_lap: u32,
    /// Last lap that they finished close together.
    pub last_lap: u32,
    /// The smallest gap at the line, 1/10 000 s.
    pub closest: i64,
    /// How often the order at the line changed from one lap to the next.
    pub swaps: u32,
    /// Whoever was ahead after the next lap; if either did not fight for that one, after its last lap.
    pub winner: EntrantId,
}

fn fought(entry: &Entry<'_>, number: u32) -> Option<i64> {
    let lap = entry.lap(number).filter(|lap| {
        !matches!(lap.class, LapClass::Grid | LapClass::In | LapClass::Out | LapClass::Caution | LapClass::Tow)
    })?;
    lap.session_time
}

/// All battles of two entries.
fn between(one: &Entry<'_>, other: &Entry<'_>, found: &mut Vec<Battle>) {
    let common = one.last_lap().min(other.last_lap());
    // How far `other` was behind `one`, where both fought for the lap.
    let lead = |number| Some(fought(other, number)? - fought(one, number)?);
    let mut next = 1;
    for first in one.laps.iter().map(|lap| lap.number) {
        if first < next {
            continue;
        }
        let leads: Vec<i64> =
            (first..=common).map_while(|number| lead(number).filter(|lead| lead.abs() <= CLOSE)).collect();
        let laps = u32::try_from(leads.len()).unwrap_or(u32::MAX);
        let last = first.saturating_add(laps).saturating_sub(1);
        if laps >= ENOUGH_LAPS {
            let (begin, end) = (leads[0], leads[leads.len() - 1]);
            let swaps = leads.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
            let (ahead, behind) = if begin < 0 { (other.id(), one.id()) } else { (one.id(), other.id()) };
            found.push(Battle {
                ahead,
                behind,
                first_lap: first,
                last_lap: last,
                closest: leads.iter().map(|lead| lead.abs()).min().unwrap_or(0),
                swaps: u32::try_from(swaps).unwrap_or(u32::MAX),
                winner: if lead(last + 1).unwrap_or(end) < 0 { other.id() } else { one.id() },
            });
        }
        // The lap after a close stretch is known not to be close.
        next = first.saturating_add(laps).saturating_add(1);
    }
}

/// All battles of a race, or only those of one entrant; by first lap.
pub fn battles(field: &Field<'_>, of: Option<EntrantId>) -> Vec<Battle> {
    let mut found = Vec::new();
    for (index, one) in field.entries.iter().enumerate() {
        for other in &field.entries[index + 1..] {
            let wanted = of.is_none_or(|entrant| one.id() == entrant || other.id() == entrant);
            if wanted && one.class() == other.class() {
                between(one, other, &mut found);
            }
        }
    }
    found.sort_by_key(|battle| (battle.first_lap, battle.last_lap, battle.ahead, battle.behind));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::synthetic::{a_race, by_hand, driver},
        lap::LapFlags,
    };
    use proptest::prelude::*;

    #[test]
    fn a_battle_is_won_by_whoever_is_ahead_after_the_next_lap() {
        let race = by_hand(
            &[
                &[(101.0, 0), (100.0, 0), (100.5, 0), (100.0, 0), (103.0, 0), (100.0, 0)],
                &[(101.5, 0), (100.2, 0), (99.6, 0), (100.4, 0), (100.0, 0), (100.0, 0)],
            ],
            &[],
        );
        let field = Field::new(&race.session, &race.chart, &race.events);
        let [one, other] = [0, 1].map(|car| EntrantId::Driver(driver(car)));
        // 0.5, 0.7, -0.2 and 0.2 s apart, then 2.8.
        let battle =
            Battle { ahead: one, behind: other, first_lap: 1, last_lap: 4, closest: 2_000, swaps: 2, winner: other };
        assert_eq!(battles(&field, None), [battle]);
    }

    #[test]
    fn a_stop_ends_a_battle_and_does_not_lose_it() {
        let close = [(101.0, 0), (100.0, 0), (100.0, 0)];
        let mut stops = close.to_vec();
        stops.extend([(101.0, LapFlags::PITTED.0), (130.0, 0), (100.0, 0)]);
        let mut goes_on = close.to_vec();
        goes_on[0].0 = 101.4;
        goes_on.extend([(100.0, 0); 3]);
        let race = by_hand(&[&stops, &goes_on], &[]);
        let field = Field::new(&race.session, &race.chart, &race.events);
        let found: Vec<_> = battles(&field, None).iter().map(|it| (it.first_lap, it.last_lap, it.winner)).collect();
        assert_eq!(found, [(1, 3, EntrantId::Driver(driver(0)))]);
    }

    #[test]
    fn the_number_of_a_lap_costs_nothing() {
        let mut race = by_hand(&[&[(101.0, 0), (100.0, 0), (100.0, 0), (100.0, 0)][..]; 2], &[]);
        for laps in &mut race.chart.entrants {
            laps.laps[4].number = 4_000_000_000;
        }
        let field = Field::new(&race.session, &race.chart, &race.events);
        let found: Vec<_> = battles(&field, None).iter().map(|it| (it.first_lap, it.last_lap)).collect();
        assert_eq!(found, [(1, 3)]);
    }

    proptest! {
        #[test]
        fn battles_are_close_and_as_long_as_they_can_be(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let gap = |battle: &Battle, number| {
                let (ahead, behind) = (field.entry(battle.ahead)?, field.entry(battle.behind)?);
                Some((fought(behind, number)? - fought(ahead, number)?).abs())
            };
            let all = battles(&field, None);
            for battle in &all {
                prop_assert!(battle.last_lap + 1 - battle.first_lap >= ENOUGH_LAPS);
                let closest = (battle.first_lap..=battle.last_lap).map(|number| gap(battle, number)).collect::<Option<Vec<_>>>();
                prop_assert_eq!(closest.and_then(|gaps| gaps.into_iter().min()), Some(battle.closest));
                for outside in [battle.first_lap - 1, battle.last_lap + 1] {
                    prop_assert!(gap(battle, outside).is_none_or(|gap| gap > CLOSE));
                }
                prop_assert!(battle.closest <= CLOSE && [battle.ahead, battle.behind].contains(&battle.winner));
            }
            let of_each: usize = field.entries.iter().map(|entry| battles(&field, Some(entry.id())).len()).sum();
            prop_assert_eq!(of_each, 2 * all.len());
        }
    }
}
