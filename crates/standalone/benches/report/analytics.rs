//! What 5,000 races add up to: what the answer costs, and how long a change of filters takes.
//!
//! The first answer reads all races, in pages of the table; it is compared with the bare read of the same items, in turn
//! with it; a race changes before each, so that nothing in memory is good any more. A change of filters then finds all
//! races in memory.

use crate::{
    pages::{between, median, open, units},
    report::Report,
    world::{Driver, World},
};
use anyhow::ensure;
use domain::Race;
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;

pub async fn measure((world, driver): &(World, Driver), race: &Race, report: &mut Report) -> anyhow::Result<()> {
    let page = [format!("/driver/{}/analytics?groupBy=track&period=month&timeZone=Europe/Berlin", driver.id)];
    let filtered = [format!("{}&result=podium", page[0])];
    let change = async || world.store.replace_race(race).await;

    change().await?;
    report.set("analytics_5000_read_units", units(world, driver, &page).await?);

    let (mut answers, mut reads, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        change().await?;
        answers.push(timed(async || open(world, driver, &page).await).await?);
        reads.push(timed(async || read(world, driver).await).await?);
        changes.push(timed(async || open(world, driver, &filtered).await).await?);
    }
    let (answer, read) = (median(&answers), median(&reads));
    report.set("analytics_5000_ms", answer);
    report.set("bare_5000_ms", read);
    report.set("analytics_5000_ratio", answer / read);
    report.set("analytics_5000_filter_ms", median(&changes));
    Ok(())
}

async fn timed(part: impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let started = Instant::now();
    part().await?;
    Ok(started.elapsed())
}

/// All races, page by page, as the API reads them.
async fn read(world: &World, driver: &Driver) -> anyhow::Result<()> {
    let partition = format!("driver#{}", driver.id);
    let (mut races, mut after) = (0, None);
    loop {
        let page = between(world, &partition, "session#0000000000#", "session#9999999999#\u{10FFFF}");
        let page = page.scan_index_forward(false).consistent_read(true).set_exclusive_start_key(after);
        let answer = page.send().await?;
        races += answer.count();
        after = answer.last_evaluated_key.filter(|key| !key.is_empty());
        if after.is_none() {
            break;
        }
    }
    ensure!(races >= 5_000, "the log has {races} races");
    Ok(())
}
