//! Series: classes, tracks and the form of their races.

use crate::careers::calendar::{DIRT_OVAL, DIRT_ROAD, FORMULA_CAR, OVAL, RaceWeek, SPORTS_CAR};

/// The form of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One driver a car: practice, qualifying, race.
    Solo,
    /// Several drivers a car.
    Team,
    /// Practice, qualifying, a heat, warm-up and the feature.
    Heat,
}

/// How long the main race is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Minutes(i64),
    Laps(i64),
}

/// A championship.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    /// The current category, never the legacy Road.
    pub(crate) category: u8,
    pub(crate) classes: &'static [i64],
    pub(crate) tracks: &'static [i64],
    pub(crate) length: Length,
    pub(crate) format: Format,
    pub(crate) min_starters: i64,
    pub(crate) max_starters: i64,
    /// The lowest licence class: 0 Rookie to 4 A.
    pub(crate) license_class: u8,
    /// Minutes between two race sessions.
    pub(crate) every: i64,
    /// Year and quarter of its first season.
    pub(crate) first_season: (i64, i64),
}

impl Series {
    /// The track of a race week: every season starts elsewhere in the rotation.
    pub(crate) fn track_of(&self, week: RaceWeek) -> i64 {
        let rotation = week.season_index() * 5 + self.id + week.week;
        self.tracks[rotation.rem_euclid(self.tracks.len() as i64) as usize]
    }

    pub(crate) fn season_id(&self, week: RaceWeek) -> i64 {
        week.season_index() * 60 + self.id % 60 - 600
    }

    pub(crate) fn exists_in(&self, week: RaceWeek) -> bool {
        (week.year, week.quarter) >= self.first_season
    }
}

const ROAD_TRACKS: &[i64] = &[18, 47, 95, 168, 192, 212, 219, 239, 255, 341, 403, 434, 485, 523];
const CLUB_TRACKS: &[i64] = &[9, 47, 146, 166, 324, 353, 403, 212, 255];

