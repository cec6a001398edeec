use auth::SESSION_LIFETIME;
use domain::DriverId;
use messaging::{Envelope, Push};
use serde_json::json;
use websocket::handle;

use crate::world::{World, event};

const DRIVER: DriverId = DriverId(7);

#[tokio::test]
async fn a_page_that_signs_in_is_reached_by_pushes_to_its_driver() {
    let world = World::new().await;
    let (mut page, connection) = world.page_of(DRIVER).await;
    let (mut page_of_another, _) = world.page_of(DriverId(8)).await;

    let push = Push::RacesReady { race_ids: vec!["1766953800-82263872".parse().unwrap()] };
    let envelope = Envelope { message: push, correlation_id: "c-1" };
    let gone = world.state.pushes.broadcast(world.connections_of(DRIVER).await, &envelope).await;
    assert_eq!(gone, []);
    assert_eq!(
        page.hear().await,
        Some(json!({
            "action": "racesReady",
            "payload": {"raceIds": ["1766953800-82263872"]},
            "correlationId": "c-1"
        }))
    );
    assert_eq!(world.connections_of(DRIVER).await, [connection]);
    assert_eq!(page_of_another.ask(json!({"action": "pingRequest"})).await["action"], "pong", "and no push");
}

#[tokio::test]
async fn a_refused_page_may_try_again_with_a_better_token() {
    let world = World::new().await;
    let mut page = world.page().await;
    let expired = world.token_of(DRIVER);
    world.clock.advance(SESSION_LIFETIME);

    for (message, error) in [
        (json!({"action": "auth"}), "missing_token"),
        (json!({"action": "auth", "token": "not a token"}), "invalid_token"),
        (json!({"action": "auth", "token": expired}), "invalid_token"),
    ] {
        let answer = page.ask(message).await;
        assert_eq!(answer["action"], "authResponse");
        assert_eq!(answer["payload"], json!({"success": false, "error": error}));
    }
    assert_eq!(world.connections_of(DRIVER).await, []);

    let answer = page.ask(json!({"action": "auth", "token": world.token_of(DRIVER)})).await;
    assert_eq!(answer["payload"]["success"], true);
    assert_eq!(world.connections_of(DRIVER).await.len(), 1);
}

#[tokio::test]
async fn a_page_on_which_another_driver_signs_in_is_theirs_alone() {
    let world = World::new().await;
    let (mut page, connection) = world.page_of(DRIVER).await;
    let another = DriverId(8);
    page.ask(json!({"action": "auth", "token": world.token_of(another)})).await;
    assert_eq!(world.connections_of(DRIVER).await, []);
    assert_eq!(world.connections_of(another).await, [connection]);
}

#[tokio::test]
async fn a_fault_of_ours_is_told_as_such() {
    let world = World::new().await;
    let (mut page, connection) = world.page_of(DRIVER).await;
    let auth = event("MESSAGE", &connection, Some(json!({"action": "auth", "token": world.token_of(DRIVER)})));
    assert_eq!(handle(&world.without_table(), auth).await, json!({"statusCode": 500}));
    let answer = page.hear().await.unwrap();
    assert_eq!(answer["payload"], json!({"success": false, "error": "internal"}));
}

#[tokio::test]
async fn a_page_cannot_speak_for_the_connection_of_another() {
    let world = World::new().await;
    let (mut theirs, connection) = world.page_of(DRIVER).await;
    let mut page = world.page().await;
    for (name, value) in [
        ("connectionId", json!(connection)),
        ("connection_id", json!(connection)),
        ("requestContext", json!({"connectionId": connection, "eventType": "DISCONNECT"})),
    ] {
        let answer = page.ask(json!({"action": "auth", "token": world.token_of(DriverId(8)), name: value})).await;
        assert_ne!(answer["payload"]["connectionId"], json!(connection), "{name}");
    }
    assert_eq!(world.connections_of(DRIVER).await, [connection], "it is still theirs, and no other is");
    assert_eq!(theirs.ask(json!({"action": "pingRequest"})).await["payload"]["success"], true);
}

#[tokio::test]
async fn a_connection_without_a_driver_gets_no_push() {
    let world = World::new().await;
    let mut page = world.page().await;
    let (mut theirs, connection) = world.page_of(DRIVER).await;
    let envelope = Envelope { message: Push::RacesReady { race_ids: Vec::new() }, correlation_id: "c-1" };
    world.state.pushes.broadcast(vec![connection], &envelope).await;
    assert_eq!(theirs.hear().await.unwrap()["action"], "racesReady");
    let first_heard = page.ask(json!({"action": "auth"})).await;
    assert_eq!(first_heard["action"], "authResponse", "nothing came before the answer");
}

#[tokio::test]
async fn a_token_that_outlives_its_account_ties_no_page_to_it() {
    let world = World::new().await;
    let token = world.token_of(DRIVER);
    world.state.store.delete_driver(DRIVER).await.unwrap();
    let mut page = world.page().await;
    let answer = page.ask(json!({"action": "auth", "token": token})).await;
    assert_eq!((&answer["payload"]["success"], &answer["payload"]["error"]), (&json!(false), &json!("invalid_token")));
    assert_eq!(world.connections_of(DRIVER).await, []);
}
