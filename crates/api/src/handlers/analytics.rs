//! What the driver's races say together.

use crate::{
    bodies::{
        analytics::{AnalyticsBody, DimensionsBody},
        career::{BestsBody, CalendarBody, MilestonesBody, RatingsBody},
        words,
    },
    careers::Careers,
    extract::{OwnDriver, SignedIn},
    problem::{ApiError, FieldError},
    query::Query,
    race_filter::RaceFilterParams,
    rating_charts,
    reference_lists::ReferenceLists,
    state::State as ApiState,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::{
    RaceFilter,
    analytics::{self, CornersPerLap, Dimension, Granularity, LapRecord},
    reference::Track,
};
use jiff::tz::TimeZone;
use runtime::Clock;
use utoipa::IntoParams;

/// Dimensions of one table.
const MOST_DIMENSIONS: usize = 3;

/// Where a day begins.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `RacesIn` holds them as they are used")]
pub(crate) struct TimeZoneParams {
    /// The driver's time zone, by its IANA name.
    #[param(default = "UTC", example = "Europe/Berlin")]
    time_zone: Option<String>,
}

/// What to count the races by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the parameters; `AnalyticsQuery` holds them as they are used")]
pub(crate) struct AnalyticsParams {
    /// What to group by; up to three, whose combinations are groups then.
    #[param(schema_with = words::analytics_dimensions)]
    group_by: Option<Vec<Dimension>>,
    /// How long a period is. Days, weeks (from Monday), months and years are the driver's own; `iracingWeek` begins on
    /// Tuesday, 00:00 UTC.
    #[param(schema_with = words::granularity)]
    period: Option<Granularity>,
}

/// Some of the races, in a time zone.
#[derive(Debug)]
pub(crate) struct RacesIn {
    filter: RaceFilter,
    time_zone: TimeZone,
}

impl<S: Sync> FromRequestParts<S> for RacesIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let (filter, time_zone) = (query.race_filter(), query.time_zone());
        query.checked(Self { filter, time_zone })
    }
}

/// The parameters of [`show`].
#[derive(Debug)]
pub(crate) struct AnalyticsQuery {
    races: RacesIn,
    dimensions: Vec<Dimension>,
    granularity: Option<Granularity>,
}

impl<S: Sync> FromRequestParts<S> for AnalyticsQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut query = Query::of(&parts.uri);
        let races = RacesIn { filter: query.race_filter(), time_zone: query.time_zone() };
        let dimensions = query.words("groupBy", &Dimension::ALL, Dimension::as_str);
        if dimensions.len() > MOST_DIMENSIONS {
            query.wrong::<()>(FieldError::new("groupBy", "too_many").with("max", MOST_DIMENSIONS));
        }
        let granularity = query.word("period", &Granularity::ALL, Granularity::as_str);
        query.checked(Self { races, dimensions, granularity })
    }
}

/// Sums the caller's races up: all of them, by group and by period, each race once in each. Groups are ordered by their
/// number of races (weekdays, hours and strengths by themselves), periods by time; those without races are left out.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics",
    tag = "analytics",
    params(
        ("driver_id" = i64, Path, description = "The caller's own id."),
        RaceFilterParams, TimeZoneParams, AnalyticsParams
    ),
    responses((status = OK, body = AnalyticsBody)),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(careers): State<Careers>,
    State(lists): State<ReferenceLists>,
    OwnDriver(driver): OwnDriver,
    AnalyticsQuery { races: RacesIn { filter, time_zone }, dimensions, granularity }: AnalyticsQuery,
) -> Result<Json<AnalyticsBody>, ApiError> {
    let (all, tracks) = tokio::try_join!(careers.of(driver), lists.kept::<Vec<Track>>())?;
    let corners: CornersPerLap =
        tracks.iter().flat_map(|tracks| tracks.iter()).map(|track| (track.track_id, track.corners_per_lap)).collect();
    let races: Vec<_> = all.iter().filter(|race| filter.admits(race)).collect();
    let races = || races.iter().copied();
    let total = analytics::Tally::of(races(), &corners);
    let groups = match &dimensions[..] {
        [] => Vec::new(),
        some => analytics::group(races(), some, &time_zone, &corners),
    };
    let periods = granularity.map(|granularity| analytics::time_series(races(), granularity, &time_zone, &corners));
    Ok(Json(AnalyticsBody::of(all.len(), &total, &groups, &periods.unwrap_or_default())))
}

