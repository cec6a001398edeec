//! Secrets, and how iRacing wants them masked.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::fmt;

/// A text that must not be shown: a token, a client secret, a verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Masks a client secret (`id` is the client id) or a password (`id` is the e-mail address) the way iRacing's token
/// endpoint expects it: Base64 of SHA-256 of the secret followed by the trimmed, lower-cased id.
pub fn mask_secret(secret: &str, id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(secret.as_bytes());
    hash.update(id.trim().to_lowercase().as_bytes());
    STANDARD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_as_iracing_documents() {
        // echo -n 'MyPassWordclunky@iracing.com' | openssl dgst -binary -sha256 | openssl base64
        let masked = mask_secret("MyPassWord", "  CLunky@iracing.Com ");
        assert_eq!(masked, "xGKecAR27ALXNuMLsGaG0v5Q9pSs2tZTZRKNgmHMg+Q=");
        assert_eq!(masked, mask_secret("MyPassWord", "clunky@iracing.com"));
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[hidden]");
    }
}
