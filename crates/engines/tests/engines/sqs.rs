use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::operation::receive_message::builders::ReceiveMessageFluentBuilder;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use engines::{DeadLetter, MAX_BODY_BYTES, QueueDepth, QueueSettings, Sqs};

use crate::hand_clock::HandClock;

/// One queue "work" whose messages are given up to "dead" after two receives.
struct Queue {
    sqs: Sqs,
    client: Client,
    clock: HandClock,
    url: String,
}

impl Queue {
    async fn start() -> Self {
        let clock = HandClock::start();
        Self::over(Sqs::start_with_clock(None, clock.clock()).await.unwrap(), clock)
    }

    fn over(sqs: Sqs, clock: HandClock) -> Self {
        sqs.create_queue("dead", &QueueSettings::default()).unwrap();
        let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive_count: 2 });
        let url = sqs
            .create_queue("work", &QueueSettings { visibility_timeout: Duration::from_secs(60), dead_letter })
            .unwrap();
        Self { client: sqs.client(), sqs, clock, url }
    }

    async fn send(&self, body: &str) {
        self.client.send_message().queue_url(&self.url).message_body(body).send().await.unwrap();
    }

    fn receiving(&self) -> ReceiveMessageFluentBuilder {
        self.client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(10)
            .message_system_attribute_names(MessageSystemAttributeName::All)
    }

    async fn receive(&self) -> Vec<Message> {
        self.receiving().send().await.unwrap().messages.unwrap_or_default()
    }

    async fn receive_one(&self) -> Message {
        let mut messages = self.receive().await;
        assert_eq!(messages.len(), 1);
        messages.remove(0)
    }

    async fn return_now(&self, message: &Message) {
        self.client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(message.receipt_handle().unwrap())
            .visibility_timeout(0)
            .send()
            .await
            .unwrap();
    }

    fn depth(&self) -> QueueDepth {
        self.sqs.depth("work").unwrap()
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body().unwrap()).collect()
}

fn receive_count(message: &Message) -> &str {
    &message.attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount]
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    error.code().unwrap_or_default()
}

#[tokio::test]
async fn a_message_is_received_hidden_and_deleted() {
    let queue = Queue::start().await;
    let sent = queue.client.send_message().queue_url(&queue.url).message_body("{\"race\":1}").send().await.unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("9e33c2a5d144a83eb1c8d64286bfe12b"));

    let message = queue.receive_one().await;
    assert_eq!(message.body(), Some("{\"race\":1}"));
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(receive_count(&message), "1");
    let sent_at = &message.attributes().unwrap()[&MessageSystemAttributeName::SentTimestamp];
    assert_eq!(sent_at, "1760000000000");
    assert_eq!(queue.receive().await, []);
    assert_eq!(queue.depth(), QueueDepth { visible: 0, in_flight: 1, delayed: 0 });

    let handle = message.receipt_handle().unwrap();
    queue.client.delete_message().queue_url(&queue.url).receipt_handle(handle).send().await.unwrap();
    queue.clock.advance(61);
    assert_eq!(queue.receive().await, []);
    assert_eq!(queue.depth(), QueueDepth::default());
}

#[tokio::test]
async fn a_message_comes_back_after_its_visibility_timeout() {
    let queue = Queue::start().await;
    queue.send("import").await;
    let first = queue.receive_one().await;
    queue.clock.advance(59);
    assert_eq!(queue.receive().await, []);
    queue.clock.advance(1);
    let second = queue.receive_one().await;
    assert_eq!(receive_count(&second), "2");

    // The first receiver is too late: its handle deletes nothing.
    let handle = first.receipt_handle().unwrap();
    queue.client.delete_message().queue_url(&queue.url).receipt_handle(handle).send().await.unwrap();
    assert_eq!(queue.depth().in_flight, 1);
}

#[tokio::test]
async fn a_message_received_too_often_moves_to_the_dead_letter_queue() {
    let queue = Queue::start().await;
    queue.send("poison").await;
    for _ in 0..2 {
        let message = queue.receive_one().await;
        queue.return_now(&message).await;
    }
    assert_eq!(queue.receive().await, []);
    assert_eq!(queue.depth(), QueueDepth::default());
    let dead = queue.client.receive_message().queue_url(queue.sqs.queue_url("dead")).send().await.unwrap();
    assert_eq!(bodies(dead.messages()), ["poison"]);
}

