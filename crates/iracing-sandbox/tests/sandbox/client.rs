//! A small client of the sandbox, independent of the one of the project.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use iracing_sandbox::{Careers, Config, Content, SHOWCASE, Sandbox};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

pub const BASE: &str = "http://sandbox.test/iracing-sandbox";
pub const REDIRECT: &str = "http://localhost:8080/auth/ir/callback";
pub const VERIFIER: &str = "a-verifier-of-enough-length-for-the-sandbox-0123456789";
pub const NOW: &str = "2026-06-01T12:00:00Z";

/// A sandbox, and a clock that moves when told to.
pub struct Stand {
    pub sandbox: Sandbox,
    router: Router,
    config: Config,
    time: Arc<Mutex<Timestamp>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:.200}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    /// A parameter of the address that the answer redirects to.
    pub fn redirected(&self, name: &str) -> Option<String> {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.body);
        let url = url::Url::parse(self.header("location")).expect("an address");
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// The pair of a sign-in.
#[derive(Debug, Clone)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

impl Pair {
    fn from(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

pub fn masked_secret() -> String {
    STANDARD.encode(Sha256::digest("spinout-local-secretspinout-local"))
}

impl Stand {
    /// With the driver of special cases only, which starts at once.
    pub fn new() -> Self {
        Self::with(Content::Generated(Careers::new(7).only(&[SHOWCASE])), |_| {})
    }

    pub fn with(content: Content, change: impl FnOnce(&mut Config)) -> Self {
        let time = Arc::new(Mutex::new(NOW.parse().expect("a time")));
        let hands = Arc::clone(&time);
        let clock = Arc::new(move || *hands.lock().expect("the clock"));
        let mut config = Config { content, clock, ..Config::local(BASE, &[REDIRECT]) };
        change(&mut config);
        let sandbox = Sandbox::new(config.clone()).expect("a sandbox");
        let router = Router::new().nest("/iracing-sandbox", sandbox.router());
        Self { sandbox, router, config, time }
    }

    /// The sandbox after a restart of its process.
    pub fn restarted(self) -> Self {
        let sandbox = Sandbox::new(self.config.clone()).expect("a sandbox");
        let router = Router::new().nest("/iracing-sandbox", sandbox.router());
        Self { sandbox, router, ..self }
    }

    pub fn now(&self) -> Timestamp {
        *self.time.lock().expect("the clock")
    }

    pub fn set(&self, time: Timestamp) {
        *self.time.lock().expect("the clock") = time;
    }

    pub fn advance(&self, seconds: i64) {
        let now = self.now();
        self.set(now + SignedDuration::from_secs(seconds));
    }

    pub async fn send(&self, method: Method, url: &str, token: Option<&str>, body: Option<(&str, String)>) -> Answer {
        let path = url.strip_prefix("http://sandbox.test").unwrap_or(url);
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = body.map_or_else(Body::empty, |(kind, text)| {
            request = std::mem::take(&mut request).header("content-type", kind);
            Body::from(text)
        });
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, url: &str, token: Option<&str>) -> Answer {
        self.send(Method::GET, url, token, None).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let body = Some(("application/x-www-form-urlencoded", text));
        self.send(Method::POST, &format!("{BASE}{path}"), None, body).await
    }

    /// Decides on the consent page; `changes` replace fields of the form.
    pub async fn decide(&self, changes: &[(&str, &str)]) -> Answer {
        let challenge = challenge();
        let mut form = vec![
            ("client_id", "spinout-local"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", "the state"),
            ("scope", "iracing.auth iracing.profile"),
        ];
        form.retain(|(name, _)| changes.iter().all(|(other, _)| other != name));
        form.extend(changes);
        self.post("/oauth2/authorize", &form).await
    }

    /// Exchanges a code; `changes` replace fields of the form.
    pub async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let secret = masked_secret();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", "spinout-local"),
            ("client_secret", &secret),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        form.retain(|(name, _)| changes.iter().all(|(other, _)| other != name));
        form.extend(changes);
        self.post("/oauth2/token", &form).await
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        let secret = masked_secret();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", "spinout-local"),
            ("client_secret", &secret),
            ("refresh_token", refresh_token),
        ];
        self.post("/oauth2/token", &form).await
    }

    pub async fn refreshed(&self, refresh_token: &str) -> Pair {
        let answer = self.refresh(refresh_token).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Pair::from(&answer.json())
    }

    pub async fn code(&self, cust_id: i64) -> String {
        let answer = self.decide(&[("member", &cust_id.to_string())]).await;
        answer.redirected("code").expect("a code")
    }

    pub async fn sign_in(&self, cust_id: i64) -> Pair {
        let code = self.code(cust_id).await;
        let answer = self.exchange(&code, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Pair::from(&answer.json())
    }

    /// A data request as it is answered at first.
    pub async fn ask(&self, pair: &Pair, path: &str) -> Answer {
        self.get(&format!("{BASE}/data/{path}"), Some(&pair.access)).await
    }

    /// A data request with its link followed.
    pub async fn data(&self, pair: &Pair, path: &str) -> Value {
        let answer = self.ask(pair, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let body = answer.json();
        let Some(link) = body.get("link").and_then(Value::as_str) else { return body };
        let linked = self.get(link, None).await;
        assert_eq!(linked.status, StatusCode::OK, "{path}: {}", linked.body);
        linked.json()
    }

    /// The rows of an answer in chunks.
    pub async fn rows(&self, pair: &Pair, path: &str) -> Vec<Value> {
        let body = self.data(pair, path).await;
        let info = if body["chunk_info"].is_null() { &body["data"]["chunk_info"] } else { &body["chunk_info"] };
        let mut rows = Vec::new();
        for name in info["chunk_file_names"].as_array().into_iter().flatten() {
            let url = format!("{}{}", info["base_download_url"].as_str().unwrap(), name.as_str().unwrap());
            let chunk = self.get(&url, None).await;
            assert_eq!(chunk.status, StatusCode::OK, "{}", chunk.body);
            rows.extend(chunk.json().as_array().expect("an array").clone());
        }
        assert_eq!(rows.len() as i64, info["rows"].as_i64().unwrap_or(0), "{path}");
        rows
    }

    /// Every row that searches list of a member from 2018 on.
    pub async fn search_all(&self, pair: &Pair, cust_id: i64, kind: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut begin: Timestamp = "2018-01-01T00:00:00Z".parse().expect("a time");
        while begin < self.now() {
            let end = begin + SignedDuration::from_hours(90 * 24);
            let path = format!("results/{kind}?cust_id={cust_id}&start_range_begin={begin}&start_range_end={end}");
            rows.extend(self.rows(pair, &path).await);
            begin = end;
        }
        rows
    }
}
