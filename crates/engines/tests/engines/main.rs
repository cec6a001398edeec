//! The engines, driven by the same clients that drive AWS.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dynamodb;
mod event_source_mapping;
mod hand_clock;
mod lambda;
mod rest_gateway;
mod secrets;
mod sqs;
mod together;
mod websocket_gateway;
