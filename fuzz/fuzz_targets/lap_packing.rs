//! The packed laps of a field: what can be unpacked can be packed and unpacked again.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The file itself, because its crate keeps it private and brings the AWS clients along.
#[path = "../../crates/store/src/lap_packing.rs"]
mod lap_packing;

fuzz_target!(|bytes: &[u8]| {
    // Random bytes hardly ever inflate: what follows the first byte is tried as it is, and as what is inside.
    for packed in [bytes.to_vec(), deflated(bytes)] {
        if let Ok(entrants) = lap_packing::unpack(&packed) {
            let again = lap_packing::pack(&entrants);
            assert!(lap_packing::unpack(&again).is_ok());
        }
    }
});

fn deflated(plain: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(vec![1], flate2::Compression::fast());
    packed.write_all(plain).expect("a vector takes everything");
    packed.finish().expect("a vector takes everything")
}
