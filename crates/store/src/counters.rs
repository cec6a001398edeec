//! `global` | `counters`: how much there is in all; `global` | `track#<id>`: a track that somebody raced on.
//!
//! Plain atomic additions, outside of any transaction: DynamoDB serialises them, so writers never conflict. A crash
//! between a write and its count leaves a count short; the counts are for show, nothing depends on them.

use crate::{
    Store, StoreError,
    key::{Key, number},
    query::parse,
};
use domain::TrackId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The global counts, or what to add to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Drivers who signed in.
    pub drivers: i64,
    /// Tracks raced on.
    pub tracks: i64,
    /// Journal entries.
    pub notes: i64,
    /// Races of drivers.
    pub sessions: i64,
    /// Laps stored.
    pub laps: i64,
}

/// An item that only is there.
#[derive(Debug, Serialize)]
struct Noted {}

fn key() -> Key {
    Key::global("counters")
}

impl Store {
    /// Adds to the counts.
    pub async fn count(&self, more: Counts) -> Result<(), StoreError> {
        let Counts { drivers, tracks, notes, sessions, laps } = more;
        let values =
            [("drivers", drivers), ("tracks", tracks), ("notes", notes), ("sessions", sessions), ("laps", laps)]
                .map(|(name, value)| (format!(":{name}"), number(value)));
        let update = "ADD drivers :drivers, tracks :tracks, notes :notes, sessions :sessions, laps :laps";
        self.update_if(&key(), update, None, HashMap::from(values)).await.map(drop)
    }

    /// Notes that a track was raced on; whether it is the first time.
    pub async fn note_track(&self, track: TrackId) -> Result<bool, StoreError> {
        let key = Key::global(&format!("track#{track}"));
        let noted = self.put_if(&key, &Noted {}, "attribute_not_exists(partition_key)", HashMap::new()).await?;
        Ok(noted.is_some())
    }

    /// The counts so far.
    pub async fn counters(&self) -> Result<Counts, StoreError> {
        Ok(self.read(&key(), false).await?.map(parse).transpose()?.unwrap_or_default())
    }
}
