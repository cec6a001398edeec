//! Settings of the process.

use runtime::Environment;

/// What the process is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DYNAMODB_TABLE`: the one table.
    pub table: String,
    /// `JWT_SIGNING_KEY_SECRET`: name of the secret with the ECDSA P-256 key.
    pub signing_key_secret: String,
    /// `JWT_ENCRYPTION_KEY_SECRET`: name of the secret with the AES-256 key.
    pub encryption_key_secret: String,
    /// `RACE_INGESTION_QUEUE_URL`: the queue that later closes connections nobody signed in on.
    pub queue_url: String,
    /// `WS_MANAGEMENT_ENDPOINT`: where connections are written to and closed, an `https` address.
    pub management_endpoint: String,
}

impl Config {
    /// Reads the settings.
    pub fn from_env(environment: &Environment) -> anyhow::Result<Self> {
        Ok(Self {
            table: environment.required("DYNAMODB_TABLE")?,
            signing_key_secret: environment.required("JWT_SIGNING_KEY_SECRET")?,
            encryption_key_secret: environment.required("JWT_ENCRYPTION_KEY_SECRET")?,
            queue_url: environment.required("RACE_INGESTION_QUEUE_URL")?,
            management_endpoint: environment.required("WS_MANAGEMENT_ENDPOINT")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_named() {
        let names = [
            "DYNAMODB_TABLE",
            "JWT_SIGNING_KEY_SECRET",
            "JWT_ENCRYPTION_KEY_SECRET",
            "RACE_INGESTION_QUEUE_URL",
            "WS_MANAGEMENT_ENDPOINT",
        ];
        let all = || names.iter().map(|name| (*name, "value"));
        assert!(Config::from_env(&Environment::of(all())).is_ok());
        for missing in names {
            let environment = Environment::of(all().filter(|(name, _)| *name != missing));
            let error = Config::from_env(&environment).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{missing} is not set")), "{error}");
        }
    }
}
