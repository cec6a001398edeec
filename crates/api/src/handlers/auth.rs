//! Signing in, staying signed in, signing out.

use crate::{
    bodies::driver::SessionBody,
    extract::{Json, OwnPage},
    problem::{ApiError, FieldError, ProblemBody},
    sign_in::SignIn,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the sign-in is to come back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInStart)]
pub(crate) struct StartBody {
    /// One of the addresses that this installation allows, to the byte.
    #[schema(value_type = String)]
    redirect_uri: Option<String>,
}

/// Where to send the browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInAddress)]
pub(crate) struct AddressBody {
    /// iRacing's page.
    authorize_url: String,
}

/// What iRacing's redirect brought back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInAnswer)]
pub(crate) struct CallbackBody {
    /// Works once.
    #[schema(value_type = String)]
    code: Option<String>,
    /// As it came.
    #[schema(value_type = String)]
    state: Option<String>,
    /// The same as at the start.
    #[schema(value_type = String)]
    redirect_uri: Option<String>,
}

/// Begins a sign-in: sets the cookie that ties iRacing's answer to this browser, for ten minutes.
#[utoipa::path(
    post,
    path = "/auth/ir/start",
    tag = "auth",
    request_body = StartBody,
    responses((status = OK, body = AddressBody))
)]
pub(crate) async fn start(
    State(sign_in): State<SignIn>,
    _: OwnPage,
    Json(body): Json<StartBody>,
) -> Result<Response, ApiError> {
    let [redirect_uri] = required([("redirectUri", body.redirect_uri)])?;
    let (authorize_url, cookie) = sign_in.start(&redirect_uri)?;
    Ok((AppendHeaders([cookie]), axum::Json(AddressBody { authorize_url })).into_response())
}

/// Completes a sign-in. Problems: `sign_in_expired`, `state_mismatch`, `code_rejected`, `access_not_granted`.
#[utoipa::path(
    post,
    path = "/auth/ir/callback",
    tag = "auth",
    request_body = CallbackBody,
    responses(
        (status = OK, body = SessionBody),
        (status = BAD_GATEWAY, body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, content_type = "application/problem+json")
    )
)]
pub(crate) async fn callback(
    State(sign_in): State<SignIn>,
    _: OwnPage,
    headers: HeaderMap,
    Json(body): Json<CallbackBody>,
) -> Result<Response, ApiError> {
    let CallbackBody { code, state, redirect_uri } = body;
    let [code, state, redirect_uri] = required([("code", code), ("state", state), ("redirectUri", redirect_uri)])?;
    let (session, cookies) = sign_in.complete(&headers, &code, &state, &redirect_uri).await?;
    Ok((AppendHeaders(cookies), axum::Json(session)).into_response())
}

/// Continues the session of the refresh cookie, which is replaced. 204 means that there is no cookie, so that nobody was
/// signed in; 401 that the session is over.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    tag = "auth",
    responses(
        (status = OK, body = SessionBody),
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("refresh_cookie" = []))
)]
pub(crate) async fn refresh(State(sign_in): State<SignIn>, _: OwnPage, headers: HeaderMap) -> Response {
    match sign_in.refresh(&headers).await {
        Ok(Some((session, cookie))) => (AppendHeaders([cookie]), axum::Json(session)).into_response(),
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(error @ ApiError::NotSignedIn(_)) => (AppendHeaders([sign_in.forget()]), error).into_response(),
        Err(error) => error.into_response(),
    }
}

/// Ends the session of the refresh cookie.
#[utoipa::path(
    post,
    path = "/auth/logout",
    tag = "auth",
    responses((status = NO_CONTENT)),
    security(("refresh_cookie" = []))
)]
pub(crate) async fn logout(
    State(sign_in): State<SignIn>,
    _: OwnPage,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let cookie = sign_in.end(&headers).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([cookie])).into_response())
}

/// The fields of a body, all of which have to be there.
fn required<const N: usize>(fields: [(&str, Option<String>); N]) -> Result<[String; N], ApiError> {
    let missing: Vec<_> = fields
        .iter()
        .filter(|(_, value)| value.as_deref().is_none_or(str::is_empty))
        .map(|(name, _)| FieldError::new(*name, "required"))
        .collect();
    if missing.is_empty() {
        Ok(fields.map(|(_, value)| value.unwrap_or_default()))
    } else {
        Err(ApiError::Invalid(missing))
    }
}
