//! The laps of a field.

use crate::{count, time};
use domain::{DriverId, EntrantId, EntrantLaps, Lap, LapChart, LapFlags, Session, TeamId};
use iracing::models::laps::LapRow;
use std::collections::HashMap;

/// Maps the rows of `results/lap_chart_data`, or of `results/lap_data`, of one simsession of `session`.
///
/// Entrants come in the order of the rows, which is that of the grid. A lap that is told twice counts once.
pub fn lap_chart(session: &Session, simsession: i32, rows: &[LapRow]) -> LapChart {
    let mut places: HashMap<EntrantId, usize> = HashMap::new();
    let mut entrants: Vec<EntrantLaps> = Vec::new();
    for row in rows {
        let Some(lap) = lap(row) else { continue };
        let id = entrant_id(session, row);
        let place = *places.entry(id).or_insert_with(|| {
            entrants.push(EntrantLaps { entrant: id, laps: Vec::new() });
            entrants.len() - 1
        });
        entrants[place].laps.push(lap);
    }
    for entrant in &mut entrants {
        entrant.laps.sort_by_key(|lap| lap.number);
        entrant.laps.dedup_by_key(|lap| lap.number);
    }
    LapChart { simsession, entrants }
}

fn entrant_id(session: &Session, row: &LapRow) -> EntrantId {
    if !row.ai && row.group_id < 0 {
        return EntrantId::Team(TeamId(row.group_id));
    }
    if !row.ai && row.group_id > 0 {
        return EntrantId::Driver(DriverId(row.group_id));
    }
    // An AI driver: by number, or by name where the result gave none.
    let by_number = EntrantId::Ai(row.group_id);
    if session.entrants.iter().any(|entrant| entrant.entrant_id == by_number) {
        return by_number;
    }
    let name = row.name.as_deref().unwrap_or(&row.display_name).trim();
    let by_name = session.entrants.iter().find(|entrant| {
        matches!(entrant.entrant_id, EntrantId::Ai(_)) && entrant.name == name && entrant.car_number == row.car_number
    });
    by_name.map_or(by_number, |entrant| entrant.entrant_id)
}

fn lap(row: &LapRow) -> Option<Lap> {
    Some(Lap {
        number: count(Some(row.lap_number))?,
        driver: DriverId(row.cust_id),
        session_time: row.session_time.filter(|ticks| *ticks >= 0),
        lap_time: time(row.lap_time),
        position: count(row.lap_position).filter(|position| *position > 0),
        flags: LapFlags(u32::try_from(row.flags).unwrap_or(0)),
        incident: row.incident,
    })
}
