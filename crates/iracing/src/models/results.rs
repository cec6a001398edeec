//! `results/get`: one subsession with the results of all its simsessions.

use super::{AllowedLicense, TrackRef};
use crate::wire::{float_unless_minus_one, local_time, unless_minus_one};
use jiff::{Timestamp, civil};
use serde::Deserialize;

/// One subsession. Also the content of the files that the member site exports.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ResultsGet {
    /// One split of a session.
    pub subsession_id: i64,
    /// Shared by all splits of a time slot.
    #[serde(default)]
    pub session_id: i64,
    /// Of a hosted or league session; none in an official one.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub private_session_id: Option<i64>,
    /// Season; 0 in hosted and league sessions.
    #[serde(default)]
    pub season_id: i64,
    /// Its name.
    #[serde(default)]
    pub season_name: String,
    /// Its short name.
    #[serde(default)]
    pub season_short_name: String,
    /// Its year; 2000 in hosted and league sessions.
    #[serde(default)]
    pub season_year: i64,
    /// Its quarter, 1 to 4.
    #[serde(default)]
    pub season_quarter: i64,
    /// Series; 0 in hosted and league sessions.
    #[serde(default)]
    pub series_id: i64,
    /// Its name; `Hosted iRacing` in hosted and league sessions.
    #[serde(default)]
    pub series_name: String,
    /// Its short name.
    #[serde(default)]
    pub series_short_name: String,
    /// File name of the series' logo.
    pub series_logo: Option<String>,
    /// Race week, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub race_week_num: Option<i64>,
    /// Licence category of the race: 1 to 6.
    #[serde(default)]
    pub license_category_id: i64,
    /// The category in words, such as `Sports_Car`.
    #[serde(default)]
    pub license_category: String,
    /// When the session was launched (not the green flag), UTC.
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// Whether it counts for the championship.
    #[serde(default)]
    pub official_session: bool,
    /// 2 practice, 3 qualify, 4 time trial, 5 race.
    #[serde(default)]
    pub event_type: i64,
    /// The type in words.
    #[serde(default)]
    pub event_type_name: String,
    /// Strength of the whole field.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_strength_of_field: Option<i64>,
    /// Average lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_average_lap: Option<i64>,
    /// Best lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_best_lap_time: Option<i64>,
    /// Laps of the winner.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_laps_complete: Option<i64>,
    /// Number of drivers; in a team race all members of all teams.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_drivers: Option<i64>,
    /// Number of cautions.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_cautions: Option<i64>,
    /// Laps under caution.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_caution_laps: Option<i64>,
    /// Changes of the lead.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_lead_changes: Option<i64>,
    /// Whether drivers share cars: rows are teams then.
    #[serde(default)]
    pub driver_changes: bool,
    /// Largest team; 1 where drivers race alone.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub max_team_drivers: Option<i64>,
    /// Corners a lap.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub corners_per_lap: Option<i64>,
    /// Above 0 in heat racing.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub heat_info_id: Option<i64>,
    /// Whether the results may be seen by the league only.
    #[serde(default)]
    pub results_restricted: bool,
    /// The member who hosted.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub host_id: Option<i64>,
    /// The name that the host gave.
    pub session_name: Option<String>,
    /// League; 0 or absent where there is none.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub league_id: Option<i64>,
    /// Its name.
    pub league_name: Option<String>,
    /// The league's season; 0 or absent where there is none.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub league_season_id: Option<i64>,
    /// Its name.
    pub league_season_name: Option<String>,
    /// Which licences may race; only in series.
    #[serde(default)]
    pub allowed_licenses: Vec<AllowedLicense>,
    /// All splits; not in hosted, league and older ones.
    #[serde(default)]
    pub session_splits: Vec<SessionSplit>,
    /// All subsessions of the time slot.
    #[serde(default)]
    pub associated_subsession_ids: Vec<i64>,
    /// The classes.
    #[serde(default)]
    pub car_classes: Vec<ResultCarClass>,
    /// The race in numbers.
    pub race_summary: Option<RaceSummary>,
    /// Where.
    pub track: TrackRef,
    /// The weather that was set.
    pub weather: Option<Weather>,
    /// One entry a simsession. Their order differs between sources: choose by type, name and number.
    #[serde(default)]
    pub session_results: Vec<SimsessionResults>,
}

/// One split among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SessionSplit {
    /// The split.
    pub subsession_id: i64,
    /// Strength of its field.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub event_strength_of_field: Option<i64>,
}

