//! `results/event_log`: penalties, cautions and lead changes.

use serde::Deserialize;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EventLogRow {
    /// The split.
    pub subsession_id: i64,
    /// The simsession.
    pub simsession_number: i64,
    /// 1/10 000 s since the simsession's start.
    #[serde(default)]
    pub session_time: i64,
    /// Orders the log.
    #[serde(default)]
    pub event_seq: i64,
    /// 4 penalty applied, 5 penalty cleared, 6 caution, 7 lead change.
    pub event_code: i64,
    /// Driver or team (negative).
    #[serde(default)]
    pub group_id: i64,
    /// The driver; 0 on penalties.
    #[serde(default)]
    pub cust_id: i64,
    /// The lap.
    #[serde(default)]
    pub lap_number: i64,
    /// The code in words.
    #[serde(default)]
    pub description: String,
    /// What happened.
    #[serde(default)]
    pub message: String,
    /// Name of driver or team.
    #[serde(default)]
    pub display_name: String,
}
