//! The stand-in of S3: signed links that expire, refuse a second authorization, and serve bodies and chunks.
//!
//! A link carries the request that it answers, so nothing is kept: the body is made when it is fetched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::data::{CHUNK_SIZE, Document, Request, answer};
use crate::sandbox::Sandbox;

/// Chunks are good for longer than links.
const CHUNK_LIFETIME: SignedDuration = SignedDuration::from_secs(3600);
/// Row sets kept, so that the chunks of an answer are not made anew for each.
const KEPT: usize = 8;

/// Rows of the last answers in chunks.
#[derive(Default)]
pub(crate) struct RowsKept(Mutex<VecDeque<(Request, Arc<Vec<String>>)>>);

impl RowsKept {
    /// The rows of that request, made only if they are not kept.
    pub(crate) fn get(&self, request: &Request, make: impl FnOnce() -> Vec<String>) -> Arc<Vec<String>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = kept.iter().find(|(other, _)| other == request) {
            return Arc::clone(rows);
        }
        drop(kept);
        let rows = Arc::new(make());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((request.clone(), Arc::clone(&rows)));
        rows
    }
}

/// What a link leads to.
#[derive(Debug, Serialize, Deserialize)]
struct Target {
    request: Request,
    #[serde(skip_serializing_if = "Option::is_none")]
    chunk: Option<usize>,
    /// Milliseconds since the epoch.
    expires: i64,
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new().route("/{*path}", get(download))
}

fn signed_query(sandbox: &Sandbox, target: &Target, lifetime: SignedDuration) -> String {
    // A target is strings and numbers, so this cannot fail.
    let document = URL_SAFE_NO_PAD.encode(serde_json::to_vec(target).unwrap_or_default());
    let signature = sandbox.tokens().sign(&document);
    let date = sandbox.now().strftime("%Y%m%dT%H%M%SZ");
    format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}&X-Amz-Expires={}&document={document}&X-Amz-Signature={signature}",
        lifetime.as_secs(),
    )
}

/// The link to the body that answers a request.
pub(crate) fn link(sandbox: &Sandbox, request: &Request) -> String {
    let lifetime = SignedDuration::try_from(sandbox.config().link_lifetime).unwrap_or(SignedDuration::MAX);
    let expires = sandbox.now().as_millisecond() + lifetime.as_millis() as i64;
    let target = Target { request: request.clone(), chunk: None, expires };
    let query = signed_query(sandbox, &target, lifetime);
    format!("{}/links/production/data-server/cache/data-services/{}?{query}", sandbox.config().base_url, request.path)
}

/// `chunk_info` of an answer with so many rows.
pub(crate) fn chunk_info(sandbox: &Sandbox, request: &Request, rows: usize) -> Value {
    let chunks = rows.div_ceil(CHUNK_SIZE);
    let expires = sandbox.now().as_millisecond() + CHUNK_LIFETIME.as_millis() as i64;
    let names: Vec<String> = (0..chunks)
        .map(|chunk| {
            let target = Target { request: request.clone(), chunk: Some(chunk), expires };
            format!("{chunk:04}.json?{}", signed_query(sandbox, &target, CHUNK_LIFETIME))
        })
        .collect();
    json!({
        "chunk_size": CHUNK_SIZE,
        "num_chunks": chunks,
        "rows": rows,
        "base_download_url": format!("{}/links/public/{}/", sandbox.config().base_url, request.path),
        "chunk_file_names": names,
    })
}

/// A refusal in S3's form.
fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>SANDBOX</RequestId></Error>"
    );
    (status, [(CONTENT_TYPE, "application/xml")], body).into_response()
}

/// The parameters of a signed link.
#[derive(Debug, Deserialize)]
struct Signed {
    #[serde(default)]
    document: String,
    #[serde(default, rename = "X-Amz-Signature")]
    signature: String,
}

async fn download(
    State(sandbox): State<Sandbox>,
    Path(_): Path<String>,
    Query(signed): Query<Signed>,
    headers: HeaderMap,
) -> Response {
    sandbox.delay().await;
    if headers.contains_key(AUTHORIZATION) {
        let message = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query \
                       string parameter or the Authorization header should be specified";
        return refusal(StatusCode::BAD_REQUEST, "InvalidArgument", message);
    }
    if sandbox.tokens().sign(&signed.document) != signed.signature {
        let message = "The request signature we calculated does not match the signature you provided.";
        return refusal(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message);
    }
    let target = URL_SAFE_NO_PAD.decode(&signed.document).ok();
    let Some(target) = target.and_then(|json| serde_json::from_slice::<Target>(&json).ok()) else {
        return refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
    };
    let expired = Timestamp::from_millisecond(target.expires).is_ok_and(|expires| expires <= sandbox.now());
    if expired || sandbox.faults().take(|faults| &mut faults.expired_links) {
        return refusal(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired");
    }
    match target.chunk {
        None => body(&sandbox, &target.request),
        Some(chunk) => self::chunk(&sandbox, &target.request, chunk),
    }
}

fn gone() -> Response {
    refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.")
}

fn body(sandbox: &Sandbox, request: &Request) -> Response {
    sandbox.count(|counts| counts.link_downloads += 1);
    let mut text = match answer(sandbox, request) {
        Ok(Document::Linked(make)) => make(),
        Ok(Document::LinkedChunks { mut header, rows }) => {
            let rows = sandbox.rows().get(request, rows);
            header["chunk_info"] = match rows.len() {
                0 => Value::Null,
                count => chunk_info(sandbox, request, count),
            };
            header.to_string()
        }
        Ok(Document::Direct(_) | Document::DirectChunks { .. }) | Err(_) => return gone(),
    };
    if sandbox.faults().settings().unknown_fields {
        text = with_unknown_fields(&text);
    }
    if sandbox.faults().take(|faults| &mut faults.invalid_json) {
        text.insert_str(0, "<not json>");
    }
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

fn chunk(sandbox: &Sandbox, request: &Request, chunk: usize) -> Response {
    sandbox.count(|counts| counts.chunk_downloads += 1);
    if sandbox.faults().take(|faults| &mut faults.missing_chunks) {
        return gone();
    }
    let rows = match answer(sandbox, request) {
        Ok(Document::LinkedChunks { rows, .. } | Document::DirectChunks { rows, .. }) => {
            sandbox.rows().get(request, rows)
        }
        _ => return gone(),
    };
    let Some(rows) = rows.chunks(CHUNK_SIZE).nth(chunk) else { return gone() };
    let mut text = format!("[{}]", rows.join(","));
    if sandbox.faults().settings().unknown_fields {
        text = with_unknown_fields(&text);
    }
    if sandbox.faults().take(|faults| &mut faults.cut_off_chunks) {
        let middle = (text.len() / 2..).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(middle);
    }
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

/// Adds a field to every object.
fn with_unknown_fields(text: &str) -> String {
    fn add(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.values_mut().for_each(add);
                fields.insert("sandbox_unknown_field".to_owned(), json!({ "since": "tomorrow" }));
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::from_str(text) else { return text.to_owned() };
    add(&mut value);
    value.to_string()
}
