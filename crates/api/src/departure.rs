//! What a driver takes back: races, or everything.

use crate::{
    careers::Careers,
    problem::{ApiError, FieldError},
};
use domain::{DriverId, DriverRaceId, RaceFilter};
use messaging::{IngestionQueue, QueueMessage};
use std::{collections::HashSet, time::Duration};
use store::Store;

/// Deletes the races that a filter lets through and, if any are named, are named; with what was written about them.
/// `expected` is how many the driver was told that is: if it is another number by now, nothing happens.
pub(crate) async fn delete_races(
    store: &Store,
    careers: &Careers,
    driver: DriverId,
    filter: &RaceFilter,
    named: &HashSet<DriverRaceId>,
    expected: usize,
) -> Result<u32, ApiError> {
    let all = careers.of(driver).await?;
    let chosen = all.iter().filter(|race| filter.admits(race)).map(domain::Race::id);
    let chosen: Vec<DriverRaceId> = chosen.filter(|race| named.is_empty() || named.contains(race)).collect();
    if chosen.len() != expected {
        let error = FieldError::new("expected", "other_number").with("races", chosen.len());
        return Err(ApiError::Invalid(vec![error]));
    }
    let notes = store.journal(driver).await?;
    let gone: HashSet<_> = chosen.iter().collect();
    let notes = notes.iter().filter(|entry| gone.contains(&entry.race)).count();
    let deleted = store.delete_races(driver, &chosen).await?;
    let (sessions, notes) = (-i64::from(deleted), -i64::try_from(notes).unwrap_or(0));
    store.count(store::counters::Counts { sessions, notes, ..Default::default() }).await?;
    Ok(deleted)
}

/// How long a deletion is left to the request that began it: longer than a request may take.
const LEFT_TO_THE_REQUEST: Duration = Duration::from_secs(60);

/// Deletes everything of a driver, who confirms it with their name. A request that ends before it is done may be made
/// again; if it is not, the worker goes on.
pub(crate) async fn delete_driver(
    store: &Store,
    queue: &IngestionQueue,
    driver: DriverId,
    confirmation: &str,
    correlation_id: String,
) -> Result<(), ApiError> {
    let known = store.driver(driver).await?.ok_or(ApiError::NotFound("driver"))?;
    if known.driver_name.trim().to_lowercase() != confirmation.trim().to_lowercase() {
        return Err(ApiError::Invalid(vec![FieldError::new("confirm", "other_name")]));
    }
    // The message first: with the mark alone the account would be closed, and nobody would ever come to delete it. The
    // worker lets a message without the mark be: nothing has been deleted then, and the driver was told so. It cannot
    // come before a mark that is still on its way, as the write of one is given up long before.
    let message = QueueMessage::Depart { driver_id: driver, correlation_id };
    queue.send(&message, LEFT_TO_THE_REQUEST).await?;
    store.begin_departure(driver).await?;
    Ok(store.finish_departure(driver).await?)
}
