//! `results/search_series` and `results/search_hosted`: finding races.

use super::TrackRef;
use crate::wire::unless_minus_one;
use jiff::Timestamp;
use serde::Deserialize;

/// A race of a series. With `cust_id` among the search's parameters it also tells that member's own result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SeriesRow {
    /// Shared by all splits.
    #[serde(default)]
    pub session_id: i64,
    /// The split.
    pub subsession_id: i64,
    /// When the session was launched.
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// Licence category, 1 to 6.
    #[serde(default)]
    pub license_category_id: i64,
    /// The category in words, such as `Sports Car`.
    #[serde(default)]
    pub license_category: String,
    /// Number of drivers.
    #[serde(default)]
    pub num_drivers: i64,
    /// Number of cautions.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_cautions: Option<i64>,
    /// Laps under caution.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_caution_laps: Option<i64>,
    /// Changes of the lead.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_lead_changes: Option<i64>,
    /// Average lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_average_lap: Option<i64>,
    /// Best lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_best_lap_time: Option<i64>,
    /// Laps of the winner.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_laps_complete: Option<i64>,
    /// Whether drivers share cars.
    #[serde(default)]
    pub driver_changes: bool,
    /// Winner: a driver, or a team (negative).
    #[serde(default)]
    pub winner_group_id: i64,
    /// The winner's name.
    pub winner_name: Option<String>,
    /// Whether it counts for the championship.
    #[serde(default)]
    pub official_session: bool,
    /// Season.
    #[serde(default)]
    pub season_id: i64,
    /// Its year.
    #[serde(default)]
    pub season_year: i64,
    /// Its quarter.
    #[serde(default)]
    pub season_quarter: i64,
    /// 2 practice, 3 qualify, 4 time trial, 5 race.
    #[serde(default)]
    pub event_type: i64,
    /// The type in words.
    #[serde(default)]
    pub event_type_name: String,
    /// Series.
    #[serde(default)]
    pub series_id: i64,
    /// Its name.
    #[serde(default)]
    pub series_name: String,
    /// Its short name.
    #[serde(default)]
    pub series_short_name: String,
    /// Race week, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub race_week_num: Option<i64>,
    /// Strength of the field.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_strength_of_field: Option<i64>,
    /// Where.
    pub track: TrackRef,
    /// The member's own result.
    #[serde(flatten)]
    pub own: OwnResult,
}

/// How the member fared that was searched for. All absent in a search for nobody in particular.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct OwnResult {
    /// The member.
    pub cust_id: Option<i64>,
    /// On the grid, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub starting_position: Option<i64>,
    /// At the end, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub finish_position: Option<i64>,
    /// On the grid in class, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub starting_position_in_class: Option<i64>,
    /// At the end in class, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub finish_position_in_class: Option<i64>,
    /// Laps completed.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub laps_complete: Option<i64>,
    /// Laps led.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub laps_led: Option<i64>,
    /// Incident points.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub incidents: Option<i64>,
    /// The car.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub car_id: Option<i64>,
    /// Its name.
    pub car_name: Option<String>,
    /// The class.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub car_class_id: Option<i64>,
    /// Its name.
    pub car_class_name: Option<String>,
    /// Championship points.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub champ_points: Option<i64>,
    /// Whether it is one of the weeks that do not count.
    #[serde(default)]
    pub drop_race: bool,
}

/// A hosted or league session. It tells no result of the member's own, and may have been practice only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostedRow {
    /// The session.
    #[serde(default)]
    pub session_id: i64,
    /// Its only split.
    pub subsession_id: i64,
    /// The hosted session.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub private_session_id: Option<i64>,
    /// When the session was launched.
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// Licence category, 1 to 6.
    #[serde(default)]
    pub license_category_id: i64,
    /// Number of drivers.
    #[serde(default)]
    pub num_drivers: i64,
    /// Whether drivers share cars.
    #[serde(default)]
    pub driver_changes: bool,
    /// Winner: a driver, or a team (negative).
    #[serde(default)]
    pub winner_group_id: i64,
    /// The winner's name.
    pub winner_name: Option<String>,
    /// Whether the simulator's driver won.
    #[serde(default)]
    pub winner_ai: bool,
    /// Average lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_average_lap: Option<i64>,
    /// Best lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_best_lap_time: Option<i64>,
    /// Laps of the winner.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_laps_complete: Option<i64>,
    /// The name that the host gave.
    #[serde(default)]
    pub session_name: String,
    /// League; 0 for none.
    #[serde(default)]
    pub league_id: i64,
    /// Its name.
    pub league_name: Option<String>,
    /// Its season; 0 for none.
    #[serde(default)]
    pub league_season_id: i64,
    /// The season's name.
    pub league_season_name: Option<String>,
    /// Minutes of practice.
    #[serde(default)]
    pub practice_length: i64,
    /// Minutes of qualifying.
    #[serde(default)]
    pub qualify_length: i64,
    /// Laps of qualifying.
    #[serde(default)]
    pub qualify_laps: i64,
    /// Minutes of the race.
    #[serde(default)]
    pub race_length: i64,
    /// Laps of the race.
    #[serde(default)]
    pub race_laps: i64,
    /// Whether it had heats.
    #[serde(default)]
    pub heat_race: bool,
    /// Who hosted.
    pub host: Option<Host>,
    /// The cars to choose from.
    #[serde(default)]
    pub cars: Vec<HostedCar>,
    /// Where.
    pub track: TrackRef,
}

impl HostedRow {
    /// Whether there was a race: neither laps nor minutes of one mean practice only.
    pub fn has_race(&self) -> bool {
        self.race_laps > 0 || self.race_length > 0 || self.heat_race
    }
}

/// A member who hosted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Host {
    /// The member.
    pub cust_id: i64,
    /// Their name.
    #[serde(default)]
    pub display_name: String,
}

/// A car to choose in a hosted session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostedCar {
    /// The car.
    pub car_id: i64,
    /// Its name.
    #[serde(default)]
    pub car_name: String,
    /// Its class.
    #[serde(default)]
    pub car_class_id: i64,
    /// The class' name.
    #[serde(default)]
    pub car_class_name: String,
}
