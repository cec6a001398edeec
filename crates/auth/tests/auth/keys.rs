use auth::{KeyError, SealingKeys, SigningKeys, generate_local_keys};

const P256_SEC1: &str = include_str!("keys/p256-sec1.pem");
const P256_PKCS8: &str = include_str!("keys/p256-pkcs8.pem");
const P256_PUBLIC: &str = include_str!("keys/p256-public.pem");
const P384_SEC1: &str = include_str!("keys/p384-sec1.pem");
const SECP256K1_PKCS8: &str = include_str!("keys/secp256k1-pkcs8.pem");

/// First half of the SHA-256 of the public key, by `openssl ec -pubout -outform der | tail -c 65 | sha256sum`.
const P256_ID: &str = "09dc2bf975e0d81a";

#[test]
fn a_signing_key_is_read_in_both_forms_and_has_the_same_id() {
    for pem in [P256_SEC1, P256_PKCS8] {
        let keys = SigningKeys::from_pem(pem).unwrap();
        assert_eq!(format!("{keys:?}"), format!("[{P256_ID:?}]"));
    }
}

#[test]
fn a_secret_may_hold_several_signing_keys_and_the_first_comes_first() {
    let fresh = generate_local_keys().unwrap().signing_key_pem;
    let keys = SigningKeys::from_pem(&format!("{}\n{P256_SEC1}", fresh.expose())).unwrap();
    let ids = format!("{keys:?}");
    assert!(ids.ends_with(&format!(", {P256_ID:?}]")), "{ids}");
}

#[test]
fn other_curves_and_public_keys_are_refused_with_what_was_expected() {
    for (pem, label) in [(P384_SEC1, "EC PRIVATE KEY"), (SECP256K1_PKCS8, "PRIVATE KEY"), (P256_PUBLIC, "PUBLIC KEY")] {
        let error = SigningKeys::from_pem(&format!("{P256_PKCS8}{pem}")).unwrap_err();
        assert_eq!(error, KeyError::NotP256 { position: 2, label: label.to_owned() });
        assert!(error.to_string().contains("P-256"), "{error}");
    }
}

#[test]
fn a_secret_without_a_signing_key_is_refused() {
    for secret in ["", "hello", "-----BEGIN PRIVATE KEY-----\ncut off"] {
        assert_eq!(SigningKeys::from_pem(secret).unwrap_err(), KeyError::NoPem);
    }
}

#[test]
fn a_sealing_key_must_be_base64_of_32_bytes() {
    let key = generate_local_keys().unwrap().sealing_key_base64;
    let key = key.expose();
    for (secret, expected) in [
        (String::new(), KeyError::NoSealingKey),
        ("not base64!".to_owned(), KeyError::NotBase64 { position: 1 }),
        ("c2hvcnQ=".to_owned(), KeyError::WrongLength { position: 1, bytes: 5 }),
        (format!("{key}\nc2hvcnQ="), KeyError::WrongLength { position: 2, bytes: 5 }),
    ] {
        assert_eq!(SealingKeys::from_base64(&secret).unwrap_err(), expected);
    }
    assert!(SealingKeys::from_base64(&format!(" {key}\n{key}\n")).is_ok());
}

#[test]
fn keys_do_not_show_themselves() {
    let keys = generate_local_keys().unwrap();
    let sealing = SealingKeys::from_base64(keys.sealing_key_base64.expose()).unwrap();
    assert_eq!(format!("{sealing:?}"), "[1 hidden]");
    assert!(!format!("{keys:?}").contains("BEGIN"));
}
