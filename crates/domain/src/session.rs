//! A subsession: what was raced, by whom, and how each of them fared.

use crate::ids::{
    CarClassId, CarId, DriverId, EntrantId, IracingSessionId, LeagueId, SeasonId, SeriesId, SubsessionId, TeamId,
    TrackId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A licence category. Ratings of different ones are never summed or joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discipline {
    /// Category 1.
    Oval,
    /// Category 2: until March 2024, before it was split into sports car and formula car.
    Road,
    /// Category 3.
    DirtOval,
    /// Category 4.
    DirtRoad,
    /// Category 5.
    SportsCar,
    /// Category 6.
    FormulaCar,
}

impl Discipline {
    /// All of them, in the order of iRacing's category ids.
    pub const ALL: [Self; 6] =
        [Self::Oval, Self::Road, Self::DirtOval, Self::DirtRoad, Self::SportsCar, Self::FormulaCar];

    /// From iRacing's category id; `None` for an unknown one.
    pub fn from_category_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|discipline| discipline.category_id() == id)
    }

    /// iRacing's category id.
    pub fn category_id(self) -> i64 {
        match self {
            Self::Oval => 1,
            Self::Road => 2,
            Self::DirtOval => 3,
            Self::DirtRoad => 4,
            Self::SportsCar => 5,
            Self::FormulaCar => 6,
        }
    }

    /// The word used in addresses, bodies and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oval => "oval",
            Self::Road => "road",
            Self::DirtOval => "dirt_oval",
            Self::DirtRoad => "dirt_road",
            Self::SportsCar => "sports_car",
            Self::FormulaCar => "formula_car",
        }
    }

    /// Reads the word of [`Discipline::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|discipline| discipline.as_str() == word)
    }
}

/// How a race came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaceKind {
    /// A series race that counts.
    Official,
    /// A series race that does not count, for example with too small a field.
    Unofficial,
    /// A race hosted by a member.
    Hosted,
    /// A race of a league.
    League,
}

impl RaceKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Official, Self::Unofficial, Self::Hosted, Self::League];

    /// The word used in addresses, bodies and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Unofficial => "unofficial",
            Self::Hosted => "hosted",
            Self::League => "league",
        }
    }

    /// Reads the word of [`RaceKind::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The weather of a session or simsession, in metric units.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Weather {
    /// Degrees Celsius.
    pub temperature_celsius: Option<f32>,
    /// 0 to 100.
    pub humidity_percent: Option<f32>,
    /// Metres per second.
    pub wind_speed_meters_per_second: Option<f32>,
    /// iRacing's eight directions: 0 is north, then clockwise to 7, north-west.
    pub wind_direction: Option<u8>,
    /// 0 clear, 1 partly cloudy, 2 mostly cloudy, 3 overcast.
    pub skies: Option<u8>,
    /// Share of the time with rain or snow, 0 to 100.
    pub precipitation_percent: Option<f32>,
    /// Millimetres that fell.
    pub precipitation_mm: Option<f32>,
    /// Water on the track, as iRacing counts it.
    pub track_water: Option<i32>,
}

/// The track of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTrack {
    /// The track in this layout.
    pub track_id: TrackId,
    /// Its name.
    pub name: String,
    /// Its layout; `None` where there is only one.
    pub layout: Option<String>,
}

/// One split among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The split's subsession.
    pub subsession_id: SubsessionId,
    /// The strength of its field.
    pub strength_of_field: u32,
}

/// What kind of simsession.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimsessionType {
    /// Open practice.
    Practice,
    /// Lone or open qualifying.
    Qualifying,
    /// A race: also each heat, the consolation and the feature.
    Race,
    /// Warm-up.
    Warmup,
    /// Anything else.
    Other,
}

impl SimsessionType {
    /// The word used in bodies and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Qualifying => "qualifying",
            Self::Race => "race",
            Self::Warmup => "warmup",
            Self::Other => "other",
        }
    }
}

/// One part of a session: practice, qualifying, a heat, the race.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Simsession {
    /// 0 is the main event; the ones before it are -1, -2, ...
    pub number: i32,
    /// iRacing's name, such as `QUALIFY` or `HEAT 1`.
    pub name: String,
    /// What it is.
    pub simsession_type: SimsessionType,
    /// Its weather, where iRacing tells it.
    pub weather: Option<Weather>,
}

