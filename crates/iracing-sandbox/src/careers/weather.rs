//! The weather of an event, in the two forms in which results show it.

use serde::Serialize;

use super::catalogue::track;
use super::dice::{Dice, mix};
use super::schedule::Head;

/// The weather that was set for the event.
#[derive(Debug, Serialize)]
pub(crate) struct Weather {
    allow_fog: bool,
    fog: i64,
    precip_mm2hr_before_final_session: f64,
    precip_mm_final_session: f64,
    precip_option: i64,
    precip_time_pct: f64,
    rel_humidity: i64,
    simulated_start_time: String,
    skies: i64,
    temp_units: i64,
    temp_value: i64,
    time_of_day: i64,
    track_water: i64,
    #[serde(rename = "type")]
    kind: i64,
    version: i64,
    weather_var_initial: i64,
    weather_var_ongoing: i64,
    wind_dir: i64,
    wind_units: i64,
    wind_value: i64,
}

/// The weather as it was in a simsession: degrees Celsius, kilometres an hour.
#[derive(Debug, Serialize)]
pub(crate) struct WeatherResult {
    avg_skies: i64,
    avg_cloud_cover_pct: f64,
    min_cloud_cover_pct: f64,
    max_cloud_cover_pct: f64,
    temp_units: i64,
    avg_temp: f64,
    min_temp: f64,
    max_temp: f64,
    avg_rel_humidity: f64,
    wind_units: i64,
    avg_wind_speed: f64,
    min_wind_speed: f64,
    max_wind_speed: f64,
    avg_wind_dir: i64,
    max_fog: i64,
    fog_time_pct: f64,
    precip_time_pct: f64,
    precip_mm: f64,
    precip_mm2hr_before_session: f64,
    simulated_start_time: String,
}

/// What both forms are drawn from.
struct Sky {
    temperature: f64,
    cloud: f64,
    humidity: f64,
    wind: f64,
    direction: i64,
    rain: f64,
    /// Local time in the simulation when the event begins, in minutes since midnight.
    minutes: i64,
    /// Days since the epoch.
    day: i64,
}

fn sky(head: &Head) -> Sky {
    let mut dice = Dice::new(mix(head.seed, 900));
    let track = track(head.track);
    let day = head.start.div_euclid(86_400);
    // Warm in July north of the equator, in January south of it.
    let season = ((day % 365) as f64 / 365.0 * std::f64::consts::TAU - 0.3).cos();
    let hemisphere = if track.latitude > 0.0 { -1.0 } else { 1.0 };
    let cloud = dice.unit() * 100.0;
    Sky {
        temperature: 18.0 + hemisphere * season * 9.0 + 3.0 * dice.bell(),
        cloud,
        humidity: 35.0 + 0.5 * cloud * dice.unit(),
        wind: 2.0 + 14.0 * dice.unit(),
        direction: dice.between(0, 7),
        // Rain came to the simulation in 2024.
        rain: match track.rain && head.week.year >= 2024 && cloud > 70.0 && dice.chance(0.35) {
            true => dice.unit(),
            false => 0.0,
        },
        minutes: dice.between(9 * 4, 19 * 4) * 15,
        day,
    }
}

fn local_time(day: i64, minutes: i64) -> String {
    let (day, minutes) = (day + minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
    format!("{date}T{:02}:{:02}:00", minutes / 60, minutes % 60)
}

fn skies(cloud: f64) -> i64 {
    ((cloud / 25.0) as i64).clamp(0, 3)
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

pub(crate) fn weather(head: &Head) -> Weather {
    let sky = sky(head);
    Weather {
        allow_fog: false,
        fog: 0,
        precip_mm2hr_before_final_session: 0.0,
        precip_mm_final_session: rounded(sky.rain * 3.0),
        precip_option: 8,
        precip_time_pct: rounded(sky.rain * 100.0),
        rel_humidity: sky.humidity as i64,
        simulated_start_time: local_time(sky.day, sky.minutes),
        skies: skies(sky.cloud),
        temp_units: 1,
        temp_value: sky.temperature.round() as i64,
        time_of_day: 2,
        track_water: (sky.rain * 30.0) as i64,
        kind: 3,
        version: 1,
        weather_var_initial: 0,
        weather_var_ongoing: 0,
        wind_dir: sky.direction,
        wind_units: 1,
        // The service gives metres a second here, unlike in the weather of a simsession.
        wind_value: (sky.wind / 3.6).round() as i64,
    }
}

/// The weather of a simsession, `number` as in `simsession_number`.
pub(crate) fn weather_result(head: &Head, number: i64) -> WeatherResult {
    let sky = sky(head);
    let mut dice = Dice::new(mix(head.seed, 950 + number.unsigned_abs()));
    let temperature = sky.temperature + dice.unit();
    let wind = (sky.wind + dice.bell()).max(0.5);
    WeatherResult {
        avg_skies: skies(sky.cloud),
        avg_cloud_cover_pct: rounded(sky.cloud),
        min_cloud_cover_pct: rounded((sky.cloud - 2.0).max(0.0)),
        max_cloud_cover_pct: rounded((sky.cloud + 2.0).min(100.0)),
        temp_units: 1,
        avg_temp: rounded(temperature),
        min_temp: rounded(temperature - 0.4),
        max_temp: rounded(temperature + 0.4),
        avg_rel_humidity: rounded(sky.humidity),
        wind_units: 1,
        avg_wind_speed: rounded(wind),
        min_wind_speed: rounded(wind * 0.9),
        max_wind_speed: rounded(wind * 1.1),
        avg_wind_dir: sky.direction,
        max_fog: 0,
        fog_time_pct: 0.0,
        precip_time_pct: rounded(if number == 0 { sky.rain * 100.0 } else { 0.0 }),
        precip_mm: rounded(if number == 0 { sky.rain * 3.0 } else { 0.0 }),
        precip_mm2hr_before_session: 0.0,
        simulated_start_time: local_time(sky.day, sky.minutes - 15 * number.abs()),
    }
}
