//! The data client, and its handle for one driver.

use crate::{budget::RateBudget, http::HttpClient, links::LinkPolicy, secret::Secret};
use jiff::{SignedDuration, Timestamp};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use url::Url;

/// Where iRacing's own data API is.
pub const DATA_BASE_URL: &str = "https://members-ng.iracing.com";

/// Where the data API is, and what its answers may do.
#[derive(Debug, Clone)]
pub struct DataConfig {
    /// Address that `/data/...` is appended to, such as `https://members-ng.iracing.com`. If it is iRacing's, answers
    /// may link to iRacing's storage over https; otherwise to its own origin alone.
    pub base_url: Url,
    /// Largest body read, decompressed.
    pub max_body_bytes: usize,
}

impl DataConfig {
    /// Bodies up to 64 MiB (the largest recorded is 7 MB).
    pub fn new(base_url: Url) -> Self {
        Self { base_url, max_body_bytes: 64 << 20 }
    }
}

/// The data API. Built once a process; cheap to clone.
#[derive(Clone)]
pub struct DataClient {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) http: HttpClient,
    pub(crate) base_url: String,
    pub(crate) links: LinkPolicy,
    pub(crate) max_body_bytes: usize,
    counts: Counts,
}

impl DataClient {
    /// A client of the data API at `config.base_url`.
    pub fn new(config: &DataConfig, http: HttpClient) -> Self {
        let base_url = config.base_url.as_str().trim_end_matches('/').to_owned();
        let links = LinkPolicy::new(&config.base_url);
        let max_body_bytes = config.max_body_bytes;
        Self { shared: Arc::new(Shared { http, base_url, links, max_body_bytes, counts: Counts::default() }) }
    }

    /// The API as one driver sees it. All handles of a driver in a process must share one budget.
    pub fn for_driver(&self, access_token: Secret, budget: RateBudget) -> DriverData {
        DriverData {
            client: self.clone(),
            access_token,
            budget,
            deadline: None,
            patience: SignedDuration::MAX,
            counts: Arc::default(),
        }
    }

    /// What was sent since the process began, for all drivers.
    pub fn requests(&self) -> Requests {
        self.shared.counts.read()
    }
}

/// The data API as one driver sees it. Cheap to clone; clones share budget and counts.
///
/// Its methods retry by themselves what is likely to succeed at once: lost connections, 5xx, cut-off bodies and expired
/// links. They wait for the driver's request budget.
#[derive(Clone)]
pub struct DriverData {
    pub(crate) client: DataClient,
    pub(crate) access_token: Secret,
    pub(crate) budget: RateBudget,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) patience: SignedDuration,
    counts: Arc<Counts>,
}

impl DriverData {
    /// The same with a limit to waiting: what would wait for the budget beyond `deadline` fails at once with
    /// [`Error::RateLimited`](crate::Error::RateLimited).
    #[must_use]
    pub fn with_deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same with a limit to each single wait: a request that would wait for the budget for longer than `patience`
    /// fails at once with [`Error::RateLimited`](crate::Error::RateLimited).
    #[must_use]
    pub fn with_patience(mut self, patience: SignedDuration) -> Self {
        self.patience = patience;
        self
    }

    /// The same with a fresh access token, counts and budget going on.
    #[must_use]
    pub fn with_access_token(mut self, access_token: Secret) -> Self {
        self.access_token = access_token;
        self
    }

    /// The access token it asks with.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// What was sent through this handle and its clones.
    pub fn requests(&self) -> Requests {
        self.counts.read()
    }

    /// The budget that this handle draws on.
    pub fn budget(&self) -> &RateBudget {
        &self.budget
    }

    pub(crate) fn count_data_request(&self) {
        for counts in [&*self.counts, &self.client.shared.counts] {
            counts.data.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_refusal(&self) {
        for counts in [&*self.counts, &self.client.shared.counts] {
            counts.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_download(&self) {
        for counts in [&*self.counts, &self.client.shared.counts] {
            counts.downloads.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How many requests were sent, repeated ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// To the data API: these count against the budget.
    pub data: u64,
    /// Of these, refused with 429: somebody else draws on the driver's budget, or iRacing has lowered it.
    pub refused: u64,
    /// To its storage (links and chunks): these do not.
    pub downloads: u64,
}

#[derive(Debug, Default)]
struct Counts {
    data: AtomicU64,
    refused: AtomicU64,
    downloads: AtomicU64,
}

impl Counts {
    fn read(&self) -> Requests {
        let [data, refused, downloads] =
            [&self.data, &self.refused, &self.downloads].map(|count| count.load(Ordering::Relaxed));
        Requests { data, refused, downloads }
    }
}
