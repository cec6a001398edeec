//! docs/operations.md, "Restoring the table", rehearsed on the embedded engine: `terraform/restore-drill`.
//!
//! The engine keeps no backups to go back to, so the restored table is made at the moment itself, of what a restore brings:
//! the items, and nothing of the table's settings.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, Select, WriteRequest};
use iracing_sandbox::{CLUB_RACER, SHOWCASE};

use crate::deployment::{Deployment, TABLE, create_table};
use crate::story;

const RESTORED: &str = "spinout-restored";
/// What a batch may write.
const BATCH: usize = 25;

type Item = HashMap<String, AttributeValue>;

#[tokio::test]
async fn a_table_of_before_the_damage_goes_into_service() {
    let mut deployment = Deployment::start(crate::binary, None).await.unwrap();
    let (rest, live) = (deployment.rest.clone(), deployment.live.clone());
    let dynamodb = deployment.aws.dynamodb.client();

    step("a driver's career is in the table");
    let (mut before, expected) = story::career(&rest, &live, SHOWCASE).await;
    let at_the_moment = items(&dynamodb, TABLE).await;

    step("this is the moment to go back to");
    create_table(&dynamodb, RESTORED).await.unwrap();
    let puts = at_the_moment.iter().map(|item| PutRequest::builder().set_item(Some(item.clone())).build().unwrap());
    write(&dynamodb, RESTORED, puts.map(|put| WriteRequest::builder().put_request(put).build())).await;

    step("another driver comes after it");
    let (mut after, expected_after) = story::career(&rest, &live, CLUB_RACER).await;

    step("somebody deletes races, laps and all");
    let races = items(&dynamodb, TABLE).await.into_iter().filter(is_race).map(|mut item| {
        item.retain(|name, _| ["partition_key", "sort_key"].contains(&name.as_str()));
        WriteRequest::builder().delete_request(DeleteRequest::builder().set_key(Some(item)).build().unwrap()).build()
    });
    write(&dynamodb, TABLE, races.collect::<Vec<_>>()).await;
    assert_eq!(before.races().await, [0; 0]);

    step("the restored table holds what there was");
    assert_eq!(items(&dynamodb, RESTORED).await.len(), at_the_moment.len());
    assert!(rows_of(&dynamodb, SHOWCASE).await > 5);
    assert_eq!(rows_of(&dynamodb, CLUB_RACER).await, 0);

    step("it goes into service");
    deployment.switch_table(RESTORED).await.unwrap();

    step("who was signed in then still is, and finds everything");
    assert_eq!(before.post_cookie("/auth/refresh").await, 200);
    assert!(story::read(&before).await == expected);

    step("who came since signs in again, and the next Sync brings their races");
    assert_eq!(after.post_cookie("/auth/refresh").await, 401);
    let (_, found) = story::career(&rest, &live, CLUB_RACER).await;
    assert!(found == expected_after);

    step("the old table is as it was left");
    assert!(items(&dynamodb, TABLE).await.iter().all(|item| !is_race(item)));
    deployment.stop().await;
}

/// Tells whoever watches the drill.
#[expect(clippy::print_stdout, reason = "the drill is watched")]
fn step(what: &str) {
    println!("- {what}");
}

/// A race of somebody's log, or something of its session.
fn is_race(item: &Item) -> bool {
    let is = |key: &str| item[key].as_s().unwrap().starts_with("session#");
    is("partition_key") || is("sort_key")
}

async fn items(dynamodb: &Client, table: &str) -> Vec<Item> {
    let scan = dynamodb.scan().table_name(table).consistent_read(true);
    scan.into_paginator().items().send().collect::<Result<_, _>>().await.unwrap()
}

/// As step 2 of the chapter counts them.
async fn rows_of(dynamodb: &Client, driver: i64) -> i32 {
    let query = dynamodb.query().table_name(RESTORED).select(Select::Count);
    let query = query.key_condition_expression("partition_key = :driver");
    query
        .expression_attribute_values(":driver", AttributeValue::S(format!("driver#{driver}")))
        .send()
        .await
        .unwrap()
        .count
}

async fn write(dynamodb: &Client, table: &str, requests: impl IntoIterator<Item = WriteRequest>) {
    let requests: Vec<_> = requests.into_iter().collect();
    for batch in requests.chunks(BATCH) {
        let left = dynamodb.batch_write_item().request_items(table, batch.to_vec()).send().await.unwrap();
        assert!(left.unprocessed_items.is_none_or(|left| left.is_empty()), "the embedded engine leaves nothing");
    }
}
