use std::sync::Arc;
use std::time::Duration;

use engines::{DeadLetter, EventSourceMapping, Function, InvokeError, QueueDepth, QueueSettings, Sqs, function};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::hand_clock::HandClock;

const SOON: Duration = Duration::from_secs(30);

/// A queue "work" with one mapping; the test sees every event and decides over its answer.
struct Worker {
    sqs: Sqs,
    clock: HandClock,
    mapping: EventSourceMapping,
    events: mpsc::UnboundedReceiver<Value>,
    answers: mpsc::UnboundedSender<Result<Value, InvokeError>>,
}

impl Worker {
    async fn start() -> Self {
        let clock = HandClock::start();
        let sqs = Sqs::start_with_clock(None, clock.clock()).await.unwrap();
        sqs.create_queue("dead", &QueueSettings::default()).unwrap();
        let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive_count: 2 });
        let url = sqs
            .create_queue("work", &QueueSettings { visibility_timeout: Duration::from_secs(60), dead_letter })
            .unwrap();
        let (seen, events) = mpsc::unbounded_channel();
        let (answers, answer) = mpsc::unbounded_channel();
        let answer = Arc::new(tokio::sync::Mutex::new(answer));
        let work: Function = function(move |event| {
            seen.send(event).unwrap();
            let answer = answer.clone();
            async move { answer.lock().await.recv().await.unwrap() }
        });
        let mapping = EventSourceMapping::start(sqs.client(), &url, 2, work).await.unwrap();
        Self { sqs, clock, mapping, events, answers }
    }

    async fn send(&self, body: &str) {
        let url = self.sqs.queue_url("work");
        self.sqs.client().send_message().queue_url(url).message_body(body).send().await.unwrap();
    }

    /// The one record of the next event.
    async fn record(&mut self) -> Value {
        let event = self.events.recv().await.unwrap();
        assert_eq!(event["Records"].as_array().unwrap().len(), 1);
        event["Records"][0].clone()
    }

    fn answer(&self, answer: Value) {
        self.answers.send(Ok(answer)).unwrap();
    }

    /// Lets the visibility timeout pass.
    fn time_out(&self) {
        self.clock.advance(60);
        self.sqs.wake();
    }
}

#[tokio::test]
async fn a_message_arrives_as_an_event_and_is_deleted_after_success() {
    let mut worker = Worker::start().await;
    worker.send("import").await;
    let record = worker.record().await;
    assert_eq!(record["body"], "import");
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(record["eventSourceARN"], "arn:aws:sqs:us-east-1:000000000000:work");
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(record["attributes"]["SentTimestamp"], "1760000000000");
    worker.answer(json!({ "batchItemFailures": [] }));
    worker.mapping.stop(SOON).await;
    assert_eq!(worker.sqs.depth("work").unwrap(), QueueDepth::default());
}

#[tokio::test]
async fn a_failed_message_comes_back_after_its_visibility_timeout_and_is_given_up_in_the_end() {
    let mut worker = Worker::start().await;
    worker.send("poison").await;
    let first = worker.record().await;
    worker.answer(json!({ "batchItemFailures": [{ "itemIdentifier": first["messageId"] }] }));
    worker.time_out();
    let second = worker.record().await;
    assert_eq!(second["attributes"]["ApproximateReceiveCount"], "2");
    worker.answers.send(Err(InvokeError::failed("panicked"))).unwrap();
    worker.time_out();

    worker.send("fine").await;
    assert_eq!(worker.record().await["body"], "fine");
    worker.answer(Value::Null);
    worker.mapping.stop(SOON).await;
    assert_eq!(worker.sqs.depth("work").unwrap(), QueueDepth::default());
    assert_eq!(worker.sqs.depth("dead").unwrap().visible, 1);
}

#[tokio::test]
async fn no_more_messages_are_taken_than_can_be_worked_on() {
    let mut worker = Worker::start().await;
    for body in ["one", "two", "three"] {
        worker.send(body).await;
    }
    let mut bodies = [worker.record().await["body"].clone(), worker.record().await["body"].clone()];
    bodies.sort_by_key(Value::to_string);
    assert_eq!(bodies, ["one", "two"]);
    assert_eq!(worker.sqs.depth("work").unwrap(), QueueDepth { visible: 1, in_flight: 2, delayed: 0 });
    worker.answer(Value::Null);
    assert_eq!(worker.record().await["body"], "three");
}

#[tokio::test]
async fn stopping_waits_for_the_work_in_hand_and_takes_no_more() {
    let mut worker = Worker::start().await;
    worker.send("import").await;
    worker.record().await;
    let (mapping, answers) = (worker.mapping, worker.answers.clone());
    let stopping = tokio::spawn(mapping.stop(SOON));
    answers.send(Ok(Value::Null)).unwrap();
    stopping.await.unwrap();
    assert_eq!(worker.sqs.depth("work").unwrap(), QueueDepth::default());
}

#[tokio::test]
async fn work_that_does_not_end_is_abandoned_and_its_message_kept() {
    let sqs = Sqs::start(None).await.unwrap();
    let url = sqs.create_queue("work", &QueueSettings::default()).unwrap();
    let begun = Arc::new(Notify::new());
    let endless = function({
        let begun = begun.clone();
        move |_| {
            begun.notify_one();
            std::future::pending()
        }
    });
    let mapping = EventSourceMapping::start(sqs.client(), &url, 1, endless).await.unwrap();
    sqs.client().send_message().queue_url(&url).message_body("import").send().await.unwrap();
    begun.notified().await;
    mapping.stop(Duration::ZERO).await;
    assert_eq!(sqs.depth("work").unwrap().in_flight, 1);
}
