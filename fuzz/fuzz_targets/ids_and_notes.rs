//! Ids in addresses and cursors, and what drivers write: what is read is written the same again.
#![no_main]

use domain::{DriverId, DriverRaceId, EntrantId, SubsessionId, journal::JournalContent};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = (text.parse::<DriverId>(), text.parse::<SubsessionId>());
    if let Ok(race) = text.parse::<DriverRaceId>() {
        assert_eq!(race.to_string().parse(), Ok(race));
    }
    if let Ok(entrant) = text.parse::<EntrantId>() {
        assert_eq!(entrant.to_string().parse(), Ok(entrant));
    }
    let tags = text.split(',').map(str::to_owned).collect();
    let content = JournalContent { notes: text.to_owned(), tags, replay_link: Some(text.to_owned()), lap: None };
    if let Ok(kept) = content.checked() {
        let _ = (kept.sentiment(), kept.matches(text));
        assert_eq!(kept.clone().checked().ok(), Some(kept));
    }
});
