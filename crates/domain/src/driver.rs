//! Who signs in.

use crate::{
    ids::DriverId,
    ingestion::{OVERLAP, RESULTS_CHANGE_WITHIN, RESULTS_CHECKED_EVERY},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a driver may do beyond the ordinary; granted by an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entitlement {
    /// May use the API explorer and see their own iRacing token.
    Developer,
}

impl Entitlement {
    /// The word it is stored and granted under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
        }
    }

    /// Reads the word of [`Entitlement::as_str`]; an unknown word is `None`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "developer" => Some(Self::Developer),
            _ => None,
        }
    }
}

/// A driver who has signed in at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// iRacing's customer id.
    pub driver_id: DriverId,
    /// The display name at the last sign-in.
    pub driver_name: String,
    /// When they joined iRacing; the back-fill goes back to here.
    pub member_since: Option<Timestamp>,
    /// Everything that finished before this is stored, or listed as failed.
    pub races_ingested_to: Option<Timestamp>,
    /// First sign-in to Spinout.
    pub first_login: Timestamp,
    /// Latest sign-in to Spinout.
    pub last_login: Timestamp,
    /// Number of sign-ins.
    pub login_count: u64,
    /// Number of races stored.
    pub session_count: u64,
    /// What an operator has granted.
    pub entitlements: Vec<Entitlement>,
    /// They want to be brought up to date once a day without asking.
    pub daily_sync: bool,
    /// When it was last looked whether the results of recent races have changed.
    pub results_checked_at: Option<Timestamp>,
}

impl Driver {
    /// Whether it is time to look again at the results of recent races.
    pub fn results_are_due(&self, now: Timestamp) -> bool {
        self.results_checked_at.is_none_or(|at| now.duration_since(at) >= RESULTS_CHECKED_EVERY)
    }

    /// The point up to which a run that begins now may take everything as ingested. When results are due for another
    /// look it lies as far back as they can change, so that a race that iRacing listed very late is found as well.
    pub fn searched_to(&self, now: Timestamp) -> Option<Timestamp> {
        let recent = now.saturating_sub(RESULTS_CHANGE_WITHIN - OVERLAP).unwrap_or(Timestamp::MIN);
        self.races_ingested_to.map(|to| if self.results_are_due(now) { to.min(recent) } else { to })
    }
}
