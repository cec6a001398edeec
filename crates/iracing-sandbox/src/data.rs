//! The data API: who may ask, how often, and in which form the answer comes.

mod doc;
mod member;
mod reference;
mod results;
mod search;

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::links;
use crate::oauth::bearer;
use crate::rate_limit::Allowance;
use crate::sandbox::Sandbox;

/// Rows in a chunk.
pub(crate) const CHUNK_SIZE: usize = 500;
/// How long the service keeps an answer in its cache.
const CACHED: SignedDuration = SignedDuration::from_secs(900);

/// A data request by a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Below `/data/`, such as `results/get`.
    pub(crate) path: String,
    query: BTreeMap<String, String>,
    /// Who asks.
    pub(crate) cust_id: i64,
    name: String,
    /// When it was asked, in milliseconds since the epoch: chunks fetched later belong to the same answer.
    at: i64,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadRequest,
    NotFound,
    /// A fault's status.
    Failing(u16),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "Bad Request"),
            Self::NotFound => (StatusCode::NOT_FOUND, "Not Found"),
            Self::Failing(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, status.canonical_reason().unwrap_or("Error"))
            }
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

impl Request {
    fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.text(name).map(|value| value.parse().map_err(|_| Refusal::BadRequest)).transpose()
    }

    fn required(&self, name: &str) -> Result<i64, Refusal> {
        self.number(name)?.ok_or(Refusal::BadRequest)
    }

    /// A comma list of numbers; empty where the parameter is absent.
    fn numbers(&self, name: &str) -> Result<Vec<i64>, Refusal> {
        let list = self.text(name).unwrap_or_default().split(',').filter(|part| !part.is_empty());
        list.map(|part| part.trim().parse().map_err(|_| Refusal::BadRequest)).collect()
    }

    fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1"))
    }

    /// When it was asked.
    fn time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.at).unwrap_or_default()
    }
}

/// Makes a body.
type Make<'a, T> = Box<dyn FnOnce() -> T + 'a>;

/// An answer in one of the forms that the service has; what is expensive is made when it is fetched.
pub(crate) enum Document<'a> {
    /// JSON at once.
    Direct(Value),
    /// A link to JSON.
    Linked(Make<'a, String>),
    /// A link to an object with `chunk_info`.
    LinkedChunks { header: Value, rows: Make<'a, Vec<String>> },
    /// `{"type", "data"}` at once, with `chunk_info` under `data`.
    DirectChunks { kind: &'static str, params: Value, rows: Make<'a, Vec<String>> },
}

impl<'a> Document<'a> {
    /// A link to something that serializes.
    fn linked<T: Serialize>(make: impl FnOnce() -> T + 'a) -> Self {
        Self::Linked(Box::new(move || json_text(&make())))
    }
}

/// JSON text of one of our own structures, whose keys are strings, so that it cannot fail.
fn json_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The answer to a request, or why there is none.
pub(crate) fn answer<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    match request.path.as_str() {
        "results/get" => results::get(sandbox, request),
        "results/lap_chart_data" => results::lap_chart(sandbox, request),
        "results/lap_data" => results::lap_data(sandbox, request),
        "results/event_log" => results::event_log(sandbox, request),
        "results/search_series" => search::series(sandbox, request),
        "results/search_hosted" => search::hosted(sandbox, request),
        "member/info" => member::info(sandbox, request),
        "member/get" => member::get(sandbox, request),
        "member/profile" => member::profile(sandbox, request),
        "member/chart_data" => member::chart_data(sandbox, request),
        "stats/member_recent_races" => member::recent_races(sandbox, request),
        path if path == "doc" || path.starts_with("doc/") => doc::answer(&sandbox.config().base_url, path),
        path => reference::answer(sandbox, path),
    }
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new().route("/{*path}", get(serve))
}

