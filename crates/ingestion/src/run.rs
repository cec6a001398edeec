//! A run: from the lock to the last window.

mod results;

use crate::{
    State,
    progress::{Progress, ProgressError},
    race::{self, FetchError},
    search::{self, Listed},
};
use domain::{
    DriverId, IngestionRun, RaceFailure, RunId, RunReason, RunStatus, SubsessionId,
    ingestion::{FailureReason, LONGEST_RACE, OVERLAP, SearchWindow},
};
use futures::{StreamExt, TryStreamExt, stream};
use iracing::{DriverData, Error};
use iracing_token::TokenError;
use jiff::{SignedDuration, Timestamp};
use messaging::QueueMessage;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use store::{StoreError, counters::Counts, ingestion_lock::Taken, session::SessionSource};
use uuid::Uuid;

/// Races fetched side by side. Eight keep a worker busy at 50 ms a request and 240 requests a minute many times over.
const SIDE_BY_SIDE: usize = 8;

/// Time kept for putting a run back into the queue before the process is stopped.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// How long a run waits when iRacing is in maintenance, which takes minutes to hours.
const MAINTENANCE_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// How long a run waits when iRacing answers with errors.
const UPSTREAM_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Races in a row that iRacing fails before the run takes it for an outage.
const OUTAGE: u32 = 5;

/// The longest wait for the next requests that a worker sits out: a window of iRacing's is a minute. For a longer one the
/// run goes back to the queue and says so.
const PATIENCE: SignedDuration = SignedDuration::from_secs(90);

/// A run that could not go on for this long is given up; the next one begins where it stopped.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What ends the work at a run before its last window.
enum Stop {
    /// The process is about to be stopped: go on in a later one.
    Deadline,
    /// iRacing's fault, or the rate limit: go on later.
    Wait(RunReason, Timestamp),
    /// The driver has to sign in again.
    SignIn,
    /// Another worker is at it.
    TakenOver,
    /// The table failed: the message comes back.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProgressError> for Stop {
    fn from(error: ProgressError) -> Self {
        match error {
            ProgressError::TakenOver(_) => Self::TakenOver,
            ProgressError::Store(error) => Self::Store(error),
        }
    }
}

/// Works at a run until it is over, or goes back to the queue.
pub(crate) async fn work(
    state: &State,
    driver: DriverId,
    run_id: &RunId,
    correlation_id: &str,
    deadline: Timestamp,
) -> anyhow::Result<()> {
    let now = state.clock.now();
    let Some(run) = state.store.run(driver, run_id).await? else {
        tracing::warn!(%driver, %run_id, "the message names a run that does not exist");
        return Ok(());
    };
    if run.status.is_over() {
        return Ok(());
    }
    let message =
        QueueMessage::Ingest { driver_id: driver, run_id: run_id.clone(), correlation_id: correlation_id.to_owned() };
    if let Some(retry_at) = run.retry_at.filter(|retry_at| *retry_at > now) {
        // A wait longer than the queue's longest delay
        return Ok(state.queue.send(&message, delay(now, retry_at)).await?);
    }
    let holder = Uuid::new_v4().to_string();
    let locked_until = now.saturating_add(state.lock_duration)?;
    if let Taken::Busy(lock) = state.store.take_ingestion_lock(driver, run_id, &holder, now, locked_until).await? {
        // Another delivery is at it. Should its worker be dead, this message is what goes on once the lock has ended.
        let until = lock.map_or(now, |lock| lock.locked_until);
        tracing::info!(%driver, %run_id, %until, "the run is held elsewhere");
        return Ok(state.queue.send(&message, delay(now, until)).await?);
    }
    // Read again: the worker before may have written until a moment ago.
    let Some(run) = state.store.run(driver, run_id).await? else { return Ok(()) };
    let started_at = run.started_at;
    let mut progress = Progress::new(state, run, holder, locked_until, correlation_id);
    let stop = match ingest(state, &mut progress, deadline).await {
        Ok(()) => {
            state.store.set_races_ingested_to(driver, progress.run.to.min(state.clock.now())).await?;
            progress.finish(RunStatus::Finished, None).await?;
            tracing::info!(%driver, %run_id, "run finished");
            return Ok(());
        }
        Err(stop) => stop,
    };
    match stop {
        Stop::Deadline => {
            // The lock first, or the next delivery finds it held. The message being worked at is the safety net: it is
            // only deleted when all of this is done.
            progress.hand_back(None).await?;
            state.queue.send(&message, Duration::ZERO).await?;
        }
        Stop::Wait(reason, _) if state.clock.now().duration_since(started_at) > GIVE_UP_AFTER => {
            tracing::error!(%driver, %run_id, ?reason, "run given up");
            progress.finish(RunStatus::Failed, Some(reason)).await?;
        }
        Stop::Wait(reason, retry_at) => {
            tracing::warn!(%driver, %run_id, ?reason, %retry_at, "run waits");
            if reason == RunReason::Maintenance {
                // Nobody else needs to find out for themselves.
                state.store.put_iracing_pause(retry_at).await?;
            }
            progress.hand_back(Some((reason, retry_at))).await?;
            state.queue.send(&message, delay(state.clock.now(), retry_at)).await?;
        }
        Stop::SignIn => progress.finish(RunStatus::SignInRequired, Some(RunReason::SignInRequired)).await?,
        Stop::TakenOver => tracing::warn!(%driver, %run_id, "the run was taken over by another worker"),
        Stop::Store(error) => {
            // The message comes back; its next worker needs the lock.
            if let Err(error) = progress.hand_back(None).await {
                tracing::warn!(%error, "the lock could not be handed back and will run out");
            }
            return Err(error.into());
        }
    }
    Ok(())
}

