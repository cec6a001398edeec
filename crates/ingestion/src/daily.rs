//! Bringing drivers up to date who asked for it once, without being asked each day.

use crate::State;
use domain::{Driver, DriverId, IngestionRun, RunReason, RunStatus};
use iracing_token::TokenError;
use jiff::{SignedDuration, Timestamp};
use messaging::{Push, QueueMessage, RunBody};
use std::time::Duration;
use store::{ingestion_lock::Requested, ingestion_run::new_run_id};

/// Drivers a page.
const PAGE: usize = 100;

/// The drivers of a page are spread over this time, the longest delay of the queue; the next page follows after it.
const SPREAD: Duration = messaging::MAX_DELAY;

/// How long a run may wait for its worker before another may take its place.
const QUEUED_LEASE: SignedDuration = SignedDuration::from_secs(900);

/// Queues a page of drivers, and the next page.
pub(crate) async fn spread(state: &State, after: Option<DriverId>, correlation_id: &str) -> anyhow::Result<()> {
    let drivers = state.store.daily_sync_drivers(after, PAGE).await?;
    let step = SPREAD / u32::try_from(PAGE)?;
    for (place, &driver_id) in (0..).zip(&drivers) {
        let sync = QueueMessage::Sync { driver_id, correlation_id: correlation_id.to_owned() };
        state.queue.send(&sync, step * place).await?;
    }
    tracing::info!(drivers = drivers.len(), "daily sync");
    if drivers.len() == PAGE {
        let next =
            QueueMessage::DailySync { after: drivers.last().copied(), correlation_id: correlation_id.to_owned() };
        state.queue.send(&next, SPREAD).await?;
    }
    Ok(())
}

/// Begins a run for a driver. On the way the token pair is renewed, which keeps it from running out. When iRacing no
/// longer takes it the driver is told so once, and iRacing is not asked again until they have signed in.
pub(crate) async fn sync(state: &State, driver_id: DriverId, correlation_id: &str) -> anyhow::Result<()> {
    let Some(driver) = state.store.driver(driver_id).await?.filter(|driver| driver.daily_sync) else { return Ok(()) };
    let newest = state.store.runs(driver_id, 1, None).await?.items.pop();
    if newest.is_some_and(|run| run.status == RunStatus::SignInRequired && driver.last_login <= run.updated_at) {
        return Ok(());
    }
    let now = state.clock.now();
    let run = IngestionRun::queued(
        new_run_id(now),
        driver_id,
        driver.member_since,
        driver.searched_to(now),
        state.search_window,
        now,
    );
    match state.tokens.access_token(driver_id).await {
        Ok(_) | Err(TokenError::Upstream(_)) => {}
        Err(TokenError::SignInRequired) => return tell_once(state, &driver, run, correlation_id, now).await,
        Err(error) => return Err(error.into()),
    }
    let until = now.saturating_add(QUEUED_LEASE)?;
    let ingest = |run_id| QueueMessage::Ingest { driver_id, run_id, correlation_id: correlation_id.to_owned() };
    match state.store.request_run(&run, now, until).await? {
        Requested::Begun => {
            let run_id = run.run_id.clone();
            if let Err(error) = state.queue.send(&ingest(run.run_id), Duration::ZERO).await {
                state.store.abandon_run(driver_id, &run_id, now).await?;
                return Err(error.into());
            }
        }
        Requested::Joined { lock, message_lost: true, .. } => {
            if let Some(run_id) = lock.run_id {
                state.queue.send(&ingest(run_id), Duration::ZERO).await?;
            }
        }
        Requested::Joined { .. } | Requested::CoolingDown(_) => {}
    }
    Ok(())
}

/// Leaves a run that says why it did not begin, and tells the open pages.
async fn tell_once(
    state: &State,
    driver: &Driver,
    run: IngestionRun,
    correlation_id: &str,
    now: Timestamp,
) -> anyhow::Result<()> {
    tracing::info!(driver = %driver.driver_id, "the daily sync needs a new sign-in");
    let run = IngestionRun {
        status: RunStatus::SignInRequired,
        reason: Some(RunReason::SignInRequired),
        finished_at: Some(now),
        ..run
    };
    state.store.put_ended_run(&run).await?;
    let pushes = [Push::SignInRequired { run_id: run.run_id.clone() }, Push::RunFinished { run: RunBody::from(&run) }];
    state.tell(driver.driver_id, pushes, correlation_id).await;
    Ok(())
}