/// Every series, by id.
pub(crate) static SERIES: &[Series] = &[
    Series {
        id: 34,
        name: "Skip Barber Race Series",
        category: FORMULA_CAR,
        classes: &[33],
        tracks: CLUB_TRACKS,
        length: Length::Minutes(20),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 24,
        license_class: 1,
        every: 120,
        first_season: (2008, 3),
    },
    Series {
        id: 47,
        name: "NASCAR Class C Truck Series",
        category: OVAL,
        classes: &[3500],
        tracks: &[33, 116, 191, 365, 556],
        length: Length::Laps(45),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 40,
        license_class: 2,
        every: 120,
        first_season: (2009, 1),
    },
    Series {
        id: 58,
        name: "NASCAR Class A Series",
        category: OVAL,
        classes: &[3501],
        tracks: &[116, 191, 365, 556, 33],
        length: Length::Laps(60),
        format: Format::Solo,
        min_starters: 10,
        max_starters: 43,
        license_class: 3,
        every: 120,
        first_season: (2009, 1),
    },
    Series {
        id: 139,
        name: "Global Mazda MX-5 Cup",
        category: SPORTS_CAR,
        classes: &[74],
        tracks: CLUB_TRACKS,
        length: Length::Minutes(15),
        format: Format::Solo,
        min_starters: 6,
        max_starters: 24,
        license_class: 0,
        every: 30,
        first_season: (2012, 1),
    },
    Series {
        id: 201,
        name: "Street Stock Series",
        category: OVAL,
        classes: &[31],
        tracks: &[14, 556, 33],
        length: Length::Laps(35),
        format: Format::Solo,
        min_starters: 6,
        max_starters: 20,
        license_class: 0,
        every: 60,
        first_season: (2009, 1),
    },
    Series {
        id: 233,
        name: "Touring Car Challenge",
        category: SPORTS_CAR,
        classes: &[2706],
        tracks: ROAD_TRACKS,
        length: Length::Minutes(25),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 30,
        license_class: 1,
        every: 60,
        first_season: (2017, 2),
    },
    Series {
        id: 260,
        name: "Formula A Grand Prix Series",
        category: FORMULA_CAR,
        classes: &[3185],
        tracks: &[168, 212, 239, 341, 403, 485, 523],
        length: Length::Minutes(45),
        format: Format::Solo,
        min_starters: 6,
        max_starters: 24,
        license_class: 3,
        every: 120,
        first_season: (2016, 1),
    },
    Series {
        id: 299,
        name: "Porsche Cup",
        category: SPORTS_CAR,
        classes: &[3109],
        tracks: ROAD_TRACKS,
        length: Length::Minutes(30),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 32,
        license_class: 2,
        every: 120,
        first_season: (2018, 1),
    },
    Series {
        id: 331,
        name: "Global Endurance Tour",
        category: SPORTS_CAR,
        classes: &[4029, 2523, 4011, 2268],
        tracks: &[18, 95, 192, 239, 252, 341, 434, 523],
        length: Length::Minutes(160),
        format: Format::Team,
        min_starters: 10,
        max_starters: 60,
        license_class: 1,
        every: 720,
        first_season: (2016, 1),
    },
    Series {
        id: 399,
        name: "Rallycross Series",
        category: DIRT_ROAD,
        classes: &[135],
        tracks: &[293, 358],
        length: Length::Laps(10),
        format: Format::Heat,
        min_starters: 6,
        max_starters: 12,
        license_class: 0,
        every: 60,
        first_season: (2018, 1),
    },
    Series {
        id: 404,
        name: "Dirt Late Model 358 Series",
        category: DIRT_OVAL,
        classes: &[1012],
        tracks: &[273, 305],
        length: Length::Laps(25),
        format: Format::Heat,
        min_starters: 8,
        max_starters: 22,
        license_class: 0,
        every: 60,
        first_season: (2017, 2),
    },
    Series {
        id: 414,
        name: "FIA F4 Challenge",
        category: FORMULA_CAR,
        classes: &[4004],
        tracks: CLUB_TRACKS,
        length: Length::Minutes(20),
        format: Format::Solo,
        min_starters: 6,
        max_starters: 24,
        license_class: 0,
        every: 60,
        first_season: (2022, 3),
    },
    Series {
        id: 419,
        name: "IMSA Sportscar Series",
        category: SPORTS_CAR,
        classes: &[4029, 2523, 4011],
        tracks: &[18, 47, 95, 192, 239, 434, 523],
        length: Length::Minutes(45),
        format: Format::Solo,
        min_starters: 12,
        max_starters: 50,
        license_class: 2,
        every: 120,
        first_season: (2015, 1),
    },
    Series {
        id: 447,
        name: "GT Sprint Series",
        category: SPORTS_CAR,
        classes: &[4011],
        tracks: ROAD_TRACKS,
        length: Length::Minutes(40),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 40,
        license_class: 2,
        every: 60,
        first_season: (2018, 2),
    },
    Series {
        id: 476,
        name: "Dallara F3 Championship",
        category: FORMULA_CAR,
        classes: &[3190],
        tracks: ROAD_TRACKS,
        length: Length::Minutes(30),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 28,
        license_class: 2,
        every: 120,
        first_season: (2019, 1),
    },
    Series {
        id: 491,
        name: "GT4 Challenge",
        category: SPORTS_CAR,
        classes: &[2268],
        tracks: ROAD_TRACKS,
        length: Length::Minutes(20),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 30,
        license_class: 1,
        every: 60,
        first_season: (2021, 2),
    },
    Series {
        id: 514,
        name: "Toyota GR86 Cup",
        category: SPORTS_CAR,
        classes: &[3104],
        tracks: CLUB_TRACKS,
        length: Length::Minutes(15),
        format: Format::Solo,
        min_starters: 6,
        max_starters: 20,
        license_class: 0,
        every: 60,
        first_season: (2023, 1),
    },
    Series {
        id: 523,
        name: "INDYCAR Series",
        category: FORMULA_CAR,
        classes: &[3195],
        tracks: &[18, 47, 212, 239, 434],
        length: Length::Minutes(40),
        format: Format::Solo,
        min_starters: 8,
        max_starters: 33,
        license_class: 3,
        every: 120,
        first_season: (2018, 2),
    },
];

/// The series of team events.
pub(crate) const TEAM_SERIES: i64 = 331;

/// The series of that id; the first one for an unknown id.
pub(crate) fn series(id: i64) -> &'static Series {
    SERIES.iter().find(|series| series.id == id).unwrap_or(&SERIES[0])
}
