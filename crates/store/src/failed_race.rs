//! `driver#<id>` | `failed_race#<subsession id>`: a race that is not stored, or not wholly; later runs try it again.

use crate::{
    Store, StoreError,
    ingestion_run::FailureItem,
    key::{Key, number},
    query::{Range, parse},
    write::item,
};
use domain::{DriverId, RaceFailure, SubsessionId};
use std::collections::HashMap;

pub(crate) fn key(driver: DriverId, subsession: SubsessionId) -> Key {
    Key::of_driver(driver, format!("failed_race#{subsession}"))
}

impl Store {
    /// Keeps a failure until the race is stored, unless the driver has left.
    pub async fn put_failed_race(&self, driver: DriverId, failure: &RaceFailure) -> Result<(), StoreError> {
        let item = item(&key(driver, failure.subsession_id), &FailureItem::from(failure))?;
        self.put_of_driver(driver, vec![item]).await.map(drop)
    }

    /// Strikes a race off the failures.
    pub async fn delete_failed_race(&self, driver: DriverId, subsession: SubsessionId) -> Result<(), StoreError> {
        self.delete_if(&key(driver, subsession), None, HashMap::new()).await.map(drop)
    }

    /// Lets the next run try a race again, as if it had not failed before; `false` if it is not among the failures.
    pub async fn retry_failed_race(&self, driver: DriverId, subsession: SubsessionId) -> Result<bool, StoreError> {
        let values = HashMap::from([(":zero".to_owned(), number(0))]);
        let known = Some("attribute_exists(partition_key)");
        Ok(self
            .update_if(&key(driver, subsession), "SET attempts = :zero, tried_at = :zero", known, values)
            .await?
            .is_some())
    }

    /// All failures of a driver.
    pub async fn failed_races(&self, driver: DriverId) -> Result<Vec<RaceFailure>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, "failed_race#").consistent();
        let items = self.query_all(&range).await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                parse::<FailureItem>(item)?.into_failure(&key)
            })
            .collect()
    }
}
