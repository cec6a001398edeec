use axum::http::StatusCode;
use iracing_sandbox::{CLUB_RACER, Careers, Content, RaceKind, SHOWCASE};
use serde_json::{Value, json};

use crate::client::{BASE, Stand};

#[tokio::test]
async fn a_body_comes_by_a_link_that_expires_and_refuses_a_second_authorization() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let answer = stand.ask(&pair, "member/info").await.json();
    assert_eq!(answer["expires"], "2026-06-01T12:15:00Z");
    let link = answer["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{BASE}/links/")));
    assert_eq!(stand.get(link, None).await.json()["cust_id"], SHOWCASE);
    let refused = stand.get(link, Some(&pair.access)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("<Code>InvalidArgument</Code>"));
    let forged = stand.get(&format!("{link}0"), None).await;
    assert!(forged.body.contains("<Code>SignatureDoesNotMatch</Code>"));
    stand.advance(121);
    let expired = stand.get(link, None).await;
    assert_eq!(expired.status, StatusCode::FORBIDDEN);
    assert!(expired.body.contains("Request has expired"), "{}", expired.body);
}

#[tokio::test]
async fn a_long_lap_chart_comes_in_chunks_that_belong_together() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let race = stand.search_all(&pair, SHOWCASE, "search_series").await;
    let race = race.iter().find(|race| race["driver_changes"] == true).unwrap();
    let path = format!("results/lap_chart_data?subsession_id={}&simsession_number=0", race["subsession_id"]);
    let header = stand.data(&pair, &path).await;
    let info = &header["chunk_info"];
    assert_eq!(info["chunk_size"], 500);
    assert!(info["num_chunks"].as_u64().unwrap() >= 4, "{info}");
    let rows = stand.rows(&pair, &path).await;
    let keys: Vec<_> = rows.iter().map(|row| (row["lap_number"].as_i64(), row["session_time"].as_i64())).collect();
    assert!(keys.is_sorted(), "rows are in the order of laps and positions");
    assert!(stand.sandbox.counts().chunk_downloads >= 4);
}

#[tokio::test]
async fn data_requests_are_counted_and_refused_beyond_the_limit_until_the_window_ends() {
    let stand = Stand::with(Content::Generated(Careers::new(7).only(&[SHOWCASE])), |config| config.rate_limit = 3);
    let pair = stand.sign_in(SHOWCASE).await;
    stand.data(&pair, "member/info").await;
    stand.ask(&pair, "member/nonsense").await;
    let third = stand.ask(&pair, "constants/divisions").await;
    assert_eq!(third.header("x-ratelimit-limit"), "3");
    assert_eq!(third.header("x-ratelimit-remaining"), "0");
    let reset: i64 = third.header("x-ratelimit-reset").parse().unwrap();
    assert_eq!(reset, stand.now().as_second() + 60);
    let refused = stand.ask(&pair, "constants/divisions").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    stand.advance(60);
    assert_eq!(stand.ask(&pair, "constants/divisions").await.status, StatusCode::OK);
    let counts = stand.sandbox.counts();
    assert_eq!((counts.data_requests, counts.rate_limited, counts.link_downloads), (4, 1, 1));
    assert_eq!(counts.data_requests_by_endpoint["constants/divisions"], 2);
}

#[tokio::test]
async fn requests_that_cannot_be_answered_say_so_in_json() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    for (path, status, error) in [
        ("results/get", 400, "Bad Request"),
        ("results/get?subsession_id=seven", 400, "Bad Request"),
        ("results/get?subsession_id=7", 404, "Not Found"),
        ("results/nonsense", 404, "Not Found"),
        ("results/search_series?cust_id=1", 400, "Bad Request"),
        ("results/search_hosted?start_range_begin=2026-05-01T00:00Z", 400, "Bad Request"),
        ("member/chart_data?category_id=9&chart_type=1", 400, "Bad Request"),
    ] {
        let answer = stand.ask(&pair, path).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (status, json!({ "error": error })), "{path}");
    }
    let anonymous = stand.get(&format!("{BASE}/data/member/info"), None).await;
    assert_eq!((anonymous.status.as_u16(), anonymous.json()), (401, json!({ "error": "Unauthorized" })));
}

