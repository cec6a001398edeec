//! What every request gets: a correlation id, a line in the log, the headers of a careful server; and what every error
//! gets: its body.

use crate::{
    extract::CorrelationId,
    problem::{ApiError, Problem},
    state::State as ApiState,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use runtime::{Clock, correlation_id};
use std::any::Any;
use tracing::{Instrument, field::Empty};

/// Follows a request through all processes.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Names the request, runs it in a span of that name, writes its problem if it has one, and logs how it went.
pub(crate) async fn answer(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let clock = &state.clock;
    let inbound = request.headers().get(&CORRELATION_ID).and_then(|value| value.to_str().ok());
    let correlation_id = correlation_id(inbound);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", method = %request.method(), route, correlation_id, driver = Empty);
    request.extensions_mut().insert(CorrelationId(correlation_id.clone()));
    let started_at = clock.now();
    async {
        let mut response = written(next.run(request).await, &correlation_id, clock);
        let duration_ms = clock.now().duration_since(started_at).as_millis();
        tracing::info!(status = response.status().as_u16(), duration_ms, "answered");
        if let Ok(value) = HeaderValue::from_str(&correlation_id) {
            response.headers_mut().insert(CORRELATION_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

/// Gives an error its body.
fn written(mut response: Response, correlation_id: &str, clock: &Clock) -> Response {
    let told = response.extensions_mut().remove::<Problem>();
    // An answer with a body of its own is not ours to rewrite: the proxy's.
    let bare = || response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind == "text/plain; charset=utf-8");
    let problem = told.or_else(|| bare().then(|| Problem::of_status(response.status()))?);
    let Some(problem) = problem else { return response };
    if let Some(cause) = problem.cause() {
        let code = problem.code();
        match cause {
            ApiError::Internal(_) | ApiError::Store(_) | ApiError::Queue(_) => {
                tracing::error!(error = %cause, code, "request failed");
            }
            _ => tracing::warn!(error = %cause, code, "request failed upstream"),
        }
    }
    let (status, headers, body) = problem.finish(correlation_id, clock.now());
    let (mut parts, _) = response.into_parts();
    parts.status = status;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(headers);
    Response::from_parts(parts, Bytes::from(body).into())
}

/// Makes a problem of a panic.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown".to_owned());
    ApiError::Internal(anyhow::anyhow!("panicked: {words}")).into_response()
}

/// What a browser may do with our answers: read them, nothing else; and keep only those that say so.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
