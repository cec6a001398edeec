//! Ratings over time, each discipline by itself.

use crate::{
    analytics::by_time,
    ids::DriverRaceId,
    race::Race,
    session::{Discipline, RaceKind},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The licence class became another: a promotion if `to` is higher, else a demotion. It shifts the safety rating, so
/// safety ratings on both sides are not to be subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenseChange {
    /// Class before: 0 Rookie, 1 D, 2 C, 3 B, 4 A, 5 Pro, 6 Pro/WC.
    pub from: i32,
    /// Class after.
    pub to: i32,
}

/// Ratings after a race, or on a day of iRacing's chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatingPoint {
    /// Start of the race; of a chart's day its first moment in UTC.
    pub time: Timestamp,
    /// The race; `None` for a point of a chart.
    pub race: Option<DriverRaceId>,
    /// iRating.
    pub irating: Option<i32>,
    /// Licence class, 0 Rookie to 6 Pro/WC.
    pub license_class: Option<i32>,
    /// Safety rating x 100 within the class.
    pub safety_rating: Option<i32>,
    /// Corners per incident; charts have none.
    pub cpi: Option<f32>,
    /// The class is another than at the point before (for the first one: than before the race).
    pub license_change: Option<LicenseChange>,
}

/// The ratings of one discipline, earliest first.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingCurve {
    /// Which.
    pub discipline: Discipline,
    /// One an official race with a rating, after those of a chart.
    pub points: Vec<RatingPoint>,
}

/// A point of `member/chart_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// The day.
    pub when: Date,
    /// iRating, or for licences `1000 x (class + 1) + 100 x safety rating`: 1250 is Rookie 2.50.
    pub value: i32,
}

/// The class of a licence level: `(level - 1) / 4`, levels being 1 to 28.
pub fn license_class(level: i32) -> Option<i32> {
    (1..=28).contains(&level).then(|| (level - 1) / 4)
}

/// The curve of each discipline with rated official races, in the order of iRacing's categories.
///
/// Hosted, league and unofficial races repeat the ratings of before, so they have no point. The road of before March 2024
/// keeps a curve of its own.
pub fn rating_curves<'a>(races: impl IntoIterator<Item = &'a Race>) -> Vec<RatingCurve> {
    let races = by_time(races.into_iter().filter(|race| race.kind == RaceKind::Official));
    let curve = |discipline: Discipline| {
        let own = || races.iter().filter(|race| race.discipline == Some(discipline));
        let mut points: Vec<RatingPoint> = own().filter_map(|race| point(race)).collect();
        let before =
            own().find(|race| point(race).is_some()).and_then(|race| license_class(race.ratings.old_license_level?));
        mark_changes(&mut points, before);
        (!points.is_empty()).then_some(RatingCurve { discipline, points })
    };
    Discipline::ALL.into_iter().filter_map(curve).collect()
}

fn point(race: &Race) -> Option<RatingPoint> {
    let rated = |value: Option<i32>| value.filter(|value| *value >= 0);
    let ratings = &race.ratings;
    let license_class = ratings.new_license_level.and_then(license_class);
    let point = RatingPoint {
        time: race.start_time,
        race: Some(race.id()),
        irating: rated(ratings.new_irating),
        license_class,
        safety_rating: rated(ratings.new_sub_level),
        cpi: ratings.new_cpi.filter(|cpi| *cpi >= 0.0),
        license_change: None,
    };
    (point.irating.is_some() || point.safety_rating.is_some() || point.cpi.is_some()).then_some(point)
}

fn mark_changes(points: &mut [RatingPoint], mut before: Option<i32>) {
    for point in points {
        let changed = before.zip(point.license_class).filter(|(from, to)| from != to);
        point.license_change = changed.map(|(from, to)| LicenseChange { from, to });
        before = point.license_class.or(before);
    }
}

