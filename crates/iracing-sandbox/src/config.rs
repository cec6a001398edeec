//! What a sandbox is told when it starts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::careers::Careers;

/// Where the sandbox gets the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How the sandbox behaves and what it serves.
#[derive(Clone)]
pub struct Config {
    /// The address under which browsers and clients reach the [router](crate::Sandbox::router), without a trailing
    /// slash, such as `http://localhost:8080/iracing-sandbox`. Links and the consent form are built from it.
    pub base_url: String,
    /// The one registered OAuth client.
    pub client_id: String,
    /// Its secret, which arrives masked. Empty for a client without one.
    pub client_secret: String,
    /// Registered redirect addresses; compared to the byte.
    pub redirect_uris: Vec<String>,
    /// How long an access token is good for; 600 s at iRacing.
    pub access_token_lifetime: Duration,
    /// How long a refresh token is good for; 7 days at iRacing.
    pub refresh_token_lifetime: Duration,
    /// Counted data requests of a member in a window; 240 at iRacing.
    pub rate_limit: u32,
    /// The window of the rate limit; about a minute at iRacing.
    pub rate_window: Duration,
    /// How long a signed link is good for; 120 s at iRacing.
    pub link_lifetime: Duration,
    /// What there is to read.
    pub content: Content,
    /// The time.
    pub clock: Clock,
}

impl Config {
    /// A client `spinout-local` with the secret `spinout-local-secret`, iRacing's lifetimes and limits, the demo
    /// careers of seed 1, and a clock that stands still in the middle of 2026 until it is replaced.
    pub fn local(base_url: &str, redirect_uris: &[&str]) -> Self {
        let midsummer = Timestamp::from_second(1_782_000_000).unwrap_or_default();
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            client_id: "spinout-local".to_owned(),
            client_secret: "spinout-local-secret".to_owned(),
            redirect_uris: redirect_uris.iter().map(|&uri| uri.to_owned()).collect(),
            access_token_lifetime: Duration::from_secs(600),
            refresh_token_lifetime: Duration::from_secs(604_800),
            rate_limit: 240,
            rate_window: Duration::from_secs(60),
            link_lifetime: Duration::from_secs(120),
            content: Content::Generated(Careers::new(1)),
            clock: Arc::new(move || midsummer),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Config")
            .field("base_url", &self.base_url)
            .field("client_id", &self.client_id)
            .field("client_secret", &"[hidden]")
            .field("redirect_uris", &self.redirect_uris)
            .field("rate_limit", &self.rate_limit)
            .field("rate_window", &self.rate_window)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// What there is to read.
#[derive(Debug, Clone)]
pub enum Content {
    /// Careers that follow from a seed.
    Generated(Careers),
    /// Recorded answers in a folder: `results/get/*.json`, `results/lap_chart_data/*.json` and so on, each a plain
    /// body, an exchange (`{"headers", "content"}`) or an export of the member site.
    Recorded(PathBuf),
    /// Both.
    Both(Careers, PathBuf),
}
