use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use runtime::{Environment, Secret};
use url::{Host, Url};

use crate::cli::{DEMO_RATE_LIMIT, RunOptions, SandboxOptions};

/// Settings of the services that pass through from our environment to theirs.
const PASSED_ON: [&str; 5] = [
    "INGESTION_COOLDOWN_SECONDS",
    "INGESTION_LOCK_DURATION_SECONDS",
    "RATE_LIMITS",
    "SEARCH_WINDOW_IN_DAYS",
    "TRUSTED_PROXIES",
];

/// Settings of the whole system.
#[derive(Debug, Clone)]
pub struct Config {
    /// `SPINOUT_DATA_DIR`: folder of table, queue and keys.
    pub data_dir: PathBuf,
    /// `SPINOUT_LISTEN`: where to listen.
    pub listen: SocketAddr,
    /// `SPINOUT_PUBLIC_URL`: the address that browsers use; `http://localhost:<port>` if not given.
    pub public_url: Option<Url>,
    /// `SPINOUT_WEB_DIR`: folder of the built pages, if not where they usually are.
    pub web_dir: Option<PathBuf>,
    /// Who plays iRacing.
    pub iracing: Iracing,
    /// Further variables for the services.
    pub services: Vec<(String, String)>,
}

/// Who plays iRacing.
#[derive(Debug, Clone)]
pub enum Iracing {
    /// The sandbox in this process.
    Sandbox(SandboxConfig),
    /// iRacing itself.
    Real(IracingClient),
}

/// What the sandbox serves.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// `SPINOUT_SANDBOX_SEED`: seed of the generated careers.
    pub seed: u64,
    /// `SPINOUT_SANDBOX_RATE_LIMIT`: requests a minute that each driver may send.
    pub rate_limit: u32,
    /// `SPINOUT_SANDBOX_RECORDED`: folder of recorded answers to serve as well.
    pub recorded: Option<PathBuf>,
    /// `SPINOUT_SANDBOX_FAULTS`: faults to begin with, as `NAME=JSON`.
    pub faults: Vec<String>,
}

/// An OAuth client of iRacing.
#[derive(Debug, Clone)]
pub struct IracingClient {
    /// `IRACING_CLIENT_ID`
    pub client_id: String,
    /// `IRACING_CLIENT_SECRET`
    pub client_secret: Secret,
    /// `IRACING_OAUTH_BASE_URL`
    pub oauth_base_url: Url,
    /// `IRACING_DATA_BASE_URL`
    pub data_base_url: Url,
}

impl Config {
    /// Defaults for a data folder: the sandbox with its usual careers, on a free port.
    pub fn local(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            web_dir: None,
            iracing: Iracing::Sandbox(SandboxConfig {
                seed: 1,
                rate_limit: DEMO_RATE_LIMIT,
                recorded: None,
                faults: Vec::new(),
            }),
            services: Vec::new(),
        }
    }

    /// Puts the command line and the environment together.
    pub fn new(options: RunOptions, environment: &Environment) -> anyhow::Result<Self> {
        let mut services = Vec::new();
        for name in PASSED_ON {
            services.extend(environment.optional(name)?.map(|value: String| (name.to_owned(), value)));
        }
        if let Some(web_dir) = &options.web_dir {
            ensure!(
                web_dir.join("index.html").is_file(),
                "SPINOUT_WEB_DIR is {:?}: expected a folder of built pages, with an index.html",
                web_dir.display()
            );
        }
        Ok(Self {
            data_dir: options.common.data_dir,
            listen: options.listen,
            public_url: options.public_url,
            web_dir: options.web_dir,
            iracing: Iracing::new(options.sandbox, environment)?,
            services,
        })
    }
}

impl Iracing {
    fn new(options: SandboxOptions, environment: &Environment) -> anyhow::Result<Self> {
        let client_id: Option<String> = environment.optional("IRACING_CLIENT_ID")?;
        let client_secret: Option<Secret> = environment.optional("IRACING_CLIENT_SECRET")?;
        let oauth_base_url: Option<Url> = environment.optional("IRACING_OAUTH_BASE_URL")?;
        let data_base_url: Option<Url> = environment.optional("IRACING_DATA_BASE_URL")?;
        if client_id.is_some() || client_secret.is_some() {
            let together = "IRACING_CLIENT_ID and IRACING_CLIENT_SECRET belong together";
            return Ok(Self::Real(IracingClient {
                client_id: client_id.context("IRACING_CLIENT_ID is not set: expected a text").context(together)?,
                client_secret: client_secret
                    .context("IRACING_CLIENT_SECRET is not set: expected a text")
                    .context(together)?,
                oauth_base_url: oauth_base_url.map_or_else(|| iracing::OAUTH_BASE_URL.parse(), Ok)?,
                data_base_url: data_base_url.map_or_else(|| iracing::DATA_BASE_URL.parse(), Ok)?,
            }));
        }
        for (name, address) in [("IRACING_OAUTH_BASE_URL", oauth_base_url), ("IRACING_DATA_BASE_URL", data_base_url)] {
            ensure!(
                address.is_none(),
                "{name} is set: expected IRACING_CLIENT_ID and IRACING_CLIENT_SECRET too, because without them the sandbox \
                 plays iRacing"
            );
        }
        let SandboxOptions { sandbox_seed, sandbox_rate_limit, sandbox_recorded, sandbox_fault } = options;
        if let Some(folder) = &sandbox_recorded {
            ensure!(
                folder.is_dir(),
                "SPINOUT_SANDBOX_RECORDED is {:?}: expected a folder of recorded answers",
                folder.display()
            );
        }
        Ok(Self::Sandbox(SandboxConfig {
            seed: sandbox_seed,
            rate_limit: sandbox_rate_limit,
            recorded: sandbox_recorded,
            faults: sandbox_fault,
        }))
    }
}

/// Reads the address that browsers use.
pub(crate) fn parse_public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let Some(url) = url else {
        return Err("SPINOUT_PUBLIC_URL: expected an address without a path, such as http://localhost:8080".to_owned());
    };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    };
    if url.scheme() == "http" && !is_local {
        return Err(
            "SPINOUT_PUBLIC_URL: expected an https address (or http://localhost), because browsers keep no session \
                    cookie on other http addresses"
                .to_owned(),
        );
    }
    Ok(url)
}
