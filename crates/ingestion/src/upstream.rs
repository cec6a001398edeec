//! What workers share with each other about iRacing: a driver's request budget, the allowance of all, and maintenance.

use crate::{State, race::FetchError};
use domain::DriverId;
use iracing::{Error, RateBudget, RateHeaders};
use jiff::Timestamp;
use store::{StoreError, upstream::SeenBudget};

/// Requests that a process takes of the fleet's allowance at once: a write for each sixty.
const SHARE: u32 = 60;

/// What this process has left of the shares it took in a minute.
#[derive(Debug, Default)]
pub(crate) struct FleetShare {
    minute: i64,
    left: u32,
}

impl State {
    /// A driver's request budget, with what other processes were told of it.
    pub(crate) async fn shared_budget(&self, driver: DriverId) -> Result<RateBudget, StoreError> {
        let budget = self.budget(driver);
        if budget.last_seen().is_none()
            && let Some(SeenBudget { limit, remaining, reset }) =
                self.store.seen_budget(driver, self.clock.now()).await?
        {
            budget.learn_from(RateHeaders { limit, remaining, reset });
        }
        Ok(budget)
    }

    /// Tells other processes of a driver's budget. Nothing depends on it: iRacing tells each of them with its first answer.
    pub(crate) async fn share_budget(&self, driver: DriverId) {
        let seen = self.budget(driver).last_seen().filter(|seen| seen.reset > self.clock.now());
        let Some(RateHeaders { limit, remaining, reset }) = seen else { return };
        if let Err(error) = self.store.put_seen_budget(driver, SeenBudget { limit, remaining, reset }).await {
            tracing::warn!(%driver, %error, "the request budget could not be shared");
        }
    }

    /// Takes requests of the allowance that all processes share, before they are sent.
    ///
    /// # Errors
    /// [`Error::RateLimited`] until the next minute when it is used up.
    pub(crate) async fn admit(&self, requests: u32) -> Result<(), FetchError> {
        let mut share = self.fleet_share.lock().await;
        let now = self.clock.now();
        let minute = now.as_second().div_euclid(60);
        if share.minute != minute {
            *share = FleetShare { minute, left: 0 };
        }
        if share.left < requests {
            if !self.store.take_fleet_requests(now, SHARE, self.fleet_ceiling).await? {
                let next = Timestamp::from_second((minute + 1) * 60).unwrap_or(now);
                return Err(FetchError::Iracing(Error::RateLimited { retry_at: next }));
            }
            share.left += SHARE;
        }
        share.left -= requests;
        Ok(())
    }
}
