use super::words;
use domain::{
    Discipline, DriverId, DriverRaceId, EntrantId, RaceKind, Session,
    session::{
        CarClass, Entrant, Ratings, SessionCar, SessionInfo, SessionTrack, Simsession, SimsessionResult,
        SimsessionType, Split, TeamDriver, Weather,
    },
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A subsession with everything but its laps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionOverview)]
pub(crate) struct SessionOverviewBody {
    subsession_id: i64,
    /// Shared by all splits.
    session_id: i64,
    /// When it was launched.
    start_time: Timestamp,
    end_time: Option<Timestamp>,
    #[schema(schema_with = words::race_kind)]
    kind: RaceKind,
    /// Whether drivers shared cars.
    team: bool,
    heat: bool,
    #[schema(schema_with = words::discipline)]
    discipline: Option<Discipline>,
    series_id: Option<i64>,
    series_name: String,
    season_id: Option<i64>,
    season_name: Option<String>,
    season_year: Option<i32>,
    season_quarter: Option<u8>,
    /// 1-based.
    race_week: Option<u32>,
    league_id: Option<i64>,
    league_name: Option<String>,
    /// The name that the host gave.
    session_name: Option<String>,
    track: SessionTrackBody,
    weather: Option<WeatherBody>,
    strength_of_field: Option<u32>,
    corners_per_lap: Option<u32>,
    /// 1/10 000 s.
    average_lap_time: Option<i64>,
    /// 1/10 000 s.
    best_lap_time: Option<i64>,
    /// Laps of the winner.
    laps_complete: u32,
    cautions: Option<u32>,
    caution_laps: Option<u32>,
    lead_changes: Option<u32>,
    splits: Vec<SplitBody>,
    car_classes: Vec<CarClassBody>,
    cars: Vec<SessionCarBody>,
    simsessions: Vec<SimsessionBody>,
    /// In the order of the main event's result.
    entrants: Vec<EntrantBody>,
    /// The caller's race, if they took part.
    driver_race_id: Option<String>,
    /// The entrant that the caller is, or drove for.
    caller_entrant_id: Option<String>,
}

/// The track of a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionTrack)]
pub(crate) struct SessionTrackBody {
    track_id: i64,
    track_name: String,
    layout: Option<String>,
}

/// Weather, in metric units.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Weather)]
pub(crate) struct WeatherBody {
    temperature_celsius: Option<f32>,
    humidity_percent: Option<f32>,
    wind_speed_meters_per_second: Option<f32>,
    /// 0 is north, then clockwise to 7, north-west.
    wind_direction: Option<u8>,
    /// 0 clear, 1 partly cloudy, 2 mostly cloudy, 3 overcast.
    skies: Option<u8>,
    /// Share of the time with rain or snow.
    precipitation_percent: Option<f32>,
    precipitation_mm: Option<f32>,
    /// Water on the track, as iRacing counts it.
    track_water: Option<i32>,
}

/// One split among its siblings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Split)]
pub(crate) struct SplitBody {
    subsession_id: i64,
    strength_of_field: u32,
}

/// A class in a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CarClass)]
pub(crate) struct CarClassBody {
    car_class_id: i64,
    name: String,
    short_name: String,
    strength_of_field: Option<u32>,
    entries: u32,
}

/// A car in a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionCar)]
pub(crate) struct SessionCarBody {
    car_id: i64,
    name: String,
    car_class_id: i64,
}

/// A part of a session: practice, qualifying, a heat, the race.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Simsession)]
pub(crate) struct SimsessionBody {
    /// 0 is the main event; those before it are -1, -2, ...
    number: i32,
    name: String,
    #[serde(rename = "type")]
    #[schema(schema_with = words::simsession_type)]
    simsession_type: SimsessionType,
    has_laps: bool,
    weather: Option<WeatherBody>,
}

