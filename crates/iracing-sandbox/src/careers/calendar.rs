//! iRacing's calendar: seasons of twelve race weeks and a thirteenth between seasons.

/// The Tuesday (00:00 UTC) on which season 1 of 2024 began, in Unix seconds.
const SEASON_1_OF_2024: i64 = 1_702_339_200;
const WEEK: i64 = 7 * 86_400;

/// When Road (category 2) was split into Sports Car (5) and Formula Car (6): 2024-03-05, in Unix seconds.
pub(crate) const SPLIT_OF_ROAD: i64 = SEASON_1_OF_2024 + 12 * WEEK;

/// A race week of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RaceWeek {
    pub(crate) year: i64,
    pub(crate) quarter: i64,
    /// 0-based; 12 is "week 13".
    pub(crate) week: i64,
}

impl RaceWeek {
    pub(crate) fn at(unix_seconds: i64) -> Self {
        let weeks = (unix_seconds - SEASON_1_OF_2024).div_euclid(WEEK);
        let season = weeks.div_euclid(13);
        Self { year: 2024 + season.div_euclid(4), quarter: 1 + season.rem_euclid(4), week: weeks.rem_euclid(13) }
    }

    /// Seasons since 2000, for ids and for the rotation of tracks.
    pub(crate) fn season_index(self) -> i64 {
        (self.year - 2000) * 4 + self.quarter - 1
    }
}

/// The categories of iRacing. Road is the one that was split in 2024.
pub(crate) const OVAL: u8 = 1;
pub(crate) const ROAD: u8 = 2;
pub(crate) const DIRT_OVAL: u8 = 3;
pub(crate) const DIRT_ROAD: u8 = 4;
pub(crate) const SPORTS_CAR: u8 = 5;
pub(crate) const FORMULA_CAR: u8 = 6;

/// The category in which a race counted at that time.
pub(crate) fn category_at(category: u8, unix_seconds: i64) -> u8 {
    match category {
        SPORTS_CAR | FORMULA_CAR if unix_seconds < SPLIT_OF_ROAD => ROAD,
        other => other,
    }
}

/// The spelling of `results/get`.
pub(crate) fn category_in_results(category: u8) -> &'static str {
    match category {
        OVAL => "Oval",
        ROAD => "Road",
        DIRT_OVAL => "Dirt_Oval",
        DIRT_ROAD => "Dirt_Road",
        SPORTS_CAR => "Sports_Car",
        _ => "Formula_Car",
    }
}

/// The spelling of searches and of licences.
pub(crate) fn category_in_words(category: u8) -> &'static str {
    match category {
        OVAL => "Oval",
        ROAD => "Road",
        DIRT_OVAL => "Dirt Oval",
        DIRT_ROAD => "Dirt Road",
        SPORTS_CAR => "Sports Car",
        _ => "Formula Car",
    }
}

/// The spelling of keys, as in `member/info`.
pub(crate) fn category_key(category: u8) -> &'static str {
    match category {
        OVAL => "oval",
        ROAD => "road",
        DIRT_OVAL => "dirt_oval",
        DIRT_ROAD => "dirt_road",
        SPORTS_CAR => "sports_car",
        _ => "formula_car",
    }
}