#[tokio::test]
async fn visibility_can_be_prolonged_only_in_flight() {
    let queue = Queue::start().await;
    queue.send("import").await;
    let message = queue.receive_one().await;
    let prolong = || {
        queue
            .client
            .change_message_visibility()
            .queue_url(&queue.url)
            .receipt_handle(message.receipt_handle().unwrap())
            .visibility_timeout(300)
            .send()
    };
    queue.clock.advance(30);
    prolong().await.unwrap();
    queue.clock.advance(299);
    assert_eq!(queue.receive().await, []);
    queue.clock.advance(1);
    assert!(prolong().await.unwrap_err().into_service_error().is_message_not_inflight());
    assert_eq!(bodies(&queue.receive().await), ["import"]);
}

#[tokio::test]
async fn a_delayed_message_waits_for_its_time() {
    let queue = Queue::start().await;
    queue.client.send_message().queue_url(&queue.url).message_body("later").delay_seconds(900).send().await.unwrap();
    queue.clock.advance(899);
    assert_eq!(queue.receive().await, []);
    assert_eq!(queue.depth(), QueueDepth { visible: 0, in_flight: 0, delayed: 1 });
    queue.clock.advance(1);
    assert_eq!(bodies(&queue.receive().await), ["later"]);

    let refused = queue.client.send_message().queue_url(&queue.url).message_body("x").delay_seconds(901).send().await;
    assert_eq!(code(&refused.unwrap_err()), "InvalidParameterValue");
}

#[tokio::test]
async fn a_long_poll_ends_with_the_next_message() {
    let queue = Queue::start().await;
    let (received, ()) = tokio::join!(queue.receiving().wait_time_seconds(20).send(), queue.send("news"));
    assert_eq!(bodies(received.unwrap().messages()), ["news"]);
}

#[tokio::test]
async fn a_long_poll_sees_a_message_that_its_receiver_returns() {
    let queue = Queue::start().await;
    queue.send("import").await;
    let message = queue.receive_one().await;
    let (received, ()) = tokio::join!(queue.receiving().wait_time_seconds(20).send(), queue.return_now(&message));
    assert_eq!(bodies(received.unwrap().messages()), ["import"]);
}

#[tokio::test]
async fn a_long_poll_sees_that_the_clock_was_moved() {
    let queue = Queue::start().await;
    queue.client.send_message().queue_url(&queue.url).message_body("later").delay_seconds(30).send().await.unwrap();
    let (received, ()) = tokio::join!(queue.receiving().wait_time_seconds(20).send(), async {
        queue.clock.advance(30);
        queue.sqs.wake();
    });
    assert_eq!(bodies(received.unwrap().messages()), ["later"]);
}

#[tokio::test]
async fn shutdown_does_not_wait_for_long_polls() {
    let Queue { sqs, client, url, .. } = Queue::start().await;
    let poll = tokio::spawn(client.receive_message().queue_url(&url).wait_time_seconds(20).send());
    let begun = std::time::Instant::now();
    sqs.shutdown().await;
    drop(poll.await);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn after_a_restart_what_was_in_flight_is_visible_and_its_receive_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue.sqlite");
    let clock = HandClock::start();
    // More restarts than receives that the dead-letter policy allows.
    let first = Queue::over(Sqs::start_with_clock(Some(&file), clock.clock()).await.unwrap(), clock.clone());
    first.send("import").await;
    first.client.send_message().queue_url(&first.url).message_body("later").delay_seconds(60).send().await.unwrap();
    assert_eq!(bodies(&first.receive().await), ["import"]);
    first.sqs.shutdown().await;
    for _ in 0..3 {
        let next = Queue::over(Sqs::start_with_clock(Some(&file), clock.clock()).await.unwrap(), clock.clone());
        assert_eq!(next.depth(), QueueDepth { visible: 1, in_flight: 0, delayed: 1 });
        let message = next.receive_one().await;
        assert_eq!((message.body(), receive_count(&message)), (Some("import"), "1"));
        next.sqs.shutdown().await;
    }
}

#[tokio::test]
async fn a_batch_says_of_each_entry_how_it_went() {
    let queue = Queue::start().await;
    let entry = |id: &str, delay| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(id).delay_seconds(delay).build().unwrap()
    };
    let sent = queue
        .client
        .send_message_batch()
        .queue_url(&queue.url)
        .entries(entry("one", 0))
        .entries(entry("bad", 5000))
        .entries(entry("two", 0))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.successful().iter().map(|done| done.id()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(sent.failed()[0].id(), "bad");
    assert_eq!(sent.failed()[0].code(), "InvalidParameterValue");

    let received = queue.receive().await;
    assert_eq!(bodies(&received), ["one", "two"]);
    let deletions = received.iter().enumerate().map(|(index, message)| {
        DeleteMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .receipt_handle(message.receipt_handle().unwrap())
            .build()
            .unwrap()
    });
    queue
        .client
        .delete_message_batch()
        .queue_url(&queue.url)
        .set_entries(Some(deletions.collect()))
        .send()
        .await
        .unwrap();
    assert_eq!(queue.depth(), QueueDepth::default());
}

