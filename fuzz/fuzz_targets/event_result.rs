//! Exported files: read, mapped, and turned into the race of everybody in them.
#![no_main]

use domain::{EntrantId, Race, RaceSource};
use iracing::EventResult;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(result) = EventResult::parse(bytes) else { return };
    let Ok(session) = race_mapping::session_from_results(&result) else { return };
    for entrant in session.entrants.iter().take(100) {
        if let EntrantId::Driver(driver) = entrant.entrant_id {
            let _ = Race::of(&session, driver, RaceSource::Import);
        }
        for member in &entrant.drivers {
            let _ = Race::of(&session, member.driver_id, RaceSource::Import);
        }
    }
});
