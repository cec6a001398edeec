use axum::http::{Method, StatusCode};
use iracing_sandbox::SHOWCASE;
use serde_json::json;

use crate::client::{BASE, Pair, REDIRECT, Stand, challenge};

fn authorize_url(extra: &str) -> String {
    let challenge = challenge();
    format!(
        "{BASE}/oauth2/authorize?client_id=spinout-local&redirect_uri={REDIRECT}&response_type=code\
         &code_challenge={challenge}&code_challenge_method=S256&state=%22%3E%3Cscript%3E&scope=iracing.auth{extra}"
    )
}

#[tokio::test]
async fn a_driver_signs_in_on_the_consent_page_and_reads_who_they_are() {
    let stand = Stand::new();
    let decision = stand.decide(&[("member", &SHOWCASE.to_string())]).await;
    assert!(decision.header("location").starts_with(REDIRECT));
    assert_eq!(decision.redirected("state").as_deref(), Some("the state"));
    let token = stand.exchange(&decision.redirected("code").unwrap(), &[]).await;
    let body = token.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(body["refresh_token_expires_in"], 604_800);
    assert_eq!(body["scope"], "iracing.auth iracing.profile");
    let access = body["access_token"].as_str().unwrap();
    let profile = stand.get(&format!("{BASE}/oauth2/iracing/profile"), Some(access)).await;
    assert_eq!(profile.json(), json!({ "iracing_name": "Tomás Okonkwo", "iracing_cust_id": SHOWCASE }));
}

#[tokio::test]
async fn the_consent_page_names_the_drivers_under_a_strict_policy_and_escapes_what_it_is_given() {
    let stand = Stand::new();
    let page = stand.get(&authorize_url(""), None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Tomás Okonkwo") && page.body.contains("13 races"), "{}", page.body);
    assert!(page.body.contains("This is not iRacing"));
    assert!(!page.body.contains("<script"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("form-action 'self' http://localhost:8080"), "{policy}");
}

#[tokio::test]
async fn a_member_may_deny() {
    let answer = Stand::new().decide(&[("member", "deny")]).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.redirected("state").as_deref(), Some("the state"));
    assert_eq!(answer.redirected("code"), None);
}

#[tokio::test]
async fn anybody_signs_in_by_customer_id_and_name_and_has_no_races() {
    let stand = Stand::new();
    let form = [("member", "other"), ("cust_id", "297655"), ("display_name", "Ned Meyer")];
    let code = stand.decide(&form).await.redirected("code").unwrap();
    let access = stand.exchange(&code, &[]).await.json()["access_token"].as_str().unwrap().to_owned();
    let pair = Pair { access, refresh: String::new() };
    let info = stand.data(&pair, "member/info").await;
    assert_eq!((&info["cust_id"], &info["display_name"]), (&json!(297_655), &json!("Ned Meyer")));
    assert!(stand.search_all(&pair, 297_655, "search_series").await.is_empty());
    let again = stand.decide(&[("member", "other"), ("cust_id", "me"), ("display_name", "Ned")]).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.body.contains("role=\"alert\""));
}

#[tokio::test]
async fn nothing_is_sent_to_an_unregistered_address() {
    let stand = Stand::new();
    for (changes, error) in [
        (("redirect_uri", "http://localhost:8080/auth/ir/callback/"), "invalid_request"),
        (("client_id", "somebody"), "invalid_client"),
    ] {
        let answer = stand.decide(&[changes, ("member", "deny")]).await;
        assert!(answer.status.is_client_error());
        assert_eq!(answer.json()["error"], error);
        assert!(answer.headers.get("location").is_none());
    }
}

