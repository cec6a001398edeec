//! The command line of `spinout`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::{DriverId, Entitlement};
use url::Url;

use crate::config::parse_public_url;

/// Ten times what iRacing allows: nobody wants to wait a quarter of an hour for a demo career.
pub(crate) const DEMO_RATE_LIMIT: u32 = 2_400;

const ENVIRONMENT: &str = "\
Environment:
  Every option can be given by the variable that its help names. Further variables:

  IRACING_CLIENT_ID, IRACING_CLIENT_SECRET
          Credentials of an OAuth client of iRacing, both or none. With them the real iRacing is asked and the
          sandbox is off. The client's redirect address has to be <public URL>/auth/ir/callback.
  IRACING_OAUTH_BASE_URL, IRACING_DATA_BASE_URL
          Where iRacing's services are, if not at https://oauth.iracing.com/oauth2 and
          https://members-ng.iracing.com; only together with the credentials.
  INGESTION_COOLDOWN_SECONDS, INGESTION_LOCK_DURATION_SECONDS, SEARCH_WINDOW_IN_DAYS
          How the import works: pause between two syncs of a driver (300), after how long a silent worker counts as
          dead (900), length of one search (90).
  RATE_LIMITS, TRUSTED_PROXIES
          Whether a driver or an address that asks too often is refused (true), and how many reverse proxies in
          front of this add the address that they saw to X-Forwarded-For (0).

Examples:
  spinout
          Start everything on http://localhost:8080, with demo drivers to sign in as
  spinout --public-url https://races.example.org --listen 127.0.0.1:8080
          The same behind a reverse proxy that does TLS
  spinout import ~/Downloads/eventresult-*.json --driver 411093
          Add races from files that iRacing's member site exports";

/// What was asked for on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "spinout",
    version,
    about = "A race log for iRacing drivers, complete in one program",
    long_about = "A race log for iRacing drivers, complete in one program: pages, API, live updates and the worker that \
                  imports careers, over files in one data folder. It needs no account and no other software. Unless \
                  iRacing's OAuth credentials are given, a sandbox plays iRacing, with demo drivers to sign in as.",
    after_long_help = ENVIRONMENT,
    after_help = "`spinout --help` explains more, the environment variables included.",
    args_conflicts_with_subcommands = true
)]
pub struct CommandLine {
    /// What to do; to run, if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of running.
    #[command(flatten)]
    pub run: RunOptions,
}

/// What `spinout` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start everything and serve it until Ctrl-C (the default)
    Run(RunOptions),
    /// Add races from event results that iRacing's member site exports
    Import(ImportOptions),
    /// Grant or revoke what a driver may do beyond the ordinary
    Admin(AdminOptions),
    /// List the drivers who have signed in
    Drivers(CommonOptions),
    /// List the messages that were given up after failing too often
    DeadLetters(DeadLetterOptions),
    /// Send the messages that were given up back to work
    Redrive(DeadLetterOptions),
    /// Serve the REST API alone, over AWS, with the environment of the deployed function (`make run-rest-api`)
    RestApi(RestApiOptions),
    /// Write the API's OpenAPI description to standard output
    Openapi,
}

/// What every command that touches data needs to know.
#[derive(Debug, Clone, Args)]
pub struct CommonOptions {
    /// Folder of table, queue and keys; made on first use, readable by you alone
    #[arg(long, env = "SPINOUT_DATA_DIR", value_name = "FOLDER", default_value = "./data")]
    pub data_dir: PathBuf,
    /// How much to log: error, warn, info, debug, trace, or directives such as info,ingestion=debug
    #[arg(long, env = "LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
}

/// Options of `spinout run`.
#[derive(Debug, Clone, Args)]
pub struct RunOptions {
    /// Folder and logging.
    #[command(flatten)]
    pub common: CommonOptions,
    /// Where to listen; anything but a loopback address opens it to your network
    #[arg(long, env = "SPINOUT_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub listen: SocketAddr,
    /// The address that browsers use [default: http://localhost:PORT]
    ///
    /// Sign-in returns to it. Browsers keep the session cookie on https addresses and on http://localhost only.
    #[arg(long, env = "SPINOUT_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<Url>,
    /// Folder of the built pages [default: `web` beside the program, or ./frontend/dist]
    #[arg(long, env = "SPINOUT_WEB_DIR", value_name = "FOLDER")]
    pub web_dir: Option<PathBuf>,
    /// Options of the sandbox.
    #[command(flatten)]
    pub sandbox: SandboxOptions,
}

