use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::{DriverId, RunId};
use engines::{QueueSettings, Sqs};
use jiff::Timestamp;
use messaging::{IngestionQueue, MAX_MESSAGE_BYTES, QueueError, QueueMessage};

fn ingest(run_id: &str) -> QueueMessage {
    QueueMessage::Ingest { driver_id: DriverId(7), run_id: RunId(run_id.into()), correlation_id: "c-1".into() }
}

async fn received(sqs: &Sqs, queue_url: &str) -> Vec<QueueMessage> {
    let answer = sqs.client().receive_message().queue_url(queue_url).max_number_of_messages(10).send().await.unwrap();
    answer.messages().iter().map(|message| serde_json::from_str(message.body().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn the_worker_receives_what_was_sent_when_its_delay_is_over() {
    let seconds = Arc::new(AtomicI64::new(1_784_000_000));
    let read = seconds.clone();
    let clock = Arc::new(move || Timestamp::from_second(read.load(Ordering::Relaxed)).unwrap());
    let sqs = Sqs::start_with_clock(None, clock).await.unwrap();
    let url = sqs.create_queue("ingestion", &QueueSettings::default()).unwrap();
    let queue = IngestionQueue::new(sqs.client(), &url);

    queue.send(&ingest("now"), Duration::ZERO).await.unwrap();
    queue.send(&ingest("in half a minute"), Duration::from_secs(30)).await.unwrap();
    assert_eq!(received(&sqs, &url).await, [ingest("now")]);

    seconds.fetch_add(30, Ordering::Relaxed);
    assert!(received(&sqs, &url).await.contains(&ingest("in half a minute")));
}

#[tokio::test]
async fn a_message_that_the_queue_would_refuse_is_not_sent() {
    let sqs = Sqs::start(None).await.unwrap();
    let url = sqs.create_queue("ingestion", &QueueSettings::default()).unwrap();
    let queue = IngestionQueue::new(sqs.client(), &url);
    let result = queue.send(&ingest(&"x".repeat(MAX_MESSAGE_BYTES)), Duration::ZERO).await;
    assert!(matches!(result, Err(QueueError::TooLarge { .. })), "{result:?}");
    assert_eq!(sqs.depth("ingestion").unwrap().visible, 0);
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_an_error() {
    let sqs = Sqs::start(None).await.unwrap();
    let queue = IngestionQueue::new(sqs.client(), sqs.queue_url("missing"));
    let result = queue.send(&ingest("now"), Duration::ZERO).await;
    assert!(matches!(result, Err(QueueError::Sqs { .. })), "{result:?}");
}
