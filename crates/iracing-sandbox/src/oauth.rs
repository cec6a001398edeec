//! OAuth: authorize with a consent page, token, profile, sessions and revoke.

mod consent;
mod tokens;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use axum::extract::{Form, Query, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

pub(crate) use tokens::{Access, Tokens, random_text};

use crate::sandbox::Sandbox;

/// How long a code may wait for its exchange.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
const SCOPES: [&str; 2] = ["iracing.auth", "iracing.profile"];

/// Codes that were issued; an exchanged one stays, to be recognised.
#[derive(Debug, Default)]
pub(crate) struct Codes(Mutex<HashMap<String, Code>>);

#[derive(Debug, Clone)]
struct Code {
    cust_id: i64,
    name: String,
    redirect_uri: String,
    challenge: String,
    scope: String,
    expires: Timestamp,
    used: bool,
    /// The sign-in that came of it.
    family: String,
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/authorize", get(show).post(decide))
        .route("/token", post(token))
        .route("/iracing/profile", get(profile))
        .route("/sessions", get(sessions))
        .route("/revoke/current", post(revoke))
        .route("/revoke/client", post(revoke))
}

/// The parameters of an authorization request; the consent form carries them on.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Authorize {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    code_challenge: String,
    code_challenge_method: String,
    state: String,
    scope: String,
}

/// The consent form: what was asked for, and what was decided.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    #[serde(flatten)]
    request: Authorize,
    /// A demo driver's customer id, `other`, or `deny`.
    member: String,
    #[serde(default)]
    cust_id: String,
    #[serde(default)]
    display_name: String,
}

/// An error in OAuth's form, with the status that iRacing documents for it.
#[derive(Debug)]
pub(crate) struct OAuthError(pub(crate) &'static str, pub(crate) &'static str);

