//! `driver#<id>` | `ingestion_run#<run id>`: the record of a run. Run ids sort by their start.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Attributes, Key, text},
    query::{Range, parse},
    race::{Page, decode_cursor, encode_cursor},
};
use domain::{
    DriverId, IngestionRun, RunId, RunReason, RunStatus, SubsessionId,
    ingestion::{FailureReason, RaceFailure},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::{NoContext, Uuid};

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    run_id: RunId,
    driver_id: DriverId,
    status: RunStatus,
    reason: Option<RunReason>,
    started_at: i64,
    updated_at: i64,
    finished_at: Option<i64>,
    searched_from: i64,
    searched_to: i64,
    searched_back_to: i64,
    races_found: u32,
    races_done: u32,
    races_known: u32,
    races_failed: u32,
    windows_done: u32,
    windows_total: u32,
    worked_millis: u64,
    failures: Vec<FailureItem>,
    retry_at: Option<i64>,
    /// The worker that may write this record.
    holder: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FailureItem {
    subsession_id: SubsessionId,
    start_time: i64,
    reason: FailureReason,
    detail: String,
    attempts: u32,
    #[serde(default)]
    tried_at: i64,
}

pub(crate) fn key(driver: DriverId, run: &RunId) -> Key {
    Key::of_driver(driver, format!("ingestion_run#{run}"))
}

pub(crate) fn item(run: &IngestionRun, holder: Option<&str>) -> Result<Attributes, StoreError> {
    crate::write::item(&key(run.driver_id, &run.run_id), &Item::of(run, holder))
}

/// The id of a run that begins now. Ids sort by the time they were made.
pub fn new_run_id(now: Timestamp) -> RunId {
    RunId(id_of(now))
}

/// An id that begins with the time it was made.
pub(crate) fn id_of(now: Timestamp) -> String {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds)).to_string()
}

impl Store {
    /// Writes a run that was over before it began, for the driver to see why, unless they have left.
    pub async fn put_ended_run(&self, run: &IngestionRun) -> Result<(), StoreError> {
        self.put_of_driver(run.driver_id, vec![item(run, None)?]).await.map(drop)
    }

    /// A run of a driver.
    pub async fn run(&self, driver: DriverId, run: &RunId) -> Result<Option<IngestionRun>, StoreError> {
        let key = key(driver, run);
        self.read_item::<Item>(&key, true).await?.map(|item| item.into_run(&key)).transpose()
    }

    /// A page of a driver's runs, newest first.
    pub async fn runs(
        &self,
        driver: DriverId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<IngestionRun>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, "ingestion_run#").newest_first().consistent();
        let after = cursor.map(|cursor| decode_cursor(cursor, &range)).transpose()?;
        let (items, next) = self.query_page(&range, after, Some(i32::try_from(limit).unwrap_or(i32::MAX))).await?;
        let items = items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                parse::<Item>(item)?.into_run(&key)
            })
            .collect::<Result<_, _>>()?;
        Ok(Page { items, next_cursor: next.map(|key| encode_cursor(&key)) })
    }

    /// Writes a run's record, as the worker that holds it; `false` if another one took over.
    pub async fn save_run(&self, run: &IngestionRun, holder: &str) -> Result<bool, StoreError> {
        let values = HashMap::from([(":holder".to_owned(), text(holder))]);
        let saved = self
            .put_if(&key(run.driver_id, &run.run_id), &Item::of(run, Some(holder)), "holder = :holder", values)
            .await?;
        Ok(saved.is_some())
    }
}

impl Item {
    fn of(run: &IngestionRun, holder: Option<&str>) -> Self {
        let IngestionRun {
            run_id,
            driver_id,
            status,
            reason,
            started_at,
            updated_at,
            finished_at,
            from,
            to,
            searched_back_to,
            races_found,
            races_done,
            races_known,
            races_failed,
            windows_done,
            windows_total,
            worked_millis,
            failures,
            retry_at,
        } = run;
        Self {
            run_id: run_id.clone(),
            driver_id: *driver_id,
            status: *status,
            reason: *reason,
            started_at: started_at.as_second(),
            updated_at: updated_at.as_second(),
            finished_at: finished_at.map(|at| at.as_second()),
            searched_from: from.as_second(),
            searched_to: to.as_second(),
            searched_back_to: searched_back_to.as_second(),
            races_found: *races_found,
            races_done: *races_done,
            races_known: *races_known,
            races_failed: *races_failed,
            windows_done: *windows_done,
            windows_total: *windows_total,
            worked_millis: *worked_millis,
            failures: failures.iter().map(FailureItem::from).collect(),
            retry_at: retry_at.map(|at| at.as_second()),
            holder: holder.map(str::to_owned),
        }
    }

    fn into_run(self, key: &Key) -> Result<IngestionRun, StoreError> {
        let Self {
            run_id,
            driver_id,
            status,
            reason,
            started_at,
            updated_at,
            finished_at,
            searched_from,
            searched_to,
            searched_back_to,
            races_found,
            races_done,
            races_known,
            races_failed,
            windows_done,
            windows_total,
            worked_millis,
            failures,
            retry_at,
            holder: _,
        } = self;
        Ok(IngestionRun {
            run_id,
            driver_id,
            status,
            reason,
            started_at: time(key, started_at)?,
            updated_at: time(key, updated_at)?,
            finished_at: finished_at.map(|second| time(key, second)).transpose()?,
            from: time(key, searched_from)?,
            to: time(key, searched_to)?,
            searched_back_to: time(key, searched_back_to)?,
            races_found,
            races_done,
            races_known,
            races_failed,
            windows_done,
            windows_total,
            worked_millis,
            failures: failures.into_iter().map(|failure| failure.into_failure(key)).collect::<Result<_, _>>()?,
            retry_at: retry_at.map(|second| time(key, second)).transpose()?,
        })
    }
}

impl From<&RaceFailure> for FailureItem {
    fn from(failure: &RaceFailure) -> Self {
        let RaceFailure { subsession_id, start_time, reason, detail, attempts, tried_at } = failure;
        Self {
            subsession_id: *subsession_id,
            start_time: start_time.as_second(),
            reason: *reason,
            detail: detail.clone(),
            attempts: *attempts,
            tried_at: tried_at.as_second(),
        }
    }
}

impl FailureItem {
    pub(crate) fn into_failure(self, key: &Key) -> Result<RaceFailure, StoreError> {
        let Self { subsession_id, start_time, reason, detail, attempts, tried_at } = self;
        let (start_time, tried_at) = (time(key, start_time)?, time(key, tried_at)?);
        Ok(RaceFailure { subsession_id, start_time, reason, detail, attempts, tried_at })
    }
}
