//! API Gateway: the REST proxy and the WebSocket API. This file has the shapes that both share.

pub(crate) mod connection;
mod management;
pub(crate) mod rest;
pub(crate) mod websocket;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// The stage that every event names.
const STAGE: &str = "prod";

/// An identifier that looks like API Gateway's: 15 characters and an equals sign.
fn random_id() -> String {
    BASE64_STANDARD.encode(&Uuid::new_v4().as_bytes()[..11])
}

/// The last value of each header.
fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
}

/// All values of each header.
fn multi_value_headers(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        all.entry(name.to_string()).or_default().push(text(value.as_bytes()));
    }
    all
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The last value of each query parameter, and all of them.
fn query_parameters(query: Option<&str>) -> (BTreeMap<String, String>, BTreeMap<String, Vec<String>>) {
    let (mut last, mut all) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
    for (name, value) in pairs {
        last.insert(name.clone(), value.clone());
        all.entry(name).or_default().push(value);
    }
    (last, all)
}

/// The part of `requestContext` that is the same in every event.
fn request_context(source_ip: IpAddr, headers: &HeaderMap, now: Timestamp) -> Value {
    let header = |name: &str| headers.get(name).map(|value| text(value.as_bytes()));
    json!({
        "accountId": crate::client_config::ACCOUNT,
        "apiId": "standalone",
        "domainName": header("host"),
        "stage": STAGE,
        "requestId": Uuid::new_v4().to_string(),
        "extendedRequestId": random_id(),
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "requestTimeEpoch": now.as_millisecond(),
        "identity": { "sourceIp": source_ip, "userAgent": header("user-agent") },
    })
}

/// Where a request comes from; loopback if the server does not say.
fn source_ip(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip())
}