impl OAuthError {
    fn status(&self) -> StatusCode {
        match self.0 {
            "access_denied" | "invalid_token" => StatusCode::UNAUTHORIZED,
            "insufficient_scope" | "invalid_client" => StatusCode::FORBIDDEN,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({
            "status": status.as_u16(),
            "status_reason": status.canonical_reason(),
            "error": self.0,
            "error_description": self.1,
        });
        (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

/// What can be wrong with an authorization request.
enum Unfit {
    /// Nothing may be sent to the redirect address.
    Untrusted(OAuthError),
    /// The client is told at its redirect address.
    Told(OAuthError),
}

fn check(sandbox: &Sandbox, request: &Authorize) -> Result<String, Unfit> {
    let config = sandbox.config();
    if request.client_id.trim().to_lowercase() != config.client_id.trim().to_lowercase() {
        return Err(Unfit::Untrusted(OAuthError("invalid_client", "Unknown client_id.")));
    }
    if !config.redirect_uris.contains(&request.redirect_uri) {
        return Err(Unfit::Untrusted(OAuthError("invalid_request", "redirect_uri is not registered.")));
    }
    if request.response_type != "code" {
        return Err(Unfit::Told(OAuthError("unsupported_response_type", "response_type must be code.")));
    }
    if request.code_challenge_method != "S256" {
        return Err(Unfit::Told(OAuthError("invalid_request", "code_challenge_method must be S256.")));
    }
    if request.code_challenge.len() != 43 {
        return Err(Unfit::Told(OAuthError("invalid_request", "code_challenge must be a SHA-256 in base64url.")));
    }
    let asked: Vec<&str> = request.scope.split_whitespace().collect();
    if let Some(unknown) = asked.iter().find(|scope| !SCOPES.contains(scope)) {
        tracing::debug!(scope = unknown, "unknown scope");
        return Err(Unfit::Told(OAuthError("invalid_scope", "Unknown scope.")));
    }
    Ok(if asked.is_empty() { SCOPES[0].to_owned() } else { asked.join(" ") })
}

fn found(redirect_uri: &str, state: &str, parameters: &[(&str, &str)]) -> Response {
    let Ok(mut url) = url::Url::parse(redirect_uri) else {
        return OAuthError("invalid_request", "redirect_uri is no address.").into_response();
    };
    url.query_pairs_mut().extend_pairs(parameters);
    if !state.is_empty() {
        url.query_pairs_mut().append_pair("state", state);
    }
    (StatusCode::FOUND, [(LOCATION, url.to_string())]).into_response()
}

fn refuse(request: &Authorize, unfit: Unfit) -> Response {
    match unfit {
        Unfit::Untrusted(error) => error.into_response(),
        Unfit::Told(OAuthError(error, description)) => {
            let parameters = [("error", error), ("error_description", description)];
            found(&request.redirect_uri, &request.state, &parameters)
        }
    }
}

/// The consent page.
async fn show(State(sandbox): State<Sandbox>, Query(request): Query<Authorize>) -> Response {
    match check(&sandbox, &request) {
        Ok(_) => consent::page(&sandbox, &request, None),
        Err(unfit) => refuse(&request, unfit),
    }
}

/// The decision made on the consent page.
async fn decide(State(sandbox): State<Sandbox>, Form(decision): Form<Decision>) -> Response {
    let Decision { request, member, cust_id, display_name } = decision;
    let scope = match check(&sandbox, &request) {
        Ok(scope) => scope,
        Err(unfit) => return refuse(&request, unfit),
    };
    let other = (cust_id.trim(), display_name.trim());
    let (cust_id, name) = match member.as_str() {
        "deny" => {
            return refuse(&request, Unfit::Told(OAuthError("access_denied", "The member denied the request.")));
        }
        "other" => match other.0.parse::<i64>() {
            Ok(id) if id > 0 && !other.1.is_empty() => (id, other.1.to_owned()),
            _ => return consent::page(&sandbox, &request, Some("Enter a customer id (a number) and a name.")),
        },
        id => match id.parse().ok().and_then(|id| sandbox.library().member(id, sandbox.now())) {
            Some(member) => (member.cust_id, member.display_name),
            None => return consent::page(&sandbox, &request, Some("That driver is not known here.")),
        },
    };
    let code = random_text();
    let issued = Code {
        cust_id,
        name,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.code_challenge.clone(),
        scope,
        expires: sandbox.now() + CODE_LIFETIME,
        used: false,
        family: random_text(),
    };
    sandbox.codes().0.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), issued);
    found(&request.redirect_uri, &request.state, &[("code", &code)])
}

/// The client secret as iRacing wants it sent: hashed with the client id.
fn masked(secret: &str, id: &str) -> String {
    STANDARD.encode(Sha256::digest(format!("{secret}{}", id.trim().to_lowercase())))
}

fn check_client(sandbox: &Sandbox, form: &BTreeMap<String, String>) -> Result<(), OAuthError> {
    let config = sandbox.config();
    let sent = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if sent("client_id").trim().to_lowercase() != config.client_id.trim().to_lowercase() {
        return Err(OAuthError("invalid_client", "Unknown client_id."));
    }
    if !config.client_secret.is_empty() && sent("client_secret") != masked(&config.client_secret, &config.client_id) {
        return Err(OAuthError("invalid_client", "client_secret is missing, wrong or not masked."));
    }
    Ok(())
}

/// The answer of the token endpoint.
#[derive(Debug, Serialize)]
struct TokenBody {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires_in: Option<u64>,
    scope: String,
}

/// Exchanges a code or a refresh token.
async fn token(State(sandbox): State<Sandbox>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    sandbox.delay().await;
    let grant = form.get("grant_type").cloned().unwrap_or_default();
    sandbox.count(|counts| *counts.token_requests.entry(grant.clone()).or_default() += 1);
    let issued = check_client(&sandbox, &form).and_then(|()| match grant.as_str() {
        "authorization_code" => exchange(&sandbox, &form),
        "refresh_token" => refresh(&sandbox, &form),
        "" => Err(OAuthError("invalid_request", "grant_type is missing.")),
        _ => Err(OAuthError("unsupported_grant_type", "Use authorization_code or refresh_token.")),
    });
    match issued {
        Ok(body) => ([(CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(error) => error.into_response(),
    }
}

fn exchange(sandbox: &Sandbox, form: &BTreeMap<String, String>) -> Result<TokenBody, OAuthError> {
    let sent = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let now = sandbox.now();
    let mut codes = sandbox.codes().0.lock().unwrap_or_else(PoisonError::into_inner);
    codes.retain(|_, code| code.expires + CODE_LIFETIME * 60 > now);
    let code = codes.get_mut(sent("code")).ok_or(OAuthError("invalid_grant", "Unknown code."))?;
    if code.used {
        // Somebody else may have the code: what came of it is taken back.
        sandbox.tokens().revoke(&code.family);
        return Err(OAuthError("invalid_grant", "The code was used before."));
    }
    code.used = true;
    if code.expires <= now {
        return Err(OAuthError("invalid_grant", "The code has expired."));
    }
    if code.redirect_uri != sent("redirect_uri") {
        return Err(OAuthError("invalid_grant", "redirect_uri differs from that of the authorization."));
    }
    let verifier = sent("code_verifier");
    if !(43..=128).contains(&verifier.len()) || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
        return Err(OAuthError("invalid_grant", "code_verifier does not match the challenge."));
    }
    let code = code.clone();
    drop(codes);
    let first = tokens::Claims::first(code.cust_id, code.name, code.scope, code.family);
    Ok(token_body(sandbox, first))
}

fn refresh(sandbox: &Sandbox, form: &BTreeMap<String, String>) -> Result<TokenBody, OAuthError> {
    if sandbox.faults().settings().revoked_refresh {
        return Err(OAuthError("invalid_grant", "The refresh token was revoked."));
    }
    let token = form.get("refresh_token").map(String::as_str).unwrap_or_default();
    let next = sandbox.tokens().spend(token, sandbox.now())?;
    Ok(token_body(sandbox, next))
}

fn token_body(sandbox: &Sandbox, claims: tokens::Claims) -> TokenBody {
    let config = sandbox.config();
    let (access, refresh) = (config.access_token_lifetime, config.refresh_token_lifetime);
    let scope = claims.scope.clone();
    // A sign-in for the profile only gets no refresh token.
    let refreshable = scope.split(' ').any(|scope| scope == SCOPES[0]);
    let pair = sandbox.tokens().issue(claims, sandbox.now(), access, refresh);
    TokenBody {
        access_token: pair.access,
        token_type: "Bearer",
        expires_in: access.as_secs(),
        refresh_token: refreshable.then_some(pair.refresh),
        refresh_token_expires_in: refreshable.then_some(refresh.as_secs()),
        scope,
    }
}

/// The bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn access(sandbox: &Sandbox, headers: &HeaderMap) -> Result<Access, OAuthError> {
    bearer(headers)
        .and_then(|token| sandbox.tokens().open_access(token, sandbox.now()))
        .ok_or(OAuthError("invalid_token", "The access token is missing, unknown or has expired."))
}

/// Who signed in.
async fn profile(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Result<Response, OAuthError> {
    let access = access(&sandbox, &headers)?;
    if !access.scope.split(' ').any(|scope| scope == SCOPES[1]) {
        return Err(OAuthError("insufficient_scope", "The scope iracing.profile is needed."));
    }
    Ok(Json(json!({ "iracing_name": access.name, "iracing_cust_id": access.cust_id })).into_response())
}

async fn sessions(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Result<Response, OAuthError> {
    let access = access(&sandbox, &headers)?;
    let session = json!({ "session_id": access.family, "client_id": sandbox.config().client_id, "current": true });
    Ok(Json(json!({ "sessions": [session] })).into_response())
}

/// Ends the session of the token; answers 200 without a body.
async fn revoke(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Result<StatusCode, OAuthError> {
    let access = access(&sandbox, &headers)?;
    sandbox.tokens().revoke(&access.family);
    Ok(StatusCode::OK)
}
