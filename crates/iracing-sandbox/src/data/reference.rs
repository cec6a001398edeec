//! Reference data: cars, classes, tracks, series, constants and licences.

use serde_json::{Map, Value, json};

use super::member::COLORS;
use super::{Document, Refusal};
use crate::careers::calendar::{category_in_words, category_key};
use crate::careers::catalogue::{
    CARS, CLASSES, Car, CarClass, HOSTED_CLASS, SERIES, Series, TRACKS, Track, car, class,
};
use crate::careers::results::LICENSE_GROUPS;
use crate::sandbox::Sandbox;

/// Answers those of the paths that need no parameters.
pub(super) fn answer<'a>(sandbox: &'a Sandbox, path: &str) -> Result<Document<'a>, Refusal> {
    let base = sandbox.config().base_url.as_str();
    let list = |id: &'static str, rows: fn() -> Vec<Value>| {
        let recorded = recorded(sandbox, path);
        Ok(Document::linked(move || merged_list(rows(), recorded, id)))
    };
    let map = |rows: fn(&str) -> Map<String, Value>| {
        let recorded = recorded(sandbox, path);
        Ok(Document::linked(move || {
            let mut all = rows(base);
            all.extend(recorded.and_then(Value::as_object).cloned().unwrap_or_default());
            all
        }))
    };
    match path {
        "car/get" => list("car_id", || CARS.iter().map(car_body).collect()),
        "car/assets" => map(|_| CARS.iter().map(|car| (car.id.to_string(), car_assets(car))).collect()),
        "carclass/get" => {
            list("car_class_id", || CLASSES.iter().chain(std::iter::once(&HOSTED_CLASS)).map(class_body).collect())
        }
        "track/get" => list("track_id", || TRACKS.iter().map(track_body).collect()),
        "track/assets" => {
            map(|base| TRACKS.iter().map(|track| (track.id.to_string(), track_assets(track, base))).collect())
        }
        "series/get" => list("series_id", || SERIES.iter().map(series_body).collect()),
        "series/assets" => {
            map(|_| SERIES.iter().map(|series| (series.id.to_string(), series_assets(series))).collect())
        }
        "series/stats_series" => list("series_id", || SERIES.iter().map(series_statistics).collect()),
        "lookup/licenses" => Ok(Document::linked(licenses)),
        "constants/categories" => Ok(Document::Direct(labels(&[
            ("Oval", 1),
            ("Road", 2),
            ("Dirt oval", 3),
            ("Dirt road", 4),
            ("Sports car", 5),
            ("Formula car", 6),
        ]))),
        "constants/event_types" => {
            Ok(Document::Direct(labels(&[("Practice", 2), ("Qualify", 3), ("Time Trial", 4), ("Race", 5)])))
        }
        "constants/divisions" => Ok(Document::Direct(divisions())),
        _ => Err(Refusal::NotFound),
    }
}

fn recorded<'a>(sandbox: &'a Sandbox, path: &str) -> Option<&'a Value> {
    sandbox.library().recorded.as_ref()?.reference(path)
}

/// Generated rows, replaced and followed by recorded ones of the same id.
fn merged_list(mut rows: Vec<Value>, recorded: Option<&Value>, id: &str) -> Vec<Value> {
    let recorded = recorded.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    rows.retain(|row| recorded.iter().all(|other| other[id] != row[id]));
    rows.extend(recorded.iter().cloned());
    rows
}

fn labels(pairs: &[(&str, i64)]) -> Value {
    pairs.iter().map(|(label, value)| json!({ "label": label, "value": value })).collect()
}

fn divisions() -> Value {
    let mut pairs = vec![("ALL".to_owned(), -1)];
    pairs.extend((0..10).map(|division| (format!("Division {}", division + 1), division)));
    pairs.push(("Rookie".to_owned(), 10));
    pairs.iter().map(|(label, value)| json!({ "label": label, "value": value })).collect()
}

fn car_body(car: &Car) -> Value {
    json!({
        "ai_enabled": true,
        "allow_number_colors": false,
        "allow_number_font": false,
        "allow_sponsor1": true,
        "allow_sponsor2": true,
        "allow_wheel_color": true,
        "award_exempt": false,
        "car_config_defs": [],
        "car_configs": [],
        "car_dirpath": car.folder,
        "car_id": car.id,
        "car_make": car.make,
        "car_model": car.model,
        "car_name": car.name,
        "car_name_abbreviated": car.abbreviation,
        "car_types": [{ "car_type": category_key(car.category).replace('_', "") }],
        "car_weight": car.weight,
        "categories": [category_key(car.category)],
        "created": "2018-03-01T00:00:00Z",
        "first_sale": "2018-03-06T00:00:00Z",
        "folder": format!("/img/cars/{}", car.folder),
        "free_with_subscription": matches!(car.id, 36 | 67 | 83 | 160),
        "has_headlights": true,
        "has_multiple_dry_tire_types": false,
        "has_rain_capable_tire_types": car.id > 100,
        "hp": car.horsepower,
        "is_ps_purchasable": true,
        "logo": format!("/img/logos/partners/{}-logo.png", car.make.to_lowercase().replace(' ', "")),
        "max_power_adjust_pct": 0,
        "max_weight_penalty_kg": 250,
        "min_power_adjust_pct": -5,
        "package_id": car.id + 400,
        "patterns": 3,
        "price": 11.95,
        "price_display": "$11.95",
        "rain_enabled": car.id > 100,
        "retired": false,
        "search_filters": category_key(car.category),
        "sku": 10_000 + car.id,
        "small_image": format!("{}-small.jpg", car.folder),
        "sponsor_logo": null,
    })
}

