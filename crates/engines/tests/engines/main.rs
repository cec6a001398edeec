//! The engines, driven by the same clients that drive AWS.

mod dynamodb;
