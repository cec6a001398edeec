//! What our processes tell each other about iRacing.
//!
//! - `driver#<id>` | `iracing_budget`: what iRacing last said of a driver's request budget, so that the next process does
//!   not begin by running into its end;
//! - `global` | `iracing_pause`: iRacing is in maintenance, and nobody needs to ask before a certain time;
//! - `global` | `iracing_requests`: how many requests all processes have taken of this minute's allowance.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Key, number},
    write::item,
};
use domain::DriverId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What iRacing last said of a driver's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenBudget {
    /// Requests a window.
    pub limit: u32,
    /// Requests left in it.
    pub remaining: u32,
    /// When it ends.
    pub reset: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct BudgetItem {
    limit: u32,
    remaining: u32,
    reset: i64,
    ttl: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct PauseItem {
    until: i64,
    ttl: i64,
}

fn budget_key(driver: DriverId) -> Key {
    Key::of_driver(driver, "iracing_budget")
}

fn pause_key() -> Key {
    Key::global("iracing_pause")
}

impl Store {
    /// A driver's budget as another process saw it, while its window lasts.
    pub async fn seen_budget(&self, driver: DriverId, now: Timestamp) -> Result<Option<SeenBudget>, StoreError> {
        let key = budget_key(driver);
        let Some(BudgetItem { limit, remaining, reset, ttl: _ }) = self.read_item(&key, true).await? else {
            return Ok(None);
        };
        let reset = time(&key, reset)?;
        Ok((reset > now).then_some(SeenBudget { limit, remaining, reset }))
    }

    /// Tells other processes of a driver's budget, unless the driver has left.
    pub async fn put_seen_budget(&self, driver: DriverId, seen: SeenBudget) -> Result<(), StoreError> {
        let SeenBudget { limit, remaining, reset } = seen;
        let reset = reset.as_second();
        let item = item(&budget_key(driver), &BudgetItem { limit, remaining, reset, ttl: reset })?;
        self.put_of_driver(driver, vec![item]).await.map(drop)
    }

    /// Until when iRacing is not to be asked, if it is in maintenance.
    pub async fn iracing_pause(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let key = pause_key();
        let Some(PauseItem { until, ttl: _ }) = self.read_item(&key, false).await? else { return Ok(None) };
        let until = time(&key, until)?;
        Ok((until > now).then_some(until))
    }

    /// Tells all processes that iRacing is in maintenance.
    pub async fn put_iracing_pause(&self, until: Timestamp) -> Result<(), StoreError> {
        let until = until.as_second();
        self.put(&pause_key(), &PauseItem { until, ttl: until }).await
    }

    /// Takes `requests` of the allowance that all processes share in this minute; `false` if it would pass `ceiling`.
    pub async fn take_fleet_requests(&self, now: Timestamp, requests: u32, ceiling: u32) -> Result<bool, StoreError> {
        let Some(most) = ceiling.checked_sub(requests) else { return Ok(false) };
        let key = Key::global("iracing_requests");
        let minute = (":minute".to_owned(), number(now.as_second().div_euclid(60)));
        let requests = (":requests".to_owned(), number(requests));
        let more = HashMap::from([minute.clone(), requests.clone(), (":most".to_owned(), number(most))]);
        let condition = Some("of_minute = :minute AND taken <= :most");
        if self.update_if(&key, "SET taken = taken + :requests", condition, more).await?.is_some() {
            return Ok(true);
        }
        let first = HashMap::from([minute, requests]);
        let condition = Some("attribute_not_exists(of_minute) OR of_minute < :minute");
        let began = self.update_if(&key, "SET of_minute = :minute, taken = :requests", condition, first).await?;
        Ok(began.is_some())
    }
}
