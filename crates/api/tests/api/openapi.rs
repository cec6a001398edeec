use crate::server::Server;
use runtime::Environment;
use std::{collections::BTreeSet, fs};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../frontend/openapi.json");

#[test]
fn the_frontends_description_of_the_api_is_up_to_date() {
    let document = api::openapi_document().unwrap();
    if Environment::process().or("UPDATE_OPENAPI", false).unwrap() {
        fs::write(COMMITTED, document).unwrap();
        return;
    }
    let committed = fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == document,
        "frontend/openapi.json differs from the code: `UPDATE_OPENAPI=true cargo test -p api --test api openapi`, \
         then `npm run api:types` in frontend"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document: serde_json::Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let names: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
}

#[tokio::test]
async fn the_description_is_served_as_it_is_committed() {
    let server = Server::start().await;
    let served = server.browser().get("/openapi.json").await.json();
    let document: serde_json::Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    assert_eq!(served, document);
    assert_eq!(served["openapi"], "3.1.0");
}
