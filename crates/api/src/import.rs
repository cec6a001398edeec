//! The import of files that iRacing's site exports, and of our own exports.

use crate::{
    careers::Careers,
    problem::{ApiError, NamedEntrant},
};
use domain::{
    DriverId, DriverRaceId, EntrantId, Race, RaceSource, Session, export::ExportedLog, journal::JournalEntry,
};
use iracing::EventResult;
use jiff::Timestamp;
use std::collections::HashSet;
use store::{Store, counters::Counts};

/// Bytes of a name in an imported log.
const LONGEST_NAME: usize = 500;

/// Values of an imported log: a race has some fifty of them in more than a kilobyte. A file with more was made to take
/// many times its size in memory.
const MOST_VALUES: usize = 1_000_000;

/// What came of a file.
#[derive(Debug)]
pub(crate) enum Imported {
    /// The race is new in the driver's log.
    New(Race),
    /// It was there before, and stays as it was.
    Duplicate(Race),
}

/// Puts the race of an exported event into a driver's log, and its session into the table if it is not there: a session
/// from iRacing itself has laps, which the file has not, so it is never overwritten.
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
    if !read.has_race() {
        return Err(ApiError::NoRace);
    }
    let (session, stored) = match store.session(read.info.subsession_id).await? {
        Some(stored) => (stored, true),
        None => (read, false),
    };
    let race =
        race_of(&session, driver, driver_name).ok_or_else(|| ApiError::DriverNotInResult(named_entrants(&session)))?;
    if let Some(known) = store.race(driver, race.id()).await? {
        return Ok(Imported::Duplicate(known));
    }
    if !stored {
        store.save_session(&session, &[]).await?;
    }
    if !store.insert_race(&race).await? {
        // Another request has just stored it, or the driver has left.
        return store.race(driver, race.id()).await?.map(Imported::Duplicate).ok_or(ApiError::NotFound("driver"));
    }
    let tracks = i64::from(store.note_track(race.track_id).await?);
    store.count(Counts { sessions: 1, tracks, ..Counts::default() }).await?;
    Ok(Imported::New(race))
}

/// What came of a log: of races and of entries, how many are new and how many were known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ImportedLog {
    pub(crate) races: (u32, u32),
    pub(crate) entries: (u32, u32),
}

/// Puts the races and entries of an exported log into the driver's own, whoever exported it. What is there stays.
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
    store.driver(driver).await?.ok_or(ApiError::NotFound("driver"))?;
    let known: HashSet<DriverRaceId> = careers.of(driver).await?.iter().map(Race::id).collect();
    let mut seen = known.clone();
    let (offered, mut new) = (log.races.len(), Vec::new());
    for race in log.races {
        let race = owned(race, driver)?;
        if seen.insert(race.id()) {
            new.push(race);
        }
    }
    let imported = store.insert_races(driver, &new).await?;
    let mut entries = (0, 0);
    for entry in log.journal {
        let content = entry.content.checked();
        let content = content.map_err(|_| ApiError::Unreadable(format!("journal of {}", entry.race)))?;
        let entry = JournalEntry { content, version: 1, ..entry };
        if seen.contains(&entry.race) && store.put_journal_entry(driver, &entry).await? {
            entries.0 += 1;
        } else {
            entries.1 += 1;
        }
    }
    let tracks: HashSet<_> = new.iter().map(|race| race.track_id).collect();
    let mut new_tracks = 0;
    for track in tracks {
        new_tracks += i64::from(store.note_track(track).await?);
    }
    let counts = Counts { sessions: imported.into(), notes: entries.0.into(), tracks: new_tracks, ..Counts::default() };
    store.count(counts).await?;
    let known = u32::try_from(offered).unwrap_or(u32::MAX).saturating_sub(imported);
    Ok(ImportedLog { races: (imported, known), entries })
}

/// A race of a file as one of the driver's own, if the table can hold it.
fn owned(race: Race, driver: DriverId) -> Result<Race, ApiError> {
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
    let second = race.start_time.as_second();
    let fits = texts.into_iter().flatten().all(|text| text.len() <= LONGEST_NAME)
        && (0..=9_999_999_999).contains(&second)
        && race.subsession_id.0 >= 0;
    let start_time = Timestamp::from_second(second).ok().filter(|_| fits);
    let start_time = start_time.ok_or_else(|| ApiError::Unreadable(format!("race {}", race.id())))?;
    Ok(Race { driver_id: driver, start_time, ..race })
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
