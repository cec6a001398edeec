//! The story of a race as one entrant lived it: a sequence of events, made by rules, without words.

use crate::{
    analysis::{
        battles::{Battle, battles},
        event::RaceEventKind,
        field::{Entry, Field, Scope},
        laps::{ClassifiedLap, LapClass},
    },
    ids::EntrantId,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A retirement within so many places of the entrant belongs to their story.
pub const NEARBY_PLACES: u32 = 3;

/// What happened. Places are in class unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StoryKind {
    /// Lap 1 was over.
    Start {
        /// Place on the grid.
        grid: u32,
        /// Place after lap 1.
        place: u32,
        /// Places won; negative if lost.
        gained: i32,
        /// Cars ahead on the grid that never finished lap 1: `gained` counts them.
        fell_out: u32,
    },
    /// A fight with another car.
    Battle {
        /// All about it.
        battle: Battle,
        /// Whether the entrant won it.
        won: bool,
    },
    /// A pit stop.
    PitStop {
        /// Place at the end of the lap before the in lap.
        before: Option<u32>,
        /// Place at the end of the out lap.
        rejoined: Option<u32>,
        /// First lap after it at whose end nobody ahead had fewer stops behind them.
        settled_lap: Option<u32>,
        /// Place at the end of that lap: what the whole cycle left.
        settled: Option<u32>,
        /// In lap + out lap - 2 x the driver's usual lap, 1/10 000 s; absent on lap 1, with a tow and under caution, where
        /// the share of the stop cannot be told.
        cost: Option<i64>,
        /// Whether the driver changed.
        driver_change: bool,
    },
    /// Incident points, a tow or a reset.
    Incident {
        /// What the lap lost against the driver's usual one, 1/10 000 s; absent on lap 1, in and out laps and under
        /// caution, where the share of the incident cannot be told.
        cost: Option<i64>,
        /// Places won on this lap; negative if lost; absent on lap 1, in and out laps, which the start and the stop tell.
        places: Option<i32>,
        /// iRacing's flags of the lap.
        flags: u32,
        /// Whether the car was towed or reset.
        towed: bool,
    },
    /// A penalty of the entrant's.
    Penalty {
        /// Why, in iRacing's words.
        reason: String,
        /// What, in iRacing's words.
        sanction: String,
        /// The lap on which it was cleared.
        cleared_lap: Option<u32>,
    },
    /// Another car led the class at the line.
    LeadChange {
        /// Who led before.
        from: EntrantId,
        /// Who led then.
        to: EntrantId,
    },
    /// The fastest lap that counts; see [`countable`](crate::analysis::ClassifiedLap::countable).
    FastestLap {
        /// 1/10 000 s.
        lap_time: i64,
        /// Of the class; otherwise of the entrant.
        of_class: bool,
    },
    /// A rival near the entrant went out.
    Retirement {
        /// Their place when they last crossed the line.
        place: u32,
        /// Whether they were ahead then.
        ahead: bool,
        /// Why, in iRacing's words.
        reason_out: String,
    },
    /// Laps under caution.
    Caution {
        /// The last of them.
        last_lap: u32,
    },
    /// The entrant's race was over.
    Finish {
        /// Place.
        place: Option<u32>,
        /// Place among all.
        overall: Option<u32>,
        /// Places won since the grid.
        gained: Option<i32>,
        /// Behind the winner of the class, 1/10 000 s.
        behind_winner: Option<i64>,
        /// Laps behind the winner of the class.
        laps_behind: u32,
        /// Whether the entrant was still in the race at its end.
        finished: bool,
        /// iRacing's words if not.
        reason_out: String,
    },
}

/// One event of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoryEvent {
    /// The lap that it happened on, or that it began with.
    pub lap: u32,
    /// Whom it is about: first the one who acts.
    pub entrants: Vec<EntrantId>,
    /// What happened.
    #[serde(flatten)]
    pub kind: StoryKind,
}

/// Places won from `before` to `after`.
fn gained(before: u32, after: u32) -> Option<i32> {
    i32::try_from(i64::from(before) - i64::from(after)).ok()
}

