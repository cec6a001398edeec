//! `websocket#<id>` | `info` and `driver#<id>` | `ws#<connection id>`: WebSocket connections, from both sides.

use crate::{
    Store, StoreError,
    driver::time,
    key::Key,
    query::{Range, parse},
    write::item,
};
use domain::{ConnectionId, DriverId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How long a connection is kept if nobody says that it ended.
pub const CONNECTION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A WebSocket connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub connection_id: ConnectionId,
    /// Who is behind it; `None` until it has authenticated.
    pub driver_id: Option<DriverId>,
    /// When it came.
    pub connected_at: Timestamp,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    connection_id: ConnectionId,
    driver_id: Option<DriverId>,
    connected_at: i64,
    ttl: i64,
}

pub(crate) fn key(connection: &ConnectionId) -> Key {
    Key { partition: format!("websocket#{connection}"), sort: "info".to_owned() }
}

fn driver_key(driver: DriverId, connection: &ConnectionId) -> Key {
    Key::of_driver(driver, format!("ws#{connection}"))
}

impl Store {
    /// Keeps a new connection that has not authenticated yet.
    pub async fn put_connection(&self, connection: &ConnectionId, now: Timestamp) -> Result<(), StoreError> {
        self.put(&key(connection), &Item::new(connection, None, now)).await
    }

    /// Ties a connection to a driver, so that pushes to the driver reach it. A connection that was another driver's is
    /// theirs no longer. `false` if the driver has left: a token outlives its account by minutes.
    pub async fn authenticate_connection(
        &self,
        connection: &ConnectionId,
        driver: DriverId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let before = self.connection(connection, now).await?;
        if let Some(other) = before.and_then(|before| before.driver_id).filter(|other| *other != driver) {
            self.delete_if(&driver_key(other, connection), None, HashMap::new()).await?;
        }
        let body = Item::new(connection, Some(driver), now);
        let both_sides = vec![item(&key(connection), &body)?, item(&driver_key(driver, connection), &body)?];
        self.put_of_driver(driver, both_sides).await
    }

    /// A connection that is not over.
    pub async fn connection(
        &self,
        connection: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError> {
        let key = key(connection);
        let Some(item) = self.read_item::<Item>(&key, true).await? else { return Ok(None) };
        item.into_connection(&key, now)
    }

    /// Forgets a connection, on both sides; nothing happens if it is not known.
    pub async fn delete_connection(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        let Some(item) = self.read_item::<Item>(&key(connection), true).await? else { return Ok(()) };
        let mut keys = vec![key(connection)];
        keys.extend(item.driver_id.map(|driver| driver_key(driver, connection)));
        self.delete_all(keys).await
    }

    /// All connections of a driver.
    pub async fn connections_of(&self, driver: DriverId, now: Timestamp) -> Result<Vec<Connection>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, "ws#");
        let mut connections = Vec::new();
        for item in self.query_all(&range).await? {
            let key = Key::of_item(&item);
            connections.extend(parse::<Item>(item)?.into_connection(&key, now)?);
        }
        Ok(connections)
    }
}

impl Item {
    fn new(connection: &ConnectionId, driver_id: Option<DriverId>, now: Timestamp) -> Self {
        Self {
            connection_id: connection.clone(),
            driver_id,
            connected_at: now.as_second(),
            ttl: now.as_second() + CONNECTION_LIFETIME.as_secs(),
        }
    }

    /// `None` if it is past its time: DynamoDB deletes late.
    fn into_connection(self, key: &Key, now: Timestamp) -> Result<Option<Connection>, StoreError> {
        let Self { connection_id, driver_id, connected_at, ttl } = self;
        let connected_at = time(key, connected_at)?;
        Ok((ttl > now.as_second()).then_some(Connection { connection_id, driver_id, connected_at }))
    }
}
