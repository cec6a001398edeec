//! `driver#<id>` | `ingestion_lock`: at most one run a driver, at most one worker a run.
//!
//! The lock belongs to a run from the request on (`owner`), and while a worker is at it to that worker (`holder`, one
//! for each delivery of the message). Between deliveries the run keeps it without a holder. When the run is over the
//! lock stays, without owner, until the cool-down ends. Every change is conditional, so only who holds it changes it.

use crate::{
    Store, StoreError,
    driver::time,
    error::condition_failed,
    ingestion_run,
    key::{Key, number, text},
    query::parse,
    write::build_error,
};
use aws_sdk_dynamodb::types::{Put, ReturnConsumedCapacity, TransactWriteItem, Update};
use domain::{DriverId, IngestionRun, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The lock as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestionLock {
    /// The run that has it; `None` while cooling down.
    pub run_id: Option<RunId>,
    /// The worker that is at it.
    pub holder: Option<String>,
    /// Until when.
    pub locked_until: Timestamp,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    owner: Option<RunId>,
    holder: Option<String>,
    locked_until: i64,
    ttl: i64,
}

fn key(driver: DriverId) -> Key {
    Key::of_driver(driver, "ingestion_lock")
}

/// What came of taking the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is ours.
    Held,
    /// Another worker has it, or another run.
    Busy(Option<IngestionLock>),
}

impl Store {
    /// The lock, if it still holds.
    pub async fn ingestion_lock(&self, driver: DriverId, now: Timestamp) -> Result<Option<IngestionLock>, StoreError> {
        let key = key(driver);
        let Some(item) = self.read(&key, true).await? else { return Ok(None) };
        let Item { owner, holder, locked_until, ttl: _ } = parse(item)?;
        let locked_until = time(&key, locked_until)?;
        Ok((locked_until > now).then_some(IngestionLock { run_id: owner, holder, locked_until }))
    }

    /// Writes a new run and gives it the lock until `until`; the lock as it stands if it is taken.
    pub async fn begin_run(
        &self,
        run: &IngestionRun,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Result<(), Option<IngestionLock>>, StoreError> {
        let key = key(run.driver_id);
        let lock = Item {
            owner: Some(run.run_id.clone()),
            holder: None,
            locked_until: until.as_second(),
            ttl: until.as_second(),
        };
        let put_lock = Put::builder()
            .table_name(&*self.table)
            .set_item(Some(crate::write::item(&key, &lock)?))
            .condition_expression("attribute_not_exists(partition_key) OR locked_until <= :now")
            .expression_attribute_values(":now", number(now.as_second()))
            .build()
            .map_err(build_error)?;
        let put_run = Put::builder()
            .table_name(&*self.table)
            .set_item(Some(ingestion_run::item(run, None)?))
            .build()
            .map_err(build_error)?;
        let transaction =
            vec![TransactWriteItem::builder().put(put_lock).build(), TransactWriteItem::builder().put(put_run).build()];
        if self.transact(transaction).await? {
            Ok(Ok(()))
        } else {
            Ok(Err(self.ingestion_lock(run.driver_id, now).await?))
        }
    }

    /// Takes the lock for one delivery of a run's message: if the run has it and no other worker is at it, or if nobody
    /// has it any more.
    pub async fn take_ingestion_lock(
        &self,
        driver: DriverId,
        run: &RunId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Taken, StoreError> {
        let lock = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .update_expression("SET #owner = :run, holder = :holder, locked_until = :until, #ttl = :until")
            .condition_expression(
                "attribute_not_exists(partition_key) OR locked_until <= :now OR \
                 (#owner = :run AND attribute_not_exists(holder))",
            )
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":run", text(run.to_string()))
            .expression_attribute_values(":holder", text(holder))
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":until", number(until.as_second()))
            .build()
            .map_err(build_error)?;
        let held_run = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(ingestion_run::key(driver, run).attributes()))
            .update_expression("SET holder = :holder")
            .condition_expression("attribute_exists(partition_key)")
            .expression_attribute_values(":holder", text(holder))
            .build()
            .map_err(build_error)?;
        let transaction = vec![
            TransactWriteItem::builder().update(lock).build(),
            TransactWriteItem::builder().update(held_run).build(),
        ];
        if self.transact(transaction).await? {
            Ok(Taken::Held)
        } else {
            Ok(Taken::Busy(self.ingestion_lock(driver, now).await?))
        }
    }

    /// Keeps the lock until `until`; `false` if it is no longer ours.
    pub async fn renew_ingestion_lock(
        &self,
        driver: DriverId,
        holder: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.change_lock(driver, holder, "SET locked_until = :until, #ttl = :until", until).await
    }

    /// Leaves the lock to the run, whose message goes back to the queue.
    pub async fn hand_back_ingestion_lock(
        &self,
        driver: DriverId,
        holder: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.change_lock(driver, holder, "SET locked_until = :until, #ttl = :until REMOVE holder", until).await
    }

    /// Ends the run's hold; until `until` no new run may begin.
    pub async fn cool_down(&self, driver: DriverId, holder: &str, until: Timestamp) -> Result<bool, StoreError> {
        self.change_lock(driver, holder, "SET locked_until = :until, #ttl = :until REMOVE holder, #owner", until).await
    }

    /// Takes the lock from a run whose message could not be sent.
    pub async fn abandon_run(&self, driver: DriverId, run: &RunId) -> Result<(), StoreError> {
        let values = HashMap::from([(":run".to_owned(), text(run.to_string()))]);
        let answer = self
            .client
            .delete_item()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .condition_expression("#owner = :run AND attribute_not_exists(holder)")
            .expression_attribute_names("#owner", "owner")
            .set_expression_attribute_values(Some(values))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(StoreError::table("DeleteItem")(error)),
        }
    }

    /// Takes the locks from all workers, which the caller knows to be dead, and leaves them to their runs; answers how
    /// many. Scans the table: for an installation of one process, at its start.
    pub async fn release_locks_of_dead_workers(&self) -> Result<usize, StoreError> {
        let held = self.scan("sort_key = :lock AND attribute_exists(holder)", [(":lock", "ingestion_lock")]).await?;
        for lock in &held {
            self.update_if(&Key::of_item(lock), "REMOVE holder", None, HashMap::new()).await?;
        }
        Ok(held.len())
    }

    async fn change_lock(
        &self,
        driver: DriverId,
        holder: &str,
        update: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut request = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .update_expression(update)
            .condition_expression("holder = :holder")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":holder", text(holder))
            .expression_attribute_values(":until", number(until.as_second()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if update.contains("#owner") {
            request = request.expression_attribute_names("#owner", "owner");
        }
        match request.send().await {
            Ok(answer) => {
                self.units.write(&answer.consumed_capacity);
                Ok(true)
            }
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(StoreError::table("UpdateItem")(error)),
        }
    }
}
