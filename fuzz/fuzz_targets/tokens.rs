//! Session tokens, refresh cookies, sign-in cookies, and what is sealed: whatever is not ours is refused.
#![no_main]

use auth::{IracingTokens, SealingKeys, SignInChallenge, SigningKeys, Tokens, refresh::RefreshToken};
use domain::DriverId;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    let keys = auth::generate_local_keys().expect("the system has randomness");
    Tokens {
        signing: SigningKeys::from_pem(keys.signing_key_pem.expose()).expect("a key just made"),
        sealing: SealingKeys::from_base64(keys.sealing_key_base64.expose()).expect("a key just made"),
    }
});

fuzz_target!(|bytes: &[u8]| {
    let now = jiff::Timestamp::UNIX_EPOCH;
    assert!(IracingTokens::open(&TOKENS.sealing, DriverId(1), bytes).is_err());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(TOKENS.verify(text, now).is_err());
    assert!(SignInChallenge::open(&TOKENS.sealing, text, text, now).is_err());
    let _ = text.parse::<RefreshToken>();
    let _ = SigningKeys::from_pem(text);
    let _ = SealingKeys::from_base64(text);
});
