use auth::{Hidden, IssuedToken, SESSION_LIFETIME, SealError, SessionToken, SigningKeys, TokenError, Tokens};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{DriverId, Entitlement};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{noon, sealing_keys, tokens};

const SIGNING_KEY: &str = include_str!("keys/p256-pkcs8.pem");
const PUBLIC_KEY: &str = include_str!("keys/p256-public.pem");
const SIGNING_KEY_ID: &str = "09dc2bf975e0d81a";

fn session() -> SessionToken {
    SessionToken {
        driver_id: DriverId(1_234_567),
        driver_name: "Ada Driver".into(),
        session_id: "3f0c".into(),
        entitlements: vec![Entitlement::Developer],
        iracing_access_token: Hidden::new("iracing-access"),
        iracing_expires_at: noon() + SignedDuration::from_mins(10),
    }
}

fn issue(tokens: &Tokens) -> String {
    tokens.issue(&session(), noon()).unwrap().token.expose().to_owned()
}

/// Tokens of a signing key that the test has too, and so can misuse.
fn tokens_of_known_key() -> Tokens {
    Tokens { signing: SigningKeys::from_pem(SIGNING_KEY).unwrap(), sealing: sealing_keys() }
}

/// A token with the claims of a good one after `change`, signed with the known key.
fn signed(tokens: &Tokens, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims_of(&issue(tokens));
    change(&mut claims);
    let header = Header { kid: Some(SIGNING_KEY_ID.into()), ..Header::new(Algorithm::ES256) };
    let key = EncodingKey::from_ec_pem(SIGNING_KEY.as_bytes()).unwrap();
    jsonwebtoken::encode(&header, &claims, &key).unwrap()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn claims_of(token: &str) -> Value {
    part(token, 1)
}

fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn a_token_says_what_was_put_in() {
    let tokens = tokens();
    let IssuedToken { token, expires_at } = tokens.issue(&session(), noon()).unwrap();
    assert_eq!(expires_at, noon() + SESSION_LIFETIME);
    assert_eq!(tokens.verify(token.expose(), noon()), Ok(session()));
}

#[test]
fn the_bearer_cannot_read_the_sealed_part() {
    let token = issue(&tokens_of_known_key());
    assert_eq!(part(&token, 0), json!({"typ": "JWT", "alg": "ES256", "kid": SIGNING_KEY_ID}));
    let mut claims = claims_of(&token);
    let sealed = claims.as_object_mut().unwrap().remove("sealed").unwrap();
    let sealed = URL_SAFE_NO_PAD.decode(sealed.as_str().unwrap()).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("iracing-access"));
    assert_eq!(
        claims,
        json!({
            "iss": "spinout",
            "aud": "spinout-api",
            "sub": "1234567",
            "iat": noon().as_second(),
            "nbf": noon().as_second(),
            "exp": noon().as_second() + 900,
            "name": "Ada Driver",
            "ent": ["developer"],
        })
    );
}

#[test]
fn a_token_is_good_for_its_lifetime_and_no_second_longer() {
    let tokens = tokens();
    let token = issue(&tokens);
    let second = SignedDuration::from_secs(1);
    let end = noon() + SESSION_LIFETIME;
    assert!(tokens.verify(&token, end - second).is_ok());
    assert_eq!(tokens.verify(&token, end), Err(TokenError::Expired));
    assert_eq!(tokens.verify(&token, noon() - second * 60), Err(TokenError::NotYetValid));
}

#[test]
fn a_verifier_whose_clock_is_a_little_slow_takes_a_fresh_token() {
    let tokens = tokens();
    let token = issue(&tokens);
    assert!(tokens.verify(&token, noon() - SignedDuration::from_secs(2)).is_ok());
}

#[test]
fn an_unsigned_token_is_refused() {
    let tokens = tokens_of_known_key();
    let token = with_header(&issue(&tokens), &json!({"alg": "none", "kid": SIGNING_KEY_ID}));
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    for token in [&token, &format!("{unsigned}."), unsigned] {
        assert_eq!(tokens.verify(token, noon()), Err(TokenError::Malformed), "{token}");
    }
}

