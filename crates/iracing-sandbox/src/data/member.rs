//! Members: info, profile, ratings over time, recent races.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::search::field_and_winner;
use super::{Document, Refusal, Request};
use crate::careers::calendar::{
    DIRT_OVAL, DIRT_ROAD, FORMULA_CAR, OVAL, ROAD, SPORTS_CAR, category_in_words, category_key,
};
use crate::careers::catalogue::track;
use crate::careers::people;
use crate::careers::ratings::Rating;
use crate::careers::results::{LICENSE_GROUPS, iso};
use crate::careers::schedule::Kind;
use crate::careers::world::{World, category_begins};
use crate::sandbox::Sandbox;

/// Today's categories in the order of the service.
const CATEGORIES: [u8; 5] = [OVAL, SPORTS_CAR, FORMULA_CAR, DIRT_OVAL, DIRT_ROAD];

/// Colours of the licence classes from Rookie on.
pub(super) const COLORS: [&str; 7] = ["fc0706", "fc8a27", "feec04", "00c702", "0153db", "000000", "000000"];

fn rating(sandbox: &Sandbox, cust_id: i64, category: u8, now: Timestamp) -> Rating {
    let world = sandbox.library().world.as_ref();
    world.map_or(Rating::NEW, |world| world.rating(cust_id, category, now.as_second()))
}

fn license(sandbox: &Sandbox, cust_id: i64, category: u8, seq: usize, now: Timestamp) -> Value {
    let rating = rating(sandbox, cust_id, category, now);
    let class = usize::from(rating.class);
    json!({
        "category_id": category,
        "category": category_key(category),
        "category_name": category_in_words(category),
        "license_level": rating.license_level(),
        "safety_rating": rating.sub_level() as f64 / 100.0,
        "cpi": (rating.cpi * 1e6).round() / 1e6,
        "irating": rating.irating,
        "tt_rating": 1350,
        "mpr_num_races": rating.races_in_class.min(4),
        "mpr_num_tts": 0,
        "color": COLORS[class],
        "group_name": LICENSE_GROUPS[class],
        "group_id": class + 1,
        "pro_promotable": false,
        "seq": seq,
    })
}

fn licenses(sandbox: &Sandbox, cust_id: i64, now: Timestamp) -> Vec<Value> {
    let seq = CATEGORIES.iter().enumerate();
    seq.map(|(index, &category)| license(sandbox, cust_id, category, index + 1, now)).collect()
}

/// A member may ask about others; without a customer the caller is meant.
fn subject(sandbox: &Sandbox, request: &Request) -> Result<(i64, String), Refusal> {
    match request.number("cust_id")? {
        Some(id) if id != request.cust_id => sandbox.library().name(id).map(|name| (id, name)).ok_or(Refusal::NotFound),
        _ => Ok((request.cust_id, request.name.clone())),
    }
}

pub(super) fn info<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    Ok(Document::linked(move || {
        let id = request.cust_id;
        let now = request.time();
        let flair = people::flair(id);
        let (first, last) = request.name.split_once(' ').unwrap_or((&request.name, ""));
        let by_category: Map<String, Value> = CATEGORIES
            .iter()
            .enumerate()
            .map(|(index, &category)| {
                (category_key(category).to_owned(), license(sandbox, id, category, index + 1, now))
            })
            .collect();
        json!({
            "cust_id": id,
            "display_name": request.name,
            "first_name": first,
            "last_name": last,
            "on_car_name": last,
            "member_since": sandbox.library().member_since(id).to_string(),
            "flair_id": flair.id,
            "flair_name": flair.name,
            "flair_shortname": flair.short,
            "flair_country_code": flair.country,
            "last_login": now.to_string(),
            "read_tc": "2024-09-25T19:45:10Z",
            "read_pp": "2024-10-25T18:03:42Z",
            "read_comp_rules": "2024-09-25T19:45:12Z",
            "flags": 0,
            "flags_hex": "0",
            "connection_type": "BROADBAND-4",
            "download_server": "Default",
            "account": { "ir_dollars": 0, "ir_credits": 0, "status": "active", "country_rules": null },
            "helmet": people::helmet(id),
            "suit": people::suit(id),
            "licenses": by_category,
            "car_packages": [{ "package_id": 15, "content_ids": [1] }],
            "track_packages": [{ "package_id": 13, "content_ids": [9] }],
            "other_owned_packages": [],
            "dev": false,
            "alpha_tester": false,
            "rain_tester": false,
            "broadcaster": false,
            "restrictions": {},
            "has_read_comp_rules": true,
            "has_read_nda": false,
            "has_read_tc": true,
            "has_read_pp": true,
            "hundred_pct_club": false,
            "twenty_pct_discount": false,
            "last_season": 5900,
            "has_additional_content": true,
        })
    }))
}