/// Searches window after window, newest first, and stores what is new.
async fn ingest(state: &State, progress: &mut Progress<'_>, deadline: Timestamp) -> Result<(), Stop> {
    let driver = progress.run.driver_id;
    progress.start().await?;
    if let Some(until) = state.store.iracing_pause(state.clock.now()).await? {
        return Err(Stop::Wait(RunReason::Maintenance, until));
    }
    let stop_at = deadline.saturating_sub(MARGIN).unwrap_or(deadline);
    let mut worker = Worker { state, driver, stop_at, data: None, failed_before: HashMap::new(), upstream_failures: 0 };
    let failed_before = state.store.failed_races(driver).await?;
    worker.failed_before = failed_before.iter().map(|failure| (failure.subsession_id, failure.attempts)).collect();
    if progress.run.windows_done == 0 {
        let now = state.clock.now();
        let deleted = state.store.deleted_subsessions(driver).await?;
        let due = |failure: &&RaceFailure| failure.is_due(now) && !deleted.contains(&failure.subsession_id);
        let again: Vec<_> = failed_before.iter().filter(due).map(Listed::from).collect();
        progress.run.races_found += u32::try_from(again.len()).unwrap_or(u32::MAX);
        worker.store_races(progress, again).await?;
    }
    while let Some(window) = progress.run.next_window(state.search_window) {
        if state.clock.now() >= stop_at {
            return Err(Stop::Deadline);
        }
        let mut listed = worker.search(window).await?;
        // A race that failed before had its turn at the start of this run, or has had all its turns.
        listed.retain(|race| !worker.failed_before.contains_key(&race.subsession_id));
        let from = window.begin.saturating_sub(LONGEST_RACE).unwrap_or(window.begin);
        let stored = state.store.stored_subsessions(driver, from, window.end).await?;
        // What the driver deleted stays so, though it is listed again.
        let deleted = state.store.deleted_subsessions(driver).await?;
        listed.retain(|race| stored.contains(&race.subsession_id) || !deleted.contains(&race.subsession_id));
        let in_log = listed.iter().map(|race| race.subsession_id).filter(|subsession| stored.contains(subsession));
        let complete = worker.with_session(in_log.collect()).await?;
        let (known, new): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|race| complete.contains(&race.subsession_id));
        count_window(&mut progress.run, window, &known, new.len());
        progress.report().await?;
        worker.store_races(progress, new).await?;
        progress.run.searched_back_to = window.begin;
        progress.run.windows_done += 1;
        progress.tick().await?;
    }
    worker.check_results(progress).await
}

/// Counts what a search of a window found.
fn count_window(run: &mut IngestionRun, window: SearchWindow, known: &[Listed], new: usize) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let new = number(new);
    let dealt_with = run.races_done + run.races_known + run.races_failed;
    let open = run.races_found.saturating_sub(dealt_with);
    if open > 0 {
        // The window was begun by a worker that was stopped: what is no longer new, that one stored.
        run.races_done += open.saturating_sub(new);
    } else {
        // What lies in the overlap was counted with the newer window.
        let newest = window.end == run.to;
        let counted = |race: &&Listed| {
            let end = race.end_time.unwrap_or(race.start_time);
            newest || end.saturating_add(OVERLAP).is_ok_and(|end| end < window.end)
        };
        run.races_known += number(known.iter().filter(counted).count());
    }
    run.races_found = run.races_done + run.races_known + run.races_failed + new;
}

