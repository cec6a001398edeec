//! Tracks, cars and series: iRacing's lists, trimmed, kept in the table for a day and in memory for a while.
//!
//! Whoever asks first after that fetches the list anew, in their own name; the others wait for it. When iRacing does not
//! answer, the old list goes on.

use crate::{
    bodies::reference::{CarBody, ReferenceListBody, SeriesBody, TrackBody},
    caching::Tagged,
    iracing_access::IracingAccess,
    problem::ApiError,
};
use auth::SessionToken;
use domain::reference::{Car, Series, Track};
use iracing::DriverData;
use jiff::{SignedDuration, Timestamp};
use runtime::Clock;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use store::{
    Store, StoreError,
    reference::{Fetched, ReferenceList},
};

/// How old a list may become before it is fetched again.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// How long a process goes on with what it has before it looks into the table again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// The same for a list that could not be renewed.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// A list that is fetched from iRacing.
pub(crate) trait Listed: ReferenceList + Send + Sync {
    /// One item as it goes out.
    type Body: Serialize;

    /// Asks iRacing.
    fn fetch(data: &DriverData) -> impl Future<Output = Result<Self, iracing::Error>> + Send;

    /// As it goes out.
    fn bodies(self) -> Vec<Self::Body>;

    /// Where this process keeps it.
    fn slot(lists: &ReferenceLists) -> &Slot;
}

impl Listed for Vec<Track> {
    type Body = TrackBody;

    async fn fetch(data: &DriverData) -> Result<Self, iracing::Error> {
        let (tracks, assets) = tokio::try_join!(data.tracks(), data.track_assets())?;
        Ok(race_mapping::tracks(&tracks.body, &assets.body))
    }

    fn bodies(self) -> Vec<TrackBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot {
        &lists.slots.tracks
    }
}

impl Listed for Vec<Car> {
    type Body = CarBody;

    async fn fetch(data: &DriverData) -> Result<Self, iracing::Error> {
        let (cars, assets) = tokio::try_join!(data.cars(), data.car_assets())?;
        Ok(race_mapping::cars(&cars.body, &assets.body))
    }

    fn bodies(self) -> Vec<CarBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot {
        &lists.slots.cars
    }
}

impl Listed for Vec<Series> {
    type Body = SeriesBody;

    async fn fetch(data: &DriverData) -> Result<Self, iracing::Error> {
        let (series, assets, stats) = tokio::try_join!(data.series(), data.series_assets(), data.stats_series())?;
        Ok(race_mapping::series(&series.body, &assets.body, &stats.body))
    }

    fn bodies(self) -> Vec<SeriesBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot {
        &lists.slots.series
    }
}

/// The lists. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ReferenceLists {
    store: Store,
    iracing: IracingAccess,
    clock: Clock,
    slots: Arc<Slots>,
}

#[derive(Default)]
struct Slots {
    tracks: Slot,
    cars: Slot,
    series: Slot,
}

/// Where this process keeps one list, ready to be sent.
#[derive(Default)]
pub(crate) struct Slot {
    held: Mutex<Option<Held>>,
    /// Held by whoever looks for a newer one.
    looking: tokio::sync::Mutex<()>,
}

struct Held {
    body: Tagged,
    until: Timestamp,
}

impl ReferenceLists {
    pub(crate) fn new(store: Store, iracing: IracingAccess, clock: Clock) -> Self {
        Self { store, iracing, clock, slots: Arc::default() }
    }

    /// A list, ready to be sent.
    ///
    /// # Errors
    /// Only if there is none at all and iRacing does not give it.
    pub(crate) async fn list<T: Listed>(&self, caller: &SessionToken) -> Result<Tagged, ApiError> {
        let slot = T::slot(self);
        if let Some(body) = slot.held(self.clock.now()) {
            return Ok(body);
        }
        let _turn = slot.looking.lock().await;
        let now = self.clock.now();
        if let Some(body) = slot.held(now) {
            return Ok(body);
        }
        let kept = match self.store.reference::<T>().await {
            // Written by another version of us.
            Err(error @ StoreError::Shape { .. }) => {
                tracing::warn!(%error, "reference list not readable");
                None
            }
            kept => kept?,
        };
        let (Fetched { list, fetched_at }, hold) = match kept {
            Some(kept) if now < kept.fetched_at + FRESH => (kept, LOOK_AGAIN),
            kept => match self.fetch::<T>(caller, now).await {
                Ok(fetched) => (fetched, LOOK_AGAIN),
                Err(error) => match kept {
                    Some(kept) => {
                        tracing::warn!(%error, list = T::NAME, "reference list not renewed");
                        (kept, TRY_AGAIN)
                    }
                    None => return Err(error),
                },
            },
        };
        let body = Tagged::json(&ReferenceListBody { items: list.bodies(), fetched_at })?;
        slot.hold(Held { body: body.clone(), until: now + hold });
        Ok(body)
    }

    async fn fetch<T: Listed>(&self, caller: &SessionToken, now: Timestamp) -> Result<Fetched<T>, ApiError> {
        let list = self.iracing.call(caller, |data| async move { T::fetch(&data).await }).await?;
        if let Err(error) = self.store.put_reference(&list, now).await {
            tracing::warn!(%error, list = T::NAME, "reference list not kept");
        }
        Ok(Fetched { list, fetched_at: now })
    }
}

impl Slot {
    fn held(&self, now: Timestamp) -> Option<Tagged> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|held| now < held.until).map(|held| held.body.clone())
    }

    fn hold(&self, held: Held) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }
}