impl RatingCurve {
    /// Puts the days of iRacing's charts of the same discipline before the first stored race, which an import may not
    /// reach back beyond. Later days are left to the races, which are more exact.
    #[must_use]
    pub fn completed(mut self, irating: &[ChartPoint], license: &[ChartPoint]) -> Self {
        let first = self.points.iter().map(|point| TimeZone::UTC.to_datetime(point.time).date()).min();
        let older = |point: &&ChartPoint| first.is_none_or(|first| point.when < first) && point.value >= 0;
        let mut days: Vec<Date> = irating.iter().chain(license).filter(older).map(|point| point.when).collect();
        days.sort_unstable();
        days.dedup();
        let on = |chart: &[ChartPoint], day| {
            chart.iter().rfind(|point| point.when == day && point.value >= 0).map(|point| point.value)
        };
        let charted = days.into_iter().filter_map(|day| {
            let license = on(license, day).filter(|value| *value >= 1_000);
            Some(RatingPoint {
                time: day.to_zoned(TimeZone::UTC).ok()?.timestamp(),
                race: None,
                irating: on(irating, day),
                license_class: license.map(|value| value / 1_000 - 1),
                safety_rating: license.map(|value| value % 1_000),
                cpi: None,
                license_change: None,
            })
        });
        let unmarked = self.points.first().and_then(|first| first.license_change);
        let mut points: Vec<RatingPoint> = charted.collect();
        // What the first race says about the class before it goes on to count if the charts say nothing of licences.
        let known = points.iter().any(|point| point.license_class.is_some());
        points.append(&mut self.points);
        let before = unmarked.filter(|_| !known).map(|change| change.from);
        mark_changes(&mut points, before);
        Self { discipline: self.discipline, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::{a_career, a_race_at};
    use proptest::prelude::*;

    fn rated(second: i64, levels: (i32, i32), irating: i32) -> Race {
        let mut race = a_race_at(Timestamp::from_second(second).expect("in range"));
        race.ratings.new_irating = Some(irating);
        (race.ratings.old_license_level, race.ratings.new_license_level) = (Some(levels.0), Some(levels.1));
        race.ratings.new_sub_level = Some(350);
        race
    }

    #[test]
    fn promotions_are_marked_in_a_race_and_between_two() {
        let races = [
            rated(1_000, (4, 5), 1_400),
            rated(2_000, (6, 6), 1_500),
            rated(3_000, (9, 9), 1_600),
            rated(4_000, (9, 8), 1_500),
        ];
        let curves = rating_curves(&races);
        let changes: Vec<_> =
            curves[0].points.iter().map(|point| point.license_change.map(|change| (change.from, change.to))).collect();
        assert_eq!(changes, [Some((0, 1)), None, Some((1, 2)), Some((2, 1))]);
    }

    #[test]
    fn charts_fill_in_what_is_older_than_the_first_race() {
        let races = [rated(1_500_000_000, (5, 5), 1_400)]; // 2017-07-14
        let chart = |when: &str, value| ChartPoint { when: when.parse().expect("a date"), value };
        let irating = [
            chart("2015-09-23", 1_350),
            chart("2017-07-13", 1_390),
            chart("2017-07-14", 1_400),
            chart("2019-01-01", 2_000),
        ];
        let license = [chart("2015-09-23", 1_250), chart("2015-09-30", 1_310)];
        let curve = rating_curves(&races).remove(0).completed(&irating, &license);
        let points: Vec<_> = curve
            .points
            .iter()
            .map(|point| (point.irating, point.license_class, point.safety_rating, point.race.is_some()))
            .collect();
        assert_eq!(
            points,
            [
                (Some(1_350), Some(0), Some(250), false),
                (None, Some(0), Some(310), false),
                (Some(1_390), None, None, false),
                (Some(1_400), Some(1), Some(350), true),
            ]
        );
        assert_eq!(curve.points[3].license_change, Some(LicenseChange { from: 0, to: 1 }));
    }

    proptest! {
        #[test]
        fn curves_are_apart_in_order_and_without_unrated_numbers(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
        ) {
            let curves = rating_curves(&races);
            prop_assert_eq!(&curves, &rating_curves(&shuffled));
            prop_assert!(curves.windows(2).all(|pair| pair[0].discipline < pair[1].discipline));
            for curve in &curves {
                prop_assert!(curve.points.windows(2).all(|pair| pair[0].time <= pair[1].time));
                for point in &curve.points {
                    prop_assert!(point.irating.is_none_or(|irating| irating >= 0) && point.cpi.is_none_or(|cpi| cpi >= 0.0));
                    let race = races.iter().find(|race| Some(race.id()) == point.race);
                    prop_assert_eq!(race.and_then(|race| race.discipline), Some(curve.discipline));
                }
            }
        }
    }
}
