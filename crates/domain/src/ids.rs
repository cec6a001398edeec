//! Identifiers. iRacing's are integers; ours are built from them, so that they mean the same on every machine.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// An identifier could not be read from text.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("`{text}` is not {expected}")]
pub struct InvalidId {
    /// What was given.
    pub text: String,
    /// What was expected, as words.
    pub expected: &'static str,
}

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map(Self).map_err(|_| InvalidId { text: text.to_owned(), expected: "an integer" })
            }
        }
    };
}

integer_id! {
    /// iRacing's customer id: the one identity of a driver.
    DriverId
}
integer_id! {
    /// iRacing's team id; negative.
    TeamId
}
integer_id! {
    /// One split of a session: what a result belongs to.
    SubsessionId
}
integer_id! {
    /// iRacing's `session_id`, shared by all splits of a time slot.
    IracingSessionId
}
integer_id! {
    /// A series, over all its seasons.
    SeriesId
}
integer_id! {
    /// One season of a series.
    SeasonId
}
integer_id! {
    /// A league.
    LeagueId
}
integer_id! {
    /// A track in one of its layouts.
    TrackId
}
integer_id! {
    /// A car.
    CarId
}
integer_id! {
    /// A class of cars that race each other.
    CarClassId
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A WebSocket connection, as API Gateway names it.
    ConnectionId
}
text_id! {
    /// A run of the ingestion: a UUIDv7, so that runs sort by their start.
    RunId
}

text_id! {
    /// An export: a UUIDv7, so that exports sort by their start.
    ExportId
}

/// One driver's race: the second it started and the subsession it was.
///
/// Written `<unix seconds>-<subsession id>`. The start makes a driver's races sort by time; the subsession keeps two
/// races apart that start in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DriverRaceId {
    /// Unix seconds of the start; 0 or later.
    pub start_second: i64,
    /// The subsession raced in.
    pub subsession_id: SubsessionId,
}

impl DriverRaceId {
    /// The id of a race that started at `start` (fractions of a second are dropped).
    pub fn new(start: Timestamp, subsession_id: SubsessionId) -> Self {
        Self { start_second: start.as_second().max(0), subsession_id }
    }
}

impl fmt::Display for DriverRaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start_second, self.subsession_id)
    }
}

impl FromStr for DriverRaceId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { text: text.to_owned(), expected: "a race id such as 1766953800-82263872" };
        let digits = |part: &str| -> Option<i64> {
            (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let (start, subsession) = text.split_once('-').ok_or_else(invalid)?;
        let start_second = digits(start).filter(|second| *second <= 9_999_999_999).ok_or_else(invalid)?;
        let subsession_id = digits(subsession).map(SubsessionId).ok_or_else(invalid)?;
        Ok(Self { start_second, subsession_id })
    }
}

/// Who holds one line of a result: a driver, a team, or a driver played by the simulator.
///
/// Written `driver:<id>`, `team:<id>` or `ai:<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntrantId {
    /// A member who drives alone.
    Driver(DriverId),
    /// A team; its members are listed under it.
    Team(TeamId),
    /// An AI driver. Its number means nothing outside of the session and never names a member.
    Ai(i64),
}

impl fmt::Display for EntrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver(id) => write!(f, "driver:{id}"),
            Self::Team(id) => write!(f, "team:{id}"),
            Self::Ai(id) => write!(f, "ai:{id}"),
        }
    }
}

impl FromStr for EntrantId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { text: text.to_owned(), expected: "an entrant id such as driver:123" };
        let (kind, number) = text.split_once(':').ok_or_else(invalid)?;
        let number = number.parse().map_err(|_| invalid())?;
        match kind {
            "driver" => Ok(Self::Driver(DriverId(number))),
            "team" => Ok(Self::Team(TeamId(number))),
            "ai" => Ok(Self::Ai(number)),
            _ => Err(invalid()),
        }
    }
}

macro_rules! serde_as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

serde_as_text!(DriverRaceId);
serde_as_text!(EntrantId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_race_id_refuses_everything_but_two_unsigned_numbers() {
        for text in ["", "-", "1-", "-1", "1--2", "+1-2", "1-2-3", "99999999999-1", "1-99999999999999999999", "a-b"] {
            assert!(text.parse::<DriverRaceId>().is_err(), "{text:?} must be refused");
        }
    }

    proptest! {
        #[test]
        fn ids_survive_their_text(start in 0i64..9_999_999_999, number in 0i64..i64::MAX) {
            let race = DriverRaceId { start_second: start, subsession_id: SubsessionId(number) };
            prop_assert_eq!(race.to_string().parse(), Ok(race));
            for entrant in [EntrantId::Driver(DriverId(number)), EntrantId::Team(TeamId(-number)), EntrantId::Ai(number)] {
                prop_assert_eq!(entrant.to_string().parse(), Ok(entrant));
            }
        }
    }
}
