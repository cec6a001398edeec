use crate::{
    example::{self, DRIVER},
    server::{REDIRECT, Server, consent},
};
use ::auth::SignInChallenge;
use axum::http::StatusCode;
use domain::{DriverId, EntrantId, LapChart, LapFlags, Session};
use iracing::{DataClient, DataConfig, HttpClient, OAuthClient, OAuthConfig, RateBudget, Secret};
use iracing_sandbox::{Careers, Content, RaceKind, SHOWCASE, Sandbox};
use runtime::Clock;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::session::SessionSource;

/// A race that iRacing's stand-in tells of, as the worker would store it.
pub async fn raced(wanted: impl Fn(&Session, &LapChart) -> bool) -> (Session, LapChart) {
    let (clock, _) = Clock::fixed("2026-07-15T12:00:00Z".parse().unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::new(iracing_sandbox::Config {
        content: Content::Generated(Careers::new(1).only(&[SHOWCASE])),
        clock: clock.source(),
        rate_limit: 1_000_000,
        ..iracing_sandbox::Config::local(&base_url, &[REDIRECT])
    })
    .unwrap();
    let iracing = sandbox.router();
    tokio::spawn(async move { axum::serve(listener, iracing).await });

    let http = HttpClient::new("test").unwrap();
    let oauth = OAuthClient::new(
        OAuthConfig {
            base_url: format!("{base_url}/oauth2").parse().unwrap(),
            client_id: "spinout-local".to_owned(),
            client_secret: Secret::new("spinout-local-secret"),
        },
        http.clone(),
    );
    let challenge = SignInChallenge::new(clock.now()).unwrap();
    let address = oauth.authorize_url(REDIRECT, challenge.state(), &challenge.code_challenge(), &["iracing.auth"]);
    let (code, _) = consent(&sandbox, address.as_str(), DriverId(SHOWCASE)).await;
    let verifier = Secret::new(challenge.code_verifier().expose());
    let pair = oauth.exchange_code(&code, REDIRECT, &verifier, clock.now()).await.unwrap();
    let data = DataClient::new(&DataConfig::new(base_url.parse().unwrap()), http)
        .for_driver(pair.access_token, RateBudget::new(clock.source()));

    for race in sandbox.truth(SHOWCASE).into_iter().filter(|race| race.kind != RaceKind::PracticeOnly) {
        let results = data.results_get(race.subsession_id).await.unwrap();
        let mut session = race_mapping::session_from_results(&results).unwrap();
        let main_event = session.main_event();
        let laps = data.lap_chart_data(race.subsession_id, i64::from(main_event)).await.unwrap();
        session.info.lap_charts.push(main_event);
        let chart = race_mapping::lap_chart(&session, main_event, &laps.rows);
        if wanted(&session, &chart) {
            return (session, chart);
        }
    }
    panic!("no such race");
}

async fn stored(session: &Session, chart: &LapChart) -> Server {
    let server = Server::start().await;
    server.store.save_session(SessionSource::Iracing, session, std::slice::from_ref(chart)).await.unwrap();
    server
}

fn path(session: &Session) -> String {
    format!("/session/{}/analysis?simsession={}", session.info.subsession_id, session.main_event())
}

fn is_single_class(session: &Session, _: &LapChart) -> bool {
    session.info.kind == domain::RaceKind::Official && !session.info.team && !session.info.heat
}

fn sum(ledger: &Value) -> i64 {
    ["atStart", "byPace", "byPit", "byIncidents", "byRetirements"]
        .map(|part| ledger[part].as_i64().unwrap())
        .iter()
        .sum()
}

fn members(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

/// The members that the API's description gives an event of the story of this kind.
fn described(kind: &Value) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
    let kinds = document["components"]["schemas"]["StoryKind"]["oneOf"].as_array().unwrap();
    let one = kinds.iter().find(|one| one["properties"]["kind"]["enum"][0] == *kind).unwrap();
    let mut described = members(&one["properties"]);
    described.extend(["lap".to_owned(), "entrants".to_owned()]);
    described
}

#[tokio::test]
async fn an_analysis_agrees_with_the_laps_and_the_result_that_it_is_of() {
    let (session, chart) = raced(is_single_class).await;
    let server = stored(&session, &chart).await;
    let browser = server.browser_of(DriverId(SHOWCASE)).await;
    let body = browser.get(&path(&session)).await.json();
    let laps = browser.get(&path(&session).replace("analysis", "laps")).await.json();

    let entrants = body["entrants"].as_array().unwrap();
    assert_eq!(entrants.len(), session.entrants.iter().filter(|one| one.result(chart.simsession).is_some()).count());
    let word = |list: &str, number: &Value| {
        body[list][usize::try_from(number.as_u64().unwrap()).unwrap()].as_str().unwrap().to_owned()
    };
    for entrant in entrants {
        let columns = laps["entrants"].as_array().unwrap().iter().find(|one| one["entrantId"] == entrant["entrantId"]);
        let Some(columns) = columns else { continue };
        let column = |name: &str| columns[name].as_array().unwrap().clone();
        let classes: Vec<_> =
            entrant["lapClass"].as_array().unwrap().iter().map(|one| word("lapClasses", one)).collect();
        let reasons: Vec<_> =
            entrant["lapReason"].as_array().unwrap().iter().map(|one| word("lapReasons", one)).collect();
        assert_eq!((classes.len(), reasons.len()), (column("lap").len(), column("lap").len()));
        for ((number, flags), class) in column("lap").iter().zip(column("flags")).zip(&classes) {
            let flags = LapFlags(u32::try_from(flags.as_u64().unwrap()).unwrap());
            assert_eq!(number == 0, class == "grid");
            assert!(!flags.has(LapFlags::TOW) || class == "tow", "{class}");
        }
        let times = column("lapTime");
        let pace: Vec<i64> = times
            .iter()
            .zip(&classes)
            .filter(|(_, class)| *class == "pace")
            .filter_map(|(time, _)| time.as_i64())
            .collect();
        let recovered = entrant["recovered"].as_array().unwrap();
        assert_eq!(entrant["paces"][0]["paceLaps"], classes.iter().filter(|class| *class == "pace").count());
        if recovered.is_empty() {
            assert_eq!(entrant["paces"][0]["spread"]["fastest"].as_i64(), pace.iter().min().copied());
            assert_eq!(entrant["paces"][0]["spread"]["slowest"].as_i64(), pace.iter().max().copied());
        }
        for lap in recovered {
            let place = column("lap").iter().position(|number| *number == lap["lap"]).unwrap();
            assert!(times[place].is_null() && lap["lapTime"].as_i64().unwrap() > 0);
        }
        let stints = entrant["stints"].as_array().unwrap();
        let driven: u64 = stints
            .iter()
            .map(|stint| stint["lastLap"].as_u64().unwrap() + 1 - stint["firstLap"].as_u64().unwrap())
            .sum();
        assert_eq!(driven, column("lap").last().unwrap().as_u64().unwrap());

        let id: EntrantId = entrant["entrantId"].as_str().unwrap().parse().unwrap();
        let result =
            session.entrants.iter().find(|one| one.entrant_id == id).unwrap().result(chart.simsession).unwrap();
        for (ledger, start, finish) in [
            (&entrant["ledger"]["overall"], result.start_position, result.position),
            (&entrant["ledger"]["inClass"], result.start_position_in_class, result.position_in_class),
        ] {
            assert_eq!((&ledger["start"], &ledger["finish"]), (&json!(start), &json!(finish)));
            assert_eq!(ledger["gained"], i64::from(start.unwrap()) - i64::from(finish.unwrap()));
            assert_eq!(ledger["gained"], sum(ledger));
        }
        let rating = &entrant["rating"];
        assert_eq!(
            (&rating["irating"], &rating["place"]),
            (&json!(result.ratings.old_irating), &json!(result.position_in_class))
        );
        let change = result.ratings.new_irating.unwrap() - result.ratings.old_irating.unwrap();
        assert_eq!(rating["actualChange"], change);
    }
    assert!(
        body["carClasses"]
            .as_array()
            .unwrap()
            .iter()
            .all(|class| class["rated"] == true && class["spread"].is_object())
    );
}

#[tokio::test]
async fn a_race_is_told_as_the_caller_lived_it_or_whoever_is_asked_for() {
    let (session, chart) = raced(is_single_class).await;
    let server = stored(&session, &chart).await;
    let own = server.browser_of(DriverId(SHOWCASE)).await.get(&path(&session)).await.json();
    let caller = format!("driver:{SHOWCASE}");
    assert_eq!(own["entrantId"], caller);
    let story = own["story"].as_array().unwrap();
    assert_eq!(story.first().unwrap()["kind"], "start");
    let finish = story.iter().find(|event| event["kind"] == "finish").unwrap();
    assert_eq!(finish["entrants"], json!([caller]));
    for event in story {
        assert_eq!(members(event), described(&event["kind"]), "the description tells of every member");
    }
    let ledger =
        own["entrants"].as_array().unwrap().iter().find(|one| one["entrantId"] == caller).unwrap()["ledger"].clone();
    for scope in ["overall", "inClass"] {
        let steps = own["placeSteps"][scope].as_array().unwrap();
        assert_eq!(ledger[scope]["gained"], steps.iter().map(|step| step["places"].as_i64().unwrap()).sum::<i64>());
    }

    let winner = session
        .entrants
        .iter()
        .find(|one| one.result(chart.simsession).is_some_and(|result| result.position == Some(1)));
    let winner = winner.unwrap().entrant_id.to_string();
    let spectator = server.browser_of(DriverId(999)).await;
    let asked = spectator.get(&format!("{}&entrant={winner}", path(&session))).await.json();
    let finish = asked["story"].as_array().unwrap().iter().find(|event| event["kind"] == "finish").unwrap().clone();
    assert_eq!((&asked["entrantId"], &finish["place"]), (&json!(winner), &json!(1)));
    let unasked = spectator.get(&path(&session)).await.json();
    assert_eq!((&unasked["entrantId"], &unasked["story"]), (&Value::Null, &json!([])));
    assert_eq!(unasked["entrants"], own["entrants"]);
}

#[tokio::test]
async fn no_rating_is_estimated_where_the_formula_does_not_hold() {
    let (session, chart) = (example::session(), example::chart());
    let server = stored(&session, &chart).await;
    let body = server.browser_of(DRIVER).await.get(&path(&session)).await.json();
    assert!(body["entrants"].as_array().unwrap().iter().all(|one| one["rating"].is_null()), "a team race");
    assert_eq!(body["carClasses"][0]["rated"], false);
    insta::assert_json_snapshot!(body);
}

#[tokio::test]
async fn practice_has_pace_but_neither_story_nor_places() {
    let session = example::session();
    let chart = LapChart { simsession: -1, ..example::chart() };
    let server = stored(&session, &chart).await;
    let path = path(&session).replace("simsession=0", "simsession=-1");
    let body = server.browser_of(DRIVER).await.get(&path).await.json();
    assert_eq!(body["entrants"].as_array().unwrap().len(), 1, "the others did not qualify");
    assert_eq!(body["entrants"][0]["ledger"], json!({"overall": null, "inClass": null}));
    assert_eq!((&body["story"], &body["entrantId"]), (&json!([]), &json!("driver:410001")));
}

#[tokio::test]
async fn an_analysis_that_did_not_change_is_not_sent_again() {
    let session = example::session();
    let server = stored(&session, &example::chart()).await;
    let browser = server.browser_of(DRIVER).await;
    let first = browser.get(&path(&session)).await;
    assert_eq!((first.header("cache-control"), first.header("vary")), ("private, no-cache", "authorization"));
    let tag = first.header("etag").to_owned();
    let second = browser.get_with(&path(&session), "if-none-match", &tag).await;
    assert_eq!((second.status, second.body.len(), second.header("etag")), (StatusCode::NOT_MODIFIED, 0, &*tag));
    let other = browser.get_with(&format!("{}&entrant=team:-7", path(&session)), "if-none-match", &tag).await;
    assert_eq!(other.status, StatusCode::OK, "another story");
}

#[tokio::test]
async fn what_cannot_be_analysed_is_said() {
    let session = example::session();
    let server = stored(&session, &example::chart()).await;
    let browser = server.browser_of(DRIVER).await;
    let own = path(&session);
    for (path, status, code) in [
        ("/session/1/analysis".to_owned(), StatusCode::NOT_FOUND, "not_found"),
        (own.replace("simsession=0", "simsession=-1"), StatusCode::NOT_FOUND, "no_laps"),
        (format!("{own}&entrant=driver:999"), StatusCode::NOT_FOUND, "not_found"),
        (format!("{own}&entrant=999"), StatusCode::BAD_REQUEST, "invalid_input"),
        (own.replace("simsession=0", "simsession=x"), StatusCode::BAD_REQUEST, "invalid_input"),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{path}");
    }
    assert_eq!(server.browser().get(&own).await.status, StatusCode::UNAUTHORIZED);
}
