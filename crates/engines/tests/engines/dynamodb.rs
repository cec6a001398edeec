use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, BillingMode, ReturnConsumedCapacity, TimeToLiveStatus};
use engines::DynamoDb;

const TABLE: &str = "spinout";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

async fn put(client: &Client, sort_key: &str, ttl: Option<i64>) {
    let mut put =
        client.put_item().table_name(TABLE).item("partition_key", text("driver#1")).item("sort_key", text(sort_key));
    if let Some(ttl) = ttl {
        put = put.item("ttl", AttributeValue::N(ttl.to_string()));
    }
    put.send().await.unwrap();
}

async fn sort_keys(client: &Client) -> Vec<String> {
    let answer = client
        .query()
        .table_name(TABLE)
        .key_condition_expression("partition_key = :p")
        .expression_attribute_values(":p", text("driver#1"))
        .send()
        .await
        .unwrap();
    answer.items().iter().map(|item| item["sort_key"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn a_table_has_the_two_keys_and_expiry() {
    let dynamodb = DynamoDb::start(None).await.unwrap();
    dynamodb.create_table(TABLE).unwrap();
    let client = dynamodb.client();

    let table = client.describe_table().table_name(TABLE).send().await.unwrap().table.unwrap();
    let keys: Vec<_> = table.key_schema().iter().map(|key| key.attribute_name()).collect();
    assert_eq!(keys, ["partition_key", "sort_key"]);
    assert_eq!(table.billing_mode_summary.unwrap().billing_mode, Some(BillingMode::PayPerRequest));
    let expiry = client.describe_time_to_live().table_name(TABLE).send().await.unwrap();
    let expiry = expiry.time_to_live_description.unwrap();
    assert_eq!(expiry.attribute_name(), Some("ttl"));
    assert_eq!(expiry.time_to_live_status, Some(TimeToLiveStatus::Enabled));
}

#[tokio::test]
async fn a_file_keeps_its_items_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.sqlite");

    let first = DynamoDb::start(Some(&file)).await.unwrap();
    first.create_table(TABLE).unwrap();
    put(&first.client(), "info", None).await;
    first.shutdown().await;

    let second = DynamoDb::start(Some(&file)).await.unwrap();
    second.create_table(TABLE).unwrap();
    assert_eq!(sort_keys(&second.client()).await, ["info"]);
}

#[tokio::test]
async fn a_sweep_removes_what_has_expired_and_nothing_else() {
    let dynamodb = DynamoDb::start(None).await.unwrap();
    dynamodb.create_table(TABLE).unwrap();
    let client = dynamodb.client();
    put(&client, "expired", Some(1_700_000_000)).await;
    put(&client, "alive", Some(4_000_000_000)).await;
    put(&client, "eternal", None).await;

    assert_eq!(dynamodb.sweep_expired().unwrap(), 1);
    assert_eq!(sort_keys(&client).await, ["alive", "eternal"]);
}

#[tokio::test]
async fn consumed_capacity_is_reported() {
    let dynamodb = DynamoDb::start(None).await.unwrap();
    dynamodb.create_table(TABLE).unwrap();
    let answer = dynamodb
        .client()
        .put_item()
        .table_name(TABLE)
        .item("partition_key", text("driver#1"))
        .item("sort_key", text("info"))
        .item("note", text(&"x".repeat(2500)))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.consumed_capacity.unwrap().capacity_units, Some(3.0));
}

#[tokio::test]
async fn after_shutdown_nobody_answers() {
    let dynamodb = DynamoDb::start(None).await.unwrap();
    let address = dynamodb.endpoint().replace("http://", "");
    dynamodb.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
