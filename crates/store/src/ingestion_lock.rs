//! `driver#<id>` | `ingestion_lock`: at most one run a driver, at most one worker a run.
//!
//! The lock belongs to a run from the request on (`owner`), and while a worker is at it to that worker (`holder`, one
//! for each delivery of the message). Between deliveries the run keeps it without a holder. When the run is over the
//! lock stays, without owner, until the cool-down ends. Every change is conditional, so only who holds it changes it;
//! `domain::ingestion_lock` has the rules, which the conditions here carry out.

use crate::{
    Store, StoreError,
    driver::time,
    error::condition_failed,
    ingestion_run,
    key::{Key, number, text},
    query::parse,
    write::build_error,
};
use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    types::{ConsumedCapacity, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update},
};
use domain::{DriverId, IngestionLock, IngestionRun, RunId, RunReason, ingestion_lock::MESSAGE_LOST_AFTER};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A lock that ends between two looks at it is tried again, so often.
const TRIES: u32 = 3;

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    owner: Option<RunId>,
    holder: Option<String>,
    locked_until: i64,
    #[serde(default)]
    message_due: i64,
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
    /// Another worker has it, or another run, or the run is over.
    Busy(Option<IngestionLock>),
}

/// What came of asking for a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// It has the lock; its message is to be sent.
    Begun,
    /// Another run is under way, and the request joins it.
    Joined {
        /// That run, if its record can be read.
        run: Option<Box<IngestionRun>>,
        /// The lock, which it has.
        lock: IngestionLock,
        /// Its message was lost, and is to be sent again by whoever gets this answer.
        message_lost: bool,
    },
    /// The last run has just ended.
    CoolingDown(IngestionLock),
}

impl Store {
    /// The lock, if it still holds.
    pub async fn ingestion_lock(&self, driver: DriverId, now: Timestamp) -> Result<Option<IngestionLock>, StoreError> {
        let key = key(driver);
        let Some(item) = self.read(&key, true).await? else { return Ok(None) };
        let Item { owner, holder, locked_until, message_due, ttl: _ } = parse(item)?;
        let (locked_until, message_due) = (time(&key, locked_until)?, time(&key, message_due)?);
        let lock = IngestionLock { run_id: owner, holder, locked_until, message_due };
        Ok(lock.holds(now).then_some(lock))
    }

