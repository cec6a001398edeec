//! Whatever way the work at two careers is cut and mixed, the same is stored.

use crate::world::World;
use domain::{DriverId, Race, Session, SubsessionId};
use iracing_sandbox::{CLUB_RACER, VETERAN};
use jiff::SignedDuration;
use messaging::QueueMessage;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use store::counters::Counts;

const MEMBERS: [i64; 2] = [CLUB_RACER, VETERAN];

/// A turn of a worker's: at whose career, for how long, and whether the queue hands the message to a second one too.
#[derive(Clone, Debug)]
struct Turn {
    member: usize,
    millis: i64,
    twice: bool,
}

fn turn() -> impl Strategy<Value = Turn> {
    // Ten seconds are the worker's margin: there is time for up to some 200 requests.
    (0..MEMBERS.len(), 10_050..12_000_i64, prop::bool::weighted(0.2)).prop_map(|(member, millis, twice)| Turn {
        member,
        millis,
        twice,
    })
}

/// What is stored in the end, of races, of sessions that both may have driven, and of counts.
#[derive(Debug, PartialEq)]
struct Stored {
    races: Vec<Vec<Race>>,
    sessions: BTreeMap<SubsessionId, Session>,
    laps: BTreeMap<SubsessionId, usize>,
    session_counts: Vec<u64>,
    counters: Counts,
}

async fn stored_after(turns: &[Turn]) -> Stored {
    let world = World::start("2026-06-01T12:00:00Z", &MEMBERS).await;
    // The club racer has been there for a year; of the veteran's years one month is enough. They meet.
    let mut drivers = Vec::new();
    for (member, since) in MEMBERS.into_iter().zip(["2025-12-01T00:00:00Z", "2026-05-01T00:00:00Z"]) {
        let driver = world.sign_in(member).await;
        world.store.record_login(driver, "Example Driver", since.parse().ok(), world.now()).await.unwrap();
        drivers.push(driver);
    }
    let mut messages = HashMap::new();
    for &driver in &drivers {
        messages.insert(driver, world.request(driver).await);
    }

    let whole = (0..drivers.len()).map(|member| Turn { member, millis: 43_200_000, twice: false });
    for turn in turns.iter().cloned().chain(whole) {
        let message = &messages[&drivers[turn.member]];
        let deadline = world.now() + SignedDuration::from_millis(turn.millis);
        if turn.twice {
            tokio::join!(world.deliver_until(message, deadline), world.deliver_until(message, deadline));
        } else {
            world.deliver_until(message, deadline).await;
        }
        for next in world.queued().await {
            if let Ok(QueueMessage::Ingest { driver_id, .. }) = serde_json::from_str(next.body.as_deref().unwrap()) {
                messages.insert(driver_id, next);
            }
        }
    }
    stored(&world, &drivers).await
}

async fn stored(world: &World, drivers: &[DriverId]) -> Stored {
    let mut races = Vec::new();
    let mut session_counts = Vec::new();
    let (mut sessions, mut laps) = (BTreeMap::new(), BTreeMap::new());
    for &driver in drivers {
        assert!(world.run(driver).await.status.is_over(), "the last turn is long enough");
        races.push(world.races(driver).await);
        session_counts.push(world.store.driver(driver).await.unwrap().unwrap().session_count);
    }
    for subsession in races.iter().flatten().map(|race| race.subsession_id) {
        let session = world.store.session(subsession).await.unwrap().unwrap();
        let chart = world.store.lap_chart(subsession, session.main_event()).await.unwrap();
        laps.insert(subsession, chart.map_or(0, |chart| chart.lap_count()));
        sessions.insert(subsession, session);
    }
    Stored { races, sessions, laps, session_counts, counters: world.store.counters().await.unwrap() }
}

#[test]
fn the_order_of_the_work_changes_nothing_of_what_is_stored() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let in_order = runtime.block_on(stored_after(&[]));
    let shared = in_order.races.iter().map(Vec::len).sum::<usize>() - in_order.sessions.len();
    assert!(shared > 0, "the two meet");

    proptest!(ProptestConfig::with_cases(5), |(turns in prop::collection::vec(turn(), 1..8))| {
        prop_assert_eq!(&runtime.block_on(stored_after(&turns)), &in_order);
    });
}
