//! The engines, driven by the same clients that drive AWS.

mod dynamodb;
mod hand_clock;
mod sqs;
