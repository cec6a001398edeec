use crate::world::{World, ids};
use domain::{DriverId, EntrantId, RaceKind, RunStatus, SubsessionId, session::Entrant};
use iracing_sandbox::{CLUB_RACER, Content, NEWCOMER, SHOWCASE, VETERAN};
use jiff::SignedDuration;
use serde_json::Value;
use store::session::SessionSource;

#[path = "../../../iracing/tests/suite/recordings.rs"]
mod recordings;

const NOW: &str = "2026-06-01T12:00:00Z";

#[tokio::test]
async fn a_career_comes_in_whole_and_a_second_sync_asks_for_nothing_known() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.open_page(driver, "page").await;

    let run = world.sync(driver).await;

    let races = world.races(driver).await;
    assert_eq!(ids(&races), world.truth(driver));
    assert_eq!(run.status, RunStatus::Finished);
    assert_eq!(usize::try_from(run.races_done).unwrap(), races.len());
    assert_eq!((run.races_found, run.races_known, run.races_failed), (run.races_done, 0, 0));
    assert_eq!(run.windows_done, run.windows_total);
    let known = world.store.driver(driver).await.unwrap().unwrap();
    assert_eq!(known.session_count, races.len() as u64);
    assert!(known.races_ingested_to.unwrap() <= world.now());
    let counts = world.store.counters().await.unwrap();
    assert_eq!(counts.sessions, races.len() as i64);
    assert!(counts.laps > counts.sessions);

    let first = world.sandbox.counts();
    let searches = 2 * u64::from(run.windows_total);
    assert_eq!(first.data_requests, searches + 2 * races.len() as u64);

    let again = world.sync(driver).await;
    assert_eq!(again.status, RunStatus::Finished);
    assert_eq!(again.races_done, 0);
    assert_eq!(world.sandbox.counts().data_requests - first.data_requests, 2, "one search of each kind");
    assert_eq!(world.races(driver).await.len(), races.len());

    let actions = world.pages.actions();
    assert_eq!(actions.first().map(String::as_str), Some("ingestionRunStarted"));
    assert_eq!(actions.last().map(String::as_str), Some("ingestionRunFinished"));
}

#[tokio::test]
async fn progress_moves_and_the_newest_races_are_ready_first() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.open_page(driver, "page").await;
    world.sync(driver).await;

    let received = world.pages.received.lock().unwrap().clone();
    let done: Vec<_> =
        received.iter().filter_map(|(_, message)| message["payload"]["run"]["racesDone"].as_u64()).collect();
    assert!(done.is_sorted(), "progress never goes backwards: {done:?}");
    assert!(done.len() > 5, "{done:?}");
    let ready: Vec<&str> = received
        .iter()
        .filter(|(_, message)| message["action"] == "racesReady")
        .flat_map(|(_, message)| message["payload"]["raceIds"].as_array().unwrap())
        .map(|id| id.as_str().unwrap())
        .collect();
    let recent: Vec<_> = world
        .truth(driver)
        .into_iter()
        .filter(|race| world.now().as_second() - race.start_second < 30 * 86_400)
        .map(|race| race.to_string())
        .collect();
    assert_eq!(ready, recent);
}

#[tokio::test]
async fn team_heat_league_hosted_and_simultaneous_races_are_all_stored() {
    let world = World::start("2026-03-01T12:00:00Z", &[SHOWCASE]).await;
    let driver = world.sign_in(SHOWCASE).await;
    let run = world.sync(driver).await;

    let races = world.races(driver).await;
    assert_eq!(ids(&races), world.truth(driver));
    assert_eq!(run.races_failed, 0, "{:?}", run.failures);
    assert!(world.sandbox.truth(SHOWCASE).len() > races.len(), "a practice-only session is left out");
    let kinds = |kind| races.iter().filter(|race| race.kind == kind).count();
    assert!(kinds(RaceKind::League) > 0 && kinds(RaceKind::Hosted) > 0 && kinds(RaceKind::Unofficial) > 0);
    let team = races.iter().find(|race| race.team_id.is_some()).expect("a team race");
    assert!(team.team_name.is_some() && team.laps_complete > 0);
    assert!(races.iter().any(|race| race.heat));
    assert!(races.iter().any(|race| race.class_count > 1));
    assert!(races.iter().any(|race| race.reason_out != "Running"));
    assert!(races.windows(2).any(|pair| pair[0].start_time == pair[1].start_time), "two in the same second");

    let session = world.store.session(team.subsession_id).await.unwrap().unwrap();
    assert!(session.entrant_of(driver).unwrap().drivers.len() > 1);
    assert!(world.store.lap_chart(team.subsession_id, 0).await.unwrap().unwrap().lap_count() > 0);
}

