use crate::{
    example::{self, DRIVER},
    server::{Browser, Server},
};
use axum::http::StatusCode;
use domain::{Discipline, Race, SubsessionId, TeamId, TrackId, analytics::ChartPoint, reference::Track};
use serde_json::{Value, json};
use store::rating_charts::{RatingChart, RatingCharts};

const PATH: &str = "/driver/410001/analytics";

async fn with_races(races: impl IntoIterator<Item = Race>) -> (Server, Browser) {
    let server = Server::start().await;
    let browser = server.browser_of(DRIVER).await;
    for race in races {
        assert!(server.store.insert_race(&race).await.unwrap());
    }
    (server, browser)
}

async fn get(browser: &Browser, query: &str) -> Value {
    let answer = browser.get(&format!("{PATH}{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.json());
    answer.json()
}

/// A race at a moment, its subsession the second.
fn race_at(start: &str) -> Race {
    let start_time = example::at(start);
    Race { start_time, subsession_id: SubsessionId(start_time.as_second()), ..example::race(0) }
}

#[tokio::test]
async fn one_call_answers_what_a_page_shows_after_a_change_of_filters() {
    let (server, browser) = with_races((0..40).map(example::race)).await;
    let body = get(&browser, "?carId=101&carId=102&groupBy=track&groupBy=car&period=month").await;
    assert_eq!((&body["racesInLog"], &body["total"]["races"]), (&json!(40), &json!(20)));
    let sum = |list: &Value, name: &str| -> f64 {
        list.as_array().unwrap().iter().map(|one| one["summary"][name].as_f64().unwrap()).sum()
    };
    for name in ["races", "wins", "incidents", "laps", "timeDriven", "placesGainedInClass", "points"] {
        let total = body["total"][name].as_f64().unwrap();
        assert_eq!(sum(&body["groups"], name), total, "{name} of the groups");
        assert_eq!(sum(&body["periods"], name), total, "{name} of the periods");
    }
    let periods: Vec<_> =
        body["periods"].as_array().unwrap().iter().map(|one| one["first"].as_str().unwrap()).collect();
    assert_eq!(periods, ["2025-01-01", "2025-02-01"]);
    insta::assert_json_snapshot!(body["groups"][0]);

    let before = server.state.store().consumed_units().read;
    get(&browser, "?carId=103&groupBy=hour").await;
    let units = server.state.store().consumed_units().read - before;
    assert!(units <= 1.5, "another filter reads the driver's item only, not {units} units");
}

#[tokio::test]
async fn what_is_kept_in_memory_is_never_older_than_the_table() {
    let (server, browser) = with_races((0..3).map(example::race)).await;
    let other_process = Browser { token: browser.token.clone(), ..Browser::of(&server.process_with(&[]).await) };
    for page in [&browser, &other_process] {
        assert_eq!(get(page, "").await["total"]["races"], 3);
    }
    server.store.insert_race(&example::race(3)).await.unwrap();
    for page in [&browser, &other_process] {
        assert_eq!(get(page, "").await["total"]["races"], 4);
    }
    let won = get(&browser, "?result=win").await["total"]["races"].clone();
    server.store.replace_race(&Race { finish_position_in_class: Some(9), ..example::race(3) }).await.unwrap();
    for page in [&browser, &other_process] {
        assert_eq!(get(page, "?result=win").await["total"]["races"], won.as_i64().unwrap() - 1);
    }
}

#[tokio::test]
async fn days_are_the_drivers_own_and_race_weeks_are_iracings() {
    // The night of the change to summer time in Berlin, and both sides of a Tuesday in UTC.
    let starts = ["2026-03-28T22:59:00Z", "2026-03-28T23:30:00Z", "2026-03-29T21:59:00Z", "2026-03-29T22:00:00Z"];
    let weeks = ["2026-03-30T23:59:59Z", "2026-03-31T00:00:00Z"];
    let (_server, browser) = with_races(starts.into_iter().chain(weeks).map(race_at)).await;
    let firsts = async |query: &str| -> Vec<(String, i64)> {
        let body = get(&browser, query).await;
        let one = |one: &Value| (one["first"].as_str().unwrap().to_owned(), one["summary"]["races"].as_i64().unwrap());
        body["periods"].as_array().unwrap().iter().map(one).collect()
    };
    let day = |day: &str, races| (format!("2026-03-{day}"), races);
    let berlin = firsts("?period=day&timeZone=Europe/Berlin").await;
    assert_eq!(berlin, [day("28", 1), day("29", 2), day("30", 1), day("31", 2)]);
    assert_eq!(firsts("?period=day").await, [day("28", 2), day("29", 2), day("30", 1), day("31", 1)]);
    for zone in ["Europe/Berlin", "Pacific/Auckland", "UTC"] {
        let query = format!("?period=iracingWeek&timeZone={zone}");
        assert_eq!(firsts(&query).await, [day("24", 5), day("31", 1)], "{zone}");
    }
    let days = get(&browser, "/calendar?timeZone=Europe/Berlin").await["days"].clone();
    assert_eq!(days[1], json!({"date": "2026-03-29", "races": 2, "laps": 6, "incidents": 4, "wins": 2}));
}

#[tokio::test]
async fn a_filter_tells_what_each_of_its_values_would_leave() {
    let mut races: Vec<Race> = (0..12).map(example::race).collect();
    races[1].team_id = Some(TeamId(-7));
    races[2].reason_out = "Disconnected".to_owned();
    (races[3].track_id, races[3].track_name, races[3].layout) = (TrackId(1), "Elsewhere".to_owned(), None);
    let (_server, browser) = with_races(races).await;
    let all = get(&browser, "/dimensions").await;
    assert_eq!(all["firstRace"], "2025-01-01T20:00:00Z");
    assert_eq!(all["lastRace"], "2025-01-12T20:00:00Z");
    assert_eq!((&all["teamRaces"], &all["soloRaces"]), (&json!(1), &json!(11)));
    assert_eq!(
        all["tracks"],
        json!([
            {"id": 255, "name": "Hartwald Ring", "layout": "Grand Prix", "races": 11},
            {"id": 1, "name": "Elsewhere", "layout": null, "races": 1},
        ])
    );
    let chosen = get(&browser, "/dimensions?trackId=1&carId=100").await;
    let races = |list: &str, body: &Value| -> Vec<(i64, i64)> {
        let one = |one: &Value| (one["id"].as_i64().unwrap(), one["races"].as_i64().unwrap());
        body[list].as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(races("tracks", &chosen), [(255, 3), (1, 0)], "with the car, and what is chosen stays in the list");
    assert_eq!(races("cars", &chosen), [(103, 1), (100, 0)], "with the track");
    let did_not_finish = get(&browser, "?result=didNotFinish").await;
    assert_eq!(did_not_finish["total"]["races"], 1);
    assert_eq!(get(&browser, "?team=true").await["total"]["races"], 1);
    assert_eq!(get(&browser, "?team=false&carClassId=2708").await["total"]["races"], 11);
}

#[tokio::test]
async fn incidents_by_corner_count_where_the_corners_are_known() {
    let (server, browser) = with_races((0..2).map(example::race)).await;
    assert_eq!(get(&browser, "").await["total"]["incidentsPerCorner"], Value::Null);
    let track = Track {
        track_id: TrackId(255),
        name: "Hartwald Ring".to_owned(),
        layout: None,
        category: "road".to_owned(),
        location: String::new(),
        length_km: 5.0,
        corners_per_lap: 16,
        pit_road_speed_limit_kph: None,
        is_oval: false,
        is_dirt: false,
        retired: false,
        night_lighting: false,
        rain_enabled: false,
        free_with_subscription: false,
        latitude: None,
        longitude: None,
        image_url: None,
        logo_url: None,
        max_cars: None,
        pit_stalls: None,
        banking: None,
        track_map_url: None,
        track_map_layers: None,
        time_zone: None,
    };
    server.store.put_reference(&vec![track], server.clock.now()).await.unwrap();
    // Four points in 2 x 3 laps of 16 corners.
    assert_eq!(get(&browser, "").await["total"]["incidentsPerCorner"], json!(4.0 / 96.0));
}

#[tokio::test]
async fn curves_bests_and_milestones_tell_how_it_came_about() {
    let mut races: Vec<Race> = (0..4).map(example::race).collect();
    for (race, (lap_time, irating)) in
        races.iter_mut().zip([(1_010_000, 1_480), (1_005_000, 1_520), (1_006_000, 1_510), (1_001_000, -1)])
    {
        race.kind = domain::RaceKind::Official;
        race.car_id = domain::CarId(100);
        race.discipline = Some(domain::Discipline::SportsCar);
        race.best_lap_time = Some(lap_time);
        race.ratings.old_irating = Some(1_450);
        race.ratings.new_irating = Some(irating);
        race.ratings.new_license_level = Some(14 + i32::from(irating == 1_520) * 4);
    }
    let (_server, browser) = with_races(races).await;
    insta::assert_json_snapshot!("ratings", get(&browser, "/ratings").await);
    insta::assert_json_snapshot!("bests", get(&browser, "/bests").await);
    insta::assert_json_snapshot!("milestones", get(&browser, "/milestones").await);
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_named() {
    let (_server, browser) = with_races([]).await;
    for (query, field, code) in [
        ("?timeZone=Mars/Olympus", "timeZone", "invalid_value"),
        ("?timeZone=../../etc/passwd", "timeZone", "invalid_value"),
        ("?groupBy=colour", "groupBy", "invalid_value"),
        ("?groupBy=car&groupBy=track&groupBy=series&groupBy=hour", "groupBy", "too_many"),
        ("?period=decade", "period", "invalid_value"),
        ("?team=maybe", "team", "invalid_value"),
        ("/bests?result=lost", "result", "invalid_value"),
        ("/calendar?carClassId=GT3", "carClassId", "invalid_integer"),
        ("/dimensions?from=soon", "from", "invalid_time"),
        ("/ratings?kind=fun", "kind", "invalid_value"),
        ("/milestones?discipline=rowing", "discipline", "invalid_value"),
    ] {
        let answer = browser.get(&format!("{PATH}{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{query}");
    }
    let empty = get(&browser, "?groupBy=weekday&period=season").await;
    assert_eq!((&empty["total"]["races"], &empty["groups"], &empty["periods"]), (&json!(0), &json!([]), &json!([])));
}

#[tokio::test]
async fn iracings_charts_stand_before_the_first_race_of_their_discipline() {
    let (server, browser) = with_races((0..12).map(example::race)).await;
    let now = server.clock.now();
    let point = |when: &str, value| ChartPoint { when: when.parse().unwrap(), value };
    let chart = |discipline, first: &str| RatingChart {
        discipline,
        irating: vec![point(first, 1_350), point("2024-12-30", 1_700), point("2025-06-01", 1_900)],
        license: vec![point(first, 1_250)],
    };
    let charts = vec![
        chart(Discipline::Oval, "2019-05-05"),
        RatingChart { discipline: Discipline::DirtOval, irating: vec![point("2019-05-05", 1_350)], license: vec![] },
        chart(Discipline::SportsCar, "2024-03-12"),
    ];
    let kept = RatingCharts { charts, fetched_at: Some(now), tried_at: now };
    server.store.put_rating_charts(DRIVER, &kept).await.unwrap();
    let curves = async |query: &str| -> Vec<(String, Vec<String>)> {
        let body = get(&browser, &format!("/ratings{query}")).await;
        let point = |point: &Value| {
            let of = if point["driverRaceId"].is_null() { "chart" } else { "race" };
            format!("{} {of}", &point["time"].as_str().unwrap()[..10])
        };
        let curve = |curve: &Value| {
            let points = curve["points"].as_array().unwrap().iter().map(point).collect();
            (curve["discipline"].as_str().unwrap().to_owned(), points)
        };
        body["curves"].as_array().unwrap().iter().map(curve).collect()
    };
    // Every twelfth race is an official one of the first discipline, and every twelfth of the fifth.
    let sports_car = ["2024-03-12 chart", "2024-12-30 chart", "2025-01-05 race"].map(str::to_owned).to_vec();
    let oval = ["2019-05-05 chart", "2024-12-30 chart", "2025-01-01 race"].map(str::to_owned).to_vec();
    let all = curves("").await;
    assert!(all.contains(&("oval".to_owned(), oval)), "{all:?}");
    assert!(all.contains(&("sports_car".to_owned(), sports_car.clone())), "{all:?}");
    assert!(all.iter().filter(|(_, points)| points.len() == 1).all(|(_, points)| points[0].ends_with("race")));
    let since = curves("?from=2024-12-30T12:00:00Z&discipline=sports_car").await;
    assert_eq!(since, [("sports_car".to_owned(), sports_car[1..].to_vec())], "the day lasts until midnight");
    let in_a_car = curves("?carId=100").await;
    assert!(in_a_car.iter().flat_map(|(_, points)| points).all(|point| point.ends_with("race")), "{in_a_car:?}");
}

#[tokio::test]
async fn iracing_is_asked_for_its_charts_once_a_day_and_seldom_when_it_does_not_answer() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let path = format!("/driver/{}/analytics/ratings", crate::server::DRIVER);
    let asked = || server.sandbox.counts().data_requests_by_endpoint.get("member/chart_data").copied().unwrap_or(0);
    for _ in 0..2 {
        assert_eq!(browser.get(&path).await.json()["chartsFetchedAt"], "2026-07-15T12:00:00Z");
        assert_eq!(asked(), 12);
    }
    server.minutes_pass(25 * 60);
    browser.refresh().await;
    assert_eq!(browser.get(&path).await.json()["chartsFetchedAt"], "2026-07-16T13:00:00Z");
    assert_eq!(asked(), 24);

    let stranger = server.browser_of(DRIVER).await;
    let answer = get(&stranger, "/ratings").await;
    assert_eq!(answer["chartsFetchedAt"], Value::Null, "without a sign-in at iRacing the races tell what they can");
}