/// What CloudFront says when the service behind it does not answer in time.
const GATEWAY_TIMEOUT: &str = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \
    \"http://www.w3.org/TR/html4/loose.dtd\">\r\n<HTML><HEAD>\
    <META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=iso-8859-1\">\r\n\
    <TITLE>ERROR: The request could not be satisfied</TITLE>\r\n</HEAD><BODY>\r\n<H1>504 ERROR</H1>\r\n\
    <H2>The request could not be satisfied.</H2>\r\n</BODY></HTML>";

async fn serve(
    State(sandbox): State<Sandbox>,
    Path(path): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    sandbox.delay().await;
    if sandbox.faults().take_maintenance() {
        let note = "The site is currently undergoing maintenance. Please try your request later.";
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "Site Maintenance", "note": note })))
            .into_response();
    }
    if sandbox.faults().take(|faults| &mut faults.gateway_timeouts) {
        return (StatusCode::GATEWAY_TIMEOUT, [(CONTENT_TYPE, "text/html")], GATEWAY_TIMEOUT).into_response();
    }
    let now = sandbox.now();
    let token = bearer(&headers).unwrap_or_default();
    let access = sandbox.tokens().open_access(token, now);
    let access = access.filter(|access| access.scope.split(' ').any(|scope| scope == "iracing.auth"));
    let worn_out =
        sandbox.faults().settings().unauthorized_after.is_some_and(|most| sandbox.tokens().count_use(token) >= most);
    let Some(access) = access.filter(|_| !worn_out) else {
        sandbox.count(|counts| counts.unauthorized += 1);
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "Unauthorized" }))).into_response();
    };
    let allowance = allowance(&sandbox, access.cust_id, now);
    if allowance.refused {
        sandbox.count(|counts| counts.rate_limited += 1);
        let refusal = (StatusCode::TOO_MANY_REQUESTS, Json(json!({ "error": "Rate limit exceeded" })));
        return with_allowance(refusal.into_response(), allowance);
    }
    sandbox.count(|counts| {
        counts.data_requests += 1;
        *counts.data_requests_by_endpoint.entry(path.clone()).or_default() += 1;
    });
    let request = Request { path, query, cust_id: access.cust_id, name: access.name, at: now.as_millisecond() };
    let response = match failing(&sandbox, &request).map_or_else(|| answer(&sandbox, &request), Err) {
        Ok(document) => respond(&sandbox, &request, document),
        Err(refusal) => refusal.into_response(),
    };
    with_allowance(response, allowance)
}

/// The refusal of a race that always fails.
fn failing(sandbox: &Sandbox, request: &Request) -> Option<Refusal> {
    let subsession_id = request.number("subsession_id").ok()??;
    sandbox.faults().settings().failing_races.get(&subsession_id).map(|&status| Refusal::Failing(status))
}

fn allowance(sandbox: &Sandbox, cust_id: i64, now: Timestamp) -> Allowance {
    let config = sandbox.config();
    if let Some(reset) = sandbox.faults().take_rate_limited() {
        return Allowance { limit: config.rate_limit, remaining: 0, reset: now.as_second() + reset, refused: true };
    }
    let window = SignedDuration::try_from(config.rate_window).unwrap_or(SignedDuration::MAX);
    sandbox.windows(|windows| windows.count(cust_id, now, config.rate_limit, window))
}

fn with_allowance(mut response: Response, allowance: Allowance) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(allowance.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(allowance.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(allowance.reset));
    response
}

fn respond(sandbox: &Sandbox, request: &Request, document: Document<'_>) -> Response {
    match document {
        Document::Direct(value) => Json(value).into_response(),
        Document::Linked(_) | Document::LinkedChunks { .. } => {
            let expires = request.time() + CACHED;
            Json(json!({ "link": links::link(sandbox, request), "expires": expires.to_string() })).into_response()
        }
        Document::DirectChunks { kind, params, rows } => {
            let rows = sandbox.rows().get(request, rows);
            let mut data = Map::new();
            data.insert("success".to_owned(), Value::Bool(true));
            data.insert("chunk_info".to_owned(), links::chunk_info(sandbox, request, rows.len()));
            data.insert("params".to_owned(), params);
            Json(json!({ "type": kind, "data": data })).into_response()
        }
    }
}
