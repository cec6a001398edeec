//! `driver#<id>` | `login#<session id>`: a family of rotating refresh tokens; deleting it logs the session out.

use crate::{
    Store, StoreError,
    driver::time,
    key::{Key, number},
    query::{Range, parse},
    write::item,
};
use domain::DriverId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One signed-in browser. Of its refresh token only the hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// Whose.
    pub driver_id: DriverId,
    /// Its id, which the session tokens carry too.
    pub session_id: String,
    /// Counts the rotations.
    pub generation: u64,
    /// SHA-256 of the current refresh token's secret.
    pub secret_hash: Vec<u8>,
    /// When the current token was issued.
    pub rotated_at: Timestamp,
    /// When the family ends if it is not used.
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    generation: u64,
    #[serde(with = "serde_bytes")]
    secret_hash: Vec<u8>,
    /// Milliseconds: the grace for parallel refreshes is short.
    rotated_at_millis: i64,
    ttl: i64,
}

const PREFIX: &str = "login#";

fn key(driver: DriverId, session_id: &str) -> Key {
    Key::of_driver(driver, format!("{PREFIX}{session_id}"))
}

impl Store {
    /// A login session that has not expired.
    pub async fn login_session(
        &self,
        driver_id: DriverId,
        session_id: &str,
        now: Timestamp,
    ) -> Result<Option<LoginSession>, StoreError> {
        let key = key(driver_id, session_id);
        let Some(item) = self.read(&key, true).await? else { return Ok(None) };
        let session = parse::<Item>(item)?.into_session(driver_id, session_id, &key)?;
        Ok((session.expires_at > now).then_some(session))
    }

    /// All login sessions of a driver that have not expired.
    pub async fn login_sessions(&self, driver_id: DriverId, now: Timestamp) -> Result<Vec<LoginSession>, StoreError> {
        let range = Range::prefixed(key(driver_id, "").partition, PREFIX).consistent();
        let mut sessions = Vec::new();
        for item in self.query_all(&range).await? {
            let key = Key::of_item(&item);
            let session_id = key.sort.strip_prefix(PREFIX).unwrap_or_default();
            sessions.push(parse::<Item>(item)?.into_session(driver_id, session_id, &key)?);
        }
        sessions.retain(|session| session.expires_at > now);
        Ok(sessions)
    }

    /// Keeps a new login session; `false` if the driver leaves.
    pub async fn put_login_session(&self, session: &LoginSession) -> Result<bool, StoreError> {
        let item = item(&key(session.driver_id, &session.session_id), &Item::from(session))?;
        self.put_of_driver(session.driver_id, vec![item]).await
    }

    /// Replaces the token of a session if it still is at `generation`; whether it was.
    pub async fn rotate_login_session(&self, next: &LoginSession, generation: u64) -> Result<bool, StoreError> {
        let values = HashMap::from([(":generation".to_owned(), number(generation))]);
        let rotated = self
            .put_if(&key(next.driver_id, &next.session_id), &Item::from(next), "generation = :generation", values)
            .await?;
        Ok(rotated.is_some())
    }

    /// Ends a session.
    pub async fn delete_login_session(&self, driver: DriverId, session_id: &str) -> Result<(), StoreError> {
        self.delete_if(&key(driver, session_id), None, HashMap::new()).await.map(drop)
    }
}

impl From<&LoginSession> for Item {
    fn from(session: &LoginSession) -> Self {
        let LoginSession { driver_id: _, session_id: _, generation, secret_hash, rotated_at, expires_at } = session;
        Self {
            generation: *generation,
            secret_hash: secret_hash.clone(),
            rotated_at_millis: rotated_at.as_millisecond(),
            ttl: expires_at.as_second(),
        }
    }
}

impl Item {
    fn into_session(self, driver_id: DriverId, session_id: &str, key: &Key) -> Result<LoginSession, StoreError> {
        let Self { generation, secret_hash, rotated_at_millis, ttl } = self;
        Ok(LoginSession {
            driver_id,
            session_id: session_id.to_owned(),
            generation,
            secret_hash,
            rotated_at: Timestamp::from_millisecond(rotated_at_millis)
                .map_err(|error| StoreError::shape(key, error))?,
            expires_at: time(key, ttl)?,
        })
    }
}
