//! A faithful client of iRacing's OAuth and data API.
//!
//! It knows iRacing and nothing of this product. A tour:
//!
//! - [`EventResult`]: the file that the member site exports, read with the same model;
//! - [`models`]: iRacing's shapes;
//! - [`Error`]: what can go wrong, as types.

mod error;
mod event_result;
mod http;
mod links;
pub mod models;
mod secret;
mod wire;

pub use error::Error;
pub use event_result::{EventResult, EventResultError};
pub use http::HttpClient;
pub use links::STORAGE_HOSTS;
pub use secret::{Secret, mask_secret};
