//! Recorded answers from a folder, indexed by subsession.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::careers::people;
use crate::careers::results::LICENSE_GROUPS;
use crate::library::{RaceKind, RaceTruth};

/// Folders of reference data, which are served as they are.
const REFERENCE: [&str; 8] = [
    "car/get",
    "car/assets",
    "carclass/get",
    "track/get",
    "track/assets",
    "series/get",
    "series/assets",
    "series/stats_series",
];

/// iRacing's number for a simsession that is a race.
const RACE: i64 = 6;

/// A recorded result.
pub(crate) struct RecordedRace {
    pub(crate) subsession_id: i64,
    /// Unix seconds.
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Hosted or league: found by `search_hosted`.
    pub(crate) hosted: bool,
    /// The body of `results/get`.
    pub(crate) result: String,
    /// What the rows of searches and the headers of laps are made from: the result without its rows.
    event: Value,
    /// Rows of the main event, those of drivers of teams included.
    rows: Vec<Value>,
    /// Names of all who raced, also of those who were knocked out before the main event.
    members: BTreeMap<i64, String>,
}

/// Recorded answers.
#[derive(Default)]
pub(crate) struct Recorded {
    races: BTreeMap<i64, RecordedRace>,
    /// Rows of the lap chart by subsession and simsession.
    charts: BTreeMap<(i64, i64), Vec<Value>>,
    /// Rows of `lap_data` by subsession, simsession and group.
    laps: BTreeMap<(i64, i64, i64), Vec<Value>>,
    events: BTreeMap<i64, Vec<Value>>,
    members: BTreeMap<i64, String>,
    reference: BTreeMap<&'static str, Value>,
}

/// The JSON files of a folder by name, with exchanges and exports unwrapped; none where there is no such folder.
fn bodies(root: &Path, folder: &str) -> anyhow::Result<Vec<(String, Value)>> {
    let folder = root.join(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
                .with_context(|| format!("{} is not JSON", path.display()))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, unwrapped(value)))
        })
        .collect()
}

fn unwrapped(mut value: Value) -> Value {
    for inner in ["content", "data"] {
        if value.get("session_results").is_none() && value.get(inner).is_some() {
            value = value[inner].take();
        }
    }
    value
}

fn number(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_i64()
}

fn seconds(value: &Value, name: &str) -> i64 {
    let time = value[name].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    time.map_or(0, Timestamp::as_second)
}

fn take_array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