fn car_assets(car: &Car) -> Value {
    json!({
        "car_id": car.id,
        "car_rules": [],
        "detail_copy": format!(
            "<b>{}</b><br><br>\r\n\r\nA car of the sandbox&#8482;: like the real one, but it does not rust.\r\n<br><br>\r\n\
             Its {} horsepower are best enjoyed on a track.",
            car.name, car.horsepower
        ),
        "detail_screen_shot_images": "",
        "detail_techspecs_copy": format!(
            "<center>\r\n<b>Constructor</b><br>\r\n{}\r\n<br><br>\r\n<b>Horsepower: </b><br> {}\r\n<br><br>\r\n\
             <b>Weight</b><br>\r\n{} lbs\r\n<br><br>\r\n</center>",
            car.make, car.horsepower, car.weight
        ),
        "folder": format!("/img/cars/{}", car.folder),
        "gallery_images": null,
        "gallery_prefix": null,
        "group_image": null,
        "group_name": null,
        "large_image": format!("{}-large.jpg", car.folder),
        "logo": format!("/img/logos/partners/{}-logo.png", car.make.to_lowercase().replace(' ', "")),
        "small_image": format!("{}-small.jpg", car.folder),
        "sponsor_logo": null,
        "template_path": null,
    })
}

fn class_body(class: &CarClass) -> Value {
    let cars: Vec<i64> = match class.id {
        0 => CARS.iter().map(|car| car.id).collect(),
        _ => class.cars.to_vec(),
    };
    let cars: Vec<Value> = cars
        .iter()
        .map(|&id| json!({ "car_dirpath": car(id).folder, "car_id": id, "rain_enabled": id > 100, "retired": false }))
        .collect();
    json!({
        "car_class_id": class.id,
        "cars_in_class": cars,
        "cust_id": 0,
        "name": class.name,
        "rain_enabled": true,
        "relative_speed": class.relative_speed,
        "short_name": class.name,
    })
}

fn track_body(track: &Track) -> Value {
    let mut body = json!({
        "ai_enabled": true,
        "allow_pitlane_collisions": false,
        "allow_rolling_start": true,
        "allow_standing_start": !track.is_oval(),
        "award_exempt": false,
        "category": category_key(track.category),
        "category_id": track.category,
        "closes": "2026-12-31",
        "corners_per_lap": track.corners,
        "created": "2010-01-05T00:00:00Z",
        "first_sale": "2010-01-12T00:00:00Z",
        "folder": format!("/img/tracks/{}", track.folder),
        "free_with_subscription": track.free,
        "fully_lit": track.night,
        "grid_stalls": track.max_cars,
        "has_opt_path": false,
        "has_short_parade_lap": true,
        "has_start_zone": false,
        "has_svg_map": true,
        "is_dirt": track.is_dirt(),
        "is_oval": track.is_oval(),
        "is_ps_purchasable": true,
        "lap_scoring": 0,
        "latitude": track.latitude,
        "location": track.location,
        "logo": format!("/img/logos/tracks/{}-logo.png", track.folder),
        "longitude": track.longitude,
        "max_cars": track.max_cars,
        "night_lighting": track.night,
        "nominal_lap_time": track.nominal_lap,
        "number_pitstalls": track.max_cars,
        "opens": "2026-01-01",
        "package_id": 30 + track.id,
        "price": if track.free { 0.0 } else { 14.95 },
        "price_display": if track.free { "$0.00" } else { "$14.95" },
        "priority": 3,
        "purchasable": true,
        "qualify_laps": 2,
        "rain_enabled": track.rain,
        "restart_on_left": false,
        "retired": false,
        "search_filters": category_key(track.category),
        "site_url": "",
        "sku": 20_000 + track.id,
        "small_image": format!("{}-small.jpg", track.folder),
        "solo_laps": 8,
        "start_on_left": false,
        "supports_grip_compound": false,
        "tech_track": false,
        "time_zone": track.time_zone,
        "track_config_length": track.miles,
        "track_dirpath": format!("{}\\{}", track.folder, track.id),
        "track_id": track.id,
        "track_name": track.name,
        "track_type": i64::from(track.category) + 3,
        "track_type_text": category_in_words(track.category),
        "track_types": [{ "track_type": category_key(track.category) }],
    });
    if !track.layout.is_empty() {
        body["config_name"] = json!(track.layout);
    }
    if track.pit_speed > 0 {
        body["pit_road_speed_limit"] = json!(track.pit_speed);
    }
    body
}

