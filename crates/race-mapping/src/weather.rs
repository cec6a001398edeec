//! Weather in metric units.
//!
//! Units differ within one answer: wind that was *set* is in metres per second when metric, wind that was *measured*
//! in kilometres per hour. Recordings show it: 3 is set where 10.5 is measured.

use domain::session::Weather;
use iracing::models::results::{Weather as Set, WeatherResult as Measured};

const METERS_PER_SECOND_PER_MPH: f64 = 0.447_04;
const METERS_PER_SECOND_PER_KPH: f64 = 1.0 / 3.6;

/// The weather that was set for the event.
pub(crate) fn set(weather: &Set) -> Weather {
    let per_unit = if weather.wind_units == Some(0) { METERS_PER_SECOND_PER_MPH } else { 1.0 };
    Weather {
        temperature_celsius: celsius(weather.temp_value, weather.temp_units),
        // 0 where the weather is generated: nobody sets that.
        humidity_percent: rounded(weather.rel_humidity).filter(|humidity| *humidity > 0.0),
        wind_speed_meters_per_second: rounded(weather.wind_value.map(|speed| speed * per_unit)),
        wind_direction: small(weather.wind_dir, 7),
        skies: small(weather.skies, 3),
        precipitation_percent: rounded(weather.precip_time_pct),
        precipitation_mm: rounded(weather.precip_mm_final_session),
        track_water: weather.track_water.and_then(|water| i32::try_from(water).ok()),
    }
}

/// The weather as it was in a simsession.
pub(crate) fn measured(weather: &Measured) -> Weather {
    let per_unit = if weather.wind_units == Some(0) { METERS_PER_SECOND_PER_MPH } else { METERS_PER_SECOND_PER_KPH };
    Weather {
        temperature_celsius: celsius(weather.avg_temp, weather.temp_units),
        humidity_percent: rounded(weather.avg_rel_humidity),
        wind_speed_meters_per_second: rounded(weather.avg_wind_speed.map(|speed| speed * per_unit)),
        wind_direction: small(weather.avg_wind_dir, 7),
        skies: small(weather.avg_skies, 3),
        precipitation_percent: rounded(weather.precip_time_pct),
        precipitation_mm: rounded(weather.precip_mm),
        track_water: None,
    }
}

/// What was measured, and what was set where nothing was measured.
pub(crate) fn merged(measured: Option<Weather>, set: Option<Weather>) -> Option<Weather> {
    let (Some(measured), Some(set)) = (measured, set) else { return measured.or(set) };
    Some(Weather {
        temperature_celsius: measured.temperature_celsius.or(set.temperature_celsius),
        humidity_percent: measured.humidity_percent.or(set.humidity_percent),
        wind_speed_meters_per_second: measured.wind_speed_meters_per_second.or(set.wind_speed_meters_per_second),
        wind_direction: measured.wind_direction.or(set.wind_direction),
        skies: measured.skies.or(set.skies),
        precipitation_percent: measured.precipitation_percent.or(set.precipitation_percent),
        precipitation_mm: measured.precipitation_mm.or(set.precipitation_mm),
        track_water: measured.track_water.or(set.track_water),
    })
}

fn celsius(value: Option<f64>, units: Option<i64>) -> Option<f32> {
    rounded(value.map(|value| if units == Some(0) { (value - 32.0) / 1.8 } else { value }))
}

/// One decimal is more than anybody reads, and packs well.
#[expect(clippy::cast_possible_truncation, reason = "weather fits a float of any size")]
fn rounded(value: Option<f64>) -> Option<f32> {
    value.map(|value| ((value * 10.0).round() / 10.0) as f32)
}

fn small(number: Option<i64>, largest: u8) -> Option<u8> {
    number.and_then(|number| u8::try_from(number).ok()).filter(|number| *number <= largest)
}
