//! `stats/member_recent_races`.

use super::TrackRef;
use crate::wire::unless_minus_one;
use jiff::Timestamp;
use serde::Deserialize;

/// A member's last ten official races.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecentRaces {
    /// Whose races.
    pub cust_id: i64,
    /// Newest first.
    #[serde(default)]
    pub races: Vec<RecentRace>,
}

/// One of them. Unlike elsewhere positions are 1-based here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecentRace {
    /// The split.
    pub subsession_id: i64,
    /// When the session was launched.
    pub session_start_time: Timestamp,
    /// Series.
    pub series_id: i64,
    /// Its name.
    #[serde(default)]
    pub series_name: String,
    /// Season.
    #[serde(default)]
    pub season_id: i64,
    /// Its year; newer answers.
    pub season_year: Option<i64>,
    /// Its quarter; newer answers.
    pub season_quarter: Option<i64>,
    /// Race week, 0-based; newer answers.
    pub race_week_num: Option<i64>,
    /// The car.
    #[serde(default)]
    pub car_id: i64,
    /// The class.
    #[serde(default)]
    pub car_class_id: i64,
    /// Where.
    pub track: TrackRef,
    /// On the grid, 1-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub start_position: Option<i64>,
    /// At the end, 1-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub finish_position: Option<i64>,
    /// Laps completed.
    #[serde(default)]
    pub laps: i64,
    /// Laps led.
    #[serde(default)]
    pub laps_led: i64,
    /// Incident points.
    #[serde(default)]
    pub incidents: i64,
    /// Championship points.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub points: Option<i64>,
    /// Strength of the field.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub strength_of_field: Option<i64>,
    /// Safety rating x 100 before.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub old_sub_level: Option<i64>,
    /// Safety rating x 100 after.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub new_sub_level: Option<i64>,
    /// iRating before.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub oldi_rating: Option<i64>,
    /// iRating after.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub newi_rating: Option<i64>,
}