/// A class in a result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResultCarClass {
    /// The class; 0 is "all cars" in a hosted session.
    pub car_class_id: i64,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its short name.
    #[serde(default)]
    pub short_name: String,
    /// Strength of its field; absent in hosted and older ones.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub strength_of_field: Option<i64>,
    /// Entries; absent in hosted and older ones.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_entries: Option<i64>,
    /// Cars that may be driven.
    #[serde(default)]
    pub cars_in_class: Vec<CarRef>,
}

/// A car by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct CarRef {
    /// The car.
    pub car_id: i64,
}

/// The race in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RaceSummary {
    /// Average lap, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub average_lap: Option<i64>,
    /// Laps of the winner.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub laps_complete: Option<i64>,
    /// Number of cautions.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_cautions: Option<i64>,
    /// Laps under caution.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_caution_laps: Option<i64>,
    /// Changes of the lead.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub num_lead_changes: Option<i64>,
    /// Strength of the field.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub field_strength: Option<i64>,
}

/// The weather that was set for the event.
///
/// Its wind is in metres per second when `wind_units` is 1, unlike [`WeatherResult`]'s kilometres per hour: seen in
/// recordings, where 3 stands beside an average of 10.5.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Weather {
    /// 0 Fahrenheit, 1 Celsius.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub temp_units: Option<i64>,
    /// Temperature.
    pub temp_value: Option<f64>,
    /// Percent; 0 where it is generated, not set.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub rel_humidity: Option<f64>,
    /// Percent.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub fog: Option<f64>,
    /// 0 north, then clockwise to 7, north-west.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub wind_dir: Option<i64>,
    /// 0 miles per hour, 1 metric.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub wind_units: Option<i64>,
    /// Wind speed.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub wind_value: Option<f64>,
    /// 0 clear, 1 partly cloudy, 2 mostly cloudy, 3 overcast.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub skies: Option<i64>,
    /// Water on the track at the start.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub track_water: Option<i64>,
    /// Share of the time with rain; absent in older ones.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub precip_time_pct: Option<f64>,
    /// Rain in the final simsession, mm.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub precip_mm_final_session: Option<f64>,
    /// Time of day in the simulation, local to the track; newer answers.
    #[serde(default, deserialize_with = "local_time")]
    pub simulated_start_time: Option<civil::DateTime>,
    /// The same in UTC; older answers.
    pub simulated_start_utc_time: Option<Timestamp>,
    /// Minutes that local time is ahead of UTC; older answers.
    pub simulated_start_utc_offset: Option<i64>,
}

/// The weather as it was in one simsession; speeds in km/h when `wind_units` is 1.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct WeatherResult {
    /// 0 clear to 3 overcast.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub avg_skies: Option<i64>,
    /// Percent.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub avg_cloud_cover_pct: Option<f64>,
    /// 0 Fahrenheit, 1 Celsius.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub temp_units: Option<i64>,
    /// Average temperature.
    pub avg_temp: Option<f64>,
    /// Lowest temperature.
    pub min_temp: Option<f64>,
    /// Highest temperature.
    pub max_temp: Option<f64>,
    /// Percent.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub avg_rel_humidity: Option<f64>,
    /// 0 miles per hour, 1 kilometres per hour.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub wind_units: Option<i64>,
    /// Average wind.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub avg_wind_speed: Option<f64>,
    /// 0 north, then clockwise to 7, north-west.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub avg_wind_dir: Option<i64>,
    /// Percent.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub max_fog: Option<f64>,
    /// Share of the time with rain.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub precip_time_pct: Option<f64>,
    /// Rain, mm.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub precip_mm: Option<f64>,
    /// Time of day in the simulation, local to the track.
    #[serde(default, deserialize_with = "local_time")]
    pub simulated_start_time: Option<civil::DateTime>,
}

/// The results of one simsession.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SimsessionResults {
    /// 0 is the main event, those before it are -1, -2, ...
    pub simsession_number: i64,
    /// Such as `PRACTICE`, `QUALIFY`, `HEAT 1`, `FEATURE`, `RACE`.
    #[serde(default)]
    pub simsession_name: String,
    /// 3 open practice (also warm-up), 4 lone qualifying, 5 open qualifying, 6 race.
    #[serde(default)]
    pub simsession_type: i64,
    /// The type in words.
    #[serde(default)]
    pub simsession_type_name: String,
    /// Its weather; absent in older answers.
    pub weather_result: Option<WeatherResult>,
    /// One row a driver or team.
    #[serde(default)]
    pub results: Vec<ResultRow>,
}

