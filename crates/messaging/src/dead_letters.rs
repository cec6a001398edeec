//! Messages that were given up, and their way back.

use aws_sdk_sqs::{
    error::DisplayErrorContext,
    types::{Message, MessageSystemAttributeName},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

use crate::queue::QueueError;

/// A message is hidden from other operators for this long while it is looked at or sent back, in seconds.
const HIDDEN: i32 = 60;

/// The queue of messages that failed too often, seen by an operator.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: aws_sdk_sqs::Client,
    queue_url: String,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id in the queue.
    pub message_id: String,
    /// When it was sent first, if the queue tells.
    pub sent_at: Option<Timestamp>,
    /// What it says, as JSON; it names things by id and holds no token.
    pub body: String,
}

impl DeadLetters {
    /// The dead-letter queue at an address.
    pub fn new(client: aws_sdk_sqs::Client, queue_url: impl Into<String>) -> Self {
        Self { client, queue_url: queue_url.into() }
    }

    /// All messages, oldest first. They stay where they are.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, QueueError> {
        let taken = self.take_all().await?;
        for message in taken.values() {
            self.client
                .change_message_visibility()
                .queue_url(&self.queue_url)
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .visibility_timeout(0)
                .send()
                .await
                .map_err(|error| QueueError::Sqs { detail: DisplayErrorContext(&error).to_string() })?;
        }
        let mut letters: Vec<_> = taken.into_values().map(|message| letter(&message)).collect();
        letters.sort_by(|a, b| (a.sent_at, &a.message_id).cmp(&(b.sent_at, &b.message_id)));
        Ok(letters)
    }

    /// Sends all messages to the queue at `home`, and answers which. Each is deleted here when it has arrived there: one
    /// too many does no harm, one too few would.
    pub async fn redrive(&self, home: &str) -> Result<Vec<DeadLetter>, QueueError> {
        let mut sent = Vec::new();
        for message in self.take_all().await?.values() {
            let letter = letter(message);
            self.client
                .send_message()
                .queue_url(home)
                .message_body(&letter.body)
                .send()
                .await
                .map_err(|error| QueueError::Sqs { detail: DisplayErrorContext(&error).to_string() })?;
            self.client
                .delete_message()
                .queue_url(&self.queue_url)
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .send()
                .await
                .map_err(|error| QueueError::Sqs { detail: DisplayErrorContext(&error).to_string() })?;
            sent.push(letter);
        }
        Ok(sent)
    }

    /// Receives until nothing new comes, by message id.
    async fn take_all(&self) -> Result<BTreeMap<String, Message>, QueueError> {
        let mut taken = BTreeMap::new();
        loop {
            let before = taken.len();
            let answer = self
                .client
                .receive_message()
                .queue_url(&self.queue_url)
                .max_number_of_messages(10)
                .visibility_timeout(HIDDEN)
                .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
                .send()
                .await
                .map_err(|error| QueueError::Sqs { detail: DisplayErrorContext(&error).to_string() })?;
            for message in answer.messages.unwrap_or_default() {
                taken.insert(message.message_id().unwrap_or_default().to_owned(), message);
            }
            if taken.len() == before {
                return Ok(taken);
            }
        }
    }
}

fn letter(message: &Message) -> DeadLetter {
    let sent_at = message.attributes().and_then(|all| all.get(&MessageSystemAttributeName::SentTimestamp));
    DeadLetter {
        message_id: message.message_id().unwrap_or_default().to_owned(),
        sent_at: sent_at.and_then(|millis| Timestamp::from_millisecond(millis.parse().ok()?).ok()),
        body: message.body().unwrap_or_default().to_owned(),
    }
}
