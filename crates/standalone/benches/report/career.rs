//! A whole career: what it asks of iRacing, and how fast it comes in when iRacing answers at once.

use crate::{
    report::Report,
    world::{Driver, NO_LIMIT, Setup, TABLE, World},
};
use anyhow::ensure;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::{StreamExt, TryStreamExt, stream};
use iracing_sandbox::{Careers, Content, VETERAN};
use std::time::{Duration, Instant};

/// As many as the import fetches side by side.
const SIDE_BY_SIDE: usize = 8;
const PUTS: i32 = 4_000;

/// Imports the career twice; answers the world with everything stored.
pub async fn measure(report: &mut Report) -> anyhow::Result<(World, Driver)> {
    let content = Content::Generated(Careers::new(1).only(&[VETERAN]));
    let mut world = World::start(Setup { content, latency: Duration::ZERO, rate_limit: NO_LIMIT }).await?;
    world.start_worker().await?;
    let driver = world.sign_in(VETERAN).await?;

    let before = world.sandbox.counts().data_requests;
    let import = world.import(&driver).await?;
    let asked = world.sandbox.counts().data_requests - before;
    ensure!(import.races > 1_000, "the career has only {} races", import.races);
    report.set("career_races", import.races);
    report.set("iracing_requests_per_new_race", asked as f64 / f64::from(import.races));
    report.set("races_per_second_latency_0", f64::from(import.races) / import.whole.as_secs_f64());

    forget_what_is_ingested(&world, &driver).await?;
    let before = world.sandbox.counts().data_requests;
    let again = world.import(&driver).await?;
    let asked = world.sandbox.counts().data_requests - before;
    ensure!(again.races == 0, "{} races were stored twice", again.races);
    report.set("iracing_requests_per_known_race", asked as f64 / f64::from(import.races));

    report.set("reference_puts_per_second", puts_per_second(&world).await?);
    Ok((world, driver))
}

/// Lets the next sync search from the day of joining again.
async fn forget_what_is_ingested(world: &World, driver: &Driver) -> anyhow::Result<()> {
    let update = world.aws.dynamodb.update_item().table_name(TABLE);
    update
        .key("partition_key", AttributeValue::S(format!("driver#{}", driver.id)))
        .key("sort_key", AttributeValue::S("info".to_owned()))
        .update_expression("REMOVE races_ingested_to")
        .send()
        .await?;
    Ok(())
}

async fn puts_per_second(world: &World) -> anyhow::Result<f64> {
    let put = |number: i32| {
        let put = world.aws.dynamodb.put_item().table_name(TABLE);
        put.item("partition_key", AttributeValue::S("reference".to_owned()))
            .item("sort_key", AttributeValue::S(number.to_string()))
            .item("text", AttributeValue::S("x".repeat(1_000)))
            .send()
    };
    let started = Instant::now();
    stream::iter(0..PUTS).map(put).buffer_unordered(SIDE_BY_SIDE).try_for_each(|_| async { Ok(()) }).await?;
    Ok(f64::from(PUTS) / started.elapsed().as_secs_f64())
}
