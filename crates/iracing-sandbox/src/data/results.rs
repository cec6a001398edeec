//! `results/get`, the lap chart, laps of an entrant, and the event log.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Document, Refusal, Request, json_text};
use crate::careers::catalogue::track;
use crate::careers::laps;
use crate::careers::results::{event_result, iso};
use crate::careers::schedule::Kind;
use crate::careers::weekend::{Simsession, Weekend};
use crate::careers::world::{Race, World};
use crate::recorded::{Recorded, RecordedRace};
use crate::sandbox::Sandbox;

/// Where a subsession was found.
enum Found<'a> {
    Generated { world: &'a World, race: &'a Race, split: usize, subsession_id: i64 },
    Recorded { recorded: &'a Recorded, race: &'a RecordedRace },
}

fn find<'a>(sandbox: &'a Sandbox, request: &Request) -> Result<Found<'a>, Refusal> {
    let subsession_id = request.required("subsession_id")?;
    let late = sandbox.faults().settings().late_results.get(&subsession_id).is_some_and(|time| request.time() < *time);
    if late {
        return Err(Refusal::NotFound);
    }
    let library = sandbox.library();
    if let Some(recorded) = &library.recorded
        && let Some(race) = recorded.race(subsession_id)
    {
        return Ok(Found::Recorded { recorded, race });
    }
    let world = library.world.as_ref().ok_or(Refusal::NotFound)?;
    let (race, split) = world.race(subsession_id).ok_or(Refusal::NotFound)?;
    if race.available_at() > request.time().as_second() {
        return Err(Refusal::NotFound);
    }
    Ok(Found::Generated { world, race, split, subsession_id })
}

pub(super) fn get<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let found = find(sandbox, request)?;
    let make = move || match found {
        Found::Recorded { race, .. } => race.result.clone(),
        Found::Generated { world, race, split, subsession_id } => {
            let weekend = world.weekend(subsession_id, race, split);
            json_text(&event_result(&race.head, split, &weekend, &|id| world.name(id)))
        }
    };
    let subsession_id = request.required("subsession_id")?;
    let changed = sandbox.faults().settings().changed_results.get(&subsession_id).copied();
    if changed.is_some_and(|from| request.time() >= from) {
        return Ok(Document::Linked(Box::new(move || with_penalty(&make()))));
    }
    Ok(Document::Linked(Box::new(make)))
}

/// The result after a protest: the winner of the main event is put last and has four more incident points.
fn with_penalty(text: &str) -> String {
    let Ok(mut result) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let sessions = result["session_results"].as_array_mut();
    let main = sessions.and_then(|sessions| sessions.iter_mut().find(|session| session["simsession_number"] == 0));
    let Some(rows) = main.and_then(|main| main["results"].as_array_mut()).filter(|rows| rows.len() > 1) else {
        return text.to_owned();
    };
    rows.rotate_left(1);
    let ahead = rows[0]["interval"].as_i64().unwrap_or(0).max(0);
    let mut in_class = std::collections::BTreeMap::<i64, i64>::new();
    let last = rows.len() - 1;
    for (place, row) in rows.iter_mut().enumerate() {
        let class = in_class.entry(row["car_class_id"].as_i64().unwrap_or(0)).or_insert(-1);
        *class += 1;
        let interval = match row["interval"].as_i64() {
            _ if place == last => -1,
            Some(interval) if interval > 0 => interval - ahead,
            other => other.unwrap_or(-1),
        };
        let mut places = vec![
            ("finish_position", place as i64),
            ("position", place as i64),
            ("finish_position_in_class", *class),
            ("interval", interval),
        ];
        if place == last {
            places.push(("incidents", row["incidents"].as_i64().unwrap_or(0) + 4));
        }
        for (name, value) in places {
            row[name] = json!(value);
            for driver in row["driver_results"].as_array_mut().into_iter().flatten().filter(|_| name != "incidents") {
                driver[name] = json!(value);
            }
        }
    }
    result.to_string()
}

/// Whether the laps of a race are held back.
fn laps_are_late(sandbox: &Sandbox, request: &Request) -> Result<bool, Refusal> {
    let subsession_id = request.required("subsession_id")?;
    let late_laps = sandbox.faults().settings().late_laps;
    Ok(late_laps.get(&subsession_id).is_some_and(|time| request.time() < *time))
}

fn texts<T: Serialize>(rows: &[T]) -> Vec<String> {
    rows.iter().map(json_text).collect()
}

/// A generated event with the simsession that was asked for.
struct Session<'a> {
    world: &'a World,
    race: &'a Race,
    subsession_id: i64,
    weekend: Arc<Weekend>,
    index: usize,
}

impl<'a> Session<'a> {
    fn new(world: &'a World, race: &'a Race, split: usize, subsession_id: i64, number: i64) -> Result<Self, Refusal> {
        let weekend = world.weekend(subsession_id, race, split);
        let index = weekend.simsessions.iter().position(|simsession| simsession.number == number);
        let index = index.ok_or(Refusal::NotFound)?;
        Ok(Self { world, race, subsession_id, weekend, index })
    }

    fn simsession(&self) -> &Simsession {
        &self.weekend.simsessions[self.index]
    }

