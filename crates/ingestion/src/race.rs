//! One race: asked for at iRacing unless its session is stored, then stored for the driver.

use crate::{State, search::Listed};
use domain::{
    DriverId, LapChart, Race, RaceSource, Session, SubsessionId,
    ingestion::{FailureReason, RaceFailure},
};
use iracing::{DriverData, Error, LapsOf, models::laps::LapRow};
use jiff::{SignedDuration, Timestamp};
use store::{StoreError, session::SessionSource};
use thiserror::Error;

/// Laps that are not there this long after a race will not come any more.
const LAPS_COME_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A race ready to be put into the driver's log.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) race: Race,
    /// Laps that were stored along with it; 0 if the session was known.
    pub(crate) laps: usize,
    /// The race is in order but its laps are missing.
    pub(crate) laps_missing: bool,
}

/// Why a race is not ready.
#[derive(Debug, Error)]
pub(crate) enum FetchError {
    /// Something is wrong with this race; the run goes on.
    #[error("{detail}")]
    Race { reason: FailureReason, detail: String },
    /// The hosted session was practice only: there is nothing to store.
    #[error("the session had no race")]
    NoRace,
    /// The whole run is affected.
    #[error(transparent)]
    Iracing(Error),
    /// The table is.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes sure the race's session is stored, with the laps of the driver's last race in it (the main event, or the heat that
/// knocked them out), and reads that race off it.
///
/// A new session costs two counted requests; one that another driver brought none, or one for its laps. What files say of
/// it does not count: nobody but iRacing says how somebody else has raced.
pub(crate) async fn fetch(
    state: &State,
    data: &DriverData,
    driver: DriverId,
    listed: Listed,
) -> Result<Fetched, FetchError> {
    let subsession = listed.subsession_id;
    let (mut session, known) = match state.store.session(subsession).await? {
        Some(session) => (session, true),
        None => (result(state, data, subsession).await?, false),
    };
    if !session.has_race() {
        return Err(FetchError::NoRace);
    }
    let own = session.last_race_of(driver).unwrap_or_else(|| session.main_event());
    let mut chart = None;
    if !session.info.lap_charts.contains(&own) {
        chart = lap_chart(state, data, driver, &session, own).await?;
        if chart.is_some() {
            session.info.lap_charts.push(own);
        }
    }
    let Some(mut race) = Race::of(&session, driver, RaceSource::Iracing) else {
        return Err(FetchError::Race {
            reason: FailureReason::DriverNotInResult,
            detail: format!("the result of {subsession} does not name driver {driver}"),
        });
    };
    match (&chart, known) {
        (chart, false) => state.store.save_session(SessionSource::Iracing, &session, chart.as_slice()).await?,
        (Some(chart), true) => state.store.save_laps(subsession, chart).await?,
        (None, true) => {}
    }
    // Laps that iRacing does not have any more may have come with the driver's own file.
    race.has_laps = race.has_laps || state.store.lap_charts_of_file(driver, subsession).await?.contains(&own);
    let laps_missing = !race.has_laps && laps_may_come(&session, state.clock.now());
    Ok(Fetched { race, laps: chart.map_or(0, |chart| chart.lap_count()), laps_missing })
}

/// The result as iRacing has it.
async fn result(state: &State, data: &DriverData, subsession: SubsessionId) -> Result<Session, FetchError> {
    state.admit(1).await?;
    let results = data.results_get(subsession.0).await.map_err(race_error)?;
    race_mapping::session_from_results(&results)
        .map_err(|error| FetchError::Race { reason: FailureReason::Unreadable, detail: error.to_string() })
}

/// Looks whether the result of a stored race has changed since, by a protest or a penalty. If so the session is replaced,
/// its event log is forgotten, and the driver's race as it is now is answered. An unchanged result writes nothing.
pub(crate) async fn changed(state: &State, data: &DriverData, race: &Race) -> Result<Option<Race>, FetchError> {
    let Some((stored, source)) = state.store.session_for(race.driver_id, race.subsession_id).await? else {
        return Ok(None);
    };
    let mut session = result(state, data, race.subsession_id).await?;
    session.info.lap_charts.clone_from(&stored.info.lap_charts);
    if in_order(session.clone()) != in_order(stored) {
        // First, as an unchanged session is not looked at again.
        state.store.forget_race_events(source, race.subsession_id, &session.info.lap_charts).await?;
        state.store.save_session(source, &session, &[]).await?;
    }
    Ok(Race::of(&session, race.driver_id, race.source).filter(|now| now != race))
}

/// A session with its parts in the order of their ids, to compare.
fn in_order(mut session: Session) -> Session {
    session.car_classes.sort_by_key(|class| class.car_class_id);
    session.cars.sort_by_key(|car| (car.car_class_id, car.car_id));
    session.entrants.sort_by_key(|entrant| entrant.entrant_id);
    session
}

/// The laps of the whole field; for some league sessions iRacing has only the driver's own; `None` if there are none.
async fn lap_chart(
    state: &State,
    data: &DriverData,
    driver: DriverId,
    session: &Session,
    simsession: i32,
) -> Result<Option<LapChart>, FetchError> {
    let subsession = session.info.subsession_id.0;
    state.admit(1).await?;
    let field = data.lap_chart_data(subsession, i64::from(simsession)).await.map(|chart| chart.rows);
    let rows = match if_any(field)? {
        Some(rows) => Some(rows),
        None => {
            state.admit(1).await?;
            let own = data.lap_data(subsession, i64::from(simsession), LapsOf::Driver(driver.0)).await;
            if_any(own.map(|laps| laps.rows))?
        }
    };
    Ok(rows.map(|rows| race_mapping::lap_chart(session, simsession, &rows)))
}

/// Laps that are not there, in any of the ways in which iRacing says so, are none.
fn if_any(rows: Result<Vec<LapRow>, Error>) -> Result<Option<Vec<LapRow>>, FetchError> {
    match rows {
        Ok(rows) => Ok((!rows.is_empty()).then_some(rows)),
        Err(Error::NotReady { .. } | Error::NotFound { .. } | Error::Forbidden { .. }) => Ok(None),
        Err(error) => Err(race_error(error)),
    }
}

fn laps_may_come(session: &Session, now: Timestamp) -> bool {
    let ended = session.info.end_time.unwrap_or(session.info.start_time);
    now.duration_since(ended) < LAPS_COME_WITHIN
}

/// Tells apart what is wrong with one race from what stops the run.
fn race_error(error: Error) -> FetchError {
    let reason = match &error {
        Error::Unauthorized | Error::RateLimited { .. } | Error::Maintenance | Error::Transport { .. } => {
            return FetchError::Iracing(error);
        }
        Error::Forbidden { .. } => FailureReason::Forbidden,
        Error::NotFound { .. } | Error::NotReady { .. } => FailureReason::NotReady,
        Error::Upstream { .. } | Error::LinkExpired { .. } | Error::Truncated { .. } => FailureReason::UpstreamError,
        Error::BadRequest { .. }
        | Error::Shape { .. }
        | Error::ForeignLink { .. }
        | Error::TooLarge { .. }
        | Error::PathNotAllowed => FailureReason::Unreadable,
    };
    FetchError::Race { reason, detail: error.to_string() }
}

/// The failure as it is kept.
pub(crate) fn failure(
    listed: Listed,
    reason: FailureReason,
    detail: String,
    attempts: u32,
    tried_at: Timestamp,
) -> RaceFailure {
    let Listed { subsession_id, start_time, end_time: _ } = listed;
    RaceFailure { subsession_id, start_time, reason, detail, attempts, tried_at }
}
