//! Counts over races; see [`crate::analytics::summary`] for the figures that come from them.

use crate::{
    ids::{SubsessionId, TrackId},
    race::Race,
    session::{Discipline, RaceKind},
};
use jiff::Timestamp;
use std::collections::HashMap;

/// Corners a lap, by track; a track without an entry leaves its races out of incidents per corner.
pub type CornersPerLap = HashMap<TrackId, u32>;

/// A rating at a moment: start of the race and subsession, which puts simultaneous races in order, and the value.
type Moment = (Timestamp, SubsessionId, i64);

/// The change of one rating over races, each by its value before and after.
///
/// All is integer, so that the sum of parts is the whole exactly, in any order. Values below 0 mean "unrated" to iRacing
/// and are never taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RatingChange {
    /// Races with a value before and after.
    pub races: u32,
    /// Sum of all rises.
    pub gain: i64,
    /// Sum of all falls, as a positive number.
    pub loss: i64,
    first: Option<Moment>,
    last: Option<Moment>,
}

impl RatingChange {
    fn record(&mut self, race: &Race, old: Option<i64>, new: Option<i64>) {
        let rated = |value: Option<i64>| value.filter(|value| *value >= 0);
        let (Some(old), Some(new)) = (rated(old), rated(new)) else { return };
        let moment = |value| Some((race.start_time, race.subsession_id, value));
        self.merge(&Self {
            races: 1,
            gain: (new - old).max(0),
            loss: (old - new).max(0),
            first: moment(old),
            last: moment(new),
        });
    }

    fn merge(&mut self, other: &Self) {
        self.races += other.races;
        self.gain += other.gain;
        self.loss += other.loss;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }

    /// Gain less loss: the sum of the races' own changes.
    pub fn change(&self) -> i64 {
        self.gain - self.loss
    }

    /// The value before the earliest race.
    pub fn start(&self) -> Option<i64> {
        self.first.map(|(_, _, value)| value)
    }

    /// The value after the latest race. `end - start` differs from [`RatingChange::change`] if races are missing.
    pub fn end(&self) -> Option<i64> {
        self.last.map(|(_, _, value)| value)
    }
}

/// Ratings of one discipline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisciplineTally {
    /// Which.
    pub discipline: Discipline,
    /// Races in it, rated or not.
    pub races: u32,
    /// iRating.
    pub irating: RatingChange,
    /// Corners per incident, times [`CPI_SCALE`].
    pub cpi: RatingChange,
}

/// CPI is counted in thousandths, for exact sums.
pub const CPI_SCALE: f64 = 1_000.0;

/// A sum of values that not every race has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Races that have one.
    pub races: u32,
    /// Sum of their values.
    pub total: i64,
}

impl Sum {
    fn record(&mut self, value: Option<i64>) {
        if let Some(value) = value {
            self.races += 1;
            self.total += value;
        }
    }

    fn merge(&mut self, other: Self) {
        self.races += other.races;
        self.total += other.total;
    }

    /// The mean; `None` without races.
    pub fn mean(self) -> Option<f64> {
        (self.races > 0).then(|| self.total as f64 / f64::from(self.races))
    }
}

/// Everything that is counted over races. Tallies of parts merge to the tally of the whole, in any order, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Races.
    pub races: u32,
    /// Races with a place in class: what wins, podiums and top fives are out of.
    pub placed: u32,
    /// First in class.
    pub wins: u32,
    /// First to third in class.
    pub podiums: u32,
    /// First to fifth in class.
    pub top_fives: u32,
    /// First on the grid of the class.
    pub poles: u32,
    /// Races that were finished.
    pub finished: u32,
    /// Races without an incident point.
    pub clean: u32,
    /// Finishing places among all.
    pub finish: Sum,
    /// Finishing places in class.
    pub finish_in_class: Sum,
    /// Places on the grid among all.
    pub start: Sum,
    /// Places on the grid in class.
    pub start_in_class: Sum,
    /// Start less finish among all, of races that have both.
    pub gained: Sum,
    /// Start less finish in class, of races that have both.
    pub gained_in_class: Sum,
    /// Incident points.
    pub incidents: u64,
    /// Laps completed.
    pub laps: u64,
    /// Laps in the lead.
    pub laps_led: u64,
    /// Corners driven in races at tracks whose corners are known.
    pub corners: u64,
    /// Incident points in those races.
    pub incidents_on_corners: u64,
    /// Laps x average lap (which is elapsed time by laps, with pit stops), 1/10 000 s.
    pub time_driven: u64,
    /// Championship points.
    pub points: Sum,
    /// Strength of field.
    pub strength_of_field: Sum,
    /// Ratings, by discipline; only disciplines with races.
    pub disciplines: Vec<DisciplineTally>,
}

