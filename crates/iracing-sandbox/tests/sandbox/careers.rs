use std::collections::BTreeMap;

use iracing_sandbox::{CLUB_RACER, Careers, Content, NEWCOMER, RaceKind, SHOWCASE, VETERAN};
use proptest::prelude::*;
use serde_json::Value;

use crate::client::Stand;

fn number(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap_or_else(|| panic!("{name} of {row}"))
}

/// Rows of drivers in the main event: those of team mates instead of those of teams.
fn drivers(result: &Value) -> Vec<Value> {
    let main = result["session_results"].as_array().unwrap().last().unwrap();
    let rows = main["results"].as_array().unwrap().iter();
    rows.flat_map(|row| row["driver_results"].as_array().cloned().unwrap_or_else(|| vec![row.clone()])).collect()
}

#[tokio::test]
async fn the_demo_drivers_have_the_careers_they_promise() {
    let stand = Stand::with(Content::Generated(Careers::new(1)), |_| {});
    let races: BTreeMap<i64, usize> =
        stand.sandbox.members().iter().map(|member| (member.cust_id, member.races)).collect();
    assert!((1350..1700).contains(&races[&VETERAN]), "{races:?}");
    assert!((40..90).contains(&races[&CLUB_RACER]), "{races:?}");
    assert_eq!((races[&SHOWCASE], races[&NEWCOMER]), (13, 0));
    let ids = |cust_id| stand.sandbox.truth(cust_id).iter().map(|race| race.subsession_id).collect::<Vec<_>>();
    let (veteran, club) = (ids(VETERAN), ids(CLUB_RACER));
    let shared = club.iter().filter(|id| veteran.contains(id)).count();
    assert!(shared >= 5, "{shared} races driven against one another");
    let truth = stand.sandbox.truth(VETERAN);
    for kind in [RaceKind::Unofficial, RaceKind::Hosted, RaceKind::League, RaceKind::PracticeOnly] {
        assert!(truth.iter().filter(|race| race.kind == kind).count() >= 5, "{kind:?}");
    }
    let twins = truth.windows(2).filter(|pair| pair[0].start_time == pair[1].start_time).count();
    assert!(twins >= 1, "two sessions in the same second");
    let overlaps = truth
        .windows(2)
        .filter(|pair| pair[0].start_time < pair[1].start_time && pair[1].start_time < pair[0].end_time);
    assert_eq!(overlaps.count(), 0, "nobody drives two races at a time");
}

#[tokio::test]
async fn a_later_start_of_the_sandbox_changes_nothing_about_earlier_races() {
    let early = Stand::with(Content::Generated(Careers::new(1)), |_| {});
    let late = Stand::with(Content::Generated(Careers::new(1)), |config| {
        config.clock = std::sync::Arc::new(|| "2026-11-21T09:00:00Z".parse().unwrap());
    });
    for cust_id in [VETERAN, CLUB_RACER, SHOWCASE] {
        let until = early.now();
        let published = |stand: &Stand| {
            let mut truth = stand.sandbox.truth(cust_id);
            truth.retain(|race| race.available_at <= until);
            truth
        };
        assert_eq!(published(&early), published(&late));
    }
}

