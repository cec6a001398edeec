//! Answers that a browser may keep, and ask about again with `If-None-Match`.

use crate::problem::ApiError;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Asked about each time, because it says something about the caller, but rarely sent again.
pub(crate) const REVALIDATED: &str = "private, no-cache";

/// Good for an hour without asking.
pub(crate) const HOURLY: &str = "private, max-age=3600";

/// Good for a day without asking.
pub(crate) const DAILY: &str = "private, max-age=86400";

/// A body with its tag.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    body: Bytes,
    tag: HeaderValue,
}

impl Tagged {
    /// Writes a body as JSON. The tag is weak, for the body may be sent compressed.
    pub(crate) fn json(body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(body).map_err(|error| ApiError::Internal(error.into()))?;
        let digest: String = Sha256::digest(&body)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let tag =
            HeaderValue::from_str(&format!("W/\"{digest}\"")).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Self { body: body.into(), tag })
    }

    /// The body, or 304 if the caller has it.
    pub(crate) fn reply(self, request: &HeaderMap, cache_control: &'static str) -> Response {
        let Self { body, tag } = self;
        let held = request.get_all(header::IF_NONE_MATCH).iter().any(|held| names(held, &tag));
        let headers = [
            (header::CACHE_CONTROL, HeaderValue::from_static(cache_control)),
            (header::VARY, HeaderValue::from_static("authorization")),
            (header::ETAG, tag),
        ];
        if held {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (headers, content_type, body).into_response()
    }
}

fn names(held: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(held), Ok(tag)) = (held.to_str(), tag.to_str()) else { return false };
    held.split(',').map(str::trim).any(|held| held == "*" || held == tag || Some(held) == tag.strip_prefix("W/"))
}
