//! The whole of Spinout in one process: `spinout`.
//!
//! - [`cli`]: the command line;
//! - [`Config`]: settings, checked;
//! - [`DataFolder`]: what outlives the process, and the embedded engines over it;
//! - [`Spinout`]: the running system: pages at `/`, API at `/api`, WebSocket at `/ws`, worker, and the sandbox at
//!   `/iracing-sandbox` unless iRacing itself is asked;
//! - [`import`], [`admin`], [`dead_letters`]: what the command line does without the system running;
//! - [`rest_api`]: the API alone, for a look at a deployment's table.
//!
//! The services are the very ones that run on AWS; only their endpoints differ.

pub mod admin;
pub mod cli;
mod config;
mod data_folder;
pub mod dead_letters;
pub mod import;
mod pages;
pub mod rest_api;
mod system;

pub use config::{Config, Iracing, IracingClient, SandboxConfig};
pub use data_folder::{DataFolder, FolderLock};
pub use system::Spinout;