pub(super) fn get<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let ids = request.numbers("cust_ids")?;
    if ids.is_empty() {
        return Err(Refusal::BadRequest);
    }
    Ok(Document::linked(move || {
        let now = request.time();
        let name =
            |id: i64| if id == request.cust_id { Some(request.name.clone()) } else { sandbox.library().name(id) };
        let members: Vec<Value> = ids
            .iter()
            .filter_map(|&id| {
                let flair = people::flair(id);
                let mut member = json!({
                    "cust_id": id,
                    "display_name": name(id)?,
                    "helmet": people::helmet(id),
                    "last_login": now.to_string(),
                    "member_since": sandbox.library().member_since(id).to_string(),
                    "flair_id": flair.id,
                    "flair_name": flair.name,
                    "flair_shortname": flair.short,
                    "ai": false,
                });
                if request.flag("include_licenses") {
                    member["licenses"] = json!(licenses(sandbox, id, now));
                }
                Some(member)
            })
            .collect();
        json!({ "success": true, "cust_ids": ids, "members": members })
    }))
}

pub(super) fn profile<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let (id, name) = subject(sandbox, request)?;
    Ok(Document::linked(move || {
        let now = request.time();
        let flair = people::flair(id);
        let mut history = licenses(sandbox, id, now);
        history.push(license(sandbox, id, ROAD, 6, now));
        let month_ago = now.as_second() - 30 * 86_400;
        let ended = |race: &&crate::library::RaceTruth| race.available_at <= now;
        let truth = sandbox.library().truth(id);
        let recent = truth.iter().filter(ended).filter(|race| race.end_time.as_second() > month_ago).count();
        json!({
            "recent_awards": [],
            "activity": {
                "recent_30days_count": recent,
                "prev_30days_count": 0,
                "consecutive_weeks": 0,
                "most_consecutive_weeks": 0,
            },
            "success": true,
            "image_url": format!("{}/assets/img/members/{id}.svg", sandbox.config().base_url),
            "member_info": {
                "ai": false,
                "country": flair.name,
                "country_code": flair.country,
                "cust_id": id,
                "display_name": name,
                "flair_id": flair.id,
                "flair_name": flair.name,
                "flair_shortname": flair.short,
                "helmet": people::helmet(id),
                "last_login": now.to_string(),
                "licenses": licenses(sandbox, id, now),
                "member_since": sandbox.library().member_since(id).to_string(),
            },
            "disabled": false,
            "license_history": history,
            "recent_events": [],
            "cust_id": id,
            "is_generic_image": true,
            "follow_counts": { "followers": 0, "follows": 0 },
        })
    }))
}

