//! The story of a race as one entrant lived it: a sequence of events, made by rules, without words.

use crate::{
    analysis::{
        battles::{Battle, battles},
        event::RaceEventKind,
        field::{Entry, Field, Scope},
        laps::LapClass,
    },
    ids::EntrantId,
};
use serde::Serialize;

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
        /// First lap after it at whose end nobody ahead had stopped less often.
        settled_lap: Option<u32>,
        /// Place at the end of that lap: what the whole cycle left.
        settled: Option<u32>,
        /// In lap + out lap - 2 x the own median pace lap, 1/10 000 s.
        cost: Option<i64>,
        /// Whether the driver changed.
        driver_change: bool,
    },
    /// Incident points, a tow or a reset.
    Incident {
        /// What the lap lost against the own median pace lap, 1/10 000 s; absent on lap 1, in and out laps, where the
        /// share of the incident cannot be told.
        cost: Option<i64>,
        /// Places won on this lap; negative if lost.
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
    /// A rival near the entrant drove no further.
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
        /// Whether the chequered flag was taken.
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

/// Stops begun up to and including a lap.
fn stops(entry: &Entry<'_>, until: u32) -> usize {
    entry.laps.iter().filter(|lap| lap.number <= until && lap.class == LapClass::In).count()
}

/// Tells the race of one entrant, lap by lap. Empty without such an entrant or without laps.
///
/// Rules: lap 1; each [`Battle`]; each in lap; each lap with incident points, a tow or a reset; the entrant's penalties
/// (by session time); changes of the class lead from line to line; fastest lap of the class and the entrant's own;
/// rivals who drove no further within [`NEARBY_PLACES`] of the entrant; stretches under caution; the finish.
pub fn story(field: &Field<'_>, entrant: EntrantId) -> Vec<StoryEvent> {
    let Some(own) = field.entry(entrant).filter(|own| own.last_lap() > 0) else { return Vec::new() };
    let mut events = Vec::new();
    events.extend(start(field, own));
    events.extend(battles(field, Some(entrant)).into_iter().map(|battle| fight(own, battle)));
    events.extend(pit_stops(field, own));
    events.extend(incidents(field, own));
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
    let kind = StoryKind::Start { grid, place, gained: gained(grid, place)? };
    Some(StoryEvent { lap: 1, entrants: vec![own.id()], kind })
}

fn fight(own: &Entry<'_>, battle: Battle) -> StoryEvent {
    let other = if battle.ahead == own.id() { battle.behind } else { battle.ahead };
    let kind = StoryKind::Battle { battle, won: battle.winner == own.id() };
    StoryEvent { lap: battle.first_lap, entrants: vec![own.id(), other], kind }
}

fn pit_stops(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let place = |number| field.place_after(own, number, Scope::Class);
    own.laps
        .iter()
        .filter(|lap| lap.class == LapClass::In)
        .map(|lap| {
            let out = own.lap(lap.number + 1).filter(|out| out.class == LapClass::Out);
            let own_stops = stops(own, lap.number);
            let all_stopped = |number: u32| {
                field.rivals(own, Scope::Class).all(|other| {
                    let ahead = other.compare_after(own, number).is_some_and(|order| order.is_lt());
                    !ahead || stops(other, number) >= own_stops
                })
            };
            let settled_lap = out.and_then(|out| (out.number..=own.last_lap()).find(|number| all_stopped(*number)));
            let cost = out.and_then(|out| Some(own.lap_cost(lap)? + own.lap_cost(out)?));
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
    let place = |number: u32| match number {
        0 => own.start(Scope::Class),
        _ => field.place_after(own, number, Scope::Class),
    };
    own.laps
        .iter()
        .filter(|lap| lap.number > 0 && lap.trouble())
        .map(|lap| {
            let separable = !matches!(lap.class, LapClass::First | LapClass::In | LapClass::Out);
            let kind = StoryKind::Incident {
                cost: separable.then(|| own.lap_cost(lap)).flatten(),
                places: place(lap.number - 1).zip(place(lap.number)).and_then(|(before, after)| gained(before, after)),
                flags: lap.flags,
                towed: lap.class == LapClass::Tow,
            };
            StoryEvent { lap: lap.number, entrants: vec![own.id()], kind }
        })
        .collect()
}

fn penalties(field: &Field<'_>, own: &Entry<'_>) -> Vec<StoryEvent> {
    let mine: Vec<_> = field.events.iter().filter(|event| event.entrant == Some(own.id())).collect();
    mine.iter()
        .enumerate()
        .filter_map(|(index, event)| {
            let RaceEventKind::PenaltyApplied(penalty) = &event.kind else { return None };
            let cleared = mine[index + 1..].iter().find(|later| later.kind == RaceEventKind::PenaltyCleared);
            let kind = StoryKind::Penalty {
                reason: penalty.reason.clone(),
                sanction: penalty.sanction.clone(),
                cleared_lap: cleared.map(|cleared| lap_at(own, cleared.session_time)),
            };
            Some(StoryEvent { lap: lap_at(own, event.session_time), entrants: vec![own.id()], kind })
        })
        .collect()
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
    for lap in 1..=field.last_lap() {
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
        .filter(|other| other.id() != own.id() && !field.finished(other))
        .filter_map(|other| {
            let lap = other.last_lap();
            let (place, own_place) = match lap {
                0 => (other.start(Scope::Class)?, own.start(Scope::Class)?),
                _ => (field.place_after(other, lap, Scope::Class)?, field.place_after(own, lap, Scope::Class)?),
            };
            let kind =
                StoryKind::Retirement { place, ahead: place < own_place, reason_out: other.result.reason_out.clone() };
            // It showed on the lap that was never finished.
            let event = StoryEvent { lap: lap + 1, entrants: vec![other.id()], kind };
            (place.abs_diff(own_place) <= NEARBY_PLACES).then_some(event)
        })
        .collect()
}

fn cautions(own: &Entry<'_>) -> Vec<StoryEvent> {
    own.laps
        .chunk_by(|before, lap| before.class == lap.class)
        .filter(|laps| laps[0].class == LapClass::Caution)
        .map(|laps| StoryEvent {
            lap: laps[0].number,
            entrants: Vec::new(),
            kind: StoryKind::Caution { last_lap: laps[laps.len() - 1].number },
        })
        .collect()
}

fn finish(field: &Field<'_>, own: &Entry<'_>) -> StoryEvent {
    let places = own.start(Scope::Class).zip(own.finish(Scope::Class));
    let kind = StoryKind::Finish {
        place: own.finish(Scope::Class),
        overall: own.finish(Scope::Overall),
        gained: places.and_then(|(start, finish)| gained(start, finish)),
        behind_winner: own.result.class_interval,
        finished: field.finished(own),
        reason_out: own.result.reason_out.clone(),
    };
    StoryEvent { lap: own.last_lap(), entrants: vec![own.id()], kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{laps::ClassifiedLap, synthetic::a_race};
    use proptest::prelude::*;

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
        fn each_in_lap_is_a_stop_and_each_lap_in_trouble_an_incident(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for entry in &field.entries {
                let story = story(&field, entry.id());
                let laps_of = |wanted: fn(&StoryKind) -> bool| -> Vec<u32> {
                    story.iter().filter(|event| wanted(&event.kind)).map(|event| event.lap).collect()
                };
                let laps_with = |wanted: fn(&ClassifiedLap) -> bool| -> Vec<u32> {
                    entry.laps.iter().filter(|lap| wanted(lap)).map(|lap| lap.number).collect()
                };
                prop_assert_eq!(laps_of(|kind| matches!(kind, StoryKind::PitStop { .. })), laps_with(|lap| lap.class == LapClass::In));
                prop_assert_eq!(laps_of(|kind| matches!(kind, StoryKind::Incident { .. })), laps_with(ClassifiedLap::trouble));
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
