//! Tests of the mapping: against fixtures of our own as snapshots, and against recordings where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod description;
mod events;
mod recorded;
mod reference;
mod sessions;
mod tolerance;
mod track_map;

use iracing::{EventResult, models::results::ResultsGet};
use serde::de::DeserializeOwned;
use std::path::Path;

/// The fixtures are those that the client's models are tested with.
fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&bytes(name)).unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../iracing/tests/fixtures")).join(name)).unwrap()
}

fn result(name: &str) -> ResultsGet {
    EventResult::parse(&bytes(name)).unwrap()
}
