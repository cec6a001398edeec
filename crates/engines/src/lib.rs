//! What plays the part of AWS on a laptop and in tests.
//!
//! Each engine is a small server on a loopback port that speaks the protocol of the AWS service it stands in for, so
//! that the code which runs in production runs unchanged: it only gets another endpoint. They keep their state in
//! files (the standalone edition) or in memory (tests).
//!
//! | engine | plays |
//! |---|---|
//! | [`DynamoDb`] | DynamoDB, by the crate `dynoxide` |
//! | [`Sqs`] | SQS, standard queues |
//!
//! Nothing here knows anything of Spinout, and no Lambda depends on this crate.

mod client_config;
mod clock;
mod dynamodb;
mod loopback;
mod sqs;

pub use client_config::client_config;
pub use clock::{Clock, system_clock};
pub use dynamodb::DynamoDb;
pub use sqs::{DeadLetter, MAX_BODY_BYTES, QueueDepth, QueueSettings, Sqs};
