//! The one place where errors become answers: problem bodies as RFC 9457 has them.

use crate::bodies::journal::JournalEntryBody;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use iracing::OAuthError;
use iracing_token::TokenError;
use jiff::{SignedDuration, Timestamp};
use messaging::{QueueError, RunBody};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use store::StoreError;
use thiserror::Error;
use utoipa::ToSchema;

/// The media type of every error.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What problem types begin with; the code follows.
const TYPE: &str = "urn:spinout:problem:";

/// What the driver is told when the fault is ours.
const INTERNAL: &str = "something went wrong on our side; the correlation id helps us to find it";

const MAINTENANCE_PAUSE: SignedDuration = SignedDuration::from_mins(5);
const UPSTREAM_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const TABLE_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// Everything that a request can fail with. The text is for people, and names no secret.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    /// Parameters or members of the body are wrong.
    #[error("the request has invalid fields")]
    Invalid(Vec<FieldError>),
    /// The body is not JSON.
    #[error("the body is not JSON: {0}")]
    InvalidJson(String),
    /// The body is said to be something else than JSON.
    #[error("the body has to be application/json")]
    UnsupportedMediaType,
    /// The body is too large.
    #[error("the body is larger than this route takes")]
    TooLarge,
    /// No session token, or one that is not good; or no refresh cookie.
    #[error("{0}")]
    NotSignedIn(&'static str),
    /// The path names another driver than the caller.
    #[error("this belongs to another driver")]
    OtherDriver,
    /// The caller lacks the entitlement `developer`.
    #[error("this needs the entitlement developer")]
    NotDeveloper,
    /// A page of somewhere else used the driver's cookies.
    #[error("the page's origin is not allowed")]
    OriginNotAllowed,
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The session is known, its laps are not.
    #[error("no laps of this are stored")]
    NoLaps,
    /// Another page wrote to the journal, or deleted from it, since this one read it.
    #[error("the entry has changed since it was read")]
    JournalConflict(Option<Box<JournalEntryBody>>),
    /// There is no such route.
    #[error("there is no such route")]
    NoSuchRoute,
    /// The route knows other methods.
    #[error("the route does not know the method")]
    MethodNotAllowed,
    /// The sign-in took too long, or began in another browser.
    #[error("the sign-in has expired, or began in another browser")]
    SignInExpired,
    /// iRacing's answer belongs to another sign-in.
    #[error("the answer belongs to another sign-in")]
    StateMismatch,
    /// iRacing does not take the code.
    #[error("iracing did not accept the code")]
    CodeRejected,
    /// The driver did not grant what we need.
    #[error("iracing did not grant access to the driver's data")]
    AccessNotGranted,
    /// We are signed in here, but no longer at iRacing.
    #[error("iracing no longer accepts the sign-in: sign in again")]
    IracingSignInRequired,
    /// A run is under way, or the last one has just ended.
    #[error("an ingestion is under way or has just ended")]
    IngestionBusy {
        /// The run that is under way.
        run: Option<Box<RunBody>>,
        /// When the next one may begin, as far as is known.
        until: Timestamp,
    },
    /// The driver or the address has asked too often.
    #[error("too many requests: try again later")]
    TooManyRequests {
        /// When the next request is answered.
        until: Timestamp,
    },
    /// A file is no result of an event.
    #[error("{0}")]
    Unreadable(String),
    /// The event was practice only.
    #[error("the session had no race")]
    NoRace,
    /// The event's result does not name the caller.
    #[error("the result does not name the driver")]
    DriverNotInResult(Vec<NamedEntrant>),
    /// iRacing's data API gave no usable answer.
    #[error("iracing: {0}")]
    Iracing(#[from] iracing::Error),
    /// iRacing's OAuth gave no usable answer.
    #[error("iracing's sign-in: {0}")]
    OAuth(#[from] OAuthError),
    /// The table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue took no message.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A fault of ours.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// One invalid field; the code is for the page to translate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Name of the parameter, or path into the body.
    pub(crate) field: String,
    /// `required`, `invalid_integer`, `invalid_time`, `out_of_range`, `end_before_start`, `invalid_value`,
    /// `invalid_cursor` and the like.
    #[schema(value_type = String)]
    pub(crate) code: &'static str,
    /// What the code speaks of, such as `min` and `max`.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub(crate) params: BTreeMap<&'static str, String>,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, params: BTreeMap::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }
}

/// Somebody who took part in a race that was offered for import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedEntrant {
    /// Their customer id.
    pub(crate) driver_id: i64,
    /// Their name.
    pub(crate) name: String,
}

/// An error, as RFC 9457 has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// `urn:spinout:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened, in English words.
    detail: String,
    /// What happened, to branch on.
    code: &'static str,
    /// To be named when asking for help; also in `X-Correlation-ID`.
    correlation_id: String,
    /// The invalid fields of a request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// With `driver_not_in_result`: who took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    entrants: Option<Vec<NamedEntrant>>,
    /// With `ingestion_active`: the run that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Box<RunBody>>,
    /// With `conflict`: the entry as it is now; absent if it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<Box<JournalEntryBody>>,
}

