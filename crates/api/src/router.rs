use crate::{answering, handlers, limits, openapi, problem::ApiError, state::State};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, header},
    middleware,
};
use std::time::Duration;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

/// Bodies are small,
const LARGEST_BODY: usize = 64 << 10;
/// but for exported files: the event of a day with 60 teams has 4 MB.
const LARGEST_FILE: usize = 8 << 20;
/// 20 000 characters of notes take up to 12 bytes each when a client escapes them all.
const LARGEST_NOTES: usize = 320 << 10;

/// How long a browser remembers what cross-origin requests may do.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3600);

/// Half the work of the usual level 6, for a sixth more bytes.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(3);

/// The API: every route, and what every request passes through.
pub fn router(state: State) -> Router {
    let (routes, _) = routes().split_for_parts();
    passed_through(routes, state)
}

fn passed_through(routes: Router<State>, state: State) -> Router {
    routes
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        // From here on the last named is passed first.
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(answering::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), limits::limit))
        .layer(middleware::from_fn_with_state(state.clone(), answering::answer))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(cross_origin(&state.allowed_origins))
        .layer(middleware::from_fn(answering::secure))
        .with_state(state)
}

/// Every route, with its description.
pub(crate) fn routes() -> OpenApiRouter<State> {
    use handlers::{
        analysis, analytics, auth, developer, driver, exports, health, import, ingestion, journal, races, reference,
        session,
    };
    OpenApiRouter::with_openapi(openapi::preamble())
        .routes(routes!(health::ping))
        .routes(routes!(health::ready))
        .routes(routes!(auth::start))
        .routes(routes!(auth::callback))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(driver::show, driver::delete))
        .routes(routes!(driver::set_daily_sync))
        .routes(routes!(races::list, races::delete))
        .routes(routes!(races::show))
        .routes(routes!(analytics::show))
        .routes(routes!(analytics::dimensions))
        .routes(routes!(analytics::ratings))
        .routes(routes!(analytics::bests))
        .routes(routes!(analytics::calendar))
        .routes(routes!(analytics::milestones))
        .routes(routes!(races::earlier))
        .routes(routes!(session::show))
        .routes(routes!(session::laps))
        .routes(routes!(session::entrant_laps))
        .routes(routes!(analysis::show))
        .routes(routes!(journal::list))
        .routes(routes!(journal::show, journal::write, journal::delete).layer(DefaultBodyLimit::max(LARGEST_NOTES)))
        .routes(routes!(journal::related))
        .routes(routes!(exports::start, exports::list))
        .routes(routes!(exports::file))
        .routes(routes!(ingestion::start))
        .routes(routes!(ingestion::runs))
        .routes(routes!(ingestion::failed_races))
        .routes(routes!(ingestion::retry_failed_race))
        .routes(routes!(reference::tracks))
        .routes(routes!(reference::cars))
        .routes(routes!(reference::series))
        .routes(routes!(reference::track_map))
        .routes(routes!(reference::track_description))
        .routes(routes!(reference::car_description))
        .routes(routes!(reference::series_description))
        .routes(routes!(import::event_result).layer(DefaultBodyLimit::max(LARGEST_FILE)))
        .routes(routes!(import::log).layer(DefaultBodyLimit::max(LARGEST_FILE)))
        .routes(routes!(developer::iracing_api))
        .routes(routes!(developer::token))
        .routes(routes!(openapi::show))
}

/// Pages of other origins: those that are allowed, with cookies, and with the headers that they have to read.
fn cross_origin(allowed: &[HeaderValue]) -> CorsLayer {
    let mut exposed = vec![header::RETRY_AFTER, header::ETAG, answering::CORRELATION_ID];
    exposed.extend(handlers::developer::RATE_HEADERS);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(allowed.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH, answering::CORRELATION_ID])
        .expose_headers(exposed)
        .max_age(PREFLIGHT_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use axum::{body::Body, http::Request, routing::get};
    use runtime::{Aws, Clock, Endpoints, Environment};
    use tower::ServiceExt;

    async fn state() -> State {
        let secrets = engines::Secrets::start(None).await.unwrap();
        let keys = auth::generate_local_keys().unwrap();
        secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
        secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
        secrets.put("iracing", r#"{"oauth_client_id":"id","oauth_client_secret":"secret"}"#).unwrap();
        let config = Config::from_env(&Environment::of([
            ("DYNAMODB_TABLE", "spinout"),
            ("CORS_ALLOWED_ORIGINS", "https://spinout.example"),
            ("OAUTH_REDIRECT_URIS", "https://spinout.example/auth/ir/callback"),
            ("IRACING_CREDENTIALS_SECRET", "iracing"),
            ("JWT_SIGNING_KEY_SECRET", "signing"),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
            ("RACE_INGESTION_QUEUE_URL", "http://127.0.0.1:1/queue"),
        ]));
        let nowhere = "http://127.0.0.1:1".to_owned();
        let endpoints = Endpoints { dynamodb: nowhere.clone(), sqs: nowhere, secrets: secrets.endpoint() };
        State::connect(&config.unwrap(), &Aws::local(&endpoints).await, Clock::system()).await.unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_names_only_its_correlation_id() {
        let routes = Router::new().route("/panic", get(async || -> () { panic!("the secret is 42") }));
        let request = Request::get("/panic").header("x-correlation-id", "page-7").body(Body::empty()).unwrap();
        let answer = passed_through(routes, state().await).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "internal");
        assert!(problem["correlationId"].as_str().unwrap().starts_with("page-7:"));
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