#[tokio::test]
async fn a_batch_that_is_wrong_as_a_whole_sends_nothing() {
    let queue = Queue::start().await;
    let entry =
        |id: String, body: String| SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap();
    let send = |entries| queue.client.send_message_batch().queue_url(&queue.url).set_entries(Some(entries)).send();

    let refused = send(vec![]).await.unwrap_err().into_service_error();
    assert!(refused.is_empty_batch_request());
    let refused = send((0..11).map(|id| entry(id.to_string(), "x".to_owned())).collect()).await.unwrap_err();
    assert!(refused.into_service_error().is_too_many_entries_in_batch_request());
    let refused = send(vec![entry("a".to_owned(), "x".to_owned()), entry("a".to_owned(), "y".to_owned())]).await;
    assert!(refused.unwrap_err().into_service_error().is_batch_entry_ids_not_distinct());
    let half = "x".repeat(MAX_BODY_BYTES / 2 + 1);
    let refused = send(vec![entry("a".to_owned(), half.clone()), entry("b".to_owned(), half)]).await.unwrap_err();
    assert!(refused.into_service_error().is_batch_request_too_long());
    assert_eq!(queue.depth(), QueueDepth::default());
}

#[tokio::test]
async fn bodies_that_sqs_would_refuse_are_refused() {
    let queue = Queue::start().await;
    let send = |body: String| queue.client.send_message().queue_url(&queue.url).message_body(body).send();
    assert_eq!(code(&send(String::new()).await.unwrap_err()), "MissingParameter");
    assert_eq!(code(&send("x".repeat(MAX_BODY_BYTES + 1)).await.unwrap_err()), "InvalidParameterValue");
    assert!(send("\u{1}".to_owned()).await.unwrap_err().into_service_error().is_invalid_message_contents());
    send("x".repeat(MAX_BODY_BYTES)).await.unwrap();
    assert_eq!(queue.depth().visible, 1);
}

#[tokio::test]
async fn a_missing_queue_and_a_made_up_handle_are_told_apart() {
    let queue = Queue::start().await;
    let missing = queue.client.receive_message().queue_url(queue.sqs.queue_url("nowhere")).send().await.unwrap_err();
    assert!(missing.into_service_error().is_queue_does_not_exist());
    let missing = queue.client.get_queue_url().queue_name("nowhere").send().await.unwrap_err();
    assert!(missing.into_service_error().is_queue_does_not_exist());
    let invalid = queue.client.delete_message().queue_url(&queue.url).receipt_handle("mine").send().await.unwrap_err();
    assert!(invalid.into_service_error().is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn queues_are_created_found_described_and_purged_over_the_wire() {
    let sqs = Sqs::start(None).await.unwrap();
    let client = sqs.client();
    client.create_queue().queue_name("dead").send().await.unwrap();
    let create = |timeout: &str| {
        client
            .create_queue()
            .queue_name("work")
            .attributes(QueueAttributeName::VisibilityTimeout, timeout)
            .attributes(
                QueueAttributeName::RedrivePolicy,
                r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"3"}"#,
            )
            .send()
    };
    let url = create("960").await.unwrap().queue_url.unwrap();
    assert_eq!(create("960").await.unwrap().queue_url(), Some(url.as_str()));
    assert!(create("30").await.unwrap_err().into_service_error().is_queue_name_exists());
    assert_eq!(client.get_queue_url().queue_name("work").send().await.unwrap().queue_url(), Some(url.as_str()));
    let listed = client.list_queues().queue_name_prefix("wo").send().await.unwrap();
    assert_eq!(listed.queue_urls(), std::slice::from_ref(&url));

    client.send_message().queue_url(&url).message_body("x").send().await.unwrap();
    let asked =
        client.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All).send().await.unwrap();
    let attributes = asked.attributes().unwrap();
    assert_eq!(attributes[&QueueAttributeName::QueueArn], "arn:aws:sqs:us-east-1:000000000000:work");
    assert_eq!(attributes[&QueueAttributeName::VisibilityTimeout], "960");
    assert_eq!(attributes[&QueueAttributeName::ApproximateNumberOfMessages], "1");
    assert!(attributes[&QueueAttributeName::RedrivePolicy].contains("\"maxReceiveCount\":3"));

    client.purge_queue().queue_url(&url).send().await.unwrap();
    assert_eq!(sqs.depth("work").unwrap(), QueueDepth::default());
}
