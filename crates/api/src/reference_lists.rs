//! Tracks, cars and series: iRacing's lists, trimmed, kept in the table for a day and in memory for a while; and what
//! iRacing says about their items, which comes with the lists and is kept beside them.
//!
//! Whoever asks first after that has the list fetched anew, in their own name, by a task that goes on when they have been
//! answered. Who has no list waits for it; who has an old one gets that if iRacing does not answer soon.

use crate::{
    bodies::reference::{CarBody, ReferenceListBody, SeriesBody, TrackBody},
    caching::Tagged,
    iracing_access::{IracingAccess, NEEDED, UNATTENDED, going_on, patience, too_slow},
    problem::ApiError,
};
use auth::SessionToken;
use domain::reference::{Car, Description, Descriptions, Series, Track};
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

/// The same for a list that has to be renewed and is not yet.
pub(crate) const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// A list that is fetched from iRacing.
pub(crate) trait Listed: ReferenceList + Clone + Default + Send + Sync + 'static {
    /// One item as it goes out.
    type Body: Serialize;

    /// Asks iRacing.
    fn fetch(data: &DriverData) -> impl Future<Output = Result<(Self, Descriptions), iracing::Error>> + Send;

    /// As it goes out.
    fn bodies(self) -> Vec<Self::Body>;

    /// Where this process keeps it.
    fn slot(lists: &ReferenceLists) -> &Slot<Self>;
}

impl Listed for Vec<Track> {
    type Body = TrackBody;

    async fn fetch(data: &DriverData) -> Result<(Self, Descriptions), iracing::Error> {
        let (tracks, assets) = tokio::try_join!(data.tracks(), data.track_assets())?;
        Ok((race_mapping::tracks(&tracks.body, &assets.body), race_mapping::track_descriptions(&assets.body)))
    }

    fn bodies(self) -> Vec<TrackBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot<Self> {
        &lists.slots.tracks
    }
}

impl Listed for Vec<Car> {
    type Body = CarBody;

    async fn fetch(data: &DriverData) -> Result<(Self, Descriptions), iracing::Error> {
        let (cars, assets) = tokio::try_join!(data.cars(), data.car_assets())?;
        Ok((race_mapping::cars(&cars.body, &assets.body), race_mapping::car_descriptions(&assets.body)))
    }

    fn bodies(self) -> Vec<CarBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot<Self> {
        &lists.slots.cars
    }
}

impl Listed for Vec<Series> {
    type Body = SeriesBody;

    async fn fetch(data: &DriverData) -> Result<(Self, Descriptions), iracing::Error> {
        let (series, assets, stats) = tokio::try_join!(data.series(), data.series_assets(), data.stats_series())?;
        let described = race_mapping::series_descriptions(&assets.body);
        Ok((race_mapping::series(&series.body, &assets.body, &stats.body), described))
    }

    fn bodies(self) -> Vec<SeriesBody> {
        self.into_iter().map(Into::into).collect()
    }

