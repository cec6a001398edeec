//! Laps of the whole field, as `results/lap_chart_data` tells them.

use crate::ids::{DriverId, EntrantId};
use serde::{Deserialize, Serialize};

/// iRacing's flags of a lap, bit by bit. The API's `lap_events` strings are these bits in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct LapFlags(pub u32);

impl LapFlags {
    /// The lap does not count.
    pub const INVALID: Self = Self(1);
    /// The car was in the pits.
    pub const PITTED: Self = Self(2);
    /// The car left the track.
    pub const OFF_TRACK: Self = Self(4);
    /// A black flag was shown.
    pub const BLACK_FLAG: Self = Self(8);
    /// The car was reset.
    pub const CAR_RESET: Self = Self(16);
    /// Contact with something that is not a car.
    pub const CONTACT: Self = Self(32);
    /// Contact with a car.
    pub const CAR_CONTACT: Self = Self(64);
    /// The driver lost control.
    pub const LOST_CONTROL: Self = Self(128);
    /// The car's position jumped.
    pub const DISCONTINUITY: Self = Self(256);
    /// The crossing of the line was interpolated.
    pub const INTERPOLATED_CROSSING: Self = Self(512);
    /// The clocks of car and server disagreed.
    pub const CLOCK_SMASH: Self = Self(1024);
    /// The car was towed.
    pub const TOW: Self = Self(2048);
    /// Another driver took the wheel.
    pub const DRIVER_CHANGE: Self = Self(4096);
    /// First lap of the race.
    pub const FIRST_LAP: Self = Self(8192);
    /// The lap ended at the chequered flag.
    pub const CHECKERED: Self = Self(16384);
    /// The optional path (joker lap) was taken.
    pub const OPTIONAL_PATH: Self = Self(32768);
    /// The meatball flag was shown.
    pub const MEATBALL: Self = Self(65536);

    /// Whether all bits of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// One lap of one car.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Lap {
    /// 0 is the grid (not a lap), the first lap is 1.
    pub number: u32,
    /// Who drove it; in a team race not always the same.
    pub driver: DriverId,
    /// When the car crossed the line: 1/10 000 s since the simsession began.
    pub session_time: Option<i64>,
    /// How long the lap took, in 1/10 000 s; `None` if it was not timed or does not count.
    pub lap_time: Option<i64>,
    /// 1-based position after the lap; `None` for a car that did not start.
    pub position: Option<u32>,
    /// What happened on it.
    pub flags: LapFlags,
    /// Whether incident points were collected (how many is known for the race only).
    pub incident: bool,
}

/// A lap as exports write it, of which a day's race has 50 000: number, driver, session time, lap time, position, flags,
/// incident.
type Row = (u32, DriverId, Option<i64>, Option<i64>, Option<u32>, u32, bool);

impl From<Row> for Lap {
    fn from((number, driver, session_time, lap_time, position, flags, incident): Row) -> Self {
        Self { number, driver, session_time, lap_time, position, flags: LapFlags(flags), incident }
    }
}

impl From<Lap> for Row {
    fn from(lap: Lap) -> Self {
        let Lap { number, driver, session_time, lap_time, position, flags: LapFlags(flags), incident } = lap;
        (number, driver, session_time, lap_time, position, flags, incident)
    }
}

/// All laps of one entrant, by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrantLaps {
    /// Whose laps.
    pub entrant: EntrantId,
    /// In order of their number.
    pub laps: Vec<Lap>,
}

/// The laps of a whole field in one simsession.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapChart {
    /// 0 is the main event; the sessions before it are -1, -2, ...
    pub simsession: i32,
    /// One entry an entrant, in iRacing's order.
    pub entrants: Vec<EntrantLaps>,
}

impl LapChart {
    /// Number of laps driven by all (lap 0 is none).
    pub fn lap_count(&self) -> usize {
        self.entrants.iter().map(|entrant| entrant.laps.iter().filter(|lap| lap.number > 0).count()).sum()
    }
}
