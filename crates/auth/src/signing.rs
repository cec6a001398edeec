//! The keys that sign session tokens.

use std::{fmt, iter};

use jsonwebtoken::{DecodingKey, EncodingKey};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use sha2::{Digest, Sha256};

use crate::KeyError;

/// ECDSA P-256 keys: the first signs, all verify.
///
/// To replace a key, put the new one in front; when the last token of the old one has expired, drop the old one.
#[derive(Clone)]
pub struct SigningKeys {
    pub(crate) first: SigningKey,
    older: Vec<SigningKey>,
}

#[derive(Clone)]
pub(crate) struct SigningKey {
    /// First 16 hexadecimal digits of the SHA-256 of the public key (uncompressed point).
    pub(crate) id: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl SigningKeys {
    /// Reads one or more private keys in PEM, SEC1 (`EC PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`).
    ///
    /// # Errors
    /// If there is no key, or one is not on P-256.
    pub fn from_pem(secret: &str) -> Result<Self, KeyError> {
        let mut keys = pem_blocks(secret)
            // OpenSSL writes the curve's name in a block of its own in front of the key.
            .filter(|(label, _)| *label != "EC PARAMETERS")
            .zip(1..)
            .map(|((label, block), position)| {
                read_key(label, block).ok_or_else(|| KeyError::NotP256 { position, label: label.to_owned() })
            });
        let first = keys.next().ok_or(KeyError::NoPem)??;
        Ok(Self { first, older: keys.collect::<Result<_, _>>()? })
    }

    /// The key with an id.
    pub(crate) fn find(&self, id: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.id == id)
    }

    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        iter::once(&self.first).chain(&self.older)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(|key| &key.id)).finish()
    }
}

/// The PEM blocks of a text, each with its label.
fn pem_blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    const BEGIN: &str = "-----BEGIN ";
    text.match_indices(BEGIN).filter_map(|(start, _)| {
        let block = &text[start..];
        let label = block[BEGIN.len()..].split_once("-----")?.0;
        let end = format!("-----END {label}-----");
        let length = block.find(&end)? + end.len();
        Some((label, &block[..length]))
    })
}

fn read_key(label: &str, block: &str) -> Option<SigningKey> {
    let secret = match label {
        "EC PRIVATE KEY" => SecretKey::from_sec1_pem(block).ok()?,
        "PRIVATE KEY" => SecretKey::from_pkcs8_pem(block).ok()?,
        _ => return None,
    };
    let point = secret.public_key().to_encoded_point(false);
    let digest = Sha256::digest(point.as_bytes());
    Some(SigningKey {
        id: digest[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
        encoding: EncodingKey::from_ec_der(secret.to_pkcs8_der().ok()?.as_bytes()),
        decoding: DecodingKey::from_ec_der(point.as_bytes()),
    })
}