    fn slot(lists: &ReferenceLists) -> &Slot<Self> {
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
    tracks: Slot<Vec<Track>>,
    cars: Slot<Vec<Car>>,
    series: Slot<Vec<Series>>,
}

/// Where this process keeps one list, to look into and ready to be sent.
pub(crate) struct Slot<T> {
    held: Mutex<Option<Held<T>>>,
    /// What is said about its items, and until when that is good.
    described: Mutex<Option<(Arc<Fetched<Descriptions>>, Timestamp)>>,
    /// Held by whoever looks for a newer one, and by the task that fetches it.
    looking: Arc<tokio::sync::Mutex<()>>,
}

struct Held<T> {
    list: Arc<T>,
    body: Tagged,
    until: Timestamp,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { held: Mutex::default(), described: Mutex::default(), looking: Arc::default() }
    }
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
        let looked = tokio::time::timeout(NEEDED, self.look::<T>(caller)).await;
        looked.unwrap_or_else(|_| slot.held(self.clock.now()).ok_or_else(|| too_slow(NEEDED).into()))
    }

    /// Takes a list from the table, or has it fetched.
    async fn look<T: Listed>(&self, caller: &SessionToken) -> Result<Tagged, ApiError> {
        let slot = T::slot(self);
        let turn = slot.looking.clone().lock_owned().await;
        let now = self.clock.now();
        if let Some(body) = slot.held(now) {
            return Ok(body);
        }
        let kept = readable(self.store.reference::<T>().await)?;
        let due = kept.as_ref().map(|kept| kept.fetched_at + FRESH);
        let fresh = due.is_some_and(|due| now < due);
        // Held before it is renewed, so that nobody else waits for that, and the task has the last word.
        let until = now + if fresh { LOOK_AGAIN } else { TRY_AGAIN };
        let kept = kept.map(|kept| slot.hold(kept, until)).transpose()?;
        if let Some(body) = kept.as_ref().filter(|_| fresh) {
            return Ok(body.clone());
        }
        let (lists, caller) = (self.clone(), caller.clone());
        let fetch = async move {
            let _turn = turn;
            let fetched = lists.fetch::<T>(&caller, now).await;
            fetched.inspect_err(|error| tracing::warn!(%error, list = T::NAME, "reference list not fetched"))
        };
        let fetched = going_on(patience(due, now), fetch).await;
        fetched.or_else(|error| kept.ok_or(error))
    }

    /// A list, to look into.
    ///
    /// # Errors
    /// Only if there is none at all and iRacing does not give it.
    pub(crate) async fn items<T: Listed>(&self, caller: &SessionToken) -> Result<Arc<T>, ApiError> {
        self.list::<T>(caller).await?;
        Ok(T::slot(self).list().unwrap_or_default())
    }

    /// What iRacing says about an item, and when it was asked; nothing is said of what is unknown.
    ///
    /// # Errors
    /// Only if there is no list at all and iRacing does not give it.
    pub(crate) async fn description<T: Listed>(
        &self,
        caller: &SessionToken,
        id: i64,
    ) -> Result<Fetched<Description>, ApiError> {
        self.list::<T>(caller).await?;
        let slot = T::slot(self);
        let now = self.clock.now();
        let described = match slot.described(now) {
            Some(described) => described,
            None => {
                let kept = readable(self.store.descriptions::<T>().await)?;
                let nothing = || Fetched { list: Descriptions::new(), fetched_at: now };
                slot.describe(kept.unwrap_or_else(nothing), now + LOOK_AGAIN)
            }
        };
        let description = described.list.get(&id).cloned().unwrap_or_default();
        Ok(Fetched { list: description, fetched_at: described.fetched_at })
    }

    /// A list as it was last fetched, however long ago: never asks iRacing.
    pub(crate) async fn kept<T: Listed>(&self) -> Result<Option<Arc<T>>, ApiError> {
        let slot = T::slot(self);
        if let Some(list) = slot.list() {
            return Ok(Some(list));
        }
        let Some(kept) = readable(self.store.reference::<T>().await)? else { return Ok(None) };
        // Whoever asks for the list itself finds out whether it is fresh.
        slot.hold(kept, Timestamp::UNIX_EPOCH)?;
        Ok(slot.list())
    }

    /// Asks iRacing for a list and keeps it.
    async fn fetch<T: Listed>(&self, caller: &SessionToken, now: Timestamp) -> Result<Tagged, ApiError> {
        let (list, described) =
            self.iracing.call(caller, UNATTENDED, |data| async move { T::fetch(&data).await }).await?;
        for kept in
            [self.store.put_descriptions::<T>(&described, now).await, self.store.put_reference(&list, now).await]
        {
            if let Err(error) = kept {
                tracing::warn!(%error, list = T::NAME, "reference list not kept");
            }
        }
        let slot = T::slot(self);
        slot.describe(Fetched { list: described, fetched_at: now }, now + LOOK_AGAIN);
        slot.hold(Fetched { list, fetched_at: now }, now + LOOK_AGAIN)
    }
}

/// What is in the table, if it is there and of this version.
pub(crate) fn readable<T>(kept: Result<Option<T>, StoreError>) -> Result<Option<T>, ApiError> {
    match kept {
        Err(error @ StoreError::Shape { .. }) => {
            tracing::warn!(%error, "what is kept is not readable");
            Ok(None)
        }
        kept => Ok(kept?),
    }
}

impl<T: Listed> Slot<T> {
    fn described(&self, now: Timestamp) -> Option<Arc<Fetched<Descriptions>>> {
        let described = self.described.lock().unwrap_or_else(PoisonError::into_inner);
        described.as_ref().filter(|(_, until)| now < *until).map(|(described, _)| described.clone())
    }

    fn describe(&self, described: Fetched<Descriptions>, until: Timestamp) -> Arc<Fetched<Descriptions>> {
        let described = Arc::new(described);
        *self.described.lock().unwrap_or_else(PoisonError::into_inner) = Some((described.clone(), until));
        described
    }

    fn held(&self, now: Timestamp) -> Option<Tagged> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|held| now < held.until).map(|held| held.body.clone())
    }

    fn list(&self) -> Option<Arc<T>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|held| held.list.clone())
    }

    fn hold(&self, Fetched { list, fetched_at }: Fetched<T>, until: Timestamp) -> Result<Tagged, ApiError> {
        let body = Tagged::json(&ReferenceListBody { items: list.clone().bodies(), fetched_at })?;
        let held = Held { list: Arc::new(list), body: body.clone(), until };
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(body)
    }
}
