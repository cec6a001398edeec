//! An import when every answer of iRacing's takes 50 ms.

use crate::{
    report::Report,
    world::{NO_LIMIT, Setup, World},
};
use iracing_sandbox::{Careers, Content, VETERAN};
use jiff::SignedDuration;
use std::time::Duration;

/// How much of the career is imported: enough for a steady pace.
const SPAN: SignedDuration = SignedDuration::from_hours(600 * 24);

pub async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let content = Content::Generated(Careers::new(1).only(&[VETERAN]));
    let setup = Setup { content, latency: Duration::from_millis(50), rate_limit: NO_LIMIT };
    let mut world = World::start(setup).await?;
    world.start_worker().await?;
    let driver = world.sign_in(VETERAN).await?;
    world.store.set_races_ingested_to(driver.id, world.clock.now() - SPAN).await?;
    let import = world.import(&driver).await?;
    report.set("races_per_second_latency_50ms", f64::from(import.races) / import.whole.as_secs_f64());
    report.set("first_progress_ms", import.first_progress.as_secs_f64() * 1000.0);
    report.set("first_race_ms", import.first_race.as_secs_f64() * 1000.0);
    Ok(())
}
