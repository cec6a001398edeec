//! What every process needs before it can do anything else.
//!
//! - [`Environment`]: settings, parsed to their final type, with errors that name the variable;
//! - [`telemetry`]: logs as JSON in a Lambda, as text at a terminal;
//! - [`Metrics`]: numbers for dashboard and alarms, by way of a Lambda's log;
//! - [`Clock`]: the only reader of the wall clock, which a test can hold still;
//! - [`Aws`]: the AWS clients, built once;
//! - [`connected`]: what a Lambda works with, made with its first event;
//! - [`Secret`] and [`secret_string`]: values that must not reach a log;
//! - [`correlation_id`]: the id that follows a request through queue and pushes.
//!
//! Nothing else in the workspace reads the environment or the wall clock; `clippy.toml` enforces it.

mod aws;
mod clock;
mod correlation;
mod environment;
mod first_event;
mod metrics;
mod secret;
mod telemetry;

pub use aws::{Aws, Endpoints, secret_string};
pub use clock::{Clock, ClockHandle};
pub use correlation::correlation_id;
pub use environment::Environment;
pub use first_event::connected;
pub use metrics::Metrics;
pub use secret::Secret;
pub use telemetry::{LogFormat, lambda_telemetry, telemetry};
