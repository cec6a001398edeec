//! `results/search_series` and `results/search_hosted`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{Document, Refusal, Request, json_text};
use crate::careers::schedule::Kind;
use crate::careers::world::{Race, World};
use crate::sandbox::Sandbox;

/// The longest range that may be asked for.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The type of races among `event_types`.
const RACE: i64 = 5;

/// The ranges of a search; ends are exclusive.
#[derive(Debug, Default)]
struct Ranges {
    start: Option<(Timestamp, Timestamp)>,
    finish: Option<(Timestamp, Timestamp)>,
}

fn range(request: &Request, name: &str) -> Result<Option<(Timestamp, Timestamp)>, Refusal> {
    let time = |suffix: &str| {
        let text = request.text(&format!("{name}_range_{suffix}"));
        text.map(|text| text.parse::<Timestamp>().map_err(|_| Refusal::BadRequest)).transpose()
    };
    let Some(begin) = time("begin")? else { return Ok(None) };
    // The end may be left out if the range up to now is not too long.
    let end = time("end")?.unwrap_or_else(|| request.time().max(begin));
    if end.duration_since(begin) > LONGEST || end < begin {
        return Err(Refusal::BadRequest);
    }
    Ok(Some((begin, end)))
}

impl Ranges {
    fn read(request: &Request) -> Result<Self, Refusal> {
        Ok(Self { start: range(request, "start")?, finish: range(request, "finish")? })
    }

    fn hold(&self, start: i64, end: i64) -> bool {
        let within = |range: &Option<(Timestamp, Timestamp)>, at: i64| {
            range.is_none_or(|(first, last)| first.as_second() <= at && at < last.as_second())
        };
        within(&self.start, start) && within(&self.finish, end)
    }
}

/// Who took part, as a search asks for it.
struct Participant {
    cust_id: Option<i64>,
    team_id: Option<i64>,
}

impl Participant {
    fn read(request: &Request) -> Result<Self, Refusal> {
        let team_id = request.number("team_id")?;
        // A team takes priority.
        Ok(Self { cust_id: request.number("cust_id")?.filter(|_| team_id.is_none()), team_id })
    }

    fn took_part(&self, race: &Race) -> bool {
        let own = &race.own;
        self.cust_id.is_none_or(|id| own.iter().any(|own| own.cust_id == id))
            && self.team_id.is_none_or(|id| own.iter().any(|own| own.team_id == Some(id)))
    }
}

/// What was asked for, as the answer repeats it.
fn params(request: &Request) -> Value {
    let fields: Map<String, Value> = request
        .query
        .iter()
        .map(|(name, value)| {
            let numbers: Result<Vec<i64>, _> = value.split(',').map(str::parse).collect();
            let is_list = matches!(name.as_str(), "event_types" | "category_ids");
            let value = match numbers {
                Ok(list) if is_list => json!(list),
                Ok(list) if list.len() == 1 => json!(list[0]),
                _ if matches!(value.as_str(), "true" | "false") => json!(value == "true"),
                _ => json!(value),
            };
            (name.clone(), value)
        })
        .collect();
    Value::Object(fields)
}

/// Whether a race is published when the request is made.
fn published(sandbox: &Sandbox, request: &Request, race: &Race) -> bool {
    let late = sandbox.faults().settings().late_results;
    let available_at = race.available_at();
    let held = late.get(&race.head.subsession_id).is_some_and(|time| request.time() < *time);
    available_at <= request.time().as_second() && !held
}

/// The generated races that pass, as rows ordered by subsession.
fn generated(
    sandbox: &Sandbox,
    request: &Request,
    cust_id: Option<i64>,
    passes: impl Fn(&Race) -> bool,
) -> Vec<(i64, String)> {
    let Some(world) = &sandbox.library().world else { return Vec::new() };
    let races = world.races().filter(|race| passes(race) && published(sandbox, request, race));
    races.map(|race| (race.head.subsession_id, json_text(&world.search_row(race, cust_id)))).collect()
}

fn ordered(mut rows: Vec<(i64, String)>) -> Vec<String> {
    rows.sort();
    rows.into_iter().map(|(_, row)| row).collect()
}

