//! Keys for an installation that makes its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::SecretKey;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use thiserror::Error;

use crate::{Hidden, NoRandomness, random};

/// A fresh set of key secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalKeys {
    /// An ECDSA P-256 private key, PKCS#8 in PEM.
    pub signing_key_pem: Hidden,
    /// An AES-256 key in base64.
    pub sealing_key_base64: Hidden,
}

/// Keys could not be made.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// No random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The signing key could not be written.
    #[error("the signing key could not be written as PEM")]
    Pem(#[from] p256::pkcs8::Error),
}

/// Makes a signing key and a sealing key, as `JWT_SIGNING_KEY_SECRET` and `JWT_ENCRYPTION_KEY_SECRET` expect them.
pub fn generate_local_keys() -> Result<LocalKeys, GenerateError> {
    let signing = loop {
        // All but about one in 2^32 numbers of 32 bytes are keys of P-256.
        if let Ok(key) = SecretKey::from_slice(&random::<32>()?) {
            break key;
        }
    };
    Ok(LocalKeys {
        signing_key_pem: Hidden::new(signing.to_pkcs8_pem(LineEnding::LF)?.as_str()),
        sealing_key_base64: Hidden::new(STANDARD.encode(random::<32>()?)),
    })
}
