//! Bad input of every kind, for every operation that the API describes: it is refused by its name, breaks nothing and
//! leaves nothing behind.

use crate::{
    example,
    server::{Answer, Browser, Server},
};
use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
};
use domain::Entitlement;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use store::session::SessionSource;

/// An operation of the description.
#[derive(Debug, Clone)]
struct Operation {
    method: Method,
    path: String,
    /// Name, where it stands (`path` or `query`), schema.
    parameters: Vec<(String, String, Value)>,
    /// Schema of the JSON body, resolved.
    body: Option<Value>,
}

impl Operation {
    /// All there are.
    fn all() -> Vec<Self> {
        let document: Value = serde_json::from_str(&api::openapi_document().unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut all = Vec::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let schema = operation.pointer("/requestBody/content/application~1json/schema");
                let body = schema.map(|schema| match schema["$ref"].as_str() {
                    Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap().clone(),
                    None => schema.clone(),
                });
                all.push(Self {
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.clone(),
                    parameters: parameters
                        .iter()
                        .map(|one| (text(&one["name"]), text(&one["in"]), one["schema"].clone()))
                        .collect(),
                    body,
                });
            }
        }
        all
    }

    /// The address with good values in the path, but for one parameter.
    fn address(&self, bad: Option<(&str, &str)>) -> String {
        let mut path = self.path.clone();
        for (name, good) in [
            ("driver_id", example::DRIVER.to_string()),
            ("driver_race_id", "1735761600-72000000".to_owned()),
            ("subsession_id", example::SUBSESSION.to_string()),
            ("*path", "doc".to_owned()),
            ("export_id", "0198-1".to_owned()),
            ("file", "log.json".to_owned()),
            ("track_id", "1".to_owned()),
            ("car_id", "1".to_owned()),
            ("series_id", "1".to_owned()),
        ] {
            let value = match bad {
                Some((bad, value)) if bad == name.trim_start_matches('*') => value.to_owned(),
                _ => good,
            };
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        assert!(!path.contains('{') || bad.is_some(), "{path}: tell this test what to put there");
        path
    }

    fn in_place(&self, place: &'static str) -> impl Iterator<Item = (&str, &Value)> {
        self.parameters.iter().filter(move |(_, stands, _)| stands == place).map(|(name, _, schema)| (&**name, schema))
    }

    /// Names that a refusal may give to what is wrong.
    fn knows(&self, field: &str) -> bool {
        let of_body = self.body.as_ref().is_some_and(|body| {
            let known = body["properties"].as_object();
            known.is_some_and(|known| known.keys().any(|name| field.starts_with(name.as_str()))) || field == "."
        });
        of_body || field == "path" || self.parameters.iter().any(|(name, _, _)| name == field)
    }

    async fn call(&self, browser: &Browser, address: &str, body: Vec<u8>) -> Answer {
        let request = browser.request(self.method.clone(), address).header(header::CONTENT_TYPE, "application/json");
        browser.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// What is no value of a type, percent-encoded for an address. Words that no list has are wrong for lists of words.
fn bad_values(schema: &Value) -> Vec<String> {
    let schema = schema.get("items").unwrap_or(schema);
    let long = "9".repeat(2_000);
    let bad: &[&str] =
        match (schema["type"].as_str().unwrap_or("string"), schema.get("enum"), schema["format"].as_str()) {
            ("integer", _, _) => &["x", "-", "1.5", "1e3", "%D9%A3", "%00", "0x1", "NaN", "9223372036854775808", &long],
            ("boolean", _, _) => &["yes", "1", "%00", "TRUE"],
            (_, Some(_), _) => &["none%20of%20them", "%00", "%F0%9F%8F%81", "'--", &long],
            (_, _, Some("date-time")) => &[
                "yesterday",
                "2026-13-01T00:00:00Z",
                "2026-01-01",
                "-000001-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z",
                &long,
            ],
            _ => &[&long],
        };
    bad.iter().map(|value| (*value).to_owned()).collect()
}

/// An installation with races, laps and notes, and a driver who may do everything.
async fn world() -> (Server, Browser) {
    let server = Server::start().await;
    server.store.save_session(SessionSource::Iracing, &example::session(), &[example::chart()]).await.unwrap();
    server.store.insert_race(&example::race(0)).await.unwrap();
    let token = server.browser_with(example::DRIVER, &[Entitlement::Developer]).await.token;
    let browser = Browser { token, ..Browser::of(&server.process_with(&[("RATE_LIMITS", "false")]).await) };
    (server, browser)
}

/// All bytes of the table, in an order that does not depend on how it was read.
async fn content(server: &Server) -> Vec<u8> {
    let mut bytes = server.table().await.into_bytes();
    bytes.sort_unstable();
    bytes
}

/// A refusal is a problem that names what is wrong; it is never our fault.
fn check(operation: &Operation, answer: &Answer, what: &str) {
    let Operation { method, path, .. } = operation;
    let place = format!("{method} {path} with {what}: {} {}", answer.status, answer.json());
    assert!(!answer.status.is_server_error(), "{place}");
    if answer.status.is_client_error() {
        let code = answer.code();
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty(), "{place}");
        if code == "invalid_input" {
            assert!(!answer.fields().is_empty(), "{place}");
            assert!(answer.fields().iter().all(|(field, _)| operation.knows(field)), "{place}");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_no_value_of_its_type_is_named() {
    let (server, browser) = world().await;
    let before = content(&server).await;
    let mut tried = 0;
    for operation in Operation::all() {
        for (name, schema) in operation.in_place("path").filter(|(_, schema)| schema["type"] == "integer") {
            for value in bad_values(schema) {
                let answer = operation.call(&browser, &operation.address(Some((name, &value))), b"{}".to_vec()).await;
                check(&operation, &answer, &value);
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {name}={value}", operation.path);
                assert_eq!(answer.fields()[0].0, name, "{} {name}={value}", operation.path);
                tried += 1;
            }
        }
        for (name, schema) in operation.in_place("query") {
            for value in bad_values(schema) {
                let address = format!("{}?{name}={value}", operation.address(None));
                let answer = operation.call(&browser, &address, b"{}".to_vec()).await;
                check(&operation, &answer, &address);
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
                assert!(answer.fields().iter().any(|(field, _)| field == name), "{address}: {}", answer.json());
                tried += 1;
            }
            let address = format!("{}?{}", operation.address(None), format!("{name}=1&").repeat(101));
            let answer = operation.call(&browser, &address, b"{}".to_vec()).await;
            assert!(answer.fields().contains(&(name.to_owned(), "too_many".to_owned())), "{}", operation.path);
        }
    }
    assert!(tried > 100, "{tried}");
    assert!(content(&server).await == before, "nothing is left behind");
}

#[tokio::test]
async fn a_body_of_any_other_shape_is_refused_and_changes_nothing() {
    let (server, browser) = world().await;
    let mut tried = 0;
    for operation in Operation::all() {
        let Some(schema) = &operation.body else { continue };
        let mut bodies: Vec<Vec<u8>> = ["", "{", "[", "nul", "{} {}", "\u{feff}", "\"", "{\"a\":1,}", "1e999", "// {}"]
            .map(|text| text.as_bytes().to_vec())
            .into();
        bodies.extend([
            vec![0xff, 0xfe],
            vec![0; 1_000],
            "[".repeat(50_000).into_bytes(),
            "{\"a\":".repeat(9_999).into(),
        ]);
        // A zip file, and JSON as gzip has it.
        bodies
            .extend([b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5]]);
        for value in [json!(null), json!(1), json!("x"), json!([]), json!([{}]), json!(true)] {
            bodies.push(value.to_string().into_bytes());
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let takes_flags = property["type"].to_string().contains("boolean");
            let values = [json!({"a": []}), json!(1e300), json!([[[1]]]), json!(true), json!([null, {}])];
            for value in values.into_iter().filter(|value| !(takes_flags && value.is_boolean())) {
                bodies.push(json!({ name: value }).to_string().into_bytes());
            }
        }
        let before = content(&server).await;
        for body in bodies {
            let what = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
            let answer = operation.call(&browser, &operation.address(None), body).await;
            check(&operation, &answer, &what);
            assert!(answer.status.is_client_error(), "{} {} took {what}", operation.method, operation.path);
            tried += 1;
        }
        let large = vec![b' '; 9 << 20];
        let answer = operation.call(&browser, &operation.address(None), large).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large".to_owned()));
        assert!(content(&server).await == before, "{} {}", operation.method, operation.path);
    }
    assert!(tried > 50, "{tried}");
}

#[tokio::test]
async fn headers_of_any_content_break_nothing() {
    let (server, browser) = world().await;
    let nasty: [&[u8]; 8] =
        [b"", b"\xff\xfe", b"a, b;; =", b"../..", b"%00%0d%0aSet-Cookie: a=b", b"{\"a\":1}", b"*", &[b'x'; 8_000]];
    for operation in Operation::all() {
        for name in [
            "authorization",
            "cookie",
            "if-none-match",
            "x-correlation-id",
            "origin",
            "content-encoding",
            "accept-encoding",
            "x-forwarded-for",
            "range",
            "content-length",
            "x-http-method-override",
        ] {
            for value in nasty {
                let address = operation.address(None);
                let mut request = browser.request(operation.method.clone(), &address).body(Body::from("{}")).unwrap();
                request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
                let answer = browser.send(request).await;
                let place = format!("{name}: {}", String::from_utf8_lossy(value));
                assert!(!answer.status.is_server_error(), "{place}");
                if answer.header("content-encoding").is_empty() {
                    check(&operation, &answer, &place);
                }
                assert!(answer.headers.values().all(|sent| !sent.as_bytes().contains(&b'\n')), "{place}");
                assert!(
                    answer.headers.get("set-cookie").is_none_or(|sent| !sent.as_bytes().ends_with(b"a=b")),
                    "{place}"
                );
            }
        }
    }
    assert!(server.store.driver(example::DRIVER).await.unwrap().is_some());
}

/// Some JSON, deep and wide enough to be unlike anything expected.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-zA-Z]{1,12}",
        Just("notes".to_owned()),
        Just("tags".to_owned()),
        Just("version".to_owned()),
        Just("sentiment".to_owned()),
        Just("code".to_owned()),
        Just("state".to_owned()),
        Just("redirectUri".to_owned()),
        Just("session_results".to_owned()),
        Just("results".to_owned()),
        Just("subsession_id".to_owned()),
        Just("data".to_owned()),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn whatever_is_sent_is_answered_or_refused_but_never_fails() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, browser) = runtime.block_on(world());
    let operations = Operation::all();
    let text = || prop_oneof![r"\PC{0,60}", "[0-9eE.+-]{0,30}", "[A-Za-z0-9_=-]{0,80}", any::<String>()];
    let inputs = (
        any::<prop::sample::Index>(),
        prop::collection::vec((any::<prop::sample::Index>(), text()), 0..4),
        text(),
        any_json(),
        any::<bool>(),
    );
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&inputs, |(operation, parameters, path, body, bad_path)| {
        let operation = operation.get(&operations);
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let path = encoded(&path).replace('+', "%20");
        let bad = operation.in_place("path").last().filter(|_| bad_path && !path.is_empty());
        let address = operation.address(bad.map(|(name, _)| (name, path.as_str())));
        let names: Vec<_> = operation.in_place("query").map(|(name, _)| name).collect();
        let query = parameters
            .iter()
            .filter(|_| !names.is_empty())
            .map(|(name, value)| format!("{}={}", name.get(&names), encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let address = format!("{address}?{query}");
        let answer = runtime.block_on(operation.call(&browser, &address, body.to_string().into_bytes()));
        check(operation, &answer, &address);
        Ok(())
    });
    outcome.unwrap();
    assert!(runtime.block_on(server.store.driver(example::DRIVER)).unwrap().is_some());
}
