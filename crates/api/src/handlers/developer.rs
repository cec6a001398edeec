//! For developers: iRacing's documentation, and the caller's own token to try it with.

use crate::{
    extract::{Developer, Path},
    iracing_access::IracingAccess,
    problem::ApiError,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use iracing::RawAnswer;
use iracing_token::AccessToken;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The caller's own access token for iRacing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IracingToken)]
pub(crate) struct TokenBody {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// Passes a page of iRacing's documentation on as it is: `doc`, or what is below it. The request budget comes along in
/// `x-ratelimit-limit`, `-remaining` and `-reset`.
#[utoipa::path(
    get,
    path = "/developer/iracing-api/{*path}",
    tag = "developer",
    params(("path" = String, Path, description = "`doc` or below, such as `doc/results/get`.")),
    responses((status = OK, body = serde_json::Value)),
    security(("session" = []))
)]
pub(crate) async fn documentation(
    State(iracing): State<IracingAccess>,
    Developer(caller): Developer,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let path = &format!("/data/{path}");
    let answer = iracing
        .call(&caller, |data| async move {
            match data.raw(path, &[]).await? {
                RawAnswer { status: 401, .. } => Err(iracing::Error::Unauthorized),
                answer => Ok(answer),
            }
        })
        .await?;
    Ok(passed_on(answer))
}

/// Returns the caller's own access token for iRacing.
#[utoipa::path(
    get,
    path = "/developer/iracing-token",
    tag = "developer",
    responses((status = OK, body = TokenBody)),
    security(("session" = []))
)]
pub(crate) async fn token(
    State(iracing): State<IracingAccess>,
    Developer(caller): Developer,
) -> Result<Json<TokenBody>, ApiError> {
    let AccessToken { secret, expires_at } = iracing.access_token(&caller).await?;
    Ok(Json(TokenBody { access_token: secret.expose().to_owned(), expires_at }))
}

fn passed_on(answer: RawAnswer) -> Response {
    let RawAnswer { status, content_type, rate, body } = answer;
    let mut headers = HeaderMap::new();
    let content_type = content_type.and_then(|kind| HeaderValue::from_str(&kind).ok());
    headers.insert(header::CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    if let Some(rate) = rate {
        for (name, value) in [
            ("x-ratelimit-limit", HeaderValue::from(rate.limit)),
            ("x-ratelimit-remaining", HeaderValue::from(rate.remaining)),
            ("x-ratelimit-reset", HeaderValue::from(rate.reset.as_second())),
        ] {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), headers, body).into_response()
}