/// The lap that an entry was on at a session time: the first one finished at or after it, or the one after the last.
fn lap_at(entry: &Entry<'_>, session_time: i64) -> u32 {
    let finished =
        entry.laps.iter().find(|lap| lap.number > 0 && lap.session_time.is_some_and(|time| time >= session_time));
    finished.map_or(entry.last_lap() + 1, |lap| lap.number)
}

/// The laps on which an entry began a stop.
fn stop_laps(entry: &Entry<'_>) -> Vec<u32> {
    entry.laps.iter().filter(|lap| lap.stop).map(|lap| lap.number).collect()
}

/// Stops begun up to and including a lap.
fn stops(stop_laps: &[u32], until: u32) -> usize {
    stop_laps.partition_point(|number| *number <= until)
}

/// The place in class after a lap; that on the grid for lap 0.
fn place_after(field: &Field<'_>, own: &Entry<'_>, number: u32) -> Option<u32> {
    match number {
        0 => own.start(Scope::Class),
        _ => field.place_after(own, number, Scope::Class),
    }
}

/// Tells the race of one entrant, lap by lap. Empty without such an entrant or without laps.
///
/// Rules: lap 1; each [`Battle`]; each stop (a tow is one if the car drove on); each lap with incident points, a tow or a
/// reset; the entrant's penalties (by session time); changes of the class lead from line to line; fastest lap of the
/// class and the entrant's own; rivals who went out within [`NEARBY_PLACES`] of the entrant; stretches under caution;
/// the finish.
pub fn story(field: &Field<'_>, entrant: EntrantId) -> Vec<StoryEvent> {
    let Some(own) = field.entry(entrant).filter(|own| own.last_lap() > 0) else { return Vec::new() };
    let mut events = Vec::new();
    events.extend(start(field, own));
    events.extend(battles(field, Some(entrant)).into_iter().map(|battle| fight(own, battle)));
    // Before the stops: a tow is both.
    events.extend(incidents(field, own));
    events.extend(pit_stops(field, own));
    events.extend(penalties(field, own));
    events.extend(lead_changes(field, own));
    events.extend(fastest_laps(field, own));
    events.extend(retirements(field, own));
    events.extend(cautions(own));
    events.push(finish(field, own));
    let last = |event: &StoryEvent| matches!(event.kind, StoryKind::Finish { .. });
    events.sort_by_key(|event| (event.lap, last(event)));
    events
}

fn start(field: &Field<'_>, own: &Entry<'_>) -> Option<StoryEvent> {
    let grid = own.start(Scope::Class)?;
    let place = field.place_after(own, 1, Scope::Class)?;
    let fell_out = field
        .rivals(own, Scope::Class)
        .filter(|other| other.laps_driven() == 0 && other.start(Scope::Class).is_some_and(|start| start < grid));
    let fell_out = u32::try_from(fell_out.count()).unwrap_or(u32::MAX);
    let kind = StoryKind::Start { grid, place, gained: gained(grid, place)?, fell_out };
    Some(StoryEvent { lap: 1, entrants: vec![own.id()], kind })
}

fn fight(own: &Entry<'_>, battle: Battle) -> StoryEvent {
    let other = if battle.ahead == own.id() { battle.behind } else { battle.ahead };
    let kind = StoryKind::Battle { battle, won: battle.winner == own.id() };
    StoryEvent { lap: battle.first_lap, entrants: vec![own.id(), other], kind }
}

