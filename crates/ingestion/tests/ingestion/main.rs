//! The worker against the sandbox and the embedded engines.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod careers;
mod daily;
mod exports;
mod faults;
mod order;
mod queue;
mod results;
mod upstream;
mod world;
