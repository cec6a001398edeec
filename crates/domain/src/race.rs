//! One driver's part in a session: the row of the race log.

use crate::{
    ids::{CarClassId, CarId, DriverId, DriverRaceId, IracingSessionId, SeriesId, SubsessionId, TeamId, TrackId},
    session::{Discipline, Entrant, RaceKind, Ratings, Session, SimsessionType},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a race came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaceSource {
    /// Ingested from iRacing's data API.
    Iracing,
    /// Imported from a file that iRacing's site exported.
    Import,
}

impl RaceSource {
    /// The word used in bodies and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iracing => "iracing",
            Self::Import => "import",
        }
    }

    /// Reads the word of [`RaceSource::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Iracing, Self::Import].into_iter().find(|source| source.as_str() == word)
    }
}

/// A driver's race as the log lists it. Positions are 1-based, times are 1/10 000 s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Race {
    /// Whose race.
    pub driver_id: DriverId,
    /// The split raced in.
    pub subsession_id: SubsessionId,
    /// Shared by all splits.
    pub session_id: IracingSessionId,
    /// When the session was launched.
    pub start_time: Timestamp,
    /// How it came about.
    pub kind: RaceKind,
    /// The team driven for, in a team race.
    pub team_id: Option<TeamId>,
    /// Its name.
    pub team_name: Option<String>,
    /// Whether it had heats.
    pub heat: bool,
    /// Licence category.
    pub discipline: Option<Discipline>,
    /// Series; absent in hosted and league races.
    pub series_id: Option<SeriesId>,
    /// Its name.
    pub series_name: String,
    /// Year of the season.
    pub season_year: Option<i32>,
    /// Its quarter.
    pub season_quarter: Option<u8>,
    /// Race week, 1-based.
    pub race_week: Option<u32>,
    /// The league's name.
    pub league_name: Option<String>,
    /// The name that the host gave.
    pub session_name: Option<String>,
    /// The track in its layout.
    pub track_id: TrackId,
    /// The track's name.
    pub track_name: String,
    /// Its layout.
    pub layout: Option<String>,
    /// The car driven.
    pub car_id: CarId,
    /// Its name.
    pub car_name: String,
    /// Its class.
    pub car_class_id: CarClassId,
    /// The class' short name.
    pub car_class_name: String,
    /// Place on the grid.
    pub start_position: Option<u32>,
    /// Place on the grid, in class.
    pub start_position_in_class: Option<u32>,
    /// Finish.
    pub finish_position: Option<u32>,
    /// Finish in class.
    pub finish_position_in_class: Option<u32>,
    /// Entries in all.
    pub field_size: u32,
    /// Entries in the class.
    pub field_size_in_class: u32,
    /// Number of classes.
    pub class_count: u32,
    /// Laps the driver completed.
    pub laps_complete: u32,
    /// Laps the driver led.
    pub laps_led: u32,
    /// The driver's incident points.
    pub incidents: u32,
    /// Strength of the whole field.
    pub strength_of_field: Option<u32>,
    /// The driver's best lap.
    pub best_lap_time: Option<i64>,
    /// The driver's average lap.
    pub average_lap_time: Option<i64>,
    /// The driver's best lap of qualifying.
    pub qualifying_time: Option<i64>,
    /// Championship points.
    pub champ_points: Option<i32>,
    /// Ratings before and after.
    pub ratings: Ratings,
    /// `Running` is "finished".
    pub reason_out: String,
    /// 1 is the strongest split.
    pub split_number: Option<u32>,
    /// Number of splits.
    pub split_count: Option<u32>,
    /// Whether laps are stored.
    pub has_laps: bool,
    /// Where it came from.
    pub source: RaceSource,
}

impl Race {
    /// Its id.
    pub fn id(&self) -> DriverRaceId {
        DriverRaceId::new(self.start_time, self.subsession_id)
    }