#[tokio::test]
async fn searches_take_at_most_ninety_days_and_exclude_the_end() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let path = |begin: &str, end: &str| {
        format!("results/search_series?cust_id={SHOWCASE}&start_range_begin={begin}&start_range_end={end}")
    };
    let long = stand.ask(&pair, &path("2025-03-01T00:00Z", "2025-05-30T00:01Z")).await;
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
    let open = "results/search_series?cust_id=1&finish_range_begin=2026-01-01T00:00Z";
    assert_eq!(stand.ask(&pair, open).await.status, StatusCode::BAD_REQUEST, "an open end is 90 days ago at most");
    let rows = stand.rows(&pair, &path("2025-03-01T00:00Z", "2025-05-30T00:00Z")).await;
    let first = &rows[0];
    let start = first["start_time"].as_str().unwrap();
    let until = stand.rows(&pair, &path("2025-03-01T00:00Z", start)).await;
    assert!(until.is_empty(), "{until:?}");
    let end = first["end_time"].as_str().unwrap();
    let by_finish =
        format!("results/search_series?cust_id={SHOWCASE}&finish_range_begin={end}&finish_range_end=2025-05-30T00:00Z");
    assert_eq!(stand.rows(&pair, &by_finish).await[0]["subsession_id"], first["subsession_id"]);
    let practice = format!("{}&event_types=2,3", path("2025-03-01T00:00Z", "2025-05-30T00:00Z"));
    assert!(stand.rows(&pair, &practice).await.is_empty());
}

#[tokio::test]
async fn a_search_answers_directly_with_chunks_under_data() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let path = format!(
        "results/search_series?cust_id={SHOWCASE}&start_range_begin=2025-03-01T00:00Z&start_range_end=2025-05-01T00:00Z&event_types=5"
    );
    let body = stand.ask(&pair, &path).await.json();
    assert_eq!(body["type"], "search_series_results");
    assert_eq!(body["data"]["success"], true);
    assert_eq!(body["data"]["params"]["event_types"], json!([5]));
    assert_eq!(body["data"]["params"]["cust_id"], SHOWCASE);
    assert_eq!(body["data"]["chunk_info"]["num_chunks"], 1);
}

#[tokio::test]
async fn searches_list_exactly_the_published_sessions_of_a_member() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let ids = |rows: &[Value]| rows.iter().map(|row| row["subsession_id"].as_i64().unwrap()).collect::<Vec<_>>();
    let series = stand.search_all(&pair, SHOWCASE, "search_series").await;
    let hosted = stand.search_all(&pair, SHOWCASE, "search_hosted").await;
    let truth = stand.sandbox.truth(SHOWCASE);
    let of = |in_series: bool| {
        let is_series = |kind| matches!(kind, RaceKind::Official | RaceKind::Unofficial);
        truth.iter().filter(|race| is_series(race.kind) == in_series).map(|race| race.subsession_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&series), of(true));
    assert_eq!(ids(&hosted), of(false));
    assert_eq!(truth.len(), stand.sandbox.members()[0].races);
}

#[tokio::test]
async fn a_search_by_customer_adds_the_own_result_which_equals_that_of_the_race() {
    let stand = Stand::with(Content::Generated(Careers::new(7).only(&[CLUB_RACER, SHOWCASE])), |_| {});
    for cust_id in [CLUB_RACER, SHOWCASE] {
        let pair = stand.sign_in(cust_id).await;
        for row in stand.search_all(&pair, cust_id, "search_series").await {
            let path = format!("results/get?subsession_id={}", row["subsession_id"]);
            let result = stand.data(&pair, &path).await;
            let main = result["session_results"].as_array().unwrap().last().unwrap();
            let entrants = main["results"].as_array().unwrap();
            let own = entrants
                .iter()
                .flat_map(|row| row["driver_results"].as_array().cloned().unwrap_or_else(|| vec![row.clone()]))
                .find(|own| own["cust_id"] == cust_id)
                .unwrap();
            for (column, field) in [
                ("starting_position", "starting_position"),
                ("finish_position", "finish_position"),
                ("starting_position_in_class", "starting_position_in_class"),
                ("finish_position_in_class", "finish_position_in_class"),
                ("laps_complete", "laps_complete"),
                ("laps_led", "laps_lead"),
                ("incidents", "incidents"),
                ("car_id", "car_id"),
                ("car_class_id", "car_class_id"),
                ("champ_points", "champ_points"),
            ] {
                assert_eq!(row[column], own[field], "{column} of {}", row["subsession_id"]);
            }
            for field in ["start_time", "end_time", "event_average_lap", "event_best_lap_time", "num_drivers"] {
                assert_eq!(row[field], result[field], "{field} of {}", row["subsession_id"]);
            }
            assert_eq!(row["event_strength_of_field"], result["event_strength_of_field"]);
            assert_eq!(row["winner_name"], entrants[0]["display_name"]);
        }
    }
}

