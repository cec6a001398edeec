//! One file a noun; each handler is an extraction, a call and a reply.

pub(crate) mod analysis;
pub(crate) mod analytics;
pub(crate) mod auth;
pub(crate) mod developer;
pub(crate) mod driver;
pub(crate) mod exports;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod ingestion;
pub(crate) mod journal;
pub(crate) mod races;
pub(crate) mod reference;
pub(crate) mod session;
