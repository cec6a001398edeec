//! Streaks: races in a row, or weeks in a row, of which something holds.

use crate::{
    analytics::{by_time, periods::iracing_week},
    race::Race,
    session::RaceKind,
};
use jiff::{Timestamp, civil::Date};

/// What holds for each race (or week) of a streak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreakKind {
    /// The race was finished.
    Finished,
    /// Finished without incident points.
    Clean,
    /// Won in class.
    Wins,
    /// First to third in class.
    Podiums,
    /// First to fifth in class.
    TopFives,
    /// iRating rose, in official races with a rating before and after; all others neither count nor end it. Races of all
    /// disciplines follow each other: no rating is compared with that of another race.
    IratingGains,
    /// iRacing weeks with a race.
    Weeks,
}

impl StreakKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Finished, Self::Clean, Self::Wins, Self::Podiums, Self::TopFives, Self::IratingGains, Self::Weeks];

    /// Whether a race carries the streak on (`Some(true)`), ends it, or leaves it alone (`None`).
    fn holds(self, race: &Race) -> Option<bool> {
        let within = |best: u32| Some(race.place_in_class().is_some_and(|place| place <= best));
        match self {
            Self::Finished => Some(race.finished()),
            Self::Clean => Some(race.finished() && race.incidents == 0),
            Self::Wins => within(1),
            Self::Podiums => within(3),
            Self::TopFives => within(5),
            Self::IratingGains => {
                let rated = |value: Option<i32>| value.filter(|value| *value >= 0);
                let official = race.kind == RaceKind::Official;
                let (old, new) = (rated(race.ratings.old_irating)?, rated(race.ratings.new_irating)?);
                official.then_some(new > old)
            }
            Self::Weeks => Some(true),
        }
    }
}

/// A streak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// Number of races, or weeks.
    pub length: u32,
    /// Start of its first race.
    pub first: Timestamp,
    /// Start of its last race.
    pub last: Timestamp,
}

/// The streaks of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streaks {
    /// Which kind.
    pub kind: StreakKind,
    /// The longest; of several the earliest. `None` if it never held.
    pub longest: Option<Streak>,
    /// The one that the latest race belongs to; weeks go on through the week of `now` and the one after it. `None` if it
    /// is over.
    pub current: Option<Streak>,
}

/// The streaks of every kind, as of `now`.
pub fn streaks<'a>(races: impl IntoIterator<Item = &'a Race>, now: Timestamp) -> Vec<Streaks> {
    let races = by_time(races);
    StreakKind::ALL.into_iter().map(|kind| streaks_of(kind, &races, now)).collect()
}

fn streaks_of(kind: StreakKind, races: &[&Race], now: Timestamp) -> Streaks {
    let mut longest: Option<Streak> = None;
    let mut current: Option<Streak> = None;
    let mut week: Option<Date> = None;
    for race in races {
        let start = race.start_time;
        let begun = Streak { length: 1, first: start, last: start };
        match kind.holds(race) {
            None => continue,
            Some(false) => current = None,
            Some(true) if kind == StreakKind::Weeks => {
                let this = iracing_week(start);
                current = Some(match current {
                    Some(streak) if week == Some(this) => Streak { last: start, ..streak },
                    Some(streak) if week.is_some_and(|week| weeks_apart(week, this) == 1) => {
                        Streak { length: streak.length + 1, last: start, ..streak }
                    }
                    _ => begun,
                });
                week = Some(this);
            }
            Some(true) => {
                current =
                    Some(current.map_or(begun, |streak| Streak { length: streak.length + 1, last: start, ..streak }));
            }
        }
        longest = match (longest, current) {
            (Some(longest), Some(current))
                if (longest.length, longest.first != current.first) >= (current.length, true) =>
            {
                Some(longest)
            }
            (longest, current) => current.or(longest),
        };
    }
    let goes_on = kind != StreakKind::Weeks || week.is_some_and(|week| weeks_apart(week, iracing_week(now)) <= 1);
    Streaks { kind, longest, current: current.filter(|_| goes_on) }
}

fn weeks_apart(earlier: Date, later: Date) -> i32 {
    (later - earlier).get_days() / 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::{a_career, a_race_at};
    use proptest::prelude::*;

    #[test]
    fn weeks_in_a_row_are_iracing_weeks_and_last_until_one_is_missed() {
        let at = |time: &str| time.parse::<Timestamp>().expect("a time");
        let races: Vec<Race> =
            ["2026-01-05T12:00:00Z", "2026-01-13T00:00:00Z", "2026-01-19T23:00:00Z", "2026-01-20T00:00:00Z"]
                .map(|time| a_race_at(at(time)))
                .to_vec();
        let weeks = |now| {
            streaks(&races, at(now)).into_iter().find(|streaks| streaks.kind == StreakKind::Weeks).expect("a kind")
        };
        // The race of January 5 is of the week of December 30; the week of January 6 has none.
        assert_eq!(weeks("2026-02-02T23:00:00Z").current.map(|streak| streak.length), Some(2));
        assert_eq!(weeks("2026-02-03T00:00:00Z").current, None);
        assert_eq!(weeks("2026-02-03T00:00:00Z").longest.map(|streak| streak.length), Some(2));
    }

    proptest! {
        #[test]
        fn a_longest_streak_is_the_longest_run(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
        ) {
            let now = Timestamp::from_second(1_900_000_000).expect("in range");
            let all = streaks(&races, now);
            prop_assert_eq!(&all, &streaks(&shuffled, now));
            for streaks in all.iter().filter(|streaks| streaks.kind != StreakKind::Weeks) {
                let held: Vec<bool> = by_time(&races).into_iter().filter_map(|race| streaks.kind.holds(race)).collect();
                let runs = || held.split(|holds| !holds).map(<[bool]>::len);
                let length = |streak: Option<Streak>| streak.map_or(0, |streak| streak.length as usize);
                prop_assert_eq!(length(streaks.longest), runs().max().unwrap_or(0));
                prop_assert_eq!(length(streaks.current), runs().next_back().unwrap_or(0));
            }
        }
    }
}
