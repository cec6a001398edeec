//! Bringing races in from exported files.

use crate::{
    bodies::race::RaceBody,
    careers::Careers,
    extract::{Body, SignedIn},
    import::{Imported, ImportedLog, import, import_log},
    problem::{ApiError, ProblemBody},
    query::Query,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use serde::Serialize;
use store::Store;
use utoipa::{IntoParams, ToSchema};

/// Who the caller is.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct ImportQuery {
    /// The caller's name in the result, if the result does not name their id.
    driver_name: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for ImportQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::of(&parts.uri);
        let driver_name = query.text("driverName");
        query.checked(Self { driver_name })
    }
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportOutcome)]
pub(crate) struct ImportBody {
    /// `imported`, or `duplicate` for a race that was in the log before.
    outcome: OutcomeBody,
    /// The race, as it is in the log.
    race: RaceBody,
}

/// Whether the race is new.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportOutcomeWord)]
pub(crate) enum OutcomeBody {
    /// It is new.
    Imported,
    /// It was there before.
    Duplicate,
}

/// Imports the JSON file that iRacing's member site exports for an event. Problems: `unreadable`, `no_race`,
/// `driver_not_in_result` (with those who took part: ask again with `driverName`).
#[utoipa::path(
    post,
    path = "/import/event-result",
    tag = "import",
    params(ImportQuery),
    request_body(content = serde_json::Value, description = "The file as it is, up to 8 MiB."),
    responses(
        (status = OK, body = ImportBody, description = "The race was in the log before."),
        (status = CREATED, body = ImportBody, description = "The race is new."),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn event_result(
    State(store): State<Store>,
    SignedIn(caller): SignedIn,
    ImportQuery { driver_name }: ImportQuery,
    Body(file): Body,
) -> Result<(StatusCode, Json<ImportBody>), ApiError> {
    let (status, outcome, race) = match import(&store, caller.driver_id, driver_name.as_deref(), &file).await? {
        Imported::New(race) => (StatusCode::CREATED, OutcomeBody::Imported, race),
        Imported::Duplicate(race) => (StatusCode::OK, OutcomeBody::Duplicate, race),
    };
    Ok((status, Json(ImportBody { outcome, race: race.into() })))
}

/// What came of a log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogImport)]
pub(crate) struct LogImportBody {
    /// New races.
    races_imported: u32,
    /// Races that were there before, and stay as they were.
    races_known: u32,
    /// New entries of the journal.
    entries_imported: u32,
    /// Entries that were there before, and stay as they were; or that are about no race of the log.
    entries_known: u32,
    /// New sessions, which are the results and laps of whole fields.
    sessions_imported: u32,
    /// Sessions that were there before, and stay as they were.
    sessions_known: u32,
}

/// Imports `log.json` or `sessions-N.json` of an export, or a part of one with some of its races, entries and sessions.
/// Problem: `unreadable`. Field errors name what cannot be stored, such as `journal[3].notes`; nothing is, then.
#[utoipa::path(
    post,
    path = "/import/log",
    tag = "import",
    request_body(content = serde_json::Value, description = "The file as it is, up to 8 MiB."),
    responses(
        (status = OK, body = LogImportBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn log(
    State(store): State<Store>,
    State(careers): State<Careers>,
    SignedIn(caller): SignedIn,
    Body(file): Body,
) -> Result<Json<LogImportBody>, ApiError> {
    let ImportedLog { races, entries, sessions } = import_log(&store, &careers, caller.driver_id, &file).await?;
    let (races_imported, races_known) = races;
    let (entries_imported, entries_known) = entries;
    let (sessions_imported, sessions_known) = sessions;
    Ok(Json(LogImportBody {
        races_imported,
        races_known,
        entries_imported,
        entries_known,
        sessions_imported,
        sessions_known,
    }))
}
