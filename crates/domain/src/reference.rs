//! Tracks, cars and series as the pages show them: trimmed from iRacing's much larger lists.

use crate::ids::{CarId, SeriesId, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Most cars in a race.
    #[serde(default)]
    pub max_cars: Option<u32>,
    /// Boxes in the pits.
    #[serde(default)]
    pub pit_stalls: Option<u32>,
    /// Banking of an oval, in words.
    #[serde(default)]
    pub banking: Option<String>,
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

impl TrackMapLayers {
    /// The file of a layer.
    pub fn file(&self, layer: TrackMapLayerName) -> &str {
        match layer {
            TrackMapLayerName::Background => &self.background,
            TrackMapLayerName::Inactive => &self.inactive,
            TrackMapLayerName::Pitroad => &self.pitroad,
            TrackMapLayerName::Active => &self.active,
            TrackMapLayerName::StartFinish => &self.start_finish,
            TrackMapLayerName::Turns => &self.turns,
        }
    }
}

/// A track's map: outlines and labels in a box that begins at 0, 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackMap {
    /// Width of the box; the longer side is about 1,000.
    pub width: f64,
    /// Height of the box.
    pub height: f64,
    /// In the order in which they are drawn.
    pub layers: Vec<TrackMapLayer>,
}

/// Which layer of a map, in the order in which they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackMapLayerName {
    /// The surroundings.
    Background,
    /// Tarmac that this layout does not use.
    Inactive,
    /// The pit lane.
    Pitroad,
    /// The ribbon of this layout.
    Active,
    /// The line.
    StartFinish,
    /// The turns' names.
    Turns,
}

impl TrackMapLayerName {
    /// All of them, in the order in which they are drawn.
    pub const ALL: [Self; 6] =
        [Self::Background, Self::Inactive, Self::Pitroad, Self::Active, Self::StartFinish, Self::Turns];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Inactive => "inactive",
            Self::Pitroad => "pitroad",
            Self::Active => "active",
            Self::StartFinish => "start_finish",
            Self::Turns => "turns",
        }
    }
}

/// One layer of a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackMapLayer {
    /// Which one.
    pub name: TrackMapLayerName,
    /// Its outlines.
    pub shapes: Vec<TrackMapShape>,
    /// Its labels.
    pub labels: Vec<TrackMapLabel>,
}

/// An outline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackMapShape {
    /// As SVG writes it: the commands M, L, Q, C and Z with absolute numbers, and nothing else.
    pub path: String,
    /// Whether it is filled.
    pub filled: bool,
    /// Whether parts that it goes around twice are left empty.
    pub even_odd: bool,
    /// Width of its line, if it has one.
    pub stroke: Option<f64>,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackMapLabel {
    /// Where its first letter begins.
    pub x: f64,
    /// The line that it stands on.
    pub y: f64,
    /// Size of its letters.
    pub size: f64,
    /// What it says; any characters, to be shown as text.
    pub text: String,
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
    /// The lowest licence class that may race, in iRacing's words.
    #[serde(default)]
    pub license: Option<String>,
    /// The smallest field that counts.
    #[serde(default)]
    pub min_starters: Option<u32>,
    /// The largest field.
    #[serde(default)]
    pub max_starters: Option<u32>,
}

/// What iRacing says about a track, a car or a series, without markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Paragraphs, with blank lines between them; empty if there are none.
    pub text: String,
    /// Technical facts, in iRacing's words and units.
    pub facts: Vec<Fact>,
}

/// A fact, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What is said of it.
    pub value: String,
}

/// Descriptions by the id of what they describe.
pub type Descriptions = BTreeMap<i64, Description>;
