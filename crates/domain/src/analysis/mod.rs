//! What a race's laps and result say, worked out from data alone.
//!
//! Everything starts from a [`Field`]: the result of one simsession joined with its classified laps and event log. From
//! it come
//!
//! - [`laps`]: what kind each lap is, and times that iRacing did not count;
//! - [`mod@stints`]: what lies between stops;
//! - [`mod@pace`]: median, best, evenness and fade, ranked in class;
//! - [`mod@battles`] and [`mod@story`]: what happened, as data that the page puts into words;
//! - [`mod@ledger`]: where places were won and lost;
//! - [`rating`]: what the rating formula expects and gives (from the result alone).
//!
//! Times are 1/10 000 s. Statistics of pace use pace laps only; [`robust`] has the estimators.

pub mod battles;
pub mod event;
pub mod field;
pub mod laps;
pub mod ledger;
pub mod pace;
pub mod rating;
pub mod robust;
pub mod stints;
pub mod story;
#[cfg(test)]
pub(crate) mod synthetic;

pub use battles::{Battle, battles};
pub use event::{Penalty, RaceEvent, RaceEventKind, cautions_unknown};
pub use field::{Entry, Field, Scope};
pub use laps::{ClassifiedLap, LapClass, LapReason};
pub use ledger::{Ledger, PlaceCause, PlaceStep, ledger};
pub use pace::{LapSpread, Pace, PaceRanks, class_spread, pace};
pub use rating::{RatingEstimate, rating_estimates};
pub use stints::{Stint, stints};
pub use story::{StoryEvent, StoryKind, story};