#[tokio::test]
async fn a_session_that_another_driver_brought_is_not_fetched_again() {
    let world = World::start(NOW, &[CLUB_RACER, VETERAN]).await;
    let (first, second) = (world.sign_in(CLUB_RACER).await, world.sign_in(VETERAN).await);
    // The veteran has raced for years; this month is enough.
    let this_month: jiff::Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    world.store.record_login(second, "Veteran", Some(this_month), world.now()).await.unwrap();
    world.sync(first).await;
    let theirs: Vec<_> = world.truth(first).into_iter().map(|race| race.subsession_id).collect();

    let before = world.sandbox.counts().data_requests_by_endpoint;
    world.sync(second).await;
    let after = world.sandbox.counts().data_requests_by_endpoint;

    let races = world.races(second).await;
    let shared = races.iter().filter(|race| theirs.contains(&race.subsession_id)).count();
    assert!(shared > 0, "the demo drivers meet");
    assert_eq!(after["results/get"] - before["results/get"], (races.len() - shared) as u64);
    let month: Vec<_> =
        world.truth(second).into_iter().filter(|race| race.start_second >= this_month.as_second()).collect();
    assert_eq!(ids(&races), month);
}

#[tokio::test]
async fn what_anothers_file_says_of_a_session_never_stands_in_for_iracings_own() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let there = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.sync(driver).await;
    let race = world.races(driver).await.remove(0);
    let genuine = world.store.session(race.subsession_id).await.unwrap().unwrap();
    let laps = world.store.lap_chart(race.subsession_id, genuine.main_event()).await.unwrap().unwrap();

    // Somebody has imported a file in which a stranger won, and everybody drove one lap less.
    let forger = DriverId(1);
    there.store.record_login(forger, "Forger", None, there.now()).await.unwrap();
    let mut forged = genuine.clone();
    let stranger = Entrant { entrant_id: EntrantId::Driver(forger), ..genuine.entrants[0].clone() };
    forged.entrants.push(stranger);
    let mut forged_laps = laps.clone();
    for entrant in &mut forged_laps.entrants {
        entrant.laps.pop();
    }
    there.store.save_session(SessionSource::File(forger), &forged, &[forged_laps]).await.unwrap();
    // The driver has brought their log, without its sessions.
    there.sign_in(CLUB_RACER).await;
    there.store.insert_race(&race).await.unwrap();
    there.sync(driver).await;

    assert_eq!(there.store.session(race.subsession_id).await.unwrap(), Some(genuine.clone()));
    assert_eq!(there.store.lap_chart(race.subsession_id, genuine.main_event()).await.unwrap(), Some(laps));
    assert_eq!(there.races(driver).await, world.races(driver).await);
}

#[tokio::test]
async fn laps_of_the_drivers_own_file_stay_when_iracing_has_them_no_more() {
    let world = World::start(NOW, &[CLUB_RACER]).await;
    let there = World::start(NOW, &[CLUB_RACER]).await;
    let driver = world.sign_in(CLUB_RACER).await;
    world.sync(driver).await;
    let race = world.races(driver).await.remove(0);
    let subsession = race.subsession_id;
    let session = world.store.session(subsession).await.unwrap().unwrap();
    let laps = world.store.lap_chart(subsession, session.main_event()).await.unwrap().unwrap();

    there.sign_in(CLUB_RACER).await;
    there.sandbox.faults().late_laps(subsession.0, there.now() + SignedDuration::from_hours(1_000));
    there.store.save_session(SessionSource::File(driver), &session, std::slice::from_ref(&laps)).await.unwrap();
    there.sync(driver).await;

    let stored = there.store.session(subsession).await.unwrap().unwrap();
    assert_eq!((stored.entrants, stored.info.lap_charts), (session.entrants.clone(), vec![]));
    let seen = there.store.session_for(driver, subsession).await.unwrap();
    assert_eq!(seen, Some((session.clone(), SessionSource::Iracing)));
    assert_eq!(there.store.lap_chart_for(driver, subsession, session.main_event()).await.unwrap(), Some(laps));
    assert_eq!(there.store.race(driver, race.id()).await.unwrap(), Some(race));
    assert_eq!(there.store.failed_races(driver).await.unwrap(), [], "no laps are waited for");
}

#[tokio::test]
async fn a_driver_without_races_is_done_at_once() {
    let world = World::start(NOW, &[NEWCOMER]).await;
    let driver = world.sign_in(NEWCOMER).await;
    let run = world.sync(driver).await;
    assert_eq!((run.status, run.races_found), (RunStatus::Finished, 0));
}

