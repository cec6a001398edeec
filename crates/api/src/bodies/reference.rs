use domain::reference::{Car, Description, Fact, Series, Track};
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
    /// Most cars in a race.
    max_cars: Option<u32>,
    /// Boxes in the pits.
    pit_stalls: Option<u32>,
    /// Banking of an oval, in iRacing's words.
    banking: Option<String>,
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
    /// Whether there is a map to ask for.
    has_map: bool,
    /// IANA time zone.
    time_zone: Option<String>,
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
    /// The lowest licence class that may race, in iRacing's words.
    license: Option<String>,
    /// The smallest field that counts.
    min_starters: Option<u32>,
    /// The largest field.
    max_starters: Option<u32>,
}

/// What iRacing says about a track, a car or a series, in plain text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Description)]
pub(crate) struct DescriptionBody {
    /// Paragraphs, with blank lines between them; empty if nothing is said.
    text: String,
    /// Technical facts, in iRacing's words and units.
    facts: Vec<FactBody>,
    /// When it came from iRacing.
    fetched_at: Timestamp,
}

/// A fact, in iRacing's words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fact)]
struct FactBody {
    name: String,
    value: String,
}

impl DescriptionBody {
    pub(crate) fn of(description: Description, fetched_at: Timestamp) -> Self {
        let Description { text, facts } = description;
        let facts = facts.into_iter().map(|Fact { name, value }| FactBody { name, value }).collect();
        Self { text, facts, fetched_at }
    }
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
            max_cars,
            pit_stalls,
            banking,
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
            max_cars,
            pit_stalls,
            banking,
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
            has_map: track_map_url.is_some() && track_map_layers.is_some(),
            time_zone,
        }
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
        let Series { series_id, name, short_name, category, logo_url, active, license, min_starters, max_starters } =
            series;
        Self {
            series_id: series_id.0,
            name,
            short_name,
            category,
            logo_url,
            active,
            license,
            min_starters,
            max_starters,
        }
    }
}