/// Lists what the filters can be set to, and how many races each value would leave, with the other filters as they are.
/// Most races first.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics/dimensions",
    tag = "analytics",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams),
    responses((status = OK, body = DimensionsBody)),
    security(("session" = []))
)]
pub(crate) async fn dimensions(
    State(careers): State<Careers>,
    OwnDriver(driver): OwnDriver,
    RacesIn { filter, .. }: RacesIn,
) -> Result<Json<DimensionsBody>, ApiError> {
    Ok(Json(DimensionsBody::of(analytics::facets(&careers.of(driver).await?, &filter))))
}

/// Returns the ratings over time, one curve a discipline: a point for each official race with a rating that passes. If
/// the filter is about time and discipline only, the days of iRacing's own charts stand before the first race.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics/ratings",
    tag = "analytics",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams),
    responses((status = OK, body = RatingsBody)),
    security(("session" = []))
)]
pub(crate) async fn ratings(
    State(state): State<ApiState>,
    SignedIn(caller): SignedIn,
    OwnDriver(driver): OwnDriver,
    RacesIn { filter, .. }: RacesIn,
) -> Result<Json<RatingsBody>, ApiError> {
    let all = state.careers.of(driver).await?;
    if !rating_charts::apply_to(&filter) {
        let curves = analytics::rating_curves(all.iter().filter(|race| filter.admits(race)));
        return Ok(Json(RatingsBody::of(curves, None)));
    }
    let charts = rating_charts::charts(&state.store, &state.iracing, &state.clock, &caller).await?;
    let curves = rating_charts::completed(analytics::rating_curves(all.iter()), &charts.charts, &filter);
    Ok(Json(RatingsBody::of(curves, charts.fetched_at)))
}

/// Lists the personal bests by track, car and kind of lap, and how each came about.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics/bests",
    tag = "analytics",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams),
    responses((status = OK, body = BestsBody)),
    security(("session" = []))
)]
pub(crate) async fn bests(
    State(careers): State<Careers>,
    OwnDriver(driver): OwnDriver,
    RacesIn { filter, .. }: RacesIn,
) -> Result<Json<BestsBody>, ApiError> {
    let all = careers.of(driver).await?;
    let bests = analytics::personal_bests(all.iter().filter(|race| filter.admits(race)).flat_map(LapRecord::of));
    Ok(Json(BestsBody::of(&all, bests)))
}

/// Lists the days with races.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics/calendar",
    tag = "analytics",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams, TimeZoneParams),
    responses((status = OK, body = CalendarBody)),
    security(("session" = []))
)]
pub(crate) async fn calendar(
    State(careers): State<Careers>,
    OwnDriver(driver): OwnDriver,
    RacesIn { filter, time_zone }: RacesIn,
) -> Result<Json<CalendarBody>, ApiError> {
    let all = careers.of(driver).await?;
    let days = analytics::calendar(all.iter().filter(|race| filter.admits(race)), &time_zone);
    Ok(Json(CalendarBody { days: days.into_iter().map(Into::into).collect() }))
}

/// Lists what was reached when, and what holds or held for races in a row.
#[utoipa::path(
    get,
    path = "/driver/{driver_id}/analytics/milestones",
    tag = "analytics",
    params(("driver_id" = i64, Path, description = "The caller's own id."), RaceFilterParams),
    responses((status = OK, body = MilestonesBody)),
    security(("session" = []))
)]
pub(crate) async fn milestones(
    State(careers): State<Careers>,
    State(clock): State<Clock>,
    OwnDriver(driver): OwnDriver,
    RacesIn { filter, .. }: RacesIn,
) -> Result<Json<MilestonesBody>, ApiError> {
    let all = careers.of(driver).await?;
    let races = || all.iter().filter(|race| filter.admits(race));
    Ok(Json(MilestonesBody {
        milestones: analytics::milestones(races()).into_iter().map(Into::into).collect(),
        streaks: analytics::streaks(races(), clock.now()).into_iter().map(Into::into).collect(),
    }))
}
