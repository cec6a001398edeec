use auth::{SIGN_IN_LIFETIME, SignInChallenge, SignInError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::{noon, sealing_keys};

#[test]
fn the_driver_who_comes_back_in_time_goes_on_with_the_same_secrets() {
    let keys = sealing_keys();
    let challenge = SignInChallenge::new(noon()).unwrap();
    let cookie = challenge.seal(&keys).unwrap();
    let in_time = noon() + SIGN_IN_LIFETIME - SignedDuration::from_secs(1);
    let opened = SignInChallenge::open(&keys, cookie.expose(), challenge.state(), in_time).unwrap();
    assert_eq!(opened, challenge);
}

#[test]
fn the_code_challenge_is_the_hash_of_the_verifier() {
    let challenge = SignInChallenge::new(noon()).unwrap();
    let verifier = challenge.code_verifier().expose();
    assert!((43..=128).contains(&verifier.len()), "RFC 7636, section 4.1");
    assert_eq!(challenge.code_challenge(), URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
}

#[test]
fn every_sign_in_has_secrets_of_its_own() {
    let (one, other) = (SignInChallenge::new(noon()).unwrap(), SignInChallenge::new(noon()).unwrap());
    assert_ne!(one.state(), other.state());
    assert_ne!(one.code_verifier(), other.code_verifier());
}

#[test]
fn a_sign_in_is_refused_when_it_is_late_foreign_or_tampered_with() {
    let keys = sealing_keys();
    let challenge = SignInChallenge::new(noon()).unwrap();
    let state = challenge.state();
    let cookie = challenge.seal(&keys).unwrap();
    let cookie = cookie.expose();

    let open = |cookie: &str, state: &str, now| SignInChallenge::open(&keys, cookie, state, now).unwrap_err();
    assert_eq!(open(cookie, state, noon() + SIGN_IN_LIFETIME), SignInError::Expired);
    assert_eq!(open(cookie, "another state", noon()), SignInError::WrongState);
    assert_eq!(open(cookie, "", noon()), SignInError::WrongState);
    for cookie in ["", "not base64!", &cookie[..20], &format!("AAAA{}", &cookie[4..])] {
        assert_eq!(open(cookie, state, noon()), SignInError::UnreadableCookie);
    }
    let strangers = SignInChallenge::open(&sealing_keys(), cookie, state, noon());
    assert_eq!(strangers, Err(SignInError::UnreadableCookie));
}
