//! `driver#<id>` | `info`: a driver, from the first sign-in on.

use crate::{
    Store, StoreError,
    key::{Key, number, text},
    query::parse,
    units,
    write::Conditional,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Driver, DriverId, Entitlement};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    driver_id: DriverId,
    driver_name: String,
    member_since: Option<i64>,
    races_ingested_to: Option<i64>,
    first_login: i64,
    last_login: i64,
    login_count: u64,
    #[serde(default)]
    session_count: u64,
    #[serde(default)]
    entitlements: Vec<String>,
    #[serde(default)]
    daily_sync: bool,
    results_checked_at: Option<i64>,
    /// Set for good by a deletion that has begun.
    #[serde(default)]
    leaving: bool,
}

/// Holds for the item of a driver who signed in and whose deletion has not begun.
pub(crate) const STAYS: &str = "attribute_exists(partition_key) AND attribute_not_exists(leaving)";

pub(crate) fn key(driver: DriverId) -> Key {
    Key::of_driver(driver, "info")
}

impl Store {
    /// A driver; `None` if they never signed in.
    pub async fn driver(&self, driver: DriverId) -> Result<Option<Driver>, StoreError> {
        self.read_item::<Item>(&key(driver), true).await?.map(|item| item.into_driver(&key(driver))).transpose()
    }

    /// Notes a sign-in: makes the driver at the first one, counts it, and keeps name and membership up to date.
    pub async fn record_login(
        &self,
        driver: DriverId,
        name: &str,
        member_since: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Driver, StoreError> {
        let mut values = HashMap::from([
            (":id".to_owned(), number(driver)),
            (":name".to_owned(), text(name)),
            (":now".to_owned(), number(now.as_second())),
            (":one".to_owned(), number(1)),
            (":zero".to_owned(), number(0)),
        ]);
        let mut update = "SET driver_id = :id, driver_name = :name, last_login = :now, \
             first_login = if_not_exists(first_login, :now), session_count = if_not_exists(session_count, :zero)"
            .to_owned();
        if let Some(since) = member_since {
            update.push_str(", member_since = :since");
            values.insert(":since".to_owned(), number(since.as_second()));
        }
        update.push_str(" ADD login_count :one");
        let item = self.update_if(&key(driver), &update, None, values).await?.unwrap_or_default();
        let driver = parse::<Item>(item)?.into_driver(&key(driver))?;
        if driver.login_count == 1 {
            self.count(crate::counters::Counts { drivers: 1, ..Default::default() }).await?;
        }
        Ok(driver)
    }

    /// Moves the point up to which everything is ingested; never backwards.
    pub async fn set_races_ingested_to(&self, driver: DriverId, to: Timestamp) -> Result<(), StoreError> {
        let values = HashMap::from([(":to".to_owned(), number(to.as_second()))]);
        self.update_if(
            &key(driver),
            "SET races_ingested_to = :to",
            Some("attribute_exists(partition_key) AND (attribute_not_exists(races_ingested_to) OR races_ingested_to < :to)"),
            values,
        )
        .await
        .map(drop)
    }

    /// Notes that the results of recent races were looked at again.
    pub async fn set_results_checked_at(&self, driver: DriverId, at: Timestamp) -> Result<(), StoreError> {
        let values = HashMap::from([(":at".to_owned(), number(at.as_second()))]);
        let known = Some("attribute_exists(partition_key)");
        self.update_if(&key(driver), "SET results_checked_at = :at", known, values).await.map(drop)
    }

    /// Grants or takes an entitlement; `None` for a driver who never signed in.
    pub async fn set_entitlement(
        &self,
        driver: DriverId,
        entitlement: Entitlement,
        granted: bool,
    ) -> Conditional<Driver> {
        let Some(current) = self.driver(driver).await? else { return Ok(None) };
        let mut entitlements = current.entitlements;
        entitlements.retain(|held| *held != entitlement);
        if granted {
            entitlements.push(entitlement);
        }
        let words = entitlements.iter().map(|held| text(held.as_str())).collect();
        let values = HashMap::from([(":entitlements".to_owned(), AttributeValue::L(words))]);
        let item = self
            .update_if(
                &key(driver),
                "SET entitlements = :entitlements",
                Some("attribute_exists(partition_key)"),
                values,
            )
            .await?;
        item.map(|item| parse::<Item>(item)?.into_driver(&key(driver))).transpose()
    }

    /// All drivers, by a scan of the whole table: for operators of small installations.
    pub async fn drivers(&self) -> Result<Vec<Driver>, StoreError> {
        let items = self
            .scan(
                "sort_key = :info AND begins_with(partition_key, :driver)",
                [(":info", "info"), (":driver", "driver#")],
            )
            .await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key::of_item(&item);
                parse::<Item>(item)?.into_driver(&key)
            })
            .collect()
    }

    /// Items of the whole table that pass a filter.
    pub(crate) async fn scan<const N: usize>(
        &self,
        filter: &str,
        values: [(&str, &str); N],
    ) -> Result<Vec<crate::key::Attributes>, StoreError> {
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let values: HashMap<_, _> = values.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect();
            let answer = self
                .client
                .scan()
                .table_name(&*self.table)
                .filter_expression(filter)
                .set_expression_attribute_values(Some(values))
                .set_exclusive_start_key(after)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(StoreError::table("Scan"))?;
            units::Counters::read(&self.units, &answer.consumed_capacity);
            items.extend(answer.items.unwrap_or_default());
            after = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if after.is_none() {
                return Ok(items);
            }
        }
    }
}

impl Item {
    fn into_driver(self, key: &Key) -> Result<Driver, StoreError> {
        let Self {
            driver_id,
            driver_name,
            member_since,
            races_ingested_to,
            first_login,
            last_login,
            login_count,
            session_count,
            entitlements,
            daily_sync,
            results_checked_at,
            leaving: _,
        } = self;
        Ok(Driver {
            driver_id,
            driver_name,
            member_since: member_since.map(|second| time(key, second)).transpose()?,
            races_ingested_to: races_ingested_to.map(|second| time(key, second)).transpose()?,
            first_login: time(key, first_login)?,
            last_login: time(key, last_login)?,
            login_count,
            session_count,
            entitlements: entitlements.iter().filter_map(|word| Entitlement::parse(word)).collect(),
            daily_sync,
            results_checked_at: results_checked_at.map(|second| time(key, second)).transpose()?,
        })
    }
}

/// A stored second as a time.
pub(crate) fn time(key: &Key, second: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_second(second).map_err(|error| StoreError::shape(key, error))
}
