//! For developers: iRacing's data API as it answers, and the caller's own token to try it with.

use crate::{
    extract::{Developer, Path},
    iracing_access::{IracingAccess, NEEDED},
    problem::ApiError,
};
use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use iracing::RawAnswer;
use iracing_token::AccessToken;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// iRacing's request budget: how many a minute, how many are left, and when it starts anew, in seconds since the epoch.
pub(crate) const RATE_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];

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

/// Passes on what iRacing's data API answers to a GET: its documentation, or an endpoint that it documents. A signed link
/// is followed. Parameters of the query go along. The request budget comes in `x-ratelimit-limit`, `-remaining` and `-reset`.
#[utoipa::path(
    get,
    path = "/developer/iracing-api/{*path}",
    tag = "developer",
    params(("path" = String, Path, description = "`doc` or below, or `{service}/{endpoint}` such as `results/get`.")),
    responses((status = OK, body = serde_json::Value)),
    security(("session" = []))
)]
pub(crate) async fn iracing_api(
    State(iracing): State<IracingAccess>,
    Developer(caller): Developer,
    Path(path): Path<String>,
    uri: Uri,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    // No documented path needs an escape, so that one is never meant well.
    if uri.path().contains('%') {
        return Err(iracing::Error::PathNotAllowed.into());
    }
    let path = &format!("/data/{path}");
    let query = &query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect::<Vec<_>>();
    let answer = iracing
        .call(&caller, NEEDED, |data| async move {
            match data.raw(path, query).await? {
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
    let RawAnswer { status, json, rate, body } = answer;
    let mut headers = HeaderMap::new();
    // Whatever stands before iRacing may answer HTML, which is not to be a page of ours.
    let content_type = if json { "application/json" } else { "text/plain; charset=utf-8" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(rate) = rate {
        let values = [rate.limit.into(), rate.remaining.into(), rate.reset.as_second().into()];
        headers.extend(RATE_HEADERS.into_iter().zip(values));
    }
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), headers, body).into_response()
}
