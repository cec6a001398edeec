//! What can go wrong between us and the data API.

use jiff::Timestamp;
use thiserror::Error;

/// Why the data API gave no usable answer. No text of it holds a token or a signed address.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// 401: the access token is unknown or has expired. Refresh once, then ask the driver to sign in.
    #[error("the access token was refused")]
    Unauthorized,
    /// 403: not for this driver, such as a result restricted to a league.
    #[error("{endpoint} is forbidden for this driver")]
    Forbidden {
        /// Path of the request.
        endpoint: String,
    },
    /// 404: no such subsession, or no such service.
    #[error("{endpoint} was not found")]
    NotFound {
        /// Path of the request.
        endpoint: String,
    },
    /// 400: iRacing does not like a parameter.
    #[error("{endpoint} was refused as a bad request: {detail}")]
    BadRequest {
        /// Path of the request.
        endpoint: String,
        /// What iRacing says about it.
        detail: String,
    },
    /// The driver's request budget is used up for longer than the caller would wait.
    #[error("the request budget is used up until {retry_at}")]
    RateLimited {
        /// When to try again.
        retry_at: Timestamp,
    },
    /// 503 with iRacing's note: maintenance, for minutes or hours.
    #[error("iracing is under maintenance")]
    Maintenance,
    /// Another failure of iRacing or of what stands before it, such as a 504 page in HTML.
    #[error("{endpoint} failed upstream with status {status}")]
    Upstream {
        /// Path of the request.
        endpoint: String,
        /// HTTP status.
        status: u16,
    },
    /// No answer at all: connection refused or lost, time-out.
    #[error("no answer from {endpoint}: {detail}")]
    Transport {
        /// Path of the request.
        endpoint: String,
        /// What happened, without addresses.
        detail: String,
    },
    /// Storage refused a signed link again and again, as it does after two minutes.
    #[error("the link of {endpoint} has expired")]
    LinkExpired {
        /// Path of the request.
        endpoint: String,
    },
    /// An answer that was cut off, also when asked for again.
    #[error("the answer of {endpoint} was cut off: {detail}")]
    Truncated {
        /// Path of the request.
        endpoint: String,
        /// Where it broke off.
        detail: String,
    },
    /// An answer of an unexpected shape.
    #[error("the answer of {endpoint} has an unexpected shape: {detail}")]
    Shape {
        /// Path of the request.
        endpoint: String,
        /// Path into the JSON, and what is wrong there.
        detail: String,
    },
    /// A success that holds nothing yet: results come minutes after the race.
    #[error("{endpoint} has nothing yet")]
    NotReady {
        /// Path of the request.
        endpoint: String,
    },
    /// The answer refers to an address that is not iRacing's storage. It was not visited.
    #[error("{endpoint} links to {host}, which is not iracing's storage")]
    ForeignLink {
        /// Path of the request.
        endpoint: String,
        /// The host, or what stands for it.
        host: String,
    },
    /// A body above the ceiling.
    #[error("the answer of {endpoint} is larger than {limit} bytes")]
    TooLarge {
        /// Path of the request.
        endpoint: String,
        /// The ceiling.
        limit: usize,
    },
    /// A path that the developer's proxy does not pass on.
    #[error("only /data/doc and the services that it documents can be asked for")]
    PathNotAllowed,
}

impl Error {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Maintenance
            | Self::Transport { .. }
            | Self::LinkExpired { .. }
            | Self::Truncated { .. }
            | Self::NotReady { .. } => true,
            Self::Upstream { status, .. } => *status >= 500 || *status == 408,
            Self::Unauthorized
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::BadRequest { .. }
            | Self::Shape { .. }
            | Self::ForeignLink { .. }
            | Self::TooLarge { .. }
            | Self::PathNotAllowed => false,
        }
    }
}
