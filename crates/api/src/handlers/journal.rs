//! What the driver writes about races.

use crate::{
    bodies::{
        ListBody,
        journal::{JournalChangeBody, JournalEntryBody, JournalItemBody, RelatedBody},
        words,
    },
    extract::{Json as JsonBody, OwnDriver, Path},
    handlers::races::RacePath,
    journal::{self, JournalFilter},
    problem::{ApiError, FieldError, ProblemBody},
    query::Query,
    race_filter::RaceFilterParams,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use domain::{DriverRaceId, journal::SENTIMENTS};
use runtime::Clock;
use store::Store;
use utoipa::IntoParams;

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: i64 = 100;

/// Which entries: those for which all of this holds.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `JournalQuery` holds them as they are used")]
pub(crate) struct JournalParams {
    /// Words that are all in notes or tags, in whatever case.
    search: Option<String>,
    /// Tags that it all has, in whatever case.
    tag: Option<Vec<String>>,
    /// Of one of these sentiments.
    #[param(schema_with = words::sentiments)]
    sentiment: Option<Vec<String>>,
    /// Entries a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The parameters of a list of entries.
#[derive(Debug)]
pub(crate) struct JournalQuery {
    filter: JournalFilter,
    limit: usize,
    after: Option<DriverRaceId>,
}

impl<S: Sync> FromRequestParts<S> for JournalQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let filter = JournalFilter {
            search: query.text("search").unwrap_or_default(),
            tags: query.texts("tag"),
            sentiments: query.words("sentiment", &SENTIMENTS, |word| word),
            races: query.race_filter(),
        };
        let limit = query.limit(DEFAULT_LIMIT, LARGEST_LIMIT);
        let after = match query.text("cursor").map(|cursor| cursor.parse()) {
            None => None,
            Some(Ok(race)) => Some(race),
            Some(Err(_)) => query.wrong(FieldError::new("cursor", "invalid_cursor")),
        };
        query.checked(Self { filter, limit, after })
    }
}

/// Lists what the caller wrote, newest race first.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/journal",
    tag = "journal",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams, JournalParams),
    responses((status = OK, body = ListBody<JournalItemBody>)),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    JournalQuery { filter, limit, after }: JournalQuery,
) -> Result<Json<ListBody<JournalItemBody>>, ApiError> {
    Ok(Json(journal::list(&store, driver, &filter, limit, after).await?.into()))
}

/// Returns what the caller wrote about a race; an entry of version 0 if that is nothing.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/races/{driver_race_id}/journal",
    tag = "journal",
    params(RacePath),
    responses((status = OK, body = JournalEntryBody)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
) -> Result<Json<JournalEntryBody>, ApiError> {
    let (race, entry) =
        tokio::try_join!(store.race(driver, driver_race_id), store.journal_entry(driver, driver_race_id))?;
    race.ok_or(ApiError::NotFound("race"))?;
    Ok(Json(entry.map_or_else(|| JournalEntryBody::unwritten(driver_race_id), Into::into)))
}

/// Keeps what the caller writes about a race, if `version` is still the stored one; words that are all empty delete the
/// entry. Problem: `conflict`, with the entry that another page wrote (without one, if it was deleted).
#[utoipa::path(
    put,
    path = "/driver/{driver_id}/races/{driver_race_id}/journal",
    tag = "journal",
    params(RacePath),
    request_body = JournalChangeBody,
    responses(
        (status = OK, body = JournalEntryBody),
        (status = CONFLICT, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn write(
    State(store): State<Store>,
    State(clock): State<Clock>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
    JsonBody(change): JsonBody<JournalChangeBody>,
) -> Result<Json<JournalEntryBody>, ApiError> {
    let seen = change.version.unwrap_or_default();
    let entry = journal::write(&store, driver, driver_race_id, change.into(), seen, clock.now()).await?;
    Ok(Json(entry.map_or_else(|| JournalEntryBody::unwritten(driver_race_id), Into::into)))
}

/// What a deletion knows of the entry.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter; `SeenVersion` holds it as it is used")]
pub(crate) struct SeenParams {
    /// The version that is to be deleted: the one that was read last.
    #[param(minimum = 0)]
    version: i64,
}

/// The version that a request has seen.
#[derive(Debug)]
pub(crate) struct SeenVersion(u64);

impl<S: Sync> FromRequestParts<S> for SeenVersion {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        if query.text("version").is_none() {
            query.wrong::<()>(FieldError::new("version", "required"));
        }
        let seen = query.integer("version", 0..=i64::MAX);
        query.checked(Self(seen.and_then(|seen| u64::try_from(seen).ok()).unwrap_or_default()))
    }
}

/// Deletes what the caller wrote about a race, if `version` is still the stored one. Problem: `conflict`, with the entry
/// that another page wrote.
#[utoipa::path(
    delete,
    path = "/driver/{driver_id}/races/{driver_race_id}/journal",
    tag = "journal",
    params(RacePath, SeenParams),
    responses(
        (status = NO_CONTENT),
        (status = CONFLICT, body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("session" = []))
)]
pub(crate) async fn delete(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
    SeenVersion(seen): SeenVersion,
) -> Result<StatusCode, ApiError> {
    journal::delete(&store, driver, driver_race_id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists what the caller wrote about earlier races on the same track or in the same car.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/races/{driver_race_id}/journal/related",
    tag = "journal",
    params(RacePath),
    responses((status = OK, body = RelatedBody)),
    security(("session" = []))
)]
pub(crate) async fn related(
    State(store): State<Store>,
    OwnDriver(driver): OwnDriver,
    Path(RacePath { driver_race_id, .. }): Path<RacePath>,
) -> Result<Json<RelatedBody>, ApiError> {
    let race = store.race(driver, driver_race_id).await?.ok_or(ApiError::NotFound("race"))?;
    let items = journal::related(&store, &race).await?.into_iter().map(Into::into).collect();
    Ok(Json(RelatedBody { items }))
}
