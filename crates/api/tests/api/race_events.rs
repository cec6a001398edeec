//! Penalties and cautions of an analysis, which come from iRacing when a race is first opened.

use crate::{
    analysis::raced,
    server::{Browser, Server},
};
use axum::http::StatusCode;
use domain::{DriverId, EntrantId, EntrantLaps, LapChart, LapFlags, Session};
use iracing_sandbox::{Maintenance, NEWCOMER, SHOWCASE};
use serde_json::{Value, json};
use std::time::Duration;
use store::session::SessionSource;

/// A stored race of the showcase driver's, at an iRacing that knows it, and the path to the story of whoever had to repair
/// their car in it.
async fn opened(wanted: impl Fn(&Session, &LapChart) -> bool) -> (Server, Browser, String) {
    let (session, chart) = raced(wanted).await;
    let server = Server::of_drivers(&[NEWCOMER, SHOWCASE]).await;
    server.store.save_session(SessionSource::Iracing, &session, std::slice::from_ref(&chart)).await.unwrap();
    let browser = server.signed_in().await;
    let told = repaired(&chart).unwrap_or(EntrantId::Driver(DriverId(SHOWCASE)));
    let path = format!("/session/{}/analysis?simsession=0&entrant={told}", session.info.subsession_id);
    (server, browser, path)
}

fn repaired(chart: &LapChart) -> Option<EntrantId> {
    let ordered = |one: &&EntrantLaps| one.laps.iter().any(|lap| lap.flags.has(LapFlags::MEATBALL));
    chart.entrants.iter().find(ordered).map(|one| one.entrant)
}

fn with_a_penalty(_: &Session, chart: &LapChart) -> bool {
    repaired(chart).is_some()
}

fn with_cautions(session: &Session, _: &LapChart) -> bool {
    session.info.cautions > Some(1)
}

fn asked(server: &Server) -> u64 {
    server.sandbox.counts().data_requests_by_endpoint.get("results/event_log").copied().unwrap_or_default()
}

fn of_kind<'a>(body: &'a Value, kind: &str) -> Vec<&'a Value> {
    body["story"].as_array().unwrap().iter().filter(|event| event["kind"] == kind).collect()
}

#[tokio::test]
async fn a_penalty_is_told_and_the_event_log_is_fetched_once() {
    let (server, browser, path) = opened(with_a_penalty).await;
    let first = browser.get(&path).await;
    let body = first.json();
    assert_eq!((first.status, &body["eventsKnown"]), (StatusCode::OK, &json!(true)));
    let penalty = of_kind(&body, "penalty")[0];
    assert_eq!((&penalty["reason"], &penalty["sanction"]), (&json!("Repairs needed"), &json!("Repair")));
    assert_eq!(penalty["entrants"][0], body["entrantId"]);
    assert_eq!(asked(&server), 1);

    server.minutes_pass(10);
    let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
    assert_eq!(other_process.get(&path).await.body, first.body);
    let stranger = server.browser_of(DriverId(999)).await;
    assert_eq!(stranger.get(&path).await.body, first.body, "also to those whom iRacing would not answer");
    assert_eq!(asked(&server), 1, "it is in the table");
}