/// How the sandbox plays iRacing.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sandbox (without iRacing's credentials)")]
pub struct SandboxOptions {
    /// Seed of the generated careers; the same seed gives the same races
    #[arg(long, env = "SPINOUT_SANDBOX_SEED", value_name = "NUMBER", default_value_t = 1, value_parser = parse_seed)]
    pub sandbox_seed: u64,
    /// Requests a minute that the sandbox allows each driver; iRacing's own limit is 240
    #[arg(long, env = "SPINOUT_SANDBOX_RATE_LIMIT", value_name = "NUMBER", default_value_t = DEMO_RATE_LIMIT, value_parser = parse_rate_limit)]
    pub sandbox_rate_limit: u32,
    /// Folder of recorded answers of iRacing to serve beside the careers
    #[arg(long, env = "SPINOUT_SANDBOX_RECORDED", value_name = "FOLDER")]
    pub sandbox_recorded: Option<PathBuf>,
    /// Misbehave, as in latency_ms=50 or maintenance=on; may be given several times
    ///
    /// GET /iracing-sandbox/sandbox/faults shows all switches, POST changes them while running.
    #[arg(long, env = "SPINOUT_SANDBOX_FAULTS", value_name = "NAME=JSON", value_delimiter = ';')]
    pub sandbox_fault: Vec<String>,
}

/// Options of `spinout rest-api`.
#[derive(Debug, Clone, Args)]
pub struct RestApiOptions {
    /// Where to listen; anything but a loopback address opens it to your network
    #[arg(long, env = "SPINOUT_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081", value_parser = parse_listen)]
    pub listen: SocketAddr,
    /// How much to log: error, warn, info, debug, trace, or directives such as info,ingestion=debug
    #[arg(long, env = "LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
}

/// Options of `spinout import`.
#[derive(Debug, Clone, Args)]
pub struct ImportOptions {
    /// The exported files (JSON); folders are not searched
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Customer id of the driver whose races they are; needed if several drivers have signed in
    #[arg(long, env = "SPINOUT_DRIVER", value_name = "ID", value_parser = parse_driver)]
    pub driver: Option<DriverId>,
    /// Folder and logging.
    #[command(flatten)]
    pub common: CommonOptions,
}

/// Options of `spinout dead-letters` and `spinout redrive`.
#[derive(Debug, Clone, Args)]
pub struct DeadLetterOptions {
    /// Folder and logging.
    #[command(flatten)]
    pub common: CommonOptions,
    /// On AWS: address of the queue of failed messages; needs AWS credentials instead of a data folder
    #[arg(long, value_name = "URL", requires = "queue_url")]
    pub dead_letter_queue_url: Option<String>,
    /// On AWS: address of the queue that they go back to
    #[arg(long, value_name = "URL", requires = "dead_letter_queue_url")]
    pub queue_url: Option<String>,
}

/// Options of `spinout admin`.
#[derive(Debug, Clone, Args)]
pub struct AdminOptions {
    /// What to do
    #[command(subcommand)]
    pub action: AdminAction,
}

/// What `spinout admin` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum AdminAction {
    /// Give a driver an entitlement; it counts from the next refresh of the session on
    Grant(EntitlementOptions),
    /// Take an entitlement from a driver
    Revoke(EntitlementOptions),
}

/// Whose entitlement.
#[derive(Debug, Clone, Args)]
pub struct EntitlementOptions {
    /// Customer id of a driver who has signed in
    #[arg(value_name = "DRIVER ID", value_parser = parse_driver)]
    pub driver: DriverId,
    /// The entitlement: `developer` may look at iRacing's raw answers
    #[arg(value_parser = parse_entitlement)]
    pub entitlement: Entitlement,
    /// Folder and logging.
    #[command(flatten)]
    pub common: CommonOptions,
}

impl CommonOptions {
    /// What to log: as `runtime` has it for a plain level, without the table's engine, which warns of every condition that
    /// did not hold. Conditions that do not hold are ordinary here: that is how two writers find out about each other.
    pub fn log_directives(&self) -> String {
        match self.log_level.to_ascii_lowercase().as_str() {
            "warn" => "warn,dynoxide=error".to_owned(),
            level @ ("info" | "debug" | "trace") => {
                format!("{level},dynoxide=error,aws=warn,h2=warn,hyper=warn,reqwest=warn,rustls=warn")
            }
            _ => self.log_level.clone(),
        }
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "SPINOUT_LISTEN: expected an address and a port, such as 127.0.0.1:8080".to_owned())
}

fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "SPINOUT_SANDBOX_SEED: expected a whole number, not negative".to_owned())
}

fn parse_rate_limit(text: &str) -> Result<u32, String> {
    let limit = text.parse().ok().filter(|&limit| limit > 0);
    limit.ok_or_else(|| "SPINOUT_SANDBOX_RATE_LIMIT: expected a whole number, at least 1".to_owned())
}

fn parse_driver(text: &str) -> Result<DriverId, String> {
    let id = text.parse().ok().filter(|&id: &i64| id > 0);
    id.map(DriverId).ok_or_else(|| "expected iRacing's customer id, such as 411093".to_owned())
}

fn parse_entitlement(text: &str) -> Result<Entitlement, String> {
    Entitlement::parse(text).ok_or_else(|| "expected `developer`".to_owned())
}
