//! Single reads and queries, paged to their end.

use crate::{
    Store, StoreError,
    key::{Attributes, Key, PARTITION_KEY, SORT_KEY},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde::de::DeserializeOwned;

/// Which items of a partition to read.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) partition: String,
    /// First and last sort key, both included.
    pub(crate) between: (String, String),
    pub(crate) newest_first: bool,
    pub(crate) consistent: bool,
}

impl Range {
    /// All items whose sort key begins with `prefix`.
    pub(crate) fn prefixed(partition: String, prefix: &str) -> Self {
        // U+10FFFF sorts after every character of our keys
        Self {
            partition,
            between: (prefix.to_owned(), format!("{prefix}\u{10FFFF}")),
            newest_first: false,
            consistent: false,
        }
    }

    /// A whole partition.
    pub(crate) fn whole(partition: String) -> Self {
        // From U+0020 on: DynamoDB takes no empty key.
        Self { partition, between: (" ".to_owned(), "\u{10FFFF}".to_owned()), newest_first: false, consistent: true }
    }

    pub(crate) fn newest_first(self) -> Self {
        Self { newest_first: true, ..self }
    }

    pub(crate) fn consistent(self) -> Self {
        Self { consistent: true, ..self }
    }
}

impl Store {
    pub(crate) async fn read(&self, key: &Key, consistent: bool) -> Result<Option<Attributes>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(consistent)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::table("GetItem"))?;
        self.units.read(&answer.consumed_capacity);
        Ok(answer.item)
    }

    pub(crate) async fn read_item<T: DeserializeOwned>(
        &self,
        key: &Key,
        consistent: bool,
    ) -> Result<Option<T>, StoreError> {
        self.read(key, consistent).await?.map(parse).transpose()
    }

    /// One page: at most `limit` items, and where to go on.
    pub(crate) async fn query_page(
        &self,
        range: &Range,
        after: Option<Key>,
        limit: Option<i32>,
    ) -> Result<(Vec<Attributes>, Option<Key>), StoreError> {
        let (first, last) = &range.between;
        if first > last {
            return Ok((Vec::new(), None));
        }
        let answer = self
            .client
            .query()
            .table_name(&*self.table)
            .key_condition_expression("#partition = :partition AND #sort BETWEEN :first AND :last")
            .expression_attribute_names("#partition", PARTITION_KEY)
            .expression_attribute_names("#sort", SORT_KEY)
            .expression_attribute_values(":partition", AttributeValue::S(range.partition.clone()))
            .expression_attribute_values(":first", AttributeValue::S(first.clone()))
            .expression_attribute_values(":last", AttributeValue::S(last.clone()))
            .scan_index_forward(!range.newest_first)
            .consistent_read(range.consistent)
            .set_exclusive_start_key(after.map(|key| key.attributes()))
            .set_limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::table("Query"))?;
        self.units.read(&answer.consumed_capacity);
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty()).map(|key| Key::of_item(&key));
        Ok((answer.items.unwrap_or_default(), next))
    }

    /// All items of a range, however many pages that takes.
    pub(crate) async fn query_all(&self, range: &Range) -> Result<Vec<Attributes>, StoreError> {
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let (page, next) = self.query_page(range, after, None).await?;
            items.extend(page);
            match next {
                Some(key) => after = Some(key),
                None => return Ok(items),
            }
        }
    }
}

/// Reads an item into the struct that spells its attributes.
pub(crate) fn parse<T: DeserializeOwned>(item: Attributes) -> Result<T, StoreError> {
    let key = Key::of_item(&item);
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(|error| StoreError::shape(&key, error))
}
