//! The one HTTP client: its settings are part of the safety of this crate.

use crate::{budget::RateHeaders, error::Error};
use bytes::{Bytes, BytesMut};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request may take in all, its body included.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);

/// A connection pool that follows no redirects, gives up in time and says who asks.
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

impl HttpClient {
    /// Builds one; `user_agent` names product and version.
    ///
    /// Fails when the system offers no way to do TLS.
    pub fn new(user_agent: &str) -> Result<Self, reqwest::Error> {
        reqwest::Client::builder()
            .user_agent(user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .build()
            .map(Self)
    }

    pub(crate) fn get(&self, url: url::Url) -> reqwest::RequestBuilder {
        self.0.get(url)
    }

    pub(crate) fn post(&self, url: url::Url) -> reqwest::RequestBuilder {
        self.0.post(url)
    }
}

/// Reads a (decompressed) body up to `limit` bytes.
pub(crate) async fn read_body(mut response: reqwest::Response, limit: usize, endpoint: &str) -> Result<Bytes, Error> {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(part)) if body.len() + part.len() > limit => {
                return Err(Error::TooLarge { endpoint: endpoint.to_owned(), limit });
            }
            Ok(Some(part)) => body.extend_from_slice(&part),
            Ok(None) => return Ok(body.freeze()),
            // A body that ends early is cut off; the connection itself was fine.
            Err(error) if error.is_decode() || error.is_body() => {
                return Err(Error::Truncated { endpoint: endpoint.to_owned(), detail: describe(error) });
            }
            Err(error) => return Err(transport(error, endpoint)),
        }
    }
}

/// A failed exchange as an error, without the address: a signed link is a secret.
pub(crate) fn transport(error: reqwest::Error, endpoint: &str) -> Error {
    Error::Transport { endpoint: endpoint.to_owned(), detail: describe(error) }
}

/// The failure and its causes in one line, without the address.
pub(crate) fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// The counts of the request budget, if the answer has them.
pub(crate) fn rate_headers(headers: &HeaderMap) -> Option<RateHeaders> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let remaining = u32::try_from(number("x-ratelimit-remaining")?).ok()?;
    let reset = Timestamp::from_second(number("x-ratelimit-reset")?).ok()?;
    let limit = number("x-ratelimit-limit").and_then(|limit| u32::try_from(limit).ok()).unwrap_or(remaining);
    Some(RateHeaders { limit, remaining, reset })
}

/// How long to wait, if the answer says so: seconds or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(SignedDuration::from_secs(seconds.into())),
        Err(_) => rfc2822::DateTimeParser::new().parse_timestamp(text).ok().map(|date| date.duration_since(now)),
    }
}