/// A class in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarClass {
    /// The class.
    pub car_class_id: CarClassId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub short_name: String,
    /// The strength of its field.
    pub strength_of_field: Option<u32>,
    /// Number of entries.
    pub entries: u32,
}

/// A car that was driven in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCar {
    /// The car.
    pub car_id: CarId,
    /// Its name.
    pub name: String,
    /// The class it was driven in.
    pub car_class_id: CarClassId,
}

/// What describes a session as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// The split.
    pub subsession_id: SubsessionId,
    /// Shared by all splits.
    pub session_id: IracingSessionId,
    /// When the session was launched (not the green flag).
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// How it came about.
    pub kind: RaceKind,
    /// Whether drivers shared cars.
    pub team: bool,
    /// Whether it had heats.
    pub heat: bool,
    /// The licence category.
    pub discipline: Option<Discipline>,
    /// Series; absent in hosted and league sessions.
    pub series_id: Option<SeriesId>,
    /// The series' name, or what stands for it in a hosted session.
    pub series_name: String,
    /// Season of the series.
    pub season_id: Option<SeasonId>,
    /// Its name.
    pub season_name: Option<String>,
    /// Its year.
    pub season_year: Option<i32>,
    /// Its quarter, 1 to 4.
    pub season_quarter: Option<u8>,
    /// Race week, 1-based.
    pub race_week: Option<u32>,
    /// League.
    pub league_id: Option<LeagueId>,
    /// Its name.
    pub league_name: Option<String>,
    /// The name that the host gave.
    pub session_name: Option<String>,
    /// Where.
    pub track: SessionTrack,
    /// The weather set for the event.
    pub weather: Option<Weather>,
    /// Strength of the whole field.
    pub strength_of_field: Option<u32>,
    /// Corners a lap, which incidents are counted against.
    pub corners_per_lap: Option<u32>,
    /// Average lap of the event, 1/10 000 s.
    pub average_lap_time: Option<i64>,
    /// Best lap of the event, 1/10 000 s.
    pub best_lap_time: Option<i64>,
    /// Laps of the winner.
    pub laps_complete: u32,
    /// Number of cautions.
    pub cautions: Option<u32>,
    /// Laps under caution.
    pub caution_laps: Option<u32>,
    /// Number of changes of the lead.
    pub lead_changes: Option<u32>,
    /// All splits, strongest first as iRacing lists them.
    pub splits: Vec<Split>,
    /// The parts of the session, in the order they were driven.
    pub simsessions: Vec<Simsession>,
    /// Simsessions whose laps are stored.
    pub lap_charts: Vec<i32>,
}

/// Ratings before and after, of one driver in one discipline. Unrated is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ratings {
    /// iRating before.
    pub old_irating: Option<i32>,
    /// iRating after.
    pub new_irating: Option<i32>,
    /// Safety rating x 100 before.
    pub old_sub_level: Option<i32>,
    /// Safety rating x 100 after.
    pub new_sub_level: Option<i32>,
    /// Licence level 1 to 28 before: `(level - 1) / 4` is the class.
    pub old_license_level: Option<i32>,
    /// Licence level after.
    pub new_license_level: Option<i32>,
    /// Corners per incident before.
    pub old_cpi: Option<f32>,
    /// Corners per incident after.
    pub new_cpi: Option<f32>,
}

/// How an entrant, or one driver of a team, fared in one simsession.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimsessionResult {
    /// Which simsession.
    pub simsession: i32,
    /// Overall position.
    pub position: Option<u32>,
    /// Position in class.
    pub position_in_class: Option<u32>,
    /// Overall place on the grid.
    pub start_position: Option<u32>,
    /// Place on the grid in class.
    pub start_position_in_class: Option<u32>,
    /// Laps completed.
    pub laps_complete: u32,
    /// Laps in the lead.
    pub laps_led: u32,
    /// 1/10 000 s behind the leader; `None` when laps down. In practice and qualifying the gap of best laps.
    pub interval: Option<i64>,
    /// The same within the class.
    pub class_interval: Option<i64>,
    /// Average lap including lap 1 and pit stops, 1/10 000 s.
    pub average_lap_time: Option<i64>,
    /// Best lap, 1/10 000 s; in races lap 1 does not count.
    pub best_lap_time: Option<i64>,
    /// Number of the best lap.
    pub best_lap_number: Option<u32>,
    /// Best qualifying lap, 1/10 000 s; only in a qualifying simsession.
    pub qualifying_time: Option<i64>,
    /// Incident points.
    pub incidents: u32,
    /// `Running` is "finished"; anything else is why not.
    pub reason_out: String,
    /// Championship points.
    pub champ_points: Option<i32>,
    /// Ratings before and after; only those of the race count.
    pub ratings: Ratings,
}

