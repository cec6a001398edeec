//! `driver#<id>` | `session#<start second>#<subsession id>`: a driver's race, as the log lists it.
//!
//! The second is padded to ten digits, so that keys sort by time.

mod item;

use crate::{
    Store, StoreError,
    driver::time,
    key::{Key, number},
    query::{Range, parse},
    write::build_error,
};
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{DriverId, DriverRaceId, Race, RaceFilter, SubsessionId, ingestion::is_searched_again};
use item::Item;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashSet;

/// Races read at once when a filter decides which of them are listed.
const FILTERED_READ: usize = 500;

/// Races that are written in one transaction, which may have 100 actions: up to four for a race, and the count.
const AT_ONCE: usize = 24;

/// What a race was before its result changed has keys of its own.
const BEFORE: &str = "race_before#";

/// Races that the driver deleted have keys of their own, too.
const DELETED: &str = "deleted_race#";

const ABSENT: &str = "attribute_not_exists(partition_key)";
const PRESENT: &str = "attribute_exists(partition_key)";

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A state of a driver's races: each change of them makes another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct RacesRevision {
    /// A driver who left and came back begins to count anew.
    first_login: i64,
    #[serde(default)]
    races_revision: u64,
}

pub(crate) fn key(driver: DriverId, race: DriverRaceId) -> Key {
    let DriverRaceId { start_second, subsession_id } = race;
    Key::of_driver(driver, format!("session#{start_second:010}#{subsession_id}"))
}

/// `race_before#<start second>#<subsession id>#<second of the change>`: what a race was before.
fn before_key(driver: DriverId, race: DriverRaceId, changed_at: Timestamp) -> Key {
    Key::of_driver(driver, format!("{}{:010}", before_prefix(race), changed_at.as_second()))
}

fn before_prefix(race: DriverRaceId) -> String {
    let DriverRaceId { start_second, subsession_id } = race;
    format!("{BEFORE}{start_second:010}#{subsession_id}#")
}

/// `deleted_race#<start second>#<subsession id>`: a race that the driver deleted and that searches still find.
fn deleted_key(driver: DriverId, race: DriverRaceId) -> Key {
    let DriverRaceId { start_second, subsession_id } = race;
    Key::of_driver(driver, format!("{DELETED}{start_second:010}#{subsession_id}"))
}

/// The races that started from `from` to `to`, newest first.
fn range(driver: DriverId, from: Option<Timestamp>, to: Option<Timestamp>) -> Range {
    let second = |time: Timestamp| time.as_second().clamp(0, 9_999_999_999);
    range_of_seconds(driver, from.map_or(0, second), to.map_or(9_999_999_999, second))
}

fn range_of_seconds(driver: DriverId, from: i64, to: i64) -> Range {
    Range {
        partition: Key::of_driver(driver, "").partition,
        between: (format!("session#{from:010}#"), format!("session#{to:010}#\u{10FFFF}")),
        newest_first: true,
        consistent: false,
    }
}

impl Store {
    /// Stores a race and counts it, both or neither; `false` if it was stored before, or the driver has left.
    pub async fn insert_race(&self, race: &Race) -> Result<bool, StoreError> {
        let actions = vec![self.put_race(race, ABSENT)?, self.count_races(race.driver_id, 1)?];
        self.transact(actions).await
    }

    /// Stores those of a driver's races that are not stored yet; answers how many.
    pub async fn insert_races(&self, driver: DriverId, races: &[Race]) -> Result<u32, StoreError> {
        let mut inserted = 0;
        for some in races.chunks(AT_ONCE) {
            let mut actions = some.iter().map(|race| self.put_race(race, ABSENT)).collect::<Result<Vec<_>, _>>()?;
            actions.push(self.count_races(driver, some.len() as i64)?);
            if self.transact(actions).await? {
                inserted += some.len() as u32;
                continue;
            }
            for race in some {
                inserted += u32::from(self.insert_race(race).await?);
            }
        }
        Ok(inserted)
    }

    /// Replaces a stored race, for example when its laps have come.
    pub async fn replace_race(&self, race: &Race) -> Result<(), StoreError> {
        let actions = vec![self.put_race(race, PRESENT)?, self.count_races(race.driver_id, 0)?];
        self.transact(actions).await.map(drop)
    }

    /// Deletes races with what the driver wrote about them; answers how many there were. Those that later runs will meet
    /// again in their searches are remembered as deleted.
    pub async fn delete_races(&self, driver: DriverId, races: &[DriverRaceId]) -> Result<u32, StoreError> {
        let searched_to = self.driver(driver).await?.and_then(|known| known.races_ingested_to);
        let mut deleted = 0;
        for some in races.chunks(AT_ONCE) {
            if self.delete_together(driver, some, searched_to).await? {
                deleted += some.len() as u32;
                continue;
            }
            for race in some {
                let one = std::slice::from_ref(race);
                deleted += u32::from(self.delete_together(driver, one, searched_to).await?);
            }
        }
        self.delete_earlier_results(driver, races).await?;
        Ok(deleted)
    }

