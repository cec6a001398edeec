//! The import of files that iRacing's site exports, and of our own exports.

use crate::{
    careers::Careers,
    problem::{ApiError, FieldError, NamedEntrant},
};
use domain::{
    DriverId, DriverRaceId, EntrantId, EntrantLaps, LapChart, Race, RaceSource, Session, SubsessionId,
    export::{EarlierResult, ExportedEventLog, ExportedLog, ExportedSession},
    journal::JournalEntry,
};
use iracing::EventResult;
use jiff::Timestamp;
use serde::Serialize;
use std::{collections::HashSet, hash::Hash};
use store::{Store, counters::Counts, race_events::RaceEvents, session::SessionSource};

/// Bytes of a name in an imported log.
const LONGEST_NAME: usize = 500;

/// Values of an imported log: a race has some fifty of them in more than a kilobyte. A file with more was made to take
/// many times its size in memory.
const MOST_VALUES: usize = 1_000_000;

/// Bytes of what becomes one item of the table, as JSON: an item takes 400 KB, in a form that is no longer.
const LARGEST_PART: usize = 300_000;

/// Drivers of an imported lap chart, each counted once for each entrant that they drove for.
const MOST_DRIVERS: usize = 2_000;

/// The highest number of a lap in an imported chart.
const LAST_LAP: u32 = 10_000;

/// Laps of one entrant of an imported chart: a day of laps of 18 seconds.
const MOST_LAPS: usize = 5_000;

/// The last second of a start: race ids and keys have ten digits for it.
const LAST_SECOND: i64 = 9_999_999_999;

/// Items of a session beside its laps, several times those of iRacing's largest.
const MOST_ITEMS: usize = 1_000;

/// Parts of a session with laps, several times those of an event with heats.
const MOST_LAP_CHARTS: usize = 50;

/// A version of an entry with which pages can still count.
const MOST_VERSIONS: u64 = (1 << 53) - 2;

/// What came of a file.
#[derive(Debug)]
pub(crate) enum Imported {
    /// The race is new in the driver's log.
    New(Race),
    /// It was there before, and stays as it was.
    Duplicate(Race),
}

/// Puts the race of an exported event into a driver's log, and its session among what is theirs if it is not to be had
/// from iRacing itself or an earlier file: those may have laps, which this file has not.
///
/// `driver_name` says who of the field the driver is when the result does not name their id.
pub(crate) async fn import(
    store: &Store,
    driver: DriverId,
    driver_name: Option<&str>,
    file: &[u8],
) -> Result<Imported, ApiError> {
    let result = EventResult::parse(file).map_err(|error| ApiError::Unreadable(error.to_string()))?;
    let read = race_mapping::session_from_results(&result).map_err(|error| ApiError::Unreadable(error.to_string()))?;
    if !is_of_a_size(&read) {
        return Err(ApiError::Unreadable("the file has more entrants, cars and classes than any session".to_owned()));
    }
    if !read.has_race() {
        return Err(ApiError::NoRace);
    }
    if !is_addressable(read.info.start_time, read.info.subsession_id) {
        return Err(ApiError::Unreadable("the event's start or its id is none that a race can have".to_owned()));
    }
    let (session, stored) = match store.session_for(driver, read.info.subsession_id).await? {
        Some((stored, _)) => (stored, true),
        None => (read, false),
    };
    let race =
        race_of(&session, driver, driver_name).ok_or_else(|| ApiError::DriverNotInResult(named_entrants(&session)))?;
    let known = store.race(driver, race.id()).await?;
    if !stored {
        store.save_session(SessionSource::File(driver), &session, &[]).await?;
    }
    if let Some(mut known) = known {
        if !stored {
            // It came with a log whose sessions were not brought along.
            known.has_laps = race.has_laps;
            store.replace_race(&known).await?;
        }
        return Ok(Imported::Duplicate(known));
    }
    if !store.insert_race(&race).await? {
        // Another request has just stored it, or the driver has left.
        return store.race(driver, race.id()).await?.map(Imported::Duplicate).ok_or(ApiError::NotFound("driver"));
    }
    let tracks = i64::from(store.note_track(race.track_id).await?);
    store.count(Counts { sessions: 1, tracks, ..Counts::default() }).await?;
    Ok(Imported::New(race))
}

