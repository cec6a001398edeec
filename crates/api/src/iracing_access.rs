//! Calls to iRacing in the caller's name.

use crate::problem::ApiError;
use auth::SessionToken;
use domain::DriverId;
use iracing::{DataClient, DriverData, RateBudget, Secret, models::member::MemberInfo};
use iracing_token::{AccessToken, IracingTokens};
use jiff::{SignedDuration, Timestamp};
use runtime::{Clock, Metrics};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tracing::Instrument;

/// Longest wait for iRacing's data, where there is nothing to answer without it. The function is ended after 15 seconds.
pub(crate) const NEEDED: Duration = Duration::from_secs(10);

/// The same, where there is something to answer in its stead.
pub(crate) const WELCOME: Duration = Duration::from_secs(3);

/// The same for a fetch in a task of its own, see [`going_on`].
pub(crate) const UNATTENDED: Duration = Duration::from_secs(60);

/// What is so long overdue is waited for as if there were nothing in its stead: a Lambda is frozen when it has answered, so
/// there a fetch that goes on may never come to its end.
const OVERDUE: SignedDuration = SignedDuration::from_hours(72);

/// Longest wait for the driver's request budget: somebody is waiting for the answer.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// A session token's access token this close to its end is not used.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// Drivers whose budget is remembered.
const BUDGETS_KEPT: usize = 1_000;

/// The data API, as the caller may see it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct IracingAccess {
    tokens: IracingTokens,
    data: DataClient,
    clock: Clock,
    metrics: Metrics,
    budgets: Arc<Mutex<HashMap<DriverId, RateBudget>>>,
}

impl IracingAccess {
    pub(crate) fn new(tokens: IracingTokens, data: DataClient, clock: Clock, metrics: Metrics) -> Self {
        Self { tokens, data, clock, metrics, budgets: Arc::default() }
    }

    /// Calls with the caller's access token; once more with a new one if iRacing refuses that. An answer that takes longer
    /// than `patience` counts as none. The wait for a renewed token is not cut short: a pair that was asked for has to be
    /// kept.
    pub(crate) async fn call<T, Answer>(
        &self,
        session: &SessionToken,
        patience: Duration,
        call: impl Fn(DriverData) -> Answer,
    ) -> Result<T, ApiError>
    where
        Answer: Future<Output = Result<T, iracing::Error>>,
    {
        let token = self.access_token(session).await?;
        let data = self.with_budget(self.budget(session.driver_id), token.secret.clone());
        let in_time = async |data: DriverData| {
            tokio::time::timeout(patience, call(data)).await.unwrap_or_else(|_| Err(too_slow(patience)))
        };
        let outcome = match in_time(data.clone()).await {
            Err(iracing::Error::Unauthorized) => {
                let renewed = self.tokens.renew(session.driver_id, &token.secret).await?;
                in_time(data.clone().with_access_token(renewed.secret)).await
            }
            outcome => outcome,
        };
        self.measure(&data);
        Ok(outcome?)
    }

    /// The caller's access token: that of the session token while it is good, which saves a look into the table.
    pub(crate) async fn access_token(&self, session: &SessionToken) -> Result<AccessToken, ApiError> {
        if self.clock.now().saturating_add(MARGIN).is_ok_and(|soon| soon < session.iracing_expires_at) {
            let secret = Secret::new(session.iracing_access_token.expose());
            return Ok(AccessToken { secret, expires_at: session.iracing_expires_at });
        }
        Ok(self.tokens.access_token(session.driver_id).await?)
    }

    /// Who holds an access token: somebody who is not known yet.
    pub(crate) async fn stranger(&self, token: Secret) -> Result<MemberInfo, iracing::Error> {
        let data = self.with_budget(RateBudget::new(self.clock.source()), token);
        let outcome = data.member_info().await;
        self.measure(&data);
        outcome
    }

    /// Tells the operator's dashboard what was asked.
    fn measure(&self, data: &DriverData) {
        let requests = data.requests().data;
        let left = data.budget().last_seen().map(|seen| ("IracingRateLimitRemaining", seen.remaining.into()));
        if requests > 0 {
            let values: Vec<_> = [("IracingRequests", requests)].into_iter().chain(left).collect();
            self.metrics.write(self.clock.now(), &values);
        }
    }

    fn with_budget(&self, budget: RateBudget, token: Secret) -> DriverData {
        let now = self.clock.now();
        self.data.for_driver(token, budget).with_deadline(now.saturating_add(PATIENCE).unwrap_or(now))
    }

    /// The request budget that all work for a driver in this process shares.
    fn budget(&self, driver: DriverId) -> RateBudget {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        if budgets.len() >= BUDGETS_KEPT && !budgets.contains_key(&driver) {
            budgets.clear();
        }
        budgets.entry(driver).or_insert_with(|| RateBudget::new(self.clock.source())).clone()
    }
}

/// How long to wait for something that is kept and was due for renewal at `due`, or is not kept at all.
pub(crate) fn patience(due: Option<Timestamp>, now: Timestamp) -> Duration {
    if due.is_some_and(|due| now < due + OVERDUE) { WELCOME } else { NEEDED }
}

/// Waits for a fetch for as long as `patience`. It goes on in a task of its own, so that what takes longer is not asked
/// for in vain, time and again: it has to keep what it gets.
pub(crate) async fn going_on<T: Send + 'static>(
    patience: Duration,
    fetch: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    match tokio::time::timeout(patience, tokio::spawn(fetch.in_current_span())).await {
        Ok(ended) => ended.map_err(|panicked| ApiError::Internal(panicked.into()))?,
        Err(_) => Err(too_slow(patience).into()),
    }
}

/// iRacing takes longer than anybody waits.
pub(crate) fn too_slow(patience: Duration) -> iracing::Error {
    let detail = format!("it took longer than {} s", patience.as_secs());
    iracing::Error::Transport { endpoint: "data".to_owned(), detail }
}
