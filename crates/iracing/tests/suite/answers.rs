//! Every form of answer, and every way in which asking can fail.

use crate::fake::{ACCESS_TOKEN, Answer, Failure, Fake, http};
use iracing::{DataClient, Error, HostedSearch, LapsOf, Requests, SearchRange, Secret, SeriesSearch};
use serde_json::{Value, json};

pub fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn rows_of(value: Value) -> Vec<Value> {
    match value {
        Value::Array(rows) => rows,
        other => panic!("not rows: {other}"),
    }
}

fn range() -> SearchRange {
    SearchRange::Finished { from: "2025-05-01T00:00:00Z".parse().unwrap(), until: None }
}

fn chart(chunk_size: usize) -> Answer {
    let fixture = fixture("lap_chart.json");
    Answer::LinkToChunks { header: fixture["header"].clone(), rows: rows_of(fixture["rows"].clone()), chunk_size }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test(start_paused = true)]
async fn a_link_is_followed_without_the_access_token() {
    let fake = Fake::start().await;
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let driver = fake.driver();
    let result = assert_send(driver.results_get(70_000_001)).await.unwrap();
    assert_eq!(result.session_results.len(), 3);
    assert_eq!(fake.lock().asked, ["results/get?subsession_id=70000001"]);
    assert_eq!(fake.lock().tokens_seen_by_storage, 0);
    assert_eq!(driver.requests(), Requests { data: 1, refused: 0, downloads: 1 });
}

#[tokio::test(start_paused = true)]
async fn chunks_are_fetched_side_by_side_and_joined_in_order() {
    let fake = Fake::start().await;
    fake.answer("results/lap_chart_data", chart(1));
    let driver = fake.driver();
    let chart = assert_send(driver.lap_chart_data(70_000_001, 0)).await.unwrap();
    let laps: Vec<_> = chart.rows.iter().map(|row| (row.lap_number, row.group_id)).collect();
    assert_eq!(laps[0], (0, 100_002));
    assert_eq!(laps[4..7], [(1, 100_001), (1, 100_002), (1, 100_003)]);
    assert_eq!(chart.header.unwrap().session_info.unwrap().subsession_id, 70_000_001);
    assert_eq!(driver.requests(), Requests { data: 1, refused: 0, downloads: 11 });
    let most = fake.lock().most_open_downloads;
    assert!((2..=8).contains(&most), "{most} downloads at once");
}

#[tokio::test(start_paused = true)]
async fn one_drivers_laps_are_found() {
    let fake = Fake::start().await;
    let fixture = fixture("lap_data.json");
    let rows = rows_of(fixture["rows"].clone());
    fake.answer("results/lap_data", Answer::LinkToChunks { header: fixture["header"].clone(), rows, chunk_size: 500 });
    let laps = fake.driver().lap_data(70_000_001, -1, LapsOf::Driver(100_001)).await.unwrap();
    assert_eq!(laps.rows.len(), 3);
    assert_eq!(laps.header.unwrap().license_level, Some(18));
    fake.driver().lap_data(70_000_001, 0, LapsOf::Team(-5001)).await.unwrap();
    let asked = &fake.lock().asked;
    assert_eq!(asked[0], "results/lap_data?subsession_id=70000001&simsession_number=-1&cust_id=100001");
    assert_eq!(asked[1], "results/lap_data?subsession_id=70000001&simsession_number=0&team_id=-5001");
}

#[tokio::test(start_paused = true)]
async fn a_search_is_read_inline_and_behind_a_link() {
    let fake = Fake::start().await;
    for behind_link in [false, true] {
        let rows = rows_of(fixture("search_series.json"));
        fake.answer("results/search_series", Answer::InlineChunks { rows, chunk_size: 1, behind_link });
        let found = fake.driver().search_series(&SeriesSearch::races_of(100_003, range())).await.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].own.finish_position, Some(2));
        let rows = rows_of(fixture("search_hosted.json"));
        fake.answer("results/search_hosted", Answer::InlineChunks { rows, chunk_size: 500, behind_link });
        let found = fake.driver().search_hosted(&HostedSearch::sessions_of(300_001, range())).await.unwrap();
        assert_eq!(found.iter().map(|row| row.has_race()).collect::<Vec<_>>(), [true, false]);
    }
    let asked = &fake.lock().asked[0];
    let expected = "results/search_series?finish_range_begin=2025-05-01T00%3A00Z&cust_id=100003&event_types=5";
    assert_eq!(asked, expected);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_finds_nothing_is_empty() {
    let fake = Fake::start().await;
    let nothing = Answer::InlineChunks { rows: Vec::new(), chunk_size: 500, behind_link: false };
    fake.answer("results/search_series", nothing);
    let found = fake.driver().search_series(&SeriesSearch::races_of(1, range())).await;
    assert_eq!(found, Ok(Vec::new()));
    assert_eq!(fake.lock().downloads, 0);
}

