//! The packed form of a field's laps.
//!
//! A race of 30 cars has 600 laps and more; one item a lap would cost a write unit each. Packed, a lap takes three to
//! six bytes. The form, version 1: one byte of version, then a zlib stream of
//!
//! 1. the number of entrants, and for each its kind (0 driver, 1 team, 2 AI), its id, its number of drivers, their ids
//!    and its number of laps;
//! 2. the laps of all entrants, one column after the other: number, session time, lap time, position, flags with the
//!    incident as lowest bit, and, for entrants with more than one driver, which of them drove.
//!
//! Every value is a LEB128 varint; signed ones are zigzag coded. Numbers, session times and positions are differences
//! to the lap before of the same entrant; lap times are differences to the difference of session times, which by
//! iRacing's own arithmetic is nearly always 0. Optional values are 0 for "none" and otherwise one more than their code.

use domain::{
    DriverId, TeamId,
    ids::EntrantId,
    lap::{EntrantLaps, Lap, LapFlags},
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::io::{Read, Write};

const VERSION: u8 = 1;

/// No honest chart unpacks to more: 60 cars, 2,000 laps, 40 bytes each.
const MOST_UNPACKED: u64 = 8 << 20;

/// Writes one value of a lap, given the lap before and the entrant's drivers.
type WriteColumn<'a> = dyn FnMut(&mut Vec<u8>, &Lap, Option<&Lap>, &[DriverId]) + 'a;

/// Reads it back.
type ReadColumn<'a> = dyn FnMut(&mut Input<'_>, &mut Lap, Option<&Lap>, &[DriverId]) -> Result<(), &'static str> + 'a;

/// Packs the laps of some entrants.
pub(crate) fn pack(entrants: &[EntrantLaps]) -> Vec<u8> {
    let mut plain = Vec::new();
    unsigned(&mut plain, entrants.len() as u64);
    let drivers: Vec<Vec<DriverId>> = entrants.iter().map(drivers_of).collect();
    for (entrant, drivers) in entrants.iter().zip(&drivers) {
        let (kind, id) = match entrant.entrant {
            EntrantId::Driver(DriverId(id)) => (0, id),
            EntrantId::Team(TeamId(id)) => (1, id),
            EntrantId::Ai(id) => (2, id),
        };
        unsigned(&mut plain, kind);
        signed(&mut plain, id);
        unsigned(&mut plain, drivers.len() as u64);
        for DriverId(driver) in drivers {
            signed(&mut plain, *driver);
        }
        unsigned(&mut plain, entrant.laps.len() as u64);
    }
    let mut column = |write: &mut WriteColumn<'_>| {
        for (entrant, drivers) in entrants.iter().zip(&drivers) {
            let mut before = None;
            for lap in &entrant.laps {
                write(&mut plain, lap, before, drivers);
                before = Some(lap);
            }
        }
    };
    column(&mut |out, lap, before, _| {
        signed(out, i64::from(lap.number) - before.map_or(0, |before| i64::from(before.number)));
    });
    column(&mut |out, lap, before, _| {
        optional(out, lap.session_time.map(|time| time.wrapping_sub(session_time(before))))
    });
    column(&mut |out, lap, before, _| {
        optional(out, lap.lap_time.map(|time| time.wrapping_sub(expected_lap_time(lap.session_time, before))));
    });
    column(&mut |out, lap, before, _| {
        let before = before.and_then(|before| before.position).unwrap_or(0);
        optional(out, lap.position.map(|position| i64::from(position) - i64::from(before)));
    });
    column(&mut |out, lap, _, _| unsigned(out, u64::from(lap.flags.0) << 1 | u64::from(lap.incident)));
    column(&mut |out, lap, _, drivers| {
        if drivers.len() > 1 {
            let index = drivers.iter().position(|driver| *driver == lap.driver).unwrap_or(0);
            unsigned(out, index as u64);
        }
    });
    let mut packed = ZlibEncoder::new(vec![VERSION], Compression::best());
    // Writing into a vector cannot fail.
    let _ = packed.write_all(&plain);
    packed.finish().unwrap_or_default()
}

