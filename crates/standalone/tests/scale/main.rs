//! How much fits: many drivers at once, a career of twelve thousand races, a race of 54,000 laps; and how much memory the
//! functions take for it.
//!
//! `make test` runs each with a little, `make scale` with all of it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test, and what was measured is told"
)]

#[path = "../chaos/browser.rs"]
#[allow(dead_code, reason = "others keep cookies as well")]
mod browser;
mod career;
mod fleet;
mod long_race;
mod processes;
mod world;

/// Bytes that worker and API may take: half of what their functions have, 512 MiB each.
const LAMBDA: u64 = 256 << 20;
