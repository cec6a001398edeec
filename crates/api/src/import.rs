//! The import of files that iRacing's site exports.

use crate::problem::{ApiError, NamedEntrant};
use domain::{DriverId, EntrantId, Race, RaceSource, Session};
use iracing::EventResult;
use store::{Store, counters::Counts};

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
        return Ok(Imported::Duplicate(race));
    }
    let tracks = i64::from(store.note_track(race.track_id).await?);
    store.count(Counts { sessions: 1, tracks, ..Counts::default() }).await?;
    Ok(Imported::New(race))
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
