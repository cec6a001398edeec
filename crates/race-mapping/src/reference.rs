//! Tracks, cars and series, trimmed to what the pages show and in metric units.

use crate::description::{plain_facts, plain_text};
use crate::{count, layout, name, positive};
use domain::{CarId, SeriesId, TrackId, reference};
use iracing::models::{
    cars::{Car, CarAssets},
    series::{Series, SeriesAssets, StatsSeries},
    tracks::{Track, TrackAssets},
};
use std::collections::BTreeMap;

/// Where iRacing keeps pictures and logos.
const IMAGES: &str = "https://images-static.iracing.com";
const KILOMETERS_PER_MILE: f64 = 1.609_344;
const KILOGRAMS_PER_POUND: f64 = 0.453_592_37;

/// All tracks by name, then layout; what has no assets comes without pictures.
pub fn tracks(tracks: &[Track], assets: &BTreeMap<i64, TrackAssets>) -> Vec<reference::Track> {
    let mut mapped: Vec<_> = tracks.iter().map(|entry| track(entry, assets.get(&entry.track_id))).collect();
    mapped.sort_by(|one, other| (&one.name, &one.layout).cmp(&(&other.name, &other.layout)));
    mapped
}

fn track(track: &Track, assets: Option<&TrackAssets>) -> reference::Track {
    let map_layers = assets.and_then(|assets| assets.track_map_layers.as_ref());
    let map = assets.and_then(|assets| assets.track_map.as_deref());
    reference::Track {
        track_id: TrackId(track.track_id),
        name: track.track_name.trim().to_owned(),
        layout: layout(track.config_name.as_deref()),
        category: track.category.clone(),
        location: track.location.trim().to_owned(),
        length_km: rounded(track.track_config_length.unwrap_or(0.0) * KILOMETERS_PER_MILE, 1000.0),
        corners_per_lap: count(Some(track.corners_per_lap)).unwrap_or(0),
        pit_road_speed_limit_kph: track
            .pit_road_speed_limit
            .filter(|limit| *limit > 0.0)
            .map(|limit| rounded(limit * KILOMETERS_PER_MILE, 1.0)),
        max_cars: positive(Some(track.max_cars)),
        pit_stalls: positive(Some(track.number_pitstalls)),
        banking: track.banking.as_deref().and_then(name),
        is_oval: track.is_oval,
        is_dirt: track.is_dirt,
        retired: track.retired,
        night_lighting: track.night_lighting,
        rain_enabled: track.rain_enabled,
        free_with_subscription: track.free_with_subscription,
        latitude: track.latitude,
        longitude: track.longitude,
        image_url: assets
            .and_then(|assets| picture(Some(&assets.folder), assets.small_image.as_deref()))
            .or_else(|| picture(track.folder.as_deref(), track.small_image.as_deref())),
        logo_url: assets.and_then(|assets| logo(assets.logo.as_deref())).or_else(|| logo(track.logo.as_deref())),
        track_map_url: map.and(map_layers).and(map).map(str::to_owned),
        track_map_layers: map.and(map_layers).map(|layers| reference::TrackMapLayers {
            background: layers.background.clone(),
            inactive: layers.inactive.clone(),
            active: layers.active.clone(),
            pitroad: layers.pitroad.clone(),
            start_finish: layers.start_finish.clone(),
            turns: layers.turns.clone(),
        }),
        time_zone: name(&track.time_zone),
    }
}

/// All cars by name; what has no assets comes with the pictures of its own entry.
pub fn cars(cars: &[Car], assets: &BTreeMap<i64, CarAssets>) -> Vec<reference::Car> {
    let mut mapped: Vec<_> = cars.iter().map(|entry| car(entry, assets.get(&entry.car_id))).collect();
    mapped.sort_by(|one, other| one.name.cmp(&other.name));
    mapped
}

fn car(car: &Car, assets: Option<&CarAssets>) -> reference::Car {
    let positive = |number: Option<f64>| number.filter(|number| *number > 0.0);
    reference::Car {
        car_id: CarId(car.car_id),
        name: car.car_name.trim().to_owned(),
        name_abbreviated: car.car_name_abbreviated.trim().to_owned(),
        make: car.car_make.as_deref().and_then(name),
        model: car.car_model.as_deref().and_then(name),
        categories: car.categories.clone(),
        weight_kg: positive(car.car_weight).map(|pounds| rounded(pounds * KILOGRAMS_PER_POUND, 1.0)),
        power: positive(car.hp),
        retired: car.retired,
        rain_enabled: car.rain_enabled,
        free_with_subscription: car.free_with_subscription,
        image_url: assets
            .and_then(|assets| picture(Some(&assets.folder), assets.small_image.as_deref()))
            .or_else(|| picture(car.folder.as_deref(), car.small_image.as_deref())),
        logo_url: assets.and_then(|assets| logo(assets.logo.as_deref())).or_else(|| logo(car.logo.as_deref())),
    }
}

