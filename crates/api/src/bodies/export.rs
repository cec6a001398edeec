use domain::export::{Export, ExportFile, ExportFormat, ExportStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An export of everything of the driver's: the log, the journal and the own laps; as JSON also the results and laps of
/// the fields, earlier results, and iRacing's charts of the ratings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Export)]
pub(crate) struct ExportBody {
    export_id: String,
    format: ExportFormatBody,
    status: ExportStatusBody,
    started_at: Timestamp,
    updated_at: Timestamp,
    /// After this it is gone.
    expires_at: Timestamp,
    /// 0 while it is queued.
    races_total: u32,
    races_done: u32,
    /// Empty until it is finished.
    files: Vec<ExportFileBody>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportFormat)]
pub(crate) enum ExportFormatBody {
    /// `log.json` and `sessions-1.json` and so on, which `/import/log` takes, `laps.json` and `rating-charts.json`.
    Json,
    /// `races.csv`, `journal.csv` and `laps.csv`.
    Csv,
    /// The same as Apache Parquet.
    Parquet,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportStatus)]
pub(crate) enum ExportStatusBody {
    Queued,
    Running,
    Finished,
    Failed,
}

/// A file to fetch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExportFile)]
pub(crate) struct ExportFileBody {
    name: String,
    bytes: u64,
}

/// What to export.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ExportRequest)]
pub(crate) struct ExportRequestBody {
    pub(crate) format: ExportFormatBody,
}

/// All exports that can still be fetched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Exports)]
pub(crate) struct ExportsBody {
    /// Newest first.
    pub(crate) items: Vec<ExportBody>,
}

impl ExportBody {
    pub(crate) fn of(export: Export, now: Timestamp) -> Self {
        let (status, expires_at) = (export.status_at(now), export.expires_at());
        let Export {
            export_id,
            driver_id: _,
            format,
            status: _,
            started_at,
            updated_at,
            races_total,
            races_done,
            files,
        } = export;
        Self {
            export_id: export_id.0,
            format: match format {
                ExportFormat::Json => ExportFormatBody::Json,
                ExportFormat::Csv => ExportFormatBody::Csv,
                ExportFormat::Parquet => ExportFormatBody::Parquet,
            },
            status: match status {
                ExportStatus::Queued => ExportStatusBody::Queued,
                ExportStatus::Running => ExportStatusBody::Running,
                ExportStatus::Finished => ExportStatusBody::Finished,
                ExportStatus::Failed => ExportStatusBody::Failed,
            },
            started_at,
            updated_at,
            expires_at,
            races_total,
            races_done,
            files: files
                .into_iter()
                .map(|ExportFile { name, bytes, parts: _ }| ExportFileBody { name, bytes })
                .collect(),
        }
    }
}

impl From<ExportFormatBody> for ExportFormat {
    fn from(body: ExportFormatBody) -> Self {
        match body {
            ExportFormatBody::Json => Self::Json,
            ExportFormatBody::Csv => Self::Csv,
            ExportFormatBody::Parquet => Self::Parquet,
        }
    }
}
