//! Rows of a race's event log, as far as an analysis uses them.

use crate::ids::EntrantId;
use serde::{Deserialize, Serialize};

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RaceEventKind {
    /// A penalty was given.
    PenaltyApplied(Penalty),
    /// A penalty was served or lifted.
    PenaltyCleared {
        /// Why it had been given, as [`Penalty::reason`] says it; `None` if that is not known.
        #[serde(default)]
        reason: Option<String>,
    },
    /// The field went under caution.
    CautionStarted,
    /// The track went green again.
    CautionEnded,
}

/// Why a penalty was given and what it is, in iRacing's words: they are not a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Penalty {
    /// Such as `Jump start` or `Repairs needed`.
    pub reason: String,
    /// Such as `Hold for 2 seconds` or `Repair`.
    pub sanction: String,
}

impl Penalty {
    /// Reads the message of an event with code 4: `Penalty: <reason>, <sanction>, Lap <n>, #<number> <name>`.
    ///
    /// `None` for a message of another form.
    pub fn parse(message: &str) -> Option<Self> {
        let mut parts = message.strip_prefix("Penalty: ")?.split(", ");
        let reason = parts.next().filter(|words| !words.is_empty())?.to_owned();
        let sanction = parts.next().filter(|words| !words.starts_with("Lap "))?.to_owned();
        Some(Self { reason, sanction })
    }

    /// Reads the reason in the message of an event with code 5: `Clear penalty: <reason>, Lap <n>, #<number> <name>`.
    pub fn reason_cleared(message: &str) -> Option<String> {
        let reason = message.strip_prefix("Clear penalty: ")?.split(", ").next()?;
        Some(reason.to_owned()).filter(|reason| !reason.is_empty() && !reason.starts_with("Lap "))
    }
}

/// One row of the event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RaceEvent {
    /// 1/10 000 s since the simsession began.
    pub session_time: i64,
    /// The lap that iRacing writes beside it. It can be one ahead of the entrant's own (recorded in 82263872): go by
    /// [`RaceEvent::session_time`].
    pub lap: u32,
    /// Whom it concerns; `None` if it concerns all.
    pub entrant: Option<EntrantId>,
    /// What it says.
    #[serde(flatten)]
    pub kind: RaceEventKind,
}

/// The stretches under caution, as `[begin, end)` in 1/10 000 s. One that never ends lasts for ever.
pub fn caution_periods(events: &[RaceEvent]) -> Vec<(i64, i64)> {
    let mut marks: Vec<(i64, bool)> = events
        .iter()
        .filter_map(|event| match event.kind {
            RaceEventKind::CautionStarted => Some((event.session_time, true)),
            RaceEventKind::CautionEnded => Some((event.session_time, false)),
            RaceEventKind::PenaltyApplied(_) | RaceEventKind::PenaltyCleared { .. } => None,
        })
        .collect();
    marks.sort_unstable();
    let mut periods: Vec<(i64, i64)> = Vec::new();
    let mut began = None;
    for (time, starts) in marks {
        match (starts, began) {
            (true, None) => began = Some(time),
            (false, Some(begin)) => {
                periods.push((begin, time));
                began = None;
            }
            // A second start under caution, or an end without one, says nothing new.
            (true, Some(_)) | (false, None) => {}
        }
    }
    periods.extend(began.map(|begin| (begin, i64::MAX)));
    periods
}

/// Whether laps were driven under caution, or may have been, and nothing says which: they count as other laps then.
///
/// `events` is the event log, if it is known; `caution_laps` what the result counts of them.
pub fn cautions_unknown(events: Option<&[RaceEvent]>, caution_laps: Option<u32>) -> bool {
    match caution_laps {
        Some(0) => false,
        Some(_) => caution_periods(events.unwrap_or_default()).is_empty(),
        None => events.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_penalty_is_read_from_the_words_that_iracing_writes() {
        let read = |message| Penalty::parse(message).map(|penalty| (penalty.reason, penalty.sanction));
        let pair = |reason: &str, sanction: &str| Some((reason.to_owned(), sanction.to_owned()));
        assert_eq!(read("Penalty: Repairs needed, Repair, Lap 1, #8 Name"), pair("Repairs needed", "Repair"));
        assert_eq!(
            read("Penalty: Too many incident points, Drive-through, Lap 9, #1 A, B"),
            pair("Too many incident points", "Drive-through")
        );
        assert_eq!(read("Penalty: Odd, Lap 1, #8 Name"), None);
        let cleared = "Clear penalty: Repairs needed, Lap 3, #21 Name";
        assert_eq!(read(cleared), None);
        assert_eq!(Penalty::reason_cleared(cleared).as_deref(), Some("Repairs needed"));
        assert_eq!(Penalty::reason_cleared("Clear penalty: Lap 3, #21 Name"), None);
    }

    #[test]
    fn cautions_are_unknown_where_the_result_counts_some_that_no_event_tells() {
        let event = |session_time, kind| RaceEvent { session_time, lap: 1, entrant: None, kind };
        let told = [event(1, RaceEventKind::CautionStarted), event(2, RaceEventKind::CautionEnded)];
        let untold = [event(1, RaceEventKind::PenaltyCleared { reason: None })];
        let unknown = |events| [None, Some(0), Some(4)].map(|laps| cautions_unknown(events, laps));
        assert_eq!(unknown(None), [true, false, true]);
        assert_eq!(unknown(Some(&untold)), [false, false, true]);
        assert_eq!(unknown(Some(&told)), [false, false, false]);
    }

    proptest! {
        #[test]
        fn caution_periods_are_apart_and_in_order(marks in prop::collection::vec((0i64..1_000, any::<bool>()), 0..20)) {
            let events: Vec<RaceEvent> = marks
                .into_iter()
                .map(|(session_time, starts)| RaceEvent {
                    session_time,
                    lap: 1,
                    entrant: None,
                    kind: if starts { RaceEventKind::CautionStarted } else { RaceEventKind::CautionEnded },
                })
                .collect();
            let periods = caution_periods(&events);
            prop_assert!(periods.iter().all(|(begin, end)| begin <= end));
            prop_assert!(periods.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        }
    }
}
