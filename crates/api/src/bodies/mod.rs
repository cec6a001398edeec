//! The JSON that goes out, one struct a shape. Each is converted from its `domain` value by destructuring, so that a
//! forgotten field does not compile. Absent is `null`; positions are 1-based; lap times are 1/10 000 s.

pub(crate) mod analysis;
pub(crate) mod analytics;
pub(crate) mod career;
pub(crate) mod driver;
pub(crate) mod export;
pub(crate) mod journal;
pub(crate) mod laps;
pub(crate) mod race;
pub(crate) mod reference;
pub(crate) mod session;
pub(crate) mod story;
pub(crate) mod track_map;
pub(crate) mod words;

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListBody<T> {
    /// The items, in the list's order.
    pub(crate) items: Vec<T>,
    /// Where the next page begins: the `cursor` to ask with; null at the end.
    pub(crate) next_cursor: Option<String>,
}

impl<T, B: From<T>> From<store::Page<T>> for ListBody<B> {
    fn from(page: store::Page<T>) -> Self {
        let store::Page { items, next_cursor } = page;
        Self { items: items.into_iter().map(B::from).collect(), next_cursor }
    }
}
