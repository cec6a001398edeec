//! What is raced, on what and where: a small catalogue of cars, classes, tracks and series.
//!
//! Names and measures are facts of the real world; ids are those the service is known by where public.

mod cars;
mod series;
mod tracks;

pub(crate) use cars::{CARS, CLASSES, Car, CarClass, HOSTED_CLASS, car, class};
pub(crate) use series::{Format, Length, SERIES, Series, TEAM_SERIES, series};
pub(crate) use tracks::{TRACKS, Track, track};
