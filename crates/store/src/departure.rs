//! A driver leaves: everything in their partition goes, and what is kept of them elsewhere.
//!
//! A deletion may be cut off at any write. `leaving` in the driver's `info` is written first and lets nothing new in;
//! `info` itself is deleted last, so until then whoever comes next, with it or without knowing of it, can go on.

use crate::{
    Store, StoreError,
    counters::Counts,
    driver::STAYS,
    key::{Attributes, Key},
    query::Range,
    request_count,
    write::build_error,
};
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem};
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
}

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
        let requests = Range::whole(request_count::partition(&request_count::driver(driver)));
        let all = Range::whole(info.partition.clone());
        // Asked again each time: who has gone on meanwhile may have finished, and the driver may be back.
        while let Some(Info { leaving: true, session_count }) = self.read_item(&info, true).await? {
            let (items, _) = self.query_page(&all, None, None).await?;
            let keys: Vec<Key> = items.iter().map(Key::of_item).filter(|key| *key != info).collect();
            if !keys.is_empty() {
                self.delete_of_driver(keys).await?;
                continue;
            }
            self.delete_if(&crate::daily_sync::key(driver), None, HashMap::new()).await?;
            let counted = self.query_all(&requests).await?;
            self.delete_all(counted.iter().map(Key::of_item).collect()).await?;
            let values = HashMap::from([(":true".to_owned(), AttributeValue::Bool(true))]);
            if self.delete_if(&info, Some("leaving = :true"), values).await? {
                self.count(Counts { drivers: -1, sessions: -session_count, ..Counts::default() }).await?;
            }
        }
        Ok(())
    }

    /// Deletes items of a driver's partition; of a connection first the other side, which only this one leads to.
    async fn delete_of_driver(&self, keys: Vec<Key>) -> Result<(), StoreError> {
        let connections = keys.iter().filter_map(|key| key.sort.strip_prefix("ws#"));
        let connections = connections.map(|id| crate::connection::key(&ConnectionId(id.to_owned()))).collect();
        let notes = keys.iter().filter(|key| key.sort.starts_with("journal#")).count();
        self.delete_all(connections).await?;
        self.delete_all(keys).await?;
        let notes = i64::try_from(notes).unwrap_or(0);
        self.count(Counts { notes: -notes, ..Counts::default() }).await
    }
}
