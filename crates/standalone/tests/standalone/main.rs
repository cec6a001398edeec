//! The standalone edition, from its command line to its pages.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;
mod command_line;
mod data_folder;
mod dead_letters;
mod import;
mod my_data;
mod running;
mod security;
