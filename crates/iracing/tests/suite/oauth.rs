//! Sign-in, refresh and sign-out, and how they fail.

use crate::fake::{ACCESS_TOKEN, Failure, Fake};
use iracing::{OAuthError, Secret};
use jiff::Timestamp;
use std::time::Duration;

fn now() -> Timestamp {
    "2025-06-07T20:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn the_browser_is_sent_away_with_a_challenge() {
    let url = Fake::start().await.oauth().authorize_url(
        "http://localhost:8080/auth/callback?x=1",
        "state & more",
        "challenge-1",
        &["iracing.auth", "iracing.profile"],
    );
    assert_eq!(url.path(), "/oauth2/authorize");
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let pair = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(pair("client_id"), Some("spinout"));
    assert_eq!(pair("redirect_uri"), Some("http://localhost:8080/auth/callback?x=1"));
    assert_eq!(pair("response_type"), Some("code"));
    assert_eq!(pair("code_challenge"), Some("challenge-1"));
    assert_eq!(pair("code_challenge_method"), Some("S256"));
    assert_eq!(pair("state"), Some("state & more"));
    assert_eq!(pair("scope"), Some("iracing.auth iracing.profile"));
    assert!(!url.as_str().contains("hunter2"));
}

#[tokio::test]
async fn a_code_becomes_a_pair_whose_lifetimes_count_from_now() {
    let fake = Fake::start().await;
    let verifier = Secret::new("verifier-1");
    let pair = fake.oauth().exchange_code("code-1", "http://localhost/cb", &verifier, now()).await.unwrap();
    assert_eq!(pair.access_token.expose(), ACCESS_TOKEN);
    assert_eq!(pair.expires_at, Some("2025-06-07T20:10:00Z".parse().unwrap()));
    assert_eq!(pair.refresh_expires_at, Some("2025-06-14T20:00:00Z".parse().unwrap()));
    assert_eq!(pair.scope.as_deref(), Some("iracing.auth iracing.profile"));
    assert!(!format!("{pair:?}").contains(ACCESS_TOKEN));
    let form = fake.lock().token_forms[0].clone();
    assert_eq!(form["redirect_uri"], "http://localhost/cb");
    assert_ne!(form["client_secret"], "hunter2");
}

#[tokio::test]
async fn a_refresh_token_works_once() {
    let fake = Fake::start().await;
    fake.lock().refresh_tokens.push("refresh-0".into());
    let oauth = fake.oauth();
    let pair = oauth.refresh(&Secret::new("refresh-0"), now()).await.unwrap();
    assert_eq!(oauth.refresh(&Secret::new("refresh-0"), now()).await, Err(OAuthError::InvalidGrant));
    assert!(oauth.refresh(&pair.refresh_token.unwrap(), now()).await.is_ok());
}

#[tokio::test]
async fn the_profile_names_the_member() {
    let fake = Fake::start().await;
    let profile = fake.oauth().profile(&Secret::new(ACCESS_TOKEN)).await.unwrap();
    assert_eq!((profile.iracing_cust_id, profile.iracing_name.as_str()), (100_003, "Cem Aydin"));
    assert_eq!(fake.oauth().profile(&Secret::new("other")).await, Err(OAuthError::InvalidToken));
    assert_eq!(fake.oauth().revoke_current(&Secret::new(ACCESS_TOKEN)).await, Ok(()));
}

#[tokio::test]
async fn failures_of_the_token_endpoint_are_typed_and_hide_the_tokens() {
    let cases = [
        (Failure::new(400, r#"{"error":"invalid_grant"}"#), OAuthError::InvalidGrant),
        (
            Failure::new(401, r#"{"error":"access_denied","error_description":"inactive account"}"#),
            OAuthError::Denied("inactive account".into()),
        ),
        (
            Failure::new(403, r#"{"error":"invalid_client"}"#),
            OAuthError::InvalidClient { request_id: "request-7".into() },
        ),
        (
            Failure::new(400, r#"{"error":"unauthorized_client"}"#).with("retry-after", 90),
            OAuthError::RateLimited { retry_after: Duration::from_secs(90) },
        ),
        (
            Failure::new(401, "rate limit exceeded, please retry after 17 seconds"),
            OAuthError::RateLimited { retry_after: Duration::from_secs(17) },
        ),
        (Failure::new(503, "{}"), OAuthError::Unavailable("status 503 (request request-7)".into())),
        (
            Failure::new(400, r#"{"error":"invalid_scope"}"#),
            OAuthError::Unexpected { status: 400, detail: "invalid_scope".into(), request_id: "request-7".into() },
        ),
        (
            Failure::new(200, r#"{"access_token":"access-hush","expires_in":"soon"}"#),
            OAuthError::Unexpected {
                status: 200,
                detail: "unexpected body at line 1 column 49".into(),
                request_id: "request-7".into(),
            },
        ),
    ];
    let fake = Fake::start().await;
    for (failure, expected) in cases {
        fake.lock().oauth_failure = Some(failure);
        let error = fake.oauth().refresh(&Secret::new("refresh-hush"), now()).await.unwrap_err();
        assert_eq!(error, expected);
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}

#[tokio::test]
async fn no_answer_means_unavailable() {
    let fake = Fake::start().await;
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let config = iracing::OAuthConfig {
        base_url: format!("http://127.0.0.1:{port}/oauth2").parse().unwrap(),
        client_id: "spinout".into(),
        client_secret: Secret::new("hunter2"),
    };
    let oauth = iracing::OAuthClient::new(config, crate::fake::http());
    let error = oauth.refresh(&Secret::new("refresh-0"), now()).await.unwrap_err();
    assert!(matches!(error, OAuthError::Unavailable(_)), "{error:?}");
    assert!(fake.lock().token_forms.is_empty());
}
