//! What the product means, as values and pure functions.
//!
//! No async, no AWS, no HTTP, no clock and no environment: time is a parameter. A tour:
//!
//! - [`ids`]: the identifiers, ours and iRacing's, each its own type;
//! - [`driver`]: who signs in, and what they may do;
//! - [`session`]: a subsession with its classes, cars and entrants;
//! - [`race`]: one driver's part in such a session, the row of the race log;
//! - [`lap`]: laps of the whole field;
//! - [`analysis`]: what the laps and the result of a race say;
//! - [`analytics`]: what the races of a career say;
//! - [`ingestion`]: windows, runs and the arithmetic of progress;
//! - [`ingestion_lock`]: which run, and which worker, may go on;
//! - [`export`]: everything of a driver's, to take along;
//! - [`journal`]: what a driver writes about a race;
//! - [`mod@reference`]: tracks, cars and series.
//!
//! Positions are 1-based from the moment they enter this crate, and "none" is `Option`, never -1.

pub mod analysis;
pub mod analytics;
pub mod driver;
pub mod export;
pub mod ids;
pub mod ingestion;
pub mod ingestion_lock;
pub mod journal;
pub mod lap;
pub mod race;
pub mod reference;
pub mod session;

pub use driver::{Driver, Entitlement};
pub use ids::{
    CarClassId, CarId, ConnectionId, DriverId, DriverRaceId, EntrantId, ExportId, IracingSessionId, LeagueId, RunId,
    SeasonId, SeriesId, SubsessionId, TeamId, TrackId,
};
pub use ingestion::{IngestionRun, RaceFailure, RunReason, RunStatus};
pub use ingestion_lock::IngestionLock;
pub use lap::{EntrantLaps, Lap, LapChart, LapFlags};
pub use race::{Race, RaceFilter, RaceResult, RaceSource};
pub use session::{Discipline, RaceKind, Session};
