//! `daily_sync` | `driver#<id, 10 digits>`: the drivers who want to be brought up to date once a day; the same is noted in
//! their `info`. `global` | `daily_sync`: when it was last done, where no schedule of AWS's tells.

use crate::{
    Store, StoreError,
    key::{Key, number},
    query::Range,
    write::build_error,
};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use domain::DriverId;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const PARTITION: &str = "daily_sync";

/// Padded, so that pages go by number.
pub(crate) fn key(driver: DriverId) -> Key {
    Key { partition: PARTITION.to_owned(), sort: format!("driver#{:010}", driver.0) }
}

impl Store {
    /// Turns the daily sync of a driver on or off; `false` for one who never signed in, or leaves.
    pub async fn set_daily_sync(&self, driver: DriverId, wanted: bool) -> Result<bool, StoreError> {
        let noted = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(crate::driver::key(driver).attributes()))
            .update_expression("SET daily_sync = :wanted")
            .condition_expression(crate::driver::STAYS)
            .expression_attribute_values(":wanted", AttributeValue::Bool(wanted))
            .build()
            .map_err(build_error)?;
        let key = key(driver).attributes();
        let listed = if wanted {
            let put = Put::builder().table_name(&*self.table).set_item(Some(key)).build().map_err(build_error)?;
            TransactWriteItem::builder().put(put).build()
        } else {
            let gone = Delete::builder().table_name(&*self.table).set_key(Some(key)).build().map_err(build_error)?;
            TransactWriteItem::builder().delete(gone).build()
        };
        self.transact(vec![TransactWriteItem::builder().update(noted).build(), listed]).await
    }

    /// At most `limit` drivers who want the daily sync, by id, beginning behind `after`.
    pub async fn daily_sync_drivers(&self, after: Option<DriverId>, limit: usize) -> Result<Vec<DriverId>, StoreError> {
        let range = Range::prefixed(PARTITION.to_owned(), "driver#");
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let (items, _) = self.query_page(&range, after.map(key), Some(limit)).await?;
        items
            .iter()
            .map(|item| {
                let key = Key::of_item(item);
                let id = key.sort.strip_prefix("driver#").and_then(|id| id.parse().ok());
                id.map(DriverId).ok_or_else(|| StoreError::shape(&key, "the key has no driver id"))
            })
            .collect()
    }

    /// Claims the daily sync of an installation without a schedule; `false` if less than `every` has passed since it was
    /// last claimed.
    pub async fn claim_daily_sync(&self, now: Timestamp, every: SignedDuration) -> Result<bool, StoreError> {
        let before = now.saturating_sub(every).unwrap_or(Timestamp::MIN);
        let values = HashMap::from([
            (":now".to_owned(), number(now.as_second())),
            (":before".to_owned(), number(before.as_second())),
        ]);
        let condition = Some("attribute_not_exists(begun_at) OR begun_at <= :before");
        let key = Key::global("daily_sync");
        Ok(self.update_if(&key, "SET begun_at = :now", condition, values).await?.is_some())
    }
}
