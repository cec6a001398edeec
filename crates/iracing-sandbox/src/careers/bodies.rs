//! The JSON of `results/get` and of searches, field by field as recorded.

use serde::Serialize;

use super::people::{Helmet, Livery, Suit};
use super::weather::{Weather, WeatherResult};

/// A track as results and searches name it.
#[derive(Debug, Serialize)]
pub(crate) struct TrackRef {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category_id: Option<u8>,
    pub(crate) config_name: &'static str,
    pub(crate) track_id: i64,
    pub(crate) track_name: &'static str,
}

/// The answer of `results/get`.
#[derive(Debug, Serialize)]
pub(crate) struct EventResult {
    pub(crate) subsession_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_licenses: Option<Vec<AllowedLicense>>,
    pub(crate) associated_subsession_ids: Vec<i64>,
    pub(crate) can_protest: bool,
    pub(crate) car_classes: Vec<CarClassResult>,
    pub(crate) caution_type: i64,
    pub(crate) cooldown_minutes: i64,
    pub(crate) corners_per_lap: i64,
    pub(crate) damage_model: i64,
    pub(crate) driver_change_param1: i64,
    pub(crate) driver_change_param2: i64,
    pub(crate) driver_change_rule: i64,
    pub(crate) driver_changes: bool,
    pub(crate) end_time: String,
    pub(crate) event_average_lap: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_best_lap_time: Option<i64>,
    pub(crate) event_laps_complete: i64,
    pub(crate) event_strength_of_field: i64,
    pub(crate) event_type: i64,
    pub(crate) event_type_name: &'static str,
    pub(crate) heat_info_id: i64,
    #[serde(flatten)]
    pub(crate) private: Option<PrivateSession>,
    pub(crate) license_category: &'static str,
    pub(crate) license_category_id: u8,
    pub(crate) limit_minutes: i64,
    pub(crate) max_team_drivers: i64,
    pub(crate) max_weeks: i64,
    pub(crate) min_team_drivers: i64,
    pub(crate) num_caution_laps: i64,
    pub(crate) num_cautions: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) num_drivers: Option<i64>,
    pub(crate) num_laps_for_qual_average: i64,
    pub(crate) num_laps_for_solo_average: i64,
    pub(crate) num_lead_changes: i64,
    pub(crate) official_session: bool,
    pub(crate) points_type: &'static str,
    pub(crate) private_session_id: i64,
    pub(crate) race_summary: RaceSummary,
    pub(crate) race_week_num: i64,
    pub(crate) results_restricted: bool,
    pub(crate) season_id: i64,
    pub(crate) season_name: String,
    pub(crate) season_quarter: i64,
    pub(crate) season_short_name: String,
    pub(crate) season_year: i64,
    pub(crate) series_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series_logo: Option<String>,
    pub(crate) series_name: &'static str,
    pub(crate) series_short_name: &'static str,
    pub(crate) session_id: i64,
    pub(crate) session_results: Vec<SimsessionResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_splits: Option<Vec<Split>>,
    pub(crate) special_event_type: i64,
    pub(crate) start_time: String,
    pub(crate) track: TrackRef,
    pub(crate) track_state: TrackState,
    pub(crate) weather: Weather,
}

