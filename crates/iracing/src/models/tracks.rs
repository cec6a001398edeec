//! `track/get` and `track/assets`: one entry a layout.

use serde::Deserialize;

/// A track in one layout.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Track {
    /// The track in this layout.
    pub track_id: i64,
    /// Name; can have trailing blanks.
    pub track_name: String,
    /// Layout; absent where there is only one.
    pub config_name: Option<String>,
    /// `oval`, `road`, `dirt_oval` or `dirt_road`.
    #[serde(default)]
    pub category: String,
    /// 1 oval, 2 road, 3 dirt oval, 4 dirt road.
    #[serde(default)]
    pub category_id: i64,
    /// Length of a lap in miles.
    pub track_config_length: Option<f64>,
    /// Corners a lap.
    #[serde(default)]
    pub corners_per_lap: i64,
    /// Seconds.
    pub nominal_lap_time: Option<f64>,
    /// Miles per hour.
    pub pit_road_speed_limit: Option<f64>,
    /// Places on the grid.
    #[serde(default)]
    pub grid_stalls: i64,
    /// Boxes in the pits.
    #[serde(default)]
    pub number_pitstalls: i64,
    /// Cars at most.
    #[serde(default)]
    pub max_cars: i64,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Place and country.
    #[serde(default)]
    pub location: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    /// Whether it is an oval.
    #[serde(default)]
    pub is_oval: bool,
    /// Whether it is unpaved.
    #[serde(default)]
    pub is_dirt: bool,
    /// Whether there are maps in the assets.
    #[serde(default)]
    pub has_svg_map: bool,
    /// What it is bought in.
    #[serde(default)]
    pub package_id: i64,
    /// Whether it is raced no more.
    #[serde(default)]
    pub retired: bool,
    /// Whether it can be raced at night.
    #[serde(default)]
    pub night_lighting: bool,
    /// Whether it can rain.
    #[serde(default)]
    pub rain_enabled: bool,
    /// Whether every member has it.
    #[serde(default)]
    pub free_with_subscription: bool,
    /// Banking of an oval, in words.
    pub banking: Option<String>,
    /// Folder of its images, under iRacing's image server; newer answers.
    pub folder: Option<String>,
    /// File name in the folder; newer answers.
    pub small_image: Option<String>,
    /// Path under iRacing's image server; newer answers.
    pub logo: Option<String>,
}

/// Images, map and description of a track.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TrackAssets {
    /// The track in this layout.
    pub track_id: i64,
    /// `latitude,longitude`.
    pub coordinates: Option<String>,
    /// Folder of its images, under iRacing's image server.
    #[serde(default)]
    pub folder: String,
    /// File name in the folder.
    pub large_image: Option<String>,
    /// File name in the folder.
    pub small_image: Option<String>,
    /// Path under iRacing's image server.
    pub logo: Option<String>,
    /// Where north is on the map, such as `90deg`.
    pub north: Option<String>,
    /// Address that the layers' file names are appended to; ends with a slash.
    pub track_map: Option<String>,
    /// File names of the map's layers.
    pub track_map_layers: Option<TrackMapLayers>,
    /// Description, HTML.
    pub detail_copy: Option<String>,
}

/// The SVG layers of a map.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct TrackMapLayers {
    /// What is around.
    pub background: String,
    /// Parts that this layout leaves out.
    pub inactive: String,
    /// The road, as a filled ribbon.
    pub active: String,
    /// The pit road.
    pub pitroad: String,
    /// The line.
    #[serde(rename = "start-finish")]
    pub start_finish: String,
    /// Names of the turns.
    pub turns: String,
}
