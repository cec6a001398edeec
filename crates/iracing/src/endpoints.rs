//! The endpoints, one method each.

use crate::{
    answer::Answer,
    client::DriverData,
    error::Error,
    models::{
        Constant,
        cars::{Car, CarAssets, CarClass},
        event_log::EventLogRow,
        laps::{LapChart, LapData, LapHeader},
        member::{ChartData, MemberInfo},
        results::ResultsGet,
        search::{HostedRow, SeriesRow},
        series::{Series, SeriesAssets, StatsSeries},
        stats::RecentRaces,
        tracks::{Track, TrackAssets},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::de::IgnoredAny;
use serde_json::Value;
use std::collections::BTreeMap;

/// Which time a search is about. iRacing allows at most 90 days. The end is exclusive; without one it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchRange {
    /// Races that were launched in the range.
    Started {
        /// From here.
        from: Timestamp,
        /// To before here.
        until: Option<Timestamp>,
    },
    /// Races that ended in the range.
    Finished {
        /// From here.
        from: Timestamp,
        /// To before here.
        until: Option<Timestamp>,
    },
}

impl SearchRange {
    /// iRacing takes minutes: the range is widened to whole ones, so that nothing is lost.
    fn parameters(self) -> Vec<(&'static str, String)> {
        let (names, from, until) = match self {
            Self::Started { from, until } => (["start_range_begin", "start_range_end"], from, until),
            Self::Finished { from, until } => (["finish_range_begin", "finish_range_end"], from, until),
        };
        let minute = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%MZ").to_string();
        let mut parameters = vec![(names[0], minute(from))];
        if let Some(until) = until {
            let nearly_a_minute = SignedDuration::from_nanos(59_999_999_999);
            parameters.push((names[1], minute(until.saturating_add(nearly_a_minute).unwrap_or(Timestamp::MAX))));
        }
        parameters
    }
}

/// A search of series races.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSearch {
    /// When.
    pub range: SearchRange,
    /// Races in which this member took part; the rows then tell their result.
    pub cust_id: Option<i64>,
    /// Races in which this team took part; goes before `cust_id`.
    pub team_id: Option<i64>,
    /// Races of this series.
    pub series_id: Option<i64>,
    /// Only those that count.
    pub official_only: bool,
    /// 2 practice, 3 qualify, 4 time trial, 5 race; empty is all.
    pub event_types: Vec<i64>,
    /// Licence categories; empty is all.
    pub category_ids: Vec<i64>,
}

impl SeriesSearch {
    /// All series races of one member, practice and the like left out.
    pub fn races_of(cust_id: i64, range: SearchRange) -> Self {
        Self {
            range,
            cust_id: Some(cust_id),
            team_id: None,
            series_id: None,
            official_only: false,
            event_types: vec![5],
            category_ids: Vec::new(),
        }
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { range, cust_id, team_id, series_id, official_only, event_types, category_ids } = self;
        let mut parameters = range.parameters();
        push_numbers(&mut parameters, [("cust_id", cust_id), ("team_id", team_id), ("series_id", series_id)]);
        if *official_only {
            parameters.push(("official_only", "true".to_owned()));
        }
        for (name, numbers) in [("event_types", event_types), ("category_ids", category_ids)] {
            if !numbers.is_empty() {
                parameters.push((name, numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",")));
            }
        }
        parameters
    }
}

/// A search of hosted and league sessions. iRacing wants a member, a team or a host to be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedSearch {
    /// When.
    pub range: SearchRange,
    /// Sessions in which this member took part.
    pub cust_id: Option<i64>,
    /// Sessions in which this team took part.
    pub team_id: Option<i64>,
    /// Sessions that this member hosted.
    pub host_cust_id: Option<i64>,
    /// Sessions of this league.
    pub league_id: Option<i64>,
}

impl HostedSearch {
    /// All hosted and league sessions of one member.
    pub fn sessions_of(cust_id: i64, range: SearchRange) -> Self {
        Self { range, cust_id: Some(cust_id), team_id: None, host_cust_id: None, league_id: None }
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { range, cust_id, team_id, host_cust_id, league_id } = self;
        let mut parameters = range.parameters();
        let numbers =
            [("cust_id", cust_id), ("team_id", team_id), ("host_cust_id", host_cust_id), ("league_id", league_id)];
        push_numbers(&mut parameters, numbers);
        parameters
    }
}

