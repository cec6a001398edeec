use domain::{ConnectionId, DriverId};
use messaging::QueueMessage;
use serde_json::json;
use tokio_tungstenite::tungstenite::http::StatusCode;
use websocket::{AUTHENTICATE_WITHIN, handle};

use crate::world::{World, event};

const DRIVER: DriverId = DriverId(7);

#[tokio::test]
async fn a_connection_is_kept_when_it_opens_and_forgotten_when_it_ends() {
    let mut world = World::new().await;
    let (page, connection) = world.page_of(DRIVER).await;
    let (_another_page, another) = world.page_of(DRIVER).await;
    let mut expected = [connection.clone(), another];
    let mut kept = world.connections_of(DRIVER).await;
    expected.sort();
    kept.sort();
    assert_eq!(kept, expected);

    page.leave().await;
    world.end_connections().await;
    assert_eq!(world.connections_of(DRIVER).await, []);
    assert_eq!(world.state.store.connection(&connection, world.clock.now()).await.unwrap(), None);
}

#[tokio::test]
async fn the_worker_is_told_to_look_at_a_new_connection_when_its_time_to_sign_in_is_over() {
    let world = World::new().await;
    let (_page, connection) = world.page_of(DRIVER).await;
    assert_eq!(world.queued().await, []);

    world.clock.advance(AUTHENTICATE_WITHIN.try_into().unwrap());
    let queued = world.queued().await;
    let [QueueMessage::CloseUnauthenticated { connection_id, correlation_id }] = queued.as_slice() else {
        panic!("{queued:?}")
    };
    assert_eq!(*connection_id, connection);
    assert!(!correlation_id.is_empty());
}

#[tokio::test]
async fn a_connection_that_cannot_be_kept_or_closed_later_is_not_opened() {
    let world = World::new().await;
    for broken in [world.without_table(), world.without_queue()] {
        assert_eq!(world.try_page(broken).await.err(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

#[tokio::test]
async fn an_event_that_comes_twice_changes_nothing_more() {
    let world = World::new().await;
    let (_page, connection) = world.page_of(DRIVER).await;

    let auth = event("MESSAGE", &connection, Some(json!({"action": "auth", "token": world.token_of(DRIVER)})));
    for _ in 0..2 {
        assert_eq!(handle(&world.state, auth.clone()).await, json!({"statusCode": 200}));
        assert_eq!(world.connections_of(DRIVER).await, std::slice::from_ref(&connection));
    }
    let disconnect = event("DISCONNECT", &connection, None);
    for _ in 0..2 {
        assert_eq!(handle(&world.state, disconnect.clone()).await, json!({"statusCode": 200}));
        assert_eq!(world.connections_of(DRIVER).await, []);
    }
}

#[tokio::test]
async fn a_message_that_is_handled_after_its_page_has_gone_leaves_nothing_behind() {
    let world = World::new().await;
    let gone = ConnectionId("gone".into());
    let auth = event("MESSAGE", &gone, Some(json!({"action": "auth", "token": world.token_of(DRIVER)})));
    assert_eq!(handle(&world.state, auth).await, json!({"statusCode": 200}));
    assert_eq!(world.connections_of(DRIVER).await, []);
}

#[tokio::test]
async fn an_event_of_another_shape_is_refused() {
    let world = World::new().await;
    for other in [json!(null), json!({}), json!({"requestContext": {"connectionId": "a", "eventType": "OTHER"}})] {
        assert_eq!(handle(&world.state, other).await, json!({"statusCode": 400}));
    }
}
