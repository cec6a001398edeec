//! What the store promises, against the embedded DynamoDB, or against the one at `DYNAMODB_TEST_ENDPOINT`: the same
//! suite holds for AWS's own DynamoDB Local (`make test-store-contract`).

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod departure;
mod example;
mod ingestion;
mod journal;
mod lock_rules;
mod races;
mod sessions;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use engines::DynamoDb;
use jiff::Timestamp;
use store::Store;

/// A store over an empty table in memory.
struct Table {
    store: Store,
    _engine: Option<DynamoDb>,
}

impl Table {
    async fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "says which engine these tests are run against")]
        if let Ok(endpoint) = std::env::var("DYNAMODB_TEST_ENDPOINT") {
            return Self::at(&endpoint).await;
        }
        let engine = DynamoDb::start(None).await.unwrap();
        engine.create_table("spinout").unwrap();
        Self { store: Store::new(engine.client(), "spinout"), _engine: Some(engine) }
    }

    /// A table with the test's name on a server that all tests share.
    async fn at(endpoint: &str) -> Self {
        let client = Client::new(&engines::client_config(endpoint));
        let name = std::thread::current().name().unwrap().replace("::", ".");
        // Left over from an earlier run, or not there.
        let _ = client.delete_table().table_name(&name).send().await;
        create_table(&client, &name).await;
        Self { store: Store::new(client, &name), _engine: None }
    }

    /// The same with drivers who have signed in.
    async fn with_drivers(drivers: &[i64]) -> Self {
        let table = Self::start().await;
        for driver in drivers {
            let now = at("2026-01-01T00:00:00Z");
            table.store.record_login(domain::DriverId(*driver), "Example Driver", None, now).await.unwrap();
        }
        table
    }
}

async fn create_table(client: &Client, name: &str) {
    let mut table = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (attribute, key) in [("partition_key", KeyType::Hash), ("sort_key", KeyType::Range)] {
        let definition = AttributeDefinition::builder().attribute_name(attribute);
        table = table
            .attribute_definitions(definition.attribute_type(ScalarAttributeType::S).build().unwrap())
            .key_schema(KeySchemaElement::builder().attribute_name(attribute).key_type(key).build().unwrap());
    }
    table.send().await.unwrap();
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
