//! What it costs to store a race of some 30 cars and 20 laps.

use crate::{
    report::Report,
    world::{Driver, World},
};
use anyhow::Context;
use domain::{LapChart, Race, Session};
use store::{Store, session::SessionSource};

/// The race that is closest to 30 cars and 20 laps, and not below.
const ENTRANTS: u32 = 30;
const LAPS: u32 = 20;

pub async fn measure((world, driver): &(World, Driver), report: &mut Report) -> anyhow::Result<Race> {
    let races = world.races(driver.id).await?;
    let race = typical(races).context("no race has so many cars and laps")?;
    let (session, chart) = whole(&world.store, &race).await?;

    // Another driver, whose log does not have it yet; the session is written as if it were new.
    let store = Store::new(world.aws.dynamodb.clone(), crate::world::TABLE);
    let mut session = session;
    session.info.subsession_id.0 += 1_000_000_000;
    let new = Race { subsession_id: session.info.subsession_id, driver_id: domain::DriverId(1), ..race.clone() };
    world.store.record_login(new.driver_id, "Another", None, world.clock.now()).await?;
    store.save_session(SessionSource::Iracing, &session, std::slice::from_ref(&chart)).await?;
    store.insert_race(&new).await?;
    report.set("write_units_per_race_30x20", store.consumed_units().write);
    report.set("race_30x20_entrants", session.entrants.len() as f64);
    report.set("race_30x20_laps", chart.lap_count() as f64);
    Ok(race)
}

fn typical(races: Vec<Race>) -> Option<Race> {
    races
        .into_iter()
        .filter(|race| {
            race.has_laps && race.team_id.is_none() && race.field_size >= ENTRANTS && race.laps_complete >= LAPS
        })
        .min_by_key(|race| race.field_size * race.laps_complete)
}

async fn whole(store: &Store, race: &Race) -> anyhow::Result<(Session, LapChart)> {
    let session = store.session(race.subsession_id).await?.context("no session")?;
    let chart = store.lap_chart(race.subsession_id, session.main_event()).await?.context("no laps")?;
    Ok((session, chart))
}