/// What hosted and league sessions have beside.
#[derive(Debug, Serialize)]
pub(crate) struct PrivateSession {
    pub(crate) host_id: i64,
    pub(crate) session_name: String,
    pub(crate) league_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) league_name: Option<String>,
    pub(crate) league_season_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) league_season_name: Option<String>,
    pub(crate) restrict_results: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct AllowedLicense {
    pub(crate) group_name: &'static str,
    pub(crate) license_group: i64,
    pub(crate) max_license_level: i64,
    pub(crate) min_license_level: i64,
    pub(crate) parent_id: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct CarClassResult {
    pub(crate) car_class_id: i64,
    pub(crate) short_name: &'static str,
    pub(crate) name: &'static str,
    pub(crate) strength_of_field: i64,
    pub(crate) num_entries: i64,
    pub(crate) cars_in_class: Vec<CarId>,
}

#[derive(Debug, Serialize)]
pub(crate) struct CarId {
    pub(crate) car_id: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Split {
    pub(crate) subsession_id: i64,
    pub(crate) event_strength_of_field: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct RaceSummary {
    pub(crate) subsession_id: i64,
    pub(crate) average_lap: i64,
    pub(crate) laps_complete: i64,
    pub(crate) num_cautions: i64,
    pub(crate) num_caution_laps: i64,
    pub(crate) num_lead_changes: i64,
    pub(crate) field_strength: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heat_info_id: Option<i64>,
    pub(crate) num_opt_laps: i64,
    pub(crate) has_opt_path: bool,
    pub(crate) special_event_type: i64,
    pub(crate) special_event_type_text: &'static str,
}

/// Rubber on the track; -1 is "automatic".
#[derive(Debug, Serialize)]
pub(crate) struct TrackState {
    pub(crate) leave_marbles: bool,
    pub(crate) practice_rubber: i64,
    pub(crate) qualify_rubber: i64,
    pub(crate) race_rubber: i64,
    pub(crate) warmup_rubber: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct SimsessionResult {
    pub(crate) simsession_number: i64,
    pub(crate) simsession_name: &'static str,
    pub(crate) simsession_type: i64,
    pub(crate) simsession_type_name: &'static str,
    pub(crate) simsession_subtype: i64,
    pub(crate) weather_result: WeatherResult,
    pub(crate) results: Vec<ResultRow>,
}

/// A row of results: a driver, a team, or a driver of a team.
#[derive(Debug, Serialize)]
pub(crate) struct ResultRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) team_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cust_id: Option<i64>,
    pub(crate) display_name: String,
    pub(crate) aggregate_champ_points: i64,
    pub(crate) ai: bool,
    pub(crate) average_lap: i64,
    pub(crate) best_lap_num: i64,
    pub(crate) best_lap_time: i64,
    pub(crate) best_nlaps_num: i64,
    pub(crate) best_nlaps_time: i64,
    pub(crate) best_qual_lap_at: String,
    pub(crate) best_qual_lap_num: i64,
    pub(crate) best_qual_lap_time: i64,
    pub(crate) car_class_id: i64,
    pub(crate) car_class_name: &'static str,
    pub(crate) car_class_short_name: &'static str,
    pub(crate) car_id: i64,
    pub(crate) car_name: &'static str,
    pub(crate) carcfg: i64,
    pub(crate) champ_points: i64,
    pub(crate) class_interval: i64,
    pub(crate) country_code: &'static str,
    pub(crate) division: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) division_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) driver_results: Option<Vec<ResultRow>>,
    pub(crate) drop_race: bool,
    pub(crate) finish_position: i64,
    pub(crate) finish_position_in_class: i64,
    pub(crate) flair_id: i64,
    pub(crate) flair_name: &'static str,
    pub(crate) flair_shortname: &'static str,
    pub(crate) friend: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) helmet: Option<Helmet>,
    pub(crate) incidents: i64,
    pub(crate) interval: i64,
    pub(crate) laps_complete: i64,
    pub(crate) laps_lead: i64,
    pub(crate) league_agg_points: i64,
    pub(crate) league_points: i64,
    pub(crate) license_change_oval: i64,
    pub(crate) license_change_road: i64,
    pub(crate) livery: Livery,
    pub(crate) max_pct_fuel_fill: i64,
    pub(crate) new_cpi: f64,
    pub(crate) new_license_level: i64,
    pub(crate) new_sub_level: i64,
    pub(crate) new_ttrating: i64,
    pub(crate) newi_rating: i64,
    pub(crate) old_cpi: f64,
    pub(crate) old_license_level: i64,
    pub(crate) old_sub_level: i64,
    pub(crate) old_ttrating: i64,
    pub(crate) oldi_rating: i64,
    pub(crate) opt_laps_complete: i64,
    pub(crate) position: i64,
    pub(crate) qual_lap_time: i64,
    pub(crate) reason_out: &'static str,
    pub(crate) reason_out_id: i64,
    pub(crate) starting_position: i64,
    pub(crate) starting_position_in_class: i64,
    pub(crate) suit: Suit,
    pub(crate) watched: bool,
    pub(crate) weight_penalty_kg: i64,
}