pub(super) fn series<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let ranges = Ranges::read(request)?;
    let season = (request.number("season_year")?, request.number("season_quarter")?);
    if ranges.start.is_none() && ranges.finish.is_none() && (season.0.is_none() || season.1.is_none()) {
        return Err(Refusal::BadRequest);
    }
    let participant = Participant::read(request)?;
    let (series_id, week) = (request.number("series_id")?, request.number("race_week_num")?);
    let (categories, event_types) = (request.numbers("category_ids")?, request.numbers("event_types")?);
    let official_only = request.flag("official_only");
    let rows = move || {
        let passes = |race: &Race| {
            let head = &race.head;
            head.kind.in_series()
                && ranges.hold(head.start, race.end())
                && participant.took_part(race)
                && season.0.is_none_or(|year| head.week.year == year)
                && season.1.is_none_or(|quarter| head.week.quarter == quarter)
                && series_id.is_none_or(|id| head.series.id == id)
                && week.is_none_or(|week| head.week.week == week)
                && (categories.is_empty() || categories.contains(&i64::from(head.category)))
                && (event_types.is_empty() || event_types.contains(&RACE))
                && (!official_only || head.kind == Kind::Official)
        };
        let mut rows = generated(sandbox, request, participant.cust_id, passes);
        for race in sandbox.library().recorded.iter().flat_map(|recorded| recorded.races()) {
            let passes = !race.hosted
                && ranges.hold(race.start, race.end)
                && participant.cust_id.is_none_or(|id| race.has_member(id))
                && participant.team_id.is_none_or(|id| race.has_team(id))
                && (event_types.is_empty() || event_types.contains(&RACE));
            if passes && !held_back(sandbox, request, race.subsession_id) {
                rows.push((race.subsession_id, race.search_row(participant.cust_id).to_string()));
            }
        }
        ordered(rows)
    };
    Ok(Document::DirectChunks { kind: "search_series_results", params: params(request), rows: Box::new(rows) })
}

fn held_back(sandbox: &Sandbox, request: &Request, subsession_id: i64) -> bool {
    let late = sandbox.faults().settings().late_results;
    late.get(&subsession_id).is_some_and(|time| request.time() < *time)
}

pub(super) fn hosted<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let ranges = Ranges::read(request)?;
    let participant = Participant::read(request)?;
    let (host, name) = (request.number("host_cust_id")?, request.text("session_name"));
    let asks_for_somebody =
        participant.cust_id.is_some() || participant.team_id.is_some() || host.is_some() || name.is_some();
    if (ranges.start.is_none() && ranges.finish.is_none()) || !asks_for_somebody {
        return Err(Refusal::BadRequest);
    }
    let (league_id, track_id) = (request.number("league_id")?, request.number("track_id")?);
    let categories = request.numbers("category_ids")?;
    let rows = move || {
        let passes = |race: &Race| {
            let head = &race.head;
            let private = crate::careers::results::private_session(head);
            private.is_some_and(|private| {
                host.is_none_or(|id| private.host_id == id)
                    && name.is_none_or(|part| private.session_name.to_lowercase().contains(&part.to_lowercase()))
                    && league_id.is_none_or(|id| private.league_id == id)
            }) && ranges.hold(head.start, race.end())
                && participant.took_part(race)
                && track_id.is_none_or(|id| head.track == id)
                && (categories.is_empty() || categories.contains(&i64::from(head.category)))
        };
        let mut rows = generated(sandbox, request, None, passes);
        for race in sandbox.library().recorded.iter().flat_map(|recorded| recorded.races()) {
            let passes = race.hosted
                && ranges.hold(race.start, race.end)
                && participant.cust_id.is_none_or(|id| race.has_member(id))
                && participant.team_id.is_none_or(|id| race.has_team(id));
            if passes && host.is_none() && name.is_none() && !held_back(sandbox, request, race.subsession_id) {
                rows.push((race.subsession_id, race.search_row(None).to_string()));
            }
        }
        ordered(rows)
    };
    Ok(Document::DirectChunks { kind: "search_hosted_results", params: params(request), rows: Box::new(rows) })
}

/// Strength of field and winner, for the list of recent races.
pub(super) fn field_and_winner(race: &Race) -> (i64, i64) {
    (World::strength_of_field(race), World::winner(race))
}
