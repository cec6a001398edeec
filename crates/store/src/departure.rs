//! A driver leaves: everything in their partition goes, and the other side of their connections.

use crate::{
    Store, StoreError,
    counters::Counts,
    key::{Attributes, Key},
    query::Range,
    write::build_error,
};
use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem};
use domain::{ConnectionId, DriverId};
use std::collections::HashMap;

impl Store {
    /// Puts items of a driver's, all or none; `false` if the driver has left or never signed in. For what is written
    /// beside a run or a request that a deletion may overtake.
    pub(crate) async fn put_of_driver(&self, driver: DriverId, items: Vec<Attributes>) -> Result<bool, StoreError> {
        let is_there = ConditionCheck::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::driver::key(driver).attributes()))
            .condition_expression("attribute_exists(partition_key)")
            .build()
            .map_err(build_error)?;
        let mut actions = vec![TransactWriteItem::builder().condition_check(is_there).build()];
        for item in items {
            let put = Put::builder().table_name(&*self.table).set_item(Some(item)).build().map_err(build_error)?;
            actions.push(TransactWriteItem::builder().put(put).build());
        }
        self.transact(actions).await
    }

    /// Deletes everything of a driver. Results of sessions, which others share, stay.
    ///
    /// The driver's own item goes first: from then on no race can be added, and a run that is under way stops at its
    /// next write, because its lock is gone.
    pub async fn delete_driver(&self, driver: DriverId) -> Result<(), StoreError> {
        let known = self.driver(driver).await?;
        self.delete_if(&crate::driver::key(driver), None, HashMap::new()).await?;
        self.delete_if(&crate::daily_sync::key(driver), None, HashMap::new()).await?;
        // From U+0020 on: DynamoDB takes no empty key.
        let range = Range::prefixed(Key::of_driver(driver, "").partition, " ").consistent();
        let all = Range { between: (range.between.0.clone(), "\u{10FFFF}".to_owned()), ..range };
        let mut notes = 0;
        loop {
            let (items, _) = self.query_page(&all, None, None).await?;
            if items.is_empty() {
                break;
            }
            let mut keys: Vec<Key> = items.iter().map(Key::of_item).collect();
            notes += keys.iter().filter(|key| key.sort.starts_with("journal#")).count();
            let connections = keys.iter().filter_map(|key| key.sort.strip_prefix("ws#"));
            let connections: Vec<_> =
                connections.map(|id| crate::connection::key(&ConnectionId(id.to_owned()))).collect();
            keys.extend(connections);
            self.delete_all(keys).await?;
        }
        let Some(known) = known else { return Ok(()) };
        let sessions = i64::try_from(known.session_count).unwrap_or(0);
        let notes = i64::try_from(notes).unwrap_or(0);
        self.count(Counts { drivers: -1, sessions: -sessions, notes: -notes, ..Counts::default() }).await
    }
}