/// What every row of a search has.
#[derive(Debug, Serialize)]
pub(crate) struct SearchRow {
    pub(crate) session_id: i64,
    pub(crate) subsession_id: i64,
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    pub(crate) license_category_id: u8,
    pub(crate) num_drivers: i64,
    pub(crate) num_cautions: i64,
    pub(crate) num_caution_laps: i64,
    pub(crate) num_lead_changes: i64,
    pub(crate) event_average_lap: i64,
    pub(crate) event_best_lap_time: i64,
    pub(crate) event_laps_complete: i64,
    pub(crate) driver_changes: bool,
    pub(crate) winner_group_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) winner_name: Option<String>,
    pub(crate) winner_ai: bool,
    pub(crate) track: TrackRef,
    #[serde(flatten)]
    pub(crate) series: Option<SeriesColumns>,
    #[serde(flatten)]
    pub(crate) own: Option<OwnColumns>,
    #[serde(flatten)]
    pub(crate) hosted: Option<HostedColumns>,
}

/// Columns of `search_series` only.
#[derive(Debug, Serialize)]
pub(crate) struct SeriesColumns {
    pub(crate) license_category: &'static str,
    pub(crate) official_session: bool,
    pub(crate) season_id: i64,
    pub(crate) season_year: i64,
    pub(crate) season_quarter: i64,
    pub(crate) event_type: i64,
    pub(crate) event_type_name: &'static str,
    pub(crate) series_id: i64,
    pub(crate) series_name: &'static str,
    pub(crate) series_short_name: &'static str,
    pub(crate) race_week_num: i64,
    pub(crate) event_strength_of_field: i64,
}

/// Columns that `search_series` adds when it is asked for a customer.
#[derive(Debug, Serialize)]
pub(crate) struct OwnColumns {
    pub(crate) cust_id: i64,
    pub(crate) starting_position: i64,
    pub(crate) finish_position: i64,
    pub(crate) starting_position_in_class: i64,
    pub(crate) finish_position_in_class: i64,
    pub(crate) laps_complete: i64,
    pub(crate) laps_led: i64,
    pub(crate) incidents: i64,
    pub(crate) car_id: i64,
    pub(crate) car_name: &'static str,
    pub(crate) car_name_abbreviated: &'static str,
    pub(crate) car_class_id: i64,
    pub(crate) car_class_name: &'static str,
    pub(crate) car_class_short_name: &'static str,
    pub(crate) champ_points: i64,
    pub(crate) drop_race: bool,
    pub(crate) season_license_group: i64,
    pub(crate) season_license_group_name: &'static str,
}

/// Columns of `search_hosted` only.
#[derive(Debug, Serialize)]
pub(crate) struct HostedColumns {
    pub(crate) private_session_id: i64,
    pub(crate) session_name: String,
    pub(crate) league_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) league_name: Option<String>,
    pub(crate) league_season_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) league_season_name: Option<String>,
    pub(crate) created: String,
    pub(crate) practice_length: i64,
    pub(crate) qualify_length: i64,
    pub(crate) qualify_laps: i64,
    pub(crate) race_length: i64,
    pub(crate) race_laps: i64,
    pub(crate) heat_race: bool,
    pub(crate) host: Host,
    pub(crate) cars: Vec<HostedCar>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Host {
    pub(crate) cust_id: i64,
    pub(crate) display_name: String,
    pub(crate) helmet: Helmet,
}

#[derive(Debug, Serialize)]
pub(crate) struct HostedCar {
    pub(crate) car_id: i64,
    pub(crate) car_name: &'static str,
    pub(crate) car_class_id: i64,
    pub(crate) car_class_name: &'static str,
    pub(crate) car_class_short_name: &'static str,
    pub(crate) car_name_abbreviated: &'static str,
}
