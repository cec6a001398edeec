//! Schemas of the closed lists of words that `domain` knows.

use domain::{
    Discipline, RaceKind, RaceResult, RaceSource,
    analytics::{Dimension, Granularity},
    journal::SENTIMENTS,
    reference::TrackMapLayerName,
    session::SimsessionType,
};
use utoipa::openapi::{
    RefOr, Schema,
    schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
};

/// `kind`.
pub(crate) fn race_kind() -> Schema {
    words(RaceKind::ALL.map(RaceKind::as_str), false)
}

/// `discipline`, or null.
pub(crate) fn discipline() -> Schema {
    words(Discipline::ALL.map(Discipline::as_str), true)
}

/// A discipline that is known.
pub(crate) fn known_discipline() -> Schema {
    words(Discipline::ALL.map(Discipline::as_str), false)
}

/// Repeated `kind`.
pub(crate) fn race_kinds() -> Schema {
    ArrayBuilder::new().items(RefOr::T(race_kind())).build().into()
}

/// Repeated `discipline`.
pub(crate) fn disciplines() -> Schema {
    ArrayBuilder::new().items(RefOr::T(known_discipline())).build().into()
}

/// `result`.
pub(crate) fn race_result() -> Schema {
    words(RaceResult::ALL.map(RaceResult::as_str), false)
}

/// Repeated `result`.
pub(crate) fn race_results() -> Schema {
    ArrayBuilder::new().items(RefOr::T(race_result())).build().into()
}

/// Repeated `groupBy`.
pub(crate) fn analytics_dimensions() -> Schema {
    ArrayBuilder::new().items(RefOr::T(words(Dimension::ALL.map(Dimension::as_str), false))).build().into()
}

/// `period`.
pub(crate) fn granularity() -> Schema {
    words(Granularity::ALL.map(Granularity::as_str), false)
}

/// `source`.
pub(crate) fn race_source() -> Schema {
    words([RaceSource::Iracing, RaceSource::Import].map(RaceSource::as_str), false)
}

/// `sentiment` of a journal entry, or null.
pub(crate) fn sentiment() -> Schema {
    words(SENTIMENTS, true)
}

/// Repeated `sentiment`.
pub(crate) fn sentiments() -> Schema {
    ArrayBuilder::new().items(RefOr::T(words(SENTIMENTS, false))).build().into()
}

/// `name` of a layer of a track map.
pub(crate) fn track_map_layer() -> Schema {
    words(TrackMapLayerName::ALL.map(TrackMapLayerName::as_str), false)
}

/// Repeated `layer`.
pub(crate) fn track_map_layers() -> Schema {
    ArrayBuilder::new().items(RefOr::T(track_map_layer())).build().into()
}

/// `type` of a simsession.
pub(crate) fn simsession_type() -> Schema {
    use SimsessionType::{Other, Practice, Qualifying, Race, Warmup};
    words([Practice, Qualifying, Race, Warmup, Other].map(SimsessionType::as_str), false)
}

fn words<const N: usize>(words: [&'static str; N], nullable: bool) -> Schema {
    let values = words.into_iter().map(Some).chain(nullable.then_some(None));
    let kinds = if nullable { vec![Type::String, Type::Null] } else { vec![Type::String] };
    ObjectBuilder::new().schema_type(SchemaType::from_iter(kinds)).enum_values(Some(values)).build().into()
}
