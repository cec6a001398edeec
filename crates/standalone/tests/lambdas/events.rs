//! Events in the shapes that AWS documents: the guides of API Gateway ("Input format of a Lambda function for proxy
//! integration"), of its WebSocket APIs, and of Lambda's SQS trigger, with addresses and ids made up.

use serde_json::{Value, json};

use crate::deployment::{Deployment, Lambda, PATIENCE};

/// An event of a file, with some of it replaced: JSON pointer, value.
fn event(text: &str, changes: &[(&str, Value)]) -> Value {
    let mut event: Value = serde_json::from_str(text).unwrap();
    for (pointer, value) in changes {
        *event.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not in the event")) = value.clone();
    }
    event
}

async fn answer(lambda: &Lambda, event: Value) -> Value {
    lambda.runtime.invoke(event, PATIENCE).await.unwrap()
}

fn rest(changes: &[(&str, Value)]) -> Value {
    event(include_str!("events/rest.json"), changes)
}

/// A request whose path has the stage in front, as it comes past the custom domain, means the same.
async fn rest_requests_are_answered(api: &Lambda) {
    let ping = rest(&[("/path", json!("/health/ping")), ("/httpMethod", json!("GET")), ("/body", Value::Null)]);
    let pong = answer(api, ping).await;
    assert_eq!(pong["statusCode"], 200, "{pong}");
    assert_eq!(pong["isBase64Encoded"], false);
    assert_eq!(serde_json::from_str::<Value>(pong["body"].as_str().unwrap()).unwrap(), json!({ "status": "ok" }));

    // No session: a problem, with the caller's correlation id and leave for the app's pages to read it.
    let changes = [
        ("/path", json!("/driver/411093/races")),
        ("/httpMethod", json!("GET")),
        ("/body", Value::Null),
        ("/multiValueHeaders/X-Correlation-Id", json!(["page-1"])),
        ("/headers/X-Correlation-Id", json!("page-1")),
    ];
    let refused = answer(api, rest(&changes)).await;
    assert_eq!(refused["statusCode"], 401, "{refused}");
    let header = |name: &str| refused["multiValueHeaders"][name][0].as_str().unwrap_or_default().to_owned();
    assert_eq!(header("access-control-allow-origin"), "http://localhost:8080", "{refused}");
    assert!(header("x-correlation-id").starts_with("page-1:"), "{refused}");

    // A body, as text and as base64.
    let start = json!({ "redirectUri": crate::deployment::REDIRECT_URI }).to_string();
    let text = rest(&[("/path", json!("/auth/ir/start")), ("/body", json!(start))]);
    let base64 = rest(&[
        ("/path", json!("/auth/ir/start")),
        ("/body", json!("eyJyZWRpcmVjdFVyaSI6Imh0dHA6Ly9sb2NhbGhvc3Q6ODA4MC9hdXRoL2lyL2NhbGxiYWNrIn0=")),
        ("/isBase64Encoded", json!(true)),
    ]);
    for event in [text, base64] {
        let started = answer(api, event).await;
        assert_eq!(started["statusCode"], 200, "{started}");
        assert!(started["multiValueHeaders"]["set-cookie"][0].as_str().unwrap().starts_with("spinout_sign_in="));
    }
}

async fn a_connection_is_opened_used_and_closed(websocket: &Lambda) {
    let opened = answer(websocket, event(include_str!("events/websocket_connect.json"), &[])).await;
    assert_eq!(opened["statusCode"], 200, "{opened}");
    // The reply goes to the connection, which is nobody's: that is no fault of the event.
    let message = json!({ "action": "pingRequest" }).to_string();
    let heard = event(include_str!("events/websocket_message.json"), &[("/body", json!(message))]);
    assert_eq!(answer(websocket, heard).await["statusCode"], 200);
    let closed = event(include_str!("events/websocket_disconnect.json"), &[]);
    assert_eq!(answer(websocket, closed).await["statusCode"], 200);
}

async fn messages_that_fail_come_back_and_no_others(ingestion: &Lambda) {
    let mut batch = event(include_str!("events/sqs.json"), &[]);
    let unknown_run = json!({ "kind": "ingest", "driverId": 1, "runId": "none", "correlationId": "c-1" });
    batch["Records"][0]["body"] = unknown_run.to_string().into();
    let mut unreadable = batch["Records"][0].clone();
    unreadable["messageId"] = "2e1424d4-f796-459a-8184-9c92662be6da".into();
    unreadable["body"] = "Test message.".into();
    batch["Records"].as_array_mut().unwrap().push(unreadable);
    let failures = answer(ingestion, batch).await;
    let expected = json!({ "batchItemFailures": [{ "itemIdentifier": "2e1424d4-f796-459a-8184-9c92662be6da" }] });
    assert_eq!(failures, expected);
}

#[tokio::test]
async fn events_in_the_shapes_of_aws_are_understood() {
    let deployment = Deployment::start(crate::binary, None).await.unwrap();
    rest_requests_are_answered(&deployment.api).await;
    a_connection_is_opened_used_and_closed(&deployment.websocket).await;
    messages_that_fail_come_back_and_no_others(&deployment.ingestion).await;
    deployment.stop().await;
}
