//! iRacing's drawings of tracks, and what it writes about them.
#![no_main]

use domain::reference::TrackMapLayerName;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = [(TrackMapLayerName::Active, bytes.to_vec())];
    if let Ok(map) = race_mapping::track_map(&files) {
        let paths = map.layers.iter().flat_map(|layer| &layer.shapes).map(|shape| shape.path.as_str());
        assert!(paths.flat_map(str::chars).all(|letter| "MLQCZ0123456789 .-".contains(letter)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = race_mapping::plain_text(text);
        let _ = race_mapping::plain_facts(text);
    }
});
