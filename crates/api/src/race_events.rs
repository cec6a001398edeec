//! Event logs of races: penalties and cautions. An import leaves them out, for they would be a third request a race; they
//! are fetched in the name of whoever opens the race first, and kept in the table.

use crate::{
    iracing_access::{IracingAccess, WELCOME},
    problem::ApiError,
    reference_lists::readable,
};
use auth::SessionToken;
use domain::{Session, analysis::RaceEvent};
use iracing::models::event_log::EventLogRow;
use jiff::SignedDuration;
use runtime::Clock;
use store::{Store, race_events::RaceEvents, session::SessionSource};

/// How long iRacing is left alone after it did not give one.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(15);

/// The event log of a race whose laps are stored; `None` if it is not to be had now.
///
/// # Errors
/// If the table cannot be read.
pub(crate) async fn events(
    store: &Store,
    iracing: &IracingAccess,
    clock: &Clock,
    caller: &SessionToken,
    (session, source, simsession): (&Session, SessionSource, i32),
) -> Result<Option<Vec<RaceEvent>>, ApiError> {
    let subsession = session.info.subsession_id;
    let now = clock.now();
    match readable(store.race_events(source, subsession, simsession).await)? {
        Some(RaceEvents { events, fetched_at: Some(_), .. }) => return Ok(Some(events)),
        Some(kept) if now < kept.tried_at.saturating_add(TRY_AGAIN).unwrap_or(now) => return Ok(None),
        _ => {}
    }
    let rows = match fetch(iracing, caller, subsession.0, simsession.into()).await {
        Ok(rows) => Some(rows),
        // Says nothing about iRacing: the next one who opens the race may have better luck.
        Err(ApiError::IracingSignInRequired) => return Ok(None),
        Err(error) => {
            tracing::info!(%error, %subsession, "event log not fetched");
            None
        }
    };
    let events = rows.map(|rows| race_mapping::race_events(session, &rows));
    let fetched_at = events.as_ref().map(|_| now);
    let kept = RaceEvents { events: events.clone().unwrap_or_default(), fetched_at, tried_at: now };
    if let Err(error) = store.put_race_events(source, subsession, simsession, &kept).await {
        tracing::warn!(%error, %subsession, "event log not kept");
    }
    Ok(events)
}

/// The rows; none if iRacing has none of this race and never will.
async fn fetch(
    iracing: &IracingAccess,
    caller: &SessionToken,
    subsession: i64,
    simsession: i64,
) -> Result<Vec<EventLogRow>, ApiError> {
    // The race can be told without.
    let ask = |data: iracing::DriverData| async move { data.event_log(subsession, simsession).await };
    match iracing.call(caller, WELCOME, ask).await {
        Err(ApiError::Iracing(iracing::Error::NotFound { .. })) => Ok(Vec::new()),
        answer => answer,
    }
}