    /// Begins a run, or joins the one that is under way. A run that died, because its lock has ended before it was over,
    /// is marked as interrupted by the one that takes its place.
    pub async fn request_run(
        &self,
        run: &IngestionRun,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Requested, StoreError> {
        for _ in 0..TRIES {
            let newest = self.runs(run.driver_id, 1, None).await?.items.pop();
            let dead = newest.filter(|newest| !newest.status.is_over());
            let lock = match self.begin_run(run, dead.as_ref().map(|dead| &dead.run_id), now, until).await? {
                Ok(()) => return Ok(Requested::Begun),
                Err(None) => continue,
                Err(Some(lock)) => lock,
            };
            let Some(run_id) = &lock.run_id else { return Ok(Requested::CoolingDown(lock)) };
            let message_lost = lock.has_lost_its_message(now) && self.revive_run(run.driver_id, run_id, now).await?;
            let run = self.run(run.driver_id, run_id).await?.map(Box::new);
            return Ok(Requested::Joined { run, lock, message_lost });
        }
        let ended = IngestionLock { run_id: None, holder: None, locked_until: now, message_due: now };
        Ok(Requested::CoolingDown(ended))
    }

    /// Writes a new run and gives it the lock until `until`, marking a `dead` one before it as interrupted; the lock as
    /// it stands if it is taken, or nothing if the dead one turned out not to be, or the driver has left.
    pub async fn begin_run(
        &self,
        run: &IngestionRun,
        dead: Option<&RunId>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Result<(), Option<IngestionLock>>, StoreError> {
        let key = key(run.driver_id);
        let lock = Item {
            owner: Some(run.run_id.clone()),
            holder: None,
            locked_until: until.as_second(),
            message_due: now.as_second(),
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
        let mut transaction = vec![
            self.check_driver_stays(run.driver_id)?,
            TransactWriteItem::builder().put(put_lock).build(),
            TransactWriteItem::builder().put(put_run).build(),
        ];
        if let Some(dead) = dead {
            let end = self.end_run(run.driver_id, dead, RunReason::Interrupted, now)?;
            transaction.push(TransactWriteItem::builder().update(end).build());
        }
        if self.transact(transaction).await? {
            Ok(Ok(()))
        } else {
            Ok(Err(self.ingestion_lock(run.driver_id, now).await?))
        }
    }

    /// Notes that a run's lost message is sent again; `false` if somebody else does, or a worker is at it.
    pub async fn revive_run(&self, driver: DriverId, run: &RunId, now: Timestamp) -> Result<bool, StoreError> {
        let lost = now.saturating_sub(MESSAGE_LOST_AFTER).unwrap_or(Timestamp::MIN);
        let values = HashMap::from([
            (":run".to_owned(), text(run.to_string())),
            (":now".to_owned(), number(now.as_second())),
            (":lost".to_owned(), number(lost.as_second())),
        ]);
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .update_expression("SET message_due = :now")
            .condition_expression("#owner = :run AND attribute_not_exists(holder) AND message_due <= :lost")
            .expression_attribute_names("#owner", "owner")
            .set_expression_attribute_values(Some(values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.whether_changed(answer.map(|answer| answer.consumed_capacity), "UpdateItem")
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
            .update_expression(
                "SET #owner = :run, holder = :holder, locked_until = :until, message_due = :now, #ttl = :until",
            )
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
            // A run that is over stays so, whatever message comes late.
            .condition_expression("attribute_exists(partition_key) AND attribute_not_exists(finished_at)")
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
        self.change_lock(driver, holder, "SET locked_until = :until, #ttl = :until", until, None).await
    }

    /// Leaves the lock to the run, whose message goes back to the queue and is delivered again at `due`.
    pub async fn hand_back_ingestion_lock(
        &self,
        driver: DriverId,
        holder: &str,
        due: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = "SET locked_until = :until, message_due = :due, #ttl = :until REMOVE holder";
        self.change_lock(driver, holder, update, until, Some(due)).await
    }

    /// Ends the run's hold; until `until` no new run may begin.
    pub async fn cool_down(&self, driver: DriverId, holder: &str, until: Timestamp) -> Result<bool, StoreError> {
        let update = "SET locked_until = :until, #ttl = :until REMOVE holder, #owner";
        self.change_lock(driver, holder, update, until, None).await
    }

    /// Ends a run whose message could not be sent, and takes the lock from it. If this fails too, the next request finds
    /// the message lost.
    pub async fn abandon_run(&self, driver: DriverId, run: &RunId, now: Timestamp) -> Result<(), StoreError> {
        let free = Delete::builder()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .condition_expression("#owner = :run AND attribute_not_exists(holder)")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":run", text(run.to_string()))
            .build()
            .map_err(build_error)?;
        let end = self.end_run(driver, run, RunReason::Internal, now)?;
        let transaction =
            vec![TransactWriteItem::builder().delete(free).build(), TransactWriteItem::builder().update(end).build()];
        // The message has been sent after all, and a worker is at it.
        self.transact(transaction).await.map(drop)
    }

    /// Takes the locks from all workers, which the caller knows to be dead, and leaves them to their runs; answers all
    /// runs that are under way. Their messages may be lost as well: who died may have been about to send one. Scans the
    /// table: for an installation of one process, at its start.
    pub async fn release_locks_of_dead_workers(&self) -> Result<Vec<(DriverId, RunId)>, StoreError> {
        let locks = self.scan("sort_key = :lock", [(":lock", "ingestion_lock")]).await?;
        let mut runs = Vec::new();
        for lock in locks {
            let key = Key::of_item(&lock);
            let Item { owner, holder, .. } = parse(lock)?;
            if holder.is_some() {
                self.update_if(&key, "REMOVE holder", None, HashMap::new()).await?;
            }
            let driver = key.partition.strip_prefix("driver#").and_then(|id| id.parse().ok()).map(DriverId);
            runs.extend(driver.zip(owner));
        }
        Ok(runs)
    }

    /// Marks a run that nobody is at as failed. Whoever still believes to be at it can write no more.
    fn end_run(&self, driver: DriverId, run: &RunId, reason: RunReason, now: Timestamp) -> Result<Update, StoreError> {
        let key = ingestion_run::key(driver, run);
        let word = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(reason)
            .map_err(|error| StoreError::shape(&key, error))?;
        Update::builder()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .update_expression(
                "SET #status = :failed, #reason = :reason, finished_at = :now, updated_at = :now \
                 REMOVE holder, retry_at",
            )
            .condition_expression("attribute_exists(partition_key) AND attribute_not_exists(finished_at)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#reason", "reason")
            .expression_attribute_values(":failed", text("failed"))
            .expression_attribute_values(":reason", word)
            .expression_attribute_values(":now", number(now.as_second()))
            .build()
            .map_err(build_error)
    }

    async fn change_lock(
        &self,
        driver: DriverId,
        holder: &str,
        update: &str,
        until: Timestamp,
        due: Option<Timestamp>,
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
        if let Some(due) = due {
            request = request.expression_attribute_values(":due", number(due.as_second()));
        }
        let answer = request.send().await;
        self.whether_changed(answer.map(|answer| answer.consumed_capacity), "UpdateItem")
    }

    /// Whether a conditional write was done.
    fn whether_changed<E, R>(
        &self,
        answer: Result<Option<ConsumedCapacity>, SdkError<E, R>>,
        operation: &'static str,
    ) -> Result<bool, StoreError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match answer {
            Ok(consumed) => {
                self.units.write(&consumed);
                Ok(true)
            }
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(StoreError::table(operation)(error)),
        }
    }
}