    fn name(&self) -> impl Fn(i64) -> String + use<'a> {
        let world = self.world;
        move |id| world.name(id)
    }

    /// What the answers about laps begin with.
    fn header(&self, best: (i64, i64)) -> Value {
        let head = &self.race.head;
        let track = track(head.track);
        let simsession = self.simsession();
        let in_series = head.kind.in_series();
        let practice_only = head.kind == Kind::Practice;
        let season = format!("{} Season {}", head.week.year, head.week.quarter);
        json!({
            "success": true,
            "session_info": {
                "subsession_id": self.subsession_id,
                "session_id": head.session_id,
                "simsession_number": simsession.number,
                "simsession_type": simsession.kind.id(),
                "simsession_name": simsession.name,
                "num_laps_for_qual_average": 2,
                "num_laps_for_solo_average": 5,
                "event_type": if practice_only { 2 } else { 5 },
                "event_type_name": if practice_only { "Practice" } else { "Race" },
                "private_session_id": if in_series { -1 } else { head.session_id / 70 },
                "season_name": if in_series { format!("{} - {season}", head.series.name) } else { "Hosted iRacing".to_owned() },
                "season_short_name": if in_series { season } else { "Hosted iRacing".to_owned() },
                "series_name": if in_series { head.series.name } else { "Hosted iRacing" },
                "series_short_name": if in_series { head.series.name } else { "Hosted iRacing" },
                "start_time": iso(head.start),
                "track": { "track_id": track.id, "track_name": track.name, "config_name": track.config_name() },
            },
            "best_lap_num": best.0,
            "best_lap_time": best.1,
            "best_nlaps_num": -1,
            "best_nlaps_time": -1,
            "best_qual_lap_num": -1,
            "best_qual_lap_time": -1,
            "best_qual_lap_at": null,
            "chunk_info": null,
        })
    }
}

pub(super) fn lap_chart<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let number = request.required("simsession_number")?;
    let late = laps_are_late(sandbox, request)?;
    match find(sandbox, request)? {
        Found::Recorded { recorded, race } => {
            let header = race.lap_header(number);
            let rows = recorded.chart(race.subsession_id, number).filter(|_| !late).unwrap_or_default();
            Ok(Document::LinkedChunks { header, rows: Box::new(move || texts(rows)) })
        }
        Found::Generated { world, race, split, subsession_id } => {
            let session = Session::new(world, race, split, subsession_id, number)?;
            let header = session.header(laps::best_lap(session.simsession(), None));
            let rows = move || match late {
                true => Vec::new(),
                false => texts(&laps::chart_rows(&race.head, &session.weekend, session.simsession(), &session.name())),
            };
            Ok(Document::LinkedChunks { header, rows: Box::new(rows) })
        }
    }
}

pub(super) fn lap_data<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let number = request.required("simsession_number")?;
    let (cust_id, team_id) = (request.number("cust_id")?, request.number("team_id")?);
    let late = laps_are_late(sandbox, request)?;
    if cust_id.is_none() && team_id.is_none() {
        return Err(Refusal::BadRequest);
    }
    match find(sandbox, request)? {
        Found::Recorded { recorded, race } => {
            let rows = recorded.entrant_laps(race.subsession_id, number, cust_id, team_id);
            let mut header = race.lap_header(number);
            if let Some(first) = rows.first() {
                header["group_id"] = first["group_id"].clone();
                header["cust_id"] = first["cust_id"].clone();
                header["name"] = first["display_name"].clone();
                header["license_level"] = first["license_level"].clone();
            }
            let rows = if late { Vec::new() } else { rows };
            Ok(Document::LinkedChunks { header, rows: Box::new(move || texts(&rows)) })
        }
        Found::Generated { world, race, split, subsession_id } => {
            let session = Session::new(world, race, split, subsession_id, number)?;
            let index = laps::find_entrant(&session.weekend, cust_id, team_id).ok_or(Refusal::NotFound)?;
            let mut header = session.header(laps::best_lap(session.simsession(), Some(index)));
            let owner = laps::owner(&race.head, &session.weekend, index, &session.name());
            if let (Value::Object(header), Ok(Value::Object(owner))) = (&mut header, serde_json::to_value(&owner)) {
                header.extend(owner);
            }
            // Without a customer the laps of all drivers of the team are meant.
            let driver = cust_id.filter(|_| team_id.is_some());
            let rows = move || match late {
                true => Vec::new(),
                false => texts(&laps::entrant_rows(
                    &race.head,
                    &session.weekend,
                    session.simsession(),
                    index,
                    driver,
                    &session.name(),
                )),
            };
            Ok(Document::LinkedChunks { header, rows: Box::new(rows) })
        }
    }
}

pub(super) fn event_log<'a>(sandbox: &'a Sandbox, request: &'a Request) -> Result<Document<'a>, Refusal> {
    let number = request.required("simsession_number")?;
    match find(sandbox, request)? {
        Found::Recorded { recorded, race } => {
            let rows = recorded.events(race.subsession_id, number);
            Ok(Document::LinkedChunks { header: race.lap_header(number), rows: Box::new(move || texts(&rows)) })
        }
        Found::Generated { world, race, split, subsession_id } => {
            let session = Session::new(world, race, split, subsession_id, number)?;
            let header = session.header((-1, -1));
            let rows = move || {
                let simsession = session.simsession();
                texts(&laps::event_log(&race.head, subsession_id, &session.weekend, simsession, &session.name()))
            };
            Ok(Document::LinkedChunks { header, rows: Box::new(rows) })
        }
    }
}