#[tokio::test]
async fn a_plain_challenge_an_unknown_scope_and_another_response_type_are_refused() {
    let stand = Stand::new();
    for (changes, error) in [
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("scope", "iracing.everything"), "invalid_scope"),
        (("response_type", "token"), "unsupported_response_type"),
    ] {
        let answer = stand.decide(&[changes, ("member", &SHOWCASE.to_string())]).await;
        assert_eq!(answer.redirected("error").as_deref(), Some(error));
    }
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_address_and_a_masked_secret() {
    let stand = Stand::new();
    let other_verifier = "b".repeat(64);
    for (change, error, status) in [
        (("code_verifier", other_verifier.as_str()), "invalid_grant", 400),
        (("code_verifier", ""), "invalid_grant", 400),
        (("redirect_uri", "http://localhost:9/"), "invalid_grant", 400),
        (("client_secret", "spinout-local-secret"), "invalid_client", 403),
        (("client_secret", ""), "invalid_client", 403),
        (("grant_type", "password"), "unsupported_grant_type", 400),
    ] {
        let code = stand.code(SHOWCASE).await;
        let answer = stand.exchange(&code, &[change]).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (status, Some(error)), "{change:?}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_for_a_minute() {
    let stand = Stand::new();
    let code = stand.code(SHOWCASE).await;
    let first = stand.exchange(&code, &[]).await.json();
    let second = stand.exchange(&code, &[]).await;
    assert_eq!(second.json()["error"], "invalid_grant");
    let profile = format!("{BASE}/oauth2/iracing/profile");
    let profile = stand.get(&profile, first["access_token"].as_str()).await;
    assert_eq!(profile.status, StatusCode::UNAUTHORIZED, "what came of the code is taken back");
    let late = stand.code(SHOWCASE).await;
    stand.advance(61);
    assert_eq!(stand.exchange(&late, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn refresh_tokens_rotate_and_using_one_twice_ends_the_chain() {
    let stand = Stand::new();
    let first = stand.sign_in(SHOWCASE).await;
    let second = stand.refreshed(&first.refresh).await;
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(stand.ask(&second, "constants/categories").await.status, StatusCode::OK);
    let spent = stand.refresh(&first.refresh).await;
    assert_eq!((spent.status.as_u16(), spent.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(stand.refresh(&second.refresh).await.json()["error"], "invalid_grant");
    assert_eq!(stand.sandbox.counts().token_requests["refresh_token"], 3);
}

#[tokio::test]
async fn tokens_expire_when_they_said() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    stand.advance(599);
    assert_eq!(stand.ask(&pair, "constants/categories").await.status, StatusCode::OK);
    stand.advance(2);
    let answer = stand.ask(&pair, "constants/categories").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json(), json!({ "error": "Unauthorized" }));
    stand.advance(604_800);
    assert_eq!(stand.refresh(&pair.refresh).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_sign_in_outlives_a_restart_of_the_sandbox() {
    let stand = Stand::new();
    let pair = stand.sign_in(SHOWCASE).await;
    let restarted = stand.restarted();
    assert_eq!(restarted.ask(&pair, "constants/categories").await.status, StatusCode::OK);
    let next = restarted.refreshed(&pair.refresh).await;
    assert_eq!(restarted.ask(&next, "member/info").await.status, StatusCode::OK);
    assert_eq!(restarted.refresh(&pair.refresh).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn revoking_ends_a_sign_in_and_revoke_all_those_of_a_member() {
    let stand = Stand::new();
    let (one, two) = (stand.sign_in(SHOWCASE).await, stand.sign_in(SHOWCASE).await);
    let url = format!("{BASE}/oauth2/revoke/current");
    let revoked = stand.send(Method::POST, &url, Some(&one.access), None).await;
    assert_eq!((revoked.status, revoked.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(stand.ask(&one, "member/info").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stand.refresh(&one.refresh).await.json()["error"], "invalid_grant");
    assert_eq!(stand.ask(&two, "member/info").await.status, StatusCode::OK);
    stand.sandbox.revoke_all(SHOWCASE);
    assert_eq!(stand.ask(&two, "member/info").await.status, StatusCode::UNAUTHORIZED);
    stand.advance(1);
    let three = stand.sign_in(SHOWCASE).await;
    assert_eq!(stand.ask(&three, "member/info").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_for_the_profile_only_reads_no_data_and_is_not_refreshed() {
    let stand = Stand::new();
    let form = [("member", SHOWCASE.to_string()), ("scope", "iracing.profile".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let code = stand.decide(&form).await.redirected("code").unwrap();
    let body = stand.exchange(&code, &[]).await.json();
    assert!(body.get("refresh_token").is_none());
    let access = body["access_token"].as_str().unwrap().to_owned();
    let pair = Pair { access, refresh: String::new() };
    assert_eq!(stand.ask(&pair, "member/info").await.status, StatusCode::UNAUTHORIZED);
}
