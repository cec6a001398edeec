//! The API as a browser meets it: over the embedded table, queue and secrets, and iRacing's stand-in.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod analysis;
mod analytics;
mod auth;
mod developer;
mod driver;
mod example;
mod headers;
mod health;
mod import;
mod ingestion;
mod journal;
mod limits;
mod malformed;
mod my_data;
mod openapi;
mod problems;
mod race_events;
mod races;
mod recorded;
mod reference;
mod server;
mod session;
