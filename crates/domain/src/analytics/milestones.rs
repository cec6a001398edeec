//! Moments of a career that are worth remembering.

use crate::{
    analytics::{by_time, curves::license_class},
    ids::DriverRaceId,
    race::Race,
    session::{Discipline, RaceKind},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

/// Counts of races, wins, podiums, clean races, tracks and cars that are milestones.
pub const ROUND_COUNTS: [u64; 15] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000];

/// Counts of laps that are milestones.
pub const ROUND_LAPS: [u64; 10] = [100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000];

/// iRating milestones are multiples of this.
pub const ROUND_IRATING: i32 = 500;

/// What was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MilestoneKind {
    /// So many races.
    Races {
        /// How many.
        count: u64,
    },
    /// So many wins in class.
    Wins {
        /// How many.
        count: u64,
    },
    /// So many podiums in class.
    Podiums {
        /// How many.
        count: u64,
    },
    /// So many races without incident points.
    CleanRaces {
        /// How many.
        count: u64,
    },
    /// So many laps.
    Laps {
        /// How many.
        count: u64,
    },
    /// So many tracks (layouts count).
    Tracks {
        /// How many.
        count: u64,
    },
    /// So many cars.
    Cars {
        /// How many.
        count: u64,
    },
    /// The first race of a discipline.
    FirstRace {
        /// Which.
        discipline: Discipline,
    },
    /// iRating rose over a multiple of [`ROUND_IRATING`] for the first time.
    Irating {
        /// Of which discipline.
        discipline: Discipline,
        /// The highest multiple that was passed.
        irating: i32,
    },
    /// A licence class was reached for the first time.
    License {
        /// Of which discipline.
        discipline: Discipline,
        /// 1 D to 6 Pro/WC.
        license_class: i32,
    },
}

/// A milestone and the race that it was reached in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// Start of the race.
    pub when: Timestamp,
    /// The race.
    pub race: DriverRaceId,
    /// What was reached.
    pub kind: MilestoneKind,
}

/// The highest step that a count passed when it grew from `before` to `after`.
fn passed(steps: &[u64], before: u64, after: u64) -> Option<u64> {
    steps.iter().rev().copied().find(|step| before < *step && *step <= after)
}

/// Best values of one discipline so far.
#[derive(Default)]
struct Peak {
    irating: Option<i32>,
    license_class: Option<i32>,
}

/// By how much a count grows, which of its values are milestones, and what they are called.
type Counted<'a> = (u64, &'a [u64], fn(u64) -> MilestoneKind);

/// All milestones, earliest first, in one pass over the races by time. Ratings count in official races.
pub fn milestones<'a>(races: impl IntoIterator<Item = &'a Race>) -> Vec<Milestone> {
    use MilestoneKind::{Cars, CleanRaces, FirstRace, Irating, Laps, License, Podiums, Races, Tracks, Wins};
    let mut found = Vec::new();
    let (mut tracks, mut cars) = (HashSet::new(), HashSet::new());
    let mut counts = [0u64; 7];
    let mut peaks: BTreeMap<Discipline, Peak> = BTreeMap::new();
    for race in by_time(races) {
        let mut reach = |kind| found.push(Milestone { when: race.start_time, race: race.id(), kind });
        let within = |best: u32| u64::from(race.place_in_class().is_some_and(|place| place <= best));
        let steps: [Counted<'_>; 7] = [
            (1, &ROUND_COUNTS, |count| Races { count }),
            (within(1), &ROUND_COUNTS, |count| Wins { count }),
            (within(3), &ROUND_COUNTS, |count| Podiums { count }),
            (u64::from(race.incidents == 0 && race.finished()), &ROUND_COUNTS, |count| CleanRaces { count }),
            (u64::from(race.laps_complete), &ROUND_LAPS, |count| Laps { count }),
            (u64::from(tracks.insert(race.track_id)), &ROUND_COUNTS, |count| Tracks { count }),
            (u64::from(cars.insert(race.car_id)), &ROUND_COUNTS, |count| Cars { count }),
        ];
        for (count, (more, steps, kind)) in counts.iter_mut().zip(steps) {
            if let Some(step) = passed(steps, *count, *count + more) {
                reach(kind(step));
            }
            *count += more;
        }
        let Some(discipline) = race.discipline else { continue };
        let peak = peaks.entry(discipline).or_insert_with(|| {
            reach(FirstRace { discipline });
            Peak::default()
        });
        if race.kind != RaceKind::Official {
            continue;
        }
        let ratings = &race.ratings;
        let rated = |value: Option<i32>| value.filter(|value| *value >= 0);
        let before = peak.irating.max(rated(ratings.old_irating));
        peak.irating = before.max(rated(ratings.new_irating));
        // Without a rating before, the first one was given, not reached.
        if let (Some(before), Some(after)) = (before, peak.irating)
            && after / ROUND_IRATING > before / ROUND_IRATING
        {
            reach(Irating { discipline, irating: after / ROUND_IRATING * ROUND_IRATING });
        }
        let before = peak.license_class.max(ratings.old_license_level.and_then(license_class));
        peak.license_class = before.max(ratings.new_license_level.and_then(license_class));
        if let (Some(before), Some(after)) = (before, peak.license_class)
            && after > before
        {
            reach(License { discipline, license_class: after });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::{synthetic::a_career, tally::Tally};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_milestone_is_reached_once_and_none_is_left_out(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
        ) {
            let milestones = milestones(&races);
            prop_assert_eq!(&milestones, &super::milestones(&shuffled));
            prop_assert!(milestones.windows(2).all(|pair| pair[0].when <= pair[1].when));
            let kinds: HashSet<MilestoneKind> = milestones.iter().map(|milestone| milestone.kind).collect();
            prop_assert_eq!(kinds.len(), milestones.len());
            let tally = Tally::of(&races, &Default::default());
            let reached = |count: u64| ROUND_COUNTS.iter().filter(|step| **step <= count).count();
            let found = |wanted: fn(&MilestoneKind) -> bool| kinds.iter().filter(|kind| wanted(kind)).count();
            prop_assert_eq!(found(|kind| matches!(kind, MilestoneKind::Races { .. })), reached(u64::from(tally.races)));
            prop_assert_eq!(found(|kind| matches!(kind, MilestoneKind::Wins { .. })), reached(u64::from(tally.wins)));
            prop_assert_eq!(found(|kind| matches!(kind, MilestoneKind::FirstRace { .. })), tally.disciplines.len());
        }
    }
}
