//! The journal: reading it with the races that it is about, and writing it from several pages at once.

use crate::problem::ApiError;
use domain::{
    DriverId, DriverRaceId, Race, RaceFilter,
    journal::{JournalContent, JournalEntry},
};
use jiff::Timestamp;
use std::collections::HashMap;
use store::{Page, Store, counters::Counts};

/// Entries that are read at once when a filter decides which of them are wanted.
const FILTERED_READ: usize = 100;

/// Notes shown beside another race.
const MOST_RELATED: usize = 10;
/// Among how many entries those are looked for: whoever opens a race waits for them.
const RELATED_AMONG: usize = 300;

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
        let Self { search, tags, sentiments, races: _ } = self;
        let content = &entry.content;
        let tagged = |wanted: &String| content.tags.iter().any(|tag| tag.to_lowercase() == wanted.to_lowercase());
        (sentiments.is_empty() || content.sentiment().is_some_and(|own| sentiments.contains(&own)))
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
    let races = &filter.races;
    let times = RaceFilter { from: races.from, to: races.to, ..RaceFilter::default() };
    let filtered = *filter != JournalFilter { races: times, ..JournalFilter::default() };
    let at_once = if filtered { limit.max(FILTERED_READ) } else { limit } + 1;
    let (mut items, mut before, mut more) = (Vec::new(), after, true);
    while more && items.len() <= limit {
        let page = store.journal_page(driver, races.from, races.to, before, at_once).await?;
        more = page.1;
        before = page.0.last().map(|entry| entry.race);
        let entries = page.0.into_iter().filter(|entry| filter.admits(entry)).collect();
        items.extend(joined(store, driver, entries).await?.into_iter().filter(|(_, race)| races.admits(race)));
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|(entry, _)| entry.race.to_string());
    Ok(Page { items, next_cursor })
}

/// What the driver wrote about earlier races on the same track or in the same car, newest race first.
pub(crate) async fn related(store: &Store, race: &Race) -> Result<Vec<(JournalEntry, Race)>, ApiError> {
    let akin = |other: &Race| other.track_id == race.track_id || other.car_id == race.car_id;
    let (mut items, mut before, mut read, mut more) = (Vec::new(), race.id(), 0, true);
    while more && items.len() < MOST_RELATED && read < RELATED_AMONG {
        // Most drivers stay with a car: the first few entries are enough.
        let at_once = if read == 0 { 2 * MOST_RELATED } else { FILTERED_READ.min(RELATED_AMONG - read) };
        let page = store.journal_page(race.driver_id, None, None, Some(before), at_once).await?;
        more = page.1;
        read += page.0.len();
        before = page.0.last().map_or(before, |entry| entry.race);
        items.extend(joined(store, race.driver_id, page.0).await?.into_iter().filter(|(_, other)| akin(other)));
    }
    items.truncate(MOST_RELATED);
    Ok(items)
}

/// Keeps words about a race, if `seen` is the version that they replace (0 for the first words); without words, none.
///
/// A page that did not learn that its words were kept sends them again: that is no conflict.
pub(crate) async fn write(
    store: &Store,
    driver: DriverId,
    race: DriverRaceId,
    content: JournalContent,
    seen: u64,
    now: Timestamp,
) -> Result<Option<JournalEntry>, ApiError> {
    let (found, current) = tokio::try_join!(store.race(driver, race), store.journal_entry(driver, race))?;
    let found = found.ok_or(ApiError::NotFound("race"))?;
    let last_lap = match content.lap {
        Some(_) => store.session_info_for(driver, race.subsession_id).await?,
        None => None,
    };
    let last_lap = last_lap.map(|info| info.laps_complete.max(found.laps_complete));
    let content = content
        .checked_for(last_lap)
        .map_err(|faults| ApiError::Invalid(faults.into_iter().map(Into::into).collect()))?;
    if content.is_empty() {
        delete(store, driver, race, seen).await?;
        return Ok(None);
    }
    // The table keeps seconds: the answer says what the next read will.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let current = current.filter(|current| current.version == seen);
    let (created_at, version) = match &current {
        Some(current) => (current.created_at, seen + 1),
        // A page that knows an entry that was deleted since is to meet another version in its place.
        None => (now, u64::try_from(now.as_millisecond()).unwrap_or(1)),
    };
    let entry = JournalEntry { race, content, created_at, updated_at: now, version };
    let kept = match current {
        Some(_) => store.put_journal_entry(driver, &entry).await?,
        None => seen == 0 && store.insert_journal_entry(driver, &entry).await?,
    };
    if kept {
        if seen == 0 {
            store.count(Counts { notes: 1, ..Counts::default() }).await?;
        }
        return Ok(Some(entry));
    }
    match store.journal_entry(driver, race).await? {
        Some(kept) if kept.content == entry.content => Ok(Some(kept)),
        kept => Err(ApiError::JournalConflict(kept.map(|kept| Box::new(kept.into())))),
    }
}

/// Deletes the words about a race, if `seen` is their version or there are none.
pub(crate) async fn delete(store: &Store, driver: DriverId, race: DriverRaceId, seen: u64) -> Result<(), ApiError> {
    if store.delete_journal_entry(driver, race, seen).await? {
        store.count(Counts { notes: -1, ..Counts::default() }).await?;
        return Ok(());
    }
    match store.journal_entry(driver, race).await? {
        Some(kept) => Err(ApiError::JournalConflict(Some(Box::new(kept.into())))),
        None => Ok(()),
    }
}

/// Entries with their races, as far as those are in the log.
async fn joined(
    store: &Store,
    driver: DriverId,
    entries: Vec<JournalEntry>,
) -> Result<Vec<(JournalEntry, Race)>, ApiError> {
    let (Some(newest), Some(oldest)) = (entries.first(), entries.last()) else { return Ok(Vec::new()) };
    let races = store.races_between(driver, oldest.race, newest.race).await?;
    let mut races: HashMap<DriverRaceId, Race> = races.into_iter().map(|race| (race.id(), race)).collect();
    Ok(entries.into_iter().filter_map(|entry| races.remove(&entry.race).map(|race| (entry, race))).collect())
}
