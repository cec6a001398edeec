use auth::{SealError, SealingKeys, generate_local_keys};
use proptest::prelude::*;

use crate::sealing_keys;

proptest! {
    #[test]
    fn what_is_sealed_opens_under_the_same_context_only(
        plain: Vec<u8>,
        context: Vec<u8>,
        other: Vec<u8>,
    ) {
        let keys = sealing_keys();
        let sealed = keys.seal(&context, &plain).unwrap();
        prop_assert_eq!(keys.open(&context, &sealed).unwrap(), plain);
        if other != context {
            prop_assert_eq!(keys.open(&other, &sealed), Err(SealError::Broken));
        }
    }

    #[test]
    fn changing_or_cutting_any_byte_breaks_the_seal(plain: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
        let keys = sealing_keys();
        let sealed = keys.seal(b"driver 1", &plain).unwrap();
        let at = at.index(sealed.len());

        let mut changed = sealed.clone();
        changed[at] ^= 1_u8 << bit;
        prop_assert_eq!(keys.open(b"driver 1", &changed), Err(SealError::Broken));
        prop_assert_eq!(keys.open(b"driver 1", &sealed[..at]), Err(SealError::Broken));
    }
}

#[test]
fn the_same_text_is_never_sealed_the_same_way_twice() {
    let keys = sealing_keys();
    assert_ne!(keys.seal(b"", b"text").unwrap(), keys.seal(b"", b"text").unwrap());
}

#[test]
fn a_replaced_key_still_opens_until_it_is_dropped() {
    let line = || generate_local_keys().unwrap().sealing_key_base64.expose().to_owned();
    let (old, new) = (line(), line());
    let before = SealingKeys::from_base64(&old).unwrap();
    let during = SealingKeys::from_base64(&format!("{new}\n{old}")).unwrap();
    let afterwards = SealingKeys::from_base64(&new).unwrap();

    let old_seal = before.seal(b"", b"text").unwrap();
    assert_eq!(during.open(b"", &old_seal).unwrap(), b"text");
    assert_eq!(afterwards.open(b"", &old_seal), Err(SealError::Broken));

    let new_seal = during.seal(b"", b"text").unwrap();
    assert_eq!(afterwards.open(b"", &new_seal).unwrap(), b"text");
    assert_eq!(before.open(b"", &new_seal), Err(SealError::Broken));
}
