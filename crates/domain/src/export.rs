//! Everything of a driver's, to take along: what an export holds, and the record of the run that makes it.

use crate::{
    analysis::RaceEvent,
    ids::{DriverId, DriverRaceId, ExportId},
    journal::JournalEntry,
    lap::LapChart,
    race::Race,
    session::Session,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an export can be fetched.
pub const EXPORT_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An export that waits for a worker for so long has failed: its message is lost.
pub const QUEUE_PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// An export that is being written and says nothing for so long has failed: no worker lives longer, and one that lives
/// says something every few seconds.
pub const WORKER_PATIENCE: SignedDuration = SignedDuration::from_mins(16);

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// The log with its sessions as documents that can be imported again, the own laps, and iRacing's rating charts.
    Json,
    /// Tables of races, journal and own laps as text.
    Csv,
    /// The same tables, for analysis by columns.
    Parquet,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Parquet];

    /// The word used in bodies, which ends the files' names too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The media type of its files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExportStatus {
    /// Waiting for a worker.
    Queued,
    /// Being written.
    Running,
    /// Ready to be fetched.
    Finished,
    /// Nothing comes of it.
    Failed,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// Its name, such as `races.csv`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Items of the table that hold it.
    pub parts: u32,
}

/// The record of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Which.
    pub export_id: ExportId,
    /// Whose.
    pub driver_id: DriverId,
    /// How it is written.
    pub format: ExportFormat,
    /// How far it is.
    pub status: ExportStatus,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When it last went on.
    pub updated_at: Timestamp,
    /// Races in the log; known once it runs.
    pub races_total: u32,
    /// Races whose laps were read.
    pub races_done: u32,
    /// What can be fetched, once it is finished.
    pub files: Vec<ExportFile>,
}

impl Export {
    /// An export that was just asked for.
    pub fn queued(export_id: ExportId, driver_id: DriverId, format: ExportFormat, now: Timestamp) -> Self {
        Self {
            export_id,
            driver_id,
            format,
            status: ExportStatus::Queued,
            started_at: now,
            updated_at: now,
            races_total: 0,
            races_done: 0,
            files: Vec::new(),
        }
    }

    /// The status as of `now`: one that has said nothing for too long has failed, and another may take its place.
    pub fn status_at(&self, now: Timestamp) -> ExportStatus {
        let patience = match self.status {
            ExportStatus::Queued => QUEUE_PATIENCE,
            ExportStatus::Running => WORKER_PATIENCE,
            status @ (ExportStatus::Finished | ExportStatus::Failed) => return status,
        };
        if now.duration_since(self.updated_at) > patience { ExportStatus::Failed } else { self.status }
    }

    /// Until when its files can be fetched.
    pub fn expires_at(&self) -> Timestamp {
        self.started_at.saturating_add(EXPORT_LIFETIME).unwrap_or(self.started_at)
    }
}

/// A driver's log as a document: what an export in JSON holds and an import takes. Sessions are many times as long as the
/// races, and are spread over further documents of the same shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedLog {
    /// [`ExportedLog::FORMAT`].
    pub format: String,
    /// Whose log.
    pub driver_id: DriverId,
    /// Their name.
    pub driver_name: String,
    /// When it was written.
    pub exported_at: Timestamp,
    /// Newest first.
    pub races: Vec<Race>,
    /// Newest race first.
    pub journal: Vec<JournalEntry>,
    /// What races were before their results changed.
    #[serde(default)]
    pub earlier_results: Vec<EarlierResult>,
    /// The results and laps of whole fields, which the pages of the races are made of.
    #[serde(default)]
    pub sessions: Vec<ExportedSession>,
}

/// What a race was until its result changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EarlierResult {
    /// When it changed.
    pub changed_at: Timestamp,
    /// The race as it was.
    pub race: Race,
}

/// All that is kept of a subsession.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedSession {
    /// The results.
    pub session: Session,
    /// The laps, of each of its parts whose laps are kept.
    pub lap_charts: Vec<LapChart>,
    /// The event logs that were fetched.
    pub event_logs: Vec<ExportedEventLog>,
}

/// The event log of one part of a subsession.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedEventLog {
    /// Which part.
    pub simsession: i32,
    /// When it came from iRacing.
    pub fetched_at: Timestamp,
    /// Its rows.
    pub events: Vec<RaceEvent>,
}

impl ExportedLog {
    /// Names the shape of the document; another shape gets another number.
    pub const FORMAT: &'static str = "spinout-log-1";
}

/// A lap of the driver's own, as exports list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedLap {
    /// The race.
    pub driver_race_id: DriverRaceId,
    /// The part of its session: 0 is the main event.
    pub simsession: i32,
    /// 0 is the grid.
    pub lap: u32,
    /// 1/10 000 s since the race began.
    pub session_time: Option<i64>,
    /// 1/10 000 s.
    pub lap_time: Option<i64>,
    /// Place at its end.
    pub position: Option<u32>,
    /// iRacing's flags.
    pub flags: u32,
    /// Whether it had an incident.
    pub incident: bool,
}