    /// The race of `driver` in `session`: the main event, or the heat or consolation that knocked them out; `None` if they
    /// raced in none.
    ///
    /// In a team race positions, interval and points are the team's; laps, incidents and ratings the driver's own.
    pub fn of(session: &Session, driver: DriverId, source: RaceSource) -> Option<Self> {
        let entrant = session.entrant_of(driver)?;
        let simsession = session.last_race_of(driver)?;
        let result = entrant.result(simsession)?;
        let own = entrant.own_result(driver, simsession)?;
        let info = &session.info;
        let class = session.car_classes.iter().find(|class| class.car_class_id == entrant.car_class_id);
        let field_size = |class_only: bool| {
            let entries = session.entrants.iter().filter(|other| {
                other.result(simsession).is_some() && (!class_only || other.car_class_id == entrant.car_class_id)
            });
            u32::try_from(entries.count()).unwrap_or(u32::MAX)
        };
        let mut splits = info.splits.clone();
        splits.sort_by_key(|split| std::cmp::Reverse(split.strength_of_field));
        let split_number = splits.iter().position(|split| split.subsession_id == info.subsession_id);
        Some(Self {
            driver_id: driver,
            subsession_id: info.subsession_id,
            session_id: info.session_id,
            start_time: info.start_time,
            kind: info.kind,
            team_id: entrant.team_id(),
            team_name: entrant.team_id().map(|_| entrant.name.clone()),
            heat: info.heat,
            discipline: info.discipline,
            series_id: info.series_id,
            series_name: info.series_name.clone(),
            season_year: info.season_year,
            season_quarter: info.season_quarter,
            race_week: info.race_week,
            league_name: info.league_name.clone(),
            session_name: info.session_name.clone(),
            track_id: info.track.track_id,
            track_name: info.track.name.clone(),
            layout: info.track.layout.clone(),
            car_id: entrant.car_id,
            car_name: entrant.car_name.clone(),
            car_class_id: entrant.car_class_id,
            car_class_name: class.map(|class| class.short_name.clone()).unwrap_or_default(),
            start_position: result.start_position,
            start_position_in_class: result.start_position_in_class,
            finish_position: result.position,
            finish_position_in_class: result.position_in_class,
            field_size: field_size(false),
            field_size_in_class: field_size(true),
            class_count: u32::try_from(session.car_classes.len()).unwrap_or(u32::MAX),
            laps_complete: own.laps_complete,
            laps_led: own.laps_led,
            incidents: own.incidents,
            strength_of_field: info.strength_of_field,
            best_lap_time: own.best_lap_time,
            average_lap_time: own.average_lap_time,
            qualifying_time: qualifying_time(session, entrant, driver),
            champ_points: result.champ_points,
            ratings: own.ratings,
            reason_out: result.reason_out.clone(),
            split_number: split_number.and_then(|index| u32::try_from(index + 1).ok()),
            split_count: split_number.and_then(|_| u32::try_from(splits.len()).ok()),
            has_laps: info.lap_charts.contains(&simsession),
            source,
        })
    }
}

/// The best lap that a driver drove in qualifying, in a team their own.
fn qualifying_time(session: &Session, entrant: &Entrant, driver: DriverId) -> Option<i64> {
    let own = entrant.drivers.iter().find(|member| member.driver_id == driver);
    let qualifying = |number: i32| {
        let part = session.info.simsessions.iter().find(|part| part.number == number);
        part.is_some_and(|part| part.simsession_type == SimsessionType::Qualifying)
    };
    let results = own.map_or(&entrant.results, |own| &own.results);
    let times = results
        .iter()
        .filter(|result| qualifying(result.simsession))
        .flat_map(|result| [result.qualifying_time, result.best_lap_time]);
    times.flatten().filter(|time| *time > 0).min()
}

/// How a race ended, in class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RaceResult {
    /// First.
    Win,
    /// First to third.
    Podium,
    /// First to fifth.
    TopFive,
    /// Without incident points.
    Clean,
    /// Still running at the end.
    Finished,
    /// Not running any more.
    DidNotFinish,
}

impl RaceResult {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Win, Self::Podium, Self::TopFive, Self::Clean, Self::Finished, Self::DidNotFinish];

    /// The word used in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Podium => "podium",
            Self::TopFive => "topFive",
            Self::Clean => "clean",
            Self::Finished => "finished",
            Self::DidNotFinish => "didNotFinish",
        }
    }

    /// Whether a race ended so.
    pub fn is_of(self, race: &Race) -> bool {
        let within = |best: u32| race.place_in_class().is_some_and(|place| place <= best);
        match self {
            Self::Win => within(1),
            Self::Podium => within(3),
            Self::TopFive => within(5),
            Self::Clean => race.incidents == 0,
            Self::Finished => race.finished(),
            Self::DidNotFinish => !race.finished(),
        }
    }
}

/// Which races to list. Empty lists and `None` leave all through; inside a list any may match, between them all must.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RaceFilter {
    /// Started at or after.
    pub from: Option<Timestamp>,
    /// Started at or before.
    pub to: Option<Timestamp>,
    /// One of these series.
    pub series: Vec<SeriesId>,
    /// One of these cars.
    pub cars: Vec<CarId>,
    /// One of these tracks (in their layout).
    pub tracks: Vec<TrackId>,
    /// In one of these classes.
    pub classes: Vec<CarClassId>,
    /// One of these disciplines.
    pub disciplines: Vec<Discipline>,
    /// One of these kinds.
    pub kinds: Vec<RaceKind>,
    /// Only team races, or only others.
    pub team: Option<bool>,
    /// Ended in one of these ways.
    pub results: Vec<RaceResult>,
}

impl RaceFilter {
    /// Whether a race passes.
    pub fn admits(&self, race: &Race) -> bool {
        let Self { from, to, series, cars, tracks, classes, disciplines, kinds, team, results } = self;
        fn any<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
            wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
        }
        from.is_none_or(|from| race.start_time >= from)
            && to.is_none_or(|to| race.start_time <= to)
            && any(series, race.series_id.as_ref())
            && any(cars, Some(&race.car_id))
            && any(tracks, Some(&race.track_id))
            && any(classes, Some(&race.car_class_id))
            && any(disciplines, race.discipline.as_ref())
            && any(kinds, Some(&race.kind))
            && team.is_none_or(|team| team == race.team_id.is_some())
            && (results.is_empty() || results.iter().any(|result| result.is_of(race)))
    }
}
