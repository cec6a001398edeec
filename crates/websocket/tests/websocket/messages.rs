use domain::DriverId;
use serde_json::json;

use crate::world::World;

const DRIVER: DriverId = DriverId(7);

#[tokio::test]
async fn a_signed_in_page_gets_a_pong() {
    let world = World::new().await;
    let (mut page, _) = world.page_of(DRIVER).await;
    let answer = page.ask(json!({"action": "pingRequest"})).await;
    assert_eq!(answer["action"], "pong");
    assert_eq!(answer["payload"], json!({"success": true, "message": "pong"}));
}

#[tokio::test]
async fn a_page_that_pings_without_having_signed_in_is_told_so_and_closed() {
    let world = World::new().await;
    let mut page = world.page().await;
    let answer = page.ask(json!({"action": "pingRequest"})).await;
    assert_eq!(answer["payload"], json!({"success": false, "message": "not authenticated"}));
    assert_eq!(page.hear().await, None);
}

#[tokio::test]
async fn an_unknown_action_is_answered_with_an_error_that_names_it() {
    let world = World::new().await;
    let (mut page, _) = world.page_of(DRIVER).await;
    let answer = page.ask(json!({"action": "selfDestruct"})).await;
    assert_eq!(answer["action"], "error");
    assert_eq!(answer["payload"], json!({"message": "the action is not known", "receivedAction": "selfDestruct"}));
}

#[tokio::test]
async fn a_message_that_is_not_readable_is_answered_with_an_error() {
    let world = World::new().await;
    let (mut page, _) = world.page_of(DRIVER).await;
    for text in ["hello", "[]", "{\"action\":7}", "{}", ""] {
        page.say(text).await;
        let answer = page.hear().await.unwrap();
        assert_eq!(answer["action"], "error", "{text}");
        assert_eq!(answer["payload"], json!({"message": "the message is not readable", "receivedAction": null}));
    }
}

#[tokio::test]
async fn an_answer_carries_the_correlation_id_of_the_message() {
    let world = World::new().await;
    let (mut page, _) = world.page_of(DRIVER).await;
    let answer = page.ask(json!({"action": "pingRequest", "correlationId": "page-7"})).await;
    assert!(answer["correlationId"].as_str().unwrap().starts_with("page-7:"), "{answer}");
}

#[tokio::test]
async fn messages_of_any_content_are_answered_and_the_connection_goes_on() {
    let world = World::new().await;
    let (mut page, _) = world.page_of(DRIVER).await;
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let long = json!({"action": "x".repeat(30_000), "correlationId": "\n2026 forged line"}).to_string();
    for text in
        [&deep, &long, "{\"action\":\"auth\",\"token\":{}}", "\u{0}", "{\"action\":\"auth\",\"token\":\"a.b.c\"}"]
    {
        page.say(text).await;
        let answer = page.hear().await.unwrap();
        assert!(!answer["correlationId"].as_str().unwrap().contains('\n'));
        assert!(["error", "authResponse"].contains(&answer["action"].as_str().unwrap()), "{answer}");
    }
    assert_eq!(page.ask(json!({"action": "pingRequest"})).await["payload"]["success"], true);
}
