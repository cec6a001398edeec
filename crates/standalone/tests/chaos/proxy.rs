//! What stands between the services and the engines: it passes requests on, fails some as AWS does, can kill the worker
//! that asks, and watches what is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::promises::Watch;

/// What goes wrong with a request, as DynamoDB and SQS have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The table has no capacity left.
    Throttle,
    /// Another transaction has the item.
    Conflict,
    /// A fault of theirs, before anything was done.
    Refuse,
    /// It was done, but the answer is lost: the client asks again.
    LoseAnswer,
    /// Of a batch only a half is done.
    Half,
    /// The answer takes a while.
    Delay,
    /// The process that asks dies before anything was done.
    KillBefore,
    /// It dies after it was done.
    KillAfter,
}

/// Clones share everything.
#[derive(Clone)]
pub struct Proxy(Arc<Shared>);

struct Shared {
    http: reqwest::Client,
    engine: String,
    plan: Mutex<Plan>,
    watch: Watch,
}

#[derive(Default)]
struct Plan {
    /// Requests of workers until a mishap, by their number from now on.
    mishaps: HashMap<u64, Mishap>,
    requests: u64,
    kill: CancellationToken,
}

impl Proxy {
    /// Serves in front of an engine; answers itself and its address.
    pub async fn start(engine: String, watch: Watch) -> (Self, String) {
        let http = reqwest::Client::new();
        let proxy = Self(Arc::new(Shared { http, engine, plan: Mutex::default(), watch }));
        let router = Router::new().fallback(pass).with_state(proxy.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (proxy, address)
    }

    /// Forgets all mishaps, and plans one for the request that is so many away.
    pub fn plan(&self, mishaps: impl IntoIterator<Item = (u64, Mishap)>) {
        let mut plan = self.locked();
        let now = plan.requests;
        plan.mishaps = mishaps.into_iter().map(|(after, mishap)| (now + after, mishap)).collect();
    }

    /// Who is to die when the plan says so.
    pub fn victim(&self, kill: CancellationToken) {
        self.locked().kill = kill;
    }

    fn locked(&self) -> MutexGuard<'_, Plan> {
        self.0.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> (Option<Mishap>, CancellationToken) {
        let mut plan = self.locked();
        plan.requests += 1;
        let number = plan.requests;
        (plan.mishaps.remove(&number), plan.kill.clone())
    }

    async fn forward(&self, headers: &HeaderMap, body: &[u8]) -> (StatusCode, Bytes) {
        let mut request = self.0.http.post(&self.0.engine).body(body.to_vec());
        for name in ["x-amz-target", "content-type", "authorization", "x-amz-date", "x-amzn-query-mode"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let answered = answer.bytes().await.unwrap();
        if status.is_success() {
            self.0.watch.written(operation(headers), body);
        }
        (status, answered)
    }
}

fn operation(headers: &HeaderMap) -> &str {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    target.rsplit_once('.').map_or(target, |(_, operation)| operation)
}

async fn pass(State(proxy): State<Proxy>, headers: HeaderMap, body: Bytes) -> Response {
    let (mishap, kill) = proxy.next();
    let operation = operation(&headers).to_owned();
    match mishap {
        None => {}
        Some(Mishap::Throttle) => return error("ProvisionedThroughputExceededException", StatusCode::BAD_REQUEST),
        Some(Mishap::Conflict) if operation == "TransactWriteItems" => return conflict(),
        Some(Mishap::Conflict | Mishap::Refuse) => {
            return error("InternalServerError", StatusCode::INTERNAL_SERVER_ERROR);
        }
        Some(Mishap::LoseAnswer) => {
            proxy.forward(&headers, &body).await;
            return error("InternalServerError", StatusCode::INTERNAL_SERVER_ERROR);
        }
        Some(Mishap::Half) if operation == "BatchWriteItem" => return half(&proxy, &headers, &body).await,
        Some(Mishap::Half) => {}
        Some(Mishap::Delay) => tokio::time::sleep(std::time::Duration::from_millis(30)).await,
        Some(Mishap::KillBefore) => return die(kill).await,
        Some(Mishap::KillAfter) => {
            proxy.forward(&headers, &body).await;
            return die(kill).await;
        }
    }
    let (status, body) = proxy.forward(&headers, &body).await;
    (status, [("content-type", "application/x-amz-json-1.0")], body).into_response()
}

/// Nobody is there any more to take an answer.
async fn die(kill: CancellationToken) -> Response {
    kill.cancel();
    std::future::pending().await
}

fn error(code: &str, status: StatusCode) -> Response {
    let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": code });
    (status, [("content-type", "application/x-amz-json-1.0"), ("x-amzn-errortype", "")], body.to_string())
        .into_response()
}

fn conflict() -> Response {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": [{ "Code": "TransactionConflict" }, { "Code": "None" }],
    });
    (StatusCode::BAD_REQUEST, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}

/// Passes the first half of a batch on and leaves the rest unprocessed.
async fn half(proxy: &Proxy, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut asked: Value = serde_json::from_slice(body).unwrap();
    let tables = asked["RequestItems"].as_object_mut().unwrap();
    let mut left = serde_json::Map::new();
    for (table, requests) in tables.iter_mut() {
        let requests = requests.as_array_mut().unwrap();
        if requests.len() > 1 {
            left.insert(table.clone(), Value::Array(requests.split_off(requests.len() / 2)));
        }
    }
    let (status, answered) = proxy.forward(headers, asked.to_string().as_bytes()).await;
    let mut answer: Value = serde_json::from_slice(&answered).unwrap();
    if status.is_success() && !left.is_empty() {
        answer["UnprocessedItems"] = Value::Object(left);
    }
    (status, [("content-type", "application/x-amz-json-1.0")], answer.to_string()).into_response()
}