/// What came of a log: of races, entries and sessions, how many are new and how many were known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ImportedLog {
    pub(crate) races: (u32, u32),
    pub(crate) entries: (u32, u32),
    pub(crate) sessions: (u32, u32),
}

/// Puts the races and entries of an exported log into the driver's own, whoever exported it, and its sessions among what
/// is theirs. What is there stays. A log with a fault in it is refused whole, with every fault.
pub(crate) async fn import_log(
    store: &Store,
    careers: &Careers,
    driver: DriverId,
    file: &[u8],
) -> Result<ImportedLog, ApiError> {
    // Counted without reading: what stands in texts counts, too, which costs an honest file nothing.
    if file.iter().filter(|byte| **byte == b',').count() > MOST_VALUES {
        return Err(ApiError::Unreadable("the file has more parts than any log".to_owned()));
    }
    let log: ExportedLog = serde_json::from_slice(file).map_err(|error| ApiError::Unreadable(error.to_string()))?;
    if log.format != ExportedLog::FORMAT {
        return Err(ApiError::Unreadable(format!("the format is not {}", ExportedLog::FORMAT)));
    }
    let ExportedLog { races, journal, earlier_results, sessions, .. } = checked(log, driver)?;
    store.driver(driver).await?.ok_or(ApiError::NotFound("driver"))?;
    let mut in_log: HashSet<DriverRaceId> = careers.of(driver).await?.iter().map(Race::id).collect();
    let offered = races.len();
    let new: Vec<_> = races.into_iter().filter(|race| in_log.insert(race.id())).collect();
    let mut imported = ImportedLog::default();
    let mut counts = Counts::default();

    imported.races.0 = store.insert_races(driver, &new).await?;
    imported.races.1 = u32::try_from(offered).unwrap_or(u32::MAX).saturating_sub(imported.races.0);
    counts.sessions = imported.races.0.into();
    for track in new.iter().map(|race| race.track_id).collect::<HashSet<_>>() {
        counts.tracks += i64::from(store.note_track(track).await?);
    }
    for EarlierResult { changed_at, race } in earlier_results {
        if in_log.contains(&race.id()) {
            store.put_earlier_result(&race, changed_at).await?;
        }
    }
    for entry in journal {
        if in_log.contains(&entry.race) && store.insert_journal_entry(driver, &entry).await? {
            imported.entries.0 += 1;
        } else {
            imported.entries.1 += 1;
        }
    }
    counts.notes = imported.entries.0.into();
    for session in sessions {
        match import_session(store, driver, session).await? {
            Some(laps) => {
                imported.sessions.0 += 1;
                counts.laps += i64::try_from(laps).unwrap_or(0);
            }
            None => imported.sessions.1 += 1,
        }
    }
    store.count(counts).await?;
    Ok(imported)
}

/// Stores a session with its laps for a driver, unless they see as much of it already; how many laps.
async fn import_session(store: &Store, driver: DriverId, exported: ExportedSession) -> Result<Option<usize>, ApiError> {
    let ExportedSession { session, lap_charts, event_logs } = exported;
    let (source, subsession) = (SessionSource::File(driver), session.info.subsession_id);
    let known = store.session_info_for(driver, subsession).await?;
    if known.is_some_and(|known| lap_charts.iter().all(|chart| known.lap_charts.contains(&chart.simsession))) {
        return Ok(None);
    }
    for ExportedEventLog { simsession, fetched_at, events } in event_logs {
        let events = RaceEvents { events, fetched_at: Some(fetched_at), tried_at: fetched_at };
        store.put_race_events(source, subsession, simsession, &events).await?;
    }
    store.save_session(source, &session, &lap_charts).await?;
    Ok(Some(lap_charts.iter().map(LapChart::lap_count).sum()))
}

