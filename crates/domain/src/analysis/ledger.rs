//! The ledger of places: where the places between grid and finish were won and lost.
//!
//! Start and finish are compared car by car. Whoever is ahead of the driver on the grid, after each lap, and in the
//! result is a set; each car that leaves the set is a place won, each that enters it a place lost. The changes of a
//! set's size from step to step sum to the change from first to last, so the parts add up exactly, whatever the rules
//! that name their cause.

use crate::{
    analysis::{
        field::{Entry, Field, Scope},
        laps::LapClass,
    },
    ids::EntrantId,
};
use serde::Serialize;
use std::cmp::Ordering;

/// Why a place was won or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaceCause {
    /// Between the grid and the end of lap 1, also from a car that never finished it.
    Start,
    /// On the track, and whatever none of the other rules explains: a caution, the lap that the race's end cut off.
    Pace,
    /// Lost on an in or out lap, or won on one of the other's.
    Pit,
    /// Lost on a lap with incident points that was slower than usual, or with a tow; or won on such a lap of the other.
    Incident,
    /// Won from a car that went out after lap 1; or lost by going out oneself.
    Retirement,
}

/// One place won or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceStep {
    /// The lap at whose end it showed; one after the last for what only the result shows.
    pub lap: u32,
    /// Won from, or lost to.
    pub other: EntrantId,
    /// +1 won, -1 lost.
    pub places: i32,
    /// Why.
    pub cause: PlaceCause,
}

/// Places won (+) and lost (-) from grid to finish. `gained = start - finish` is the sum of the five parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Among whom.
    pub scope: Scope,
    /// Place on the grid.
    pub start: u32,
    /// Place in the result.
    pub finish: u32,
    /// Until the end of lap 1.
    pub at_start: i32,
    /// On pace.
    pub by_pace: i32,
    /// By pit stops: own, and those of others.
    pub by_pit: i32,
    /// By incidents: lost by own ones and by own retirement, won by those of others.
    pub by_incidents: i32,
    /// By others who retired.
    pub by_retirements: i32,
    /// Each place by itself, in order.
    pub steps: Vec<PlaceStep>,
}

impl Ledger {
    /// Places won in all; negative if more were lost.
    pub fn gained(&self) -> i32 {
        self.at_start + self.by_pace + self.by_pit + self.by_incidents + self.by_retirements
    }
}

/// Why `loser` fell behind another on this lap: tow or reset, then pit stop, then incident points on a lap slower than
/// usual or untimed, else pace. Under caution every lap is slower than usual, which says nothing of an incident.
fn cause_of_loss(loser: &Entry<'_>, number: u32) -> PlaceCause {
    let Some(lap) = loser.lap(number) else { return PlaceCause::Pace };
    match lap.class {
        LapClass::Tow => PlaceCause::Incident,
        LapClass::In | LapClass::Out => PlaceCause::Pit,
        _ if lap.incident && !lap.caution && loser.lap_cost(lap).is_none_or(|cost| cost > 0) => PlaceCause::Incident,
        _ => PlaceCause::Pace,
    }
}

/// Whether `a` is placed before `b`; whoever has no place is last.
fn before(a: Option<u32>, b: Option<u32>) -> bool {
    a.is_some_and(|a| b.is_none_or(|b| a < b))
}

