//! Pages, the gateway between them and the handlers, the table and the queue behind: everything but AWS itself.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod authentication;
mod connections;
mod messages;
mod world;
