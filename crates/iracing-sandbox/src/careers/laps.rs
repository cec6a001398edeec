//! Laps and events of a simsession, as `lap_chart_data`, `lap_data` and `event_log` give them.

use serde::Serialize;

use super::people::{self, Helmet, Livery};
use super::results::{Names, car_number, entrant_name};
use super::schedule::Head;
use super::simulation::{Crossing, flag};
use super::weekend::{SessionType, Simsession, Weekend};

/// A row of the lap chart, or of the laps of one entrant.
#[derive(Debug, Serialize)]
pub(crate) struct LapRow {
    group_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    cust_id: i64,
    display_name: String,
    lap_number: i64,
    flags: u32,
    incident: bool,
    session_time: i64,
    session_start_time: Option<i64>,
    lap_time: i64,
    team_fastest_lap: bool,
    personal_best_lap: bool,
    helmet: Helmet,
    license_level: i64,
    car_number: String,
    lap_events: Vec<&'static str>,
    #[serde(flatten)]
    chart: Option<ChartColumns>,
    ai: bool,
}

/// What only the chart of the whole field has.
#[derive(Debug, Serialize)]
struct ChartColumns {
    lap_position: i64,
    interval: Option<i64>,
    interval_units: Option<&'static str>,
    fastest_lap: bool,
}

/// What the header of `lap_data` says about its entrant.
#[derive(Debug, Serialize)]
pub(crate) struct LapOwner {
    group_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cust_id: Option<i64>,
    name: String,
    car_id: i64,
    license_level: i64,
    livery: Livery,
}

/// A line of the event log.
#[derive(Debug, Serialize)]
pub(crate) struct LoggedEvent {
    subsession_id: i64,
    simsession_number: i64,
    session_time: i64,
    event_seq: i64,
    event_code: i64,
    group_id: i64,
    cust_id: i64,
    lap_number: i64,
    description: &'static str,
    message: String,
    display_name: String,
}

/// The strings that stand for the bits of `flags`; not every bit has one.
fn lap_events(flags: u32) -> Vec<&'static str> {
    const EVENTS: [(u32, &str); 10] = [
        (flag::INVALID, "invalid"),
        (flag::PITTED, "pitted"),
        (flag::OFF_TRACK, "off track"),
        (flag::BLACK_FLAG, "black flag"),
        (flag::CONTACT, "contact"),
        (flag::CAR_CONTACT, "car contact"),
        (flag::LOST_CONTROL, "lost control"),
        (flag::DISCONTINUITY, "discontinuity"),
        (flag::TOW, "tow"),
        (flag::MEATBALL, "connection meatball"),
    ];
    EVENTS.iter().filter(|(bit, _)| flags & bit != 0).map(|&(_, text)| text).collect()
}

/// Who is ahead of whom at each lap: positions and gaps by the time at the line.
struct Chart {
    /// For each lap the indexes of the entrants that completed it, first across the line first.
    laps: Vec<Vec<usize>>,
    /// When the first of them did.
    led_at: Vec<i64>,
}

impl Chart {
    fn new(simsession: &Simsession) -> Self {
        let cars = &simsession.run.cars;
        let most = cars.iter().map(|car| car.crossings.len()).max().unwrap_or(0);
        let laps: Vec<Vec<usize>> = (0..most)
            .map(|lap| {
                let mut there: Vec<usize> =
                    (0..cars.len()).filter(|&index| cars[index].crossings.len() > lap).collect();
                there.sort_by_key(|&index| (cars[index].crossings[lap].time, index));
                there
            })
            .collect();
        let led_at = laps.iter().enumerate().map(|(lap, there)| cars[there[0]].crossings[lap].time).collect();
        Self { laps, led_at }
    }

    /// Behind the leader: in laps where the leader has done more of them by then, in milliseconds otherwise.
    fn interval(&self, simsession: &Simsession, lap: usize, place: usize) -> (Option<i64>, Option<&'static str>) {
        if lap == 0 || place == 0 {
            return (None, None);
        }
        let time = simsession.run.cars[self.laps[lap][place]].crossings[lap].time;
        let led = self.led_at.partition_point(|&first| first <= time) - 1;
        if led > lap && simsession.kind == SessionType::Race {
            return (Some(lap as i64 - led as i64), Some("lap"));
        }
        (Some(-((time - self.led_at[lap]) / 10)), Some("ms"))
    }
}

