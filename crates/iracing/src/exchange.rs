//! Single exchanges: counted requests to the data API, and uncounted downloads from its storage.

use crate::{
    client::DriverData,
    error::Error,
    http::{rate_headers, read_body, retry_after, transport},
};
use bytes::Bytes;
use jiff::SignedDuration;
use reqwest::{Response, StatusCode};
use std::time::Duration;
use url::Url;

/// How often one exchange is tried in all.
const ATTEMPTS: u32 = 3;
/// How often in a row a 429 is waited out; each wait ends when iRacing said it would.
const REFUSALS: u32 = 20;
/// Pause before the first repetition; it doubles, and a random part of the same length is added.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

impl DriverData {
    /// Asks the data API: within the budget, with repetitions.
    pub(crate) async fn ask(&self, path: &str, query: &[(&str, String)]) -> Result<Bytes, Error> {
        let mut attempt = 1;
        loop {
            match self.ask_once(path, query).await {
                Err(error) if attempt < ATTEMPTS && is_passing(&error) && self.pause(attempt).await => {
                    tracing::debug!(%error, attempt, "asking iracing again");
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn ask_once(&self, path: &str, query: &[(&str, String)]) -> Result<Bytes, Error> {
        let url = self.address(path, query)?;
        let mut refusals = 0;
        loop {
            let response = self.send(url.clone(), path).await?;
            if response.status() == StatusCode::TOO_MANY_REQUESTS && refusals < REFUSALS {
                refusals += 1;
                continue;
            }
            return self.body_of_success(response, path).await;
        }
    }

    /// Sends one counted request as soon as the budget allows, and lets the budget learn from the answer.
    pub(crate) async fn send(&self, url: Url, path: &str) -> Result<Response, Error> {
        let patience = self.budget.now().saturating_add(self.patience).ok();
        let permit = self.budget.reserve(patience.into_iter().chain(self.deadline).min()).await?;
        self.count_data_request();
        let request = self.client.shared.http.get(url).bearer_auth(self.access_token.expose());
        let response = request.send().await.map_err(|error| transport(error, path))?;
        let told = rate_headers(response.headers());
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            self.count_refusal();
            permit.refused(told, retry_after(response.headers(), self.budget.now()));
        } else {
            permit.answered(told, response.status().is_success());
        }
        Ok(response)
    }

    pub(crate) fn address(&self, path: &str, query: &[(&str, String)]) -> Result<Url, Error> {
        let mut url = Url::parse(&format!("{}{path}", self.client.shared.base_url))
            .map_err(|error| Error::BadRequest { endpoint: path.to_owned(), detail: error.to_string() })?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn body_of_success(&self, response: Response, path: &str) -> Result<Bytes, Error> {
        let status = response.status();
        let endpoint = path.to_owned();
        let limit = self.client.shared.max_body_bytes;
        match status {
            _ if status.is_success() => read_body(response, limit, path).await,
            StatusCode::UNAUTHORIZED => Err(Error::Unauthorized),
            StatusCode::FORBIDDEN => Err(Error::Forbidden { endpoint }),
            StatusCode::NOT_FOUND => Err(Error::NotFound { endpoint }),
            // Said of sessions whose recording is not there (yet).
            StatusCode::CONFLICT => Err(Error::NotReady { endpoint }),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Error::RateLimited { retry_at: self.budget.now() + SignedDuration::from_mins(1) })
            }
            StatusCode::BAD_REQUEST => {
                let note = Note::read(response, limit, path).await;
                Err(Error::BadRequest { endpoint, detail: note.text() })
            }
            StatusCode::SERVICE_UNAVAILABLE if Note::read(response, limit, path).await.is_maintenance() => {
                Err(Error::Maintenance)
            }
            _ => Err(Error::Upstream { endpoint, status: status.as_u16() }),
        }
    }

    /// Downloads what a link refers to and reads it, with repetitions. The access token is not sent.
    pub(crate) async fn download<T>(
        &self,
        link: &str,
        path: &str,
        read: impl Fn(&[u8]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.download_at_most(self.client.shared.max_body_bytes, link, path, read).await
    }

    /// The same for bodies up to `limit` bytes.
    pub(crate) async fn download_at_most<T>(
        &self,
        limit: usize,
        link: &str,
        path: &str,
        read: impl Fn(&[u8]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let url = (self.client.shared.links.check(link))
            .map_err(|host| Error::ForeignLink { endpoint: path.to_owned(), host })?;
        let mut attempt = 1;
        loop {
            match self.download_once(url.clone(), path, limit).await.and_then(|body| read(&body)) {
                Err(error)
                    if attempt < ATTEMPTS
                        && (is_passing(&error) || matches!(error, Error::Truncated { .. }))
                        && self.pause(attempt).await =>
                {
                    tracing::debug!(%error, attempt, "downloading again");
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn download_once(&self, url: Url, path: &str, limit: usize) -> Result<Bytes, Error> {
        self.count_download();
        let response = self.client.shared.http.get(url).send().await.map_err(|error| transport(error, path))?;
        match response.status() {
            status if status.is_success() => read_body(response, limit, path).await,
            // Storage says 403 or 400 of an expired signature, 404 or 410 of an object that it has cleared away.
            StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(Error::LinkExpired { endpoint: path.to_owned() })
            }
            status => Err(Error::Upstream { endpoint: path.to_owned(), status: status.as_u16() }),
        }
    }

    /// Waits before another attempt; false if that would take longer than the caller has.
    pub(crate) async fn pause(&self, attempt: u32) -> bool {
        let pause = FIRST_PAUSE * 2u32.saturating_pow(attempt - 1);
        let pause = pause + pause.mul_f64(random_share());
        let ends = SignedDuration::try_from(pause).ok().and_then(|pause| self.budget.now().checked_add(pause).ok());
        if self.deadline.is_some_and(|deadline| ends.is_none_or(|ends| ends > deadline)) {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

/// Whether the same exchange is likely to succeed when repeated at once.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Transport { .. } => true,
        Error::Upstream { status, .. } => *status >= 500,
        _ => false,
    }
}

/// From 0 to 1; without randomness the pauses are merely regular.
fn random_share() -> f64 {
    getrandom::u32().map_or(0.0, |random| f64::from(random) / f64::from(u32::MAX))
}

/// The body of an error: `{"error": "...", "note": "..."}`, or whatever stands before iRacing.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Note {
    error: String,
    message: String,
    note: String,
}

impl Note {
    async fn read(response: Response, limit: usize, path: &str) -> Self {
        match read_body(response, limit, path).await {
            Ok(body) => serde_json::from_slice(&body).unwrap_or_default(),
            Err(_) => Self::default(),
        }
    }

    fn is_maintenance(&self) -> bool {
        [&self.error, &self.note].iter().any(|text| text.to_lowercase().contains("maintenance"))
    }

    fn text(&self) -> String {
        let parts = [&self.error, &self.message, &self.note];
        let text = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        text.chars().take(300).collect()
    }
}
