//! iRacing's shapes, as Rust structs, split by area.
//!
//! They follow the wire: names are iRacing's, positions are 0-based where iRacing's are, times are integers of
//! 1/10 000 s. One liberty is taken: where iRacing writes -1 for "none", the field is an `Option` and -1, `null` and
//! absence all read as `None`. Where -1 means something (a simsession's number, an interval in milliseconds) it stays.
//! Unknown fields are ignored; those that older or newer answers lack have defaults.

pub mod cars;
pub mod event_log;
pub mod laps;
pub mod member;
pub mod results;
pub mod search;
pub mod series;
pub mod stats;
pub mod tracks;

use serde::Deserialize;

/// A track as results, searches and lap charts refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct TrackRef {
    /// The track in one layout.
    pub track_id: i64,
    /// Name; can have trailing blanks.
    #[serde(default)]
    pub track_name: String,
    /// Layout; absent, empty or `N/A` where there is only one.
    pub config_name: Option<String>,
    /// Category of the track (not of the race): 1 oval, 2 road, 3 dirt oval, 4 dirt road.
    pub category_id: Option<i64>,
    /// The category in words.
    pub category: Option<String>,
}

/// One entry of a list of constants.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Constant {
    /// What it is called.
    pub label: String,
    /// The number used elsewhere; -1 can be a real one (all divisions).
    pub value: i64,
}

/// Which licences may race.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AllowedLicense {
    /// 1 Rookie to 7 Pro/WC.
    pub license_group: i64,
    /// The group's name.
    #[serde(default)]
    pub group_name: String,
    /// Lowest level, 1 to 28.
    #[serde(default)]
    pub min_license_level: i64,
    /// Highest level, 1 to 28.
    #[serde(default)]
    pub max_license_level: i64,
}
