use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::clock::{Clock, system_clock};
use crate::function::{Function, InvokeError};
use crate::gateway;

/// The longest request and answer that a Lambda function can take, in bytes.
const MAX_BODY_BYTES: usize = 6 * 1024 * 1024;

/// API Gateway's REST proxy: every request becomes one event of payload version 1.0 for `function`.
///
/// A body that is not text travels as base64, in both directions. A function that fails is answered for with 502, one
/// that takes too long with 504, as API Gateway does.
pub fn rest_gateway(function: Function) -> Router {
    let clock = system_clock();
    Router::new().fallback(move |request: Request| answer(function.clone(), clock.clone(), request))
}

async fn answer(function: Function, clock: Clock, request: Request) -> Response {
    let Some(event) = event(&clock, request).await else {
        return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long");
    };
    match function(event).await {
        Ok(answer) => response(&answer).unwrap_or_else(|| {
            tracing::warn!("the function's answer is not one that API Gateway understands");
            message(StatusCode::BAD_GATEWAY, "Internal server error")
        }),
        Err(InvokeError::TimedOut) => message(StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out"),
        Err(error) => {
            tracing::warn!(%error, "a function behind the REST gateway failed");
            message(StatusCode::BAD_GATEWAY, "Internal server error")
        }
    }
}

fn message(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "message": text }))).into_response()
}

/// The request as an event; nothing if it is too long.
async fn event(clock: &Clock, request: Request) -> Option<Value> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.ok()?;
    let (body, is_base64_encoded) = match String::from_utf8(body.into()) {
        Ok(text) if text.is_empty() => (None, false),
        Ok(text) => (Some(text), false),
        Err(binary) => (Some(BASE64_STANDARD.encode(binary.as_bytes())), true),
    };
    let path = parts.uri.path();
    let (resource, path_parameters) = match path.trim_start_matches('/') {
        "" => ("/", Value::Null),
        proxy => ("/{proxy+}", json!({ "proxy": proxy })),
    };
    let (query, multi_value_query) = gateway::query_parameters(parts.uri.query());
    let method = parts.method.as_str();
    let mut context = gateway::request_context(gateway::source_ip(&parts.extensions), &parts.headers, clock());
    context["resourcePath"] = resource.into();
    context["path"] = format!("/{}{path}", gateway::STAGE).into();
    context["httpMethod"] = method.into();
    context["protocol"] = "HTTP/1.1".into();
    Some(json!({
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": gateway::headers(&parts.headers),
        "multiValueHeaders": gateway::multi_value_headers(&parts.headers),
        "queryStringParameters": query,
        "multiValueQueryStringParameters": multi_value_query,
        "pathParameters": path_parameters,
        "stageVariables": null,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": is_base64_encoded,
    }))
}

/// The function's answer as a response; nothing if it is malformed.
fn response(answer: &Value) -> Option<Response> {
    let status = StatusCode::from_u16(u16::try_from(answer.get("statusCode")?.as_u64()?).ok()?).ok()?;
    let text = answer["body"].as_str().unwrap_or_default();
    let body = if answer["isBase64Encoded"].as_bool() == Some(true) {
        Bytes::from(BASE64_STANDARD.decode(text).ok()?)
    } else {
        Bytes::copy_from_slice(text.as_bytes())
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        headers.insert(header_name(name)?, HeaderValue::from_str(&header_text(value)).ok()?);
    }
    for (name, values) in answer["multiValueHeaders"].as_object().into_iter().flatten() {
        let name = header_name(name)?;
        headers.remove(&name);
        for value in values.as_array()? {
            headers.append(name.clone(), HeaderValue::from_str(&header_text(value)).ok()?);
        }
    }
    // The server that carries this response states its length itself.
    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
    Some(response)
}

fn header_name(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).ok()
}

/// API Gateway takes numbers and booleans for header values too.
fn header_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
