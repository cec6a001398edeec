use domain::{
    EntrantId,
    analysis::{Battle, StoryEvent, StoryKind},
};
use serde::Serialize;
use utoipa::ToSchema;

/// One event of a race, as an entrant lived it. Places are in class unless said otherwise, times 1/10 000 s.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoryEvent)]
pub(crate) struct StoryEventBody {
    /// The lap that it happened on, or that it began with.
    lap: u32,
    /// Whom it is about: first the one who acts.
    entrants: Vec<String>,
    #[serde(flatten)]
    kind: StoryKindBody,
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = StoryKind)]
pub(crate) enum StoryKindBody {
    /// Lap 1 was over.
    #[serde(rename_all = "camelCase")]
    Start {
        /// Place on the grid.
        grid: u32,
        /// Place after lap 1.
        place: u32,
        /// Places won; negative if lost.
        gained: i32,
        /// Cars ahead on the grid that never finished lap 1; `gained` counts them.
        fell_out: u32,
    },
    /// A fight with another car of the class.
    #[serde(rename_all = "camelCase")]
    Battle {
        /// Ahead after its first lap.
        ahead: String,
        /// The other.
        behind: String,
        /// First lap that they finished close together.
        first_lap: u32,
        /// Last lap that they finished close together.
        last_lap: u32,
        /// The smallest gap at the line.
        closest: i64,
        /// How often the order at the line changed.
        swaps: u32,
        /// Ahead after it.
        winner: String,
        /// Whether that is the entrant whose story it is.
        won: bool,
    },
    /// A pit stop.
    #[serde(rename_all = "camelCase")]
    PitStop {
        /// Place at the end of the lap before the in lap.
        before: Option<u32>,
        /// Place at the end of the out lap.
        rejoined: Option<u32>,
        /// First lap after it at whose end nobody ahead had fewer stops behind them.
        settled_lap: Option<u32>,
        /// Place at the end of that lap.
        settled: Option<u32>,
        /// What in and out lap took more than two usual laps; null on lap 1, with a tow and under caution.
        cost: Option<i64>,
        driver_change: bool,
    },
    /// Incident points, a tow or a reset.
    Incident {
        /// What the lap took more than the driver's usual one; null where the share of the incident cannot be told: on lap
        /// 1, in and out laps, under caution.
        cost: Option<i64>,
        /// Places won on the lap; negative if lost; null on lap 1, in and out laps.
        places: Option<i32>,
        /// iRacing's flags of the lap.
        flags: u32,
        /// Whether the car was towed or reset.
        towed: bool,
    },
    /// A penalty.
    #[serde(rename_all = "camelCase")]
    Penalty {
        /// iRacing's words.
        reason: String,
        /// iRacing's words.
        sanction: String,
        cleared_lap: Option<u32>,
    },
    /// Another car led the class at the line.
    LeadChange {
        /// Who led before.
        from: String,
        /// Who led then.
        to: String,
    },
    /// The fastest lap that counts.
    #[serde(rename_all = "camelCase")]
    FastestLap {
        lap_time: i64,
        /// Of the class; otherwise of the entrant.
        of_class: bool,
    },
    /// A rival near the entrant went out.
    #[serde(rename_all = "camelCase")]
    Retirement {
        /// Their place when they last crossed the line.
        place: u32,
        /// Whether they were ahead then.
        ahead: bool,
        /// iRacing's words.
        reason_out: String,
    },
    /// Laps under caution.
    #[serde(rename_all = "camelCase")]
    Caution {
        /// The last of them.
        last_lap: u32,
    },
    /// The entrant's race was over.
    #[serde(rename_all = "camelCase")]
    Finish {
        /// In class.
        place: Option<u32>,
        /// Among all.
        overall: Option<u32>,
        /// Places won since the grid.
        gained: Option<i32>,
        /// Behind the winner of the class.
        behind_winner: Option<i64>,
        /// Laps behind the winner of the class.
        laps_behind: u32,
        /// Whether the entrant was still in the race at its end.
        finished: bool,
        /// iRacing's words; `Running` is finished.
        reason_out: String,
    },
}

impl From<StoryEvent> for StoryEventBody {
    fn from(event: StoryEvent) -> Self {
        let StoryEvent { lap, entrants, kind } = event;
        Self { lap, entrants: entrants.iter().map(EntrantId::to_string).collect(), kind: kind.into() }
    }
}

impl From<StoryKind> for StoryKindBody {
    fn from(kind: StoryKind) -> Self {
        match kind {
            StoryKind::Start { grid, place, gained, fell_out } => Self::Start { grid, place, gained, fell_out },
            StoryKind::Battle { battle, won } => {
                let Battle { ahead, behind, first_lap, last_lap, closest, swaps, winner } = battle;
                Self::Battle {
                    ahead: ahead.to_string(),
                    behind: behind.to_string(),
                    first_lap,
                    last_lap,
                    closest,
                    swaps,
                    winner: winner.to_string(),
                    won,
                }
            }
            StoryKind::PitStop { before, rejoined, settled_lap, settled, cost, driver_change } => {
                Self::PitStop { before, rejoined, settled_lap, settled, cost, driver_change }
            }
            StoryKind::Incident { cost, places, flags, towed } => Self::Incident { cost, places, flags, towed },
            StoryKind::Penalty { reason, sanction, cleared_lap } => Self::Penalty { reason, sanction, cleared_lap },
            StoryKind::LeadChange { from, to } => Self::LeadChange { from: from.to_string(), to: to.to_string() },
            StoryKind::FastestLap { lap_time, of_class } => Self::FastestLap { lap_time, of_class },
            StoryKind::Retirement { place, ahead, reason_out } => Self::Retirement { place, ahead, reason_out },
            StoryKind::Caution { last_lap } => Self::Caution { last_lap },
            StoryKind::Finish { place, overall, gained, behind_winner, laps_behind, finished, reason_out } => {
                Self::Finish { place, overall, gained, behind_winner, laps_behind, finished, reason_out }
            }
        }
    }
}