#[tokio::test]
async fn stretches_under_caution_are_told_and_their_laps_are_no_pace_laps() {
    let (_server, browser, path) = opened(with_cautions).await;
    let body = browser.get(&path).await.json();
    let cautions = of_kind(&body, "caution");
    assert!(!cautions.is_empty());
    let number = |list: &str, word: &str| body[list].as_array().unwrap().iter().position(|one| one == word).unwrap();
    let (class, reason) = (number("lapClasses", "caution"), number("lapReasons", "caution"));
    let column = |entrant: &Value, name: &str| entrant[name].as_array().unwrap().clone();
    for entrant in body["entrants"].as_array().unwrap() {
        let laps = column(entrant, "lapClass").into_iter().zip(column(entrant, "lapReason"));
        for (lap_class, lap_reason) in laps {
            assert_eq!(lap_class == class, lap_reason == reason);
        }
    }
    let own = body["entrants"].as_array().unwrap().iter().find(|one| one["entrantId"] == body["entrantId"]).unwrap();
    let under_caution = column(own, "cautionLaps").len() as u64;
    let of_the_class = column(own, "lapClass").into_iter().filter(|lap| *lap == class).count() as u64;
    assert!((1..=under_caution).contains(&of_the_class), "some are of another class, such as in laps");
    let told = |caution: &&Value| caution["lastLap"].as_u64().unwrap() + 1 - caution["lap"].as_u64().unwrap();
    assert_eq!(cautions.iter().map(told).sum::<u64>(), under_caution);
}

#[tokio::test]
async fn without_iracing_a_race_is_told_without_events_and_iracing_is_left_alone_for_a_while() {
    let (server, mut browser, path) = opened(with_a_penalty).await;
    server.sandbox.faults().maintenance(Some(Maintenance::On));
    let without = browser.get(&path).await;
    let body = without.json();
    assert_eq!((without.status, &body["eventsKnown"]), (StatusCode::OK, &json!(false)));
    assert_eq!(of_kind(&body, "penalty"), [] as [&Value; 0]);
    assert_eq!(of_kind(&body, "finish").len(), 1, "the rest of the story is there");

    server.sandbox.faults().clear();
    let before = server.sandbox.counts().data_requests;
    server.minutes_pass(14);
    assert_eq!(browser.get(&path).await.body, without.body);
    assert_eq!(server.sandbox.counts().data_requests, before, "not asked again so soon");
    server.minutes_pass(1);
    browser.refresh().await;
    let tag = without.header("etag").to_owned();
    let with = browser.get_with(&path, "if-none-match", &tag).await;
    assert_eq!((with.status, &with.json()["eventsKnown"]), (StatusCode::OK, &json!(true)));
    assert_ne!(of_kind(&with.json(), "penalty"), [] as [&Value; 0]);
}

#[tokio::test]
async fn an_event_log_that_iracing_does_not_have_is_not_asked_for_again() {
    let (session, chart) = raced(with_a_penalty).await;
    // This iRacing has never heard of the race.
    let server = Server::start().await;
    server.store.save_session(SessionSource::Iracing, &session, std::slice::from_ref(&chart)).await.unwrap();
    let mut browser = server.signed_in().await;
    let path = format!("/session/{}/analysis", session.info.subsession_id);
    assert_eq!(browser.get(&path).await.json()["eventsKnown"], true);
    assert_eq!(asked(&server), 1);
    server.minutes_pass(16);
    browser.refresh().await;
    assert_eq!(browser.get(&path).await.json()["eventsKnown"], true);
    assert_eq!(asked(&server), 1);
}

#[tokio::test]
async fn nothing_is_noted_about_iracing_when_it_is_the_caller_who_has_to_sign_in_there() {
    let (server, browser, path) = opened(with_a_penalty).await;
    let stranger = server.browser_of(DriverId(999)).await;
    assert_eq!(stranger.get(&path).await.json()["eventsKnown"], false);
    assert_eq!(asked(&server), 0);
    assert_eq!(browser.get(&path).await.json()["eventsKnown"], true);
}

#[tokio::test]
async fn an_iracing_that_is_slow_does_not_keep_the_page_waiting() {
    let (server, browser, path) = opened(with_a_penalty).await;
    server.sandbox.faults().latency(Duration::from_secs(60));
    let answer = tokio::time::timeout(Duration::from_secs(20), browser.get(&path)).await;
    assert_eq!(answer.unwrap().json()["eventsKnown"], false);
    server.sandbox.faults().clear();
    assert_eq!(browser.get(&path).await.json()["eventsKnown"], false, "and is left alone for a while");
}
