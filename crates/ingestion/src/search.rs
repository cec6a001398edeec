//! Finding a driver's races in one window.

use domain::{DriverId, SubsessionId, ingestion::SearchWindow};
use iracing::{DriverData, Error, HostedSearch, SearchRange, SeriesSearch};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// iRacing's event type of a race.
const RACE: i64 = 5;

/// Counted requests of one search: series, and hosted and league sessions.
pub(crate) const REQUESTS: u32 = 2;

/// A race that iRacing lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) subsession_id: SubsessionId,
    pub(crate) start_time: Timestamp,
    pub(crate) end_time: Option<Timestamp>,
}

/// All races of a driver that finished in a window, each once, newest first. Two counted requests: one for series, one
/// for hosted and league sessions. Hosted sessions without a race (practice only) are left out.
pub(crate) async fn races_in(data: &DriverData, driver: DriverId, window: SearchWindow) -> Result<Vec<Listed>, Error> {
    let range = SearchRange::Finished { from: window.begin, until: Some(window.end) };
    let series = SeriesSearch::races_of(driver.0, range);
    let hosted = HostedSearch::sessions_of(driver.0, range);
    let (series, hosted) = tokio::try_join!(data.search_series(&series), data.search_hosted(&hosted))?;
    let series = series.into_iter().filter(|row| row.event_type == RACE).map(|row| Listed {
        subsession_id: SubsessionId(row.subsession_id),
        start_time: row.start_time,
        end_time: row.end_time,
    });
    let hosted = hosted.into_iter().filter(iracing::models::search::HostedRow::has_race).map(|row| Listed {
        subsession_id: SubsessionId(row.subsession_id),
        start_time: row.start_time,
        end_time: row.end_time,
    });
    let once: BTreeMap<_, _> = series.chain(hosted).map(|listed| (listed.subsession_id, listed)).collect();
    let mut newest_first: Vec<_> = once.into_values().collect();
    newest_first.sort_by_key(|listed| std::cmp::Reverse((listed.start_time, listed.subsession_id)));
    Ok(newest_first)
}
