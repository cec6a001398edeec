//! How much of iRacing's rate limit an import uses.
//!
//! The runtime's time is paused: whenever nothing can be done it jumps to the next tick of the clock, 5 ms later, so
//! that ten minutes of waiting for the limit take seconds. The limit is iRacing's own, and so is a latency of 50 ms.

use crate::{
    report::Report,
    world::{Setup, World},
};
use anyhow::{Context, bail};
use iracing_sandbox::{Careers, Content, VETERAN};
use jiff::SignedDuration;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const LIMIT: u32 = 240;
const WINDOWS: u32 = 6;
/// Of the career: more races than those windows allow.
const SPAN: SignedDuration = SignedDuration::from_hours(6 * 365 * 24);
const GIVE_UP: Duration = Duration::from_secs(30 * 60);

pub fn measure(report: &mut Report) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
    runtime.block_on(async {
        let content = Content::Generated(Careers::new(1).only(&[VETERAN]));
        let setup = Setup { content, latency: Duration::from_millis(50), rate_limit: LIMIT };
        let mut world = World::start(setup).await?;
        world.start_worker().await?;
        let driver = world.sign_in(VETERAN).await?;
        world.store.set_races_ingested_to(driver.id, world.clock.now() - SPAN).await?;
        let before = world.sandbox.counts().data_requests;
        let taken = tokio::select! {
            // At its best the first request after so many full windows comes when they are over.
            taken = between_requests(&world, before + 1, before + u64::from(LIMIT * WINDOWS) + 1) => taken?,
            import = world.import(&driver) => {
                import?;
                bail!("the import was over too soon")
            }
        };
        let best = Duration::from_secs(60) * WINDOWS;
        report.set("pace_under_rate_limit", best.as_secs_f64() / taken.as_secs_f64());
        report.set("pace_refused_requests", world.sandbox.counts().rate_limited as f64);
        Ok(())
    })
}

/// Time between two requests, by their numbers.
async fn between_requests(world: &World, first: u64, last: u64) -> anyhow::Result<Duration> {
    let begun = reached(world, first).await?;
    Ok(reached(world, last).await? - begun)
}

async fn reached(world: &World, requests: u64) -> anyhow::Result<Instant> {
    let poll = async {
        while world.sandbox.counts().data_requests < requests {
            sleep(Duration::from_millis(10)).await;
        }
        Instant::now()
    };
    tokio::time::timeout(GIVE_UP, poll).await.context("the import makes no headway")
}
