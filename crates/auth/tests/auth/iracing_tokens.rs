use auth::{Hidden, IracingTokens, SealError};
use domain::DriverId;
use jiff::SignedDuration;

use crate::{noon, sealing_keys};

#[test]
fn a_pair_opens_for_its_driver_only() {
    let keys = sealing_keys();
    let pair = IracingTokens {
        access_token: Hidden::new("access"),
        issued_at: noon(),
        access_expires_at: noon() + SignedDuration::from_mins(10),
        refresh_token: Hidden::new("refresh"),
        refresh_expires_at: Some(noon() + SignedDuration::from_hours(7 * 24)),
    };
    let sealed = pair.seal(&keys, DriverId(1)).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("refresh"));
    assert_eq!(IracingTokens::open(&keys, DriverId(1), &sealed), Ok(pair.clone()));
    assert_eq!(IracingTokens::open(&keys, DriverId(2), &sealed), Err(SealError::Broken));
    assert!(!format!("{pair:?}").contains("access\""), "tokens do not show themselves");
    assert_eq!(pair.renew_at(), noon() + SignedDuration::from_mins(8));
}
