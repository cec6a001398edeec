//! Generated careers: demo drivers with years of races that follow from a seed.
//!
//! Careers lie on the calendar, not relative to the clock: the same race keeps its id and its numbers whenever the
//! sandbox starts, and new races appear as time goes by. The light part of each race ([`schedule`]) and the ratings
//! that connect them are played in order of time when the sandbox starts; the rest ([`weekend`]) is made on request.

pub(crate) mod bodies;
pub(crate) mod calendar;
pub(crate) mod catalogue;
pub(crate) mod dice;
pub(crate) mod field;
pub(crate) mod laps;
pub(crate) mod people;
pub(crate) mod ratings;
pub(crate) mod results;
pub(crate) mod schedule;
pub(crate) mod simulation;
pub(crate) mod weather;
pub(crate) mod weekend;
pub(crate) mod world;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use dice::Dice;

/// The customer id of the demo driver with about 1,500 races in eight years.
pub const VETERAN: i64 = 411_093;
/// The customer id of the demo driver with about 60 races; some of them were driven against [`VETERAN`].
pub const CLUB_RACER: i64 = 987_214;
/// The customer id of the demo driver whose dozen races are one special case each.
pub const SHOWCASE: i64 = 1_042_877;
/// The customer id of the demo driver who has not raced yet.
pub const NEWCOMER: i64 = 1_198_340;

/// Generated careers: who has one, and the seed they follow from.
#[derive(Debug, Clone)]
pub struct Careers {
    /// The same seed gives the same races, to the byte.
    pub seed: u64,
    /// The drivers, in the order in which the consent page offers them.
    pub drivers: Vec<DemoDriver>,
}

/// A driver whom the consent page offers for sign-in.
#[derive(Debug, Clone)]
pub struct DemoDriver {
    /// iRacing's id of a member.
    pub cust_id: i64,
    /// The name that results show.
    pub display_name: String,
    /// The day on which the career begins.
    pub member_since: Date,
    /// How much is raced.
    pub career: Career,
    /// Ids of the series raced most, changing by season.
    favourites: &'static [i64],
}

/// How much a demo driver races.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Career {
    /// Evenings of one to three races each, from joining on.
    Regular {
        /// Evenings with races in a year; with more than 365 each evening is as long as several.
        evenings_a_year: f64,
        /// The iRating that the driver grows to be worth.
        talent: f64,
    },
    /// A dozen races from 2025 to January 2026: unofficial, disconnected, not started, multi-class, heats, league,
    /// hosted with AI drivers, practice only, team, oval with cautions, two sessions in the same second.
    Showcase,
    /// No races.
    None,
}

impl DemoDriver {
    /// A further driver who races regularly.
    pub fn regular(cust_id: i64, display_name: &str, member_since: Date, evenings_a_year: f64, talent: f64) -> Self {
        Self {
            cust_id,
            display_name: display_name.to_owned(),
            member_since,
            career: Career::Regular { evenings_a_year, talent },
            favourites: &[139, 447, 491, 414, 419],
        }
    }

    /// Midnight UTC of the day of joining, in Unix seconds.
    fn joined(&self) -> i64 {
        self.member_since.to_zoned(TimeZone::UTC).map_or(0, |midnight| midnight.timestamp().as_second())
    }

    /// The iRating the driver is worth at that time in that (current) category.
    fn skill(&self, at: i64, category: u8, dice: &mut Dice) -> f64 {
        let talent = match self.career {
            Career::Regular { talent, .. } => talent,
            _ => 1700.0,
        };
        let years = (at - self.joined()) as f64 / (365.25 * 86_400.0);
        let grown = 1150.0 + (talent - 1150.0) * (1.0 - (-years / 2.2).exp());
        let form = 140.0 * (years * 2.7 + f64::from(category)).sin();
        let at_home = match category {
            calendar::SPORTS_CAR => 0.0,
            calendar::FORMULA_CAR => -120.0,
            _ => -450.0,
        };
        (grown + form + at_home + 60.0 * dice.bell()).max(700.0)
    }
}

impl Careers {
    /// The four demo drivers: [`VETERAN`], [`CLUB_RACER`], [`SHOWCASE`] and [`NEWCOMER`].
    ///
    /// With a clock in the second half of 2026 they have about 1,500, 60, 13 and 0 races.
    pub fn new(seed: u64) -> Self {
        let veteran = DemoDriver {
            favourites: &[139, 491, 447, 414, 419, 233, 447, 476, 299],
            ..DemoDriver::regular(VETERAN, "Robin Hartwell", date(2018, 3, 9), 107.0, 2900.0)
        };
        let club_racer = DemoDriver {
            favourites: &[139, 514, 491],
            ..DemoDriver::regular(CLUB_RACER, "Maja Lindqvist", date(2025, 1, 18), 18.0, 1900.0)
        };
        let showcase = DemoDriver {
            career: Career::Showcase,
            ..DemoDriver::regular(SHOWCASE, "Tomás Okonkwo", date(2025, 2, 27), 0.0, 1700.0)
        };
        let newcomer = DemoDriver {
            career: Career::None,
            ..DemoDriver::regular(NEWCOMER, "Kenji Albrecht", date(2026, 5, 4), 0.0, 1350.0)
        };
        Self { seed, drivers: vec![veteran, club_racer, showcase, newcomer] }
    }

    /// Keeps these drivers only: a test that needs no long career starts faster without it.
    #[must_use]
    pub fn only(mut self, cust_ids: &[i64]) -> Self {
        self.drivers.retain(|driver| cust_ids.contains(&driver.cust_id));
        self
    }
}
