use crate::server::{Answer, Browser, DRIVER, REDIRECT, Server};
use axum::http::{Method, StatusCode, header};
use domain::Entitlement;
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Begins a sign-in and consents; what the page then sends.
async fn consented(server: &Server, browser: &mut Browser) -> Value {
    let started = browser.post("/auth/ir/start", json!({"redirectUri": REDIRECT})).await;
    let (code, state) = server.consent(started.json()["authorizeUrl"].as_str().unwrap()).await;
    json!({"code": code, "state": state, "redirectUri": REDIRECT})
}

fn set_cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_driver_signs_in_and_is_somebody() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let started = browser.post("/auth/ir/start", json!({"redirectUri": REDIRECT})).await;
    let [cookie] = set_cookies(&started)[..] else { panic!("one cookie") };
    assert!(cookie.ends_with("; Path=/api/auth; Max-Age=600; HttpOnly; SameSite=Strict; Secure"), "{cookie}");

    let (code, state) = server.consent(started.json()["authorizeUrl"].as_str().unwrap()).await;
    let body = json!({"code": code, "state": state, "redirectUri": REDIRECT});
    let answer = browser.post("/auth/ir/callback", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let refresh_cookie = set_cookies(&answer)[0];
    assert!(refresh_cookie.ends_with("; Path=/api/auth; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"));
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["spinout_refresh"], "the sign-in's cookie is gone");

    let session = answer.json();
    assert_eq!(session["driver"]["driverId"], DRIVER.0);
    assert_eq!(session["driver"]["loginCount"], 1);
    assert!(session["driver"]["memberSince"].is_string());
    assert_eq!(session["expiresAt"], "2026-07-15T12:15:00Z");
    assert_eq!(session["iracingSignInRequired"], false);

    browser.token = session["accessToken"].as_str().map(str::to_owned);
    let shown = browser.get(&format!("/driver/{DRIVER}")).await;
    assert_eq!(shown.json(), session["driver"]);
}

#[tokio::test]
async fn no_token_of_iracing_leaves_the_server_or_rests_in_clear() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let answer = browser.sign_in(&server).await;
    let claims = browser.token.clone().unwrap();
    let session = server.tokens.verify(&claims, server.clock.now()).unwrap();
    let iracing_token = session.iracing_access_token.expose();
    assert!(!iracing_token.is_empty());
    assert!(!String::from_utf8_lossy(&answer.body).contains(iracing_token));
    let sealed = server.store.iracing_token(DRIVER).await.unwrap().unwrap().sealed.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains(iracing_token));
}

#[tokio::test]
async fn a_redirect_to_elsewhere_is_refused() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for elsewhere in ["https://evil.example/auth/ir/callback", "https://spinout.example/auth/ir/callback/", ""] {
        let answer = browser.post("/auth/ir/start", json!({"redirectUri": elsewhere})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{elsewhere}");
        assert_eq!(answer.fields()[0].0, "redirectUri");
    }
    let mut body = consented(&server, &mut browser).await;
    body["redirectUri"] = json!("https://evil.example/");
    assert_eq!(browser.post("/auth/ir/callback", body).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_without_its_browser_is_refused() {
    let server = Server::start().await;
    let mut victim = server.browser();
    let body = consented(&server, &mut victim).await;
    assert_eq!(server.browser().post("/auth/ir/callback", body.clone()).await.code(), "sign_in_expired");

    let mut other = server.browser();
    consented(&server, &mut other).await;
    assert_eq!(other.post("/auth/ir/callback", body.clone()).await.code(), "state_mismatch");

    server.minutes_pass(11);
    assert_eq!(victim.post("/auth/ir/callback", body).await.code(), "sign_in_expired");
}

#[tokio::test]
async fn a_code_works_once() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let body = consented(&server, &mut browser).await;
    let mut again = browser.clone();
    assert_eq!(browser.post("/auth/ir/callback", body.clone()).await.status, StatusCode::OK);
    let answer = again.post("/auth/ir/callback", body).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "code_rejected".to_owned()));
}

