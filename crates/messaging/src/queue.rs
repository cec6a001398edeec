//! The ingestion queue.

use std::time::Duration;

use aws_sdk_sqs::error::DisplayErrorContext;
use domain::{ConnectionId, DriverId, ExportId, RunId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest delay that SQS knows.
pub const MAX_DELAY: Duration = Duration::from_secs(15 * 60);

/// The largest message that the queue takes.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// Work for the ingestion worker. Names things by id and never carries a token: a queue keeps what it is given, and a
/// dead-letter queue keeps it for days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum QueueMessage {
    /// Begin or go on with a run.
    Ingest {
        /// Whose races.
        driver_id: DriverId,
        /// Which run.
        run_id: RunId,
        /// Of the request that asked for it.
        correlation_id: String,
    },
    /// Bring everybody up to date who wants that once a day: a page of drivers at a time, spread over time.
    DailySync {
        /// The last driver of the page before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<DriverId>,
        /// Of the occasion.
        correlation_id: String,
    },
    /// Bring one driver up to date without being asked.
    Sync {
        /// Whom.
        driver_id: DriverId,
        /// Of the occasion.
        correlation_id: String,
    },
    /// Write down everything of a driver's, to take along.
    Export {
        /// Whose.
        driver_id: DriverId,
        /// Which export.
        export_id: ExportId,
        /// Of the request that asked for it.
        correlation_id: String,
    },
    /// Go on with the deletion of a driver, if the request that began it did not finish it.
    Depart {
        /// Who leaves.
        driver_id: DriverId,
        /// Of the request.
        correlation_id: String,
    },
    /// Close a connection if nobody has signed in on it by now.
    CloseUnauthenticated {
        /// Which.
        connection_id: ConnectionId,
        /// Of the request that opened it.
        correlation_id: String,
    },
}

impl QueueMessage {
    /// The id that follows the request through all processes.
    pub fn correlation_id(&self) -> &str {
        match self {
            Self::Ingest { correlation_id, .. }
            | Self::DailySync { correlation_id, .. }
            | Self::Sync { correlation_id, .. }
            | Self::Export { correlation_id, .. }
            | Self::Depart { correlation_id, .. }
            | Self::CloseUnauthenticated { correlation_id, .. } => correlation_id,
        }
    }
}

/// A message was not queued.
#[derive(Debug, Error)]
pub enum QueueError {
    /// It is larger than [`MAX_MESSAGE_BYTES`].
    #[error("the message has {bytes} bytes, more than the queue takes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It could not be written as JSON.
    #[error("the message could not be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// SQS refused it or could not be reached.
    #[error("sqs did not take the message: {detail}")]
    Sqs {
        /// What it said.
        detail: String,
    },
}

/// The queue that feeds the ingestion worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct IngestionQueue {
    client: aws_sdk_sqs::Client,
    queue_url: String,
}

impl IngestionQueue {
    /// The queue at an address.
    pub fn new(client: aws_sdk_sqs::Client, queue_url: impl Into<String>) -> Self {
        Self { client, queue_url: queue_url.into() }
    }

    /// Queues a message that becomes visible after `delay`, in whole seconds rounded up. A delay beyond [`MAX_DELAY`]
    /// is cut to it: the receiver finds the message early and waits again.
    pub async fn send(&self, message: &QueueMessage, delay: Duration) -> Result<(), QueueError> {
        let body = serde_json::to_string(message)?;
        if body.len() > MAX_MESSAGE_BYTES {
            return Err(QueueError::TooLarge { bytes: body.len() });
        }
        self.client
            .send_message()
            .queue_url(&self.queue_url)
            .message_body(body)
            .delay_seconds(delay_seconds(delay))
            .send()
            .await
            .map_err(|error| QueueError::Sqs { detail: DisplayErrorContext(&error).to_string() })?;
        Ok(())
    }
}

fn delay_seconds(delay: Duration) -> i32 {
    let delay = delay.min(MAX_DELAY);
    let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
    i32::try_from(seconds).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_have_the_json_that_the_worker_reads() {
        let ingest = QueueMessage::Ingest {
            driver_id: DriverId(7),
            run_id: RunId("run-1".into()),
            correlation_id: "c-1".into(),
        };
        let close = QueueMessage::CloseUnauthenticated {
            connection_id: ConnectionId("abc=".into()),
            correlation_id: "c-2".into(),
        };
        let daily = QueueMessage::DailySync { after: None, correlation_id: "c-3".into() };
        let sync = QueueMessage::Sync { driver_id: DriverId(7), correlation_id: "c-4".into() };
        for (message, json) in [
            (daily, json!({"kind": "dailySync", "correlationId": "c-3"})),
            (sync, json!({"kind": "sync", "driverId": 7, "correlationId": "c-4"})),
            (ingest, json!({"kind": "ingest", "driverId": 7, "runId": "run-1", "correlationId": "c-1"})),
            (close, json!({"kind": "closeUnauthenticated", "connectionId": "abc=", "correlationId": "c-2"})),
        ] {
            assert_eq!(serde_json::to_value(&message).unwrap(), json);
            assert_eq!(json["correlationId"], message.correlation_id());
            assert_eq!(serde_json::from_value::<QueueMessage>(json).unwrap(), message);
        }
    }

    #[test]
    fn delays_are_rounded_up_and_cut_to_what_sqs_knows() {
        assert_eq!(delay_seconds(Duration::ZERO), 0);
        assert_eq!(delay_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(delay_seconds(Duration::from_secs(3_600)), 900);
    }
}