/// When the same request may succeed.
#[derive(Debug, Clone, Copy)]
enum Retry {
    After(SignedDuration),
    At(Timestamp),
}

/// A problem on its way out: everything but what only [`crate::answering`] knows.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    entrants: Option<Vec<NamedEntrant>>,
    run: Option<Box<RunBody>>,
    entry: Option<Box<JournalEntryBody>>,
    retry: Option<Retry>,
    /// What the log says about it, if it is worth a line of its own.
    cause: Option<Arc<ApiError>>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            entrants: None,
            run: None,
            entry: None,
            retry: None,
            cause: None,
        }
    }

    fn retry_after(mut self, pause: SignedDuration) -> Self {
        self.retry = Some(Retry::After(pause));
        self
    }

    /// The problem that stands for a bare status, as routing and limits answer it.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(ApiError::NoSuchRoute.into()),
            StatusCode::METHOD_NOT_ALLOWED => Some(ApiError::MethodNotAllowed.into()),
            StatusCode::PAYLOAD_TOO_LARGE => Some(ApiError::TooLarge.into()),
            _ => None,
        }
    }

    pub(crate) fn cause(&self) -> Option<&ApiError> {
        self.cause.as_deref()
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The answer's status, headers and body.
    pub(crate) fn finish(&self, correlation_id: &str, now: Timestamp) -> (StatusCode, HeaderMap, Vec<u8>) {
        let Self { status, code, detail, errors, entrants, run, entry, retry, cause: _ } = self.clone();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(retry) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry.seconds(now)));
        }
        let body = ProblemBody {
            kind: format!("{TYPE}{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail,
            code,
            correlation_id: correlation_id.to_owned(),
            errors,
            entrants,
            run,
            entry,
        };
        (status, headers, serde_json::to_vec(&body).unwrap_or_default())
    }
}