#[tokio::test]
async fn laps_of_an_entrant_equal_those_of_the_chart() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    for race in stand.sandbox.truth(SHOWCASE) {
        let base = format!("subsession_id={}&simsession_number=0", race.subsession_id);
        let chart = stand.rows(&pair, &format!("results/lap_chart_data?{base}")).await;
        for group in [&chart[0]["group_id"], &chart[chart.len() - 1]["group_id"]] {
            let whose = if group.as_i64() < Some(0) { "team_id" } else { "cust_id" };
            let laps = stand.rows(&pair, &format!("results/lap_data?{base}&{whose}={group}")).await;
            let of_chart: Vec<&Value> = chart.iter().filter(|row| row["group_id"] == *group).collect();
            assert_eq!(laps.len(), of_chart.len());
            for (lap, chart) in laps.iter().zip(of_chart) {
                assert!(lap.get("lap_position").is_none());
                for (name, value) in lap.as_object().unwrap().iter().filter(|(name, _)| *name != "license_level") {
                    assert_eq!(value, &chart[name], "{name}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_sibling_splits_of_a_race_can_be_read_too() {
    let stand = Stand::with(Content::Generated(Careers::new(7).only(&[CLUB_RACER])), |_| {});
    let pair = stand.sign_in(CLUB_RACER).await;
    let mut seen = 0;
    for race in stand.sandbox.truth(CLUB_RACER).iter().take(8) {
        let own = stand.data(&pair, &format!("results/get?subsession_id={}", race.subsession_id)).await;
        for split in own["session_splits"].as_array().into_iter().flatten() {
            let other = stand.data(&pair, &format!("results/get?subsession_id={}", split["subsession_id"])).await;
            assert_eq!(other["event_strength_of_field"], split["event_strength_of_field"]);
            assert_eq!(other["session_id"], own["session_id"]);
            assert_eq!(other["session_splits"], own["session_splits"]);
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
}

#[tokio::test]
async fn reference_data_covers_every_race_and_maps_are_drawn() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let ids = |list: &Value, id: &str| -> Vec<i64> {
        list.as_array().unwrap().iter().map(|row| row[id].as_i64().unwrap()).collect()
    };
    let tracks = ids(&stand.data(&pair, "track/get").await, "track_id");
    let cars = ids(&stand.data(&pair, "car/get").await, "car_id");
    let classes = ids(&stand.data(&pair, "carclass/get").await, "car_class_id");
    let series = ids(&stand.data(&pair, "series/get").await, "series_id");
    for race in stand.sandbox.truth(SHOWCASE) {
        let result = stand.data(&pair, &format!("results/get?subsession_id={}", race.subsession_id)).await;
        assert!(tracks.contains(&result["track"]["track_id"].as_i64().unwrap()));
        let in_series = result["private_session_id"] == -1;
        assert!(!in_series || series.contains(&result["series_id"].as_i64().unwrap()));
        for row in result["session_results"][0]["results"].as_array().unwrap() {
            assert!(cars.contains(&row["car_id"].as_i64().unwrap()));
            assert!(classes.contains(&row["car_class_id"].as_i64().unwrap()));
        }
    }
    let assets = stand.data(&pair, "track/assets").await;
    assert_eq!(assets.as_object().unwrap().len(), tracks.len());
    let track = &assets["523"];
    for layer in track["track_map_layers"].as_object().unwrap().values() {
        let url = format!("{}{}", track["track_map"].as_str().unwrap(), layer.as_str().unwrap());
        let svg = stand.get(&url, None).await;
        assert_eq!((svg.status, svg.header("content-type")), (StatusCode::OK, "image/svg+xml"), "{url}");
        assert!(svg.body.starts_with("<svg"));
    }
}

#[tokio::test]
async fn the_documentation_lists_every_endpoint_it_answers() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let doc = stand.data(&pair, "doc").await;
    let get = &doc["results"]["get"];
    assert_eq!(get["link"], format!("{BASE}/data/results/get"));
    assert_eq!(get["parameters"]["subsession_id"], json!({ "type": "number", "required": true }));
    assert_eq!(get["expirationSeconds"], 900);
    // It has a "link" of its own, which is not one to follow.
    assert_eq!(&stand.ask(&pair, "doc/results/get").await.json(), get);
    assert_eq!(stand.ask(&pair, "doc/nonsense").await.status, StatusCode::NOT_FOUND);
    for (service, endpoints) in doc.as_object().unwrap() {
        for (endpoint, about) in endpoints.as_object().unwrap() {
            let required = about["parameters"].as_object().into_iter().flatten();
            let needs_something = required.clone().any(|(_, parameter)| parameter["required"] == true);
            let answer = stand.ask(&pair, &format!("{service}/{endpoint}")).await;
            let expected = if needs_something || endpoint.starts_with("search") { 400 } else { 200 };
            assert_eq!(answer.status.as_u16(), expected, "{service}/{endpoint}");
        }
    }
}