/// Unpacks what [`pack`] made; says what is wrong with anything else.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<EntrantLaps>, &'static str> {
    let (version, stream) = packed.split_first().ok_or("it is empty")?;
    if *version != VERSION {
        return Err("its version is unknown");
    }
    let mut plain = Vec::new();
    ZlibDecoder::new(stream).take(MOST_UNPACKED + 1).read_to_end(&mut plain).map_err(|_| "it does not inflate")?;
    if plain.len() as u64 > MOST_UNPACKED {
        return Err("it inflates to more than any race holds");
    }
    // A lap takes a byte in each of five columns at least: a few bytes cannot ask for the memory of a million laps.
    let mut laps_left = plain.len() / 5;
    let mut input = Input(&plain);
    let count = input.length()?;
    let mut entrants = Vec::with_capacity(count);
    let mut drivers = Vec::with_capacity(count);
    for _ in 0..count {
        let entrant = match (input.unsigned()?, input.signed()?) {
            (0, id) => EntrantId::Driver(DriverId(id)),
            (1, id) => EntrantId::Team(TeamId(id)),
            (2, id) => EntrantId::Ai(id),
            _ => return Err("an entrant is of no known kind"),
        };
        let driver_count = input.length()?;
        let own: Vec<_> = (0..driver_count).map(|_| input.signed().map(DriverId)).collect::<Result<_, _>>()?;
        let blank = Lap {
            number: 0,
            driver: own.first().copied().unwrap_or(DriverId(0)),
            session_time: None,
            lap_time: None,
            position: None,
            flags: LapFlags(0),
            incident: false,
        };
        let laps = input.length()?;
        laps_left = laps_left.checked_sub(laps).ok_or("it names more laps than it holds")?;
        entrants.push(EntrantLaps { entrant, laps: vec![blank; laps] });
        drivers.push(own);
    }
    let mut column = |read: &mut ReadColumn<'_>| {
        for (entrant, drivers) in entrants.iter_mut().zip(&drivers) {
            let mut before: Option<Lap> = None;
            for lap in &mut entrant.laps {
                read(&mut input, lap, before.as_ref(), drivers)?;
                before = Some(*lap);
            }
        }
        Ok::<_, &'static str>(())
    };
    column(&mut |input, lap, before, _| {
        let number = before.map_or(0, |before| i64::from(before.number)).checked_add(input.signed()?);
        lap.number = number.and_then(|number| u32::try_from(number).ok()).ok_or("a lap has no possible number")?;
        Ok(())
    })?;
    column(&mut |input, lap, before, _| {
        lap.session_time = input.optional()?.map(|difference| session_time(before).wrapping_add(difference));
        Ok(())
    })?;
    column(&mut |input, lap, before, _| {
        lap.lap_time =
            input.optional()?.map(|difference| expected_lap_time(lap.session_time, before).wrapping_add(difference));
        Ok(())
    })?;
    column(&mut |input, lap, before, _| {
        let before = i64::from(before.and_then(|before| before.position).unwrap_or(0));
        let position = input
            .optional()?
            .map(|difference| before.checked_add(difference).and_then(|position| u32::try_from(position).ok()));
        lap.position = position.map(|position| position.ok_or("a lap has no possible position")).transpose()?;
        Ok(())
    })?;
    column(&mut |input, lap, _, _| {
        let flags = input.unsigned()?;
        lap.incident = flags & 1 == 1;
        lap.flags = LapFlags(u32::try_from(flags >> 1).map_err(|_| "a lap has impossible flags")?);
        Ok(())
    })?;
    column(&mut |input, lap, _, drivers| {
        if drivers.len() > 1 {
            let index = usize::try_from(input.unsigned()?).map_err(|_| "a lap has no driver")?;
            lap.driver = *drivers.get(index).ok_or("a lap has no driver")?;
        }
        Ok(())
    })?;
    if input.0.is_empty() { Ok(entrants) } else { Err("it goes on after its end") }
}

