//! Races grouped by what they have in common.

use crate::{
    analytics::tally::{CornersPerLap, Tally},
    ids::{CarId, SeriesId, TrackId},
    race::Race,
    session::Discipline,
};
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Width of a band of strength of field.
pub const FIELD_STRENGTH_BAND: u32 = 500;

/// What to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Series.
    Series,
    /// Car.
    Car,
    /// Track in its layout.
    Track,
    /// Discipline.
    Discipline,
    /// Day of the week, in the driver's time zone.
    Weekday,
    /// Hour of the day, in the driver's time zone.
    Hour,
    /// Band of strength of field.
    FieldStrength,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Series, Self::Car, Self::Track, Self::Discipline, Self::Weekday, Self::Hour, Self::FieldStrength];

    /// The word used in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Series => "series",
            Self::Car => "car",
            Self::Track => "track",
            Self::Discipline => "discipline",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::FieldStrength => "strengthOfField",
        }
    }

    /// Reads the word of [`Dimension::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == word)
    }

    /// Whether its values have an order of their own, which a table follows.
    fn is_ordinal(self) -> bool {
        matches!(self, Self::Weekday | Self::Hour | Self::FieldStrength)
    }

    /// The value of a race.
    pub fn value(self, race: &Race, time_zone: &TimeZone) -> DimensionValue {
        let local = || time_zone.to_datetime(race.start_time);
        match self {
            Self::Series => DimensionValue::Series { series_id: race.series_id },
            Self::Car => DimensionValue::Car { car_id: race.car_id },
            Self::Track => DimensionValue::Track { track_id: race.track_id },
            Self::Discipline => DimensionValue::Discipline { discipline: race.discipline },
            Self::Weekday => {
                DimensionValue::Weekday { weekday: local().weekday().to_monday_one_offset().unsigned_abs() }
            }
            Self::Hour => DimensionValue::Hour { hour: local().hour().unsigned_abs() },
            Self::FieldStrength => DimensionValue::FieldStrength {
                from: race.strength_of_field.map(|strength| strength / FIELD_STRENGTH_BAND * FIELD_STRENGTH_BAND),
            },
        }
    }
}

/// What the races of a group have in common; its names are those of [`Group::latest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DimensionValue {
    /// The series; hosted and league races have none.
    Series {
        /// Its id.
        series_id: Option<SeriesId>,
    },
    /// The car.
    Car {
        /// Its id.
        car_id: CarId,
    },
    /// The track.
    Track {
        /// Its id.
        track_id: TrackId,
    },
    /// The discipline.
    Discipline {
        /// Which.
        discipline: Option<Discipline>,
    },
    /// The day of the week.
    Weekday {
        /// 1 is Monday, 7 is Sunday.
        weekday: u8,
    },
    /// The hour of the day.
    Hour {
        /// 0 to 23.
        hour: u8,
    },
    /// The strength of field.
    FieldStrength {
        /// Lower end of the band, which is [`FIELD_STRENGTH_BAND`] wide.
        from: Option<u32>,
    },
}

/// Races with the same values.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// One value a dimension, in the order asked for.
    pub key: Vec<DimensionValue>,
    /// The latest race, which knows the current names.
    pub latest: &'a Race,
    /// What was counted.
    pub tally: Tally,
}

/// Groups races, in one pass. With several dimensions a group is a combination; without any there is one group.
///
/// Most races first, then by key; if every dimension has an order of its own (weekday, hour, strength), by key.
pub fn group<'a>(
    races: impl IntoIterator<Item = &'a Race>,
    dimensions: &[Dimension],
    time_zone: &TimeZone,
    corners: &CornersPerLap,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut index_of: HashMap<Vec<DimensionValue>, usize> = HashMap::new();
    let mut key = Vec::with_capacity(dimensions.len());
    for race in races {
        key.clear();
        key.extend(dimensions.iter().map(|dimension| dimension.value(race, time_zone)));
        let index = match index_of.get(&key) {
            Some(index) => *index,
            None => {
                index_of.insert(key.clone(), groups.len());
                groups.push(Group { key: key.clone(), latest: race, tally: Tally::default() });
                groups.len() - 1
            }
        };
        let group = &mut groups[index];
        group.tally.record(race, corners);
        if (race.start_time, race.subsession_id) > (group.latest.start_time, group.latest.subsession_id) {
            group.latest = race;
        }
    }
    let ordinal = dimensions.iter().all(|dimension| dimension.is_ordinal());
    groups.sort_by(|one, other| {
        let by_count = if ordinal { std::cmp::Ordering::Equal } else { other.tally.races.cmp(&one.tally.races) };
        by_count.then_with(|| one.key.cmp(&other.key))
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::{a_career, a_time_zone, corners};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn groups_add_up_to_the_whole_and_do_not_depend_on_the_order(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
            dimensions in prop::sample::subsequence(Dimension::ALL.to_vec(), 0..4),
            time_zone in a_time_zone(),
        ) {
            let corners = corners();
            let groups = group(&races, &dimensions, &time_zone, &corners);
            let mut sum = Tally::default();
            groups.iter().for_each(|group| sum.merge(&group.tally));
            prop_assert_eq!(sum, Tally::of(&races, &corners));
            let again = group(&shuffled, &dimensions, &time_zone, &corners);
            prop_assert_eq!(&groups, &again);
            for one in &groups {
                prop_assert!(dimensions.iter().zip(&one.key).all(|(dimension, value)| dimension.value(one.latest, &time_zone) == *value));
            }
        }
    }
}