#[tokio::test]
async fn an_outage_of_iracing_during_the_sign_in_is_no_fault_of_ours() {
    let server = Server::start().await;
    let state = server.process_with(&[("IRACING_OAUTH_BASE_URL", "http://127.0.0.1:1/oauth2")]).await;
    let mut browser = server.browser();
    let body = consented(&server, &mut browser).await;
    let mut cut_off = Browser { cookies: browser.cookies.clone(), ..Browser::of(&state) };
    let answer = cut_off.post("/auth/ir/callback", body).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.code(), "iracing_unavailable");
    assert_eq!(answer.header("retry-after"), "30");
}

#[tokio::test]
async fn a_driver_signs_in_while_the_data_api_is_under_maintenance() {
    let server = Server::start().await;
    server.sandbox.faults().change(|faults| faults.maintenance = Some(iracing_sandbox::Maintenance::On));
    let answer = server.browser().sign_in(&server).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["driver"]["memberSince"], Value::Null);
}

#[tokio::test]
async fn missing_members_of_a_body_are_all_named() {
    let server = Server::start().await;
    let answer = server.browser().post("/auth/ir/callback", json!({"state": ""})).await;
    let required = |name: &str| (name.to_owned(), "required".to_owned());
    assert_eq!(answer.fields(), ["code", "state", "redirectUri"].map(required));
    let answer = server.browser().post("/auth/ir/callback", json!({"code": 7})).await;
    assert_eq!(answer.fields(), [("code".to_owned(), "invalid_value".to_owned())]);
}

#[tokio::test]
async fn a_session_is_continued_with_a_new_cookie_and_fresh_entitlements() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let first_cookie = browser.cookies["spinout_refresh"].clone();
    server.store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    server.minutes_pass(14);

    let answer = browser.refresh().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(browser.cookies["spinout_refresh"], first_cookie);
    assert_eq!(answer.json()["driver"]["entitlements"], json!(["developer"]));
    assert_eq!(answer.json()["expiresAt"], "2026-07-15T12:29:00Z");
    assert_eq!(server.refreshes_at_iracing(), 1);

    server.minutes_pass(5);
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert_eq!(server.refreshes_at_iracing(), 1, "the access token was not due");
}

#[tokio::test]
async fn twenty_parallel_refreshes_of_two_sign_ins_all_succeed_with_one_call_to_iracing() {
    let server = Server::start().await;
    let browsers = [server.signed_in().await, server.signed_in().await];
    server.minutes_pass(14);
    let answers = join_all((0..20).map(|tab| {
        let mut tab = browsers[tab % 2].clone();
        async move {
            let answer = tab.refresh().await;
            (answer.status, tab)
        }
    }))
    .await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK));
    let cookies: HashSet<_> = answers.iter().map(|(_, tab)| tab.cookies["spinout_refresh"].clone()).collect();
    assert_eq!(cookies.len(), 2, "one winner a sign-in, and its cookie for everybody");
    assert_eq!(server.refreshes_at_iracing(), 1);

    server.minutes_pass(14);
    for (_, mut tab) in answers.into_iter().take(2) {
        assert_eq!(tab.refresh().await.status, StatusCode::OK, "nobody is logged out");
    }
}