/// One line of the result: a driver, a team, or an AI driver.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Entrant)]
pub(crate) struct EntrantBody {
    /// `driver:<id>`, `team:<id>` or `ai:<number>`.
    entrant_id: String,
    name: String,
    driver_id: Option<i64>,
    team_id: Option<i64>,
    ai: bool,
    car_number: String,
    car_id: i64,
    car_name: String,
    car_class_id: i64,
    /// As iRacing counts: 0 is Division 1, 10 is Rookie.
    division: Option<i32>,
    country_code: Option<String>,
    /// One for each simsession that they took part in.
    results: Vec<SimsessionResultBody>,
    /// The drivers of a team.
    drivers: Vec<TeamDriverBody>,
}

/// How somebody fared in one simsession.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SimsessionResult)]
pub(crate) struct SimsessionResultBody {
    simsession: i32,
    position: Option<u32>,
    position_in_class: Option<u32>,
    start_position: Option<u32>,
    start_position_in_class: Option<u32>,
    laps_complete: u32,
    laps_led: u32,
    /// Behind the leader, 1/10 000 s; null when laps down.
    interval: Option<i64>,
    class_interval: Option<i64>,
    average_lap_time: Option<i64>,
    best_lap_time: Option<i64>,
    best_lap_number: Option<u32>,
    qualifying_time: Option<i64>,
    incidents: u32,
    /// `Running` is finished.
    reason_out: String,
    champ_points: Option<i32>,
    old_irating: Option<i32>,
    new_irating: Option<i32>,
    old_sub_level: Option<i32>,
    new_sub_level: Option<i32>,
    old_license_level: Option<i32>,
    new_license_level: Option<i32>,
    old_cpi: Option<f32>,
    new_cpi: Option<f32>,
}

/// One driver of a team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TeamDriver)]
pub(crate) struct TeamDriverBody {
    driver_id: i64,
    name: String,
    results: Vec<SimsessionResultBody>,
}

