use super::words;
use domain::{Discipline, Race, RaceKind, RaceSource, session::Ratings};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A driver's race, as the log lists it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Race)]
pub(crate) struct RaceBody {
    driver_race_id: String,
    subsession_id: i64,
    /// Shared by all splits.
    session_id: i64,
    /// When the session was launched.
    start_time: Timestamp,
    #[schema(schema_with = words::race_kind)]
    kind: RaceKind,
    team: bool,
    team_name: Option<String>,
    heat: bool,
    #[schema(schema_with = words::discipline)]
    discipline: Option<Discipline>,
    series_id: Option<i64>,
    series_name: String,
    season_year: Option<i32>,
    season_quarter: Option<u8>,
    /// 1-based.
    race_week: Option<u32>,
    league_name: Option<String>,
    /// The name that the host gave.
    session_name: Option<String>,
    track_id: i64,
    track_name: String,
    layout: Option<String>,
    car_id: i64,
    car_name: String,
    car_class_id: i64,
    car_class_name: String,
    start_position: Option<u32>,
    start_position_in_class: Option<u32>,
    finish_position: Option<u32>,
    finish_position_in_class: Option<u32>,
    field_size: u32,
    field_size_in_class: u32,
    class_count: u32,
    laps_complete: u32,
    laps_led: u32,
    incidents: u32,
    strength_of_field: Option<u32>,
    /// 1/10 000 s.
    best_lap_time: Option<i64>,
    /// 1/10 000 s.
    average_lap_time: Option<i64>,
    /// Best lap of qualifying, 1/10 000 s.
    qualifying_time: Option<i64>,
    champ_points: Option<i32>,
    old_irating: Option<i32>,
    new_irating: Option<i32>,
    /// Safety rating x 100.
    old_sub_level: Option<i32>,
    /// Safety rating x 100.
    new_sub_level: Option<i32>,
    /// 1 to 28.
    old_license_level: Option<i32>,
    /// 1 to 28.
    new_license_level: Option<i32>,
    /// Corners per incident.
    old_cpi: Option<f32>,
    /// Corners per incident.
    new_cpi: Option<f32>,
    /// `Running` is finished.
    reason_out: String,
    /// 1 is the strongest.
    split_number: Option<u32>,
    split_count: Option<u32>,
    has_laps: bool,
    #[schema(schema_with = words::race_source)]
    source: RaceSource,
}

impl From<Race> for RaceBody {
    fn from(race: Race) -> Self {
        let driver_race_id = race.id().to_string();
        let Race {
            driver_id: _,
            subsession_id,
            session_id,
            start_time,
            kind,
            team_id,
            team_name,
            heat,
            discipline,
            series_id,
            series_name,
            season_year,
            season_quarter,
            race_week,
            league_name,
            session_name,
            track_id,
            track_name,
            layout,
            car_id,
            car_name,
            car_class_id,
            car_class_name,
            start_position,
            start_position_in_class,
            finish_position,
            finish_position_in_class,
            field_size,
            field_size_in_class,
            class_count,
            laps_complete,
            laps_led,
            incidents,
            strength_of_field,
            best_lap_time,
            average_lap_time,
            qualifying_time,
            champ_points,
            ratings,
            reason_out,
            split_number,
            split_count,
            has_laps,
            source,
        } = race;
        let Ratings {
            old_irating,
            new_irating,
            old_sub_level,
            new_sub_level,
            old_license_level,
            new_license_level,
            old_cpi,
            new_cpi,
        } = ratings;
        Self {
            driver_race_id,
            subsession_id: subsession_id.0,
            session_id: session_id.0,
            start_time,
            kind,
            team: team_id.is_some(),
            team_name,
            heat,
            discipline,
            series_id: series_id.map(|id| id.0),
            series_name,
            season_year,
            season_quarter,
            race_week,
            league_name,
            session_name,
            track_id: track_id.0,
            track_name,
            layout,
            car_id: car_id.0,
            car_name,
            car_class_id: car_class_id.0,
            car_class_name,
            start_position,
            start_position_in_class,
            finish_position,
            finish_position_in_class,
            field_size,
            field_size_in_class,
            class_count,
            laps_complete,
            laps_led,
            incidents,
            strength_of_field,
            best_lap_time,
            average_lap_time,
            qualifying_time,
            champ_points,
            old_irating,
            new_irating,
            old_sub_level,
            new_sub_level,
            old_license_level,
            new_license_level,
            old_cpi,
            new_cpi,
            reason_out,
            split_number,
            split_count,
            has_laps,
            source,
        }
    }
}

/// What a race was until its result changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EarlierResult)]
pub(crate) struct EarlierResultBody {
    /// When the change was seen.
    pub(crate) changed_at: Timestamp,
    /// The race until then.
    pub(crate) race: RaceBody,
}