fn push_numbers<const N: usize>(
    parameters: &mut Vec<(&'static str, String)>,
    numbers: [(&'static str, &Option<i64>); N],
) {
    parameters.extend(numbers.into_iter().filter_map(|(name, number)| Some((name, number.as_ref()?.to_string()))));
}

/// Whose laps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LapsOf {
    /// A driver.
    Driver(i64),
    /// All drivers of a team.
    Team(i64),
}

impl DriverData {
    /// The member whose access token this is.
    pub async fn member_info(&self) -> Result<MemberInfo, Error> {
        Ok(self.object("/data/member/info", &[]).await?.body)
    }

    /// Series races.
    pub async fn search_series(&self, search: &SeriesSearch) -> Result<Vec<SeriesRow>, Error> {
        let (_, rows) = self.rows::<IgnoredAny, _>("/data/results/search_series", &search.parameters()).await?;
        Ok(rows)
    }

    /// Hosted and league sessions.
    pub async fn search_hosted(&self, search: &HostedSearch) -> Result<Vec<HostedRow>, Error> {
        let (_, rows) = self.rows::<IgnoredAny, _>("/data/results/search_hosted", &search.parameters()).await?;
        Ok(rows)
    }

    /// One subsession with all its results; [`Error::NotReady`] while it has none.
    pub async fn results_get(&self, subsession_id: i64) -> Result<ResultsGet, Error> {
        let path = "/data/results/get";
        let result: ResultsGet = self.object(path, &[("subsession_id", subsession_id.to_string())]).await?.body;
        if result.session_results.is_empty() {
            return Err(Error::NotReady { endpoint: path.to_owned() });
        }
        Ok(result)
    }

    /// The laps of the whole field in one simsession. No rows is a possible answer.
    pub async fn lap_chart_data(&self, subsession_id: i64, simsession_number: i64) -> Result<LapChart, Error> {
        let query = simsession(subsession_id, simsession_number);
        let (header, rows) = self.rows::<LapHeader, _>("/data/results/lap_chart_data", &query).await?;
        Ok(LapChart { header, rows })
    }

    /// The laps of one driver or team in one simsession.
    pub async fn lap_data(&self, subsession_id: i64, simsession_number: i64, of: LapsOf) -> Result<LapData, Error> {
        let [subsession, simsession] = simsession(subsession_id, simsession_number);
        let whose = match of {
            LapsOf::Driver(cust_id) => ("cust_id", cust_id.to_string()),
            LapsOf::Team(team_id) => ("team_id", team_id.to_string()),
        };
        let (header, rows) =
            self.rows::<LapHeader, _>("/data/results/lap_data", &[subsession, simsession, whose]).await?;
        Ok(LapData { header, rows })
    }

    /// Penalties, cautions and lead changes of one simsession.
    pub async fn event_log(&self, subsession_id: i64, simsession_number: i64) -> Result<Vec<EventLogRow>, Error> {
        let query = simsession(subsession_id, simsession_number);
        let (_, rows) = self.rows::<IgnoredAny, _>("/data/results/event_log", &query).await?;
        Ok(rows)
    }

    /// A member's last ten official races, with rating changes: the cheap way to see whether there is anything new.
    pub async fn recent_races(&self, cust_id: i64) -> Result<RecentRaces, Error> {
        let query = [("cust_id", cust_id.to_string())];
        Ok(self.object("/data/stats/member_recent_races", &query).await?.body)
    }

    /// A rating over time: `category_id` 1 to 6, `chart_type` 1 iRating, 2 time trial rating, 3 licence.
    pub async fn chart_data(&self, cust_id: i64, category_id: i64, chart_type: i64) -> Result<ChartData, Error> {
        let query = [
            ("cust_id", cust_id.to_string()),
            ("category_id", category_id.to_string()),
            ("chart_type", chart_type.to_string()),
        ];
        Ok(self.object("/data/member/chart_data", &query).await?.body)
    }

    /// All cars.
    pub async fn cars(&self) -> Result<Answer<Vec<Car>>, Error> {
        self.object("/data/car/get", &[]).await
    }

    /// Images and descriptions of all cars, by car id.
    pub async fn car_assets(&self) -> Result<Answer<BTreeMap<i64, CarAssets>>, Error> {
        self.object("/data/car/assets", &[]).await
    }

    /// All classes.
    pub async fn car_classes(&self) -> Result<Answer<Vec<CarClass>>, Error> {
        self.object("/data/carclass/get", &[]).await
    }

    /// All tracks, one entry a layout.
    pub async fn tracks(&self) -> Result<Answer<Vec<Track>>, Error> {
        self.object("/data/track/get", &[]).await
    }

    /// Images, maps and descriptions of all tracks, by track id.
    pub async fn track_assets(&self) -> Result<Answer<BTreeMap<i64, TrackAssets>>, Error> {
        self.object("/data/track/assets", &[]).await
    }

    /// A layer of a track map, as `track_assets` names it: base address and file name. It is no request of the data API,
    /// so it does not count, and goes where links may go alone. Files of more than `limit` bytes are refused.
    pub async fn track_map_layer(&self, base: &str, file: &str, limit: usize) -> Result<Vec<u8>, Error> {
        self.download_at_most(limit, &format!("{base}{file}"), "the track map", |body| Ok(body.to_vec())).await
    }

    /// The series that are raced at present.
    pub async fn series(&self) -> Result<Answer<Vec<Series>>, Error> {
        self.object("/data/series/get", &[]).await
    }

    /// Logos and descriptions of series, by series id.
    pub async fn series_assets(&self) -> Result<Answer<BTreeMap<i64, SeriesAssets>>, Error> {
        self.object("/data/series/assets", &[]).await
    }

    /// All series with all their seasons, past ones too.
    pub async fn stats_series(&self) -> Result<Answer<Vec<StatsSeries>>, Error> {
        self.object("/data/series/stats_series", &[]).await
    }

    /// Licence categories.
    pub async fn categories(&self) -> Result<Answer<Vec<Constant>>, Error> {
        self.object("/data/constants/categories", &[]).await
    }

    /// Divisions.
    pub async fn divisions(&self) -> Result<Answer<Vec<Constant>>, Error> {
        self.object("/data/constants/divisions", &[]).await
    }

    /// Event types.
    pub async fn event_types(&self) -> Result<Answer<Vec<Constant>>, Error> {
        self.object("/data/constants/event_types", &[]).await
    }

    /// iRacing's own description of the data API.
    pub async fn doc(&self) -> Result<Answer<Value>, Error> {
        self.object("/data/doc", &[]).await
    }
}

fn simsession(subsession_id: i64, simsession_number: i64) -> [(&'static str, String); 2] {
    [("subsession_id", subsession_id.to_string()), ("simsession_number", simsession_number.to_string())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_widened_to_whole_minutes() {
        let from = "2025-01-01T10:20:30.5Z".parse().unwrap();
        let until = "2025-03-01T10:20:30Z".parse().unwrap();
        let parameters = SearchRange::Finished { from, until: Some(until) }.parameters();
        assert_eq!(
            parameters,
            [
                ("finish_range_begin", "2025-01-01T10:20Z".to_owned()),
                ("finish_range_end", "2025-03-01T10:21Z".to_owned())
            ]
        );
    }

    #[test]
    fn a_range_of_whole_minutes_stays_and_may_be_open() {
        let from = "2025-01-01T10:20:00Z".parse().unwrap();
        let until = "2025-01-01T10:21:00Z".parse().unwrap();
        let closed = SearchRange::Started { from, until: Some(until) }.parameters();
        assert_eq!(closed[1], ("start_range_end", "2025-01-01T10:21Z".to_owned()));
        assert_eq!(SearchRange::Started { from, until: None }.parameters().len(), 1);
    }

    #[test]
    fn a_search_for_a_members_races_asks_for_races_only() {
        let range = SearchRange::Finished { from: "2025-01-01T00:00:00Z".parse().unwrap(), until: None };
        let parameters = SeriesSearch::races_of(17, range).parameters();
        assert!(parameters.contains(&("cust_id", "17".to_owned())));
        assert!(parameters.contains(&("event_types", "5".to_owned())));
    }
}
