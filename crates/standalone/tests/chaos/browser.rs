//! A driver's browser, without a network between it and the API.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A page of a signed-in driver.
#[derive(Clone, Default)]
pub struct Page {
    pub token: String,
    /// The refresh cookie.
    pub refresh: String,
}

impl Page {
    /// Signs a driver in by the sandbox's consent page; `None` if something on the way does not answer as it should.
    pub async fn sign_in(api: &Router, driver: i64, redirect: &str) -> Option<Self> {
        let (headers, start) = post(api, "/auth/ir/start", "", &json!({ "redirectUri": redirect })).await?;
        let mut consent: url::Url = start["authorizeUrl"].as_str()?.parse().ok()?;
        let mut decision: Vec<_> = consent.query_pairs().into_owned().collect();
        decision.push(("member".to_owned(), driver.to_string()));
        consent.set_query(None);
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().ok()?;
        let decided = browser.post(consent).form(&decision).send().await.ok()?;
        let back: url::Url = decided.headers().get(header::LOCATION)?.to_str().ok()?.parse().ok()?;
        let back: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
        let answer = json!({ "code": back.get("code")?, "state": back.get("state")?, "redirectUri": redirect });
        let (headers, session) = post(api, "/auth/ir/callback", &cookie(&headers), &answer).await?;
        Some(Self { token: session["accessToken"].as_str()?.to_owned(), refresh: cookie(&headers) })
    }

    /// A request in the driver's name.
    pub fn request(&self, method: Method, path: &str, body: Option<Value>) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap()
    }
}

/// Sends a request to the API.
pub async fn send(api: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let (parts, body) = api.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn post(api: &Router, path: &str, cookie: &str, body: &Value) -> Option<(HeaderMap, Value)> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie)
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, headers, body) = send(api, request).await;
    status.is_success().then_some((headers, body))
}

/// The cookies of an answer that are not being deleted.
pub fn cookie(headers: &HeaderMap) -> String {
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let pairs = cookies.filter_map(|cookie| cookie.split(';').next()).filter(|pair| !pair.ends_with('='));
    pairs.collect::<Vec<_>>().join("; ")
}
