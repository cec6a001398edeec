//! Where iRacing's shapes become ours.
//!
//! Pure functions from the models of [`iracing`] to the values of [`domain`]. Here, and only here, 0-based positions
//! become 1-based, iRacing's mixed units become metric, parts of a session are told apart by type and name, and teams,
//! heats, AI drivers and results of past years become one shape.
//!
//! - [`session_from_results`]: a subsession without its laps;
//! - [`lap_chart`]: the laps of its field; [`race_events`]: what happened between them;
//! - [`tracks`], [`cars`], [`series`]: reference data; [`plain_text`]: descriptions without their markup;
//! - [`track_map`]: the layers of a track's map.
//!
//! A driver's own race is then [`domain::Race::of`].

mod description;
mod entrants;
mod events;
mod laps;
mod reference;
mod session;
mod track_map;
mod weather;

pub use description::{plain_facts, plain_text};
pub use events::race_events;
pub use laps::lap_chart;
pub use reference::{car_descriptions, cars, series, series_descriptions, track_descriptions, tracks};
pub use session::{MappingError, session_from_results};
pub use track_map::{TrackMapError, track_map};

/// A count that iRacing writes as a signed integer; what is below zero is none.
fn count(number: Option<i64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// What iRacing counts from 0 and we from 1: positions and race weeks.
fn one_based(number: Option<i64>) -> Option<u32> {
    count(number).and_then(|number| number.checked_add(1))
}

/// A count or strength where zero says as little as nothing.
fn positive(number: Option<i64>) -> Option<u32> {
    count(number).filter(|number| *number > 0)
}

/// A lap time; zero is written for those without laps.
fn time(ticks: Option<i64>) -> Option<i64> {
    ticks.filter(|ticks| *ticks > 0)
}

/// A name without the blanks that some end with; `None` if nothing is left.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The name of a layout; tracks with one layout only have none.
fn layout(config_name: Option<&str>) -> Option<String> {
    config_name.and_then(name).filter(|layout| layout != "N/A")
}
