//! Who is calling: session tokens, refresh tokens and what is sealed with our keys.
//!
//! - [`SigningKeys`] and [`SealingKeys`]: the two key sets; in each the first key makes, all verify, so that a key can
//!   be replaced without signing anybody out;
//! - [`Tokens`]: issues and verifies the [`SessionToken`], the bearer token of the API and the WebSocket;
//! - [`refresh`]: the rotating refresh token of the cookie, as a pure state machine;
//! - [`SignInChallenge`]: `state` and PKCE verifier of a sign-in that is under way;
//! - [`IracingTokens`]: a driver's iRacing token pair, as it is sealed into the table.
//!
//! Pure: nothing here reads a clock, a file or the network. Only randomness comes from the system.

mod hidden;
mod iracing_tokens;
mod local_keys;
pub mod refresh;
mod sealing;
mod session;
mod sign_in;
mod signing;

pub use hidden::Hidden;
pub use iracing_tokens::IracingTokens;
pub use local_keys::{GenerateError, LocalKeys, generate_local_keys};
pub use sealing::{SealError, SealingKeys};
pub use session::{IssuedToken, SESSION_LIFETIME, SessionToken, TokenError, Tokens};
pub use sign_in::{SIGN_IN_LIFETIME, SignInChallenge, SignInError};
pub use signing::SigningKeys;

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// A key secret cannot be used. Says which key of the secret and what was expected, never the key itself.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// No PEM block in the signing secret.
    #[error("the signing secret holds no PEM block: expected an ECDSA P-256 private key")]
    NoPem,
    /// A block that is not a private key on P-256.
    #[error(
        "signing key {position} (`{label}`) is not an ECDSA private key on the curve P-256 (prime256v1): expected \
         `EC PRIVATE KEY` (SEC1) or `PRIVATE KEY` (PKCS#8), not encrypted"
    )]
    NotP256 {
        /// Position in the secret, from 1.
        position: usize,
        /// The block's label.
        label: String,
    },
    /// No line in the sealing secret.
    #[error("the sealing secret is empty: expected base64 of 32 bytes")]
    NoSealingKey,
    /// A line that is not base64.
    #[error("sealing key {position} is not base64: expected base64 of 32 bytes")]
    NotBase64 {
        /// Position in the secret, from 1.
        position: usize,
    },
    /// A key of another size than AES-256 has.
    #[error("sealing key {position} has {bytes} bytes: expected base64 of 32 bytes (AES-256)")]
    WrongLength {
        /// Position in the secret, from 1.
        position: usize,
        /// Its size.
        bytes: usize,
    },
}

/// The system gave no random bytes.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("no random bytes from the system")]
pub struct NoRandomness;

/// Fresh random bytes.
fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// The moment a while after another; stays put at the end of time.
fn after(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.saturating_add(duration).unwrap_or(moment)
}