/// One row: a driver, a team (with `team_id` and `driver_results`), or an AI driver; inside a team's row a member of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ResultRow {
    /// The driver; absent in a team's row.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub cust_id: Option<i64>,
    /// The team, negative; absent where drivers race alone.
    pub team_id: Option<i64>,
    /// Name of driver or team.
    #[serde(default)]
    pub display_name: String,
    /// Whether the simulator drove.
    #[serde(default)]
    pub ai: bool,
    /// The members of a team, each with their own laps, incidents and ratings.
    #[serde(default)]
    pub driver_results: Vec<ResultRow>,
    /// Overall, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub finish_position: Option<i64>,
    /// In class, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub finish_position_in_class: Option<i64>,
    /// On the grid, 0-based; none outside of races.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub starting_position: Option<i64>,
    /// On the grid in class, 0-based.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub starting_position_in_class: Option<i64>,
    /// Laps completed.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub laps_complete: Option<i64>,
    /// Laps led (iRacing's spelling).
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub laps_lead: Option<i64>,
    /// 1/10 000 s behind the leader; none when laps down. In practice and qualifying the gap of best laps.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub interval: Option<i64>,
    /// The same within the class.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub class_interval: Option<i64>,
    /// Elapsed time by laps, with lap 1 and pit stops, 1/10 000 s; 0 without laps.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub average_lap: Option<i64>,
    /// Number of the best lap.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_lap_num: Option<i64>,
    /// Best lap, 1/10 000 s; in races lap 1 does not count.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_lap_time: Option<i64>,
    /// First lap of the best run of laps, where qualifying averages several.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_nlaps_num: Option<i64>,
    /// Average of that run, 1/10 000 s.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_nlaps_time: Option<i64>,
    /// Number of the best qualifying lap; in a qualifying simsession.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_qual_lap_num: Option<i64>,
    /// Best qualifying lap, 1/10 000 s; in a qualifying simsession.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub best_qual_lap_time: Option<i64>,
    /// Qualifying lap in a race's row; hardly ever filled in.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub qual_lap_time: Option<i64>,
    /// 0 is running, which is "finished".
    #[serde(default)]
    pub reason_out_id: i64,
    /// The same in words, such as `Running`, `Disconnected`, `Disqualified`.
    #[serde(default)]
    pub reason_out: String,
    /// Championship points.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub champ_points: Option<i64>,
    /// Points of the league.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub league_points: Option<i64>,
    /// Whether it is one of the weeks that do not count.
    #[serde(default)]
    pub drop_race: bool,
    /// The car.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub car_id: Option<i64>,
    /// Its name; absent in 2021.
    pub car_name: Option<String>,
    /// The class.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub car_class_id: Option<i64>,
    /// Its name; absent in 2021.
    pub car_class_name: Option<String>,
    /// Its short name; absent in 2021.
    pub car_class_short_name: Option<String>,
    /// 0 is Division 1, 9 is Division 10, 10 is Rookie.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub division: Option<i64>,
    /// iRating before.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub oldi_rating: Option<i64>,
    /// iRating after.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub newi_rating: Option<i64>,
    /// Safety rating x 100 before.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub old_sub_level: Option<i64>,
    /// Safety rating x 100 after.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub new_sub_level: Option<i64>,
    /// Licence level 1 to 28 before.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub old_license_level: Option<i64>,
    /// Licence level after.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub new_license_level: Option<i64>,
    /// Corners per incident before.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub old_cpi: Option<f64>,
    /// Corners per incident after.
    #[serde(default, deserialize_with = "float_unless_minus_one")]
    pub new_cpi: Option<f64>,
    /// Incident points.
    #[serde(default, deserialize_with = "unless_minus_one")]
    pub incidents: Option<i64>,
    /// Ballast; -1 is none, but -1.2 was seen too, so it stays as it is.
    pub weight_penalty_kg: Option<f64>,
    /// How the car looks, and its number.
    pub livery: Option<Livery>,
    /// Two letters; `GO` for teams. Since about 2022.
    pub country_code: Option<String>,
    /// Region of the member; until 2025.
    pub club_name: Option<String>,
    /// What replaced the club in 2025.
    pub flair_name: Option<String>,
}

/// How a car looks. Only its number is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Livery {
    /// Text: `007` is not `7`.
    #[serde(default)]
    pub car_number: String,
}