impl Recorded {
    /// Reads a folder whose subfolders are endpoints.
    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(root.is_dir(), "{} is not a folder of recorded answers", root.display());
        let mut recorded = Self::default();
        for (_, body) in bodies(root, "results/get")? {
            if let Some(race) = RecordedRace::new(body) {
                recorded.members.extend(race.members.clone());
                recorded.races.insert(race.subsession_id, race);
            }
        }
        recorded.load_laps(root)?;
        for (_, body) in bodies(root, "results/event_log")? {
            for event in take_array(body) {
                if let Some(id) = number(&event, "subsession_id") {
                    recorded.events.entry(id).or_default().push(event);
                }
            }
        }
        for folder in REFERENCE {
            // The link comes first in an exchange; of the bodies the largest is the most complete.
            let largest = bodies(root, folder)?
                .into_iter()
                .map(|(_, body)| body)
                .filter(|body| body.get("link").is_none())
                .max_by_key(|body| body.as_array().map_or_else(|| body.as_object().map_or(0, Map::len), Vec::len));
            recorded.reference.extend(largest.map(|body| (folder, body)));
        }
        Ok(recorded)
    }

    /// Laps are rows that do not say which race they are of: that is in the file's name
    /// (`<source>-<subsession>-sim<number>`) or in the header recorded just before.
    fn load_laps(&mut self, root: &Path) -> anyhow::Result<()> {
        for (folder, of_one) in [("results/lap_chart_data", false), ("results/lap_data", true)] {
            let mut header = None;
            for (name, body) in bodies(root, folder)? {
                if let Some(info) = body.get("session_info") {
                    header = number(info, "subsession_id").zip(number(info, "simsession_number"));
                    continue;
                }
                let mut parts = name.splitn(3, '-').skip(1);
                let named = parts.next().and_then(|part| part.parse::<i64>().ok()).map(|subsession_id| {
                    let simsession = parts.next().and_then(|part| part.strip_prefix("sim")?.parse().ok());
                    (subsession_id, simsession.unwrap_or(0))
                });
                let Some((subsession_id, simsession)) = named.or(header) else { continue };
                let rows = take_array(body);
                let group = rows.first().and_then(|row| number(row, "group_id"));
                match group {
                    Some(group) if of_one => {
                        self.laps.insert((subsession_id, simsession, group), rows);
                    }
                    Some(_) => {
                        self.charts.insert((subsession_id, simsession), rows);
                    }
                    None => {}
                }
            }
        }
        Ok(())
    }

    pub(crate) fn race(&self, subsession_id: i64) -> Option<&RecordedRace> {
        self.races.get(&subsession_id)
    }

    pub(crate) fn races(&self) -> impl Iterator<Item = &RecordedRace> {
        self.races.values()
    }

    pub(crate) fn member_name(&self, cust_id: i64) -> Option<&str> {
        self.members.get(&cust_id).map(String::as_str)
    }

    pub(crate) fn reference(&self, path: &str) -> Option<&Value> {
        self.reference.get(path)
    }

    pub(crate) fn chart(&self, subsession_id: i64, simsession: i64) -> Option<&[Value]> {
        self.charts.get(&(subsession_id, simsession)).map(Vec::as_slice)
    }

    /// Laps of an entrant as recorded, or taken from the chart of the field.
    pub(crate) fn entrant_laps(
        &self,
        subsession_id: i64,
        simsession: i64,
        cust_id: Option<i64>,
        team_id: Option<i64>,
    ) -> Vec<Value> {
        let group = team_id.or(cust_id).unwrap_or_default();
        if let Some(rows) = self.laps.get(&(subsession_id, simsession, group)) {
            return rows.clone();
        }
        let rows = self.chart(subsession_id, simsession).unwrap_or_default().iter();
        rows.filter(|row| number(row, if team_id.is_some() { "group_id" } else { "cust_id" }) == Some(group))
            .cloned()
            .map(|mut row| {
                if let Value::Object(row) = &mut row {
                    for column in ["lap_position", "interval", "interval_units", "fastest_lap"] {
                        row.remove(column);
                    }
                }
                row
            })
            .collect()
    }

    pub(crate) fn events(&self, subsession_id: i64, simsession: i64) -> Vec<Value> {
        let events = self.events.get(&subsession_id).into_iter().flatten();
        events.filter(|event| number(event, "simsession_number") == Some(simsession)).cloned().collect()
    }

    /// The recorded sessions of a member.
    pub(crate) fn truth(&self, cust_id: i64) -> impl Iterator<Item = RaceTruth> {
        let time = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
        self.races.values().filter(move |race| race.has_member(cust_id)).map(move |race| RaceTruth {
            subsession_id: race.subsession_id,
            start_time: time(race.start),
            end_time: time(race.end),
            kind: race.kind(),
            available_at: time(race.end),
        })
    }
}

impl RecordedRace {
    /// `None` for a body that is no result, such as the link of an exchange.
    fn new(body: Value) -> Option<Self> {
        let subsession_id = number(&body, "subsession_id")?;
        let rows_of = |session: &Value| {
            let mut rows = Vec::new();
            for row in session["results"].as_array().into_iter().flatten() {
                rows.extend(row["driver_results"].as_array().into_iter().flatten().cloned());
                rows.push(row.clone());
            }
            rows
        };
        let sessions = body["session_results"].as_array()?;
        let rows = rows_of(sessions.iter().find(|session| session["simsession_number"] == 0)?);
        let races = sessions.iter().filter(|session| session["simsession_type"] == RACE);
        let member = |row: Value| Some((number(&row, "cust_id")?, row["display_name"].as_str()?.to_owned()));
        let members = races.flat_map(rows_of).filter_map(member).collect();
        let result = body.to_string();
        let mut event = body;
        if let Value::Object(event) = &mut event {
            event.remove("session_results");
        }
        Some(Self {
            subsession_id,
            start: seconds(&event, "start_time"),
            end: seconds(&event, "end_time"),
            hosted: number(&event, "private_session_id").is_some_and(|id| id > 0),
            result,
            event,
            rows,
            members,
        })
    }

