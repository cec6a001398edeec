//! The event log of a race.

use crate::count;
use domain::{
    DriverId, EntrantId, Session, TeamId,
    analysis::{Penalty, RaceEvent, RaceEventKind},
};
use iracing::models::event_log::EventLogRow;

const PENALTY_APPLIED: i64 = 4;
const PENALTY_CLEARED: i64 = 5;
const CAUTION: i64 = 6;

/// Maps the rows of `results/event_log` of one simsession of `session`, in the order in which they happened.
///
/// What an analysis makes nothing of is left out: changes of the lead, which the laps tell, and penalties of nobody who
/// is in the result.
pub fn race_events(session: &Session, rows: &[EventLogRow]) -> Vec<RaceEvent> {
    let mut rows: Vec<&EventLogRow> = rows.iter().collect();
    rows.sort_by_key(|row| (row.session_time, row.event_seq));
    rows.into_iter().filter_map(|row| event(session, row)).collect()
}

fn event(session: &Session, row: &EventLogRow) -> Option<RaceEvent> {
    let (entrant, kind) = match row.event_code {
        PENALTY_APPLIED => {
            (Some(entrant_id(session, row)?), RaceEventKind::PenaltyApplied(Penalty::parse(&row.message)?))
        }
        PENALTY_CLEARED => {
            let reason = Penalty::reason_cleared(&row.message);
            (Some(entrant_id(session, row)?), RaceEventKind::PenaltyCleared { reason })
        }
        // Whoever is named beside it led then.
        CAUTION => (None, caution(&row.description).or_else(|| caution(&row.message))?),
        _ => return None,
    };
    let lap = count(Some(row.lap_number)).unwrap_or(0);
    Some(RaceEvent { session_time: row.session_time, lap, entrant, kind })
}

/// Whoever of the result has the number: those of members are positive, those of teams negative.
fn entrant_id(session: &Session, row: &EventLogRow) -> Option<EntrantId> {
    let number = row.group_id;
    let ids = [EntrantId::Driver(DriverId(number)), EntrantId::Team(TeamId(number)), EntrantId::Ai(number)];
    ids.into_iter().find(|id| session.entrants.iter().any(|entrant| entrant.entrant_id == *id))
}

/// Whether a caution starts or ends. No such row has been recorded, so hardly any wording is relied on; names, which may
/// be anything, follow a `#`.
fn caution(text: &str) -> Option<RaceEventKind> {
    let text = text.split('#').next()?.to_lowercase();
    let has = |beginnings: &[&str]| {
        let mut words = text.split(|letter: char| !letter.is_alphabetic());
        words.any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
    };
    if has(&["end", "green"]) {
        Some(RaceEventKind::CautionEnded)
    } else if has(&["start", "beg"]) {
        Some(RaceEventKind::CautionStarted)
    } else {
        None
    }
}
