//! The store against the embedded DynamoDB.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod example;
mod ingestion;
mod journal;
mod races;
mod sessions;

use engines::DynamoDb;
use jiff::Timestamp;
use store::Store;

/// A store over an empty table in memory.
struct Table {
    store: Store,
    _engine: DynamoDb,
}

impl Table {
    async fn start() -> Self {
        let engine = DynamoDb::start(None).await.unwrap();
        engine.create_table("spinout").unwrap();
        Self { store: Store::new(engine.client(), "spinout"), _engine: engine }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
