//! `global` | `reference#<tracks|cars|series>`: iRacing's lists, trimmed to what the pages show, as compressed JSON.
//!
//! Compressed they stay far below the 400 KB of an item (450 tracks: about 40 KB), so no object store is needed.

use crate::{Store, StoreError, key::Key, query::parse};
use domain::reference::{Car, Series, Track};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{Read, Write};

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

/// No list unpacks to more.
const MOST_UNPACKED: u64 = 32 << 20;

fn key<T: ReferenceList>() -> Key {
    Key::global(&format!("reference#{}", T::NAME))
}

impl Store {
    /// Keeps a list.
    pub async fn put_reference<T: ReferenceList>(&self, list: &T, fetched_at: Timestamp) -> Result<(), StoreError> {
        let key = key::<T>();
        let plain = serde_json::to_vec(list).map_err(|error| StoreError::shape(&key, error))?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        let packed =
            packed.write_all(&plain).and_then(|()| packed.finish()).map_err(|error| StoreError::shape(&key, error))?;
        self.put(&key, &Item { list: serde_bytes::ByteBuf::from(packed), fetched_at: fetched_at.as_second() }).await
    }

    /// A list as it was last kept.
    pub async fn reference<T: ReferenceList>(&self) -> Result<Option<Fetched<T>>, StoreError> {
        let key = key::<T>();
        let Some(item) = self.read(&key, false).await? else { return Ok(None) };
        let Item { list, fetched_at } = parse(item)?;
        let mut plain = Vec::new();
        GzDecoder::new(&list[..])
            .take(MOST_UNPACKED)
            .read_to_end(&mut plain)
            .map_err(|error| StoreError::shape(&key, error))?;
        let list = serde_json::from_slice(&plain).map_err(|error| StoreError::shape(&key, error))?;
        Ok(Some(Fetched { list, fetched_at: crate::driver::time(&key, fetched_at)? }))
    }
}
