//! A small iRacing at the protocol: signed links that expire, storage that refuses tokens, a counted request budget,
//! single-use refresh tokens, and faults to set.

use axum::{
    Form, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use iracing::{Clock, DataClient, DataConfig, DriverData, HttpClient, OAuthClient, OAuthConfig, RateBudget, Secret};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    io::Write,
    sync::{Arc, Mutex, MutexGuard},
};
use url::Url;

pub const ACCESS_TOKEN: &str = "access-1";

/// In which form a path answers.
#[derive(Clone)]
pub enum Answer {
    Link(Value),
    LinkToChunks {
        header: Value,
        rows: Vec<Value>,
        chunk_size: usize,
    },
    InlineChunks {
        rows: Vec<Value>,
        chunk_size: usize,
        behind_link: bool,
    },
    DataUrl(Value),
    Direct(Value),
    /// A link to this very address.
    LinkTo(String),
}

/// What goes wrong with the next data request.
#[derive(Clone)]
pub struct Failure {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Failure {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

pub struct Limit {
    pub requests: u32,
    pub window: SignedDuration,
    used: u32,
    reset: Timestamp,
}

#[derive(Default)]
pub struct Inner {
    pub answers: HashMap<String, Answer>,
    pub failures: VecDeque<Failure>,
    pub storage_failures: VecDeque<u16>,
    /// So many downloads are cut in the middle.
    pub cut: usize,
    pub gzip: bool,
    pub limit: Option<Limit>,
    /// Path and query of each data request.
    pub asked: Vec<String>,
    pub refused: usize,
    pub downloads: usize,
    pub tokens_seen_by_storage: usize,
    pub open_downloads: usize,
    pub most_open_downloads: usize,
    pub token_forms: Vec<HashMap<String, String>>,
    pub refresh_tokens: Vec<String>,
    pub oauth_failure: Option<Failure>,
    storage: HashMap<String, Vec<u8>>,
    issued: usize,
}

pub struct Fake {
    pub base: String,
    pub inner: Arc<Mutex<Inner>>,
    pub clock: Clock,
}

#[derive(Clone)]
struct Server {
    base: String,
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
}

impl Server {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

/// A clock that goes on with tokio's, so that paused tests see the time that they skip.
pub fn tokio_clock() -> Clock {
    let started = tokio::time::Instant::now();
    let epoch: Timestamp = "2025-06-07T20:00:00Z".parse().unwrap();
    Arc::new(move || epoch + SignedDuration::try_from(started.elapsed()).unwrap())
}

pub fn http() -> HttpClient {
    HttpClient::new("iracing-tests/1.0").unwrap()
}

impl Fake {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner::default()));
        let clock = tokio_clock();
        let server = Server { base: base.clone(), inner: inner.clone(), clock: clock.clone() };
        let router = Router::new()
            .route("/data/{*path}", get(data))
            .route("/storage/{name}", get(storage))
            .route("/oauth2/token", post(token))
            .route("/oauth2/iracing/profile", get(profile))
            .route("/oauth2/revoke/current", post(revoke))
            .with_state(server);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, inner, clock }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub fn answer(&self, path: &str, answer: Answer) {
        self.lock().answers.insert(path.to_owned(), answer);
    }

    pub fn fail(&self, failure: Failure) {
        self.lock().failures.push_back(failure);
    }

    pub fn limit(&self, requests: u32, window: SignedDuration) {
        let reset = (self.clock)();
        self.lock().limit = Some(Limit { requests, window, used: 0, reset });
    }

    pub fn config(&self) -> DataConfig {
        DataConfig::new(Url::parse(&self.base).unwrap())
    }

    pub fn budget(&self) -> RateBudget {
        RateBudget::new(self.clock.clone())
    }

    pub fn driver(&self) -> DriverData {
        DataClient::new(&self.config(), http()).for_driver(Secret::new(ACCESS_TOKEN), self.budget())
    }

    pub fn oauth(&self) -> OAuthClient {
        let config = OAuthConfig {
            base_url: Url::parse(&format!("{}/oauth2", self.base)).unwrap(),
            client_id: "spinout".into(),
            client_secret: Secret::new("hunter2"),
        };
        OAuthClient::new(config, http())
    }
}

impl Inner {
    fn store(&mut self, base: &str, body: &Value) -> String {
        self.issued += 1;
        let name = format!("object-{}", self.issued);
        self.storage.insert(name.clone(), body.to_string().into_bytes());
        format!("{base}/storage/{name}?X-Amz-Signature=secret-signature")
    }

    fn store_chunks(&mut self, base: &str, rows: &[Value], chunk_size: usize) -> Value {
        let links: Vec<_> = rows.chunks(chunk_size).map(|chunk| self.store(base, &json!(chunk))).collect();
        let prefix = format!("{base}/storage/");
        let names: Vec<_> = links.iter().map(|link| link.strip_prefix(&prefix).unwrap()).collect();
        if rows.is_empty() {
            return Value::Null;
        }
        json!({
            "chunk_size": chunk_size, "num_chunks": names.len(), "rows": rows.len(),
            "base_download_url": prefix, "chunk_file_names": names,
        })
    }

    fn body_for(&mut self, base: &str, answer: Answer) -> Value {
        let expires = "2025-06-07T20:15:00.507Z";
        match answer {
            Answer::Link(body) => json!({"link": self.store(base, &body), "expires": expires}),
            Answer::LinkTo(link) => json!({"link": link, "expires": expires}),
            Answer::LinkToChunks { mut header, rows, chunk_size } => {
                header["chunk_info"] = self.store_chunks(base, &rows, chunk_size);
                json!({"link": self.store(base, &header), "expires": expires})
            }
            Answer::InlineChunks { rows, chunk_size, behind_link } => {
                let chunk_info = self.store_chunks(base, &rows, chunk_size);
                let body = json!({"type": "search", "data": {"success": true, "chunk_info": chunk_info, "params": {}}});
                if behind_link { json!({"link": self.store(base, &body), "expires": expires}) } else { body }
            }
            Answer::DataUrl(body) => {
                json!({"type": "list", "data": {"success": true}, "data_url": self.store(base, &body)})
            }
            Answer::Direct(body) => body,
        }
    }
}