#[tokio::test]
async fn a_cookie_whose_successor_was_used_ends_its_session_but_no_other() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let mut elsewhere = server.signed_in().await;
    let mut thief = browser.clone();
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    server.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(thief.clone().refresh().await.status, StatusCode::OK, "a browser whose answer was lost");

    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    let answer = thief.refresh().await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "not_signed_in".to_owned()));
    assert!(thief.cookies.is_empty());
    assert_eq!(browser.refresh().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.refresh().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_made_up_cookie_ends_nobodys_session() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let good = browser.cookies["spinout_refresh"].clone();
    let parts: Vec<_> = good.split('.').collect();
    let secret = "A".repeat(43);
    for bad in [
        "x".to_owned(),
        "...".to_owned(),
        format!("{}.{}.1.{secret}", parts[0], parts[1]),
        format!("{}.{}.2.{secret}", parts[0], parts[1]),
        format!("{}.{}.18446744073709551615.{secret}", parts[0], parts[1]),
        format!("9.{}.1.{}", parts[1], parts[3]),
    ] {
        let mut forger = server.browser();
        forger.cookies.insert("spinout_refresh".to_owned(), bad.clone());
        assert_eq!(forger.refresh().await.status, StatusCode::UNAUTHORIZED, "{bad}");
        forger.cookies.insert("spinout_refresh".to_owned(), bad);
        assert_eq!(forger.post("/auth/logout", Value::Null).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_without_a_cookie_is_told_that_nobody_is_signed_in() {
    let server = Server::start().await;
    let answer = server.browser().refresh().await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
}

#[tokio::test]
async fn a_page_of_elsewhere_cannot_use_the_cookies() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    for path in ["/auth/refresh", "/auth/logout", "/auth/ir/start", "/auth/ir/callback"] {
        for origin in
            ["https://evil.example", "null", "", "https://spinout.example.evil.example", "http://spinout.example"]
        {
            let request = browser.request(Method::POST, path);
            let mut request = request.body(axum::body::Body::from("{}")).unwrap();
            request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
            let answer = browser.send(request).await;
            let refused = (StatusCode::FORBIDDEN, "origin_not_allowed".to_owned());
            assert_eq!((answer.status, answer.code()), refused, "{path} from {origin}");
        }
    }
    assert_eq!(browser.clone().refresh().await.status, StatusCode::OK, "and the session goes on");
}

/// A form of another site sends no JSON, and an old browser might say no origin.
#[tokio::test]
async fn a_form_of_another_site_cannot_begin_or_complete_a_sign_in() {
    let server = Server::start().await;
    let browser = server.browser();
    for path in ["/auth/ir/start", "/auth/ir/callback"] {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let mut request = browser.request(Method::POST, path).header(header::CONTENT_TYPE, kind);
            request.headers_mut().unwrap().remove(header::ORIGIN);
            let body = json!({"redirectUri": REDIRECT, "code": "c", "state": "s"}).to_string();
            let answer = browser.send(request.body(axum::body::Body::from(body)).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
        }
    }
}

#[tokio::test]
async fn every_sign_in_is_tied_to_its_browser_by_a_hashed_challenge() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let started = browser.post("/auth/ir/start", json!({"redirectUri": REDIRECT})).await;
    let address: url::Url = started.json()["authorizeUrl"].as_str().unwrap().parse().unwrap();
    let parameters: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(parameters["code_challenge"].len(), 43);
    assert_eq!(parameters["redirect_uri"], REDIRECT);
    let sealed = &browser.cookies["spinout_sign_in"];
    assert!(!sealed.contains(&parameters["state"]) && !sealed.contains(&parameters["code_challenge"]));
}

/// Somebody who learns a code of another's sign-in has neither the verifier nor a way to choose it.
#[tokio::test]
async fn a_stolen_code_is_worth_nothing_in_another_browser() {
    let server = Server::start().await;
    let (mut victim, mut thief) = (server.browser(), server.browser());
    let stolen = consented(&server, &mut victim).await;
    let mut own = consented(&server, &mut thief).await;
    own["code"] = stolen["code"].clone();
    for extra in [json!({}), json!({"codeVerifier": "x".repeat(43), "code_challenge_method": "plain"})] {
        let mut body = own.clone();
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = thief.clone().post("/auth/ir/callback", body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "code_rejected".to_owned()));
    }
}