#[tokio::test(start_paused = true)]
async fn rows_may_also_come_as_a_bare_list_or_by_data_url() {
    let fake = Fake::start().await;
    for answer in [
        Answer::Link(fixture("event_log.json")),
        Answer::Direct(fixture("event_log.json")),
        Answer::DataUrl(fixture("event_log.json")),
    ] {
        fake.answer("results/event_log", answer);
        assert_eq!(fake.driver().event_log(70_000_001, 0).await.unwrap().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn constants_come_directly_and_documentation_too() {
    let fake = Fake::start().await;
    fake.answer("constants/divisions", Answer::Direct(fixture("constants_divisions.json")));
    fake.answer("doc", Answer::Direct(json!({"car": {"get": {"link": "https://example.com/doc"}}})));
    let driver = fake.driver();
    let divisions = driver.divisions().await.unwrap();
    assert_eq!(divisions.body[0].value, -1);
    assert_eq!(divisions.expires, None);
    assert!(driver.doc().await.unwrap().body["car"].is_object());
}

#[tokio::test(start_paused = true)]
async fn reference_data_tells_until_when_it_holds() {
    let fake = Fake::start().await;
    fake.answer("car/get", Answer::Link(fixture("cars.json")));
    fake.answer("track/assets", Answer::Link(fixture("track_assets.json")));
    let driver = fake.driver();
    let cars = driver.cars().await.unwrap();
    assert_eq!(cars.body.len(), 2);
    assert_eq!(cars.expires, Some("2025-06-07T20:15:00.507Z".parse().unwrap()));
    assert!(driver.track_assets().await.unwrap().body.contains_key(&255));
}

#[tokio::test(start_paused = true)]
async fn a_compressed_body_is_read() {
    let fake = Fake::start().await;
    fake.lock().gzip = true;
    fake.answer("results/get", Answer::Link(fixture("results_get_team.json")));
    assert_eq!(fake.driver().results_get(70_000_010).await.unwrap().subsession_id, 70_000_010);
}

#[tokio::test(start_paused = true)]
async fn an_expired_link_is_asked_for_again() {
    let fake = Fake::start().await;
    fake.lock().storage_failures = [403, 400].into();
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let driver = fake.driver();
    assert!(driver.results_get(70_000_001).await.is_ok());
    assert_eq!(driver.requests(), Requests { data: 3, refused: 0, downloads: 3 });
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_always_expired_is_given_up() {
    let fake = Fake::start().await;
    fake.lock().storage_failures = [403; 10].into();
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let error = fake.driver().results_get(70_000_001).await.unwrap_err();
    assert_eq!(error, Error::LinkExpired { endpoint: "/data/results/get".into() });
    assert!(error.is_retryable());
    assert_eq!(fake.lock().asked.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_cut_chunk_is_downloaded_again_without_another_counted_request() {
    let fake = Fake::start().await;
    fake.lock().cut = 2;
    fake.answer("results/lap_chart_data", chart(4));
    let driver = fake.driver();
    assert_eq!(driver.lap_chart_data(70_000_001, 0).await.unwrap().rows.len(), 10);
    assert_eq!(driver.requests().data, 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_always_cut_is_told_as_such() {
    let fake = Fake::start().await;
    fake.lock().cut = usize::MAX;
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let error = fake.driver().results_get(70_000_001).await.unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error:?}");
    assert!(error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn fewer_rows_than_promised_are_not_taken_for_all() {
    let fake = Fake::start().await;
    let mut header = fixture("lap_chart.json")["header"].clone();
    header["chunk_info"] = json!({"chunk_size": 500, "num_chunks": 0, "rows": 3, "base_download_url": fake.base.clone(), "chunk_file_names": []});
    fake.answer("results/lap_chart_data", Answer::Link(header));
    let error = fake.driver().lap_chart_data(70_000_001, 0).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of /data/results/lap_chart_data was cut off: 0 of 3 rows");
}

#[tokio::test(start_paused = true)]
async fn failing_storage_and_a_failing_gateway_are_tried_again() {
    let fake = Fake::start().await;
    fake.lock().storage_failures = [500, 503].into();
    fake.fail(Failure::new(504, "<HTML>gateway</HTML>"));
    fake.fail(Failure::new(502, ""));
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let driver = fake.driver();
    assert!(driver.results_get(70_000_001).await.is_ok());
    assert_eq!(driver.requests(), Requests { data: 3, refused: 0, downloads: 3 });
}

#[tokio::test(start_paused = true)]
async fn a_gateway_page_is_not_parsed() {
    let fake = Fake::start().await;
    for _ in 0..3 {
        fake.fail(Failure::new(504, "<!DOCTYPE HTML><HTML>504</HTML>").with("content-type", "text/html"));
    }
    let error = fake.driver().member_info().await.unwrap_err();
    assert_eq!(error, Error::Upstream { endpoint: "/data/member/info".into(), status: 504 });
    assert!(error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn statuses_become_typed_errors_and_are_asked_once() {
    let endpoint = || "/data/member/info".to_owned();
    let cases = [
        (Failure::new(401, r#"{"error":"Unauthorized"}"#), Error::Unauthorized, false),
        (Failure::new(403, r#"{"error":"Forbidden"}"#), Error::Forbidden { endpoint: endpoint() }, false),
        (Failure::new(404, ""), Error::NotFound { endpoint: endpoint() }, false),
        (
            Failure::new(400, r#"{"error":"Bad Request","note":"cust_id"}"#),
            Error::BadRequest { endpoint: endpoint(), detail: "Bad Request, cust_id".into() },
            false,
        ),
        (Failure::new(409, ""), Error::NotReady { endpoint: endpoint() }, true),
        (
            Failure::new(503, r#"{"error":"Site Maintenance","note":"Please try your request later."}"#),
            Error::Maintenance,
            true,
        ),
        (Failure::new(418, ""), Error::Upstream { endpoint: endpoint(), status: 418 }, false),
    ];
    let fake = Fake::start().await;
    for (failure, expected, retryable) in cases {
        fake.fail(failure);
        let driver = fake.driver();
        let error = driver.member_info().await.unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(error.is_retryable(), retryable, "{error:?}");
        assert_eq!(driver.requests().data, 1, "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_goes_on_where_the_old_one_was_refused() {
    let fake = Fake::start().await;
    fake.answer("member/info", Answer::Link(fixture("member_info.json")));
    let client = DataClient::new(&fake.config(), http());
    let driver = client.for_driver(Secret::new("outdated"), fake.budget());
    assert_eq!(driver.member_info().await, Err(Error::Unauthorized));
    let driver = driver.with_access_token(Secret::new(ACCESS_TOKEN));
    assert_eq!(driver.member_info().await.unwrap().cust_id, 100_003);
    assert_eq!(driver.requests(), Requests { data: 2, refused: 0, downloads: 1 });
    assert_eq!(client.requests(), driver.requests());
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_a_transport_error_without_the_address() {
    let fake = Fake::start().await;
    // A port that was free a moment ago.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut config = fake.config();
    config.base_url = format!("http://127.0.0.1:{port}").parse().unwrap();
    let driver = DataClient::new(&config, http()).for_driver(Secret::new(ACCESS_TOKEN), fake.budget());
    let error = driver.member_info().await.unwrap_err();
    assert!(matches!(&error, Error::Transport { endpoint, .. } if endpoint == "/data/member/info"), "{error:?}");
    assert!(!error.to_string().contains("http://"), "{error}");
    assert_eq!(driver.requests().data, 3);
}

#[tokio::test(start_paused = true)]
async fn links_to_strangers_are_not_visited() {
    let fake = Fake::start().await;
    let stranger = Fake::start().await;
    for link in [format!("{}/storage/object-1", stranger.base), "http://169.254.169.254/latest/".to_owned()] {
        fake.answer("results/get", Answer::LinkTo(link));
        let error = fake.driver().results_get(1).await.unwrap_err();
        assert!(matches!(error, Error::ForeignLink { .. }), "{error:?}");
        assert!(!error.is_retryable());
    }
    let mut header = fixture("lap_chart.json")["header"].clone();
    header["chunk_info"] = json!({"rows": 1, "base_download_url": format!("{}/storage/", stranger.base), "chunk_file_names": ["object-1"]});
    fake.answer("results/lap_chart_data", Answer::Link(header));
    let error = fake.driver().lap_chart_data(1, 0).await.unwrap_err();
    assert!(matches!(error, Error::ForeignLink { .. }), "{error:?}");
    assert_eq!(stranger.lock().downloads, 0);
}

#[tokio::test(start_paused = true)]
async fn a_link_does_not_redirect() {
    let fake = Fake::start().await;
    fake.lock().storage_failures = [302].into();
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    let error = fake.driver().results_get(1).await.unwrap_err();
    assert_eq!(error, Error::Upstream { endpoint: "/data/results/get".into(), status: 302 });
    assert_eq!(fake.lock().downloads, 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_above_the_ceiling_is_refused_also_when_it_came_compressed() {
    let fake = Fake::start().await;
    fake.answer("results/get", Answer::Link(fixture("results_get_solo.json")));
    for gzip in [false, true] {
        fake.lock().gzip = gzip;
        let mut config = fake.config();
        config.max_body_bytes = 4000;
        let driver = DataClient::new(&config, http()).for_driver(Secret::new(ACCESS_TOKEN), fake.budget());
        let error = driver.results_get(1).await.unwrap_err();
        assert_eq!(error, Error::TooLarge { endpoint: "/data/results/get".into(), limit: 4000 });
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_success_is_not_ready_yet() {
    let fake = Fake::start().await;
    let mut without_results = fixture("results_get_solo.json");
    without_results["session_results"] = json!([]);
    for body in [json!({}), Value::Null, without_results] {
        fake.answer("results/get", Answer::Link(body));
        let error = fake.driver().results_get(1).await.unwrap_err();
        assert_eq!(error, Error::NotReady { endpoint: "/data/results/get".into() });
    }
    fake.answer("results/lap_chart_data", Answer::Link(json!({"success": false})));
    assert!(matches!(fake.driver().lap_chart_data(1, 0).await, Err(Error::NotReady { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_chart_without_laps_has_no_rows() {
    let fake = Fake::start().await;
    let header = fixture("lap_chart.json")["header"].clone();
    fake.answer("results/lap_chart_data", Answer::LinkToChunks { header, rows: Vec::new(), chunk_size: 500 });
    assert_eq!(fake.driver().lap_chart_data(1, 0).await.unwrap().rows, []);
}

#[tokio::test(start_paused = true)]
async fn an_unexpected_shape_is_told_with_its_place_and_not_repeated() {
    let fake = Fake::start().await;
    let mut body = fixture("results_get_solo.json");
    body["session_results"][2]["results"][1]["finish_position"] = json!("second");
    fake.answer("results/get", Answer::Link(body));
    let driver = fake.driver();
    let error = driver.results_get(1).await.unwrap_err();
    let Error::Shape { endpoint, detail } = &error else { panic!("{error:?}") };
    assert_eq!(endpoint, "/data/results/get");
    assert!(detail.starts_with("session_results[2].results[1].finish_position: "), "{detail}");
    assert!(!error.is_retryable());
    assert_eq!(driver.requests(), Requests { data: 1, refused: 0, downloads: 1 });
}

#[tokio::test(start_paused = true)]
async fn the_developers_proxy_passes_on_answers_as_they_are() {
    let fake = Fake::start().await;
    fake.limit(240, jiff::SignedDuration::from_secs(60));
    fake.answer("doc/car", Answer::Direct(json!({"get": {}})));
    let answer = assert_send(fake.driver().raw("/data/doc/car", &[])).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &br#"{"get":{}}"#[..]));
    assert!(answer.json);
    assert_eq!(answer.rate.unwrap().remaining, 239);
    assert_eq!(fake.driver().raw("/data/doc/nothing", &[]).await.unwrap().status, 404);
    for path in ["/data/unknown/get", "/data/doc/../car/get", "/data/doc/%2e%2e/car/get"] {
        assert_eq!(fake.driver().raw(path, &[]).await, Err(Error::PathNotAllowed));
    }
    assert_eq!(fake.lock().asked, ["doc/car", "doc/nothing"]);
}

#[tokio::test(start_paused = true)]
async fn the_developers_proxy_follows_the_link_of_a_service_without_the_access_token() {
    let fake = Fake::start().await;
    fake.answer("car/get", Answer::Link(json!([{"car_id": 1}])));
    fake.answer("doc/car/get", Answer::Direct(json!({"link": "https://members-ng.iracing.com/data/car/get"})));
    let driver = fake.driver();
    let answer = driver.raw("/data/car/get", &[("x", "a b&c".to_owned())]).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &br#"[{"car_id":1}]"#[..]));
    assert_eq!(fake.lock().tokens_seen_by_storage, 0);

    let documentation = driver.raw("/data/doc/car/get", &[]).await.unwrap();
    assert!(documentation.body.starts_with(b"{\"link\""), "a link in the documentation is text");
    assert_eq!(driver.requests(), Requests { data: 2, refused: 0, downloads: 1 });
    assert_eq!(fake.lock().asked, ["car/get?x=a+b%26c", "doc/car/get"]);
}

#[tokio::test(start_paused = true)]
async fn the_developers_proxy_does_not_follow_a_link_that_leads_elsewhere() {
    let fake = Fake::start().await;
    fake.answer("car/get", Answer::Direct(json!({"link": "https://evil.example/cars.json"})));
    let outcome = fake.driver().raw("/data/car/get", &[]).await;
    assert!(matches!(outcome, Err(Error::ForeignLink { .. })), "{outcome:?}");
}
