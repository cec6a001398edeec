//! Answers API Gateway's WebSocket events, as a library and as a Lambda.
//!
//! An open page sends `{"action":"auth","token":...}` once, and `{"action":"pingRequest"}` now and then; all else comes
//! from the ingestion, which looks up the driver's connections in the table. This crate keeps that table right:
//!
//! | event | effect |
//! |---|---|
//! | `$connect` | the connection is kept, not tied to anybody; a queue message closes it in 30 seconds if that is still so |
//! | `auth` | the connection is tied to the token's driver |
//! | `pingRequest` | a pong, or the end of a connection that is not tied to anybody |
//! | any other message | an error message |
//! | `$disconnect` | the connection is forgotten |
//!
//! [`handle`] takes an event and never fails: what goes wrong is logged here and answered with a status code. Doing an
//! event twice comes to the same as doing it once. A tour: [`config`] and [`State`] are built once, [`event`] is what
//! comes in, [`reply`] what goes out, `handlers.rs` what happens in between.

pub mod config;
pub mod event;
mod handlers;
pub mod reply;
mod state;

pub use config::Config;
pub use handlers::{AUTHENTICATE_WITHIN, handle};
pub use state::State;
