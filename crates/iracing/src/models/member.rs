//! `member/info` and `member/chart_data`.

use crate::wire::unless_minus_one;
use jiff::{Timestamp, civil};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The member whose access token asked. What is private (account, settings) is not read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MemberInfo {
    /// The member.
    pub cust_id: i64,
    /// Their name, which can change.
    pub display_name: String,
    /// The day they joined.
    pub member_since: Option<civil::Date>,
    /// When they last signed in to iRacing.
    pub last_login: Option<Timestamp>,
    /// Two letters.
    pub flair_country_code: Option<String>,
    /// By category: `oval`, `sports_car`, `formula_car`, `dirt_oval`, `dirt_road`.
    #[serde(default)]
    pub licenses: BTreeMap<String, License>,
}

/// A member's licence in one category.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct License {
    /// 1 to 6.
    pub category_id: i64,
    /// Such as `Sports Car`.
    #[serde(default)]
    pub category_name: String,
    /// 1 to 28.
    #[serde(default)]
    pub license_level: i64,
    /// 0 to 4.99.
    pub safety_rating: Option<f64>,
    /// Corners per incident.
    pub cpi: Option<f64>,
    /// Rating; none when unrated.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub irating: Option<i64>,
    /// Time trial rating.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub tt_rating: Option<i64>,
    /// Such as `Class A`.
    #[serde(default)]
    pub group_name: String,
    /// Six hexadecimal digits, without `#`.
    #[serde(default)]
    pub color: String,
}

/// A member's rating over time in one category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChartData {
    /// Whether iRacing withholds it at the moment.
    #[serde(default)]
    pub blackout: bool,
    /// Whose chart.
    #[serde(default)]
    pub cust_id: i64,
    /// 1 to 6.
    pub category_id: i64,
    /// 1 iRating, 2 time trial rating, 3 licence class x 1000 + safety rating x 100.
    pub chart_type: i64,
    /// One point a day on which it changed.
    #[serde(default)]
    pub data: Vec<ChartPoint>,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ChartPoint {
    /// The day.
    pub when: civil::Date,
    /// The value at its end.
    pub value: i64,
}
