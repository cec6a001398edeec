use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::client_config::REGION;
use crate::function::Function;

const LONG_POLL_SECONDS: i32 = 20;
/// How long to leave a queue alone that does not answer.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Lambda's event source mapping: gives a queue's messages to a function, one a time in each of several invocations.
///
/// A message that the function took is deleted. One that it failed, by an error or by naming it in `batchItemFailures`,
/// is left alone: it comes back after its visibility timeout, until the queue gives it up. That timeout has to be longer
/// than the function may take.
pub struct EventSourceMapping {
    /// No new messages.
    stop: CancellationToken,
    /// No more work on the present ones.
    abandon: CancellationToken,
    invocations: TaskTracker,
    poller: JoinHandle<()>,
}

#[derive(Clone)]
struct Source {
    client: Client,
    queue_url: String,
    queue_arn: String,
    function: Function,
}

impl EventSourceMapping {
    /// Starts polling the queue, with at most `concurrency` invocations at a time.
    pub async fn start(
        client: Client,
        queue_url: &str,
        concurrency: usize,
        function: Function,
    ) -> anyhow::Result<Self> {
        let asked = client
            .get_queue_attributes()
            .queue_url(queue_url)
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await?;
        let queue_arn = asked
            .attributes()
            .and_then(|attributes| attributes.get(&QueueAttributeName::QueueArn))
            .cloned()
            .unwrap_or_default();
        let source = Source { client, queue_url: queue_url.to_owned(), queue_arn, function };
        let (stop, abandon, invocations) = (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
        let poller = tokio::spawn({
            let (stop, abandon, invocations) = (stop.clone(), abandon.clone(), invocations.clone());
            let permits = Arc::new(Semaphore::new(concurrency));
            async move {
                // The permit comes before the message, or the message would wait while its visibility runs out.
                while let Ok(permit) = permits.clone().acquire_owned().await {
                    let Some(message) = stop.run_until_cancelled(source.receive()).await else { break };
                    let (source, abandon) = (source.clone(), abandon.clone());
                    invocations.spawn(async move {
                        abandon.run_until_cancelled(source.process(message)).await;
                        drop(permit);
                    });
                }
            }
        });
        Ok(Self { stop, abandon, invocations, poller })
    }

    /// Takes no more messages, gives the running invocations `grace` to end, and abandons the rest, whose messages stay
    /// in flight.
    pub async fn stop(mut self, grace: Duration) {
        self.stop.cancel();
        // It may be waiting for a permit that an invocation holds for long.
        self.poller.abort();
        // The task ends by being aborted, or has failed by a panic that was reported.
        let _ = (&mut self.poller).await;
        self.invocations.close();
        if tokio::time::timeout(grace, self.invocations.wait()).await.is_err() {
            self.abandon.cancel();
            self.invocations.wait().await;
        }
    }
}

impl Drop for EventSourceMapping {
    fn drop(&mut self) {
        self.stop.cancel();
        self.abandon.cancel();
        self.poller.abort();
    }
}

impl Source {
    /// Waits for the next message.
    async fn receive(&self) -> Message {
        loop {
            let asked = self
                .client
                .receive_message()
                .queue_url(&self.queue_url)
                .max_number_of_messages(1)
                .wait_time_seconds(LONG_POLL_SECONDS)
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .send()
                .await;
            match asked {
                Ok(answer) => {
                    if let Some(message) = answer.messages.unwrap_or_default().pop() {
                        return message;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = ?error, "the queue could not be polled");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    }

    async fn process(&self, message: Message) {
        let id = message.message_id().unwrap_or_default();
        let answer = match (self.function)(self.event(&message)).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(message_id = id, %error, "a message was not processed and will come back");
                return;
            }
        };
        if reports_failure(&answer, id) {
            tracing::warn!(message_id = id, "the function reported a message as failed; it will come back");
            return;
        }
        let handle = message.receipt_handle().unwrap_or_default();
        let deleted = self.client.delete_message().queue_url(&self.queue_url).receipt_handle(handle).send().await;
        if let Err(error) = deleted {
            tracing::error!(message_id = id, error = ?error, "a processed message could not be deleted");
        }
    }

    fn event(&self, message: &Message) -> Value {
        let attributes = message.attributes().into_iter().flatten();
        json!({ "Records": [{
            "messageId": message.message_id(),
            "receiptHandle": message.receipt_handle(),
            "body": message.body(),
            "attributes": attributes.map(|(name, value)| (name.as_str().to_owned(), value.clone().into())).collect::<serde_json::Map<_, _>>(),
            "messageAttributes": {},
            "md5OfBody": message.md5_of_body(),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.queue_arn,
            "awsRegion": REGION,
        }]})
    }
}

fn reports_failure(answer: &Value, message_id: &str) -> bool {
    let failures = answer["batchItemFailures"].as_array();
    failures.is_some_and(|failures| failures.iter().any(|failure| failure["itemIdentifier"] == message_id))
}
