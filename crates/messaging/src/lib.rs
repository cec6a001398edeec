//! The two ways out of a process.
//!
//! - [`IngestionQueue`] and [`QueueMessage`]: work for the ingestion, through SQS;
//! - [`DeadLetters`]: messages that failed too often, for an operator to look at and send back;
//! - [`Pushes`] and [`Push`]: what an open page is told, through API Gateway's WebSocket connections;
//! - [`RunBody`]: an ingestion run as the REST API and the pushes show it.
//!
//! Each message carries the correlation id of the request that set it off.

mod dead_letters;
mod push;
mod queue;
mod run_body;

pub use dead_letters::{DeadLetter, DeadLetters};
pub use push::{Delivery, Envelope, MAX_PUSH_BYTES, Push, PushError, Pushes};
pub use queue::{IngestionQueue, MAX_DELAY, MAX_MESSAGE_BYTES, QueueError, QueueMessage};
pub use run_body::{FailureBody, FailureReasonBody, RunBody, RunReasonBody, RunStatusBody};
