//! `global` | `reference#<tracks|cars|series>`: iRacing's lists, trimmed to what the pages show, as compressed JSON.
//!
//! Beside each list `reference#<list>#descriptions`: what iRacing says about its items. `global` | `track_map#<id>`: the map
//! of a track.
//!
//! Compressed they stay far below the 400 KB of an item (450 tracks: about 40 KB, their descriptions 100 KB), so no object store is needed.

use crate::{
    Store, StoreError,
    compressed::{packed, unpacked},
    key::Key,
    query::parse,
};
use domain::{
    TrackId,
    reference::{Car, Descriptions, Series, Track, TrackMap},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A list that the table keeps as a whole.
pub trait ReferenceList: Serialize + DeserializeOwned {
    /// Its name in the key.
    const NAME: &'static str;
}

impl ReferenceList for Vec<Track> {
    const NAME: &'static str = "tracks";
}

impl ReferenceList for Vec<Car> {
    const NAME: &'static str = "cars";
}

impl ReferenceList for Vec<Series> {
    const NAME: &'static str = "series";
}

/// A list as it was fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    /// The list.
    pub list: T,
    /// When it came from iRacing.
    pub fetched_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    list: serde_bytes::ByteBuf,
    fetched_at: i64,
}

/// A track's map as it was fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptTrackMap {
    /// The map.
    pub map: TrackMap,
    /// The address that its layers came from.
    pub source: String,
    /// When they did.
    pub fetched_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct TrackMapItem {
    map: serde_bytes::ByteBuf,
    source: String,
    fetched_at: i64,
}

fn key<T: ReferenceList>() -> Key {
    Key::global(&format!("reference#{}", T::NAME))
}

fn descriptions_key<T: ReferenceList>() -> Key {
    Key::global(&format!("reference#{}#descriptions", T::NAME))
}

fn map_key(track: TrackId) -> Key {
    Key::global(&format!("track_map#{track}"))
}

impl Store {
    /// Keeps a list.
    pub async fn put_reference<T: ReferenceList>(&self, list: &T, fetched_at: Timestamp) -> Result<(), StoreError> {
        self.put_fetched(&key::<T>(), list, fetched_at).await
    }

    /// A list as it was last kept.
    pub async fn reference<T: ReferenceList>(&self) -> Result<Option<Fetched<T>>, StoreError> {
        self.fetched(&key::<T>()).await
    }

    /// Keeps what iRacing says about the items of a list.
    pub async fn put_descriptions<T: ReferenceList>(
        &self,
        descriptions: &Descriptions,
        fetched_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_fetched(&descriptions_key::<T>(), descriptions, fetched_at).await
    }

    /// What iRacing says about the items of a list, as it was last kept.
    pub async fn descriptions<T: ReferenceList>(&self) -> Result<Option<Fetched<Descriptions>>, StoreError> {
        self.fetched(&descriptions_key::<T>()).await
    }

    /// Keeps the map of a track.
    pub async fn put_track_map(&self, track: TrackId, kept: &KeptTrackMap) -> Result<(), StoreError> {
        let key = map_key(track);
        let map = packed(&key, &kept.map)?;
        let (source, fetched_at) = (kept.source.clone(), kept.fetched_at.as_second());
        self.put(&key, &TrackMapItem { map, source, fetched_at }).await
    }

    /// The map of a track, as it was last kept.
    pub async fn track_map(&self, track: TrackId) -> Result<Option<KeptTrackMap>, StoreError> {
        let key = map_key(track);
        let Some(item) = self.read(&key, false).await? else { return Ok(None) };
        let TrackMapItem { map, source, fetched_at } = parse(item)?;
        let fetched_at = crate::driver::time(&key, fetched_at)?;
        Ok(Some(KeptTrackMap { map: unpacked(&key, &map)?, source, fetched_at }))
    }

    async fn put_fetched<T: Serialize>(&self, key: &Key, list: &T, fetched_at: Timestamp) -> Result<(), StoreError> {
        self.put(key, &Item { list: packed(key, list)?, fetched_at: fetched_at.as_second() }).await
    }

    async fn fetched<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<Fetched<T>>, StoreError> {
        let Some(item) = self.read(key, false).await? else { return Ok(None) };
        let Item { list, fetched_at } = parse(item)?;
        let fetched_at = crate::driver::time(key, fetched_at)?;
        Ok(Some(Fetched { list: unpacked(key, &list)?, fetched_at }))
    }
}
