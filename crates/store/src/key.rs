//! The keys of the table.

use crate::session::SessionSource;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{DriverId, SubsessionId};
use std::{collections::HashMap, fmt};

pub(crate) const PARTITION_KEY: &str = "partition_key";
pub(crate) const SORT_KEY: &str = "sort_key";

/// An item's attributes.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The key of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) partition: String,
    pub(crate) sort: String,
}

impl Key {
    pub(crate) fn of_driver(driver: DriverId, sort: impl Into<String>) -> Self {
        Self { partition: format!("driver#{driver}"), sort: sort.into() }
    }

    pub(crate) fn of_session(source: SessionSource, subsession: SubsessionId, sort: &str) -> Self {
        match source {
            SessionSource::Iracing => Self { partition: format!("session#{subsession}"), sort: sort.to_owned() },
            SessionSource::File(driver) => Self::of_driver(driver, format!("file_session#{subsession}#{sort}")),
        }
    }

    pub(crate) fn global(sort: &str) -> Self {
        Self { partition: "global".to_owned(), sort: sort.to_owned() }
    }

    /// The key as attributes.
    pub(crate) fn attributes(&self) -> Attributes {
        HashMap::from([
            (PARTITION_KEY.to_owned(), AttributeValue::S(self.partition.clone())),
            (SORT_KEY.to_owned(), AttributeValue::S(self.sort.clone())),
        ])
    }

    /// The key of a stored item; empty parts if it has none, which DynamoDB does not allow.
    pub(crate) fn of_item(item: &Attributes) -> Self {
        let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        Self { partition: part(PARTITION_KEY), sort: part(SORT_KEY) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.partition, self.sort)
    }
}

/// A string attribute value.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute value.
pub(crate) fn number(value: impl fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