/// One point a day with a change: 1 iRating, 2 time trial rating, 3 licence class and safety rating.
pub(super) fn chart_data<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let (id, _) = subject(sandbox, request)?;
    let category = u8::try_from(request.required("category_id")?).map_err(|_| Refusal::BadRequest)?;
    let chart_type = request.required("chart_type")?;
    if !(OVAL..=FORMULA_CAR).contains(&category) || !(1..=3).contains(&chart_type) {
        return Err(Refusal::BadRequest);
    }
    Ok(Document::linked(move || {
        let now = request.time().as_second();
        let value = |rating: Rating| match chart_type {
            1 => rating.irating,
            2 => 1350,
            _ => rating.chart_value(),
        };
        let joined = sandbox.library().member_since(id).to_string();
        let begin = category_begins(category);
        let first = begin.map_or(joined.clone(), |at| day(at).max(joined));
        let initial = rating(sandbox, id, category, Timestamp::from_second(begin.unwrap_or(0)).unwrap_or_default());
        let mut points: Vec<(String, i64)> = vec![(first, value(initial))];
        let changes = sandbox.library().world.iter().flat_map(|world| world.history(id, category, now));
        for change in changes.filter(|_| chart_type != 2) {
            let when = day(change.at);
            match points.last_mut() {
                Some(last) if last.0 == when => last.1 = value(change.rating),
                _ => points.push((when, value(change.rating))),
            }
        }
        let data: Vec<Value> = points.iter().map(|(when, value)| json!({ "when": when, "value": value })).collect();
        json!({
            "blackout": false, "category_id": category, "chart_type": chart_type, "data": data, "success": true,
            "cust_id": id,
        })
    }))
}

fn day(unix_seconds: i64) -> String {
    iso(unix_seconds).chars().take(10).collect()
}

/// The last ten races of series with the ratings that they changed.
pub(super) fn recent_races<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let (id, _) = subject(sandbox, request)?;
    Ok(Document::linked(move || {
        let now = request.time().as_second();
        let late = sandbox.faults().settings().late_results;
        let world: Option<&World> = sandbox.library().world.as_ref();
        let mut races: Vec<Value> = Vec::new();
        for race in world.into_iter().flat_map(World::races) {
            let head = &race.head;
            let held = late.get(&head.subsession_id).is_some_and(|time| request.time() < *time);
            if !head.kind.in_series() || race.available_at() > now || held {
                continue;
            }
            let own = race.own.iter().find(|own| own.cust_id == id);
            let hero = head.heroes.iter().find(|hero| hero.cust_id == id);
            let (Some(own), Some(hero)) = (own, hero) else { continue };
            let own = own.recent();
            let (strength_of_field, winner) = field_and_winner(race);
            let track = track(head.track);
            let unrated = head.kind != Kind::Official;
            let mut row = json!({
                "season_id": head.series.season_id(head.week),
                "series_id": head.series.id,
                "series_name": head.series.name,
                "livery": people::livery(id, own.car_id, "1"),
                "license_level": hero.after.license_level(),
                "session_start_time": iso(head.start),
                "winner_group_id": winner,
                "winner_name": if winner < 0 { people::team_name(winner) } else { world.map_or_else(String::new, |world| world.name(winner)) },
                "winner_helmet": people::helmet(winner),
                "winner_license_level": 0,
                "qualifying_time": 0,
                "club_points": 0,
                "strength_of_field": strength_of_field,
                "subsession_id": head.subsession_id,
                "old_sub_level": hero.before.sub_level(),
                "new_sub_level": hero.after.sub_level(),
                "oldi_rating": hero.before.irating,
                "newi_rating": if unrated { hero.before.irating } else { hero.after.irating },
                "track": { "track_id": track.id, "track_name": track.name },
                "drop_race": false,
                "season_year": head.week.year,
                "season_quarter": head.week.quarter,
                "race_week_num": head.week.week,
            });
            if let (Some(row), Ok(Value::Object(own))) = (row.as_object_mut(), serde_json::to_value(&own)) {
                row.extend(own);
            }
            races.push(row);
        }
        races.reverse();
        races.truncate(10);
        json!({ "races": races, "cust_id": id })
    }))
}
