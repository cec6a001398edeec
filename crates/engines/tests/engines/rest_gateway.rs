use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use engines::{Function, InvokeError, function, rest_gateway};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Serves the gateway over `function` and returns its address.
async fn serve(function: Function) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, rest_gateway(function)).await.unwrap() });
    format!("http://{address}")
}

/// A function that always gives the same answer, and the events that it got.
fn answering(answer: Value) -> (Function, Arc<Mutex<Vec<Value>>>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    let function = function(move |event| {
        seen.lock().unwrap().push(event);
        let answer = answer.clone();
        async move { Ok(answer) }
    });
    (function, events)
}

#[tokio::test]
async fn a_request_becomes_a_proxy_event() {
    let (function, events) = answering(json!({ "statusCode": 204 }));
    let address = serve(function).await;
    let answer = reqwest::Client::new()
        .post(format!("{address}/driver/1/races?carId=1&carId=2&q=a%20b"))
        .header("x-correlation-id", "abc")
        .header("accept", "text/html")
        .header("accept", "application/json")
        .body("{\"a\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);

    let event = events.lock().unwrap().remove(0);
    assert_eq!(event["resource"], "/{proxy+}");
    assert_eq!(event["path"], "/driver/1/races");
    assert_eq!(event["httpMethod"], "POST");
    assert_eq!(event["pathParameters"], json!({ "proxy": "driver/1/races" }));
    assert_eq!(event["queryStringParameters"], json!({ "carId": "2", "q": "a b" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "carId": ["1", "2"], "q": ["a b"] }));
    assert_eq!(event["headers"]["x-correlation-id"], "abc");
    assert_eq!(event["multiValueHeaders"]["accept"], json!(["text/html", "application/json"]));
    assert_eq!(event["requestContext"]["stage"], "prod");
    assert_eq!(event["requestContext"]["identity"]["sourceIp"], "127.0.0.1");
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{\"a\":1}"), &json!(false)));
}

#[tokio::test]
async fn a_body_that_is_not_text_travels_as_base64_both_ways() {
    let (function, events) = answering(json!({ "statusCode": 200, "body": "/wD+", "isBase64Encoded": true }));
    let address = serve(function).await;
    let answer = reqwest::Client::new().post(address).body(vec![0xff, 0x00, 0xfe]).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap().as_ref(), [0xff, 0x00, 0xfe]);

    let event = events.lock().unwrap().remove(0);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wD+"), &json!(true)));
    assert_eq!((&event["resource"], &event["pathParameters"]), (&json!("/"), &Value::Null));
}

#[tokio::test]
async fn the_answer_keeps_its_headers_and_several_values_of_one() {
    let (function, _) = answering(json!({
        "statusCode": 429,
        "headers": { "retry-after": 60, "content-type": "application/problem+json", "content-length": "999" },
        "multiValueHeaders": { "set-cookie": ["a=1", "b=2"] },
        "body": "{}",
    }));
    let answer = reqwest::get(serve(function).await).await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "60");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers().get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(answer.text().await.unwrap(), "{}");
}

#[tokio::test]
async fn a_function_that_fails_is_answered_for() {
    for (error, status) in [(InvokeError::failed("bug"), 502), (InvokeError::Ended, 502), (InvokeError::TimedOut, 504)]
    {
        let failing = function(move |_| {
            let error = error.clone();
            async move { Err(error) }
        });
        assert_eq!(reqwest::get(serve(failing).await).await.unwrap().status(), status);
    }
    let (malformed, _) = answering(json!({ "hello": "world" }));
    assert_eq!(reqwest::get(serve(malformed).await).await.unwrap().status(), 502);
}
