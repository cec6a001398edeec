//! The `iracing-sandbox` program: serves a sandbox on a port of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use iracing_sandbox::{Careers, Config, Content, Sandbox};
use tracing_subscriber::EnvFilter;

/// A stand-in for iRacing: OAuth with a consent page, and the data API with generated careers or recorded files.
///
/// Point a client at BASE_URL/oauth2 and BASE_URL (for /data), with the client id and secret below. Nothing is stored:
/// the same seed gives the same races at every start, and sign-ins outlive a restart.
///
/// FAULTS are given as NAME=JSON, any number of times, and can be changed while it runs: GET, POST (a JSON object of
/// the fields to change, null to switch off) and DELETE at BASE_URL/sandbox/faults. GET BASE_URL/sandbox/counts tells
/// what was asked for.
///
///   latency_ms=50                                   every answer is late
///   unauthorized_after=100                          each access token is good for so many data requests
///   rate_limited={"requests":3,"reset_seconds":20}  the next requests get 429
///   maintenance=on | {"requests":5}                 503 with the maintenance body
///   gateway_timeouts=2                              the next data requests get 504 and HTML
///   expired_links=1  cut_off_chunks=1  missing_chunks=1  invalid_json=1
///   late_results={"82263872":"2026-01-01T12:00:00Z"}     not listed and 404 before
///   late_laps={...}  changed_results={...}          no laps before; a penalty from then on
///   failing_races={"82263872":500}                  every request about that race fails
///   unknown_fields=true  failing_assets=true  revoked_refresh=true
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment)]
struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The address under which browsers and clients reach it [default: http://localhost:<port>]
    #[arg(long)]
    base_url: Option<String>,
    /// The seed of the generated careers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A folder of recorded answers (results/get/*.json and so on), served beside the careers.
    #[arg(long, value_name = "DIR")]
    recorded: Option<PathBuf>,
    /// Serve recorded answers only.
    #[arg(long, requires = "recorded")]
    no_careers: bool,
    /// The OAuth client id.
    #[arg(long, default_value = "spinout-local")]
    client_id: String,
    /// The OAuth client secret, empty for none.
    #[arg(long, default_value = "spinout-local-secret")]
    client_secret: String,
    /// A registered redirect address; repeat for more.
    #[arg(long = "redirect-uri", value_name = "URI", default_values_t = default_redirect_uris())]
    redirect_uris: Vec<String>,
    /// Lifetime of access tokens in seconds.
    #[arg(long, default_value_t = 600)]
    access_token_lifetime: u64,
    /// Lifetime of refresh tokens in seconds.
    #[arg(long, default_value_t = 604_800)]
    refresh_token_lifetime: u64,
    /// Data requests of a member in a window.
    #[arg(long, default_value_t = 240)]
    rate_limit: u32,
    /// The window of the rate limit in seconds.
    #[arg(long, default_value_t = 60)]
    rate_window: u64,
    /// Lifetime of signed links in seconds.
    #[arg(long, default_value_t = 120)]
    link_lifetime: u64,
    /// A fault to switch on, as NAME=JSON; repeat for more.
    #[arg(long = "fault", value_name = "NAME=JSON")]
    faults: Vec<String>,
    /// What to log, as a filter such as `info` or `iracing_sandbox=debug`.
    #[arg(long, default_value = "info")]
    log_level: String,
}

fn default_redirect_uris() -> Vec<String> {
    ["http://localhost:8080/auth/ir/callback", "http://localhost:5173/auth/ir/callback"].map(str::to_owned).to_vec()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_new(&arguments.log_level).context("--log-level")?;
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let listener = tokio::net::TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let port = listener.local_addr()?.port();
    let base_url = arguments.base_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"));
    let sandbox = Sandbox::new(config(&arguments, &base_url))?;
    for fault in &arguments.faults {
        sandbox.faults().set_from_text(fault)?;
    }
    for member in sandbox.members() {
        tracing::info!(cust_id = member.cust_id, name = member.display_name, races = member.races, "demo driver");
    }
    tracing::info!(base_url, "iracing-sandbox is ready");
    axum::serve(listener, sandbox.router()).await.context("serving")
}

#[expect(clippy::disallowed_methods, reason = "this program depends on nothing of ours, so it has no other clock")]
fn config(arguments: &Arguments, base_url: &str) -> Config {
    let careers = Careers::new(arguments.seed);
    Config {
        client_id: arguments.client_id.clone(),
        client_secret: arguments.client_secret.clone(),
        redirect_uris: arguments.redirect_uris.clone(),
        access_token_lifetime: Duration::from_secs(arguments.access_token_lifetime),
        refresh_token_lifetime: Duration::from_secs(arguments.refresh_token_lifetime),
        rate_limit: arguments.rate_limit,
        rate_window: Duration::from_secs(arguments.rate_window),
        link_lifetime: Duration::from_secs(arguments.link_lifetime),
        content: match &arguments.recorded {
            None => Content::Generated(careers),
            Some(folder) if arguments.no_careers => Content::Recorded(folder.clone()),
            Some(folder) => Content::Both(careers, folder.clone()),
        },
        clock: Arc::new(jiff::Timestamp::now),
        ..Config::local(base_url, &[])
    }
}
