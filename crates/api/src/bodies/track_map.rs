use super::words;
use domain::{
    TrackId,
    reference::{TrackMap, TrackMapLabel, TrackMapLayer, TrackMapLayerName, TrackMapShape},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A track's map: outlines and labels in a box that begins at 0, 0.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrackMap)]
pub(crate) struct TrackMapBody {
    track_id: i64,
    width: f64,
    height: f64,
    /// In the order in which they are drawn.
    layers: Vec<TrackMapLayerBody>,
    /// When it came from iRacing.
    fetched_at: Timestamp,
}

/// One layer of a map.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackMapLayer)]
struct TrackMapLayerBody {
    #[schema(schema_with = words::track_map_layer)]
    name: TrackMapLayerName,
    shapes: Vec<TrackMapShapeBody>,
    labels: Vec<TrackMapLabelBody>,
}

/// An outline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrackMapShape)]
struct TrackMapShapeBody {
    /// As the attribute `d` of an SVG path: the commands M, L, Q, C and Z with absolute numbers.
    #[schema(pattern = "^[MLQCZ0-9 .-]*$")]
    path: String,
    filled: bool,
    /// Whether parts that it goes around twice are left empty.
    even_odd: bool,
    /// Width of its line, if it has one.
    stroke: Option<f64>,
}

/// A label; its text is to be shown as it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackMapLabel)]
struct TrackMapLabelBody {
    x: f64,
    y: f64,
    size: f64,
    text: String,
}

impl TrackMapBody {
    pub(crate) fn of(track_id: TrackId, map: TrackMap, fetched_at: Timestamp) -> Self {
        let TrackMap { width, height, layers } = map;
        Self { track_id: track_id.0, width, height, layers: layers.into_iter().map(Into::into).collect(), fetched_at }
    }
}

impl From<TrackMapLayer> for TrackMapLayerBody {
    fn from(layer: TrackMapLayer) -> Self {
        let TrackMapLayer { name, shapes, labels } = layer;
        Self {
            name,
            shapes: shapes.into_iter().map(Into::into).collect(),
            labels: labels.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TrackMapShape> for TrackMapShapeBody {
    fn from(shape: TrackMapShape) -> Self {
        let TrackMapShape { path, filled, even_odd, stroke } = shape;
        Self { path, filled, even_odd, stroke }
    }
}

impl From<TrackMapLabel> for TrackMapLabelBody {
    fn from(label: TrackMapLabel) -> Self {
        let TrackMapLabel { x, y, size, text } = label;
        Self { x, y, size, text }
    }
}