#[tokio::test]
async fn ratings_follow_on_from_race_to_race_across_the_split_of_road() {
    let stand = Stand::with(Content::Generated(Careers::new(1)), |config| config.rate_limit = 100_000);
    let pair = stand.sign_in(VETERAN).await;
    let mut last: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
    let truth = stand.sandbox.truth(VETERAN);
    let published = truth.iter().filter(|race| race.available_at <= stand.now());
    // The first year, the split, and now; each stretch begins with what it finds.
    let all: Vec<_> = published.collect();
    let split = all.iter().position(|race| race.start_time.to_string().as_str() >= "2024-03-05").unwrap();
    let mut promotions = 0;
    for stretch in [&all[..120], &all[split - 30..split + 30], &all[all.len() - 60..]] {
        if stretch[0].subsession_id != all[0].subsession_id {
            last.clear();
        }
        for race in stretch {
            let result = stand.data(&pair, &format!("results/get?subsession_id={}", race.subsession_id)).await;
            let category = number(&result, "license_category_id");
            let rows = drivers(&result);
            let own = rows.iter().find(|row| row["cust_id"] == VETERAN).unwrap();
            let before = (number(own, "oldi_rating"), number(own, "old_sub_level"), number(own, "old_license_level"));
            let after = (number(own, "newi_rating"), number(own, "new_sub_level"), number(own, "new_license_level"));
            let road = last.get(&2).filter(|_| category > 4).copied();
            if let Some(known) = last.get(&category).copied().or(road) {
                assert_eq!(before, known, "category {category} before {}", race.subsession_id);
            }
            if race.kind != RaceKind::Official {
                assert_eq!(before, after, "only official races change ratings");
            }
            promotions += i64::from((after.2 - 1) / 4 > (before.2 - 1) / 4);
            last.insert(category, after);
        }
    }
    assert!(promotions >= 2, "{promotions}");
    let info = stand.data(&pair, "member/info").await;
    assert_eq!(info["licenses"]["sports_car"]["irating"], last[&5].0);
    let chart = stand.data(&pair, "member/chart_data?category_id=5&chart_type=1").await;
    assert_eq!(chart["data"].as_array().unwrap().last().unwrap()["value"], last[&5].0);
    let road = stand.data(&pair, "member/chart_data?category_id=2&chart_type=3").await;
    let ends = road["data"].as_array().unwrap().last().unwrap()["when"].as_str().unwrap().to_owned();
    assert!(ends.as_str() <= "2024-03-05", "{ends}");
    let recent = stand.data(&pair, "stats/member_recent_races").await;
    assert_eq!(recent["races"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_another_career() {
    let body = async |seed| {
        let stand = Stand::with(Content::Generated(Careers::new(seed).only(&[SHOWCASE])), |_| {});
        let pair = stand.sign_in(SHOWCASE).await;
        let id = stand.sandbox.truth(SHOWCASE)[4].subsession_id;
        let answer = stand.ask(&pair, &format!("results/get?subsession_id={id}")).await.json();
        stand.get(answer["link"].as_str().unwrap(), None).await.body
    };
    assert_eq!(body(3).await, body(3).await);
    assert_ne!(body(3).await, body(4).await);
}

#[tokio::test]
async fn the_showcase_has_each_special_case() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let mut seen: Vec<&str> = Vec::new();
    let truth = stand.sandbox.truth(SHOWCASE);
    for race in &truth {
        let result = stand.data(&pair, &format!("results/get?subsession_id={}", race.subsession_id)).await;
        let rows = drivers(&result);
        let own = rows.iter().find(|row| row["cust_id"] == SHOWCASE).unwrap();
        let main = result["session_results"].as_array().unwrap().last().unwrap();
        let mut note = |case: &'static str, holds: bool| {
            if holds {
                seen.push(case);
            }
        };
        note("team", result["driver_changes"] == true && own["team_id"].as_i64() < Some(0));
        note("heats", number(&result, "heat_info_id") > 0 && main["simsession_name"] == "FEATURE");
        note("league", result["league_id"].as_i64() > Some(0));
        note("hosted", race.kind == RaceKind::Hosted);
        note("AI", rows.iter().any(|row| row["ai"] == true));
        note("practice only", main["simsession_type"] == 3);
        note("unofficial", race.kind == RaceKind::Unofficial);
        note("classes", result["car_classes"].as_array().unwrap().len() == 3);
        note("four classes", result["car_classes"].as_array().unwrap().len() == 4);
        note("disconnected", own["reason_out"] == "Disconnected" && number(own, "laps_complete") > 0);
        note("did not start", own["reason_out"] == "Disconnected" && number(own, "laps_complete") == 0);
        note("cautions", number(&result, "num_cautions") > 0);
        note("zeros", rows.iter().any(|row| row["livery"]["car_number"].as_str().unwrap().starts_with('0')));
        if number(&result, "num_cautions") > 0 {
            let path = format!("results/event_log?subsession_id={}&simsession_number=0", race.subsession_id);
            let events = stand.rows(&pair, &path).await;
            let cautions = events.iter().filter(|event| event["event_code"] == 6).count() as i64;
            assert_eq!(cautions, 2 * number(&result, "num_cautions"), "each begins and ends");
            let changes = events.iter().filter(|event| event["event_code"] == 7).count() as i64;
            assert_eq!(changes, number(&result, "num_lead_changes"));
        }
    }
    for case in [
        "team",
        "heats",
        "league",
        "hosted",
        "AI",
        "practice only",
        "unofficial",
        "classes",
        "four classes",
        "disconnected",
        "did not start",
        "cautions",
        "zeros",
    ] {
        assert!(seen.contains(&case), "no {case} among {seen:?}");
    }
    assert_eq!(truth[11].start_time, truth[12].start_time);
}

/// Checks that results and laps of a simsession tell the same race.
fn check_simsession(result: &Value, simsession: &Value, laps: &[Value]) {
    let race = simsession["simsession_type"] == 6;
    let rows = simsession["results"].as_array().unwrap();
    let mut of: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
    let mut at: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
    for lap in laps {
        of.entry(number(lap, "group_id")).or_default().push(lap);
        at.entry(number(lap, "lap_number")).or_default().push(lap);
    }
    let none = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let id = row.get("team_id").or(row.get("cust_id")).and_then(Value::as_i64).unwrap();
        let own = of.get(&id).unwrap_or(&none);
        let driven: Vec<&&Value> = own.iter().filter(|lap| number(lap, "lap_number") > 0).collect();
        assert_eq!(number(row, "laps_complete"), driven.len() as i64);
        assert_eq!((number(row, "finish_position"), number(row, "position")), (place as i64, place as i64));
        let offline = own.iter().filter(|lap| lap["incident"] == true).count() as i64;
        assert!(offline <= number(row, "incidents"), "{offline} laps with an incident in {row}");
        let counting = if race { 2 } else { 1 };
        let best = driven
            .iter()
            .filter(|lap| number(lap, "lap_number") >= counting && number(lap, "lap_time") > 0)
            .min_by_key(|lap| number(lap, "lap_time"));
        assert_eq!(number(row, "best_lap_time"), best.map_or(-1, |lap| number(lap, "lap_time")));
        assert_eq!(number(row, "best_lap_num"), best.map_or(-1, |lap| number(lap, "lap_number")));
        assert!(best.is_none_or(|lap| lap["team_fastest_lap"] == true));
        if let (Some(first), Some(last)) = (own.first(), driven.last()) {
            let elapsed = number(last, "session_time") - number(first, "session_time");
            assert_eq!(number(row, "average_lap"), elapsed / driven.len() as i64);
        }
        for pair in own.windows(2) {
            assert_eq!(number(pair[1], "lap_number"), number(pair[0], "lap_number") + 1, "no lap is missing");
            let between = number(pair[1], "session_time") - number(pair[0], "session_time");
            assert!(between > 0);
            let lap_time = number(pair[1], "lap_time");
            assert!(lap_time == -1 || (lap_time - between).abs() <= 3, "{lap_time} is not {between}");
            let invalid = number(pair[1], "flags") & 1 == 1;
            assert_eq!(invalid, lap_time == -1);
            assert_eq!(invalid, pair[1]["lap_events"].as_array().unwrap().contains(&"invalid".into()));
        }
        if let Some(mates) = row["driver_results"].as_array() {
            let sum = |name: &str| mates.iter().map(|mate| number(mate, name)).sum::<i64>();
            assert_eq!(sum("laps_complete"), number(row, "laps_complete"));
            assert_eq!(sum("incidents"), number(row, "incidents"));
            assert_eq!(sum("laps_lead"), number(row, "laps_lead"));
        }
    }
    for (lap, there) in &at {
        let started: Vec<_> = there.iter().filter(|row| number(row, "lap_position") > 0).collect();
        let positions: Vec<i64> = started.iter().map(|row| number(row, "lap_position")).collect();
        assert_eq!(positions, (1..=started.len() as i64).collect::<Vec<_>>(), "lap {lap}");
        assert!(there.iter().map(|row| number(row, "session_time")).is_sorted());
        for row in there.iter().filter(|row| !row["interval"].is_null()) {
            assert!(number(row, "interval") <= 0 && row["interval_units"] != Value::Null);
        }
    }
    if race && rows.len() > 1 && number(&rows[0], "laps_complete") > 0 {
        check_finish(result, rows, &of);
    }
}

