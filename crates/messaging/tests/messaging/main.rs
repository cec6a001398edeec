//! Queue and pushes against the engines that play SQS and API Gateway.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pushes;
mod queue;
