//! iRacing's own charts of the driver's ratings, which reach back beyond the log: fetched in the driver's name when they
//! look at their curves, at most once a day.

use crate::{
    iracing_access::{IracingAccess, NEEDED},
    problem::ApiError,
};
use auth::SessionToken;
use domain::{
    Discipline, DriverId, RaceFilter,
    analytics::{ChartPoint, RatingCurve},
};
use iracing::DriverData;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use runtime::Clock;
use store::{
    Store,
    rating_charts::{RatingChart, RatingCharts},
};

/// How old charts may become before they are fetched again.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// How long iRacing is left alone after it did not give them.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(15);

/// iRacing's numbers of the charts.
const IRATING: i64 = 1;
const LICENSE: i64 = 3;

/// The caller's charts: as fresh as may be, else as they were last kept.
pub(crate) async fn charts(
    store: &Store,
    iracing: &IracingAccess,
    clock: &Clock,
    caller: &SessionToken,
) -> Result<RatingCharts, ApiError> {
    let driver = caller.driver_id;
    let now = clock.now();
    let kept = store.rating_charts(driver).await?;
    let rests = |kept: &RatingCharts| {
        let fresh = kept.fetched_at.is_some_and(|fetched| now < fetched.saturating_add(FRESH).unwrap_or(now));
        fresh || now < kept.tried_at.saturating_add(TRY_AGAIN).unwrap_or(now)
    };
    let kept = match kept {
        Some(kept) if rests(&kept) => return Ok(kept),
        Some(kept) => kept,
        None => RatingCharts { charts: Vec::new(), fetched_at: None, tried_at: now },
    };
    let fetched = iracing.call(caller, NEEDED, |data| async move { fetch(&data, driver).await }).await;
    let charts = match fetched {
        Ok(charts) => RatingCharts { charts, fetched_at: Some(now), tried_at: now },
        Err(error) => {
            tracing::info!(%error, "rating charts not fetched");
            RatingCharts { tried_at: now, ..kept }
        }
    };
    store.put_rating_charts(driver, &charts).await?;
    Ok(charts)
}

async fn fetch(data: &DriverData, driver: DriverId) -> Result<Vec<RatingChart>, iracing::Error> {
    let mut charts = Vec::new();
    for discipline in Discipline::ALL {
        let category = discipline.category_id();
        let (irating, license) = tokio::try_join!(
            data.chart_data(driver.0, category, IRATING),
            data.chart_data(driver.0, category, LICENSE),
        )?;
        let points = |chart: iracing::models::member::ChartData| {
            let point = |point: &iracing::models::member::ChartPoint| {
                Some(ChartPoint { when: point.when, value: point.value.try_into().ok()? })
            };
            chart.data.iter().filter_map(point).collect::<Vec<_>>()
        };
        let chart = RatingChart { discipline, irating: points(irating), license: points(license) };
        if !(chart.irating.is_empty() && chart.license.is_empty()) {
            charts.push(chart);
        }
    }
    Ok(charts)
}

/// Whether a filter is only about what charts know too: days and disciplines.
pub(crate) fn apply_to(filter: &RaceFilter) -> bool {
    let RaceFilter { from, to, disciplines, .. } = filter.clone();
    *filter == RaceFilter { from, to, disciplines, ..RaceFilter::default() }
}

/// Puts the charts before the curves of the same disciplines, and leaves out what the filter does.
pub(crate) fn completed(mut curves: Vec<RatingCurve>, charts: &[RatingChart], filter: &RaceFilter) -> Vec<RatingCurve> {
    let complete = |discipline: Discipline| {
        let place = curves.iter().position(|curve| curve.discipline == discipline);
        let curve = match place {
            Some(place) => curves.swap_remove(place),
            None => RatingCurve { discipline, points: Vec::new() },
        };
        let mut curve = match charts.iter().find(|chart| chart.discipline == discipline) {
            Some(chart) => curve.completed(&chart.irating, &chart.license),
            None => curve,
        };
        let wanted = filter.disciplines.is_empty() || filter.disciplines.contains(&discipline);
        curve.points.retain(|point| {
            let last = if point.race.is_some() { point.time } else { end_of_day(point.time) };
            filter.from.is_none_or(|from| last >= from) && filter.to.is_none_or(|to| point.time <= to)
        });
        // One point of a chart is where everybody begins.
        let raced = curve.points.len() > 1 || curve.points.iter().any(|point| point.race.is_some());
        Some(curve).filter(|_| wanted && raced)
    };
    Discipline::ALL.into_iter().filter_map(complete).collect()
}

/// The last second of a chart's day, which is given by its first.
fn end_of_day(start: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(start).date();
    let next = day.tomorrow().ok().and_then(|next| next.to_zoned(TimeZone::UTC).ok());
    next.map_or(start, |next| next.timestamp().saturating_sub(SignedDuration::from_secs(1)).unwrap_or(start))
}