struct Writer<'a> {
    head: &'a Head,
    weekend: &'a Weekend,
    simsession: &'a Simsession,
    names: Names<'a>,
}

impl Writer<'_> {
    fn row(&self, index: usize, lap: usize, chart: Option<ChartColumns>) -> LapRow {
        let entrant = &self.weekend.entrants[index];
        let car = &self.simsession.run.cars[index];
        let crossing: Crossing = car.crossings[lap];
        let seat = &entrant.seats[crossing.seat];
        // Lap 1 counts in qualifying, not in races.
        let first = if self.simsession.kind == SessionType::Race { 2 } else { 1 };
        let is_best = |best: Option<(i64, i64)>| best.is_some_and(|(number, _)| number == lap as i64);
        let personal = (first..car.crossings.len())
            .filter(|&other| car.crossings[other].seat == crossing.seat && car.lap_time(other) > 0)
            .min_by_key(|&other| car.lap_time(other));
        LapRow {
            group_id: entrant.group_id,
            name: car.started.then(|| entrant_name(entrant, self.names)),
            cust_id: seat.cust_id,
            display_name: if entrant.is_team() {
                (self.names)(seat.cust_id)
            } else {
                entrant_name(entrant, self.names)
            },
            lap_number: lap as i64,
            flags: crossing.flags,
            incident: crossing.incident,
            session_time: crossing.time,
            session_start_time: None,
            lap_time: car.lap_time(lap),
            team_fastest_lap: is_best(car.best(first)),
            personal_best_lap: personal == Some(lap),
            helmet: people::helmet(seat.cust_id),
            // The chart of the field has 0 here, but for those who did not start.
            license_level: match chart.is_some() && car.started {
                true => 0,
                false => seat.rating.license_level(),
            },
            car_number: car_number(self.head, index),
            lap_events: lap_events(crossing.flags),
            chart,
            ai: entrant.ai,
        }
    }
}

/// Every lap of every entrant, by lap and then by position.
pub(crate) fn chart_rows(head: &Head, weekend: &Weekend, simsession: &Simsession, names: Names<'_>) -> Vec<LapRow> {
    let writer = Writer { head, weekend, simsession, names };
    let chart = Chart::new(simsession);
    let cars = &simsession.run.cars;
    let fastest = overall_best(simsession).map(|(_, lap, index)| (lap, index));
    let mut rows = Vec::new();
    for (lap, there) in chart.laps.iter().enumerate() {
        let mut position = 0;
        for (place, &index) in there.iter().enumerate() {
            let started = cars[index].started;
            position += i64::from(started);
            let (interval, interval_units) = chart.interval(simsession, lap, place);
            let columns = ChartColumns {
                lap_position: if started { position } else { 0 },
                interval,
                interval_units,
                fastest_lap: fastest == Some((lap as i64, index)),
            };
            rows.push(writer.row(index, lap, Some(columns)));
        }
    }
    rows
}

/// Time, lap and entrant of the best lap of all.
fn overall_best(simsession: &Simsession) -> Option<(i64, i64, usize)> {
    let first = if simsession.kind == SessionType::Race { 2 } else { 1 };
    let cars = simsession.run.cars.iter().enumerate();
    cars.filter_map(|(index, car)| car.best(first).map(|(lap, time)| (time, lap, index))).min()
}

/// Number and time of the best lap of the field, or of one entrant; -1 without one.
pub(crate) fn best_lap(simsession: &Simsession, index: Option<usize>) -> (i64, i64) {
    let first = if simsession.kind == SessionType::Race { 2 } else { 1 };
    match index {
        Some(index) => simsession.run.cars[index].best(first).unwrap_or((-1, -1)),
        None => overall_best(simsession).map_or((-1, -1), |(time, lap, _)| (lap, time)),
    }
}

