//! One queue message becomes stored races and pushes.
//!
//! - [`handle`]: a batch of the queue, message by message; what fails comes back;
//! - `run`: a run of the ingestion, from the lock to the last window;
//! - `export`: what a driver takes along;
//! - `race`: one race, from two requests to the table;
//! - `daily`: drivers who are brought up to date without asking;
//! - `upstream`: what workers share about iRacing's limits;
//! - `progress`: the run's record, and what the driver's pages are told;
//! - `measures`: what the operator's dashboard is told.
//!
//! The same code is the Lambda `ingestion` and the worker inside the standalone edition.

mod config;
mod daily;
mod export;
mod measures;
mod progress;
mod race;
mod run;
mod search;
mod upstream;

pub use config::{Config, State};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::ConnectionId;
use jiff::Timestamp;
use messaging::QueueMessage;
use tracing::Instrument;

/// Works through the messages of one event. Messages that failed are named in the answer, so that only they come back,
/// and end in the dead-letter queue if they keep failing.
///
/// `deadline` is when the process may be stopped: a run that is not over by then goes back to the queue with its cursor.
pub async fn handle(state: &State, event: SqsEvent, deadline: Timestamp) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for record in event.records {
        let message_id = record.message_id.clone().unwrap_or_default();
        let span = tracing::info_span!("message", message_id);
        // Boxed, as it is what a whole run holds: too much to be moved about on a thread's stack.
        if let Err(error) = Box::pin(handle_message(state, &record, deadline)).instrument(span).await {
            tracing::error!(message_id, error = format!("{error:#}"), "a queue message failed and will come back");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message_id;
            answer.batch_item_failures.push(failure);
        }
    }
    answer
}

async fn handle_message(state: &State, record: &SqsMessage, deadline: Timestamp) -> anyhow::Result<()> {
    let message: QueueMessage = serde_json::from_str(record.body.as_deref().unwrap_or_default())?;
    let span = tracing::info_span!("work", correlation_id = message.correlation_id());
    async {
        match &message {
            QueueMessage::Ingest { driver_id, run_id, correlation_id } => {
                run::work(state, *driver_id, run_id, correlation_id, deadline).await
            }
            QueueMessage::DailySync { after, correlation_id } => daily::spread(state, *after, correlation_id).await,
            QueueMessage::Sync { driver_id, correlation_id } => daily::sync(state, *driver_id, correlation_id).await,
            QueueMessage::Export { driver_id, export_id, correlation_id: _ } => {
                export::work(state, *driver_id, export_id).await
            }
            QueueMessage::Depart { driver_id, correlation_id: _ } => {
                Ok(state.store.finish_departure(*driver_id).await?)
            }
            QueueMessage::CloseUnauthenticated { connection_id, correlation_id: _ } => {
                close_unauthenticated(state, connection_id).await
            }
        }
    }
    .instrument(span)
    .await
}

/// Closes a connection on which nobody has signed in.
async fn close_unauthenticated(state: &State, connection: &ConnectionId) -> anyhow::Result<()> {
    let known = state.store.connection(connection, state.clock.now()).await?;
    if known.is_some_and(|known| known.driver_id.is_none()) {
        state.pushes.close(connection).await?;
        state.store.delete_connection(connection).await?;
    }
    Ok(())
}
