//! Who is calling, and what the request brings: each a type, so that a handler's signature says who may call it.

use crate::{
    problem::{ApiError, FieldError},
    state::State,
};
use auth::{SessionToken, TokenError};
use axum::{
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, path::ErrorKind, rejection::PathRejection},
    http::{HeaderMap, header, request::Parts},
};
use bytes::Bytes;
use domain::{DriverId, Entitlement};
use serde::de::DeserializeOwned;
use std::{collections::HashMap, convert::Infallible};

/// The id that follows the request.
#[derive(Debug, Clone)]
pub(crate) struct CorrelationId(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for CorrelationId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self(runtime::correlation_id(None))))
    }
}

/// A driver with a good session token. 401 without one.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn(pub(crate) SessionToken);

impl FromRequestParts<State> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        let verified = parts.extensions.remove().unwrap_or_else(|| Verified::of(&parts.headers, state));
        let session = verified.0.map_err(ApiError::NotSignedIn)?;
        tracing::Span::current().record("driver", session.driver_id.0);
        Ok(Self(session))
    }
}

/// What became of the session token of a request: it is verified once, by whoever comes first.
#[derive(Debug, Clone)]
pub(crate) struct Verified(pub(crate) Result<SessionToken, &'static str>);

impl Verified {
    pub(crate) fn of(headers: &HeaderMap, state: &State) -> Self {
        let Some(token) = bearer(headers) else { return Self(Err("a session token is missing")) };
        Self(state.tokens.verify(token, state.clock.now()).map_err(|error| {
            tracing::info!(%error, "session token refused");
            match error {
                TokenError::Expired => "the session token has expired",
                _ => "the session token is not valid",
            }
        }))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The driver of the path's `driver_id`, who is the caller. 401 without a session, 403 for another driver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnDriver(pub(crate) DriverId);

impl FromRequestParts<State> for OwnDriver {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        let invalid = || ApiError::Invalid(vec![FieldError::new("driver_id", "invalid_integer")]);
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, state).await?;
        let named = path.get("driver_id").map(String::as_str).unwrap_or_default();
        if named.parse::<DriverId>().map_err(|_| invalid())? != session.driver_id {
            return Err(ApiError::OtherDriver);
        }
        Ok(Self(session.driver_id))
    }
}

/// A driver to whom an operator granted `developer`. 401 without a session, 403 without the entitlement.
#[derive(Debug, Clone)]
pub(crate) struct Developer(pub(crate) SessionToken);

impl FromRequestParts<State> for Developer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        if session.entitlements.contains(&Entitlement::Developer) {
            Ok(Self(session))
        } else {
            Err(ApiError::NotDeveloper)
        }
    }
}

/// A call that cookies alone identify, from one of our own pages: 403 if the browser says it is another page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPage;

impl FromRequestParts<State> for OwnPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        match parts.headers.get(header::ORIGIN) {
            Some(origin) if !state.allowed_origins.contains(origin) => Err(ApiError::OriginNotAllowed),
            _ => Ok(Self),
        }
    }
}

/// The path's parameters; what cannot be read is told by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let rejection = match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(path) => return Ok(Self(path.0)),
            Err(PathRejection::FailedToDeserializePathParams(rejection)) => rejection,
            Err(rejection) => return Err(ApiError::Internal(rejection.into())),
        };
        Err(ApiError::Invalid(vec![match rejection.into_kind() {
            ErrorKind::ParseErrorAtKey { key, .. } => FieldError::new(key, "invalid_integer"),
            ErrorKind::DeserializeError { key, .. } | ErrorKind::InvalidUtf8InPathParam { key } => {
                FieldError::new(key, "invalid_value")
            }
            refusal => {
                // Ids that are texts are refused without their parameter's name, but the refusal quotes the text.
                let path = RawPathParams::from_request_parts(parts, state).await.ok();
                let refusal = refusal.to_string();
                let mut named = path.iter().flatten().filter(|(_, value)| refusal.contains(&format!("`{value}`")));
                FieldError::new(named.next().map_or("path", |(name, _)| name), "invalid_value")
            }
        }]))
    }
}

/// A JSON body; what cannot be read is told by its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(ApiError::UnsupportedMediaType);
        }
        let Body(body) = Body::from_request(request, state).await?;
        // A list would be taken for the members in their order.
        if body.trim_ascii_start().starts_with(b"[") {
            return Err(ApiError::Invalid(vec![FieldError::new(".", "invalid_value")]));
        }
        let mut json = serde_json::Deserializer::from_slice(&body);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            if error.inner().is_data() {
                ApiError::Invalid(vec![FieldError::new(error.path().to_string(), "invalid_value")])
            } else {
                ApiError::InvalidJson(error.inner().to_string())
            }
        })?;
        json.end().map_err(|error| ApiError::InvalidJson(error.to_string()))?;
        Ok(Self(value))
    }
}

/// The bytes of a body, of no more than the route takes.
#[derive(Debug, Clone)]
pub(crate) struct Body(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => ApiError::TooLarge,
            rejection => ApiError::InvalidJson(rejection.body_text()),
        })
    }
}
