//! `results/lap_chart_data` (the laps of all) and `results/lap_data` (the laps of one).

use super::TrackRef;
use crate::wire::unless_minus_one;
use jiff::Timestamp;
use serde::Deserialize;

/// All laps of all entrants in one simsession.
#[derive(Debug, Clone, PartialEq)]
pub struct LapChart {
    /// What it is about; absent when iRacing's answer was bare rows.
    pub header: Option<LapHeader>,
    /// Sorted by lap, then position.
    pub rows: Vec<LapRow>,
}

/// All laps of one driver or team in one simsession.
#[derive(Debug, Clone, PartialEq)]
pub struct LapData {
    /// What it is about; absent when iRacing's answer was bare rows.
    pub header: Option<LapHeader>,
    /// Sorted by lap.
    pub rows: Vec<LapRow>,
}

/// What a lap chart or lap data is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LapHeader {
    /// False when iRacing has none.
    #[serde(default = "yes")]
    pub success: bool,
    /// The simsession.
    pub session_info: Option<LapSessionInfo>,
    /// Number of the best lap: of the simsession in a chart, of the driver in lap data.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_lap_num: Option<i64>,
    /// Best lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_lap_time: Option<i64>,
    /// Best qualifying lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_qual_lap_time: Option<i64>,
    /// In lap data: the driver, or the team (negative).
    pub group_id: Option<i64>,
    /// In lap data: the driver; 0 or absent for a team.
    pub cust_id: Option<i64>,
    /// In lap data: name of driver or team.
    pub name: Option<String>,
    /// In lap data: the car.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub car_id: Option<i64>,
    /// In lap data: licence level 1 to 28.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub license_level: Option<i64>,
}

/// The simsession that laps belong to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LapSessionInfo {
    /// The split.
    pub subsession_id: i64,
    /// Shared by all splits.
    #[serde(default)]
    pub session_id: i64,
    /// 0 is the main event, those before it are -1, -2, ...
    pub simsession_number: i64,
    /// 3 open practice, 4 lone qualifying, 5 open qualifying, 6 race.
    #[serde(default)]
    pub simsession_type: i64,
    /// Such as `RACE`; newer answers.
    pub simsession_name: Option<String>,
    /// 5 is a race.
    #[serde(default)]
    pub event_type: i64,
    /// Series.
    #[serde(default)]
    pub series_name: String,
    /// Season.
    #[serde(default)]
    pub season_name: String,
    /// When the session was launched.
    pub start_time: Option<Timestamp>,
    /// Where.
    pub track: Option<TrackRef>,
}

/// One lap of one entrant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LapRow {
    /// The driver, or the team (negative).
    pub group_id: i64,
    /// Name of driver or team; absent in the row of one who never started.
    pub name: Option<String>,
    /// Who drove this lap.
    #[serde(default)]
    pub cust_id: i64,
    /// Their name.
    #[serde(default)]
    pub display_name: String,
    /// 0 is the grid (not a lap), the first lap is 1.
    pub lap_number: i64,
    /// Bits: 1 invalid, 2 pitted, 4 off track, ... 16384 chequered flag.
    #[serde(default)]
    pub flags: i64,
    /// Whether incident points were collected on this lap.
    #[serde(default)]
    pub incident: bool,
    /// 1/10 000 s since the simsession's start, at the line.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub session_time: Option<i64>,
    /// 1/10 000 s; none when not timed or not valid.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub lap_time: Option<i64>,
    /// Whether it was the team's fastest.
    #[serde(default)]
    pub team_fastest_lap: bool,
    /// Whether it was the driver's fastest.
    #[serde(default)]
    pub personal_best_lap: bool,
    /// Number on the car, as text.
    #[serde(default)]
    pub car_number: String,
    /// The flags in words.
    #[serde(default)]
    pub lap_events: Vec<String>,
    /// Whether the simulator drove.
    #[serde(default)]
    pub ai: bool,
    /// In a chart: 1-based position after the lap; 0 for one who did not start.
    pub lap_position: Option<i64>,
    /// In a chart: negative milliseconds or laps behind the leader.
    pub interval: Option<i64>,
    /// `ms` or `lap`.
    pub interval_units: Option<String>,
    /// In a chart: whether it was the fastest of the simsession.
    #[serde(default)]
    pub fastest_lap: bool,
}

fn yes() -> bool {
    true
}
