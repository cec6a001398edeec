//! Tracks, cars and series as the pages show them: trimmed from iRacing's much larger lists.

use crate::ids::{CarId, SeriesId, TrackId};
use serde::{Deserialize, Serialize};

/// A track in one layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The track in this layout.
    pub track_id: TrackId,
    /// Its name.
    pub name: String,
    /// Its layout.
    pub layout: Option<String>,
    /// iRacing's category word, such as `road` or `dirt_oval`.
    pub category: String,
    /// Where it is, in words.
    pub location: String,
    /// Length of a lap in kilometres.
    pub length_km: f64,
    /// Corners a lap.
    pub corners_per_lap: u32,
    /// Speed limit in the pit lane, km/h.
    pub pit_road_speed_limit_kph: Option<f64>,
    /// Whether it is an oval.
    pub is_oval: bool,
    /// Whether it is dirt.
    pub is_dirt: bool,
    /// No longer raced.
    pub retired: bool,
    /// Whether it can be raced at night.
    pub night_lighting: bool,
    /// Whether it can rain.
    pub rain_enabled: bool,
    /// Whether it costs nothing extra.
    pub free_with_subscription: bool,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// A picture.
    pub image_url: Option<String>,
    /// Its logo.
    pub logo_url: Option<String>,
    /// Base address of the map's layers.
    pub track_map_url: Option<String>,
    /// File names of the map's layers.
    pub track_map_layers: Option<TrackMapLayers>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// File names of the SVG layers of a track map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackMapLayers {
    /// The surroundings.
    pub background: String,
    /// Tarmac that this layout does not use.
    pub inactive: String,
    /// The ribbon of this layout.
    pub active: String,
    /// The pit lane.
    pub pitroad: String,
    /// The line.
    pub start_finish: String,
    /// The turns' names.
    pub turns: String,
}

/// A car.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Car {
    /// The car.
    pub car_id: CarId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub name_abbreviated: String,
    /// Who makes it.
    pub make: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// iRacing's category words.
    pub categories: Vec<String>,
    /// Weight in kilograms.
    pub weight_kg: Option<f64>,
    /// Power in horse power.
    pub power: Option<f64>,
    /// No longer raced.
    pub retired: bool,
    /// Whether it can drive in rain.
    pub rain_enabled: bool,
    /// Whether it costs nothing extra.
    pub free_with_subscription: bool,
    /// A picture.
    pub image_url: Option<String>,
    /// Its logo.
    pub logo_url: Option<String>,
}

/// A series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The series.
    pub series_id: SeriesId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub short_name: String,
    /// iRacing's category word.
    pub category: String,
    /// Its logo.
    pub logo_url: Option<String>,
    /// Whether it is raced this season.
    pub active: bool,
}
