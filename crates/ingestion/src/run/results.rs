//! Looking again at results that may have changed.

use super::{Stop, Worker};
use crate::{
    progress::Progress,
    race::{self, FetchError},
};
use domain::{Race, RaceFilter, RaceSource, ingestion::RESULTS_CHANGE_WITHIN};
use iracing::Error;

/// Races read at once.
const PAGE: usize = 100;

impl Worker<'_> {
    /// Once a day, asks for the results of the last two weeks again: one counted request each. A changed result replaces
    /// the race, which keeps what it was before.
    pub(super) async fn check_results(&mut self, progress: &mut Progress<'_>) -> Result<(), Stop> {
        let (store, now) = (&self.state.store, self.state.clock.now());
        let Some(driver) = store.driver(self.driver).await?.filter(|driver| driver.results_are_due(now)) else {
            return Ok(());
        };
        // The first run has just asked for them.
        let recent = if driver.results_checked_at.is_some() { self.recent_races().await? } else { Vec::new() };
        for race in recent {
            if race.source != RaceSource::Iracing || progress.has_just_stored(race.subsession_id) {
                continue;
            }
            if self.state.clock.now() >= self.stop_at {
                return Err(Stop::Deadline);
            }
            if let Some(after) = self.changed(&race).await? {
                tracing::info!(race = %race.id(), "a result has changed");
                self.state.store.change_race(&race, &after, self.state.clock.now()).await?;
                progress.changed(&after);
                progress.tick().await?;
            }
        }
        Ok(self.state.store.set_results_checked_at(driver.driver_id, now).await?)
    }

    async fn recent_races(&self) -> Result<Vec<Race>, Stop> {
        let since = self.state.clock.now().saturating_sub(RESULTS_CHANGE_WITHIN).ok();
        let filter = RaceFilter { from: since, ..RaceFilter::default() };
        let mut races = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.state.store.races(self.driver, &filter, PAGE, cursor.as_deref()).await?;
            races.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(races),
            }
        }
    }

    async fn changed(&mut self, race: &Race) -> Result<Option<Race>, Stop> {
        let data = self.data().await?;
        let mut outcome = race::changed(self.state, &data, race).await;
        if matches!(outcome, Err(FetchError::Iracing(Error::Unauthorized))) {
            let data = self.renewed_data(&data).await?;
            outcome = race::changed(self.state, &data, race).await;
        }
        match outcome {
            Ok(changed) => Ok(changed),
            // It is stored as it was; tomorrow it is looked at again.
            Err(FetchError::Race { detail, .. }) => {
                tracing::info!(race = %race.id(), detail, "a result could not be looked at again");
                Ok(None)
            }
            Err(error) => Err(self.fetch_stop(error)),
        }
    }
}