    pub(crate) fn has_member(&self, cust_id: i64) -> bool {
        self.members.contains_key(&cust_id)
    }

    pub(crate) fn has_team(&self, team_id: i64) -> bool {
        self.rows.iter().any(|row| number(row, "team_id") == Some(team_id))
    }

    fn kind(&self) -> RaceKind {
        match (self.hosted, number(&self.event, "league_id").unwrap_or(0)) {
            (true, 0) => RaceKind::Hosted,
            (true, _) => RaceKind::League,
            _ if self.event["official_session"] == true => RaceKind::Official,
            _ => RaceKind::Unofficial,
        }
    }

    fn copy(&self, names: &[&str]) -> Map<String, Value> {
        names.iter().filter_map(|&name| Some((name.to_owned(), self.event.get(name)?.clone()))).collect()
    }

    /// The row of a search, derived from the result; with `cust_id` the series search adds that member's own result.
    pub(crate) fn search_row(&self, cust_id: Option<i64>) -> Value {
        let mut row = self.copy(&[
            "session_id",
            "subsession_id",
            "start_time",
            "end_time",
            "license_category_id",
            "num_cautions",
            "num_caution_laps",
            "num_lead_changes",
            "event_average_lap",
            "event_laps_complete",
            "driver_changes",
        ]);
        let winner = self
            .rows
            .iter()
            .find(|row| row["finish_position"] == 0 && row.get("driver_results").is_some())
            .or_else(|| self.rows.iter().find(|row| row["finish_position"] == 0));
        let name = |field: &str| winner.map_or(Value::Null, |winner| winner[field].clone());
        let drivers: BTreeSet<i64> = self.rows.iter().filter_map(|row| number(row, "cust_id")).collect();
        let best = self.rows.iter().filter_map(|row| number(row, "best_lap_time")).filter(|time| *time > 0).min();
        let group = winner.and_then(|winner| number(winner, "team_id").or_else(|| number(winner, "cust_id")));
        row.insert("num_drivers".to_owned(), json!(drivers.len()));
        row.insert("event_best_lap_time".to_owned(), json!(best.unwrap_or(-1)));
        row.insert("winner_group_id".to_owned(), json!(group.unwrap_or(-1)));
        row.insert("winner_name".to_owned(), name("display_name"));
        row.insert("winner_ai".to_owned(), json!(false));
        let track = &self.event["track"];
        row.insert(
            "track".to_owned(),
            json!({
                "track_id": track["track_id"], "track_name": track["track_name"],
                "config_name": track.get("config_name").cloned().unwrap_or_else(|| json!("N/A")),
            }),
        );
        if self.hosted {
            self.add_hosted(&mut row);
        } else {
            self.add_series(&mut row, cust_id);
        }
        Value::Object(row)
    }

