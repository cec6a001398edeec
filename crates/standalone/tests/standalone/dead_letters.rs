use std::path::Path;
use std::process::Output;

use engines::{Engines, EnginesConfig, QueueSettings, Sqs};
use tokio::process::Command;

async fn spinout(data_dir: &Path, command: &str) -> Output {
    let mut spinout = Command::new(env!("CARGO_BIN_EXE_spinout"));
    spinout.arg(command).env_clear().env("SPINOUT_DATA_DIR", data_dir).output().await.unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn messages_that_were_given_up_are_listed_and_sent_back_beside_a_running_system() {
    let data = tempfile::tempdir().unwrap();
    let engines = Engines::start(EnginesConfig { data_dir: Some(data.path().to_owned()), ..EnginesConfig::default() })
        .await
        .unwrap();
    let Engines { sqs, .. } = &engines;
    sqs.create_queue("ingestion-dead-letter", &QueueSettings::default()).unwrap();
    sqs.create_queue("ingestion", &QueueSettings::default()).unwrap();
    let send = async |queue: &str, body: &str| {
        sqs.client().send_message().queue_url(sqs.queue_url(queue)).message_body(body).send().await.unwrap();
    };
    send("ingestion-dead-letter", r#"{"kind":"ingest","driverId":7,"runId":"run-1","correlationId":"c"}"#).await;
    send("ingestion-dead-letter", "\u{9b}2Jnonsense").await;
    send("ingestion", "at work").await;
    let in_flight = sqs.client().receive_message().queue_url(sqs.queue_url("ingestion")).send().await.unwrap();
    assert_eq!(in_flight.messages().len(), 1);

    let listed = said(&spinout(data.path(), "dead-letters").await);
    assert!(listed.contains("run-1") && listed.contains("2 messages were given up"), "{listed}");
    assert!(!listed.contains('\u{9b}'), "a terminal must not obey a message");
    assert_eq!(depth(sqs, "ingestion-dead-letter"), (2, 0), "they stay where they are");

    let sent = said(&spinout(data.path(), "redrive").await);
    assert!(sent.contains("2 messages were sent back"), "{sent}");
    assert_eq!(depth(sqs, "ingestion-dead-letter"), (0, 0));
    assert_eq!(depth(sqs, "ingestion"), (2, 1), "what is at work stays so");
}

fn depth(sqs: &Sqs, queue: &str) -> (u64, u64) {
    let depth = sqs.depth(queue).unwrap();
    (depth.visible, depth.in_flight)
}
