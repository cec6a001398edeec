//! A sign-in that is under way, between leaving for iRacing and coming back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::{Hidden, NoRandomness, SealError, SealingKeys, after, random};

/// How long a driver has for iRacing's consent page.
pub const SIGN_IN_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What the sealed cookie is bound to.
const CONTEXT: &[u8] = b"sign-in challenge";

/// The secrets of one sign-in: `state`, which shows that the answer belongs to the browser that asked, and the PKCE
/// verifier, without which a stolen code is worth nothing.
///
/// They wait in a sealed cookie, so that neither the page nor the table has to keep them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInChallenge {
    state: Hidden,
    verifier: Hidden,
    expires_at: Timestamp,
}

/// Why a sign-in cannot go on; the driver has to start again.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum SignInError {
    /// The cookie is not one of ours.
    #[error("the sign-in cookie is unreadable")]
    UnreadableCookie,
    /// It took longer than [`SIGN_IN_LIFETIME`].
    #[error("the sign-in has expired")]
    Expired,
    /// The answer belongs to another sign-in than the cookie.
    #[error("the answer belongs to another sign-in")]
    WrongState,
}

impl SignInChallenge {
    /// Makes fresh secrets.
    pub fn new(now: Timestamp) -> Result<Self, NoRandomness> {
        let secret = || Ok(Hidden::new(URL_SAFE_NO_PAD.encode(random::<32>()?)));
        Ok(Self { state: secret()?, verifier: secret()?, expires_at: after(now, SIGN_IN_LIFETIME) })
    }

    /// The `state` of the authorisation request.
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// The `code_challenge` of the authorisation request, for the method `S256`.
    pub fn code_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()))
    }

    /// The `code_verifier` of the token request: 43 characters.
    pub fn code_verifier(&self) -> &Hidden {
        &self.verifier
    }

    /// The cookie's value.
    pub fn seal(&self, keys: &SealingKeys) -> Result<Hidden, SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError::Unsealable)?;
        Ok(Hidden::new(URL_SAFE_NO_PAD.encode(keys.seal(CONTEXT, &plain)?)))
    }

    /// Reads the cookie when the driver is back with a `state`.
    pub fn open(keys: &SealingKeys, cookie: &str, state: &str, now: Timestamp) -> Result<Self, SignInError> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).map_err(|_| SignInError::UnreadableCookie)?;
        let plain = keys.open(CONTEXT, &sealed).map_err(|_| SignInError::UnreadableCookie)?;
        let challenge: Self = serde_json::from_slice(&plain).map_err(|_| SignInError::UnreadableCookie)?;
        if !bool::from(challenge.state().as_bytes().ct_eq(state.as_bytes())) {
            return Err(SignInError::WrongState);
        }
        if now >= challenge.expires_at {
            return Err(SignInError::Expired);
        }
        Ok(challenge)
    }
}
