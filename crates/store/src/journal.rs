//! `driver#<id>` | `journal#<start second>#<subsession id>`: what a driver wrote about a race; sorts as the races do.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Key, number},
    query::{Range, parse},
};
use domain::{
    DriverId, DriverRaceId,
    journal::{JournalContent, JournalEntry},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    race: DriverRaceId,
    notes: String,
    tags: Vec<String>,
    replay_link: Option<String>,
    lap: Option<u32>,
    created_at: i64,
    updated_at: i64,
    version: u64,
}

pub(crate) fn key(driver: DriverId, race: DriverRaceId) -> Key {
    let DriverRaceId { start_second, subsession_id } = race;
    Key::of_driver(driver, format!("journal#{start_second:010}#{subsession_id}"))
}

impl Store {
    /// What a driver wrote about a race.
    pub async fn journal_entry(
        &self,
        driver: DriverId,
        race: DriverRaceId,
    ) -> Result<Option<JournalEntry>, StoreError> {
        let key = key(driver, race);
        self.read_item::<Item>(&key, true).await?.map(|item| item.into_entry(&key)).transpose()
    }

    /// All entries of a driver, newest race first.
    pub async fn journal(&self, driver: DriverId) -> Result<Vec<JournalEntry>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, "journal#").newest_first().consistent();
        let items = self.query_all(&range).await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                parse::<Item>(item)?.into_entry(&key)
            })
            .collect()
    }

    /// At most `limit` of the entries about races that started from `from` to `to`, before the race `before`, newest race
    /// first; and whether more may follow.
    pub async fn journal_page(
        &self,
        driver: DriverId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        before: Option<DriverRaceId>,
        limit: usize,
    ) -> Result<(Vec<JournalEntry>, bool), StoreError> {
        let all = Range::prefixed(Key::of_driver(driver, "").partition, "journal#");
        let second = |time: Timestamp| time.as_second().clamp(0, 9_999_999_999);
        let first = from.map_or(all.between.0, |from| format!("journal#{:010}#", second(from)));
        let last = to.map_or(all.between.1, |to| format!("journal#{:010}#\u{10FFFF}", second(to)));
        let last = before.map_or(last.clone(), |before| key(driver, before).sort.min(last));
        let range = Range { between: (first, last), ..all }.newest_first().consistent();
        // `before` may be the first that is read.
        let limit = i32::try_from(limit + usize::from(before.is_some())).unwrap_or(i32::MAX);
        let (items, next) = self.query_page(&range, None, Some(limit)).await?;
        let entries = items.into_iter().map(|item| {
            let key = Key::of_item(&item);
            parse::<Item>(item)?.into_entry(&key)
        });
        let entries = entries.filter(|entry| !entry.as_ref().is_ok_and(|entry| Some(entry.race) == before));
        Ok((entries.collect::<Result<_, _>>()?, next.is_some()))
    }

    /// Keeps an entry if the stored one still is of the version before it (none, for version 1); whether it was.
    pub async fn put_journal_entry(&self, driver: DriverId, entry: &JournalEntry) -> Result<bool, StoreError> {
        let key = key(driver, entry.race);
        let kept = if entry.version <= 1 {
            self.put_if(&key, &Item::from(entry), "attribute_not_exists(partition_key)", HashMap::new()).await?
        } else {
            let values = HashMap::from([(":before".to_owned(), number(entry.version - 1))]);
            self.put_if(&key, &Item::from(entry), "version = :before", values).await?
        };
        Ok(kept.is_some())
    }

    /// Keeps an entry, of whatever version, if none is stored; whether it was.
    pub async fn insert_journal_entry(&self, driver: DriverId, entry: &JournalEntry) -> Result<bool, StoreError> {
        let absent = "attribute_not_exists(partition_key)";
        Ok(self.put_if(&key(driver, entry.race), &Item::from(entry), absent, HashMap::new()).await?.is_some())
    }

    /// Deletes an entry of a version; whether it was stored.
    pub async fn delete_journal_entry(
        &self,
        driver: DriverId,
        race: DriverRaceId,
        version: u64,
    ) -> Result<bool, StoreError> {
        let values = HashMap::from([(":version".to_owned(), number(version))]);
        self.delete_if(&key(driver, race), Some("version = :version"), values).await
    }
}

impl From<&JournalEntry> for Item {
    fn from(entry: &JournalEntry) -> Self {
        let JournalEntry { race, content, created_at, updated_at, version } = entry.clone();
        let JournalContent { notes, tags, replay_link, lap } = content;
        Self {
            race,
            notes,
            tags,
            replay_link,
            lap,
            created_at: created_at.as_second(),
            updated_at: updated_at.as_second(),
            version,
        }
    }
}

impl Item {
    fn into_entry(self, key: &Key) -> Result<JournalEntry, StoreError> {
        let Self { race, notes, tags, replay_link, lap, created_at, updated_at, version } = self;
        Ok(JournalEntry {
            race,
            content: JournalContent { notes, tags, replay_link, lap },
            created_at: time(key, created_at)?,
            updated_at: time(key, updated_at)?,
            version,
        })
    }
}
