//! `requests#<who>` | `<limit>#<window's start second>`: how often somebody asked for something within a window.

use crate::{
    Store, StoreError,
    key::{Key, number},
};
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};
use domain::DriverId;
use jiff::Timestamp;

/// How long a count outlives its window, for processes whose clocks are slow.
const KEPT: i64 = 60;

/// Whose requests those of a driver are.
pub fn driver(driver: DriverId) -> String {
    format!("driver#{driver}")
}

pub(crate) fn partition(who: &str) -> String {
    format!("requests#{who}")
}

/// What is counted: one item a window, which the table forgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestWindow<'a> {
    /// Whose requests.
    pub who: &'a str,
    /// Which of their requests.
    pub limit: &'a str,
    /// When the window began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Store {
    /// Adds to the count of a window; how much it is now, with what other processes have added. One write unit.
    pub async fn count_requests(&self, window: RequestWindow<'_>, more: u32) -> Result<u64, StoreError> {
        let RequestWindow { who, limit, from, until } = window;
        let key = Key { partition: partition(who), sort: format!("{limit}#{:010}", from.as_second()) };
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .update_expression("ADD requests :more SET #ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":more", number(more))
            .expression_attribute_values(":ttl", number(until.as_second().saturating_add(KEPT)))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::table("UpdateItem"))?;
        self.units.write(&answer.consumed_capacity);
        let count = answer.attributes.as_ref().and_then(|item| item.get("requests")?.as_n().ok());
        count.and_then(|count| count.parse().ok()).ok_or_else(|| StoreError::shape(&key, "no count"))
    }
}