/// A log as one of the driver's own, if the table can hold all of it.
fn checked(log: ExportedLog, driver: DriverId) -> Result<ExportedLog, ApiError> {
    let ExportedLog { races, journal, earlier_results, sessions, .. } = log;
    let mut errors = Vec::new();
    let wrong = |list: &str, place: usize| FieldError::new(format!("{list}[{place}]"), "invalid_value");
    let mut own_races = Vec::with_capacity(races.len());
    for (place, race) in races.into_iter().enumerate() {
        match owned(race, driver) {
            Some(race) => own_races.push(race),
            None => errors.push(wrong("races", place)),
        }
    }
    let mut own_earlier = Vec::with_capacity(earlier_results.len());
    for (place, EarlierResult { changed_at, race }) in earlier_results.into_iter().enumerate() {
        match owned(race, driver) {
            Some(race) => own_earlier.push(EarlierResult { changed_at, race }),
            None => errors.push(wrong("earlierResults", place)),
        }
    }
    let mut entries = Vec::with_capacity(journal.len());
    for (place, entry) in journal.into_iter().enumerate() {
        let JournalEntry { race, content, created_at, updated_at, version } = entry;
        let version = version.clamp(1, MOST_VERSIONS);
        match content.checked() {
            Ok(content) => entries.push(JournalEntry { race, content, created_at, updated_at, version }),
            Err(faults) => errors.extend(faults.into_iter().map(|fault| {
                let error = FieldError::from(fault);
                FieldError { field: format!("journal[{place}].{}", error.field), ..error }
            })),
        }
    }
    for (place, session) in sessions.iter().enumerate() {
        if !is_sound(session) {
            errors.push(wrong("sessions", place));
        }
        let of_session =
            |error: FieldError| FieldError { field: format!("sessions[{place}].{}", error.field), ..error };
        errors.extend(beyond_bounds(session).into_iter().map(of_session));
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    Ok(ExportedLog { races: own_races, journal: entries, earlier_results: own_earlier, sessions, ..log })
}

fn distinct<T: Eq + Hash>(mut ids: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    ids.all(|id| seen.insert(id))
}

/// Whether a session has no more parts than can be stored within a request.
fn is_of_a_size(Session { info: _, car_classes, cars, entrants }: &Session) -> bool {
    car_classes.len() + cars.len() + entrants.len() <= MOST_ITEMS
}

/// Whether a session is one of a race, and the table can hold it: every item is its own, and none is too large.
fn is_sound(exported: &ExportedSession) -> bool {
    fn fits(part: &impl Serialize) -> bool {
        serde_json::to_vec(part).is_ok_and(|json| json.len() <= LARGEST_PART)
    }
    let ExportedSession { session, lap_charts, event_logs } = exported;
    let Session { info, car_classes, cars, entrants } = session;
    session.has_race()
        && fits(info)
        && car_classes.iter().all(fits)
        && distinct(car_classes.iter().map(|class| class.car_class_id))
        && cars.iter().all(fits)
        && distinct(cars.iter().map(|car| (car.car_class_id, car.car_id)))
        && entrants.iter().all(fits)
        && distinct(entrants.iter().map(|entrant| entrant.entrant_id))
        && lap_charts.iter().flat_map(|chart| &chart.entrants).all(fits)
        && distinct(lap_charts.iter().map(|chart| chart.simsession))
        && event_logs.iter().all(fits)
}

/// What of a session no race has: a start that no race id can tell, or so much that its analysis would not end. Of each
/// chart the first fault.
fn beyond_bounds(ExportedSession { session, lap_charts, .. }: &ExportedSession) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !is_addressable(session.info.start_time, session.info.subsession_id) {
        errors.push(FieldError::new("session.info.startTime", "out_of_range").with("max", LAST_SECOND));
    }
    if !is_of_a_size(session) {
        errors.push(FieldError::new("session.entrants", "too_many").with("max", MOST_ITEMS));
    }
    if lap_charts.len() > MOST_LAP_CHARTS {
        errors.push(FieldError::new("lapCharts", "too_many").with("max", MOST_LAP_CHARTS));
    }
    for (place, LapChart { entrants, .. }) in lap_charts.iter().enumerate() {
        let chart = format!("lapCharts[{place}].entrants");
        let drivers: HashSet<_> =
            entrants.iter().flat_map(|of| of.laps.iter().map(|lap| (of.entrant, lap.driver))).collect();
        if drivers.len() > MOST_DRIVERS {
            errors.push(FieldError::new(chart, "too_many").with("max", MOST_DRIVERS));
        } else if !distinct(entrants.iter().map(|of| of.entrant)) {
            errors.push(FieldError::new(chart, "duplicate"));
        } else {
            errors.extend(entrants.iter().enumerate().find_map(|(place, EntrantLaps { laps, .. })| {
                let field = format!("{chart}[{place}].laps");
                if laps.len() > MOST_LAPS {
                    Some(FieldError::new(field, "too_many").with("max", MOST_LAPS))
                } else if laps.iter().any(|lap| lap.number > LAST_LAP) {
                    Some(FieldError::new(field, "out_of_range").with("min", 0).with("max", LAST_LAP))
                } else if laps.windows(2).any(|pair| pair[0].number >= pair[1].number) {
                    Some(FieldError::new(field, "not_in_order"))
                } else {
                    None
                }
            }));
        }
    }
    errors
}

