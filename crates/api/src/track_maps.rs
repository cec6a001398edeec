//! Track maps: iRacing's drawings, read in the name of whoever looks at one first, and kept in the table. An old map is
//! renewed as lists are: by a task that goes on when the old one has been answered.
//!
//! The drawings are files of strangers; what is kept and answered are outlines (`race_mapping::track_map`).

use crate::{
    iracing_access::{IracingAccess, UNATTENDED, going_on, patience},
    problem::ApiError,
    reference_lists::{ReferenceLists, TRY_AGAIN, readable},
};
use auth::SessionToken;
use domain::{
    TrackId,
    reference::{Track, TrackMap, TrackMapLayerName, TrackMapLayers},
};
use futures::future::try_join_all;
use iracing::DriverData;
use jiff::{SignedDuration, Timestamp};
use runtime::Clock;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Store, reference::KeptTrackMap};

/// How old a map may become before it is fetched again: tracks are rebuilt once in some years.
const FRESH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Largest file of a layer, unpacked.
const LARGEST_LAYER: usize = 2 << 20;

/// The maps. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TrackMaps {
    lists: ReferenceLists,
    store: Store,
    iracing: IracingAccess,
    clock: Clock,
    /// When this process last asked for a map that it has an old one of.
    renewed: Arc<Mutex<HashMap<TrackId, Timestamp>>>,
}

impl TrackMaps {
    pub(crate) fn new(lists: ReferenceLists, store: Store, iracing: IracingAccess, clock: Clock) -> Self {
        Self { lists, store, iracing, clock, renewed: Arc::default() }
    }

    /// The map of a track: as fresh as may be, else as it was last kept.
    ///
    /// # Errors
    /// If there is no such track, iRacing has drawn none of it, or iRacing does not answer and none is kept.
    pub(crate) async fn of(&self, caller: &SessionToken, track_id: TrackId) -> Result<KeptTrackMap, ApiError> {
        let tracks = self.lists.items::<Vec<Track>>(caller).await?;
        let track = tracks.iter().find(|track| track.track_id == track_id).ok_or(ApiError::NotFound("track"))?;
        let named = track.track_map_url.as_deref().zip(track.track_map_layers.as_ref());
        let (source, layers) = named.ok_or(ApiError::NotFound("map of the track"))?;
        let now = self.clock.now();
        let kept = match readable(self.store.track_map(track_id).await)? {
            Some(kept) if kept.source == source && now < kept.fetched_at + FRESH => return Ok(kept),
            Some(kept) if !self.is_time_to_renew(track_id, now) => return Ok(kept),
            kept => kept,
        };
        let patience = patience(kept.as_ref().map(|kept| kept.fetched_at + FRESH), now);
        let (maps, caller, source, layers) = (self.clone(), caller.clone(), source.to_owned(), layers.clone());
        let draw = async move {
            let map = match maps.draw(&caller, &source, &layers).await {
                Ok(map) => map,
                Err(error) => {
                    tracing::warn!(%error, %track_id, "track map not drawn");
                    return Err(error);
                }
            };
            let drawn = KeptTrackMap { map, source, fetched_at: now };
            if let Err(error) = maps.store.put_track_map(track_id, &drawn).await {
                tracing::warn!(%error, %track_id, "track map not kept");
            }
            Ok(drawn)
        };
        going_on(patience, draw).await.or_else(|error| kept.ok_or(error))
    }

    /// Whether to ask for a map of which there is an old one: no more often than for lists, whatever comes of it.
    fn is_time_to_renew(&self, track_id: TrackId, now: Timestamp) -> bool {
        let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = renewed.get(&track_id).is_none_or(|last| now >= *last + TRY_AGAIN);
        if is_time {
            renewed.insert(track_id, now);
        }
        is_time
    }

    async fn draw(&self, caller: &SessionToken, source: &str, layers: &TrackMapLayers) -> Result<TrackMap, ApiError> {
        let missing = ApiError::NotFound("map of the track");
        match self.iracing.call(caller, UNATTENDED, |data| async move { fetch(&data, source, layers).await }).await {
            Ok(files) => race_mapping::track_map(&files).map_err(|_| missing),
            // Another address will not be better tomorrow.
            Err(ApiError::Iracing(iracing::Error::ForeignLink { .. })) => Err(missing),
            Err(error) => Err(error),
        }
    }
}

/// The layers of a map; those that are not there or too large are left out.
async fn fetch(
    data: &DriverData,
    source: &str,
    layers: &TrackMapLayers,
) -> Result<Vec<(TrackMapLayerName, Vec<u8>)>, iracing::Error> {
    let files = TrackMapLayerName::ALL.into_iter().map(|layer| (layer, layers.file(layer)));
    let files = files.filter(|(_, file)| !file.is_empty()).map(async |(layer, file)| {
        match data.track_map_layer(source, file, LARGEST_LAYER).await {
            Ok(file) => Ok(Some((layer, file))),
            Err(iracing::Error::LinkExpired { .. } | iracing::Error::TooLarge { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    });
    Ok(try_join_all(files).await?.into_iter().flatten().collect())
}

/// A map with some of its layers; none are all.
pub(crate) fn with_layers(mut map: TrackMap, wanted: &[TrackMapLayerName]) -> TrackMap {
    map.layers.retain(|layer| wanted.is_empty() || wanted.contains(&layer.name));
    map
}
