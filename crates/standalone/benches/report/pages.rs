//! The pages of the log and of a race: what they cost to read, and what the API adds to the reads.
//!
//! The bare reads are the very calls of the SDK that the page cannot do without, answered by the same engine in turn
//! with the page, so that whatever slows the machine slows both.

use crate::{
    report::Report,
    world::{Driver, TABLE, World},
};
use anyhow::{Context, ensure};
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use axum::http::{HeaderValue, Method, header::ACCEPT_ENCODING};
use domain::Race;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use std::time::{Duration, Instant};

const RACES: usize = 5_000;
const PAGE: i32 = 100;
const ROUNDS: usize = 200;
/// Not measured, before the rest.
const WARM_UP: usize = 20;
/// Older than any race of a career.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

pub async fn measure((world, driver): &(World, Driver), race: &Race, report: &mut Report) -> anyhow::Result<()> {
    fill(world, driver).await?;
    let log = [format!("/driver/{}/races?limit={PAGE}", driver.id)];
    let subsession = race.subsession_id;
    let page = [
        format!("/driver/{}/races/{}", driver.id, race.id()),
        format!("/session/{subsession}"),
        format!("/session/{subsession}/laps"),
    ];
    report.set("read_units_log_page", units(world, driver, &log).await?);
    // Once before, as the first analysis of a race fetches its event log.
    let analysed = [page.as_slice(), &[format!("/session/{subsession}/analysis")]].concat();
    open(world, driver, &analysed).await?;
    report.set("read_units_race_page", units(world, driver, &analysed).await?);

    let partition = format!("driver#{}", driver.id);
    let reads = async || {
        let newest = between(world, &partition, "session#0000000000#", "session#9999999999#\u{10FFFF}");
        let answer = newest.scan_index_forward(false).limit(PAGE).send().await?;
        ensure!(answer.count() == PAGE, "the log has {} races", answer.count());
        Ok(())
    };
    let (api, bare) = in_turn(async || open(world, driver, &log).await, reads).await?;
    report.set("api_log_page_ms", api);
    report.set("bare_log_page_ms", bare);
    report.set("api_log_page_ratio", api / bare);

    let session = format!("session#{subsession}");
    let reads = async || {
        let key = world.aws.dynamodb.get_item().table_name(TABLE);
        let key = key.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let key = key.key("partition_key", AttributeValue::S(partition.clone()));
        let sort = format!("session#{:010}#{subsession}", race.start_time.as_second());
        let answer = key.key("sort_key", AttributeValue::S(sort)).send().await?;
        answer.item.context("no race")?;
        let answer = between(world, &session, "car_class#", "info").send().await?;
        ensure!(answer.count() > 0, "no session");
        let answer = between(world, &session, "laps#0#", "laps#0#\u{10FFFF}").send().await?;
        ensure!(answer.count() > 0, "no laps");
        Ok(())
    };
    let (api, bare) = in_turn(async || open(world, driver, &page).await, reads).await?;
    report.set("api_race_page_ms", api);
    report.set("bare_race_page_ms", bare);
    report.set("api_race_page_ratio", api / bare);
    Ok(())
}

/// Adds races to the log until it has so many: copies of the driver's own, long ago.
async fn fill(world: &World, driver: &Driver) -> anyhow::Result<()> {
    let races = world.races(driver.id).await?;
    let copies = (1..).flat_map(|round| {
        races.iter().map(move |race| {
            let mut copy = race.clone();
            copy.start_time -= LONG_AGO;
            copy.subsession_id.0 += 1_000_000_000 * round;
            copy
        })
    });
    stream::iter(copies.take(RACES.saturating_sub(races.len())))
        .map(|race| async move { world.store.insert_race(&race).await })
        .buffer_unordered(8)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    Ok(())
}

/// Opens a page: its requests, one after the other.
pub async fn open(world: &World, driver: &Driver, paths: &[String]) -> anyhow::Result<()> {
    for path in paths {
        let mut request = driver.request(Method::GET, path)?;
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let (status, _, body) = world.call(request).await?;
        ensure!(status.is_success(), "{path} answered {status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}

pub async fn units(world: &World, driver: &Driver, paths: &[String]) -> anyhow::Result<f64> {
    let before = world.api_store.consumed_units().read;
    open(world, driver, paths).await?;
    Ok(world.api_store.consumed_units().read - before)
}

pub fn between(world: &World, partition: &str, first: &str, last: &str) -> QueryFluentBuilder {
    let value = |text: &str| AttributeValue::S(text.to_owned());
    let query = world.aws.dynamodb.query().table_name(TABLE);
    query
        .key_condition_expression("#partition = :partition AND #sort BETWEEN :first AND :last")
        .expression_attribute_names("#partition", "partition_key")
        .expression_attribute_names("#sort", "sort_key")
        .expression_attribute_values(":partition", value(partition))
        .expression_attribute_values(":first", value(first))
        .expression_attribute_values(":last", value(last))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
}

/// Runs two things in turn, many times; answers their medians in milliseconds.
async fn in_turn(
    first: impl AsyncFn() -> anyhow::Result<()>,
    second: impl AsyncFn() -> anyhow::Result<()>,
) -> anyhow::Result<(f64, f64)> {
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for _ in 0..WARM_UP + ROUNDS {
        let started = Instant::now();
        first().await?;
        firsts.push(started.elapsed());
        let started = Instant::now();
        second().await?;
        seconds.push(started.elapsed());
    }
    Ok((median(&firsts[WARM_UP..]), median(&seconds[WARM_UP..])))
}

pub fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