/// Whether the id of a race of this session can be told and read again.
fn is_addressable(start: Timestamp, subsession: SubsessionId) -> bool {
    (0..=LAST_SECOND).contains(&start.as_second()) && subsession.0 >= 0
}

/// A race of a file as one of the driver's own, if the table can hold it.
fn owned(race: Race, driver: DriverId) -> Option<Race> {
    let texts = [
        Some(&race.series_name),
        Some(&race.track_name),
        Some(&race.car_name),
        Some(&race.car_class_name),
        Some(&race.reason_out),
        race.team_name.as_ref(),
        race.league_name.as_ref(),
        race.session_name.as_ref(),
        race.layout.as_ref(),
    ];
    let fits = texts.into_iter().flatten().all(|text| text.len() <= LONGEST_NAME)
        && is_addressable(race.start_time, race.subsession_id);
    let start_time = Timestamp::from_second(race.start_time.as_second()).ok().filter(|_| fits)?;
    Some(Race { driver_id: driver, start_time, ..race })
}

fn race_of(session: &Session, driver: DriverId, driver_name: Option<&str>) -> Option<Race> {
    if let Some(race) = Race::of(session, driver, RaceSource::Import) {
        return Some(race);
    }
    let wanted = driver_name?.trim().to_lowercase();
    let (id, _) = members(session).find(|(_, name)| name.to_lowercase() == wanted)?;
    Some(Race { driver_id: driver, ..Race::of(session, id, RaceSource::Import)? })
}

/// Everybody who drove, by name.
fn named_entrants(session: &Session) -> Vec<NamedEntrant> {
    let mut entrants: Vec<_> =
        members(session).map(|(id, name)| NamedEntrant { driver_id: id.0, name: name.to_owned() }).collect();
    entrants.sort_by(|one, other| one.name.cmp(&other.name));
    entrants
}

fn members(session: &Session) -> impl Iterator<Item = (DriverId, &str)> {
    session.entrants.iter().flat_map(|entrant| {
        let alone = match entrant.entrant_id {
            EntrantId::Driver(id) => Some((id, entrant.name.as_str())),
            EntrantId::Team(_) | EntrantId::Ai(_) => None,
        };
        alone.into_iter().chain(entrant.drivers.iter().map(|member| (member.driver_id, member.name.as_str())))
    })
}