#[tokio::test]
async fn while_keys_are_replaced_nobody_is_signed_out() {
    let server = Server::start().await;
    let old = server.signed_in().await;
    let fresh = auth::generate_local_keys().unwrap();
    let both = |new: &str, name: &str| format!("{new}\n{}", server.secret(name));
    server.put_secret("signing-both", &both(fresh.signing_key_pem.expose(), "signing"));
    server.put_secret("sealing-both", &both(fresh.sealing_key_base64.expose(), "sealing"));
    let state = server
        .process_with(&[("JWT_SIGNING_KEY_SECRET", "signing-both"), ("JWT_ENCRYPTION_KEY_SECRET", "sealing-both")])
        .await;
    let mut during = Browser { token: old.token.clone(), cookies: old.cookies.clone(), ..Browser::of(&state) };
    let path = format!("/driver/{DRIVER}");
    assert_eq!(during.get(&path).await.status, StatusCode::OK, "the old token is good");
    server.minutes_pass(14);
    assert_eq!(during.refresh().await.status, StatusCode::OK, "so are the old cookie and iRacing's sealed tokens");
    assert_eq!(during.get(&path).await.status, StatusCode::OK);

    server.put_secret("signing-new", fresh.signing_key_pem.expose());
    server.put_secret("sealing-new", fresh.sealing_key_base64.expose());
    let state = server
        .process_with(&[("JWT_SIGNING_KEY_SECRET", "signing-new"), ("JWT_ENCRYPTION_KEY_SECRET", "sealing-new")])
        .await;
    let mut afterwards =
        Browser { token: during.token.clone(), cookies: during.cookies.clone(), ..Browser::of(&state) };
    assert_eq!(afterwards.get(&path).await.status, StatusCode::OK, "what the new keys made outlives the old ones");
    assert_eq!(Browser { token: old.token, ..Browser::of(&state) }.get(&path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(afterwards.refresh().await.status, StatusCode::OK);
}

#[tokio::test]
async fn when_iracings_chain_is_dead_the_log_stays_readable() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    server.sandbox.faults().change(|faults| faults.revoked_refresh = true);
    server.minutes_pass(14);
    let answer = browser.refresh().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["iracingSignInRequired"], true);
    assert_eq!(browser.get(&format!("/driver/{DRIVER}/races")).await.status, StatusCode::OK);
    for answer in [browser.clone().post("/ingestion/race", Value::Null).await, browser.get("/tracks").await] {
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "iracing_sign_in_required".to_owned()));
    }
    server.sandbox.faults().change(|faults| faults.revoked_refresh = false);
    browser.sign_in(&server).await;
    assert_eq!(browser.refresh().await.json()["iracingSignInRequired"], false);
}

#[tokio::test]
async fn a_session_goes_on_while_iracing_is_down() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let state = server.process_with(&[("IRACING_OAUTH_BASE_URL", "http://127.0.0.1:1/oauth2")]).await;
    server.minutes_pass(14);
    let mut cut_off = Browser { cookies: browser.cookies.clone(), ..Browser::of(&state) };
    let answer = cut_off.refresh().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["iracingSignInRequired"], false);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_the_last_one_ends_it_at_iracing() {
    let server = Server::start().await;
    let mut browser = server.signed_in().await;
    let mut elsewhere = server.signed_in().await;
    let mut copy = browser.clone();

    assert_eq!(browser.post("/auth/logout", Value::Null).await.status, StatusCode::NO_CONTENT);
    assert!(browser.cookies.is_empty());
    assert_eq!(copy.refresh().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.refresh().await.status, StatusCode::OK);
    let sealed = async || server.store.iracing_token(DRIVER).await.unwrap().unwrap().sealed;
    assert!(sealed().await.is_some());

    elsewhere.post("/auth/logout", Value::Null).await;
    assert!(sealed().await.is_none());
    assert_eq!(browser.post("/auth/logout", Value::Null).await.status, StatusCode::NO_CONTENT, "twice is no error");
}

#[tokio::test]
async fn a_session_token_ends_after_a_quarter_of_an_hour() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let path = format!("/driver/{DRIVER}");
    server.minutes_pass(14);
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    server.minutes_pass(1);
    let answer = browser.get(&path).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "not_signed_in".to_owned()));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}