/// The ledger of one entrant; `None` without their place on the grid or in the result, or without any lap chart.
///
/// Causes, for each place: on lap 1 the start, so that it is what the story tells of lap 1. Later a car that went out
/// before the end of the lap is a retirement; else the loser's lap decides. What changes after the driver's last lap is
/// a retirement if the loser went out, else pace (the lap that the race's end cut off, a decision of the stewards).
pub fn ledger(field: &Field<'_>, entrant: EntrantId, scope: Scope) -> Option<Ledger> {
    let own = field.entry(entrant)?;
    let (start, finish) = (own.start(scope)?, own.finish(scope)?);
    if field.last_lap() == 0 {
        return None;
    }
    let mut steps = Vec::new();
    let rivals = field.rivals(own, scope).filter(|other| other.id() != entrant);
    for other in rivals {
        let mut ahead = before(other.start(scope), own.start(scope));
        let mut step = |lap: u32, now_ahead: bool, cause: PlaceCause| {
            if now_ahead != ahead {
                let places = if now_ahead { -1 } else { 1 };
                steps.push(PlaceStep { lap, other: other.id(), places, cause });
                ahead = now_ahead;
            }
        };
        for lap in own.laps.iter().filter(|lap| lap.number > 0) {
            let number = lap.number;
            let now_ahead = match own.compare_after(other, number) {
                Some(order) => order == Ordering::Greater,
                None if other.laps_driven() < number => false,
                // The other's lap is missing from the chart, or without a place: nothing is known to have changed.
                None => continue,
            };
            let cause = if number == 1 {
                PlaceCause::Start
            } else if other.laps_driven() < number && !other.finished() {
                PlaceCause::Retirement
            } else {
                cause_of_loss(if now_ahead { own } else { other }, number)
            };
            step(number, now_ahead, cause);
        }
        let now_ahead = before(other.finish(scope), own.finish(scope));
        let loser = if now_ahead { own } else { other };
        let cause = if loser.finished() { PlaceCause::Pace } else { PlaceCause::Retirement };
        step(own.last_lap() + 1, now_ahead, cause);
    }
    steps.sort_by_key(|step| (step.lap, step.places, step.other));
    let sum =
        |wanted: &dyn Fn(&PlaceStep) -> bool| steps.iter().filter(|step| wanted(step)).map(|step| step.places).sum();
    let of = |cause: PlaceCause| sum(&|step| step.cause == cause);
    let own_retirement: i32 = sum(&|step| step.cause == PlaceCause::Retirement && step.places < 0);
    let mut ledger = Ledger {
        scope,
        start,
        finish,
        at_start: of(PlaceCause::Start),
        by_pace: of(PlaceCause::Pace),
        by_pit: of(PlaceCause::Pit),
        by_incidents: of(PlaceCause::Incident) + own_retirement,
        by_retirements: of(PlaceCause::Retirement) - own_retirement,
        steps,
    };
    // Places that nobody in the result holds (a gap in iRacing's numbering) belong to no car: they count as the start.
    ledger.at_start += i32::try_from(i64::from(start) - i64::from(finish)).ok()? - ledger.gained();
    Some(ledger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::synthetic::{SyntheticRace, a_race, by_hand, driver},
        lap::LapFlags,
    };
    use proptest::prelude::*;

    const OFF_TRACK: u32 = LapFlags::OFF_TRACK.0;
    const TOW: u32 = LapFlags::TOW.0 | LapFlags::PITTED.0 | LapFlags::INVALID.0 | LapFlags::DISCONTINUITY.0;

    /// Each place as its lap, the index of the other car, won or lost, and why.
    fn steps(race: &SyntheticRace, car: usize) -> Vec<(u32, usize, i32, PlaceCause)> {
        let field = Field::new(&race.session, &race.chart, &race.events);
        let ledger = ledger(&field, EntrantId::Driver(driver(car)), Scope::Class).expect("a ledger");
        let index = |id| (0..9).find(|car| EntrantId::Driver(driver(*car)) == id).expect("a car");
        ledger.steps.iter().map(|step| (step.lap, index(step.other), step.places, step.cause)).collect()
    }

    #[test]
    fn the_lap_of_whoever_lost_the_place_says_why() {
        let race = by_hand(
            &[
                &[(101.0, 0), (100.0, 0), (103.0, OFF_TRACK), (100.0, 0), (100.0, 0), (100.0, 0)],
                &[(102.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (120.0, LapFlags::PITTED.0), (110.0, 0)],
                &[(103.0, 0), (100.0, 0), (101.0, 0), (102.0, 0), (100.0, 0), (100.0, 0)],
                &[(101.0, 0), (100.0, 0), (300.0, TOW), (110.0, 0), (100.0, 0), (100.0, 0)],
            ],
            &[],
        );
        use PlaceCause::{Incident, Pit, Start};
        assert_eq!(steps(&race, 0), [(3, 1, -1, Incident), (5, 1, 1, Pit)]);
        assert_eq!(steps(&race, 2), [(1, 3, -1, Start), (3, 3, 1, Incident), (5, 1, 1, Pit)]);
    }

    #[test]
    fn an_incident_under_caution_does_not_say_why_a_place_was_lost() {
        let race = by_hand(
            &[
                &[(101.0, 0), (100.0, 0), (150.0, OFF_TRACK), (150.0, 0), (100.0, 0), (100.0, 0)],
                &[(102.0, 0), (100.0, 0), (140.0, 0), (150.0, 0), (100.0, 0), (100.0, 0)],
            ],
            &[(210.0, 250.0)],
        );
        assert_eq!(steps(&race, 0), [(3, 1, -1, PlaceCause::Pace)]);
    }

    #[test]
    fn who_is_still_running_on_a_lap_that_the_end_cuts_off_has_not_retired() {
        let mut race = by_hand(&[&[(101.0, 0), (100.0, 0)], &[(102.0, 0), (100.0, 0), (100.0, 0)]], &[]);
        assert_eq!(steps(&race, 1), [(3, 0, 1, PlaceCause::Retirement)]);
        assert_eq!(steps(&race, 0), [(3, 1, -1, PlaceCause::Retirement)]);
        race.session.entrants[0].results[0].reason_out = "Running".to_owned();
        assert_eq!(steps(&race, 1), [(3, 0, 1, PlaceCause::Pace)]);
        assert_eq!(steps(&race, 0), [(3, 1, -1, PlaceCause::Pace)]);
    }

    #[test]
    fn nobody_has_retired_whose_laps_are_only_missing_from_the_chart() {
        let mut race = by_hand(&[&[(101.0, 0), (100.0, 0)], &[(102.0, 0), (100.0, 0)]], &[]);
        race.chart.entrants.remove(0);
        assert_eq!(steps(&race, 1), []);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_are_the_sums_of_their_steps(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in &field.entries {
                for scope in [Scope::Overall, Scope::Class] {
                    let Some(ledger) = ledger(&field, entry.id(), scope) else { continue };
                    let gained = entry.start(scope).zip(entry.finish(scope)).map(|(start, finish)| start as i32 - finish as i32);
                    prop_assert_eq!(gained, Some(ledger.gained()));
                    prop_assert_eq!(ledger.steps.iter().map(|step| step.places).sum::<i32>(), ledger.gained());
                    prop_assert!(ledger.by_retirements >= 0);
                    prop_assert!(ledger.steps.iter().all(|step| step.places.abs() == 1));
                }
            }
        }

        #[test]
        fn a_place_won_after_the_start_is_a_place_that_the_other_lost(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let ledgers: Vec<Ledger> =
                field.entries.iter().filter_map(|entry| ledger(&field, entry.id(), Scope::Overall)).collect();
            let all: i32 = ledgers.iter().map(Ledger::gained).sum();
            prop_assert_eq!(all, 0);
            let steps: i32 = ledgers.iter().flat_map(|ledger| &ledger.steps).map(|step| step.places).sum();
            prop_assert_eq!(steps, 0);
        }
    }
}