fn track_assets(track: &Track, base: &str) -> Value {
    json!({
        "coordinates": format!("{},{}", track.latitude, track.longitude),
        "detail_copy": format!(
            "<p>{} lies in {} and is drawn by the sandbox.</p> <p>A lap of its {} corners &amp; {} miles is nothing like the \
             real one, and takes <em>just</em> as long.</p>",
            track.name, track.location, track.corners, track.miles
        ),
        "detail_techspecs_copy": null,
        "detail_video": null,
        "folder": format!("/img/tracks/{}", track.folder),
        "gallery_images": null,
        "gallery_prefix": null,
        "large_image": format!("{}-large.jpg", track.folder),
        "logo": format!("/img/logos/tracks/{}-logo.png", track.folder),
        "north": "90deg",
        "num_svg_images": 6,
        "small_image": format!("{}-small.jpg", track.folder),
        "track_id": track.id,
        "track_map": format!("{base}/assets/track-maps/{}/", track.slug()),
        "track_map_layers": {
            "background": "background.svg",
            "inactive": "inactive.svg",
            "active": "active.svg",
            "pitroad": "pitroad.svg",
            "start-finish": "start-finish.svg",
            "turns": "turns.svg",
        },
    })
}

fn allowed_licenses(series: &Series) -> Vec<Value> {
    let first = usize::from(series.license_class);
    (first..7)
        .map(|group| {
            json!({
                "group_name": LICENSE_GROUPS[group],
                "license_group": group + 1,
                "max_license_level": group * 4 + 4,
                "min_license_level": if group == first { group * 4 + 4 } else { group * 4 + 1 },
                "parent_id": series.id,
            })
        })
        .collect()
}

fn series_body(series: &Series) -> Value {
    json!({
        "allowed_licenses": allowed_licenses(series),
        "category": category_key(series.category),
        "category_id": series.category,
        "eligible": true,
        "first_season": { "season_year": series.first_season.0, "season_quarter": series.first_season.1 },
        "max_starters": series.max_starters,
        "min_starters": series.min_starters,
        "oval_caution_type": 1,
        "road_caution_type": 2,
        "series_id": series.id,
        "series_name": series.name,
        "series_short_name": series.name,
    })
}

fn series_assets(series: &Series) -> Value {
    json!({
        "large_image": null,
        "logo": format!("seriesid_{}.png", series.id),
        "series_copy": format!(
            "The {} of the sandbox is raced every week.\r\n<br><br>\r\nAll its drivers are made up, except you.",
            series.name
        ),
        "series_id": series.id,
        "small_image": null,
    })
}

fn series_statistics(series: &Series) -> Value {
    let classes: Vec<Value> = series
        .classes
        .iter()
        .map(|&id| class(id))
        .map(|class| {
            json!({
                "car_class_id": class.id,
                "short_name": class.name,
                "name": class.name,
                "relative_speed": class.relative_speed,
            })
        })
        .collect();
    json!({
        "series_id": series.id,
        "series_name": series.name,
        "series_short_name": series.name,
        "category_id": series.category,
        "category": category_key(series.category),
        "active": true,
        "official": true,
        "fixed_setup": false,
        "logo": format!("seriesid_{}.png", series.id),
        "license_group": series.license_class + 1,
        "license_group_types": [{ "license_group_type": series.license_class + 1 }],
        "allowed_licenses": allowed_licenses(series),
        "seasons": [],
        "car_classes": classes,
    })
}

/// The licence levels of all classes.
fn licenses() -> Vec<Value> {
    const LETTERS: [&str; 7] = ["R", "D", "C", "B", "A", "P", "WC"];
    (0..7)
        .map(|group| {
            let levels: Vec<Value> = (1..=4)
                .map(|level| {
                    json!({
                        "license_id": group * 4 + level,
                        "license_group": group + 1,
                        "license": format!("{} {level}.0", LICENSE_GROUPS[group]),
                        "short_name": format!("{} {level}.0", LETTERS[group]),
                        "license_letter": LETTERS[group],
                        "color": COLORS[group],
                    })
                })
                .collect();
            json!({
                "license_group": group + 1,
                "group_name": LICENSE_GROUPS[group],
                "min_num_races": if group == 0 { 2 } else { 4 },
                "participation_credits": 4,
                "min_sr_to_fast_track": if group == 0 { 300 } else { 400 },
                "levels": levels,
                "min_num_tt": 4,
            })
        })
        .collect()
}
