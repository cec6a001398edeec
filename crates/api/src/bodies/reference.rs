use domain::reference::{Car, Series, Track, TrackMapLayers};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A whole list of reference data.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceListBody<T> {
    /// The items, by name.
    pub(crate) items: Vec<T>,
    /// When they came from iRacing. More than a day ago means that iRacing did not answer since.
    pub(crate) fetched_at: Timestamp,
}

/// A track in one layout.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Track)]
pub(crate) struct TrackBody {
    track_id: i64,
    name: String,
    layout: Option<String>,
    /// iRacing's word, such as `dirt_oval`.
    category: String,
    location: String,
    length_km: f64,
    corners_per_lap: u32,
    pit_road_speed_limit_kph: Option<f64>,
    is_oval: bool,
    is_dirt: bool,
    retired: bool,
    night_lighting: bool,
    rain_enabled: bool,
    free_with_subscription: bool,
    latitude: Option<f64>,
    longitude: Option<f64>,
    image_url: Option<String>,
    logo_url: Option<String>,
    /// What the layers' file names are appended to.
    track_map_url: Option<String>,
    track_map_layers: Option<TrackMapLayersBody>,
    /// IANA time zone.
    time_zone: Option<String>,
}

/// File names of the SVG layers of a track map.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrackMapLayers)]
pub(crate) struct TrackMapLayersBody {
    background: String,
    inactive: String,
    active: String,
    pitroad: String,
    start_finish: String,
    turns: String,
}

/// A car.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Car)]
pub(crate) struct CarBody {
    car_id: i64,
    name: String,
    name_abbreviated: String,
    make: Option<String>,
    model: Option<String>,
    /// iRacing's words, such as `sports_car`.
    categories: Vec<String>,
    weight_kg: Option<f64>,
    /// Horse power.
    power: Option<f64>,
    retired: bool,
    rain_enabled: bool,
    free_with_subscription: bool,
    image_url: Option<String>,
    logo_url: Option<String>,
}

/// A series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Series)]
pub(crate) struct SeriesBody {
    series_id: i64,
    name: String,
    short_name: String,
    /// iRacing's word, such as `sports_car`.
    category: String,
    logo_url: Option<String>,
    /// Whether it is raced this season.
    active: bool,
}

impl From<Track> for TrackBody {
    fn from(track: Track) -> Self {
        let Track {
            track_id,
            name,
            layout,
            category,
            location,
            length_km,
            corners_per_lap,
            pit_road_speed_limit_kph,
            is_oval,
            is_dirt,
            retired,
            night_lighting,
            rain_enabled,
            free_with_subscription,
            latitude,
            longitude,
            image_url,
            logo_url,
            track_map_url,
            track_map_layers,
            time_zone,
        } = track;
        Self {
            track_id: track_id.0,
            name,
            layout,
            category,
            location,
            length_km,
            corners_per_lap,
            pit_road_speed_limit_kph,
            is_oval,
            is_dirt,
            retired,
            night_lighting,
            rain_enabled,
            free_with_subscription,
            latitude,
            longitude,
            image_url,
            logo_url,
            track_map_url,
            track_map_layers: track_map_layers.map(Into::into),
            time_zone,
        }
    }
}

impl From<TrackMapLayers> for TrackMapLayersBody {
    fn from(layers: TrackMapLayers) -> Self {
        let TrackMapLayers { background, inactive, active, pitroad, start_finish, turns } = layers;
        Self { background, inactive, active, pitroad, start_finish, turns }
    }
}

impl From<Car> for CarBody {
    fn from(car: Car) -> Self {
        let Car {
            car_id,
            name,
            name_abbreviated,
            make,
            model,
            categories,
            weight_kg,
            power,
            retired,
            rain_enabled,
            free_with_subscription,
            image_url,
            logo_url,
        } = car;
        Self {
            car_id: car_id.0,
            name,
            name_abbreviated,
            make,
            model,
            categories,
            weight_kg,
            power,
            retired,
            rain_enabled,
            free_with_subscription,
            image_url,
            logo_url,
        }
    }
}

impl From<Series> for SeriesBody {
    fn from(series: Series) -> Self {
        let Series { series_id, name, short_name, category, logo_url, active } = series;
        Self { series_id: series_id.0, name, short_name, category, logo_url, active }
    }
}
