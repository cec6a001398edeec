//! Races by stretches of time, in the driver's time zone.

use crate::{
    analytics::tally::{CornersPerLap, Tally},
    race::Race,
};
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use std::collections::{BTreeMap, HashMap};

/// How long a stretch of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// A day in the driver's time zone.
    Day,
    /// Monday to Sunday in the driver's time zone.
    Week,
    /// iRacing's race week: from Tuesday 00:00 UTC, for everybody.
    IracingWeek,
    /// A month in the driver's time zone.
    Month,
    /// iRacing's season, as the race names it.
    Season,
    /// A year in the driver's time zone.
    Year,
}

impl Granularity {
    /// All of them, short to long.
    pub const ALL: [Self; 6] = [Self::Day, Self::Week, Self::IracingWeek, Self::Month, Self::Season, Self::Year];

    /// The word used in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::IracingWeek => "iracingWeek",
            Self::Month => "month",
            Self::Season => "season",
            Self::Year => "year",
        }
    }

    /// Reads the word of [`Granularity::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|granularity| granularity.as_str() == word)
    }

    /// The stretch that a race falls into.
    pub fn period(self, race: &Race, time_zone: &TimeZone) -> Period {
        let date = || time_zone.to_datetime(race.start_time).date();
        match self {
            Self::Day => Period::Day { first: date() },
            Self::Week => Period::Week { first: on_or_before(date(), Weekday::Monday) },
            Self::IracingWeek => Period::IracingWeek { first: iracing_week(race.start_time) },
            Self::Month => Period::Month { first: date().first_of_month() },
            Self::Season => Period::Season { season: race.season_year.zip(race.season_quarter) },
            Self::Year => Period::Year { first: date().first_of_year() },
        }
    }
}

/// The latest such day of the week that is not after `date`.
fn on_or_before(date: Date, weekday: Weekday) -> Date {
    let back = date.weekday().since(weekday);
    date.saturating_sub(jiff::Span::new().days(back))
}

/// The Tuesday (UTC) that a moment's race week began on.
pub fn iracing_week(moment: Timestamp) -> Date {
    on_or_before(TimeZone::UTC.to_datetime(moment).date(), Weekday::Tuesday)
}

/// A stretch of time, by its first day; a season by year and quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A day.
    Day {
        /// That day.
        first: Date,
    },
    /// A week.
    Week {
        /// Its Monday.
        first: Date,
    },
    /// A race week.
    IracingWeek {
        /// Its Tuesday (UTC).
        first: Date,
    },
    /// A month.
    Month {
        /// Its first day.
        first: Date,
    },
    /// A season; `None` gathers hosted and league races, which belong to none, before all others.
    Season {
        /// Year and quarter.
        season: Option<(i32, u8)>,
    },
    /// A year.
    Year {
        /// Its first day.
        first: Date,
    },
}

/// The races of a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodTally {
    /// When.
    pub period: Period,
    /// What was counted.
    pub tally: Tally,
}

/// Races by stretches of time, earliest first; stretches without races are left out.
pub fn time_series<'a>(
    races: impl IntoIterator<Item = &'a Race>,
    granularity: Granularity,
    time_zone: &TimeZone,
    corners: &CornersPerLap,
) -> Vec<PeriodTally> {
    let mut index_of: HashMap<Period, usize> = HashMap::new();
    let mut series: Vec<PeriodTally> = Vec::new();
    for race in races {
        let period = granularity.period(race, time_zone);
        let index = *index_of.entry(period).or_insert_with(|| {
            series.push(PeriodTally { period, tally: Tally::default() });
            series.len() - 1
        });
        series[index].tally.record(race, corners);
    }
    series.sort_unstable_by_key(|one| one.period);
    series
}

/// A day of the calendar heat map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    /// In the driver's time zone.
    pub date: Date,
    /// Races that started on it.
    pub races: u32,
    /// Laps in them.
    pub laps: u64,
    /// Incident points in them.
    pub incidents: u64,
    /// Wins in class.
    pub wins: u32,
}

