//! Which client of iRacing we are.

use iracing::{HttpClient, OAuthClient, OAuthConfig, Secret};
use serde::Deserialize;
use thiserror::Error;
use url::Url;

/// The secret with our credentials does not read as it should. The text never holds the credentials.
#[derive(Debug, Error)]
#[error(
    "the secret with iracing's credentials is not `{{\"oauth_client_id\": ..., \"oauth_client_secret\": ...}}`: {0}"
)]
pub struct CredentialsError(String);

#[derive(Deserialize)]
struct Credentials {
    oauth_client_id: String,
    oauth_client_secret: String,
}

/// The OAuth client that `IRACING_CREDENTIALS_SECRET` describes.
pub fn oauth_client(credentials: &str, base_url: Url, http: HttpClient) -> Result<OAuthClient, CredentialsError> {
    // Of serde's message only the place is told: it can quote what it read.
    let Credentials { oauth_client_id, oauth_client_secret } = serde_json::from_str(credentials)
        .map_err(|error| CredentialsError(format!("line {}, column {}", error.line(), error.column())))?;
    Ok(OAuthClient::new(
        OAuthConfig { base_url, client_id: oauth_client_id, client_secret: Secret::new(oauth_client_secret) },
        http,
    ))
}