impl Retry {
    /// Whole seconds, at least one, rounded up.
    fn seconds(self, now: Timestamp) -> u64 {
        let wait = match self {
            Self::After(pause) => pause,
            Self::At(moment) => moment.duration_since(now),
        };
        u64::try_from(wait.as_millis()).map_or(1, |millis| millis.div_ceil(1000).max(1))
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        use StatusCode as S;
        let text = error.to_string();
        match error {
            ApiError::Invalid(errors) => Self { errors, ..Self::new(S::BAD_REQUEST, "invalid_input", text) },
            ApiError::InvalidJson(_) => Self::new(S::BAD_REQUEST, "invalid_json", text),
            ApiError::UnsupportedMediaType => Self::new(S::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", text),
            ApiError::TooLarge => Self::new(S::PAYLOAD_TOO_LARGE, "too_large", text),
            ApiError::NotSignedIn(_) => Self::new(S::UNAUTHORIZED, "not_signed_in", text),
            ApiError::OtherDriver => Self::new(S::FORBIDDEN, "other_driver", text),
            ApiError::NotDeveloper => Self::new(S::FORBIDDEN, "not_a_developer", text),
            ApiError::OriginNotAllowed => Self::new(S::FORBIDDEN, "origin_not_allowed", text),
            ApiError::NotFound(_) => Self::new(S::NOT_FOUND, "not_found", text),
            ApiError::NoLaps => Self::new(S::NOT_FOUND, "no_laps", text),
            ApiError::JournalConflict(entry) => Self { entry, ..Self::new(S::CONFLICT, "conflict", text) },
            ApiError::NoSuchRoute => Self::new(S::NOT_FOUND, "no_such_route", text),
            ApiError::MethodNotAllowed => Self::new(S::METHOD_NOT_ALLOWED, "method_not_allowed", text),
            ApiError::SignInExpired => Self::new(S::BAD_REQUEST, "sign_in_expired", text),
            ApiError::StateMismatch => Self::new(S::BAD_REQUEST, "state_mismatch", text),
            ApiError::CodeRejected => Self::new(S::BAD_REQUEST, "code_rejected", text),
            ApiError::AccessNotGranted => Self::new(S::BAD_REQUEST, "access_not_granted", text),
            ApiError::IracingSignInRequired => Self::new(S::CONFLICT, "iracing_sign_in_required", text),
            ApiError::IngestionBusy { run, until } => {
                let code = if run.is_some() { "ingestion_active" } else { "ingestion_cooling_down" };
                Self { run, retry: Some(Retry::At(until)), ..Self::new(S::TOO_MANY_REQUESTS, code, text) }
            }
            ApiError::TooManyRequests { until } => {
                Self { retry: Some(Retry::At(until)), ..Self::new(S::TOO_MANY_REQUESTS, "too_many_requests", text) }
            }
            ApiError::Unreadable(_) => Self::new(S::UNPROCESSABLE_ENTITY, "unreadable", text),
            ApiError::NoRace => Self::new(S::UNPROCESSABLE_ENTITY, "no_race", text),
            ApiError::DriverNotInResult(entrants) => {
                Self { entrants: Some(entrants), ..Self::new(S::UNPROCESSABLE_ENTITY, "driver_not_in_result", text) }
            }
            ApiError::Iracing(ref upstream) => Self::of_iracing(upstream)
                .unwrap_or_else(|| Self::new(S::BAD_GATEWAY, "iracing_failed", text))
                .logged(error),
            ApiError::OAuth(ref upstream) => Self::of_oauth(upstream).logged(error),
            ApiError::Store(StoreError::Cursor) => {
                ApiError::Invalid(vec![FieldError::new("cursor", "invalid_cursor")]).into()
            }
            ApiError::Store(ref cause) if cause.is_transient() => {
                Self::new(S::SERVICE_UNAVAILABLE, "unavailable", INTERNAL).retry_after(TABLE_PAUSE).logged(error)
            }
            ApiError::Queue(_) => {
                Self::new(S::SERVICE_UNAVAILABLE, "unavailable", INTERNAL).retry_after(UPSTREAM_PAUSE).logged(error)
            }
            ApiError::Store(_) | ApiError::Internal(_) => {
                Self::new(S::INTERNAL_SERVER_ERROR, "internal", INTERNAL).logged(error)
            }
        }
    }
}

impl Problem {
    fn logged(self, cause: ApiError) -> Self {
        Self { cause: Some(Arc::new(cause)), ..self }
    }

    /// `None` for what no driver can do anything about.
    fn of_iracing(error: &iracing::Error) -> Option<Self> {
        let unavailable =
            |code, detail: &str| Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(UPSTREAM_PAUSE);
        match error {
            iracing::Error::Unauthorized => Some(ApiError::IracingSignInRequired.into()),
            iracing::Error::RateLimited { retry_at } => Some(Self {
                retry: Some(Retry::At(*retry_at)),
                ..unavailable("iracing_rate_limited", "iracing wants us to wait")
            }),
            iracing::Error::Maintenance => {
                Some(unavailable("iracing_maintenance", "iracing is under maintenance").retry_after(MAINTENANCE_PAUSE))
            }
            iracing::Error::PathNotAllowed => Some(ApiError::NotFound("documented endpoint of iracing").into()),
            error if error.is_retryable() => Some(unavailable("iracing_unavailable", "iracing does not answer")),
            _ => None,
        }
    }

    fn of_oauth(error: &OAuthError) -> Self {
        let unavailable = |detail: &str| Self::new(StatusCode::SERVICE_UNAVAILABLE, "iracing_unavailable", detail);
        match error {
            OAuthError::InvalidGrant | OAuthError::Denied(_) => ApiError::CodeRejected.into(),
            OAuthError::InvalidToken => ApiError::AccessNotGranted.into(),
            OAuthError::Unavailable(_) => unavailable("iracing's sign-in does not answer").retry_after(UPSTREAM_PAUSE),
            OAuthError::RateLimited { retry_after } => unavailable("iracing's sign-in wants us to wait")
                .retry_after(SignedDuration::try_from(*retry_after).unwrap_or(UPSTREAM_PAUSE)),
            OAuthError::InvalidClient { .. } | OAuthError::Unexpected { .. } => {
                Self::new(StatusCode::BAD_GATEWAY, "iracing_failed", "iracing's sign-in answered unexpectedly")
            }
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::SignInRequired => Self::IracingSignInRequired,
            TokenError::Upstream(error) => Self::OAuth(error),
            TokenError::Store(error) => Self::Store(error),
            TokenError::Seal(error) => Self::Internal(error.into()),
        }
    }
}

/// The answer is written by [`crate::answering`], which knows the correlation id and the time.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem::from(self);
        let mut response = problem.status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}
