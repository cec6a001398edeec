use engines::{Engines, EnginesConfig, QueueSettings};

#[tokio::test]
async fn one_folder_holds_table_queue_and_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let config = EnginesConfig { data_dir: Some(folder.path().to_owned()), ..EnginesConfig::default() };
    let aws = Engines::start(config.clone()).await.unwrap();
    aws.dynamodb.create_table("spinout").unwrap();
    let queue_url = aws.sqs.create_queue("work", &QueueSettings::default()).unwrap();
    aws.sqs.client().send_message().queue_url(queue_url).message_body("import").send().await.unwrap();
    aws.secrets.put("key", "hidden").unwrap();
    aws.shutdown().await;

    let aws = Engines::start(config).await.unwrap();
    assert_eq!(aws.dynamodb.client().list_tables().send().await.unwrap().table_names(), ["spinout"]);
    assert_eq!(aws.sqs.depth("work").unwrap().visible, 1);
    assert_eq!(aws.secrets.get("key").as_deref(), Some("hidden"));
}

#[tokio::test]
async fn the_environment_names_every_endpoint() {
    let aws = Engines::start(EnginesConfig::default()).await.unwrap();
    let environment: std::collections::HashMap<_, _> = aws.environment().into_iter().collect();
    assert_eq!(environment["AWS_ENDPOINT_URL_DYNAMODB"], aws.dynamodb.endpoint());
    assert_eq!(environment["AWS_ENDPOINT_URL_SQS"], aws.sqs.endpoint());
    assert_eq!(environment["AWS_ENDPOINT_URL_SECRETS_MANAGER"], aws.secrets.endpoint());
}
