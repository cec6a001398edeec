//! All races of the drivers who look at them, kept in memory: a filter changes often, a career rarely.
//!
//! What is kept is good as long as the driver's item says so: every change of their races raises a revision there, in
//! the same transaction. So an answer costs one read of one item, and is never older than the table.

use crate::problem::ApiError;
use domain::{DriverId, Race};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Store, race::RacesRevision};

/// Races kept in all; one takes about a kilobyte.
const MOST_RACES: usize = 30_000;

/// The careers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Careers {
    store: Store,
    /// The one used last comes last.
    held: Arc<Mutex<Vec<Held>>>,
    /// Held by whoever reads a career: requests of one page come together, and want the same.
    reading: Arc<tokio::sync::Mutex<()>>,
}

struct Held {
    driver: DriverId,
    revision: RacesRevision,
    races: Arc<[Race]>,
}

impl Careers {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, held: Arc::default(), reading: Arc::default() }
    }

    /// All races of a driver, newest first.
    pub(crate) async fn of(&self, driver: DriverId) -> Result<Arc<[Race]>, ApiError> {
        let Some(revision) = self.store.races_revision(driver).await? else { return Ok(Arc::default()) };
        if let Some(races) = self.held(driver, revision) {
            return Ok(races);
        }
        let _turn = self.reading.lock().await;
        if let Some(races) = self.held(driver, revision) {
            return Ok(races);
        }
        // Races that are added from here on are in it or not; the next look at the revision tells.
        let races: Arc<[Race]> = self.store.all_races(driver).await?.into();
        self.hold(Held { driver, revision, races: races.clone() });
        Ok(races)
    }

    fn held(&self, driver: DriverId, revision: RacesRevision) -> Option<Arc<[Race]>> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|held| held.driver == driver && held.revision == revision)?;
        all[place..].rotate_left(1);
        all.last().map(|held| held.races.clone())
    }

    fn hold(&self, new: Held) {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|held| held.driver != new.driver);
        all.push(new);
        while all.iter().map(|held| held.races.len()).sum::<usize>() > MOST_RACES {
            all.remove(0);
        }
    }
}
