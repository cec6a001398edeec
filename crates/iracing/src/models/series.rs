//! `series/get`, `series/assets` and `series/stats_series`.

use super::AllowedLicense;
use serde::Deserialize;

/// A series that is raced at present.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Series {
    /// The series.
    pub series_id: i64,
    /// Its name.
    pub series_name: String,
    /// Its short name.
    #[serde(default)]
    pub series_short_name: String,
    /// Such as `sports_car`.
    #[serde(default)]
    pub category: String,
    /// 1 to 6.
    #[serde(default)]
    pub category_id: i64,
    /// Smallest field that counts.
    #[serde(default)]
    pub min_starters: i64,
    /// Largest field.
    #[serde(default)]
    pub max_starters: i64,
    /// Whether the member may race it.
    #[serde(default)]
    pub eligible: bool,
    /// Which licences may race.
    #[serde(default)]
    pub allowed_licenses: Vec<AllowedLicense>,
}

/// Logo and description of a series.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SeriesAssets {
    /// The series.
    pub series_id: i64,
    /// File name in the image server's folder of series logos.
    pub logo: Option<String>,
    /// Description, HTML.
    pub series_copy: Option<String>,
}

/// A series with its seasons, past ones too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatsSeries {
    /// The series.
    pub series_id: i64,
    /// Its name.
    pub series_name: String,
    /// Its short name.
    #[serde(default)]
    pub series_short_name: String,
    /// Such as `sports_car`.
    #[serde(default)]
    pub category: String,
    /// 1 to 6.
    #[serde(default)]
    pub category_id: i64,
    /// Whether it is raced at present.
    #[serde(default)]
    pub active: bool,
    /// Whether it counts.
    #[serde(default)]
    pub official: bool,
    /// Whether everybody drives the same setup.
    #[serde(default)]
    pub fixed_setup: bool,
    /// File name in the image server's folder of series logos.
    pub logo: Option<String>,
    /// Its seasons.
    #[serde(default)]
    pub seasons: Vec<StatsSeason>,
}

/// One season of a series.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatsSeason {
    /// The season.
    pub season_id: i64,
    /// Its name.
    #[serde(default)]
    pub season_name: String,
    /// Its short name.
    #[serde(default)]
    pub season_short_name: String,
    /// Its year.
    pub season_year: i64,
    /// Its quarter.
    pub season_quarter: i64,
    /// Whether it is raced at present.
    #[serde(default)]
    pub active: bool,
    /// Whether drivers share cars.
    #[serde(default)]
    pub driver_changes: bool,
}
