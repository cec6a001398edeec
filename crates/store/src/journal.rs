//! `driver#<id>` | `journal#<start second>#<subsession id>`: what a driver wrote about a race; sorts as the races do.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Key, number},
    query::{Range, parse},
    write::{build_error, item},
};
use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem, builders::PutBuilder};
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

    /// Keeps an entry if the stored one still is of the version before it (none, for version 1) and the race is in the
    /// driver's log; whether it was.
    pub async fn put_journal_entry(&self, driver: DriverId, entry: &JournalEntry) -> Result<bool, StoreError> {
        if entry.version <= 1 {
            return self.insert_journal_entry(driver, entry).await;
        }
        let put = Put::builder()
            .condition_expression("version = :before")
            .expression_attribute_values(":before", number(entry.version - 1));
        self.put_beside_race(driver, entry, put).await
    }

    /// Keeps an entry, of whatever version, if none is stored and the race is in the driver's log; whether it was.
    pub async fn insert_journal_entry(&self, driver: DriverId, entry: &JournalEntry) -> Result<bool, StoreError> {
        let put = Put::builder().condition_expression("attribute_not_exists(partition_key)");
        self.put_beside_race(driver, entry, put).await
    }

    /// A race that is deleted takes its words along, and so does a driver: from then on none can be added.
    async fn put_beside_race(
        &self,
        driver: DriverId,
        entry: &JournalEntry,
        put: PutBuilder,
    ) -> Result<bool, StoreError> {
        let race = ConditionCheck::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::race::key(driver, entry.race).attributes()))
            .condition_expression("attribute_exists(partition_key)")
            .build()
            .map_err(build_error)?;
        let item = item(&key(driver, entry.race), &Item::from(entry))?;
        let put = put.table_name(&*self.table).set_item(Some(item)).build().map_err(build_error)?;
        let actions = vec![
            TransactWriteItem::builder().condition_check(race).build(),
            TransactWriteItem::builder().put(put).build(),
        ];
        self.transact(actions).await
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
