//! The AWS JSON protocol of SQS: what a request may ask for and how it is answered.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::error::SqsError;
use super::storage::Received;
use super::{DeadLetter, MAX_BODY_BYTES, QueueSettings, State};
use crate::client_config::{ACCOUNT, REGION};

const MAX_DELAY_SECONDS: u64 = 900;
const MAX_VISIBILITY_SECONDS: u64 = 12 * 60 * 60;
const MAX_WAIT_SECONDS: u64 = 20;
const MAX_BATCH: usize = 10;

/// Answers one request; the operation is in the header `X-Amz-Target`.
pub(super) async fn answer(Extract(state): Extract<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    match dispatch(&state, &headers, &body).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn dispatch(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<Value, SqsError> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = header("x-amz-target");
    let operation = target.strip_prefix("AmazonSQS.").unwrap_or(target);
    let host = header(header::HOST.as_str());
    match operation {
        "CreateQueue" => create_queue(state, host, parse(body)?),
        "GetQueueUrl" => get_queue_url(state, host, parse(body)?),
        "ListQueues" => list_queues(state, host, parse(body)?),
        "GetQueueAttributes" => get_queue_attributes(state, parse(body)?),
        "PurgeQueue" => purge_queue(state, parse(body)?),
        "SendMessage" => send_message(state, parse(body)?),
        "SendMessageBatch" => send_message_batch(state, parse(body)?),
        "ReceiveMessage" => receive_message(state, parse(body)?).await,
        "DeleteMessage" => delete_message(state, parse(body)?),
        "DeleteMessageBatch" => delete_message_batch(state, parse(body)?),
        "ChangeMessageVisibility" => change_message_visibility(state, parse(body)?),
        other => Err(SqsError::UnsupportedOperation(format!("the operation {other:?}"))),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body).map_err(|error| SqsError::InvalidParameterValue(error.to_string()))
}

pub(super) fn queue_url(host: &str, name: &str) -> String {
    format!("http://{host}/{ACCOUNT}/{name}")
}

fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// The queue is known by the last part of its URL: the port before it changes with every start.
fn name_of(queue_url: &str) -> &str {
    queue_url.rsplit('/').next().unwrap_or(queue_url)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateQueue {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

fn create_queue(state: &State, host: &str, request: CreateQueue) -> Result<Value, SqsError> {
    let name = request.queue_name;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > 80 || !name.bytes().all(allowed) {
        return Err(SqsError::InvalidParameterValue(
            "a queue's name has 1 to 80 letters, digits, hyphens and underscores".to_owned(),
        ));
    }
    let settings = settings_from(&request.attributes)?;
    match state.storage.settings(&name) {
        Ok(present) if present == settings => {}
        Ok(_) => return Err(SqsError::QueueNameExists),
        Err(SqsError::QueueDoesNotExist(_)) => state.storage.put_queue(&name, &settings)?,
        Err(error) => return Err(error),
    }
    Ok(json!({ "QueueUrl": queue_url(host, &name) }))
}

fn settings_from(attributes: &BTreeMap<String, String>) -> Result<QueueSettings, SqsError> {
    let mut settings = QueueSettings::default();
    for (name, value) in attributes {
        let invalid = || SqsError::InvalidAttributeValue(name.clone());
        match name.as_str() {
            "VisibilityTimeout" => {
                let seconds = value.parse().map_err(|_| invalid())?;
                if seconds > MAX_VISIBILITY_SECONDS {
                    return Err(invalid());
                }
                settings.visibility_timeout = Duration::from_secs(seconds);
            }
            "RedrivePolicy" => {
                #[derive(Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Policy {
                    dead_letter_target_arn: String,
                    max_receive_count: Value,
                }
                let policy: Policy = serde_json::from_str(value).map_err(|_| invalid())?;
                // AWS takes the count as a number or as a string.
                let count = match &policy.max_receive_count {
                    Value::String(count) => count.parse().ok(),
                    count => count.as_u64().and_then(|count| u32::try_from(count).ok()),
                };
                let queue = policy.dead_letter_target_arn.rsplit(':').next().unwrap_or_default().to_owned();
                let max_receive_count = count.filter(|count| (1..=1000).contains(count)).ok_or_else(invalid)?;
                settings.dead_letter = Some(DeadLetter { queue, max_receive_count });
            }
            _ => return Err(invalid()),
        }
    }
    Ok(settings)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetQueueUrl {
    queue_name: String,
}

fn get_queue_url(state: &State, host: &str, request: GetQueueUrl) -> Result<Value, SqsError> {
    state.storage.settings(&request.queue_name)?;
    Ok(json!({ "QueueUrl": queue_url(host, &request.queue_name) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListQueues {
    #[serde(default)]
    queue_name_prefix: String,
}

fn list_queues(state: &State, host: &str, request: ListQueues) -> Result<Value, SqsError> {
    let names = state.storage.queue_names(&request.queue_name_prefix)?;
    Ok(json!({ "QueueUrls": names.iter().map(|name| queue_url(host, name)).collect::<Vec<_>>() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetQueueAttributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

fn get_queue_attributes(state: &State, request: GetQueueAttributes) -> Result<Value, SqsError> {
    let name = name_of(&request.queue_url);
    let settings = state.storage.settings(name)?;
    let depth = state.storage.depth(name, state.now())?;
    let mut attributes = BTreeMap::from([
        ("QueueArn", queue_arn(name)),
        ("VisibilityTimeout", settings.visibility_timeout.as_secs().to_string()),
        ("MaximumMessageSize", MAX_BODY_BYTES.to_string()),
        ("ApproximateNumberOfMessages", depth.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
    ]);
    if let Some(DeadLetter { queue, max_receive_count }) = &settings.dead_letter {
        let policy = json!({ "deadLetterTargetArn": queue_arn(queue), "maxReceiveCount": max_receive_count });
        attributes.insert("RedrivePolicy", policy.to_string());
    }
    attributes.retain(|name, _| asked_for(&request.attribute_names, name));
    Ok(json!({ "Attributes": attributes }))
}

fn asked_for(names: &[String], name: &str) -> bool {
    names.iter().any(|asked| asked == "All" || asked == name)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PurgeQueue {
    queue_url: String,
}

fn purge_queue(state: &State, request: PurgeQueue) -> Result<Value, SqsError> {
    state.storage.purge(name_of(&request.queue_url))?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    #[serde(default)]
    message_body: String,
    #[serde(default)]
    delay_seconds: i64,
    #[serde(default)]
    message_attributes: Map<String, Value>,
}

fn send_message(state: &State, request: SendMessage) -> Result<Value, SqsError> {
    let sent = send(state, name_of(&request.queue_url), &request.message)?;
    state.changed.notify_waiters();
    Ok(Value::Object(sent))
}

fn send(state: &State, queue: &str, message: &Message) -> Result<Map<String, Value>, SqsError> {
    let body = &message.message_body;
    if body.is_empty() {
        return Err(SqsError::MissingParameter("MessageBody"));
    }
    if body.len() > MAX_BODY_BYTES {
        return Err(SqsError::InvalidParameterValue(format!(
            "the message must be shorter than {MAX_BODY_BYTES} bytes"
        )));
    }
    if !body.chars().all(is_allowed_in_body) {
        return Err(SqsError::InvalidMessageContents);
    }
    if !message.message_attributes.is_empty() {
        return Err(SqsError::UnsupportedOperation("message attributes".to_owned()));
    }
    let delay = seconds("DelaySeconds", message.delay_seconds, MAX_DELAY_SECONDS)?;
    let id = state.storage.send(queue, body, delay, state.now())?;
    Ok(Map::from_iter([
        ("MessageId".to_owned(), id.into()),
        ("MD5OfMessageBody".to_owned(), format!("{:x}", md5::compute(body)).into()),
    ]))
}

/// The characters of XML 1.0, to which SQS restricts bodies.
fn is_allowed_in_body(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn seconds(parameter: &str, value: i64, max: u64) -> Result<Duration, SqsError> {
    match u64::try_from(value) {
        Ok(value) if value <= max => Ok(Duration::from_secs(value)),
        _ => Err(SqsError::InvalidParameterValue(format!("{parameter} is {value}, but must be between 0 and {max}"))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "E: DeserializeOwned"))]
struct Batch<E> {
    queue_url: String,
    #[serde(default)]
    entries: Vec<Entry<E>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "E: DeserializeOwned"))]
struct Entry<E> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    entry: E,
}

impl<E> Batch<E> {
    /// Does `act` for each entry, or for none if the batch as a whole is wrong; says of each how it went.
    fn each(self, act: impl Fn(&str, E) -> Result<Map<String, Value>, SqsError>) -> Result<Value, SqsError> {
        if self.entries.is_empty() {
            return Err(SqsError::EmptyBatchRequest);
        }
        if self.entries.len() > MAX_BATCH {
            return Err(SqsError::TooManyEntriesInBatchRequest);
        }
        let ids: HashSet<&str> = self.entries.iter().map(|entry| entry.id.as_str()).collect();
        if ids.len() < self.entries.len() {
            return Err(SqsError::BatchEntryIdsNotDistinct);
        }
        let queue = name_of(&self.queue_url);
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for Entry { id, entry } in self.entries {
            match act(queue, entry) {
                Ok(mut done) => {
                    done.insert("Id".to_owned(), id.into());
                    successful.push(done);
                }
                Err(error @ (SqsError::QueueDoesNotExist(_) | SqsError::Storage(_))) => return Err(error),
                Err(error) => failed.push(json!({
                    "Id": id,
                    "Code": error.code(),
                    "Message": error.to_string(),
                    "SenderFault": error.is_sender_fault(),
                })),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }
}

fn send_message_batch(state: &State, batch: Batch<Message>) -> Result<Value, SqsError> {
    if batch.entries.iter().map(|entry| entry.entry.message_body.len()).sum::<usize>() > MAX_BODY_BYTES {
        return Err(SqsError::BatchRequestTooLong);
    }
    let answer = batch.each(|queue, message| send(state, queue, &message));
    state.changed.notify_waiters();
    answer
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveMessage {
    queue_url: String,
    max_number_of_messages: Option<i64>,
    #[serde(default)]
    wait_time_seconds: i64,
    visibility_timeout: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
}

async fn receive_message(state: &State, request: ReceiveMessage) -> Result<Value, SqsError> {
    let queue = name_of(&request.queue_url);
    let limit = usize::try_from(request.max_number_of_messages.unwrap_or(1)).unwrap_or(0);
    if !(1..=MAX_BATCH).contains(&limit) {
        return Err(SqsError::InvalidParameterValue("MaxNumberOfMessages must be between 1 and 10".to_owned()));
    }
    let wait = seconds("WaitTimeSeconds", request.wait_time_seconds, MAX_WAIT_SECONDS)?;
    let visibility = request
        .visibility_timeout
        .map(|timeout| seconds("VisibilityTimeout", timeout, MAX_VISIBILITY_SECONDS))
        .transpose()?;
    let mut names = request.attribute_names;
    names.extend(request.message_system_attribute_names);

    let deadline = Instant::now() + wait;
    loop {
        // Listens before looking, so that what is sent in between is not missed.
        let mut changed = std::pin::pin!(state.changed.notified());
        changed.as_mut().enable();
        let now = state.now();
        let received = state.storage.receive(queue, limit, visibility, now)?;
        if !received.is_empty() || Instant::now() >= deadline || state.stop.is_cancelled() {
            let messages: Vec<_> = received.iter().map(|message| message_body(message, &names)).collect();
            return Ok(json!({ "Messages": messages }));
        }
        let next = state.storage.next_visible_at(queue, now)?.map_or(deadline, |next| {
            Instant::now() + Duration::from_millis(u64::try_from(next - now).unwrap_or_default())
        });
        tokio::select! {
            () = changed => {}
            () = tokio::time::sleep_until(deadline.min(next)) => {}
            () = state.stop.cancelled() => {}
        }
    }
}

fn message_body(message: &Received, names: &[String]) -> Value {
    let mut attributes = BTreeMap::from([
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        ("ApproximateFirstReceiveTimestamp", message.first_received_at.to_string()),
        ("SentTimestamp", message.sent_at.to_string()),
        ("SenderId", ACCOUNT.to_owned()),
    ]);
    attributes.retain(|name, _| asked_for(names, name));
    json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": format!("{:x}", md5::compute(&message.body)),
        "Body": message.body,
        "Attributes": attributes,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteMessage {
    queue_url: String,
    #[serde(flatten)]
    receipt: Receipt,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receipt {
    receipt_handle: String,
}

impl Receipt {
    fn handle(&self) -> Result<&str, SqsError> {
        match Uuid::parse_str(&self.receipt_handle) {
            Ok(_) => Ok(&self.receipt_handle),
            Err(_) => Err(SqsError::ReceiptHandleIsInvalid),
        }
    }
}

fn delete_message(state: &State, request: DeleteMessage) -> Result<Value, SqsError> {
    state.storage.delete(name_of(&request.queue_url), request.receipt.handle()?)?;
    Ok(json!({}))
}

fn delete_message_batch(state: &State, batch: Batch<Receipt>) -> Result<Value, SqsError> {
    batch.each(|queue, receipt| {
        state.storage.delete(queue, receipt.handle()?)?;
        Ok(Map::new())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeMessageVisibility {
    queue_url: String,
    #[serde(flatten)]
    receipt: Receipt,
    visibility_timeout: i64,
}

fn change_message_visibility(state: &State, request: ChangeMessageVisibility) -> Result<Value, SqsError> {
    let visibility = seconds("VisibilityTimeout", request.visibility_timeout, MAX_VISIBILITY_SECONDS)?;
    let queue = name_of(&request.queue_url);
    state.storage.change_visibility(queue, request.receipt.handle()?, visibility, state.now())?;
    state.changed.notify_waiters();
    Ok(json!({}))
}
