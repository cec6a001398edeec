//! The journal: reading it with the races that it is about, and writing it from several pages at once.

use crate::problem::ApiError;
use domain::{
    DriverId, DriverRaceId, Race, RaceFilter,
    journal::{JournalContent, JournalEntry},
};
use jiff::Timestamp;
use std::{cmp::Reverse, collections::HashMap};
use store::{Page, Store, counters::Counts};

/// Entries whose races are read at once: those of the largest page, and the one that tells whether another follows.
const JOINED_AT_ONCE: usize = 101;

/// Notes shown beside another race.
const MOST_RELATED: usize = 10;

/// Which entries. All conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct JournalFilter {
    /// Words that are all in notes or tags.
    pub(crate) search: String,
    /// Tags that it all has, in whatever case.
    pub(crate) tags: Vec<String>,
    /// One of these sentiments; empty lets all through.
    pub(crate) sentiments: Vec<&'static str>,
    /// The race is one of these.
    pub(crate) races: RaceFilter,
}

impl JournalFilter {
    fn admits(&self, entry: &JournalEntry) -> bool {
        let Self { search, tags, sentiments, races: RaceFilter { from, to, .. } } = self;
        let content = &entry.content;
        let second = entry.race.start_second;
        let tagged = |wanted: &String| content.tags.iter().any(|tag| tag.to_lowercase() == wanted.to_lowercase());
        from.is_none_or(|from| second >= from.as_second())
            && to.is_none_or(|to| second <= to.as_second())
            && (sentiments.is_empty() || content.sentiment().is_some_and(|own| sentiments.contains(&own)))
            && tags.iter().all(tagged)
            && content.matches(search)
    }
}

/// A page of the entries that pass a filter, newest race first. The cursor is the last race of the page before.
pub(crate) async fn list(
    store: &Store,
    driver: DriverId,
    filter: &JournalFilter,
    limit: usize,
    after: Option<DriverRaceId>,
) -> Result<Page<(JournalEntry, Race)>, ApiError> {
    let mut entries = newest_first(store, driver).await?;
    entries.retain(|entry| after.is_none_or(|after| entry.race < after) && filter.admits(entry));
    let mut items = joined(store, driver, entries, limit + 1, |race| filter.races.admits(race)).await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|(entry, _)| entry.race.to_string());
    Ok(Page { items, next_cursor })
}

/// What the driver wrote about other races on the same track or in the same car, newest race first.
pub(crate) async fn related(store: &Store, race: &Race) -> Result<Vec<(JournalEntry, Race)>, ApiError> {
    let mut entries = newest_first(store, race.driver_id).await?;
    entries.retain(|entry| entry.race != race.id());
    let akin = |other: &Race| other.track_id == race.track_id || other.car_id == race.car_id;
    joined(store, race.driver_id, entries, MOST_RELATED, akin).await
}

/// Keeps words about a race, if `seen` is the version that they replace (0 for the first words).
///
/// A page that did not learn that its words were kept sends them again: that is no conflict.
pub(crate) async fn write(
    store: &Store,
    driver: DriverId,
    race: DriverRaceId,
    content: JournalContent,
    seen: u64,
    now: Timestamp,
) -> Result<JournalEntry, ApiError> {
    let content =
        content.checked().map_err(|faults| ApiError::Invalid(faults.into_iter().map(Into::into).collect()))?;
    let (found, current) = tokio::try_join!(store.race(driver, race), store.journal_entry(driver, race))?;
    if found.is_none() {
        return Err(ApiError::NotFound("race"));
    }
    // The table keeps seconds: the answer says what the next read will.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let version = current.as_ref().map_or(0, |current| current.version);
    let created_at = current.map_or(now, |current| current.created_at);
    let entry = JournalEntry { race, content, created_at, updated_at: now, version: version + 1 };
    if version == seen && store.put_journal_entry(driver, &entry).await? {
        if version == 0 {
            store.count(Counts { notes: 1, ..Counts::default() }).await?;
        }
        return Ok(entry);
    }
    match store.journal_entry(driver, race).await? {
        Some(kept) if kept.content == entry.content => Ok(kept),
        kept => Err(ApiError::JournalConflict(kept.map(|kept| Box::new(kept.into())))),
    }
}

/// Deletes the words about a race, if there are any.
pub(crate) async fn delete(store: &Store, driver: DriverId, race: DriverRaceId) -> Result<(), ApiError> {
    if store.delete_journal_entry(driver, race).await? {
        store.count(Counts { notes: -1, ..Counts::default() }).await?;
    }
    Ok(())
}

async fn newest_first(store: &Store, driver: DriverId) -> Result<Vec<JournalEntry>, ApiError> {
    let mut entries = store.journal(driver).await?;
    entries.sort_by_key(|entry| Reverse(entry.race));
    Ok(entries)
}

/// The first `enough` entries, newest first, whose race is in the log and wanted. Races are read in stretches of time.
async fn joined(
    store: &Store,
    driver: DriverId,
    entries: Vec<JournalEntry>,
    enough: usize,
    wanted: impl Fn(&Race) -> bool,
) -> Result<Vec<(JournalEntry, Race)>, ApiError> {
    let mut items = Vec::new();
    let mut entries = entries.into_iter().peekable();
    while items.len() < enough && entries.peek().is_some() {
        let stretch: Vec<JournalEntry> = entries.by_ref().take(JOINED_AT_ONCE).collect();
        let (Some(newest), Some(oldest)) = (stretch.first(), stretch.last()) else { break };
        let races = store.races_between(driver, oldest.race, newest.race).await?;
        let mut races: HashMap<DriverRaceId, Race> = races.into_iter().map(|race| (race.id(), race)).collect();
        let join = |entry: JournalEntry| races.remove(&entry.race).map(|race| (entry, race));
        items.extend(stretch.into_iter().filter_map(join).filter(|(_, race)| wanted(race)));
    }
    items.truncate(enough);
    Ok(items)
}