/// The hands of a run: iRacing as the driver sees it, and what is known of earlier failures.
struct Worker<'a> {
    state: &'a State,
    driver: DriverId,
    stop_at: Timestamp,
    data: Option<DriverData>,
    failed_before: HashMap<SubsessionId, u32>,
    upstream_failures: u32,
}

impl Worker<'_> {
    /// iRacing with a valid token.
    async fn data(&mut self) -> Result<DriverData, Stop> {
        let token = self.state.tokens.access_token(self.driver).await.map_err(|error| self.token_stop(error))?;
        let data = match self.data.take() {
            Some(data) => data.with_access_token(token.secret),
            None => {
                let budget = self.state.shared_budget(self.driver).await?;
                let data = self.state.data.for_driver(token.secret, budget);
                data.with_deadline(self.stop_at).with_patience(PATIENCE)
            }
        };
        self.data = Some(data.clone());
        Ok(data)
    }

    /// After a 401: a token newer than the one that was refused.
    async fn renewed_data(&mut self, refused: &DriverData) -> Result<DriverData, Stop> {
        let renewed = self.state.tokens.renew(self.driver, refused.access_token()).await;
        let token = renewed.map_err(|error| self.token_stop(error))?;
        let data = refused.clone().with_access_token(token.secret);
        self.data = Some(data.clone());
        Ok(data)
    }

    /// Those whose session is stored, be it from the driver's own file. A race of an imported log may be without, and is
    /// fetched like a new one.
    async fn with_session(&self, subsessions: Vec<SubsessionId>) -> Result<HashSet<SubsessionId>, StoreError> {
        let store = &self.state.store;
        let looks = stream::iter(subsessions).map(|subsession| async move {
            let stored = store.has_session(SessionSource::Iracing, subsession).await?
                || store.has_session(SessionSource::File(self.driver), subsession).await?;
            Ok::<_, StoreError>(stored.then_some(subsession))
        });
        let found: Vec<_> = looks.buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn search(&mut self, window: SearchWindow) -> Result<Vec<Listed>, Stop> {
        let data = self.data().await?;
        self.state.admit(search::REQUESTS).await.map_err(|error| self.fetch_stop(error))?;
        match search::races_in(&data, self.driver, window).await {
            Err(Error::Unauthorized) => {
                let data = self.renewed_data(&data).await?;
                search::races_in(&data, self.driver, window).await.map_err(|error| self.stop(&error))
            }
            listed => listed.map_err(|error| self.stop(&error)),
        }
    }

    /// Fetches races side by side and stores them in their order. A race that fails is listed and the others go on.
    async fn store_races(&mut self, progress: &mut Progress<'_>, races: Vec<Listed>) -> Result<(), Stop> {
        let mut waiting = races;
        let mut renewed = false;
        while !waiting.is_empty() {
            let data = self.data().await?;
            let (state, driver, stop_at) = (self.state, self.driver, self.stop_at);
            let mut fetched = stream::iter(waiting.clone())
                .map(|listed| {
                    let data = &data;
                    async move {
                        // What is under way is finished, nothing new is begun.
                        let in_time = state.clock.now() < stop_at;
                        (listed, if in_time { Some(race::fetch(state, data, driver, listed).await) } else { None })
                    }
                })
                .buffered(SIDE_BY_SIDE);
            let mut done = 0;
            let mut refused = false;
            let mut counts = Counts::default();
            let mut stop = None;
            while let Some((listed, outcome)) = fetched.next().await {
                let Some(outcome) = outcome else {
                    stop = Some(Stop::Deadline);
                    break;
                };
                match outcome {
                    Err(FetchError::Iracing(Error::Unauthorized)) => {
                        refused = true;
                        break;
                    }
                    Err(FetchError::Iracing(error)) => {
                        stop = Some(self.stop(&error));
                        break;
                    }
                    Err(FetchError::Store(error)) => {
                        stop = Some(Stop::Store(error));
                        break;
                    }
                    Ok(fetched) => {
                        self.upstream_failures = 0;
                        renewed = false;
                        counts = self.put(progress, listed, fetched, counts).await?;
                    }
                    Err(FetchError::NoRace) => progress.run.races_found = progress.run.races_found.saturating_sub(1),
                    Err(FetchError::Race { reason, detail }) => {
                        self.upstream_failures =
                            if reason == FailureReason::UpstreamError { self.upstream_failures + 1 } else { 0 };
                        self.fail(progress, listed, reason, detail).await?;
                    }
                }
                done += 1;
                if self.upstream_failures >= OUTAGE {
                    self.upstream_failures = 0;
                    stop = Some(Stop::Wait(RunReason::UpstreamError, self.after(UPSTREAM_PAUSE)));
                    break;
                }
                progress.tick().await?;
            }
            drop(fetched);
            self.count(counts).await;
            if let Some(stop) = stop {
                return Err(stop);
            }
            waiting.drain(..done);
            if refused {
                if renewed {
                    return Err(Stop::SignIn);
                }
                renewed = true;
                self.renewed_data(&data).await?;
            }
        }
        Ok(())
    }

    /// Puts a race into the driver's log.
    async fn put(
        &mut self,
        progress: &mut Progress<'_>,
        listed: Listed,
        fetched: race::Fetched,
        mut counts: Counts,
    ) -> Result<Counts, Stop> {
        let race::Fetched { race, laps, laps_missing } = fetched;
        if self.state.store.insert_race(&race).await? {
            counts.sessions += 1;
            progress.stored(&race);
        } else {
            // It was there: from an import, or with its laps missing until now.
            self.state.store.replace_race(&race).await?;
            progress.run.races_known += 1;
        }
        counts.laps += i64::try_from(laps).unwrap_or(0);
        if self.new_track(race.track_id) && self.state.store.note_track(race.track_id).await? {
            counts.tracks += 1;
        }
        let attempts = self.failed_before.get(&listed.subsession_id).copied();
        if laps_missing {
            let (detail, now) = ("the result is stored, its laps are not there yet".to_owned(), self.state.clock.now());
            let failure = race::failure(listed, FailureReason::LapsNotReady, detail, attempts.unwrap_or(0) + 1, now);
            self.state.store.put_failed_race(self.driver, &failure).await?;
        } else if attempts.is_some() {
            self.state.store.delete_failed_race(self.driver, listed.subsession_id).await?;
        }
        Ok(counts)
    }

    async fn fail(
        &mut self,
        progress: &mut Progress<'_>,
        listed: Listed,
        reason: FailureReason,
        detail: String,
    ) -> Result<(), Stop> {
        let attempts = self.failed_before.get(&listed.subsession_id).copied().unwrap_or(0) + 1;
        tracing::warn!(subsession_id = %listed.subsession_id, ?reason, detail, attempts, "race failed");
        let failure = race::failure(listed, reason, detail, attempts, self.state.clock.now());
        self.state.store.put_failed_race(self.driver, &failure).await?;
        self.failed_before.insert(listed.subsession_id, attempts);
        progress.run.fail_race(failure);
        Ok(())
    }

    fn new_track(&self, track: domain::TrackId) -> bool {
        self.state.tracks_seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(track)
    }

    /// Adds to the global counts, which nothing depends on.
    async fn count(&self, counts: Counts) {
        if counts != Counts::default()
            && let Err(error) = self.state.store.count(counts).await
        {
            tracing::warn!(%error, "the global counts are short");
        }
    }

    /// What an error that is not about one race does to the run.
    fn stop(&self, error: &Error) -> Stop {
        match error {
            Error::Unauthorized => Stop::SignIn,
            Error::RateLimited { retry_at } => Stop::Wait(RunReason::RateLimited, *retry_at),
            Error::Maintenance => Stop::Wait(RunReason::Maintenance, self.after(MAINTENANCE_PAUSE)),
            error => {
                tracing::warn!(%error, "iracing does not answer as it should");
                Stop::Wait(RunReason::UpstreamError, self.after(UPSTREAM_PAUSE))
            }
        }
    }

    /// The same for what fetching ends in.
    fn fetch_stop(&self, error: FetchError) -> Stop {
        match error {
            FetchError::Store(error) => Stop::Store(error),
            FetchError::Iracing(error) => self.stop(&error),
            error @ (FetchError::Race { .. } | FetchError::NoRace) => {
                tracing::warn!(%error, "a race ended its run");
                Stop::Wait(RunReason::UpstreamError, self.after(UPSTREAM_PAUSE))
            }
        }
    }

    fn token_stop(&self, error: TokenError) -> Stop {
        match error {
            TokenError::SignInRequired => Stop::SignIn,
            TokenError::Store(error) => Stop::Store(error),
            error => {
                tracing::warn!(%error, "iracing's token could not be renewed");
                Stop::Wait(RunReason::UpstreamError, self.after(UPSTREAM_PAUSE))
            }
        }
    }

    fn after(&self, pause: SignedDuration) -> Timestamp {
        self.state.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX)
    }
}

impl From<&RaceFailure> for Listed {
    fn from(failure: &RaceFailure) -> Self {
        Self { subsession_id: failure.subsession_id, start_time: failure.start_time, end_time: None }
    }
}

fn delay(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}
