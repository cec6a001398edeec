//! The refresh token of the cookie: rotates with every use, and its reuse ends the session.
//!
//! A session's refresh tokens are a family of generations, of which only the latest is good. The table keeps the
//! family's [`Family`] record; [`Family::present`] decides what a token that turns up means, and the caller stores
//! the outcome under the condition that the generation is still the one it read. A caller that loses that race reads
//! again and presents again.
//!
//! Two tabs of one browser share the cookie and may refresh at the same moment. Each generation's secret is therefore
//! not random but computed (HMAC) from the session and the generation with a key that only we have: the tab that comes
//! second, with the previous token, is given the same successor as the first. The same goes for a browser that never got
//! the answer with its successor, however long it was away: a token is used up when its successor has been seen, not
//! before, or a lost answer would log the driver out.
//!
//! A token is written `<driver id>.<session id>.<generation>.<secret>`, the secret being 32 bytes in base64url.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::DriverId;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::{Hidden, SealingKeys, after};

/// How long a session lives without being refreshed.
pub const IDLE_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What the table keeps of a session's refresh tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Number of the good token; the first is 1.
    pub generation: u64,
    /// SHA-256 of the good token's secret.
    pub secret_hash: Vec<u8>,
    /// When the good token was made.
    pub rotated_at: Timestamp,
    /// When the session ends unless it is refreshed.
    pub expires_at: Timestamp,
}

/// What presenting a token came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was the good one: store `next_family` if the generation is unchanged, then hand out `next_token`.
    Rotate {
        /// The family from now on.
        next_family: Family,
        /// The token from now on.
        next_token: Hidden,
    },
    /// It was the previous one, and the good one was not used yet: hand that out, store nothing.
    Again {
        /// The good token.
        token: Hidden,
    },
    /// It was used up, as its successor was seen already, so somebody has a copy: end the session.
    Reused,
    /// The session has ended by itself.
    Expired,
    /// It is no token of this session; the session goes on.
    Unknown,
}

/// A refresh token that was read from a cookie; not yet known to be good.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose session.
    pub driver_id: DriverId,
    /// Which session.
    pub session_id: String,
    generation: u64,
    secret: [u8; 32],
}

/// A text is not a refresh token in form.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("not a refresh token")]
pub struct InvalidRefreshToken;

impl Family {
    /// Starts the family of a new session. `session_id` must be random (a UUIDv4) and must not contain a full stop.
    pub fn begin(keys: &SealingKeys, driver_id: DriverId, session_id: &str, now: Timestamp) -> (Self, Hidden) {
        Self::at_generation(1, keys, driver_id, session_id, now)
    }

    /// Decides what a token that turned up at `now` means. The family must be the one stored for the token's session,
    /// read consistently.
    pub fn present(&self, keys: &SealingKeys, token: &RefreshToken, now: Timestamp) -> Outcome {
        if now >= self.expires_at {
            return Outcome::Expired;
        }
        let RefreshToken { driver_id, session_id, generation, secret } = token;
        if *generation == self.generation {
            if !bool::from(hash(secret).as_slice().ct_eq(&self.secret_hash)) {
                return Outcome::Unknown;
            }
            let next = generation.saturating_add(1);
            let (next_family, next_token) = Self::at_generation(next, keys, *driver_id, session_id, now);
            return Outcome::Rotate { next_family, next_token };
        }
        // Only a token that we made may end a session, or a stranger who guesses the number of a generation could.
        let was_ours = *generation < self.generation
            && keys
                .derive_all(secret_input(*driver_id, session_id, *generation))
                .any(|made| bool::from(made.ct_eq(secret)));
        if !was_ours {
            return Outcome::Unknown;
        }
        // The good one has not been presented, or there would be a later one.
        let is_previous = *generation + 1 == self.generation;
        if !is_previous {
            return Outcome::Reused;
        }
        let good = keys
            .derive_all(secret_input(*driver_id, session_id, self.generation))
            .find(|made| bool::from(hash(made).as_slice().ct_eq(&self.secret_hash)));
        match good {
            Some(good) => Outcome::Again { token: write(*driver_id, session_id, self.generation, &good) },
            None => Outcome::Unknown, // made with a key that was retired since
        }
    }

    fn at_generation(
        generation: u64,
        keys: &SealingKeys,
        driver_id: DriverId,
        session_id: &str,
        now: Timestamp,
    ) -> (Self, Hidden) {
        let secret = keys.derive(&secret_input(driver_id, session_id, generation));
        let family = Self {
            generation,
            secret_hash: hash(&secret).to_vec(),
            rotated_at: now,
            expires_at: after(now, IDLE_LIFETIME),
        };
        (family, write(driver_id, session_id, generation, &secret))
    }
}

impl FromStr for RefreshToken {
    type Err = InvalidRefreshToken;

    fn from_str(text: &str) -> Result<Self, InvalidRefreshToken> {
        let mut parts = text.split('.');
        let (Some(driver_id), Some(session_id), Some(generation), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidRefreshToken);
        };
        let secret = URL_SAFE_NO_PAD.decode(secret).map_err(|_| InvalidRefreshToken)?;
        Ok(Self {
            driver_id: driver_id.parse().map_err(|_| InvalidRefreshToken)?,
            session_id: session_id.to_owned(),
            generation: generation.parse().map_err(|_| InvalidRefreshToken)?,
            secret: secret.try_into().map_err(|_| InvalidRefreshToken)?,
        })
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { driver_id, session_id: _, generation, secret: _ } = self;
        write!(f, "RefreshToken(generation {generation} of driver {driver_id})")
    }
}

fn write(driver_id: DriverId, session_id: &str, generation: u64, secret: &[u8; 32]) -> Hidden {
    Hidden::new(format!("{driver_id}.{session_id}.{generation}.{}", URL_SAFE_NO_PAD.encode(secret)))
}

/// What the secret of a generation is derived from.
fn secret_input(driver_id: DriverId, session_id: &str, generation: u64) -> Vec<u8> {
    format!("{driver_id}.{session_id}.{generation}").into_bytes()
}

fn hash(secret: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(secret).into()
}
