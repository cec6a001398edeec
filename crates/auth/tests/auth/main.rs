//! What the crate promises to those who use it, seen from outside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod iracing_tokens;
mod keys;
mod refresh;
mod sealing;
mod session;
mod sign_in;

use auth::{SealingKeys, SigningKeys, Tokens, generate_local_keys};
use jiff::Timestamp;

/// The moment at which the tests begin.
fn noon() -> Timestamp {
    "2026-07-15T12:00:00Z".parse().unwrap()
}

fn sealing_keys() -> SealingKeys {
    SealingKeys::from_base64(generate_local_keys().unwrap().sealing_key_base64.expose()).unwrap()
}

fn tokens() -> Tokens {
    let keys = generate_local_keys().unwrap();
    Tokens { signing: SigningKeys::from_pem(keys.signing_key_pem.expose()).unwrap(), sealing: sealing_keys() }
}
