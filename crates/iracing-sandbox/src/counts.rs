//! What was asked of the sandbox.

use std::collections::BTreeMap;

use serde::Serialize;

/// How often things were asked for since the sandbox started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Data requests that the rate limit counts; refused ones are not among them.
    pub data_requests: u64,
    /// The same by endpoint, such as `results/get`.
    pub data_requests_by_endpoint: BTreeMap<String, u64>,
    /// Data requests refused with 401.
    pub unauthorized: u64,
    /// Data requests refused with 429.
    pub rate_limited: u64,
    /// Downloads of linked bodies, which the rate limit does not count.
    pub link_downloads: u64,
    /// Downloads of chunks, which the rate limit does not count.
    pub chunk_downloads: u64,
    /// Pictures and layers of track maps, which the rate limit does not count.
    pub asset_downloads: u64,
    /// Token requests by grant, such as `refresh_token`, whatever came of them.
    pub token_requests: BTreeMap<String, u64>,
}