impl Tally {
    /// Counts all of some races, in one pass.
    pub fn of<'a>(races: impl IntoIterator<Item = &'a Race>, corners: &CornersPerLap) -> Self {
        let mut tally = Self::default();
        races.into_iter().for_each(|race| tally.record(race, corners));
        tally
    }

    /// Counts one more race.
    pub fn record(&mut self, race: &Race, corners: &CornersPerLap) {
        let in_class = race.place_in_class();
        let within = |best: u32| u32::from(in_class.is_some_and(|place| place <= best));
        let number = |place: Option<u32>| place.map(i64::from);
        let gained = |start: Option<u32>, finish: Option<u32>| Some(number(start)? - number(finish)?);
        self.races += 1;
        self.placed += u32::from(in_class.is_some());
        self.wins += within(1);
        self.podiums += within(3);
        self.top_fives += within(5);
        self.poles += u32::from(race.start_in_class() == Some(1));
        self.finished += u32::from(race.finished());
        self.clean += u32::from(race.incidents == 0);
        self.finish.record(number(race.finish_position));
        self.finish_in_class.record(number(in_class));
        self.start.record(number(race.start_position));
        self.start_in_class.record(number(race.start_in_class()));
        self.gained.record(gained(race.start_position, race.finish_position));
        self.gained_in_class.record(gained(race.start_in_class(), in_class));
        self.incidents += u64::from(race.incidents);
        self.laps += u64::from(race.laps_complete);
        self.laps_led += u64::from(race.laps_led);
        if let Some(corners) = corners.get(&race.track_id).filter(|corners| **corners > 0) {
            self.corners += u64::from(*corners) * u64::from(race.laps_complete);
            self.incidents_on_corners += u64::from(race.incidents);
        }
        let average = race.average_lap_time.and_then(|time| u64::try_from(time).ok()).unwrap_or(0);
        self.time_driven += average * u64::from(race.laps_complete);
        self.points.record(race.champ_points.map(i64::from));
        self.strength_of_field.record(number(race.strength_of_field));
        if let Some(discipline) = race.discipline {
            let tally = self.discipline_mut(discipline);
            tally.races += 1;
            // Elsewhere ratings stand still, or are of another kind of race.
            if race.kind == RaceKind::Official {
                let ratings = &race.ratings;
                let thousandths = |cpi: Option<f32>| cpi.map(|cpi| (f64::from(cpi) * CPI_SCALE).round() as i64);
                tally.irating.record(race, ratings.old_irating.map(i64::from), ratings.new_irating.map(i64::from));
                tally.cpi.record(race, thousandths(ratings.old_cpi), thousandths(ratings.new_cpi));
            }
        }
    }

    fn discipline_mut(&mut self, discipline: Discipline) -> &mut DisciplineTally {
        let index = match self.disciplines.binary_search_by_key(&discipline, |tally| tally.discipline) {
            Ok(index) => index,
            Err(index) => {
                let empty = RatingChange::default();
                self.disciplines.insert(index, DisciplineTally { discipline, races: 0, irating: empty, cpi: empty });
                index
            }
        };
        &mut self.disciplines[index]
    }

    /// Adds what another tally counted.
    pub fn merge(&mut self, other: &Self) {
        self.races += other.races;
        self.placed += other.placed;
        self.wins += other.wins;
        self.podiums += other.podiums;
        self.top_fives += other.top_fives;
        self.poles += other.poles;
        self.finished += other.finished;
        self.clean += other.clean;
        self.finish.merge(other.finish);
        self.finish_in_class.merge(other.finish_in_class);
        self.start.merge(other.start);
        self.start_in_class.merge(other.start_in_class);
        self.gained.merge(other.gained);
        self.gained_in_class.merge(other.gained_in_class);
        self.incidents += other.incidents;
        self.laps += other.laps;
        self.laps_led += other.laps_led;
        self.corners += other.corners;
        self.incidents_on_corners += other.incidents_on_corners;
        self.time_driven += other.time_driven;
        self.points.merge(other.points);
        self.strength_of_field.merge(other.strength_of_field);
        for theirs in &other.disciplines {
            let own = self.discipline_mut(theirs.discipline);
            own.races += theirs.races;
            own.irating.merge(&theirs.irating);
            own.cpi.merge(&theirs.cpi);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::{
        summary::Summary,
        synthetic::{a_career, a_race_at, corners},
    };
    use proptest::prelude::*;

    #[test]
    fn a_rating_of_minus_one_is_no_number() {
        let mut debut = a_race_at("2026-01-20T00:00:00Z".parse().expect("a time"));
        (debut.ratings.old_irating, debut.ratings.new_irating) = (Some(-1), Some(1_350));
        let mut second = debut.clone();
        (second.ratings.old_irating, second.ratings.new_irating) = (Some(1_350), Some(1_400));
        let summary = Summary::from(&Tally::of([&debut, &second], &CornersPerLap::new()));
        let irating = summary.disciplines[0].irating.expect("one race was rated");
        assert_eq!((irating.races, irating.change, irating.start, irating.end), (1, 50.0, 1_350.0, 1_400.0));
        assert_eq!((summary.wins, summary.incidents_per_corner), (2, None));
    }

    proptest! {
        #[test]
        fn any_split_of_the_races_merges_to_the_whole(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
            cut in 0usize..60,
        ) {
            let corners = corners();
            let whole = Tally::of(&races, &corners);
            let (one, other) = shuffled.split_at(cut.min(shuffled.len()));
            let mut merged = Tally::of(other, &corners);
            merged.merge(&Tally::of(one, &corners));
            prop_assert_eq!(&merged, &whole);
            prop_assert!(whole.wins <= whole.podiums && whole.podiums <= whole.top_fives && whole.top_fives <= whole.placed);
            prop_assert!(whole.finished <= whole.races && whole.clean <= whole.races);
            let summary = Summary::from(&whole);
            prop_assert!(summary.finishing_rate.is_none_or(|rate| (0.0..=1.0).contains(&rate)));
            prop_assert_eq!(summary.races as usize, races.len());
            for discipline in &whole.disciplines {
                let changes = races
                    .iter()
                    .filter(|race| race.discipline == Some(discipline.discipline) && race.kind == RaceKind::Official)
                    .filter_map(|race| race.ratings.old_irating.zip(race.ratings.new_irating))
                    .filter(|(old, new)| *old >= 0 && *new >= 0)
                    .map(|(old, new)| i64::from(new - old));
                prop_assert_eq!(discipline.irating.change(), changes.sum::<i64>());
            }
        }
    }
}
