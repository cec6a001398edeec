//! The REST API, as a library and as a Lambda.
//!
//! A tour, in the order in which a request meets it:
//!
//! - [`Config`] and [`State`]: what the process is told, and what it holds between requests;
//! - [`router`](router()): every route, in one file, from top to bottom;
//! - `answering`: correlation id, log line, security headers and the last word on every error;
//! - `limits`: how often a driver or an address may ask;
//! - `extract` and `query`: who is calling, and with which parameters; what is wrong with them is told field by field;
//! - `handlers`: one file a noun, each handler an extraction, a call and a reply;
//! - `sign_in`, `reference_lists`, `track_maps`, `careers`, `import`, `journal`, `departure`, `rating_charts`, `race_events`: what is
//!   more than one call;
//! - `bodies`: the JSON, one struct a shape, converted from [`domain`] field by field;
//! - `problem`: the one place where errors become answers (RFC 9457);
//! - [`openapi_document`]: the description of all this, made from the code.

mod answering;
mod bodies;
mod caching;
mod careers;
mod config;
mod cookies;
mod departure;
mod extract;
mod handlers;
mod import;
mod iracing_access;
mod journal;
mod limits;
mod openapi;
mod problem;
mod query;
mod race_events;
mod race_filter;
mod rating_charts;
mod reference_lists;
mod router;
mod sign_in;
mod state;
mod track_maps;

pub use config::Config;
pub use openapi::openapi_document;
pub use router::router;
pub use state::State;
