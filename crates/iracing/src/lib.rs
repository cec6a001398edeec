//! A faithful client of iRacing's OAuth and data API.
//!
//! It knows iRacing and nothing of this product. A tour:
//!
//! - [`OAuthClient`]: sign-in with PKCE, rotating refresh tokens, profile, sign-out;
//! - [`DataClient`] and [`DriverData`]: the data API, with signed links, chunks and repetitions;
//! - [`RateBudget`]: the requests that iRacing grants a member, shared by all who ask in one driver's name;
//! - [`EventResult`]: the file that the member site exports, read with the same model;
//! - [`models`]: iRacing's shapes;
//! - [`Error`] and [`OAuthError`]: what can go wrong, as types.
//!
//! The time of day comes in as a [`Clock`] or as a parameter; waiting is `tokio`'s, so that a paused runtime skips it.

mod answer;
mod budget;
mod client;
mod endpoints;
mod error;
mod event_result;
mod exchange;
mod http;
mod links;
pub mod models;
mod oauth;
mod raw;
mod secret;
mod wire;

pub use answer::Answer;
pub use budget::{Clock, RateBudget, RateHeaders};
pub use client::{DATA_BASE_URL, DataClient, DataConfig, DriverData, Requests};
pub use endpoints::{HostedSearch, LapsOf, SearchRange, SeriesSearch};
pub use error::Error;
pub use event_result::{EventResult, EventResultError};
pub use http::HttpClient;
pub use oauth::{OAUTH_BASE_URL, OAuthClient, OAuthConfig, OAuthError, Profile, TokenPair};
pub use raw::RawAnswer;
pub use secret::{Secret, mask_secret};
