//! Generated answers have the fields and types of recorded ones. Passes by skipping where there are none.

use std::collections::{BTreeMap, BTreeSet};

use iracing_sandbox::{CLUB_RACER, Careers, Content, SHOWCASE};
use serde_json::Value;

use crate::client::Stand;
use crate::recorded::{folder, recording};

/// What values at one place look like.
#[derive(Default)]
struct Shape {
    kinds: BTreeSet<&'static str>,
    objects: usize,
    fields: BTreeMap<String, (usize, Shape)>,
    items: Option<Box<Shape>>,
}

impl Shape {
    fn add(&mut self, value: &Value) {
        self.kinds.insert(match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        });
        match value {
            Value::Object(fields) => {
                self.objects += 1;
                for (name, value) in fields {
                    let (count, shape) = self.fields.entry(name.clone()).or_default();
                    *count += 1;
                    shape.add(value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.items.get_or_insert_default().add(item)),
            _ => {}
        }
    }

    fn of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut shape = Self::default();
        values.into_iter().for_each(|value| shape.add(value));
        shape
    }

    /// What a recorded shape always has and this one lacks.
    fn lacks(&self, recorded: &Self, place: &str, problems: &mut Vec<String>) {
        let known = |kind: &&&str| **kind != "null";
        let mut kinds = self.kinds.iter().filter(known).peekable();
        if recorded.kinds.iter().any(|kind| *kind != "null")
            && kinds.peek().is_some()
            && !kinds.any(|kind| recorded.kinds.contains(kind))
        {
            problems.push(format!("{place} is {:?}, recorded {:?}", self.kinds, recorded.kinds));
        }
        for (name, (count, shape)) in &recorded.fields {
            let own = self.fields.get(name);
            let always = *count == recorded.objects;
            if always && self.objects > 0 && own.is_none_or(|(own, _)| *own < self.objects) {
                problems.push(format!("{place}.{name} is missing"));
            }
            if let Some((_, own)) = own {
                own.lacks(shape, &format!("{place}.{name}"), problems);
            }
        }
        if let (Some(own), Some(recorded)) = (&self.items, &recorded.items) {
            own.lacks(recorded, &format!("{place}[]"), problems);
        }
    }
}

fn compare(kind: &str, generated: &[Value], recorded: &[Value]) {
    let mut problems = Vec::new();
    assert!(!generated.is_empty() && !recorded.is_empty(), "{kind}");
    Shape::of(generated).lacks(&Shape::of(recorded), kind, &mut problems);
    assert!(problems.is_empty(), "{problems:#?}");
}

