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
//! | [`Secrets`] | Secrets Manager |
//! | [`Engines`] | the three above together |
//! | [`rest_gateway`] | API Gateway's REST proxy |
//! | [`WebSocketGateway`] | API Gateway's WebSocket API and its `@connections` |
//! | [`EventSourceMapping`] | what feeds a Lambda function from a queue |
//! | [`LambdaRuntimeApi`], [`LambdaProcess`] | Lambda, for one function in one process |
//!
//! The triggers (both gateways and the mapping) call a [`Function`], which is an async closure or a real process.
//!
//! Nothing here knows anything of Spinout, and no Lambda depends on this crate.

mod all;
mod client_config;
mod clock;
mod dynamodb;
mod event_source_mapping;
mod function;
mod gateway;
mod lambda;
mod loopback;
mod secrets;
mod sqs;

pub use all::{Engines, EnginesConfig, QUEUE_FILE, SECRETS_FOLDER, TABLE_FILE};
pub use client_config::client_config;
pub use clock::{Clock, system_clock};
pub use dynamodb::DynamoDb;
pub use event_source_mapping::EventSourceMapping;
pub use function::{Function, InvokeError, function};
pub use gateway::rest::rest_gateway;
pub use gateway::websocket::{WebSocketGateway, WebSocketGatewaySettings};
pub use lambda::{LambdaProcess, LambdaRuntimeApi};
pub use secrets::Secrets;
pub use sqs::{DeadLetter, MAX_BODY_BYTES, QueueDepth, QueueSettings, Sqs};