#[test]
fn a_token_signed_with_the_public_key_as_a_password_is_refused() {
    let tokens = tokens_of_known_key();
    let header = Header { kid: Some(SIGNING_KEY_ID.into()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(PUBLIC_KEY.as_bytes());
    let token = jsonwebtoken::encode(&header, &claims_of(&issue(&tokens)), &key).unwrap();
    assert_eq!(tokens.verify(&token, noon()), Err(TokenError::WrongAlgorithm));
}

#[test]
fn a_token_of_an_unknown_or_unnamed_key_is_refused() {
    let token = issue(&tokens());
    let stranger = tokens();
    assert_eq!(stranger.verify(&token, noon()), Err(TokenError::UnknownKey));
    for header in [json!({"alg": "ES256"}), json!({"alg": "ES256", "kid": "0000000000000000"})] {
        assert_eq!(stranger.verify(&with_header(&token, &header), noon()), Err(TokenError::UnknownKey));
    }
}

#[test]
fn a_token_that_names_our_key_but_was_signed_with_another_is_refused() {
    let tokens = tokens_of_known_key();
    let foreign = issue(&crate::tokens());
    let token = with_header(&foreign, &json!({"alg": "ES256", "kid": SIGNING_KEY_ID}));
    assert_eq!(tokens.verify(&token, noon()), Err(TokenError::WrongSignature));
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
    let tokens = tokens_of_known_key();
    assert!(tokens.verify(&signed(&tokens, |_| ()), noon()).is_ok());
    for claim in ["iss", "aud"] {
        let token = signed(&tokens, |claims| claims[claim] = json!("somebody else"));
        assert_eq!(tokens.verify(&token, noon()), Err(TokenError::WrongIssuerOrAudience), "{claim}");
    }
}

#[test]
fn a_token_without_one_of_the_claims_is_refused() {
    let tokens = tokens_of_known_key();
    for claim in ["iss", "aud", "sub", "exp", "nbf", "sealed"] {
        let token = signed(&tokens, |claims| {
            claims.as_object_mut().unwrap().remove(claim);
        });
        assert_eq!(tokens.verify(&token, noon()), Err(TokenError::Malformed), "{claim}");
    }
}

#[test]
fn the_sealed_part_of_another_driver_is_refused() {
    let tokens = tokens_of_known_key();
    let token = signed(&tokens, |claims| claims["sub"] = json!("7654321"));
    assert_eq!(tokens.verify(&token, noon()), Err(TokenError::Sealed(SealError::Broken)));
}

#[test]
fn an_entitlement_that_is_no_longer_known_is_dropped() {
    let tokens = tokens_of_known_key();
    let token = signed(&tokens, |claims| claims["ent"] = json!(["developer", "time_traveller"]));
    assert_eq!(tokens.verify(&token, noon()).unwrap().entitlements, [Entitlement::Developer]);
}

#[test]
fn while_a_key_is_replaced_tokens_of_both_are_good() {
    let fresh = auth::generate_local_keys().unwrap().signing_key_pem;
    let before = tokens_of_known_key();
    let both = SigningKeys::from_pem(&format!("{}\n{SIGNING_KEY}", fresh.expose())).unwrap();
    let during = Tokens { signing: both, ..before.clone() };
    let afterwards = Tokens { signing: SigningKeys::from_pem(fresh.expose()).unwrap(), ..before.clone() };

    let (old, new) = (issue(&before), issue(&during));
    assert_ne!(part(&new, 0)["kid"], SIGNING_KEY_ID, "the first key signs");
    assert!(during.verify(&old, noon()).is_ok() && during.verify(&new, noon()).is_ok());
    assert!(afterwards.verify(&new, noon()).is_ok());
    assert_eq!(afterwards.verify(&old, noon()), Err(TokenError::UnknownKey));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_or_cut_token_is_refused(at: prop::sample::Index, replacement in "[A-Za-z0-9_.-]") {
        let tokens = tokens();
        let token = issue(&tokens);
        let at = at.index(token.len());
        prop_assert!(tokens.verify(&token[..at], noon()).is_err());
        let changed = format!("{}{replacement}{}", &token[..at], &token[at + 1..]);
        if changed != token {
            prop_assert!(tokens.verify(&changed, noon()).is_err());
        }
    }

    #[test]
    fn any_text_is_refused_without_a_crash(text: String) {
        prop_assert!(tokens().verify(&text, noon()).is_err());
    }
}
