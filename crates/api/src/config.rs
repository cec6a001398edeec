use jiff::SignedDuration;
use runtime::{Environment, Metrics};
use url::Url;

/// What the process is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DYNAMODB_TABLE`: the one table.
    pub table: String,
    /// `CORS_ALLOWED_ORIGINS`: where pages that may call us with cookies are served from, such as
    /// `https://spinout.example`; a comma-separated list.
    pub allowed_origins: Vec<String>,
    /// `OAUTH_REDIRECT_URIS`: where iRacing may send drivers back to, compared to the byte; a comma-separated list.
    pub redirect_uris: Vec<String>,
    /// `API_BASE_PATH`: the path below which browsers reach the API, such as `/api`; for the cookies. Default: none.
    pub base_path: String,
    /// `IRACING_CREDENTIALS_SECRET`: name of the secret with `{"oauth_client_id", "oauth_client_secret"}`.
    pub iracing_credentials_secret: String,
    /// `JWT_SIGNING_KEY_SECRET`: name of the secret with the ECDSA P-256 key.
    pub signing_key_secret: String,
    /// `JWT_ENCRYPTION_KEY_SECRET`: name of the secret with the AES-256 key.
    pub encryption_key_secret: String,
    /// `RACE_INGESTION_QUEUE_URL`: the queue that feeds the ingestion.
    pub queue_url: String,
    /// `SEARCH_WINDOW_IN_DAYS`: as the worker has it, 2 to 90, to say how many windows a run will take. Default: 90.
    pub search_window: SignedDuration,
    /// `IRACING_OAUTH_BASE_URL`: iRacing's OAuth service.
    pub oauth_base_url: Url,
    /// `IRACING_DATA_BASE_URL`: iRacing's data API.
    pub data_base_url: Url,
    /// What is counted for the dashboard, if this is a Lambda.
    pub metrics: Metrics,
    /// `RATE_LIMITS`: whether a driver or an address that asks too often is refused. Default: true.
    pub rate_limits: bool,
    /// `TRUSTED_PROXIES`: how many servers that we trust pass each request on to us, each adding the address that it saw
    /// to `X-Forwarded-For`; 0 to 5. Default: 0, which is to believe the connection alone.
    pub trusted_proxies: usize,
}

impl Config {
    /// Reads the settings.
    pub fn from_env(environment: &Environment) -> anyhow::Result<Self> {
        let search_window = environment.in_range("SEARCH_WINDOW_IN_DAYS", 90, 2..=90)?;
        Ok(Self {
            table: environment.required("DYNAMODB_TABLE")?,
            allowed_origins: environment.list("CORS_ALLOWED_ORIGINS")?,
            redirect_uris: environment.list("OAUTH_REDIRECT_URIS")?,
            base_path: environment.or("API_BASE_PATH", String::new())?.trim_end_matches('/').to_owned(),
            iracing_credentials_secret: environment.required("IRACING_CREDENTIALS_SECRET")?,
            signing_key_secret: environment.required("JWT_SIGNING_KEY_SECRET")?,
            encryption_key_secret: environment.required("JWT_ENCRYPTION_KEY_SECRET")?,
            queue_url: environment.required("RACE_INGESTION_QUEUE_URL")?,
            search_window: SignedDuration::from_hours(24 * search_window),
            oauth_base_url: environment.or("IRACING_OAUTH_BASE_URL", iracing::OAUTH_BASE_URL.parse()?)?,
            data_base_url: environment.or("IRACING_DATA_BASE_URL", iracing::DATA_BASE_URL.parse()?)?,
            metrics: Metrics::from_env(environment)?,
            rate_limits: environment.or("RATE_LIMITS", true)?,
            trusted_proxies: environment.in_range("TRUSTED_PROXIES", 0, 0..=5)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 7] = [
        ("DYNAMODB_TABLE", "Spinout"),
        ("CORS_ALLOWED_ORIGINS", "https://spinout.example"),
        ("OAUTH_REDIRECT_URIS", "https://spinout.example/auth/ir/callback"),
        ("IRACING_CREDENTIALS_SECRET", "credentials"),
        ("JWT_SIGNING_KEY_SECRET", "signing"),
        ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
        ("RACE_INGESTION_QUEUE_URL", "https://sqs.example/queue"),
    ];

    #[test]
    fn a_missing_variable_is_named() {
        assert!(Config::from_env(&Environment::of(REQUIRED)).is_ok());
        for (missing, _) in REQUIRED {
            let environment = Environment::of(REQUIRED.into_iter().filter(|(name, _)| *name != missing));
            let error = Config::from_env(&environment).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{missing} is not set")), "{error}");
        }
    }

    #[test]
    fn a_window_longer_than_iracing_takes_is_refused() {
        let environment = Environment::of(REQUIRED.into_iter().chain([("SEARCH_WINDOW_IN_DAYS", "91")]));
        let error = Config::from_env(&environment).unwrap_err().to_string();
        assert!(error.starts_with("SEARCH_WINDOW_IN_DAYS is"), "{error}");
    }
}