    fn add_series(&self, row: &mut Map<String, Value>, cust_id: Option<i64>) {
        row.extend(self.copy(&[
            "official_session",
            "season_id",
            "season_year",
            "season_quarter",
            "event_type",
            "event_type_name",
            "series_id",
            "series_name",
            "series_short_name",
            "race_week_num",
            "event_strength_of_field",
        ]));
        // Searches write a blank where results write an underscore.
        let category = self.event["license_category"].as_str().unwrap_or_default().replace('_', " ");
        row.insert("license_category".to_owned(), json!(category));
        let own = cust_id.and_then(|id| self.rows.iter().find(|row| number(row, "cust_id") == Some(id)));
        let Some(own) = own else { return };
        for name in [
            "cust_id",
            "starting_position",
            "finish_position",
            "starting_position_in_class",
            "finish_position_in_class",
            "laps_complete",
            "incidents",
            "car_id",
            "car_name",
            "car_class_id",
            "car_class_name",
            "car_class_short_name",
            "champ_points",
            "drop_race",
        ] {
            row.insert(name.to_owned(), own.get(name).cloned().unwrap_or(json!(-1)));
        }
        row.insert("laps_led".to_owned(), own["laps_lead"].clone());
        row.insert("car_name_abbreviated".to_owned(), json!(""));
        let group = (number(own, "old_license_level").unwrap_or(1).clamp(1, 28) - 1) / 4;
        row.insert("season_license_group".to_owned(), json!(group + 1));
        row.insert("season_license_group_name".to_owned(), json!(LICENSE_GROUPS[group as usize]));
    }

    fn add_hosted(&self, row: &mut Map<String, Value>) {
        row.extend(self.copy(&[
            "private_session_id",
            "session_name",
            "league_id",
            "league_name",
            "league_season_id",
            "league_season_name",
        ]));
        row.insert("created".to_owned(), self.event["start_time"].clone());
        for (name, value) in [("practice_length", 15), ("qualify_length", 8), ("qualify_laps", 2), ("race_length", 0)] {
            row.insert(name.to_owned(), json!(value));
        }
        row.insert("race_laps".to_owned(), self.event["event_laps_complete"].clone());
        row.insert("heat_race".to_owned(), json!(number(&self.event, "heat_info_id").is_some_and(|id| id > 0)));
        let host = number(&self.event, "host_id").unwrap_or(-1);
        let name =
            self.rows.iter().find(|row| number(row, "cust_id") == Some(host)).map(|row| row["display_name"].clone());
        row.insert(
            "host".to_owned(),
            json!({ "cust_id": host, "display_name": name.unwrap_or(json!("Host")), "helmet": people::helmet(host) }),
        );
        let cars: BTreeMap<i64, Value> = self
            .rows
            .iter()
            .filter_map(|row| {
                let id = number(row, "car_id")?;
                let text = |field: &str| row.get(field).cloned().unwrap_or_else(|| json!(""));
                let car = json!({
                    "car_id": id,
                    "car_name": text("car_name"),
                    "car_name_abbreviated": "",
                    "car_class_id": row["car_class_id"],
                    "car_class_name": text("car_class_name"),
                    "car_class_short_name": text("car_class_short_name"),
                });
                Some((id, car))
            })
            .collect();
        row.insert("cars".to_owned(), cars.into_values().collect());
    }

    /// What the answers about laps begin with.
    pub(crate) fn lap_header(&self, simsession: i64) -> Value {
        let mut info = self.copy(&[
            "subsession_id",
            "session_id",
            "num_laps_for_qual_average",
            "num_laps_for_solo_average",
            "event_type",
            "event_type_name",
            "private_session_id",
            "season_name",
            "season_short_name",
            "series_name",
            "series_short_name",
            "start_time",
            "track",
        ]);
        let lap = |row: &Value| Some((number(row, "best_lap_time")?, number(row, "best_lap_num")?));
        let laps = self.rows.iter().filter_map(lap).filter(|lap| lap.0 > 0 && simsession == 0);
        let best = laps.min().unwrap_or((-1, -1));
        info.insert("simsession_number".to_owned(), json!(simsession));
        info.insert("simsession_type".to_owned(), json!(if simsession == 0 { 6 } else { 4 }));
        json!({
            "success": true,
            "session_info": info,
            "best_lap_num": best.1,
            "best_lap_time": best.0,
            "best_nlaps_num": -1,
            "best_nlaps_time": -1,
            "best_qual_lap_num": -1,
            "best_qual_lap_time": -1,
            "best_qual_lap_at": null,
            "chunk_info": null,
        })
    }
}