/// One driver of a team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamDriver {
    /// Who.
    pub driver_id: DriverId,
    /// Their display name.
    pub name: String,
    /// Their part of the team's result, by simsession.
    pub results: Vec<SimsessionResult>,
}

/// One line of the result: a driver, a team or an AI driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entrant {
    /// Who.
    pub entrant_id: EntrantId,
    /// Display name of the driver or team.
    pub name: String,
    /// Number on the car, as text: `007` is not `7`.
    pub car_number: String,
    /// The car.
    pub car_id: CarId,
    /// The car's name.
    pub car_name: String,
    /// The class.
    pub car_class_id: CarClassId,
    /// Division as iRacing counts: 0 is Division 1, 10 is Rookie.
    pub division: Option<i32>,
    /// Two-letter country.
    pub country_code: Option<String>,
    /// One result a simsession that they took part in.
    pub results: Vec<SimsessionResult>,
    /// The drivers of a team; empty otherwise.
    pub drivers: Vec<TeamDriver>,
}

impl Entrant {
    /// The result in a simsession.
    pub fn result(&self, simsession: i32) -> Option<&SimsessionResult> {
        self.results.iter().find(|result| result.simsession == simsession)
    }

    /// How `driver` fared in a simsession as this entrant or, in a team, for it.
    pub fn own_result(&self, driver: DriverId, simsession: i32) -> Option<&SimsessionResult> {
        match self.drivers.iter().find(|member| member.driver_id == driver) {
            Some(member) => member.results.iter().find(|result| result.simsession == simsession),
            None => self.result(simsession).filter(|_| self.includes(driver)),
        }
    }

    /// The team's id, for a team.
    pub fn team_id(&self) -> Option<TeamId> {
        match self.entrant_id {
            EntrantId::Team(id) => Some(id),
            EntrantId::Driver(_) | EntrantId::Ai(_) => None,
        }
    }

    /// Whether `driver` is this entrant, or drives for this team.
    pub fn includes(&self, driver: DriverId) -> bool {
        self.entrant_id == EntrantId::Driver(driver) || self.drivers.iter().any(|member| member.driver_id == driver)
    }
}

/// A subsession with everything but its laps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// What describes it as a whole.
    pub info: SessionInfo,
    /// Its classes.
    pub car_classes: Vec<CarClass>,
    /// Its cars.
    pub cars: Vec<SessionCar>,
    /// Who took part.
    pub entrants: Vec<Entrant>,
}

impl Session {
    /// The simsession that ends the event: the last race.
    pub fn main_event(&self) -> i32 {
        self.info
            .simsessions
            .iter()
            .filter(|part| part.simsession_type == SimsessionType::Race)
            .map(|part| part.number)
            .max()
            .unwrap_or(0)
    }

    /// Whether anything was raced: a hosted session may be practice only.
    pub fn has_race(&self) -> bool {
        self.info.simsessions.iter().any(|part| part.simsession_type == SimsessionType::Race)
    }

    /// Whether a part of the session was a race.
    pub fn is_race(&self, simsession: i32) -> bool {
        let mut parts = self.info.simsessions.iter();
        parts.any(|part| part.number == simsession && part.simsession_type == SimsessionType::Race)
    }

    /// The last race that `driver` took part in: whoever is knocked out in a heat or a consolation is not in the main
    /// event.
    pub fn last_race_of(&self, driver: DriverId) -> Option<i32> {
        let races = self.info.simsessions.iter().filter(|part| part.simsession_type == SimsessionType::Race);
        let part = |number: &i32| self.entrants.iter().any(|entrant| entrant.own_result(driver, *number).is_some());
        races.map(|race| race.number).filter(part).max()
    }

    /// The entrant that `driver` is, or drives for; the one with the most laps of the driver's last race if there are
    /// several.
    pub fn entrant_of(&self, driver: DriverId) -> Option<&Entrant> {
        let race = self.last_race_of(driver).unwrap_or_else(|| self.main_event());
        self.entrants
            .iter()
            .filter(|entrant| entrant.includes(driver))
            .max_by_key(|entrant| entrant.result(race).map(|result| result.laps_complete))
    }
}
