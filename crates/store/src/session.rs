//! `session#<subsession id>`: a subsession as iRacing has it, once for all drivers who were in it.
//!
//! | sort key | item |
//! |---|---|
//! | `info` | what describes it as a whole; written last, so that it vouches for the rest |
//! | `car_class#<class id>` | a class and the strength of its field |
//! | `car_class#<class id>#car#<car id>` | a car of that class |
//! | `drivers#driver#<id>`, `drivers#team#<id>`, `drivers#ai#<id>` | one entrant's result, packed |
//! | `lap_chart#<simsession>` | that a part's laps are stored; of its own, so that who brings one part's overwrites no other's |
//!
//! All of it lies before `laps#...` in the partition, so that the overview is one query that reads no laps.
//!
//! What a file says of a subsession is the importer's own: `driver#<id>` | `file_session#<subsession id>#`, followed by
//! the same sort keys. So it cannot get in the way of what iRacing says, whenever either is written, and nobody else reads
//! it.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Attributes, Key},
    laps,
    query::{Range, parse},
};
use domain::{
    CarClassId, CarId, Discipline, DriverId, EntrantId, IracingSessionId, LapChart, LeagueId, RaceKind, SeasonId,
    SeriesId, Session, SubsessionId, TeamId,
    session::{
        CarClass, Entrant, Ratings, SessionCar, SessionInfo, SessionTrack, Simsession, SimsessionResult, Split,
        TeamDriver, Weather,
    },
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr};

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct InfoItem {
    session_id: IracingSessionId,
    start_time: i64,
    end_time: Option<i64>,
    kind: RaceKind,
    team: bool,
    heat: bool,
    discipline: Option<Discipline>,
    series_id: Option<SeriesId>,
    series_name: String,
    season_id: Option<SeasonId>,
    season_name: Option<String>,
    season_year: Option<i32>,
    season_quarter: Option<u8>,
    race_week: Option<u32>,
    league_id: Option<LeagueId>,
    league_name: Option<String>,
    session_name: Option<String>,
    track: SessionTrack,
    strength_of_field: Option<u32>,
    corners_per_lap: Option<u32>,
    average_lap_time: Option<i64>,
    best_lap_time: Option<i64>,
    laps_complete: u32,
    cautions: Option<u32>,
    caution_laps: Option<u32>,
    lead_changes: Option<u32>,
    parts: serde_bytes::ByteBuf,
}

