//! A stateful stand-in for iRacing: OAuth with a consent page, and the data API with its signed links and chunks.
//!
//! It knows nothing of the rest of the project: it is an independent witness of what iRacing's interface is, written
//! from iRacing's documentation and recorded answers. Tests, the demo and benchmarks run against it.
//!
//! A tour:
//! - [`Sandbox`] holds the state and gives the [router](Sandbox::router): `/oauth2`, `/data`, `/links`, `/assets`,
//!   `/sandbox/faults`;
//! - [`Config`] says who may sign in and how long things live; [`Content`] what there is to read:
//!   generated [`Careers`] or recorded files;
//! - [`Faults`] switch misbehaviour on; [`Counts`] tell what was asked for.
//!
//! ```
//! # use std::sync::Arc;
//! # use iracing_sandbox::{Careers, Config, Content, SHOWCASE, Sandbox};
//! let now: jiff::Timestamp = "2026-06-01T12:00:00Z".parse()?;
//! let config = Config {
//!     content: Content::Generated(Careers::new(7).only(&[SHOWCASE])),
//!     clock: Arc::new(move || now),
//!     ..Config::local("http://127.0.0.1:8081", &["http://127.0.0.1:8080/auth/ir/callback"])
//! };
//! let sandbox = Sandbox::new(config)?;
//! assert_eq!(sandbox.members().len(), 1);
//! // axum::serve(listener, sandbox.router())
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// JSON literals of reference data are long.
#![recursion_limit = "256"]

mod careers;
mod config;
mod counts;
mod data;
mod faults;
mod library;
mod links;
mod oauth;
mod rate_limit;
mod recorded;
mod sandbox;
mod track_art;

pub use careers::{CLUB_RACER, Career, Careers, DemoDriver, NEWCOMER, SHOWCASE, VETERAN};
pub use config::{Clock, Config, Content};
pub use counts::Counts;
pub use faults::{FaultSettings, Faults, Maintenance, RateLimited};
pub use library::{DemoMember, RaceKind, RaceTruth};
pub use sandbox::Sandbox;
