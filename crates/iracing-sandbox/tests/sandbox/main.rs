//! Stories about the sandbox, told over its router.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

mod careers;
mod client;
mod data;
mod faults;
mod oauth;
mod recorded;
mod shapes;