/// A folder of answers about the race with heats in which driver 300002 did not get into the feature.
fn knocked_out_in_the_heat() -> tempfile::TempDir {
    let mut result: Value =
        serde_json::from_str(include_str!("../../../iracing/tests/fixtures/results_get_heats_2021.json")).unwrap();
    for part in result["session_results"].as_array_mut().unwrap() {
        let in_feature = part["simsession_number"] == 0;
        part["results"].as_array_mut().unwrap().retain(|row| !in_feature || row["cust_id"] != 300_002);
    }
    let mut laps: Value = serde_json::from_str(include_str!("../../../iracing/tests/fixtures/lap_chart.json")).unwrap();
    let row = laps["rows"][0].take();
    let rows: Vec<Value> = (0..=5)
        .map(|lap| {
            let mut row = row.clone();
            row["group_id"] = 300_002.into();
            row["cust_id"] = 300_002.into();
            row["lap_number"] = lap.into();
            row["session_time"] = (1_000_000 * (lap + 1)).into();
            row
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, body: String| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    };
    write("results/get/heats-30000001.json", result.to_string());
    write("results/lap_chart_data/heats-30000001-sim-2.json", Value::from(rows.clone()).to_string());
    let of_winner = |mut row: Value| {
        row["group_id"] = 300_001.into();
        row["cust_id"] = 300_001.into();
        row
    };
    let feature: Vec<_> = rows.into_iter().map(of_winner).collect();
    write("results/lap_chart_data/heats-30000001-sim0.json", Value::from(feature).to_string());
    folder
}

#[tokio::test]
async fn whoever_was_knocked_out_in_a_heat_has_the_heat_with_its_laps() {
    let folder = knocked_out_in_the_heat();
    let world = World::with_content("2021-03-20T12:00:00Z", Content::Recorded(folder.path().to_owned())).await;
    let driver = world.sign_in(300_002).await;
    let run = world.sync(driver).await;

    assert_eq!((run.status, run.races_done, run.races_failed), (RunStatus::Finished, 1, 0));
    let race = world.races(driver).await.remove(0);
    assert_eq!((race.finish_position, race.laps_complete, race.has_laps), (Some(1), 5, true));
    let chart = world.store.lap_chart(race.subsession_id, -2).await.unwrap().unwrap();
    assert_eq!(chart.lap_count(), 5);
}

#[tokio::test]
async fn whoever_raced_the_feature_and_whoever_was_knocked_out_both_have_their_laps_in_any_order() {
    let (knocked_out, winner) = (300_002, 300_001);
    for order in [[knocked_out, winner], [winner, knocked_out]] {
        for at_once in [false, true] {
            let folder = knocked_out_in_the_heat();
            let content = Content::Recorded(folder.path().to_owned());
            let world = World::with_content("2021-03-20T12:00:00Z", content).await;
            let [first, second] = [world.sign_in(order[0]).await, world.sign_in(order[1]).await];
            let [one, other] = [world.request(first).await, world.request(second).await];
            if at_once {
                tokio::join!(world.deliver(&one), world.deliver(&other));
            } else {
                world.deliver(&one).await;
                world.deliver(&other).await;
            }
            for (member, simsession) in [(knocked_out, -2), (winner, 0)] {
                let race = world.races(DriverId(member)).await.remove(0);
                assert!(race.has_laps);
                let session = world.store.session(race.subsession_id).await.unwrap().unwrap();
                assert_eq!(session.info.lap_charts, [0, -2], "first {}, at once: {at_once}", order[0]);
                let chart = world.store.lap_chart(race.subsession_id, simsession).await.unwrap().unwrap();
                assert_eq!(chart.lap_count(), 5);
            }
        }
    }
}

/// The recorded race of thirty drivers, if the recordings are there.
#[tokio::test]
async fn the_recorded_race_brings_thirty_drivers_with_every_lap() {
    let Some(recorded) = recordings::folder() else { return };
    let world = World::with_content("2026-01-05T00:00:00Z", Content::Recorded(recorded.to_owned())).await;
    let driver = world.sign_in(286_589).await;
    world.sync(driver).await;

    let subsession = SubsessionId(82_263_872);
    let race = world.races(driver).await.into_iter().find(|race| race.subsession_id == subsession).expect("the race");
    assert_eq!((race.field_size, race.finish_position, race.strength_of_field), (30, Some(2), Some(2965)));
    let session = world.store.session(subsession).await.unwrap().unwrap();
    let chart = world.store.lap_chart(subsession, 0).await.unwrap().unwrap();
    assert_eq!(session.entrants.len(), 30);
    for entrant in &session.entrants {
        let laps = chart.entrants.iter().find(|laps| laps.entrant == entrant.entrant_id);
        let driven = laps.map_or(0, |laps| laps.laps.iter().filter(|lap| lap.number > 0).count());
        assert_eq!(driven, entrant.result(0).unwrap().laps_complete as usize, "{}", entrant.name);
    }
    assert!(session.entrants.iter().any(|entrant| entrant.entrant_id == EntrantId::Driver(DriverId(286_589))));
}
