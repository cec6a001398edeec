//! The run's record, and what the driver's pages are told of it.

use crate::{State, measures::Measures};
use domain::{DriverId, DriverRaceId, IngestionRun, Race, RunReason, RunStatus, SubsessionId};
use jiff::{SignedDuration, Timestamp};
use messaging::{Envelope, Push, RunBody};
use std::collections::HashSet;
use store::StoreError;
use thiserror::Error;

/// Races that finished longer ago are not announced one by one: a first import has thousands of them.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A record is written, and pages are told, at most this often while races come in.
const EVERY: SignedDuration = SignedDuration::from_secs(1);

/// Other processes are told of the driver's request budget at most this often: four writes a minute.
const BUDGET_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// The lock is renewed when this share of it is left or less.
const RENEW_BELOW: i32 = 2;

/// Another worker holds the run: this one must write no more.
#[derive(Debug, Error)]
#[error("the run was taken over by another worker")]
pub(crate) struct TakenOver;

/// Why progress could not be noted.
#[derive(Debug, Error)]
pub(crate) enum ProgressError {
    #[error(transparent)]
    TakenOver(#[from] TakenOver),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A run in the hands of this worker.
pub(crate) struct Progress<'a> {
    state: &'a State,
    correlation_id: &'a str,
    holder: String,
    locked_until: Timestamp,
    worked_since: Timestamp,
    written_at: Option<Timestamp>,
    budget_shared_at: Timestamp,
    new: HashSet<SubsessionId>,
    ready: Vec<DriverRaceId>,
    measures: Measures,
    pub(crate) run: IngestionRun,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(
        state: &'a State,
        run: IngestionRun,
        holder: String,
        locked_until: Timestamp,
        correlation_id: &'a str,
    ) -> Self {
        let worked_since = state.clock.now();
        Self {
            state,
            correlation_id,
            holder,
            locked_until,
            worked_since,
            written_at: None,
            budget_shared_at: worked_since,
            new: HashSet::new(),
            ready: Vec::new(),
            measures: Measures::from(state, &run),
            run,
        }
    }

    /// Marks the run as being worked at.
    pub(crate) async fn start(&mut self) -> Result<(), ProgressError> {
        let first = self.run.status == RunStatus::Queued;
        self.run.status = RunStatus::Running;
        self.run.reason = None;
        self.run.retry_at = None;
        self.write().await?;
        let run = RunBody::from(&self.run);
        self.push(if first { Push::RunStarted { run } } else { Push::RunProgress { run } }).await;
        Ok(())
    }

    /// Notes a stored race; a recent one is announced with the next push.
    pub(crate) fn stored(&mut self, race: &Race) {
        self.run.races_done += 1;
        if self.state.clock.now().duration_since(race.start_time) < RECENT {
            self.ready.push(race.id());
            self.new.insert(race.subsession_id);
        }
    }

    /// Whether this worker has just stored that recent race.
    pub(crate) fn has_just_stored(&self, subsession: SubsessionId) -> bool {
        self.new.contains(&subsession)
    }

    /// Notes a race whose result has changed, for the pages to read it again.
    pub(crate) fn changed(&mut self, race: &Race) {
        self.ready.push(race.id());
    }

    /// Writes and pushes if it is time to.
    pub(crate) async fn tick(&mut self) -> Result<(), ProgressError> {
        let now = self.state.clock.now();
        if self.written_at.is_none_or(|at| now.duration_since(at) >= EVERY) || self.run.races_done == 1 {
            self.report().await?;
        }
        Ok(())
    }

    /// Writes and pushes.
    pub(crate) async fn report(&mut self) -> Result<(), ProgressError> {
        self.write().await?;
        self.push(Push::RunProgress { run: RunBody::from(&self.run) }).await;
        Ok(())
    }

    /// The run is over; until the cool-down ends no other begins.
    pub(crate) async fn finish(mut self, status: RunStatus, reason: Option<RunReason>) -> Result<(), ProgressError> {
        let now = self.state.clock.now();
        self.run.status = status;
        self.run.reason = reason;
        self.run.finished_at = Some(now);
        self.write().await?;
        self.measures.tell(self.state, &self.run);
        let cooldown = if status == RunStatus::Finished { self.state.cooldown } else { SignedDuration::ZERO };
        let until = now.saturating_add(cooldown).unwrap_or(now);
        self.state.store.cool_down(self.run.driver_id, &self.holder, until).await?;
        if status == RunStatus::SignInRequired {
            self.push(Push::SignInRequired { run_id: self.run.run_id.clone() }).await;
        }
        self.push(Push::RunFinished { run: RunBody::from(&self.run) }).await;
        Ok(())
    }

    /// Leaves the run to a later delivery of its message.
    pub(crate) async fn hand_back(mut self, waiting: Option<(RunReason, Timestamp)>) -> Result<(), ProgressError> {
        if let Some((reason, retry_at)) = waiting {
            self.run.status = RunStatus::Waiting;
            self.run.reason = Some(reason);
            self.run.retry_at = Some(retry_at);
        }
        self.write().await?;
        self.state.share_budget(self.run.driver_id).await;
        self.measures.tell(self.state, &self.run);
        let from = waiting.map_or(self.state.clock.now(), |(_, retry_at)| retry_at);
        let until = from.saturating_add(self.state.lock_duration).unwrap_or(from);
        self.state.store.hand_back_ingestion_lock(self.run.driver_id, &self.holder, from, until).await?;
        self.push(Push::RunProgress { run: RunBody::from(&self.run) }).await;
        Ok(())
    }

    async fn write(&mut self) -> Result<(), ProgressError> {
        let now = self.state.clock.now();
        let worked = now.duration_since(self.worked_since).as_millis();
        self.run.worked_millis += u64::try_from(worked).unwrap_or(0);
        self.run.updated_at = now;
        self.worked_since = now;
        self.written_at = Some(now);
        if now.duration_since(self.budget_shared_at) >= BUDGET_EVERY {
            self.budget_shared_at = now;
            self.state.share_budget(self.run.driver_id).await;
        }
        if !self.run.status.is_over() {
            self.measures.tick(self.state, &self.run);
        }
        let lock = self.state.lock_duration;
        if self.locked_until.duration_since(now) < lock / RENEW_BELOW {
            let until = now.saturating_add(lock).unwrap_or(now);
            if !self.state.store.renew_ingestion_lock(self.run.driver_id, &self.holder, until).await? {
                return Err(TakenOver.into());
            }
            self.locked_until = until;
        }
        if self.state.store.save_run(&self.run, &self.holder).await? { Ok(()) } else { Err(TakenOver.into()) }
    }

    async fn push(&mut self, push: Push) {
        let ready = std::mem::take(&mut self.ready);
        let ready = (!ready.is_empty()).then_some(Push::RacesReady { race_ids: ready });
        self.state.tell(self.run.driver_id, ready.into_iter().chain([push]), self.correlation_id).await;
    }
}

impl State {
    /// Tells all pages of a driver. A push that fails is logged and nothing else: the pages also ask by themselves.
    pub(crate) async fn tell(&self, driver: DriverId, pushes: impl IntoIterator<Item = Push>, correlation_id: &str) {
        let connections = match self.store.connections_of(driver, self.clock.now()).await {
            Ok(connections) => connections.into_iter().map(|connection| connection.connection_id).collect::<Vec<_>>(),
            Err(error) => {
                tracing::warn!(%error, "the connections to push to could not be read");
                return;
            }
        };
        for message in pushes {
            let envelope = Envelope { message, correlation_id };
            for gone in self.pushes.broadcast(connections.iter().cloned(), &envelope).await {
                if let Err(error) = self.store.delete_connection(&gone).await {
                    tracing::warn!(%error, connection_id = %gone, "a connection that is gone could not be forgotten");
                }
            }
        }
    }
}
