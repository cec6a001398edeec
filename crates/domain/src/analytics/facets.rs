//! What a filter can be set to, and how many races each value would leave.

use crate::{
    ids::{CarClassId, CarId, SeriesId, TrackId},
    race::{Race, RaceFilter, RaceResult},
    session::{Discipline, RaceKind},
};
use jiff::Timestamp;
use std::{collections::HashMap, hash::Hash};

/// A value that a filter can be set to.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet<'a, T> {
    /// The value.
    pub value: T,
    /// Races that pass all other filters and have it.
    pub races: u32,
    /// The latest race with it, whether it passes or not: it knows the name.
    pub latest: &'a Race,
}

/// The values of every filter, over some races. A value that no race would be left with is listed while it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Facets<'a> {
    /// Start of the earliest race, whether it passes or not.
    pub first: Option<Timestamp>,
    /// Start of the latest race, whether it passes or not.
    pub last: Option<Timestamp>,
    /// Series; hosted and league races have none.
    pub series: Vec<Facet<'a, SeriesId>>,
    /// Cars.
    pub cars: Vec<Facet<'a, CarId>>,
    /// Tracks in their layout.
    pub tracks: Vec<Facet<'a, TrackId>>,
    /// Classes.
    pub classes: Vec<Facet<'a, CarClassId>>,
    /// Disciplines.
    pub disciplines: Vec<Facet<'a, Discipline>>,
    /// Kinds.
    pub kinds: Vec<Facet<'a, RaceKind>>,
    /// Whether it is a team race.
    pub team: Vec<Facet<'a, bool>>,
    /// Results; a race may have several.
    pub results: Vec<Facet<'a, RaceResult>>,
}

/// Counts what each value of each filter would leave, if the other filters stay as they are. Most races first, then by
/// name or in the value's own order.
pub fn facets<'a>(races: &'a [Race], filter: &RaceFilter) -> Facets<'a> {
    let starts = || races.iter().map(|race| race.start_time);
    let without = |clear: fn(&mut RaceFilter)| {
        let mut filter = filter.clone();
        clear(&mut filter);
        filter
    };
    Facets {
        first: starts().min(),
        last: starts().max(),
        series: facet(races, &without(|filter| filter.series.clear()), &filter.series, |race| {
            race.series_id.into_iter().collect()
        }),
        cars: facet(races, &without(|filter| filter.cars.clear()), &filter.cars, |race| vec![race.car_id]),
        tracks: facet(races, &without(|filter| filter.tracks.clear()), &filter.tracks, |race| vec![race.track_id]),
        classes: facet(races, &without(|filter| filter.classes.clear()), &filter.classes, |race| {
            vec![race.car_class_id]
        }),
        disciplines: facet(races, &without(|filter| filter.disciplines.clear()), &filter.disciplines, |race| {
            race.discipline.into_iter().collect()
        }),
        kinds: facet(races, &without(|filter| filter.kinds.clear()), &filter.kinds, |race| vec![race.kind]),
        team: facet(races, &without(|filter| filter.team = None), filter.team.as_slice(), |race| {
            vec![race.team_id.is_some()]
        }),
        results: facet(races, &without(|filter| filter.results.clear()), &filter.results, |race| {
            RaceResult::ALL.into_iter().filter(|result| result.is_of(race)).collect()
        }),
    }
}

fn facet<'a, T: Copy + Ord + Hash>(
    races: &'a [Race],
    others: &RaceFilter,
    chosen: &[T],
    values: impl Fn(&Race) -> Vec<T>,
) -> Vec<Facet<'a, T>> {
    let mut found: HashMap<T, Facet<'a, T>> = HashMap::new();
    for race in races {
        let passes = others.admits(race);
        for value in values(race) {
            let facet = found.entry(value).or_insert(Facet { value, races: 0, latest: race });
            facet.races += u32::from(passes);
            if (race.start_time, race.subsession_id) > (facet.latest.start_time, facet.latest.subsession_id) {
                facet.latest = race;
            }
        }
    }
    let mut facets: Vec<_> =
        found.into_values().filter(|facet| facet.races > 0 || chosen.contains(&facet.value)).collect();
    facets.sort_unstable_by(|one, other| other.races.cmp(&one.races).then(one.value.cmp(&other.value)));
    facets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::a_career;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_facet_counts_the_races_that_choosing_it_alone_leaves(
            races in a_career(),
            car in prop::option::of(0i64..4),
            track in prop::option::of(0i64..4),
            result in prop::option::of(prop::sample::select(RaceResult::ALL.to_vec())),
        ) {
            let filter = RaceFilter {
                cars: car.map(CarId).into_iter().collect(),
                tracks: track.map(TrackId).into_iter().collect(),
                results: result.into_iter().collect(),
                ..RaceFilter::default()
            };
            let left = |filter: RaceFilter| races.iter().filter(|race| filter.admits(race)).count();
            let facets = facets(&races, &filter);
            for facet in &facets.cars {
                prop_assert_eq!(left(RaceFilter { cars: vec![facet.value], ..filter.clone() }), facet.races as usize);
            }
            for facet in &facets.results {
                prop_assert_eq!(left(RaceFilter { results: vec![facet.value], ..filter.clone() }), facet.races as usize);
            }
            let cars: u32 = facets.cars.iter().map(|facet| facet.races).sum();
            prop_assert_eq!(left(RaceFilter { cars: Vec::new(), ..filter.clone() }), cars as usize);
            let teams: u32 = facets.team.iter().map(|facet| facet.races).sum();
            prop_assert_eq!(left(filter), teams as usize);
        }
    }
}
