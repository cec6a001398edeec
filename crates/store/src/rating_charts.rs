//! `driver#<id>` | `rating_charts`: iRacing's own charts of a driver's ratings, as compressed JSON.

use crate::{
    Store, StoreError,
    compressed::{packed, unpacked},
    driver::time,
    key::Key,
};
use domain::{Discipline, DriverId, analytics::ChartPoint};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The charts of one discipline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingChart {
    /// Which.
    pub discipline: Discipline,
    /// iRating, by day.
    pub irating: Vec<ChartPoint>,
    /// Licence class and safety rating in one number, by day.
    pub license: Vec<ChartPoint>,
}

/// What is known of iRacing's charts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingCharts {
    /// By discipline.
    pub charts: Vec<RatingChart>,
    /// When they came from iRacing; `None` if they never did.
    pub fetched_at: Option<Timestamp>,
    /// When iRacing was last asked.
    pub tried_at: Timestamp,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    charts: serde_bytes::ByteBuf,
    fetched_at: Option<i64>,
    tried_at: i64,
}

fn key(driver: DriverId) -> Key {
    Key::of_driver(driver, "rating_charts")
}

impl Store {
    /// Keeps what is known of a driver's charts, unless the driver has left.
    pub async fn put_rating_charts(&self, driver: DriverId, charts: &RatingCharts) -> Result<(), StoreError> {
        let key = key(driver);
        let item = Item {
            charts: packed(&key, &charts.charts)?,
            fetched_at: charts.fetched_at.map(Timestamp::as_second),
            tried_at: charts.tried_at.as_second(),
        };
        self.put_of_driver(driver, vec![crate::write::item(&key, &item)?]).await.map(drop)
    }

    /// What is known of a driver's charts.
    pub async fn rating_charts(&self, driver: DriverId) -> Result<Option<RatingCharts>, StoreError> {
        let key = key(driver);
        let Some(Item { charts, fetched_at, tried_at }) = self.read_item(&key, false).await? else { return Ok(None) };
        Ok(Some(RatingCharts {
            charts: unpacked(&key, &charts)?,
            fetched_at: fetched_at.map(|second| time(&key, second)).transpose()?,
            tried_at: time(&key, tried_at)?,
        }))
    }
}