/// The laps of one entrant, or of one driver of a team.
pub(crate) fn entrant_rows(
    head: &Head,
    weekend: &Weekend,
    simsession: &Simsession,
    index: usize,
    cust_id: Option<i64>,
    names: Names<'_>,
) -> Vec<LapRow> {
    let writer = Writer { head, weekend, simsession, names };
    (0..simsession.run.cars[index].crossings.len())
        .map(|lap| writer.row(index, lap, None))
        .filter(|row| cust_id.is_none_or(|cust_id| row.cust_id == cust_id))
        .collect()
}

/// Who the laps of `lap_data` belong to.
pub(crate) fn owner(head: &Head, weekend: &Weekend, index: usize, names: Names<'_>) -> LapOwner {
    let entrant = &weekend.entrants[index];
    LapOwner {
        group_id: entrant.group_id,
        cust_id: (!entrant.is_team()).then_some(entrant.group_id),
        name: entrant_name(entrant, names),
        car_id: entrant.car.id,
        license_level: entrant.seats[0].rating.license_level(),
        livery: people::livery(entrant.group_id, entrant.car.id, &car_number(head, index)),
    }
}

/// The index of the entrant with that customer or team.
pub(crate) fn find_entrant(weekend: &Weekend, cust_id: Option<i64>, team_id: Option<i64>) -> Option<usize> {
    weekend.entrants.iter().position(|entrant| match (team_id, cust_id) {
        (Some(team), _) => entrant.group_id == team,
        (None, Some(member)) => entrant.seats.iter().any(|seat| seat.cust_id == member),
        (None, None) => false,
    })
}

/// Penalties, cautions and changes of the lead.
pub(crate) fn event_log(
    head: &Head,
    subsession_id: i64,
    weekend: &Weekend,
    simsession: &Simsession,
    names: Names<'_>,
) -> Vec<LoggedEvent> {
    let chart = Chart::new(simsession);
    let cars = &simsession.run.cars;
    let leader_at = |lap: usize| chart.laps.get(lap).map(|there| (there[0], chart.led_at[lap]));
    let mut events: Vec<(i64, i64, usize, usize, &'static str, String)> = Vec::new();
    for (index, car) in cars.iter().enumerate() {
        let who = format!("#{} {}", car_number(head, index), entrant_name(&weekend.entrants[index], names));
        for (lap, crossing) in car.crossings.iter().enumerate() {
            if crossing.flags & flag::MEATBALL != 0 {
                let message = format!("Penalty: Repairs needed, Repair, Lap {lap}, {who}");
                events.push((crossing.time - 900_000, 4, index, lap, "Penalty Applied", message));
                let message = format!("Clear penalty: Repairs needed, Lap {lap}, {who}");
                events.push((crossing.time - 30_000, 5, index, lap, "Penalty Cleared", message));
            }
        }
    }
    if simsession.kind == SessionType::Race {
        for lap in 2..chart.laps.len() {
            if let (Some((before, _)), Some((now, time))) = (leader_at(lap - 1), leader_at(lap))
                && before != now
            {
                events.push((time, 7, now, lap, "Lead Change", "Lead Change".to_owned()));
            }
        }
    }
    for caution in &simsession.run.cautions {
        for (lap, text) in [(caution.first_lap - 1, "Caution Started"), (caution.last_lap, "Caution Ended")] {
            if let Some((leader, time)) = leader_at(lap) {
                events.push((time, 6, leader, lap, text, text.to_owned()));
            }
        }
    }
    events.sort_by_key(|event| (event.0, event.1, event.2));
    events
        .into_iter()
        .enumerate()
        .map(|(seq, (session_time, event_code, index, lap, description, message))| LoggedEvent {
            subsession_id,
            simsession_number: simsession.number,
            session_time,
            event_seq: 70 + seq as i64,
            event_code,
            group_id: weekend.entrants[index].group_id,
            cust_id: 0,
            lap_number: lap as i64,
            description,
            message,
            display_name: entrant_name(&weekend.entrants[index], names),
        })
        .collect()
}