/// The order of the finish is that of the last crossings, and those lapped take the flag after the winner.
fn check_finish(result: &Value, rows: &[Value], of: &BTreeMap<i64, Vec<&Value>>) {
    let last = |row: &Value| {
        let id = row.get("team_id").or(row.get("cust_id")).and_then(Value::as_i64).unwrap();
        of[&id].last().map(|lap| (number(lap, "lap_number"), number(lap, "session_time"), number(lap, "flags")))
    };
    let (laps, flag, _) = last(&rows[0]).unwrap();
    let order: Vec<(i64, i64)> =
        rows.iter().filter_map(last).filter(|last| last.0 > 0).map(|(lap, time, _)| (-lap, time)).collect();
    assert!(order.is_sorted(), "{order:?}");
    for row in rows {
        let (lap, time, flags) = last(row).unwrap();
        let finished = row["reason_out"] == "Running";
        assert_eq!(finished, flags & 16384 != 0, "those who take the flag are running at the end");
        assert!(!finished || time >= flag);
        let interval = number(row, "interval");
        assert_eq!(interval, if lap == laps { time - flag } else { -1 });
    }
    if let Some(cautions) = result["num_caution_laps"].as_i64().filter(|laps| *laps > 0) {
        assert!(cautions < laps);
    }
}

async fn check_race(stand: &Stand, pair: &crate::client::Pair, subsession_id: i64) {
    let result = stand.data(pair, &format!("results/get?subsession_id={subsession_id}")).await;
    let field = result["session_results"][0]["results"].as_array().unwrap().len();
    assert!((2..=60).contains(&field), "{field}");
    for simsession in result["session_results"].as_array().unwrap() {
        let number = &simsession["simsession_number"];
        let path = format!("results/lap_chart_data?subsession_id={subsession_id}&simsession_number={number}");
        let laps = stand.rows(pair, &path).await;
        check_simsession(&result, simsession, &laps);
    }
}

#[tokio::test]
async fn laps_and_results_of_the_special_cases_tell_the_same_race() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    for race in stand.sandbox.truth(SHOWCASE) {
        check_race(&stand, &pair, race.subsession_id).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laps_and_results_tell_the_same_race_whatever_the_seed(seed in any::<u64>(), race in 0usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stand = Stand::with(Content::Generated(Careers::new(seed).only(&[CLUB_RACER])), |_| {});
            let pair = stand.sign_in(CLUB_RACER).await;
            let truth = stand.sandbox.truth(CLUB_RACER);
            let published: Vec<_> = truth.iter().filter(|race| race.available_at <= stand.now()).collect();
            check_race(&stand, &pair, published[race % published.len()].subsession_id).await;
        });
    }
}
