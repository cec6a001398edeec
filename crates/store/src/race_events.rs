//! `session#<subsession id>` | `race_events#<simsession>`: the event log of a race, as compressed JSON.
//!
//! It lies behind `laps#...` in the partition, so that the overview does not read it.

use crate::{
    Store, StoreError,
    compressed::{packed, unpacked},
    driver::time,
    key::Key,
    session::SessionSource,
};
use domain::{SubsessionId, analysis::RaceEvent};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known of a race's event log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaceEvents {
    /// Its rows; none if it was never fetched.
    pub events: Vec<RaceEvent>,
    /// When it came from iRacing; `None` if it never did.
    pub fetched_at: Option<Timestamp>,
    /// When iRacing was last asked.
    pub tried_at: Timestamp,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    events: serde_bytes::ByteBuf,
    fetched_at: Option<i64>,
    tried_at: i64,
}

fn key(source: SessionSource, subsession: SubsessionId, simsession: i32) -> Key {
    Key::of_session(source, subsession, &format!("race_events#{simsession}"))
}

impl Store {
    /// Keeps what is known of a race's event log beside the session that it belongs to.
    pub async fn put_race_events(
        &self,
        source: SessionSource,
        subsession: SubsessionId,
        simsession: i32,
        events: &RaceEvents,
    ) -> Result<(), StoreError> {
        let key = key(source, subsession, simsession);
        let body = Item {
            events: packed(&key, &events.events)?,
            fetched_at: events.fetched_at.map(Timestamp::as_second),
            tried_at: events.tried_at.as_second(),
        };
        match source {
            SessionSource::Iracing => self.put(&key, &body).await,
            SessionSource::File(driver) => {
                self.put_of_driver(driver, vec![crate::write::item(&key, &body)?]).await.map(drop)
            }
        }
    }

    /// What is known of a race's event log.
    pub async fn race_events(
        &self,
        source: SessionSource,
        subsession: SubsessionId,
        simsession: i32,
    ) -> Result<Option<RaceEvents>, StoreError> {
        let key = key(source, subsession, simsession);
        let Some(Item { events, fetched_at, tried_at }) = self.read_item(&key, false).await? else { return Ok(None) };
        Ok(Some(RaceEvents {
            events: unpacked(&key, &events)?,
            fetched_at: fetched_at.map(|second| time(&key, second)).transpose()?,
            tried_at: time(&key, tried_at)?,
        }))
    }

    /// Forgets the event logs of a session's parts, so that iRacing is asked for them again.
    pub async fn forget_race_events(
        &self,
        source: SessionSource,
        subsession: SubsessionId,
        simsessions: &[i32],
    ) -> Result<(), StoreError> {
        self.delete_all(simsessions.iter().map(|simsession| key(source, subsession, *simsession)).collect()).await
    }
}
