//! iRacing's OAuth: sign-in by authorization code with PKCE, rotating refresh tokens, profile, sign-out.

use crate::{
    error::Error as DataError,
    http::{HttpClient, describe, read_body, retry_after},
    secret::{Secret, mask_secret},
};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use reqwest::{RequestBuilder, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;
use thiserror::Error;
use url::Url;

/// OAuth answers are small.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Where iRacing's OAuth is, and who we are there.
#[derive(Debug, Clone)]
pub struct OAuthConfig {
    /// Address of the endpoints, such as `https://oauth.iracing.com/oauth2`.
    pub base_url: Url,
    /// Given at registration.
    pub client_id: String,
    /// Given at registration.
    pub client_secret: Secret,
}

/// Where iRacing's own OAuth service is.
pub const OAUTH_BASE_URL: &str = "https://oauth.iracing.com/oauth2";

/// Why a sign-in, refresh or sign-out failed. No text of it holds a secret.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum OAuthError {
    /// The code or refresh token works no more: the driver has to sign in again. Never try it again.
    #[error("the code or refresh token is no longer valid")]
    InvalidGrant,
    /// The member refused, or has no right to sign in.
    #[error("iracing denied access: {0}")]
    Denied(String),
    /// The access token is unknown, has expired or lacks the scope.
    #[error("the access token was refused")]
    InvalidToken,
    /// iRacing does not know our client or its secret: a matter of configuration.
    #[error("iracing refused the client id or secret (request {request_id})")]
    InvalidClient {
        /// iRacing's name of the exchange, to be told to its support.
        request_id: String,
    },
    /// Too many requests.
    #[error("iracing wants us to wait for {} s", retry_after.as_secs())]
    RateLimited {
        /// How long.
        retry_after: Duration,
    },
    /// No answer, or a 5xx. After a refresh it is not known whether the token was used up.
    #[error("iracing's sign-in is unavailable: {0}")]
    Unavailable(String),
    /// Anything else.
    #[error("unexpected answer {status} of iracing's sign-in: {detail} (request {request_id})")]
    Unexpected {
        /// HTTP status.
        status: u16,
        /// iRacing's error code, or what was wrong with the answer.
        detail: String,
        /// iRacing's name of the exchange.
        request_id: String,
    },
}

/// What a sign-in or refresh brings. The refresh token works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// For the data API.
    pub access_token: Secret,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// For the next refresh; absent when only the profile was granted.
    pub refresh_token: Option<Secret>,
    /// When it ends.
    pub refresh_expires_at: Option<Timestamp>,
    /// What was granted, which can be less than was asked for.
    pub scope: Option<String>,
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Profile {
    /// Their name.
    pub iracing_name: String,
    /// Their customer id, which stays when the name changes.
    pub iracing_cust_id: i64,
}

/// iRacing's OAuth. Built once a process.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    config: OAuthConfig,
    http: HttpClient,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    expires_in: Option<f64>,
    refresh_token: Option<String>,
    refresh_token_expires_in: Option<f64>,
    scope: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: Option<String>,
    error_description: Option<String>,
}

impl OAuthClient {
    /// A client of the OAuth endpoints at `config.base_url`.
    pub fn new(config: OAuthConfig, http: HttpClient) -> Self {
        Self { config, http }
    }

    /// Where to send the browser. `code_challenge` is Base64url of SHA-256 of the verifier, without padding.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str, code_challenge: &str, scopes: &[&str]) -> Url {
        let mut url = self.endpoint("authorize");
        url.query_pairs_mut()
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("code_challenge", code_challenge)
            // iRacing's default is `plain`.
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", state)
            .append_pair("scope", &scopes.join(" "));
        url
    }

    /// Exchanges the code that the browser brought back. `now` is the time that lifetimes count from.
    pub async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &Secret,
        now: Timestamp,
    ) -> Result<TokenPair, OAuthError> {
        let grant = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier.expose()),
        ];
        self.token(&grant, now).await
    }

    /// Exchanges a refresh token, which works once. It is not repeated on failure: the token may have been used up.
    pub async fn refresh(&self, refresh_token: &Secret, now: Timestamp) -> Result<TokenPair, OAuthError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())], now).await
    }

    /// Who an access token belongs to.
    pub async fn profile(&self, access_token: &Secret) -> Result<Profile, OAuthError> {
        let request = self.http.get(self.endpoint("iracing/profile")).bearer_auth(access_token.expose());
        exchange(request).await?.read()
    }

    /// Ends the session that an access token belongs to.
    pub async fn revoke_current(&self, access_token: &Secret) -> Result<(), OAuthError> {
        let form: [(&str, &str); 0] = [];
        let request = self.http.post(self.endpoint("revoke/current")).bearer_auth(access_token.expose()).form(&form);
        exchange(request).await.map(|_| ())
    }

    async fn token(&self, grant: &[(&str, &str)], now: Timestamp) -> Result<TokenPair, OAuthError> {
        let OAuthConfig { client_id, client_secret, .. } = &self.config;
        let masked = mask_secret(client_secret.expose(), client_id);
        let mut form = vec![("client_id", client_id.as_str()), ("client_secret", masked.as_str())];
        form.extend_from_slice(grant);
        let body: TokenBody = exchange(self.http.post(self.endpoint("token")).form(&form)).await?.read()?;
        let after = |seconds: Option<f64>| {
            let lifetime = SignedDuration::try_from_secs_f64(seconds?).ok()?;
            now.checked_add(lifetime).ok()
        };
        Ok(TokenPair {
            access_token: Secret::new(body.access_token),
            expires_at: after(body.expires_in),
            refresh_token: body.refresh_token.map(Secret::new),
            refresh_expires_at: after(body.refresh_token_expires_in),
            scope: body.scope,
        })
    }

    fn endpoint(&self, name: &str) -> Url {
        let mut url = self.config.base_url.clone();
        // An address without a host cannot have segments; the request then fails and says so.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(name.split('/'));
        }
        url
    }
}

