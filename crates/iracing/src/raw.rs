//! What the developer's proxy passes on: iRacing's documentation, unread.

use crate::{
    budget::RateHeaders,
    client::DriverData,
    error::Error,
    http::{rate_headers, read_body},
};
use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;

/// An answer as iRacing gave it, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Its `content-type`.
    pub content_type: Option<String>,
    /// The request budget after it.
    pub rate: Option<RateHeaders>,
    /// The body.
    pub body: Bytes,
}

impl DriverData {
    /// Passes on one GET of `/data/doc` or below. No other part of iRacing can be reached through it.
    pub async fn raw(&self, path: &str, query: &[(&str, String)]) -> Result<RawAnswer, Error> {
        if !is_doc_path(path) {
            return Err(Error::PathNotAllowed);
        }
        let response = self.send(self.address(path, query)?, path).await?;
        let status = response.status().as_u16();
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let rate = rate_headers(response.headers());
        let body = read_body(response, self.client.shared.max_body_bytes, path).await?;
        Ok(RawAnswer { status, content_type, rate, body })
    }
}

/// An allow-list: words of letters, digits, `_` and `-` below `/data/doc`.
fn is_doc_path(path: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    match path.strip_prefix("/data/doc") {
        Some("") => true,
        Some(below) => below.strip_prefix('/').is_some_and(|words| words.split('/').all(is_word)),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_and_what_is_below_it_pass() {
        for path in ["/data/doc", "/data/doc/car", "/data/doc/results/search_series", "/data/doc/car/get-2"] {
            assert!(is_doc_path(path), "{path}");
        }
    }

    #[test]
    fn path_tricks_do_not_pass() {
        for path in [
            "",
            "/",
            "/data",
            "/data/docs",
            "/data/doc/",
            "/data/doc//car",
            "//data/doc",
            "/data/doc/..",
            "/data/doc/../car/get",
            "/data/doc/./car",
            "/data/doc/%2e%2e/car/get",
            "/data/doc/%2E%2E%2Fcar",
            "/data/doc/..%2fcar",
            "/data/doc/car\\get",
            "/data/doc\\..\\car",
            "/data/doc?x=1",
            "/data/doc/car?x=1",
            "/data/doc#x",
            "/data/doc/car get",
            "/data/doc/\u{430}",
            "/data/doc/car\n",
            "data/doc",
            "/data/car/get",
            "/data/doc@evil.example",
            "https://evil.example/data/doc",
        ] {
            assert!(!is_doc_path(path), "{path:?}");
        }
    }
}