impl SessionOverviewBody {
    /// A session as the caller sees it.
    pub(crate) fn of(session: Session, caller: DriverId) -> Self {
        let own = session.entrant_of(caller);
        let caller_entrant_id = own.map(|entrant| entrant.entrant_id.to_string());
        let raced = session.last_race_of(caller).is_some();
        let Session { info, car_classes, cars, entrants } = session;
        let SessionInfo {
            subsession_id,
            session_id,
            start_time,
            end_time,
            kind,
            team,
            heat,
            discipline,
            series_id,
            series_name,
            season_id,
            season_name,
            season_year,
            season_quarter,
            race_week,
            league_id,
            league_name,
            session_name,
            track,
            weather,
            strength_of_field,
            corners_per_lap,
            average_lap_time,
            best_lap_time,
            laps_complete,
            cautions,
            caution_laps,
            lead_changes,
            splits,
            simsessions,
            lap_charts,
        } = info;
        Self {
            driver_race_id: raced.then(|| DriverRaceId::new(start_time, subsession_id).to_string()),
            caller_entrant_id,
            subsession_id: subsession_id.0,
            session_id: session_id.0,
            start_time,
            end_time,
            kind,
            team,
            heat,
            discipline,
            series_id: series_id.map(|id| id.0),
            series_name,
            season_id: season_id.map(|id| id.0),
            season_name,
            season_year,
            season_quarter,
            race_week,
            league_id: league_id.map(|id| id.0),
            league_name,
            session_name,
            track: track.into(),
            weather: weather.map(Into::into),
            strength_of_field,
            corners_per_lap,
            average_lap_time,
            best_lap_time,
            laps_complete,
            cautions,
            caution_laps,
            lead_changes,
            splits: splits.into_iter().map(Into::into).collect(),
            car_classes: car_classes.into_iter().map(Into::into).collect(),
            cars: cars.into_iter().map(Into::into).collect(),
            simsessions: simsessions.into_iter().map(|part| SimsessionBody::of(part, &lap_charts)).collect(),
            entrants: entrants.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<SessionTrack> for SessionTrackBody {
    fn from(track: SessionTrack) -> Self {
        let SessionTrack { track_id, name, layout } = track;
        Self { track_id: track_id.0, track_name: name, layout }
    }
}

impl From<Weather> for WeatherBody {
    fn from(weather: Weather) -> Self {
        let Weather {
            temperature_celsius,
            humidity_percent,
            wind_speed_meters_per_second,
            wind_direction,
            skies,
            precipitation_percent,
            precipitation_mm,
            track_water,
        } = weather;
        Self {
            temperature_celsius,
            humidity_percent,
            wind_speed_meters_per_second,
            wind_direction,
            skies,
            precipitation_percent,
            precipitation_mm,
            track_water,
        }
    }
}

impl From<Split> for SplitBody {
    fn from(split: Split) -> Self {
        let Split { subsession_id, strength_of_field } = split;
        Self { subsession_id: subsession_id.0, strength_of_field }
    }
}

impl From<CarClass> for CarClassBody {
    fn from(class: CarClass) -> Self {
        let CarClass { car_class_id, name, short_name, strength_of_field, entries } = class;
        Self { car_class_id: car_class_id.0, name, short_name, strength_of_field, entries }
    }
}

impl From<SessionCar> for SessionCarBody {
    fn from(car: SessionCar) -> Self {
        let SessionCar { car_id, name, car_class_id } = car;
        Self { car_id: car_id.0, name, car_class_id: car_class_id.0 }
    }
}

impl SimsessionBody {
    fn of(simsession: Simsession, lap_charts: &[i32]) -> Self {
        let Simsession { number, name, simsession_type, weather } = simsession;
        let has_laps = lap_charts.contains(&number);
        Self { number, name, simsession_type, has_laps, weather: weather.map(Into::into) }
    }
}

impl From<Entrant> for EntrantBody {
    fn from(entrant: Entrant) -> Self {
        let Entrant {
            entrant_id,
            name,
            car_number,
            car_id,
            car_name,
            car_class_id,
            division,
            country_code,
            results,
            drivers,
        } = entrant;
        let (driver_id, team_id, ai) = match entrant_id {
            EntrantId::Driver(id) => (Some(id.0), None, false),
            EntrantId::Team(id) => (None, Some(id.0), false),
            EntrantId::Ai(_) => (None, None, true),
        };
        Self {
            entrant_id: entrant_id.to_string(),
            name,
            driver_id,
            team_id,
            ai,
            car_number,
            car_id: car_id.0,
            car_name,
            car_class_id: car_class_id.0,
            division,
            country_code,
            results: results.into_iter().map(Into::into).collect(),
            drivers: drivers.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TeamDriver> for TeamDriverBody {
    fn from(driver: TeamDriver) -> Self {
        let TeamDriver { driver_id, name, results } = driver;
        Self { driver_id: driver_id.0, name, results: results.into_iter().map(Into::into).collect() }
    }
}

impl From<SimsessionResult> for SimsessionResultBody {
    fn from(result: SimsessionResult) -> Self {
        let SimsessionResult {
            simsession,
            position,
            position_in_class,
            start_position,
            start_position_in_class,
            laps_complete,
            laps_led,
            interval,
            class_interval,
            average_lap_time,
            best_lap_time,
            best_lap_number,
            qualifying_time,
            incidents,
            reason_out,
            champ_points,
            ratings,
        } = result;
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
            simsession,
            position,
            position_in_class,
            start_position,
            start_position_in_class,
            laps_complete,
            laps_led,
            interval,
            class_interval,
            average_lap_time,
            best_lap_time,
            best_lap_number,
            qualifying_time,
            incidents,
            reason_out,
            champ_points,
            old_irating,
            new_irating,
            old_sub_level,
            new_sub_level,
            old_license_level,
            new_license_level,
            old_cpi,
            new_cpi,
        }
    }
}
