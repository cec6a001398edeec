//! `session#<subsession id>` | `laps#<simsession>#<part>`: the packed laps of a whole field. Of a file also below
//! `file_session#<subsession id>#`, as all of a session ([`crate::session`]).
//!
//! One item holds what fits; the field of a long race is spread over several parts, each with whole entrants.

use crate::{
    Store, StoreError,
    key::{Attributes, Key},
    lap_packing,
    query::{Range, parse},
    session::SessionSource,
};
use domain::{DriverId, EntrantLaps, LapChart, SubsessionId};
use serde::{Deserialize, Serialize};

/// Largest pack in one item: DynamoDB takes 400 KB in all.
const LARGEST_PART: usize = 380_000;

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    laps: serde_bytes::ByteBuf,
}

fn prefix(simsession: i32) -> String {
    format!("laps#{simsession}#")
}

/// The items of a chart.
pub(crate) fn items(
    source: SessionSource,
    subsession: SubsessionId,
    chart: &LapChart,
) -> Result<Vec<Attributes>, StoreError> {
    let mut parts = Vec::new();
    pack_parts(&chart.entrants, &mut parts);
    parts
        .into_iter()
        .enumerate()
        .map(|(part, laps)| {
            let key = Key::of_session(source, subsession, &format!("{}{part:03}", prefix(chart.simsession)));
            crate::write::item(&key, &Item { laps: serde_bytes::ByteBuf::from(laps) })
        })
        .collect()
}

/// Packs all entrants into one part, or halves them until each part fits.
fn pack_parts(entrants: &[EntrantLaps], parts: &mut Vec<Vec<u8>>) {
    let packed = lap_packing::pack(entrants);
    if packed.len() <= LARGEST_PART || entrants.len() < 2 {
        parts.push(packed);
    } else {
        let (first, second) = entrants.split_at(entrants.len() / 2);
        pack_parts(first, parts);
        pack_parts(second, parts);
    }
}

impl Store {
    /// The laps of the whole field in one simsession, as iRacing has them; `None` if they are not stored.
    pub async fn lap_chart(&self, subsession: SubsessionId, simsession: i32) -> Result<Option<LapChart>, StoreError> {
        self.lap_chart_at(SessionSource::Iracing, subsession, simsession).await
    }

    /// The same for a driver, whose own file may have laps that are not to be had from iRacing.
    pub async fn lap_chart_for(
        &self,
        driver: DriverId,
        subsession: SubsessionId,
        simsession: i32,
    ) -> Result<Option<LapChart>, StoreError> {
        match self.lap_chart(subsession, simsession).await? {
            Some(chart) => Ok(Some(chart)),
            None => self.lap_chart_at(SessionSource::File(driver), subsession, simsession).await,
        }
    }

    async fn lap_chart_at(
        &self,
        source: SessionSource,
        subsession: SubsessionId,
        simsession: i32,
    ) -> Result<Option<LapChart>, StoreError> {
        let first = Key::of_session(source, subsession, &prefix(simsession));
        let range = Range::prefixed(first.partition, &first.sort);
        let items = self.query_all(&range).await?;
        if items.is_empty() {
            return Ok(None);
        }
        let mut entrants = Vec::new();
        for item in items {
            let key = Key::of_item(&item);
            let Item { laps } = parse(item)?;
            entrants.extend(lap_packing::unpack(&laps).map_err(|detail| StoreError::shape(&key, detail))?);
        }
        Ok(Some(LapChart { simsession, entrants }))
    }
}
