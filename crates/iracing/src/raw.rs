//! What the developer's proxy passes on: iRacing's documentation and the services that it describes, unread.

use crate::{
    budget::RateHeaders,
    client::DriverData,
    error::Error,
    http::{rate_headers, read_body},
    wire,
};
use bytes::Bytes;
use serde::Deserialize;

/// Services that iRacing documents under `/data/doc` (31 December 2025).
const SERVICES: [&str; 16] = [
    "car",
    "carclass",
    "constants",
    "driver_stats_by_category",
    "hosted",
    "league",
    "lookup",
    "member",
    "results",
    "season",
    "series",
    "session",
    "stats",
    "team",
    "time_attack",
    "track",
];

/// An answer as iRacing gave it, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Whether the body is an object or an array of JSON; some answers are CSV.
    pub json: bool,
    /// The request budget after it.
    pub rate: Option<RateHeaders>,
    /// The body.
    pub body: Bytes,
}

/// An answer that only says where the answer is.
#[derive(Deserialize)]
struct Link {
    link: String,
}

impl DriverData {
    /// Passes on one GET of `/data/doc` or below, or of an endpoint of a documented service; a signed link that it
    /// answers is followed, without the access token. No other part of iRacing can be reached through it.
    pub async fn raw(&self, path: &str, query: &[(&str, String)]) -> Result<RawAnswer, Error> {
        let path = allowed(path).ok_or(Error::PathNotAllowed)?;
        let response = self.send(self.address(path.text(), query)?, path.text()).await?;
        let status = response.status().as_u16();
        let rate = rate_headers(response.headers());
        let mut body = read_body(response, self.client.shared.max_body_bytes, path.text()).await?;
        if let (Allowed::Service(path), 200, Ok(Link { link })) = (path, status, serde_json::from_slice(&body)) {
            body = self.download(&link, path, |body| Ok(Bytes::copy_from_slice(body))).await?;
        }
        let start = wire::without_byte_order_mark(&body).trim_ascii_start();
        let json = matches!(start.first(), Some(b'{' | b'['));
        Ok(RawAnswer { status, json, rate, body })
    }
}

/// A path that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed<'a> {
    /// The documentation; links in it are part of the text.
    Documentation(&'a str),
    /// An endpoint of a service.
    Service(&'a str),
}

impl<'a> Allowed<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Documentation(path) | Self::Service(path) => path,
        }
    }
}

/// An allow-list: words of letters, digits, `_` and `-` below `/data/doc`, or one below a documented service.
fn allowed(path: &str) -> Option<Allowed<'_>> {
    let is_word = |word: &&str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let words: Vec<&str> = path.strip_prefix("/data/")?.split('/').collect();
    if !words.iter().all(is_word) {
        return None;
    }
    match words[..] {
        ["doc", ..] => Some(Allowed::Documentation(path)),
        [service, _] if SERVICES.contains(&service) => Some(Allowed::Service(path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_and_what_is_below_it_pass() {
        for path in ["/data/doc", "/data/doc/car", "/data/doc/results/search_series", "/data/doc/car/get-2"] {
            assert_eq!(allowed(path), Some(Allowed::Documentation(path)));
        }
    }

    #[test]
    fn endpoints_of_documented_services_pass() {
        for path in ["/data/car/get", "/data/driver_stats_by_category/oval", "/data/results/lap_chart_data"] {
            assert_eq!(allowed(path), Some(Allowed::Service(path)));
        }
    }

    #[test]
    fn path_tricks_and_unknown_services_do_not_pass() {
        for path in [
            "",
            "/",
            "/data",
            "/data/",
            "/data/docs",
            "/data/doc/",
            "/data/doc//car",
            "//data/doc",
            "/data//car/get",
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
            "/data/doc@evil.example",
            "https://evil.example/data/doc",
            "/data/https://evil.example/car/get",
            "/data/car",
            "/data/car/",
            "/data/car/get/",
            "/data/car/get/more",
            "/data/car/../member/info",
            "/data/car/..",
            "/data/car%2fget",
            "/data/car/get%00",
            "/data/car/get?x=1",
            "/data/car;/get",
            "/data/../oauth2/token",
            "/data/admin/users",
            "/data/Car/get",
        ] {
            assert_eq!(allowed(path), None, "{path:?}");
        }
    }
}