/// The days with races, in order.
pub fn calendar<'a>(races: impl IntoIterator<Item = &'a Race>, time_zone: &TimeZone) -> Vec<CalendarDay> {
    let mut days: BTreeMap<Date, CalendarDay> = BTreeMap::new();
    for race in races {
        let date = time_zone.to_datetime(race.start_time).date();
        let day = days.entry(date).or_insert(CalendarDay { date, races: 0, laps: 0, incidents: 0, wins: 0 });
        day.races += 1;
        day.laps += u64::from(race.laps_complete);
        day.incidents += u64::from(race.incidents);
        day.wins += u32::from(race.place_in_class() == Some(1));
    }
    days.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::synthetic::{a_career, a_race_at, a_time_zone, corners};
    use proptest::prelude::*;

    fn day(start: &str, zone: &str) -> String {
        let race = a_race_at(start.parse().expect("a time"));
        let zone = TimeZone::posix(zone).expect("a rule");
        match Granularity::Day.period(&race, &zone) {
            Period::Day { first } => first.to_string(),
            other => panic!("{other:?} is no day"),
        }
    }

    #[test]
    fn a_day_is_the_drivers_own_on_both_sides_of_a_change_of_clocks() {
        assert_eq!(day("2026-03-08T04:30:00Z", "EST5EDT,M3.2.0,M11.1.0"), "2026-03-07");
        assert_eq!(day("2026-03-09T03:30:00Z", "EST5EDT,M3.2.0,M11.1.0"), "2026-03-08");
        assert_eq!(day("2026-03-09T04:30:00Z", "EST5EDT,M3.2.0,M11.1.0"), "2026-03-09");
        assert_eq!(day("2026-10-25T22:59:59Z", "CET-1CEST,M3.5.0,M10.5.0/3"), "2026-10-25");
        assert_eq!(day("2026-10-25T23:00:00Z", "CET-1CEST,M3.5.0,M10.5.0/3"), "2026-10-26");
        assert_eq!(day("2026-01-01T11:00:00Z", "NZST-12NZDT,M9.5.0,M4.1.0/3"), "2026-01-02");
    }

    #[test]
    fn a_race_week_begins_on_tuesday_at_midnight_utc() {
        let week = |start: &str| iracing_week(start.parse().expect("a time")).to_string();
        assert_eq!(week("2026-01-19T23:59:59Z"), "2026-01-13");
        assert_eq!(week("2026-01-20T00:00:00Z"), "2026-01-20");
        assert_eq!(week("2026-01-26T23:59:59Z"), "2026-01-20");
    }

    proptest! {
        #[test]
        fn buckets_add_up_to_the_whole_and_do_not_depend_on_the_order(
            (races, shuffled) in a_career().prop_flat_map(|races| (Just(races.clone()), Just(races).prop_shuffle())),
            granularity in prop::sample::select(Granularity::ALL.to_vec()),
            time_zone in a_time_zone(),
        ) {
            let corners = corners();
            let series = time_series(&races, granularity, &time_zone, &corners);
            let mut sum = Tally::default();
            series.iter().for_each(|one| sum.merge(&one.tally));
            let whole = Tally::of(&races, &corners);
            prop_assert_eq!(&sum, &whole);
            prop_assert!(series.windows(2).all(|pair| pair[0].period < pair[1].period));
            prop_assert_eq!(&series, &time_series(&shuffled, granularity, &time_zone, &corners));
            let days = calendar(&shuffled, &time_zone);
            prop_assert_eq!(days.iter().map(|day| day.races).sum::<u32>(), whole.races);
            prop_assert_eq!(days.iter().map(|day| (day.laps, day.wins)).fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1)), (whole.laps, whole.wins));
        }

        #[test]
        fn a_race_lies_within_its_local_day(second in 1_200_000_000i64..1_900_000_000, time_zone in a_time_zone()) {
            let race = a_race_at(Timestamp::from_second(second).expect("in range"));
            let Period::Day { first } = Granularity::Day.period(&race, &time_zone) else { panic!("a day") };
            let begin = time_zone.to_ambiguous_zoned(first.to_datetime(jiff::civil::Time::midnight())).compatible().expect("a time");
            let end = time_zone.to_ambiguous_zoned(first.tomorrow().expect("in range").to_datetime(jiff::civil::Time::midnight())).compatible().expect("a time");
            prop_assert!(begin.timestamp() <= race.start_time && race.start_time < end.timestamp());
            let Period::Week { first: monday } = Granularity::Week.period(&race, &time_zone) else { panic!("a week") };
            prop_assert!(monday.weekday() == Weekday::Monday && monday <= first);
            prop_assert!((first - monday).get_days() < 7);
        }
    }
}