fn pit_stops(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let place = |number| place_after(field, own, number);
    let own_laps = stop_laps(own);
    let rivals: Vec<(&Entry<'_>, Vec<u32>)> =
        field.rivals(own, Scope::Class).map(|other| (other, stop_laps(other))).collect();
    let out_lap = |lap: &ClassifiedLap| own.lap(lap.number + 1).filter(|out| out.class == LapClass::Out);
    own.laps
        .iter()
        .filter(|lap| lap.stop && (lap.class != LapClass::Tow || out_lap(lap).is_some()))
        .map(|lap| {
            let out = out_lap(lap);
            let own_stops = stops(&own_laps, lap.number);
            let all_stopped = |number: u32| {
                rivals.iter().all(|(other, their_laps)| {
                    let ahead = other.compare_after(own, number).is_some_and(|order| order.is_lt());
                    // Through with it: whoever is in the pits at this line has most of the stop still to come.
                    !ahead || stops(their_laps, number - 1) >= own_stops
                })
            };
            let settled_lap = out.and_then(|out| (out.number..=own.last_lap()).find(|number| all_stopped(*number)));
            let cost = out
                .filter(|out| lap.class == LapClass::In && !lap.caution && !out.caution)
                .and_then(|out| Some(own.lap_cost(lap)? + own.lap_cost(out)?));
            let kind = StoryKind::PitStop {
                before: lap.number.checked_sub(1).and_then(place),
                rejoined: out.and_then(|out| place(out.number)),
                settled_lap,
                settled: settled_lap.and_then(place),
                cost,
                driver_change: out.is_some_and(|out| out.driver != lap.driver),
            };
            StoryEvent { lap: lap.number, entrants: vec![own.id()], kind }
        })
        .collect()
}

fn incidents(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    own.laps
        .iter()
        .filter(|lap| lap.number > 0 && lap.trouble())
        .map(|lap| {
            let places = || gained(place_after(field, own, lap.number - 1)?, place_after(field, own, lap.number)?);
            let separable = lap.number > 1 && !matches!(lap.class, LapClass::In | LapClass::Out);
            let kind = StoryKind::Incident {
                cost: own.lap_cost(lap).filter(|_| separable && !lap.caution),
                places: separable.then(places).flatten(),
                flags: lap.flags,
                towed: lap.class == LapClass::Tow,
            };
            StoryEvent { lap: lap.number, entrants: vec![own.id()], kind }
        })
        .collect()
}

fn penalties(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let mut told: Vec<StoryEvent> = Vec::new();
    // Those not cleared yet: where they are told, and why they were given.
    let mut open: Vec<(usize, &str)> = Vec::new();
    for event in field.events.iter().filter(|event| event.entrant == Some(own.id())) {
        match &event.kind {
            RaceEventKind::PenaltyApplied(penalty) => {
                open.push((told.len(), &penalty.reason));
                let kind = StoryKind::Penalty {
                    reason: penalty.reason.clone(),
                    sanction: penalty.sanction.clone(),
                    cleared_lap: None,
                };
                // What came on the lap that was never finished is told with the last one.
                let lap = lap_at(own, event.session_time).min(own.last_lap());
                told.push(StoryEvent { lap, entrants: vec![own.id()], kind });
            }
            RaceEventKind::PenaltyCleared { reason } => {
                let same = open.iter().position(|(_, given)| reason.as_deref().is_none_or(|reason| reason == *given));
                let Some((index, _)) = same.map(|place| open.remove(place)) else { continue };
                if let StoryKind::Penalty { cleared_lap, .. } = &mut told[index].kind {
                    *cleared_lap = Some(lap_at(own, event.session_time)).filter(|lap| *lap <= own.last_lap());
                }
            }
            RaceEventKind::CautionStarted | RaceEventKind::CautionEnded => {}
        }
    }
    told
}

fn lead_changes(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let rivals: Vec<&Entry<'_>> = field.rivals(own, Scope::Class).collect();
    let leader = |number: u32| {
        let on_lap = rivals.iter().filter_map(|entry| Some((entry.lap(number)?.position?, entry.id())));
        on_lap.min().map(|(_, id)| id)
    };
    let mut before =
        rivals.iter().filter_map(|entry| Some((entry.start(Scope::Class)?, entry.id()))).min().map(|(_, id)| id);
    let mut changes = Vec::new();
    let driven: BTreeSet<u32> = rivals.iter().flat_map(|entry| &entry.laps).map(|lap| lap.number).collect();
    for lap in driven.into_iter().filter(|number| *number > 0) {
        let Some(to) = leader(lap) else { continue };
        if let Some(from) = before.filter(|from| *from != to) {
            changes.push(StoryEvent { lap, entrants: vec![to, from], kind: StoryKind::LeadChange { from, to } });
        }
        before = Some(to);
    }
    changes
}

fn fastest_laps(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let fastest =
        |entry: &Entry<'_>| entry.laps.iter().filter_map(|lap| Some((lap.countable()?, lap.number, entry.id()))).min();
    let of_class = field.rivals(own, Scope::Class).filter_map(fastest).min();
    let event = |(lap_time, lap, entrant), of_class| StoryEvent {
        lap,
        entrants: vec![entrant],
        kind: StoryKind::FastestLap { lap_time, of_class },
    };
    let own_best = fastest(own).filter(|own| Some(*own) != of_class);
    of_class.map(|lap| event(lap, true)).into_iter().chain(own_best.map(|lap| event(lap, false))).collect()
}

fn retirements(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    field
        .rivals(own, Scope::Class)
        .filter(|other| other.id() != own.id() && !other.finished())
        .filter_map(|other| {
            let lap = other.last_lap();
            let (place, own_place) = match lap {
                0 => (other.start(Scope::Class)?, own.start(Scope::Class)?),
                _ => (field.place_after(other, lap, Scope::Class)?, field.place_after(own, lap, Scope::Class)?),
            };
            let kind =
                StoryKind::Retirement { place, ahead: place < own_place, reason_out: other.result.reason_out.clone() };
            // It showed on the lap that was never finished, if the entrant drove it.
            let event = StoryEvent { lap: (lap + 1).min(own.last_lap()), entrants: vec![other.id()], kind };
            (place.abs_diff(own_place) <= NEARBY_PLACES).then_some(event)
        })
        .collect()
}

fn cautions(own: &Entry<'_>) -> Vec<StoryEvent> {
    own.laps
        .chunk_by(|before, lap| before.caution == lap.caution)
        .filter(|laps| laps[0].caution)
        .map(|laps| StoryEvent {
            lap: laps[0].number,
            entrants: Vec::new(),
            kind: StoryKind::Caution { last_lap: laps[laps.len() - 1].number },
        })
        .collect()
}

fn finish(field: &Field<'_>, own: &Entry<'_>) -> StoryEvent {
    let places = own.start(Scope::Class).zip(own.finish(Scope::Class));
    let winner_laps = field.rivals(own, Scope::Class).next().map_or(0, Entry::laps_driven);
    let kind = StoryKind::Finish {
        place: own.finish(Scope::Class),
        overall: own.finish(Scope::Overall),
        gained: places.and_then(|(start, finish)| gained(start, finish)),
        behind_winner: own.result.class_interval,
        laps_behind: winner_laps.saturating_sub(own.laps_driven()),
        finished: own.finished(),
        reason_out: own.result.reason_out.clone(),
    };
    StoryEvent { lap: own.last_lap(), entrants: vec![own.id()], kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            Penalty, RaceEvent, ledger,
            synthetic::{SyntheticRace, a_race, by_hand, driver, of_a_team},
        },
        lap::LapFlags,
    };
    use proptest::prelude::*;

    const PITTED: u32 = LapFlags::PITTED.0;
    const OFF_TRACK: u32 = LapFlags::OFF_TRACK.0;
    const TOW: u32 = LapFlags::TOW.0 | LapFlags::PITTED.0 | LapFlags::INVALID.0 | LapFlags::DISCONTINUITY.0;

    /// What the story of the car at this place on the grid tells of the wanted kind, with the laps.
    fn told(race: &SyntheticRace, car: usize, wanted: fn(&StoryKind) -> bool) -> Vec<(u32, StoryKind)> {
        let field = Field::new(&race.session, &race.chart, &race.events);
        let told = story(&field, race.session.entrants[car].entrant_id);
        told.into_iter().filter(|event| wanted(&event.kind)).map(|event| (event.lap, event.kind)).collect()
    }

    fn a_stop(kind: &StoryKind) -> bool {
        matches!(kind, StoryKind::PitStop { .. })
    }

    fn an_incident(kind: &StoryKind) -> bool {
        matches!(kind, StoryKind::Incident { .. })
    }

    #[test]
    fn the_number_of_a_lap_costs_nothing() {
        let mut race = by_hand(&[&[(101.0, 0), (100.0, 0), (103.0, 0)], &[(102.0, 0), (100.0, 0), (100.0, 0)]], &[]);
        for laps in &mut race.chart.entrants {
            laps.laps[3].number = 4_000_000_000;
        }
        let changes: Vec<_> = told(&race, 0, |kind| matches!(kind, StoryKind::LeadChange { .. }))
            .into_iter()
            .map(|(lap, _)| lap)
            .collect();
        assert_eq!(changes, [4_000_000_000]);
    }

    #[test]
    fn a_pit_cycle_has_its_places_its_cost_and_the_lap_that_settled_it() {
        let race = by_hand(
            &[
                &[
                    (101.0, 0),
                    (100.0, 0),
                    (120.0, PITTED),
                    (115.0, PITTED),
                    (100.0, 0),
                    (100.0, 0),
                    (100.0, 0),
                    (100.0, 0),
                ],
                &[(102.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (120.0, PITTED), (116.0, 0), (100.0, 0), (100.0, 0)],
            ],
            &[],
        );
        let stop = StoryKind::PitStop {
            before: Some(1),
            rejoined: Some(2),
            // The other one stops on lap 5, and is through with it after lap 6.
            settled_lap: Some(6),
            settled: Some(1),
            cost: Some(350_000),
            driver_change: false,
        };
        assert_eq!(told(&race, 0, a_stop), [(3, stop)]);
    }

    #[test]
    fn a_stop_on_lap_1_is_a_stop() {
        let race = by_hand(
            &[
                &[(125.0, PITTED), (110.0, 0), (100.0, 0), (100.0, 0), (100.0, 0)],
                &[(101.0, 0), (100.0, 0), (120.0, PITTED), (115.0, 0), (100.0, 0)],
            ],
            &[],
        );
        let stop = |before, rejoined, settled_lap, settled, cost| StoryKind::PitStop {
            before: Some(before),
            rejoined: Some(rejoined),
            settled_lap: Some(settled_lap),
            settled: Some(settled),
            cost,
            driver_change: false,
        };
        assert_eq!(told(&race, 0, a_stop), [(1, stop(1, 2, 4, 1, None))]);
        assert_eq!(told(&race, 1, a_stop), [(3, stop(1, 2, 4, 2, Some(350_000)))]);
    }

    #[test]
    fn a_tow_has_its_cost_by_the_clock_and_its_places_and_is_a_stop_if_the_car_drove_on() {
        let race = by_hand(
            &[
                &[(101.0, 0), (300.0, TOW), (110.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (100.0, 0)],
                &[(102.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (100.0, 0), (280.0, TOW)],
            ],
            &[],
        );
        let incident =
            |cost, places| StoryKind::Incident { cost: Some(cost), places: Some(places), flags: TOW, towed: true };
        assert_eq!(told(&race, 0, an_incident), [(2, incident(2_000_000, -1))]);
        let stop = StoryKind::PitStop {
            before: Some(1),
            rejoined: Some(2),
            settled_lap: None,
            settled: None,
            cost: None,
            driver_change: false,
        };
        assert_eq!(told(&race, 0, a_stop), [(2, stop)]);
        assert_eq!(told(&race, 1, a_stop), [], "it was not driven on with");
    }

    #[test]
    fn caution_the_start_and_stops_are_not_taken_for_the_cost_of_an_incident() {
        let race = by_hand(
            &[
                &[(120.0, OFF_TRACK), (100.0, 0), (150.0, OFF_TRACK), (140.0, 0), (103.0, OFF_TRACK), (100.0, 0)],
                &[(121.0, 0), (100.0, 0), (140.0, 0), (130.0, PITTED | OFF_TRACK), (140.0, 0), (100.0, 0)],
                &[(122.0, 0), (110.0, 0), (150.0, 0), (140.0, 0), (100.0, 0), (100.0, 0)],
            ],
            &[(230.0, 200.0)],
        );
        let incident = |cost, places, flags: u32| StoryKind::Incident { cost, places, flags, towed: false };
        let first = LapFlags::FIRST_LAP.0;
        assert_eq!(
            told(&race, 0, an_incident),
            [
                (1, incident(None, None, OFF_TRACK | first)),
                (3, incident(None, Some(-1), OFF_TRACK)),
                (5, incident(Some(30_000), Some(1), OFF_TRACK)),
            ]
        );
        assert_eq!(told(&race, 1, an_incident), [(4, incident(None, None, PITTED | OFF_TRACK))]);
        let costs: Vec<_> = told(&race, 1, a_stop)
            .into_iter()
            .map(|(lap, kind)| if let StoryKind::PitStop { cost, .. } = kind { (lap, cost) } else { (lap, Some(0)) })
            .collect();
        assert_eq!(costs, [(4, None)], "it was under caution");
        for car in [0, 1] {
            assert_eq!(
                told(&race, car, |kind| matches!(kind, StoryKind::Caution { .. })),
                [(3, StoryKind::Caution { last_lap: 4 })],
                "a stop does not end it"
            );
        }
    }

    #[test]
    fn each_penalty_is_cleared_by_what_names_its_reason() {
        let laps: &[(f64, u32)] = &[(100.0, 0); 4];
        let mut race = by_hand(&[laps, &[(101.0, 0); 3]], &[]);
        let mut event = |car: usize, seconds: i64, kind| {
            let session_time = race.chart.entrants[car].laps[0].session_time.unwrap() + seconds * 10_000;
            let entrant = Some(race.session.entrants[car].entrant_id);
            race.events.push(RaceEvent { session_time, lap: 0, entrant, kind });
        };
        let given = |reason: &str| {
            let penalty = Penalty { reason: reason.to_owned(), sanction: "Repair".to_owned() };
            RaceEventKind::PenaltyApplied(penalty)
        };
        let cleared = |reason: Option<&str>| RaceEventKind::PenaltyCleared { reason: reason.map(str::to_owned) };
        event(0, 50, given("Repairs needed"));
        event(0, 150, given("Jump start"));
        event(0, 160, given("Unsafe"));
        event(0, 250, cleared(Some("Jump start")));
        event(0, 350, cleared(None));
        event(1, 320, given("Repairs needed"));
        event(1, 330, cleared(Some("Repairs needed")));
        let penalties = |car| -> Vec<(u32, String, Option<u32>)> {
            told(&race, car, |kind| matches!(kind, StoryKind::Penalty { .. }))
                .into_iter()
                .filter_map(|(lap, kind)| match kind {
                    StoryKind::Penalty { reason, cleared_lap, .. } => Some((lap, reason, cleared_lap)),
                    _ => None,
                })
                .collect()
        };
        assert_eq!(
            penalties(0),
            [
                (1, "Repairs needed".to_owned(), Some(4)),
                (2, "Jump start".to_owned(), Some(3)),
                (2, "Unsafe".to_owned(), None),
            ]
        );
        assert_eq!(penalties(1), [(3, "Repairs needed".to_owned(), None)], "on the lap that was never finished");
    }

    #[test]
    fn a_lap_in_a_shared_car_is_compared_with_its_drivers_own_usual_lap() {
        let stint = |time: f64, last: u32| [[(time, 0); 6].as_slice(), &[(time + 20.0, last)]].concat();
        let team = [stint(100.0, PITTED), stint(104.0, OFF_TRACK)].concat();
        let race = of_a_team(by_hand(&[&team], &[]), 0, 7);
        let kind = StoryKind::Incident {
            cost: Some(200_000),
            places: Some(0),
            flags: OFF_TRACK | LapFlags::CHECKERED.0,
            towed: false,
        };
        assert_eq!(told(&race, 0, an_incident), [(14, kind)]);
    }

    #[test]
    fn a_rival_who_went_out_nearby_is_told_and_one_who_was_still_running_is_not() {
        let mut race = by_hand(
            &[
                &[(101.0, 0), (100.0, 0), (100.0, 0), (100.0, 0)],
                &[(102.0, 0), (100.0, 0)],
                &[(103.0, 0), (100.0, 0), (100.0, 0), (100.0, 0)],
                &[(104.0, 0), (100.0, 0), (100.0, 0)],
            ],
            &[],
        );
        race.session.entrants[3].results[0].reason_out = "Running".to_owned();
        let out = StoryKind::Retirement { place: 2, ahead: true, reason_out: "Disconnected".to_owned() };
        assert_eq!(told(&race, 2, |kind| matches!(kind, StoryKind::Retirement { .. })), [(3, out)]);
        let finish = StoryKind::Finish {
            place: Some(3),
            overall: Some(3),
            gained: Some(1),
            behind_winner: None,
            laps_behind: 1,
            finished: true,
            reason_out: "Running".to_owned(),
        };
        assert_eq!(told(&race, 3, |kind| matches!(kind, StoryKind::Finish { .. })), [(3, finish)]);
    }

    #[test]
    fn lap_1_wins_as_many_places_as_in_the_ledger_and_says_who_never_finished_it() {
        let race = by_hand(
            &[
                &[],
                &[(103.0, 0), (100.0, 0), (100.0, 0)],
                &[(102.0, 0), (100.0, 0), (100.0, 0)],
                &[(101.0, 0), (100.0, 0)],
            ],
            &[],
        );
        let field = Field::new(&race.session, &race.chart, &race.events);
        for (car, grid, place, gained) in [(1, 2, 3, -1), (2, 3, 2, 1), (3, 4, 1, 3)] {
            let start = StoryKind::Start { grid, place, gained, fell_out: 1 };
            assert_eq!(told(&race, car, |kind| matches!(kind, StoryKind::Start { .. })), [(1, start)]);
            let ledger = ledger(&field, EntrantId::Driver(driver(car)), Scope::Class).expect("a ledger");
            assert_eq!(ledger.at_start, gained);
        }
    }

    proptest! {
        #[test]
        fn a_story_is_in_order_names_members_of_the_field_and_has_one_finish(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in &field.entries {
                let story = story(&field, entry.id());
                prop_assert_eq!(story.is_empty(), entry.last_lap() == 0);
                prop_assert!(story.windows(2).all(|pair| pair[0].lap <= pair[1].lap));
                prop_assert!(story.iter().flat_map(|event| &event.entrants).all(|id| field.entry(*id).is_some()));
                let finishes = story.iter().filter(|event| matches!(event.kind, StoryKind::Finish { .. })).count();
                prop_assert_eq!(finishes, usize::from(entry.last_lap() > 0));
            }
        }

        #[test]
        fn each_stop_is_told_and_each_lap_in_trouble_is_an_incident(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in &field.entries {
                let story = story(&field, entry.id());
                let laps_of = |wanted: fn(&StoryKind) -> bool| -> Vec<u32> {
                    story.iter().filter(|event| wanted(&event.kind)).map(|event| event.lap).collect()
                };
                let laps_with = |wanted: fn(&ClassifiedLap) -> bool| -> Vec<u32> {
                    entry.laps.iter().filter(|lap| wanted(lap)).map(|lap| lap.number).collect()
                };
                let (stops, in_laps) = (laps_of(a_stop), laps_with(|lap| lap.class == LapClass::In));
                prop_assert!(in_laps.iter().all(|lap| stops.contains(lap)));
                prop_assert!(stops.iter().all(|lap| laps_with(|lap| lap.stop).contains(lap)));
                prop_assert_eq!(laps_of(an_incident), laps_with(ClassifiedLap::trouble));
            }
        }

        #[test]
        fn leaders_follow_each_other(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in field.entries.iter().filter(|entry| entry.last_lap() > 0) {
                let mut leader = None;
                for event in story(&field, entry.id()) {
                    if let StoryKind::LeadChange { from, to } = event.kind {
                        prop_assert!(leader.is_none_or(|leader| leader == from) && from != to);
                        leader = Some(to);
                    }
                }
            }
        }
    }
}