fn drivers_of(entrant: &EntrantLaps) -> Vec<DriverId> {
    let mut drivers = Vec::new();
    for lap in &entrant.laps {
        if !drivers.contains(&lap.driver) {
            drivers.push(lap.driver);
        }
    }
    drivers
}

fn session_time(lap: Option<&Lap>) -> i64 {
    lap.and_then(|lap| lap.session_time).unwrap_or(0)
}

fn expected_lap_time(at: Option<i64>, before: Option<&Lap>) -> i64 {
    at.unwrap_or(0).wrapping_sub(session_time(before))
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn signed(out: &mut Vec<u8>, value: i64) {
    unsigned(out, zigzag(value));
}

fn optional(out: &mut Vec<u8>, value: Option<i64>) {
    // A difference of the full 64 bits would not leave room for "none"; times and positions are far from it.
    unsigned(out, value.map_or(0, |value| zigzag(value).saturating_add(1)));
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn unsigned(&mut self) -> Result<u64, &'static str> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or("it is cut off")?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number is too long")
    }

    fn signed(&mut self) -> Result<i64, &'static str> {
        self.unsigned().map(unzigzag)
    }

    fn optional(&mut self) -> Result<Option<i64>, &'static str> {
        Ok(self.unsigned()?.checked_sub(1).map(unzigzag))
    }

    /// A count of things that follow: each takes a byte at least, so no more than there are bytes.
    fn length(&mut self) -> Result<usize, &'static str> {
        let length = usize::try_from(self.unsigned()?).map_err(|_| "a count is too large")?;
        if length <= self.0.len() { Ok(length) } else { Err("a count is too large") }
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lap() -> impl Strategy<Value = Lap> {
        let time = || prop::option::of(0i64..10_000_000_000);
        (0u32..2000, 1i64..5, time(), time(), prop::option::of(1u32..100), 0u32..131_072, any::<bool>()).prop_map(
            |(number, driver, session_time, lap_time, position, flags, incident)| Lap {
                number,
                driver: DriverId(driver),
                session_time,
                lap_time,
                position,
                flags: LapFlags(flags),
                incident,
            },
        )
    }

    fn entrant() -> impl Strategy<Value = EntrantLaps> {
        let id = prop_oneof![
            (1i64..9_999_999).prop_map(|id| EntrantId::Driver(DriverId(id))),
            (1i64..9_999_999).prop_map(|id| EntrantId::Team(TeamId(-id))),
            (0i64..99).prop_map(EntrantId::Ai),
        ];
        (id, prop::collection::vec(lap(), 0..40)).prop_map(|(entrant, laps)| EntrantLaps { entrant, laps })
    }

    proptest! {
        #[test]
        fn laps_survive_packing(entrants in prop::collection::vec(entrant(), 0..20)) {
            prop_assert_eq!(unpack(&pack(&entrants)), Ok(entrants));
        }

        #[test]
        fn damaged_packs_are_refused_or_read_but_never_panic(
            entrants in prop::collection::vec(entrant(), 1..4),
            place in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            plain in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut packed = pack(&entrants);
            let place = place.index(packed.len());
            packed[place] = byte;
            let _ = unpack(&packed);
            let mut encoder = ZlibEncoder::new(vec![VERSION], Compression::fast());
            encoder.write_all(&plain).unwrap();
            let _ = unpack(&encoder.finish().unwrap());
        }
    }

    #[test]
    fn a_pack_of_another_version_is_refused() {
        assert_eq!(unpack(&[2, 0]), Err("its version is unknown"));
        assert_eq!(unpack(&[]), Err("it is empty"));
    }
}