/// The lists inside `info`, packed into its `parts`.
#[derive(Debug, Serialize, Deserialize)]
struct Parts {
    weather: Option<Weather>,
    splits: Vec<Split>,
    simsessions: Vec<Simsession>,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct CarClassItem {
    name: String,
    short_name: String,
    strength_of_field: Option<u32>,
    entries: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct CarItem {
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct EntrantItem {
    name: String,
    result: serde_bytes::ByteBuf,
}

/// What is packed into an entrant's `result`.
#[derive(Debug, Serialize, Deserialize)]
struct PackedEntrant {
    car_number: String,
    car_id: CarId,
    car_name: String,
    car_class_id: CarClassId,
    division: Option<i32>,
    country_code: Option<String>,
    results: Vec<PackedResult>,
    drivers: Vec<PackedDriver>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedDriver {
    driver_id: DriverId,
    name: String,
    results: Vec<PackedResult>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedResult {
    simsession: i32,
    position: Option<u32>,
    position_in_class: Option<u32>,
    start_position: Option<u32>,
    start_position_in_class: Option<u32>,
    laps_complete: u32,
    laps_led: u32,
    interval: Option<i64>,
    class_interval: Option<i64>,
    average_lap_time: Option<i64>,
    best_lap_time: Option<i64>,
    best_lap_number: Option<u32>,
    qualifying_time: Option<i64>,
    incidents: u32,
    /// Empty stands for `Running`, which most are.
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

/// Version of the packed parts: one byte in front of the postcard bytes.
const PACK_VERSION: u8 = 1;

const RUNNING: &str = "Running";

fn pack<T: Serialize>(key: &Key, body: &T) -> Result<serde_bytes::ByteBuf, StoreError> {
    let packed = postcard::to_extend(body, vec![PACK_VERSION]).map_err(|error| StoreError::shape(key, error))?;
    Ok(serde_bytes::ByteBuf::from(packed))
}

fn unpack<'a, T: Deserialize<'a>>(key: &Key, packed: &'a [u8]) -> Result<T, StoreError> {
    match packed.split_first() {
        Some((&PACK_VERSION, body)) => postcard::from_bytes(body).map_err(|error| StoreError::shape(key, error)),
        _ => Err(StoreError::shape(key, "the version of its packed part is unknown")),
    }
}

/// Where a session comes from, and so where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSource {
    /// iRacing: kept once, for everybody.
    Iracing,
    /// A file that this driver imported. Anybody can have written it, so it is kept among what is the driver's and nobody
    /// else ever reads it.
    File(DriverId),
}

/// After every sort key that the overview reads, and before the laps.
const LAST: &str = "lap_chart#\u{10FFFF}";

impl Store {
    /// Stores a subsession with the laps of its field. Safe to repeat, and for two to do at once: only when all is written
    /// it counts as stored, and laps of other parts stay. From a file of a driver who leaves nothing is kept.
    pub async fn save_session(
        &self,
        source: SessionSource,
        session: &Session,
        charts: &[LapChart],
    ) -> Result<(), StoreError> {
        let subsession = session.info.subsession_id;
        let key = |sort: &str| Key::of_session(source, subsession, sort);
        let mut items = Vec::with_capacity(session.entrants.len() + session.cars.len() + session.car_classes.len() + 2);
        for class in &session.car_classes {
            let CarClass { car_class_id, name, short_name, strength_of_field, entries } = class;
            let body = CarClassItem {
                name: name.clone(),
                short_name: short_name.clone(),
                strength_of_field: *strength_of_field,
                entries: *entries,
            };
            items.push(crate::write::item(&key(&format!("car_class#{car_class_id}")), &body)?);
        }
        for SessionCar { car_id, name, car_class_id } in &session.cars {
            let key = key(&format!("car_class#{car_class_id}#car#{car_id}"));
            items.push(crate::write::item(&key, &CarItem { name: name.clone() })?);
        }
        for entrant in &session.entrants {
            items.push(entrant_item(source, subsession, entrant)?);
        }
        for chart in charts {
            items.extend(laps::items(source, subsession, chart)?);
        }
        let keys = items.iter().map(Key::of_item).collect();
        self.put_all(items).await?;
        let mut vouching: Vec<_> = charts.iter().map(|chart| lap_chart_item(source, subsession, chart)).collect();
        vouching.push(crate::write::item(&key("info"), &InfoItem::of(&key("info"), &session.info)?)?);
        match source {
            SessionSource::Iracing => self.put_all(vouching).await,
            SessionSource::File(driver) => match self.put_of_driver(driver, vouching).await? {
                true => Ok(()),
                false => self.delete_all(keys).await,
            },
        }
    }

    /// Adds laps to a session that is stored from iRacing.
    pub async fn save_laps(&self, subsession: SubsessionId, chart: &LapChart) -> Result<(), StoreError> {
        self.put_all(laps::items(SessionSource::Iracing, subsession, chart)?).await?;
        self.put_all(vec![lap_chart_item(SessionSource::Iracing, subsession, chart)]).await
    }

    /// A subsession as iRacing has it, with everything but its laps; `None` if it is not, or not wholly, stored.
    pub async fn session(&self, subsession: SubsessionId) -> Result<Option<Session>, StoreError> {
        self.session_from(SessionSource::Iracing, subsession, "car_class#").await
    }

    /// A subsession as a driver gets to see it: as iRacing has it, or else as their own file does. Where iRacing's has no
    /// laps of the driver's own race, those that only the file has are there, too.
    pub async fn session_for(
        &self,
        driver: DriverId,
        subsession: SubsessionId,
    ) -> Result<Option<(Session, SessionSource)>, StoreError> {
        let Some(mut session) = self.session(subsession).await? else {
            let source = SessionSource::File(driver);
            let session = self.session_from(source, subsession, "car_class#").await?;
            return Ok(session.map(|session| (session, source)));
        };
        let own = session.last_race_of(driver).unwrap_or_else(|| session.main_event());
        if !session.info.lap_charts.contains(&own) {
            let of_file = self.lap_charts_of_file(driver, subsession).await?;
            session.info.lap_charts = main_event_first(session.info.lap_charts.into_iter().chain(of_file));
        }
        Ok(Some((session, SessionSource::Iracing)))
    }

    /// What describes a session as a whole, without its entrants, as a driver gets to see it.
    pub async fn session_info_for(
        &self,
        driver: DriverId,
        subsession: SubsessionId,
    ) -> Result<Option<SessionInfo>, StoreError> {
        let (iracings, files) = tokio::try_join!(
            self.session_from(SessionSource::Iracing, subsession, "info"),
            self.session_from(SessionSource::File(driver), subsession, "info")
        )?;
        let Some(Session { mut info, .. }) = iracings else { return Ok(files.map(|session| session.info)) };
        let of_file = files.map(|session| session.info.lap_charts).unwrap_or_default();
        info.lap_charts = main_event_first(info.lap_charts.into_iter().chain(of_file));
        Ok(Some(info))
    }

    /// The parts of a session of which a driver's own file has the laps.
    pub async fn lap_charts_of_file(&self, driver: DriverId, subsession: SubsessionId) -> Result<Vec<i32>, StoreError> {
        let session = self.session_from(SessionSource::File(driver), subsession, "info").await?;
        Ok(session.map(|session| session.info.lap_charts).unwrap_or_default())
    }

    /// Whether a session is wholly stored.
    pub async fn has_session(&self, source: SessionSource, subsession: SubsessionId) -> Result<bool, StoreError> {
        Ok(self.read(&Key::of_session(source, subsession, "info"), false).await?.is_some())
    }

    /// What is stored of a session from the sort key `first` to its laps, by one query; `None` if it is not wholly stored.
    async fn session_from(
        &self,
        source: SessionSource,
        subsession: SubsessionId,
        first: &str,
    ) -> Result<Option<Session>, StoreError> {
        let (first, last) = (Key::of_session(source, subsession, first), Key::of_session(source, subsession, LAST));
        let prefix = Key::of_session(source, subsession, "").sort;
        let range = Range {
            partition: first.partition,
            between: (first.sort, last.sort),
            newest_first: false,
            consistent: false,
        };
        let mut info = None;
        let mut lap_charts = Vec::new();
        let mut car_classes = Vec::new();
        let mut cars = Vec::new();
        let mut entrants = Vec::new();
        for item in self.query_all(&range).await? {
            let key = Key::of_item(&item);
            match key.sort[prefix.len()..].split('#').collect::<Vec<_>>()[..] {
                ["info"] => info = Some(parse::<InfoItem>(item)?.into_info(&key, subsession)?),
                ["lap_chart", simsession] => lap_charts.push(id(&key, simsession)?),
                ["car_class", class] => {
                    let CarClassItem { name, short_name, strength_of_field, entries } = parse(item)?;
                    let car_class_id = CarClassId(id(&key, class)?);
                    car_classes.push(CarClass { car_class_id, name, short_name, strength_of_field, entries });
                }
                ["car_class", class, "car", car] => {
                    let CarItem { name } = parse(item)?;
                    cars.push(SessionCar {
                        car_id: CarId(id(&key, car)?),
                        name,
                        car_class_id: CarClassId(id(&key, class)?),
                    });
                }
                ["drivers", kind, number] => {
                    let number = id(&key, number)?;
                    let entrant_id = match kind {
                        "driver" => EntrantId::Driver(DriverId(number)),
                        "team" => EntrantId::Team(TeamId(number)),
                        "ai" => EntrantId::Ai(number),
                        _ => return Err(StoreError::shape(&key, "an entrant of no known kind")),
                    };
                    entrants.push(parse::<EntrantItem>(item)?.into_entrant(&key, entrant_id)?);
                }
                _ => {}
            }
        }
        let Some(info) = info else { return Ok(None) };
        let info = SessionInfo { lap_charts: main_event_first(lap_charts), ..info };
        let mut session = Session { info, car_classes, cars, entrants };
        let main_event = session.main_event();
        let place =
            |entrant: &Entrant| entrant.result(main_event).and_then(|result| result.position).unwrap_or(u32::MAX);
        session.entrants.sort_by_key(place);
        Ok(Some(session))
    }
}

/// That the laps of a part are stored.
fn lap_chart_item(source: SessionSource, subsession: SubsessionId, chart: &LapChart) -> Attributes {
    Key::of_session(source, subsession, &format!("lap_chart#{}", chart.simsession)).attributes()
}

/// Parts of a session, each once, the last first.
fn main_event_first(simsessions: impl IntoIterator<Item = i32>) -> Vec<i32> {
    simsessions.into_iter().collect::<BTreeSet<_>>().into_iter().rev().collect()
}

fn id<T: FromStr>(key: &Key, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::shape(key, "the key has no number where one belongs"))
}

fn entrant_item(source: SessionSource, subsession: SubsessionId, entrant: &Entrant) -> Result<Attributes, StoreError> {
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
    } = entrant.clone();
    let sort = match entrant_id {
        EntrantId::Driver(id) => format!("drivers#driver#{id}"),
        EntrantId::Team(id) => format!("drivers#team#{id}"),
        EntrantId::Ai(id) => format!("drivers#ai#{id}"),
    };
    let key = Key::of_session(source, subsession, &sort);
    let packed = PackedEntrant {
        car_number,
        car_id,
        car_name,
        car_class_id,
        division,
        country_code,
        results: results.into_iter().map(PackedResult::from).collect(),
        drivers: drivers
            .into_iter()
            .map(|TeamDriver { driver_id, name, results }| PackedDriver {
                driver_id,
                name,
                results: results.into_iter().map(PackedResult::from).collect(),
            })
            .collect(),
    };
    crate::write::item(&key, &EntrantItem { name, result: pack(&key, &packed)? })
}

impl EntrantItem {
    fn into_entrant(self, key: &Key, entrant_id: EntrantId) -> Result<Entrant, StoreError> {
        let Self { name, result } = self;
        let PackedEntrant { car_number, car_id, car_name, car_class_id, division, country_code, results, drivers } =
            unpack(key, &result)?;
        Ok(Entrant {
            entrant_id,
            name,
            car_number,
            car_id,
            car_name,
            car_class_id,
            division,
            country_code,
            results: results.into_iter().map(SimsessionResult::from).collect(),
            drivers: drivers
                .into_iter()
                .map(|PackedDriver { driver_id, name, results }| TeamDriver {
                    driver_id,
                    name,
                    results: results.into_iter().map(SimsessionResult::from).collect(),
                })
                .collect(),
        })
    }
}

impl From<SimsessionResult> for PackedResult {
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
            reason_out: if reason_out == RUNNING { String::new() } else { reason_out },
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

impl From<PackedResult> for SimsessionResult {
    fn from(packed: PackedResult) -> Self {
        let PackedResult {
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
        } = packed;
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
            reason_out: if reason_out.is_empty() { RUNNING.to_owned() } else { reason_out },
            champ_points,
            ratings: Ratings {
                old_irating,
                new_irating,
                old_sub_level,
                new_sub_level,
                old_license_level,
                new_license_level,
                old_cpi,
                new_cpi,
            },
        }
    }
}

impl InfoItem {
    fn of(key: &Key, info: &SessionInfo) -> Result<Self, StoreError> {
        let SessionInfo {
            subsession_id: _,
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
            lap_charts: _,
        } = info.clone();
        Ok(Self {
            session_id,
            start_time: start_time.as_second(),
            end_time: end_time.map(|end| end.as_second()),
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
            strength_of_field,
            corners_per_lap,
            average_lap_time,
            best_lap_time,
            laps_complete,
            cautions,
            caution_laps,
            lead_changes,
            parts: pack(key, &Parts { weather, splits, simsessions })?,
        })
    }

    fn into_info(self, key: &Key, subsession_id: SubsessionId) -> Result<SessionInfo, StoreError> {
        let Self {
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
            strength_of_field,
            corners_per_lap,
            average_lap_time,
            best_lap_time,
            laps_complete,
            cautions,
            caution_laps,
            lead_changes,
            parts,
        } = self;
        let Parts { weather, splits, simsessions } = unpack(key, &parts)?;
        Ok(SessionInfo {
            subsession_id,
            session_id,
            start_time: time(key, start_time)?,
            end_time: end_time.map(|second| time(key, second)).transpose()?,
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
            lap_charts: Vec::new(),
        })
    }
}