async fn data(
    State(server): State<Server>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let now = (server.clock)();
    let mut inner = server.lock();
    let asked = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    inner.asked.push(asked);
    let mut response = Response::builder().header(header::CONTENT_TYPE, "application/json");
    if let Some(limit) = &mut inner.limit {
        if now >= limit.reset {
            limit.used = 0;
            limit.reset = now + limit.window;
        }
        let allowed = limit.used < limit.requests;
        limit.used += u32::from(allowed);
        let reset = limit.reset.as_second() + i64::from(limit.reset.subsec_nanosecond() > 0);
        response = response
            .header("x-ratelimit-limit", limit.requests)
            .header("x-ratelimit-remaining", limit.requests - limit.used)
            .header("x-ratelimit-reset", reset);
        if !allowed {
            inner.refused += 1;
            return response.status(429).body("Rate limit exceeded".into()).unwrap();
        }
    }
    if let Some(failure) = inner.failures.pop_front() {
        inner.refused += usize::from(failure.status == 429);
        for (name, value) in failure.headers {
            response = response.header(name, value);
        }
        return response.status(failure.status).body(failure.body.into()).unwrap();
    }
    if headers.get(header::AUTHORIZATION).is_none_or(|token| token != &format!("Bearer {ACCESS_TOKEN}")) {
        return response.status(401).body(r#"{"error":"Unauthorized"}"#.into()).unwrap();
    }
    let Some(answer) = inner.answers.get(&path).cloned() else {
        return response.status(404).body(r#"{"error":"Not Found"}"#.into()).unwrap();
    };
    let body = inner.body_for(&server.base, answer).to_string();
    response.body(body.into()).unwrap()
}

async fn storage(State(server): State<Server>, Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    {
        let mut inner = server.lock();
        inner.downloads += 1;
        inner.open_downloads += 1;
        inner.most_open_downloads = inner.most_open_downloads.max(inner.open_downloads);
    }
    // Lets downloads that run side by side be seen as such.
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let mut inner = server.lock();
    inner.open_downloads -= 1;
    if headers.contains_key(header::AUTHORIZATION) {
        inner.tokens_seen_by_storage += 1;
        return (StatusCode::BAD_REQUEST, "Only one auth mechanism allowed").into_response();
    }
    if let Some(status) = inner.storage_failures.pop_front() {
        let location = [(header::LOCATION, format!("{}/storage/object-1", server.base))];
        return (StatusCode::from_u16(status).unwrap(), location, "<Error/>").into_response();
    }
    let Some(mut body) = inner.storage.get(&name).cloned() else {
        return (StatusCode::NOT_FOUND, "<Error/>").into_response();
    };
    if inner.cut > 0 {
        inner.cut -= 1;
        body.truncate(body.len() / 2);
    }
    if inner.gzip {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&body).unwrap();
        return ([(header::CONTENT_ENCODING, "gzip")], encoder.finish().unwrap()).into_response();
    }
    body.into_response()
}

fn oauth_error(status: u16, code: &str) -> Response<Body> {
    let body = json!({"error": code, "error_description": "in words"}).to_string();
    Response::builder().status(status).header("x-request-id", "request-7").body(body.into()).unwrap()
}

async fn token(State(server): State<Server>, Form(form): Form<HashMap<String, String>>) -> Response<Body> {
    let mut inner = server.lock();
    inner.token_forms.push(form.clone());
    if let Some(failure) = inner.oauth_failure.clone() {
        let mut response = Response::builder().status(failure.status).header("x-request-id", "request-7");
        for (name, value) in failure.headers {
            response = response.header(name, value);
        }
        return response.body(failure.body.into()).unwrap();
    }
    if form["client_secret"] != iracing::mask_secret("hunter2", "spinout") {
        return oauth_error(403, "invalid_client");
    }
    let known = match form["grant_type"].as_str() {
        "authorization_code" => form["code"] == "code-1" && form["code_verifier"] == "verifier-1",
        "refresh_token" => {
            let position = inner.refresh_tokens.iter().position(|known| *known == form["refresh_token"]);
            position.map(|position| inner.refresh_tokens.remove(position)).is_some()
        }
        _ => false,
    };
    if !known {
        return oauth_error(400, "invalid_grant");
    }
    inner.issued += 1;
    let refresh_token = format!("refresh-{}", inner.issued);
    inner.refresh_tokens.push(refresh_token.clone());
    let body = json!({
        "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 600,
        "refresh_token": refresh_token, "refresh_token_expires_in": 604_800,
        "scope": "iracing.auth iracing.profile",
    });
    body.to_string().into_response()
}

async fn profile(headers: HeaderMap) -> Response<Body> {
    if headers.get(header::AUTHORIZATION).is_none_or(|token| token != &format!("Bearer {ACCESS_TOKEN}")) {
        return oauth_error(401, "invalid_token");
    }
    json!({"iracing_name": "Cem Aydin", "iracing_cust_id": 100_003}).to_string().into_response()
}

async fn revoke(headers: HeaderMap) -> Response<Body> {
    match headers.get(header::AUTHORIZATION) {
        Some(_) => ().into_response(),
        None => oauth_error(401, "invalid_token"),
    }
}
