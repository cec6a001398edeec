use auth::refresh::{Family, IDLE_LIFETIME, Outcome, RefreshToken};
use auth::{Hidden, SealingKeys, generate_local_keys};
use domain::DriverId;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{noon, sealing_keys};

const DRIVER: DriverId = DriverId(7);
const SESSION: &str = "0b9f4f2e-6c53-4a33-9a8f-0d5a4a1c1f10";
const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn begin(keys: &SealingKeys) -> (Family, RefreshToken) {
    let (family, token) = Family::begin(keys, DRIVER, SESSION, noon());
    (family, read(&token))
}

fn read(token: &Hidden) -> RefreshToken {
    token.expose().parse().unwrap()
}

/// Presents a token that must be the good one.
fn rotate(keys: &SealingKeys, family: &Family, token: &RefreshToken, now: Timestamp) -> (Family, RefreshToken) {
    match family.present(keys, token, now) {
        Outcome::Rotate { next_family, next_token } => (next_family, read(&next_token)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_use_of_the_good_token_makes_another_one() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);
    assert_eq!((first.driver_id, first.session_id.as_str()), (DRIVER, SESSION));

    let later = noon() + SignedDuration::from_hours(24);
    let (next, second) = rotate(&keys, &family, &first, later);
    assert_ne!(first, second);
    assert_eq!(next.generation, 2);
    assert_eq!(next.rotated_at, later);
    assert_eq!(next.expires_at, later + IDLE_LIFETIME);
    rotate(&keys, &next, &second, later);
}

#[test]
fn a_parallel_refresh_is_given_the_same_successor() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);

    // both read the family before either has stored the outcome
    assert_eq!(family.present(&keys, &first, noon()), family.present(&keys, &first, noon()));

    // one comes after the other has stored it
    let (next, second) = rotate(&keys, &family, &first, noon());
    let Outcome::Again { token } = next.present(&keys, &first, noon() + SECOND) else { panic!("not answered") };
    assert_eq!(read(&token), second);
}

#[test]
fn a_browser_that_never_got_its_answer_is_not_logged_out() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);
    let (family, second) = rotate(&keys, &family, &first, noon());
    let days_later = noon() + SignedDuration::from_hours(5 * 24);
    let Outcome::Again { token } = family.present(&keys, &first, days_later) else { panic!("not answered") };
    assert_eq!(read(&token), second);
}

#[test]
fn a_token_whose_successor_was_used_ends_the_session_at_once() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);
    let (family, second) = rotate(&keys, &family, &first, noon());
    let (family, _) = rotate(&keys, &family, &second, noon());
    assert_eq!(family.present(&keys, &first, noon()), Outcome::Reused);
}

#[test]
fn a_session_that_is_not_used_ends_by_itself() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);
    rotate(&keys, &family, &first, noon() + IDLE_LIFETIME - SECOND);
    assert_eq!(family.present(&keys, &first, noon() + IDLE_LIFETIME), Outcome::Expired);
}

#[test]
fn a_forged_token_neither_refreshes_nor_ends_the_session() {
    let keys = sealing_keys();
    let (family, first) = begin(&keys);
    let (family, second) = rotate(&keys, &family, &first, noon());
    let (family, _) = rotate(&keys, &family, &second, noon());
    let strangers = sealing_keys();
    for generation in 1..=4 {
        let (mut forged_family, mut forged) = begin(&strangers);
        for _ in 1..generation {
            (forged_family, forged) = rotate(&strangers, &forged_family, &forged, noon());
        }
        assert_eq!(family.present(&keys, &forged, noon()), Outcome::Unknown, "generation {generation}");
    }
}

#[test]
fn a_token_of_another_session_is_unknown() {
    let keys = sealing_keys();
    let (family, _) = begin(&keys);
    for (driver, session) in [(DRIVER, "another"), (DriverId(8), SESSION)] {
        let (_, token) = Family::begin(&keys, driver, session, noon());
        assert_eq!(family.present(&keys, &read(&token), noon()), Outcome::Unknown);
    }
}

#[test]
fn replacing_the_sealing_key_ends_no_session() {
    let line = || generate_local_keys().unwrap().sealing_key_base64.expose().to_owned();
    let (old_line, new_line) = (line(), line());
    let old = SealingKeys::from_base64(&old_line).unwrap();
    let both = SealingKeys::from_base64(&format!("{new_line}\n{old_line}")).unwrap();

    let (family, first) = begin(&old);
    let (next, second) = rotate(&both, &family, &first, noon());
    let Outcome::Again { token } = next.present(&both, &first, noon()) else { panic!("not answered") };
    assert_eq!(read(&token), second);

    let new = SealingKeys::from_base64(&new_line).unwrap();
    rotate(&new, &next, &second, noon());
}

#[test]
fn a_token_does_not_show_its_secret() {
    let (_, token) = begin(&sealing_keys());
    assert_eq!(format!("{token:?}"), "RefreshToken(generation 1 of driver 7)");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_crash(text in r"-?[0-9]{0,3}(\.[A-Za-z0-9_-]{0,50}){0,5}") {
        let _ = text.parse::<RefreshToken>();
    }

    #[test]
    fn a_changed_token_is_never_taken(at: prop::sample::Index, replacement in "[A-Za-z0-9_.-]") {
        let keys = sealing_keys();
        let (family, token) = Family::begin(&keys, DRIVER, SESSION, noon());
        let token = token.expose();
        let at = at.index(token.len());
        let changed = format!("{}{replacement}{}", &token[..at], &token[at + 1..]);
        let same = |changed: &RefreshToken| *changed == read(&Hidden::new(token));
        if let Ok(changed) = changed.parse::<RefreshToken>() && !same(&changed) {
            let outcome = family.present(&keys, &changed, noon());
            // The driver and session in the text choose the record that is read; here it is the right one anyway.
            let addressed_elsewhere = changed.driver_id != DRIVER || changed.session_id != SESSION;
            prop_assert!(addressed_elsewhere || outcome == Outcome::Unknown, "{outcome:?}");
        }
    }
}