    /// Deletes what some races were before their results changed; few results ever do.
    async fn delete_earlier_results(&self, driver: DriverId, races: &[DriverRaceId]) -> Result<(), StoreError> {
        let prefixes: HashSet<String> = races.iter().copied().map(before_prefix).collect();
        let range = Range::prefixed(Key::of_driver(driver, "").partition, BEFORE);
        let earlier = self.query_all(&range).await?;
        let keys = earlier.iter().map(Key::of_item).filter(|key| {
            let end = key.sort.rfind('#').map_or(0, |hash| hash + 1);
            prefixes.contains(&key.sort[..end])
        });
        self.delete_all(keys.collect()).await
    }

    /// Deletes races and counts them, all or none; `false` if one of them is not there.
    async fn delete_together(
        &self,
        driver: DriverId,
        races: &[DriverRaceId],
        searched_to: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let mut actions = vec![self.count_races(driver, -(races.len() as i64))?];
        for race in races {
            if is_searched_again(*race, searched_to) {
                let put = Put::builder()
                    .table_name(&*self.table)
                    .set_item(Some(deleted_key(driver, *race).attributes()))
                    .build()
                    .map_err(build_error)?;
                actions.push(TransactWriteItem::builder().put(put).build());
            }
            let keys = [
                (key(driver, *race), Some(PRESENT)),
                (crate::journal::key(driver, *race), None),
                (crate::failed_race::key(driver, race.subsession_id), None),
            ];
            for (key, condition) in keys {
                let delete = Delete::builder()
                    .table_name(&*self.table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .build()
                    .map_err(build_error)?;
                actions.push(TransactWriteItem::builder().delete(delete).build());
            }
        }
        self.transact(actions).await
    }

    fn put_race(&self, race: &Race, condition: &str) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&*self.table)
            .set_item(Some(crate::write::item(&key(race.driver_id, race.id()), &Item::from(race))?))
            .condition_expression(condition)
            .build()
            .map_err(build_error)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Counts races of a driver who has not left, and says that they changed.
    fn count_races(&self, driver: DriverId, change: i64) -> Result<TransactWriteItem, StoreError> {
        let count = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::driver::key(driver).attributes()))
            .update_expression("ADD session_count :change, races_revision :one")
            .condition_expression(crate::driver::STAYS)
            .expression_attribute_values(":change", number(change))
            .expression_attribute_values(":one", number(1))
            .build()
            .map_err(build_error)?;
        Ok(TransactWriteItem::builder().update(count).build())
    }

    /// Which state the races of a driver are in: who knows the races of the same state knows them as they are. `None`
    /// for a driver who never signed in, or left.
    pub async fn races_revision(&self, driver: DriverId) -> Result<Option<RacesRevision>, StoreError> {
        self.read_item(&crate::driver::key(driver), true).await
    }

    /// All races of a driver, newest first: at least those of a revision that was read before.
    pub async fn all_races(&self, driver: DriverId) -> Result<Vec<Race>, StoreError> {
        let range = range(driver, None, None).consistent();
        let mut races = Vec::new();
        let mut after = None;
        // Decoded page by page: as attributes they take many times the memory.
        loop {
            let (items, next) = self.query_page(&range, after, None).await?;
            for item in items {
                let key = Key::of_item(&item);
                races.push(parse::<Item>(item)?.into_race(driver, &key)?);
            }
            match next {
                Some(key) => after = Some(key),
                None => return Ok(races),
            }
        }
    }

    /// Replaces a race whose result has changed, and keeps what it was before.
    pub async fn change_race(&self, before: &Race, after: &Race, at: Timestamp) -> Result<(), StoreError> {
        let kept = Put::builder()
            .table_name(&*self.table)
            .set_item(Some(crate::write::item(&before_key(before.driver_id, before.id(), at), &Item::from(before))?))
            .build()
            .map_err(build_error)?;
        let kept = TransactWriteItem::builder().put(kept).build();
        let actions = vec![self.put_race(after, PRESENT)?, kept, self.count_races(after.driver_id, 0)?];
        self.transact(actions).await.map(drop)
    }

    /// What a race was before its result changed, with the time of each change; the latest first.
    pub async fn earlier_results(
        &self,
        driver: DriverId,
        race: DriverRaceId,
    ) -> Result<Vec<(Timestamp, Race)>, StoreError> {
        self.results_before(driver, &before_prefix(race)).await
    }

    /// The same of all races of a driver, the newest race first.
    pub async fn all_earlier_results(&self, driver: DriverId) -> Result<Vec<(Timestamp, Race)>, StoreError> {
        self.results_before(driver, BEFORE).await
    }

    async fn results_before(&self, driver: DriverId, prefix: &str) -> Result<Vec<(Timestamp, Race)>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, prefix).newest_first();
        let items = self.query_all(&range).await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                let second = key.sort.rsplit_once('#').and_then(|(_, second)| second.parse().ok());
                let second = second.ok_or_else(|| StoreError::shape(&key, "the key does not end in a second"))?;
                Ok((time(&key, second)?, parse::<Item>(item)?.into_race(driver, &key)?))
            })
            .collect()
    }

    /// Keeps what a race was until its result changed, unless the driver has left.
    pub async fn put_earlier_result(&self, before: &Race, changed_at: Timestamp) -> Result<(), StoreError> {
        let key = before_key(before.driver_id, before.id(), changed_at);
        let item = crate::write::item(&key, &Item::from(before))?;
        self.put_of_driver(before.driver_id, vec![item]).await.map(drop)
    }

    /// One race.
    pub async fn race(&self, driver: DriverId, race: DriverRaceId) -> Result<Option<Race>, StoreError> {
        let key = key(driver, race);
        self.read_item::<Item>(&key, false).await?.map(|item| item.into_race(driver, &key)).transpose()
    }

    /// A page of at most `limit` races that pass the filter, newest first.
    pub async fn races(
        &self,
        driver: DriverId,
        filter: &RaceFilter,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Race>, StoreError> {
        let range = range(driver, filter.from, filter.to);
        let mut after = cursor.map(|cursor| decode_cursor(cursor, &range)).transpose()?;
        // A filter may drop most of what is read: then it is read in large pages.
        let by_time_only = RaceFilter { from: None, to: None, ..filter.clone() } == RaceFilter::default();
        let read = i32::try_from(if by_time_only { limit } else { limit.max(FILTERED_READ) }).unwrap_or(i32::MAX);
        let mut races = Vec::with_capacity(limit);
        loop {
            let (items, next) = self.query_page(&range, after, Some(read)).await?;
            let mut items = items.into_iter().peekable();
            while let Some(item) = items.next() {
                let key = Key::of_item(&item);
                let race = parse::<Item>(item)?.into_race(driver, &key)?;
                if filter.admits(&race) {
                    races.push(race);
                }
                if races.len() == limit {
                    let more = items.peek().is_some() || next.is_some();
                    return Ok(Page { items: races, next_cursor: more.then(|| encode_cursor(&key)) });
                }
            }
            match next {
                None => return Ok(Page { items: races, next_cursor: None }),
                Some(key) => after = Some(key),
            }
        }
    }

    /// All races that started from the start of one to the start of another, newest first.
    pub async fn races_between(
        &self,
        driver: DriverId,
        first: DriverRaceId,
        last: DriverRaceId,
    ) -> Result<Vec<Race>, StoreError> {
        let items = self.query_all(&range_of_seconds(driver, first.start_second, last.start_second)).await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                parse::<Item>(item)?.into_race(driver, &key)
            })
            .collect()
    }

    /// Which subsessions a driver has stored, of those that started from `from` to `to`.
    pub async fn stored_subsessions(
        &self,
        driver: DriverId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<HashSet<SubsessionId>, StoreError> {
        self.subsessions_in(range(driver, Some(from), Some(to))).await
    }

    /// Which subsessions a driver has deleted that searches still find. Who also asks which are stored asks that first:
    /// a race that goes from one to the other in between is in both.
    pub async fn deleted_subsessions(&self, driver: DriverId) -> Result<HashSet<SubsessionId>, StoreError> {
        self.subsessions_in(Range::prefixed(Key::of_driver(driver, "").partition, DELETED)).await
    }

    async fn subsessions_in(&self, range: Range) -> Result<HashSet<SubsessionId>, StoreError> {
        let items = self.query_all(&range.consistent()).await?;
        items
            .iter()
            .map(|item| {
                let key = Key::of_item(item);
                let subsession = key.sort.rsplit_once('#').and_then(|(_, id)| id.parse().ok());
                subsession.ok_or_else(|| StoreError::shape(&key, "the key does not end in a subsession id"))
            })
            .collect()
    }
}

/// A cursor is the last sort key seen; it means nothing to the caller.
pub(crate) fn encode_cursor(key: &Key) -> String {
    URL_SAFE_NO_PAD.encode(&key.sort)
}

/// The key that a cursor stands for, which must lie in the range that is being paged.
pub(crate) fn decode_cursor(cursor: &str, range: &Range) -> Result<Key, StoreError> {
    let sort = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    sort.filter(|sort| *sort >= range.between.0 && *sort <= range.between.1)
        .map(|sort| Key { partition: range.partition.clone(), sort })
        .ok_or(StoreError::Cursor)
}