fn values(list: &Value) -> Vec<Value> {
    match list {
        Value::Array(items) => items.clone(),
        Value::Object(fields) => fields.values().cloned().collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn generated_bodies_have_every_field_that_all_recordings_of_the_kind_have() {
    if folder().is_none() {
        return;
    }
    let stand = Stand::with(Content::Generated(Careers::new(5).only(&[CLUB_RACER, SHOWCASE])), |_| {});
    let pair = stand.sign_in(SHOWCASE).await;
    let truth = stand.sandbox.truth(SHOWCASE);
    let (mut results, mut headers, mut laps, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut entrant_headers, mut entrant_laps) = (Vec::new(), Vec::new());
    for race in &truth {
        let result = stand.data(&pair, &format!("results/get?subsession_id={}", race.subsession_id)).await;
        let session = format!("subsession_id={}&simsession_number=0", race.subsession_id);
        headers.push(stand.data(&pair, &format!("results/lap_chart_data?{session}")).await);
        laps.extend(stand.rows(&pair, &format!("results/lap_chart_data?{session}")).await);
        events.extend(stand.rows(&pair, &format!("results/event_log?{session}")).await);
        if result["driver_changes"] == false {
            let own = format!("results/lap_data?{session}&cust_id={SHOWCASE}");
            entrant_headers.push(stand.data(&pair, &own).await);
            entrant_laps.extend(stand.rows(&pair, &own).await);
        }
        results.push(result);
    }
    let official: Vec<Value> = results.iter().filter(|result| result["private_session_id"] == -1).cloned().collect();
    let of_series = [
        recording("results/get/jasondilworth-82263872-race.json"),
        recording("results/get/jasondilworth-82799850-team-daytona24-2026.json"),
    ];
    compare("official result", &official, &of_series);
    let league = recording("results/get/aydsko-GetSubSessionResultForLeagueSuccessful-2.json");
    let heat = recording("results/get/irleaguemanager-heattestresult-37935210.json");
    let all: Vec<Value> = of_series.into_iter().chain([league, heat]).collect();
    compare("result", &results, &all);
    let chart = "results/lap_chart_data";
    let recorded_header = recording(&format!("{chart}/aydsko-GetSubSessionLapChartSuccessful-2.json"));
    compare("lap chart header", &headers, &[recorded_header]);
    // A row of a non-starter has no name.
    let mut recorded_laps = values(&recording(&format!("{chart}/jasondilworth-82263872-sim0.json")));
    recorded_laps.extend(values(&recording(&format!("{chart}/aydsko-GetSubSessionLapChartSuccessful-3.json"))));
    let started: Vec<Value> = laps.iter().filter(|lap| lap["lap_position"] != 0).cloned().collect();
    compare("lap chart row", &started, &recorded_laps);
    let single = "results/lap_data/aydsko-GetSingleDriverSubsessionLapsSuccessful";
    compare("laps header", &entrant_headers, &[recording(&format!("{single}-2.json"))]);
    let started: Vec<Value> = entrant_laps.iter().filter(|lap| lap.get("name").is_some()).cloned().collect();
    compare("laps row", &started, &values(&recording(&format!("{single}-3.json"))));
    compare("event", &events, &values(&recording("results/event_log/jasondilworth-82263872.json")));
    for (kind, file) in [
        ("search_series", "results/search_series/jasondilworth-result_search_series.json"),
        ("search_hosted", "results/search_hosted/jasondilworth-result_search_hosted.json"),
    ] {
        compare(kind, &stand.search_all(&pair, SHOWCASE, kind).await, &values(&recording(file)));
    }
}

#[tokio::test]
async fn generated_members_and_reference_data_have_the_recorded_fields() {
    if folder().is_none() {
        return;
    }
    let stand = Stand::with(Content::Generated(Careers::new(5).only(&[CLUB_RACER])), |_| {});
    let pair = stand.sign_in(CLUB_RACER).await;
    let info = [
        recording("member/info/jasondilworth-member_info.json"),
        recording("member/info/saturdaysspinout-info_response.json"),
    ];
    compare("member/info", &[stand.data(&pair, "member/info").await], &info);
    let members = stand.data(&pair, &format!("member/get?cust_ids={CLUB_RACER},1&include_licenses=true")).await;
    assert_eq!(members["members"].as_array().unwrap().len(), 1, "unknown members are left out");
    compare("member/get", &[members], &[recording("member/get/jasondilworth-member_with_licenses.json")]);
    let profile = recording("member/profile/jasondilworth-member_profile.json");
    compare("member/profile", &[stand.data(&pair, "member/profile").await], &[profile]);
    let chart = stand.data(&pair, "member/chart_data?category_id=5&chart_type=3").await;
    compare(
        "member/chart_data",
        &[chart],
        &[recording("member/chart_data/jasondilworth-member_chart_data_safety.json")],
    );
    let races = stand.data(&pair, "stats/member_recent_races").await;
    let recorded = recording("stats/member_recent_races/aydsko-GetMemberRecentRacesSucceeds-2.json");
    compare("stats/member_recent_races", &[races], &[recorded]);
    for (path, file) in [
        ("car/get", "jasondilworth-get_cars.json"),
        ("car/assets", "jasondilworth-get_cars_assets.json"),
        ("carclass/get", "jasondilworth-get_carclasses.json"),
        ("track/get", "jasondilworth-get_tracks.json"),
        ("track/assets", "jasondilworth-get_tracks_assets.json"),
        ("series/get", "jasondilworth-get_series.json"),
        ("series/assets", "jasondilworth-get_series_assets.json"),
        ("series/stats_series", "jasondilworth-series_stats.json"),
        ("lookup/licenses", "jasondilworth-lookup_licenses.json"),
        ("constants/categories", "jasondilworth-constants_categories.json"),
        ("constants/divisions", "jasondilworth-constants_divisions.json"),
        ("constants/event_types", "jasondilworth-constants_event_types.json"),
    ] {
        let generated = values(&stand.data(&pair, path).await);
        compare(path, &generated, &values(&recording(&format!("{path}/{file}"))));
    }
}
