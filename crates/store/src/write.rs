//! Writes: single, conditional and in batches.

use crate::{
    Store, StoreError,
    error::condition_failed,
    key::{Attributes, Key},
};
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    operation::transact_write_items::TransactWriteItemsError,
    types::{DeleteRequest, PutRequest, ReturnConsumedCapacity, TransactWriteItem, WriteRequest},
};
use serde::Serialize;
use std::time::Duration;

/// DynamoDB's limit for one batch.
const BATCH: usize = 25;

/// A conditional write that may be refused: `None` when its condition did not hold.
pub(crate) type Conditional<T> = Result<Option<T>, StoreError>;

/// An item of ours as attributes, with its key.
pub(crate) fn item<T: Serialize>(key: &Key, body: &T) -> Result<Attributes, StoreError> {
    let mut attributes: Attributes =
        serde_dynamo::aws_sdk_dynamodb_1::to_item(body).map_err(|error| StoreError::shape(key, error))?;
    attributes.extend(key.attributes());
    Ok(attributes)
}

impl Store {
    /// Puts an item, whatever was there.
    pub(crate) async fn put<T: Serialize>(&self, key: &Key, body: &T) -> Result<(), StoreError> {
        let answer = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item(key, body)?))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::table("PutItem"))?;
        self.units.write(&answer.consumed_capacity);
        Ok(())
    }

    /// Puts an item if `condition` holds for what is there.
    pub(crate) async fn put_if<T: Serialize>(
        &self,
        key: &Key,
        body: &T,
        condition: &str,
        values: Attributes,
    ) -> Conditional<()> {
        let answer = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item(key, body)?))
            .condition_expression(condition)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.units.write(&answer.consumed_capacity);
                Ok(Some(()))
            }
            Err(error) if condition_failed(&error) => Ok(None),
            Err(error) => Err(StoreError::table("PutItem")(error)),
        }
    }

    /// Updates an item by `update`, if `condition` (if any) holds; answers the item as it is then.
    pub(crate) async fn update_if(
        &self,
        key: &Key,
        update: &str,
        condition: Option<&str>,
        values: Attributes,
    ) -> Conditional<Attributes> {
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.units.write(&answer.consumed_capacity);
                Ok(Some(answer.attributes.unwrap_or_default()))
            }
            Err(error) if condition_failed(&error) => Ok(None),
            Err(error) => Err(StoreError::table("UpdateItem")(error)),
        }
    }

    /// Deletes an item if `condition` (if any) holds; whether it did.
    pub(crate) async fn delete_if(
        &self,
        key: &Key,
        condition: Option<&str>,
        values: Attributes,
    ) -> Result<bool, StoreError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.units.write(&answer.consumed_capacity);
                Ok(true)
            }
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(StoreError::table("DeleteItem")(error)),
        }
    }

    /// Puts many items, in batches, until nothing is left unprocessed.
    pub(crate) async fn put_all(&self, items: Vec<Attributes>) -> Result<(), StoreError> {
        let requests = items
            .into_iter()
            .map(|item| {
                PutRequest::builder()
                    .set_item(Some(item))
                    .build()
                    .map(|put| WriteRequest::builder().put_request(put).build())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(build_error)?;
        self.write_all(requests).await
    }

    /// Deletes many items, in batches, until nothing is left unprocessed.
    pub(crate) async fn delete_all(&self, keys: Vec<Key>) -> Result<(), StoreError> {
        let requests = keys
            .into_iter()
            .map(|key| {
                DeleteRequest::builder()
                    .set_key(Some(key.attributes()))
                    .build()
                    .map(|delete| WriteRequest::builder().delete_request(delete).build())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(build_error)?;
        self.write_all(requests).await
    }

    /// Writes all or nothing; `false` if a condition did not hold. A conflict with another transaction is tried again.
    pub(crate) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<bool, StoreError> {
        let mut pause = Duration::from_millis(20);
        for attempt in 0.. {
            let answer = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            let error = match answer {
                Ok(answer) => {
                    self.units.write(answer.consumed_capacity());
                    return Ok(true);
                }
                Err(error) => error,
            };
            let reasons: Vec<_> = error
                .as_service_error()
                .and_then(|error| match error {
                    TransactWriteItemsError::TransactionCanceledException(canceled) => {
                        canceled.cancellation_reasons.as_ref()
                    }
                    _ => None,
                })
                .into_iter()
                .flatten()
                .filter_map(|reason| reason.code.clone())
                .collect();
            if reasons.iter().any(|code| code == "ConditionalCheckFailed") {
                return Ok(false);
            }
            let conflict = reasons.iter().any(|code| code == "TransactionConflict")
                || error.code() == Some("TransactionInProgressException");
            if !conflict || attempt == 6 {
                return Err(StoreError::table("TransactWriteItems")(error));
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Ok(false)
    }

    async fn write_all(&self, mut waiting: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut pause = Duration::from_millis(25);
        while !waiting.is_empty() {
            let batch: Vec<_> = waiting.drain(..waiting.len().min(BATCH)).collect();
            let asked = batch.len();
            let answer = self
                .client
                .batch_write_item()
                .request_items(&*self.table, batch)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(StoreError::table("BatchWriteItem"))?;
            self.units.write(answer.consumed_capacity());
            let unprocessed: Vec<_> =
                answer.unprocessed_items.into_iter().flatten().flat_map(|(_, requests)| requests).collect();
            if unprocessed.is_empty() {
                continue;
            }
            // The table is throttling: the rest goes to the end of the line, after a pause that grows while nothing moves.
            pause = if unprocessed.len() < asked {
                Duration::from_millis(25)
            } else {
                (pause * 2).min(Duration::from_secs(2))
            };
            waiting.extend(unprocessed);
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }
}

/// A request without a required part: cannot happen with what is passed above.
pub(crate) fn build_error(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Table { operation: "build", code: None, detail: error.to_string() }
}