/// All series by name: those raced at present, and of `stats` also those of the past.
pub fn series(
    current: &[Series],
    assets: &BTreeMap<i64, SeriesAssets>,
    stats: &[StatsSeries],
) -> Vec<reference::Series> {
    let mut mapped: BTreeMap<i64, reference::Series> = BTreeMap::new();
    for entry in stats {
        let category = category(&entry.category);
        let logo = entry.logo.as_deref();
        let value = one_series(entry.series_id, &entry.series_name, &entry.series_short_name, category, logo, false);
        mapped.insert(entry.series_id, value);
    }
    for entry in current {
        let logo = assets.get(&entry.series_id).and_then(|assets| assets.logo.as_deref());
        let category = category(&entry.category);
        let value = one_series(entry.series_id, &entry.series_name, &entry.series_short_name, category, logo, true);
        let lowest = entry.allowed_licenses.iter().min_by_key(|license| license.license_group);
        let value = reference::Series {
            license: lowest.and_then(|license| name(&license.group_name)),
            min_starters: positive(Some(entry.min_starters)),
            max_starters: positive(Some(entry.max_starters)),
            ..value
        };
        mapped.insert(entry.series_id, value);
    }
    for entry in stats.iter().filter(|entry| entry.active) {
        if let Some(value) = mapped.get_mut(&entry.series_id) {
            value.active = true;
        }
    }
    let mut mapped: Vec<_> = mapped.into_values().collect();
    mapped.sort_by(|one, other| one.name.cmp(&other.name));
    mapped
}

fn one_series(
    id: i64,
    full_name: &str,
    short_name: &str,
    category: String,
    logo: Option<&str>,
    active: bool,
) -> reference::Series {
    reference::Series {
        series_id: SeriesId(id),
        name: full_name.trim().to_owned(),
        short_name: short_name.trim().to_owned(),
        category,
        logo_url: logo.and_then(name).map(|file| format!("{IMAGES}/img/logos/series/{file}")),
        active,
        license: None,
        min_starters: None,
        max_starters: None,
    }
}

/// What iRacing says about tracks, by their ids.
pub fn track_descriptions(assets: &BTreeMap<i64, TrackAssets>) -> reference::Descriptions {
    descriptions(assets.iter().map(|(id, assets)| (*id, assets.detail_copy.as_deref(), None)))
}

/// What iRacing says about cars, by their ids.
pub fn car_descriptions(assets: &BTreeMap<i64, CarAssets>) -> reference::Descriptions {
    descriptions(assets.iter().map(|(id, car)| (*id, car.detail_copy.as_deref(), car.detail_techspecs_copy.as_deref())))
}

/// What iRacing says about series, by their ids.
pub fn series_descriptions(assets: &BTreeMap<i64, SeriesAssets>) -> reference::Descriptions {
    descriptions(assets.iter().map(|(id, assets)| (*id, assets.series_copy.as_deref(), None)))
}

/// Those of which something is said.
fn descriptions<'a>(all: impl Iterator<Item = (i64, Option<&'a str>, Option<&'a str>)>) -> reference::Descriptions {
    let described = all.map(|(id, text, facts)| {
        let text = text.map(plain_text).unwrap_or_default();
        (id, reference::Description { text, facts: facts.map(plain_facts).unwrap_or_default() })
    });
    described.filter(|(_, description)| *description != reference::Description::default()).collect()
}

/// Some lists write `Sports Car`, others `sports_car`.
fn category(text: &str) -> String {
    text.trim().to_lowercase().replace(' ', "_")
}

fn picture(folder: Option<&str>, file: Option<&str>) -> Option<String> {
    let (folder, file) = (name(folder?)?, name(file?)?);
    Some(format!("{IMAGES}{folder}/{file}"))
}

fn logo(path: Option<&str>) -> Option<String> {
    path.and_then(name).map(|path| format!("{IMAGES}{path}"))
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
