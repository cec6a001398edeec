//! A driver leaves: everything in their partition goes, and what is kept of them elsewhere.
//!
//! A deletion may be cut off at any write. `leaving` in the driver's `info` is written first and lets nothing new in;
//! `info` itself is deleted last, so until then whoever comes next, with it or without knowing of it, can go on.
//!
//! Several may be at it at the same time, and the driver may be back before the slowest of them has noticed. So each
//! deletes in transactions that hold only while the driver leaves. They cost twice what batches do, once in a while.

use crate::{
    Store, StoreError,
    counters::Counts,
    driver::STAYS,
    key::{Attributes, Key, number},
    query::Range,
    request_count,
    write::build_error,
};
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use domain::{ConnectionId, DriverId};
use serde::Deserialize;
use std::collections::HashMap;

/// What a deletion has to know of the driver.
#[derive(Debug, Deserialize)]
struct Info {
    #[serde(default)]
    leaving: bool,
    #[serde(default)]
    session_count: i64,
    /// Journal entries that are deleted, and not yet counted as such.
    #[serde(default)]
    notes_deleted: i64,
}

/// Items that one transaction deletes: DynamoDB takes a hundred, of which one is `info`.
const AT_ONCE: usize = 99;

impl Store {
    /// Puts items of a driver's, all or none; `false` if the driver leaves, has left or never signed in. For what is
    /// written beside a run or a request that a deletion may overtake.
    pub(crate) async fn put_of_driver(&self, driver: DriverId, items: Vec<Attributes>) -> Result<bool, StoreError> {
        let mut actions = vec![self.check_driver_stays(driver)?];
        for item in items {
            let put = Put::builder().table_name(&*self.table).set_item(Some(item)).build().map_err(build_error)?;
            actions.push(TransactWriteItem::builder().put(put).build());
        }
        self.transact(actions).await
    }

    /// The part of a transaction that lets it be only if the driver stays.
    pub(crate) fn check_driver_stays(&self, driver: DriverId) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::driver::key(driver).attributes()))
            .condition_expression(STAYS)
            .build()
            .map_err(build_error)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Deletes everything of a driver. Results of sessions, which others share, stay.
    pub async fn delete_driver(&self, driver: DriverId) -> Result<(), StoreError> {
        self.begin_departure(driver).await?;
        self.finish_departure(driver).await
    }

    /// Notes that a driver leaves: from then on no race can be added, and a run that is under way stops at its next
    /// write once its lock is gone.
    pub async fn begin_departure(&self, driver: DriverId) -> Result<(), StoreError> {
        let values = HashMap::from([(":true".to_owned(), AttributeValue::Bool(true))]);
        let known = Some("attribute_exists(partition_key)");
        self.update_if(&crate::driver::key(driver), "SET leaving = :true", known, values).await.map(drop)
    }

    /// Goes on with a deletion that has begun, to its end; nothing happens if none has.
    pub async fn finish_departure(&self, driver: DriverId) -> Result<(), StoreError> {
        let info = crate::driver::key(driver);
        // Asked again each time: who has gone on meanwhile may have finished, and the driver may be back.
        while let Some(Info { leaving: true, session_count, notes_deleted }) = self.read_item(&info, true).await? {
            let left = self.some_left(driver).await?;
            for keys in left.chunks(AT_ONCE) {
                if !self.delete_of_leaving(driver, keys).await? {
                    break;
                }
            }
            if !left.is_empty() {
                continue;
            }
            let values = HashMap::from([
                (":true".to_owned(), AttributeValue::Bool(true)),
                (":notes".to_owned(), number(notes_deleted)),
            ]);
            // Who has deleted the last entries meanwhile has raised their number since it was read.
            let known = "leaving = :true AND (attribute_not_exists(notes_deleted) OR notes_deleted = :notes)";
            if self.delete_if(&info, Some(known), values).await? {
                let (sessions, notes) = (-session_count, -notes_deleted);
                self.count(Counts { drivers: -1, sessions, notes, ..Counts::default() }).await?;
            }
        }
        Ok(())
    }

    /// Keys of what is left of a driver besides `info`: a page of the partition, and at last what is kept elsewhere.
    async fn some_left(&self, driver: DriverId) -> Result<Vec<Key>, StoreError> {
        let info = crate::driver::key(driver);
        let (items, _) = self.query_page(&Range::whole(info.partition.clone()), None, None).await?;
        let mut keys = Vec::with_capacity(items.len());
        for key in items.iter().map(Key::of_item).filter(|key| *key != info) {
            if let Some(id) = key.sort.strip_prefix("ws#") {
                // The connection's other side goes first, as only this one leads to it.
                keys.push(crate::connection::key(&ConnectionId(id.to_owned())));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            let requests = Range::whole(request_count::partition(&request_count::driver(driver)));
            keys.extend(self.query_all(&requests).await?.iter().map(Key::of_item));
            let daily_sync = crate::daily_sync::key(driver);
            keys.extend(self.read(&daily_sync, true).await?.map(|_| daily_sync));
        }
        Ok(keys)
    }

    /// Deletes items of a driver who leaves, all or none; `false` if the driver does not, or another has deleted some.
    async fn delete_of_leaving(&self, driver: DriverId, keys: &[Key]) -> Result<bool, StoreError> {
        let is_note = |key: &Key| key.sort.starts_with("journal#");
        let notes = keys.iter().filter(|key| is_note(key)).count();
        let leaving = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::driver::key(driver).attributes()))
            .update_expression("ADD notes_deleted :notes")
            .condition_expression("leaving = :true")
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":notes", number(notes))
            .build()
            .map_err(build_error)?;
        let mut actions = vec![TransactWriteItem::builder().update(leaving).build()];
        for key in keys {
            let delete = Delete::builder()
                .table_name(&*self.table)
                .set_key(Some(key.attributes()))
                // Each is counted once.
                .set_condition_expression(is_note(key).then(|| "attribute_exists(partition_key)".to_owned()))
                .build()
                .map_err(build_error)?;
            actions.push(TransactWriteItem::builder().delete(delete).build());
        }
        self.transact(actions).await
    }
}