/// A success.
struct Success {
    status: StatusCode,
    request_id: String,
    body: Bytes,
}

impl Success {
    fn read<T: DeserializeOwned>(self) -> Result<T, OAuthError> {
        // The reason may quote the body, which holds tokens: only its place is told.
        serde_json::from_slice(&self.body).map_err(|error| OAuthError::Unexpected {
            status: self.status.as_u16(),
            detail: format!("unexpected body at line {} column {}", error.line(), error.column()),
            request_id: self.request_id,
        })
    }
}

async fn exchange(request: RequestBuilder) -> Result<Success, OAuthError> {
    let response = request.send().await.map_err(|error| OAuthError::Unavailable(describe(error)))?;
    let status = response.status();
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let request_id = header("x-request-id").unwrap_or_else(|| "unknown".to_owned());
    // Only seconds are used: there is no clock here to compare a date with.
    let wait = retry_after(response.headers(), Timestamp::MAX).and_then(|wait| Duration::try_from(wait).ok());
    let body = match read_body(response, MAX_BODY_BYTES, "oauth").await {
        Ok(body) => body,
        Err(DataError::Transport { detail, .. } | DataError::Truncated { detail, .. }) => {
            return Err(OAuthError::Unavailable(detail));
        }
        Err(error) => {
            return Err(OAuthError::Unexpected { status: status.as_u16(), detail: error.to_string(), request_id });
        }
    };
    if status.is_success() {
        return Ok(Success { status, request_id, body });
    }
    Err(failure(status, wait, &body, request_id))
}

fn failure(status: StatusCode, wait: Option<Duration>, body: &[u8], request_id: String) -> OAuthError {
    if status.is_server_error() {
        return OAuthError::Unavailable(format!("status {} (request {request_id})", status.as_u16()));
    }
    let text = String::from_utf8_lossy(body);
    if status == StatusCode::TOO_MANY_REQUESTS || wait.is_some() || text.contains("rate limit exceeded") {
        let retry_after = wait.or_else(|| seconds_in(&text)).unwrap_or(Duration::from_secs(60));
        return OAuthError::RateLimited { retry_after };
    }
    let ErrorBody { error, error_description } = serde_json::from_slice(body).unwrap_or_default();
    let code = error.unwrap_or_default();
    let unexpected =
        |detail: String, request_id| OAuthError::Unexpected { status: status.as_u16(), detail, request_id };
    match code.as_str() {
        "invalid_grant" => OAuthError::InvalidGrant,
        "access_denied" => OAuthError::Denied(shortened(&error_description.unwrap_or(code))),
        "invalid_token" | "insufficient_scope" => OAuthError::InvalidToken,
        "invalid_client" | "unauthorized_client" => OAuthError::InvalidClient { request_id },
        "temporarily_unavailable" | "server_error" => OAuthError::Unavailable(code),
        "" if status == StatusCode::UNAUTHORIZED => OAuthError::InvalidToken,
        "" => unexpected("no error code".to_owned(), request_id),
        _ => unexpected(shortened(&code), request_id),
    }
}

/// The number in "retry after N seconds", as one bot of iRacing's community has seen it.
fn seconds_in(text: &str) -> Option<Duration> {
    let (_, after) = text.split_once("retry after ")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().map(Duration::from_secs)
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
