//! The keys that seal what only we may read.

use std::{fmt, iter};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;

use crate::{KeyError, NoRandomness, random};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// AES-256-GCM keys: the first seals, all open.
///
/// To replace a key, put the new one in front; drop the old one when nothing sealed with it is needed any more.
#[derive(Clone)]
pub struct SealingKeys {
    first: SealingKey,
    older: Vec<SealingKey>,
}

#[derive(Clone)]
struct SealingKey {
    cipher: Aes256Gcm,
    /// Keyed with what is derived from the key, so that no key serves two algorithms.
    deriving: Hmac<Sha256>,
}

/// Something sealed cannot be opened, or could not be sealed.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum SealError {
    /// Changed, cut off, sealed for somebody or something else, or with a key that is no longer known.
    #[error("the seal does not hold")]
    Broken,
    /// The cipher refused: more than 64 GiB of text.
    #[error("the text cannot be sealed")]
    Unsealable,
    /// No nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl SealingKeys {
    /// Reads one or more keys, each 32 bytes in base64 on a line of its own.
    ///
    /// # Errors
    /// If there is no key, or one is not base64 of 32 bytes.
    pub fn from_base64(secret: &str) -> Result<Self, KeyError> {
        let lines = secret.split_whitespace().zip(1..);
        let mut keys = lines.map(|(line, position)| read_key(line, position));
        let first = keys.next().ok_or(KeyError::NoSealingKey)??;
        Ok(Self { first, older: keys.collect::<Result<_, _>>()? })
    }

    /// Encrypts a text; `context` says whose it is and what for, and must be the same to open it.
    ///
    /// The result is a random nonce of 12 bytes, the encrypted text, and a tag of 16 bytes.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce = random::<NONCE_BYTES>()?;
        let encrypted = self
            .first
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: context })
            .map_err(|_| SealError::Unsealable)?;
        Ok([&nonce, encrypted.as_slice()].concat())
    }

    /// Decrypts what [`SealingKeys::seal`] made under the same context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, encrypted) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Broken)?;
        let payload = || Payload { msg: encrypted, aad: context };
        self.all().find_map(|key| key.cipher.decrypt(&Nonce::from(*nonce), payload()).ok()).ok_or(SealError::Broken)
    }

    /// A name for something that is not to be stored in clear, such as an address: 32 hexadecimal digits, the same each
    /// time until the first key is replaced.
    pub fn pseudonym(&self, of: &str) -> String {
        let digest = self.derive(format!("pseudonym of {of}").as_bytes());
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A value that only we can compute from `input`.
    pub(crate) fn derive(&self, input: &[u8]) -> [u8; 32] {
        self.first.derive(input)
    }

    /// The same under each key, the sealing one first: one of them made what was derived before a key was replaced.
    pub(crate) fn derive_all(&self, input: Vec<u8>) -> impl Iterator<Item = [u8; 32]> {
        self.all().map(move |key| key.derive(&input))
    }

    fn all(&self) -> impl Iterator<Item = &SealingKey> {
        iter::once(&self.first).chain(&self.older)
    }
}

impl SealingKey {
    fn derive(&self, input: &[u8]) -> [u8; 32] {
        self.deriving.clone().chain_update(input).finalize().into_bytes().into()
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} hidden]", self.all().count())
    }
}

fn read_key(line: &str, position: usize) -> Result<SealingKey, KeyError> {
    let bytes = STANDARD.decode(line).map_err(|_| KeyError::NotBase64 { position })?;
    let wrong_length = KeyError::WrongLength { position, bytes: bytes.len() };
    let key = <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| wrong_length)?;
    let derived = hmac(&key).chain_update(b"spinout refresh tokens").finalize().into_bytes();
    Ok(SealingKey { cipher: Aes256Gcm::new(&key.into()), deriving: hmac(&derived.into()) })
}

fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // 32 bytes padded with zeros to the block are the key block that HMAC itself would make of them.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    Hmac::new(&block.into())
}
