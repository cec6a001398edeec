//! The built pages, with the headers they are to run under.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use url::Url;

const MISSING: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Spinout: pages not built</title>
<h1>The pages are not built yet</h1>
<p>Run <code>make build-frontend</code>, or point <code>SPINOUT_WEB_DIR</code> to a folder of built pages, and start
Spinout again. The API is at <a href=\"/api/openapi.json\">/api</a>.</p>
</html>
";

/// What an answer may load that is no page: nothing. Pages and the sandbox's consent page have a policy of their own.
const POLICY_OF_DATA: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Headers of every answer of ours, whatever it is. Browsers heed the first only when it came by https.
const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Finds the built pages: where the setting says, beside the program, or where a checkout has them.
pub(crate) fn find(setting: Option<&Path>, program: Option<&Path>) -> Option<PathBuf> {
    let beside = program.and_then(Path::parent).map(|folder| folder.join("web"));
    let candidates = match setting {
        Some(folder) => vec![folder.to_owned()],
        None => beside.into_iter().chain([PathBuf::from("frontend/dist")]).collect(),
    };
    candidates.into_iter().find(|folder| folder.join("index.html").is_file())
}

/// Serves the pages in `folder`, or a page that says that there are none.
///
/// Files under `/assets` have a hash of their content in their name and are cached for good; `index.html` answers every
/// address that is no file, because the pages do their own routing.
pub(crate) fn router(folder: Option<&Path>, public_url: &Url) -> Router {
    let router = match folder {
        Some(folder) => {
            let index = ServeFile::new(folder.join("index.html"));
            let history = Router::new().fallback_service(index).layer(middleware::from_fn(pages_only));
            Router::new()
                .nest_service("/assets", ServeDir::new(folder.join("assets")))
                .fallback_service(ServeDir::new(folder).fallback(history))
        }
        None => Router::new().fallback(|| async {
            (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, "text/html; charset=utf-8")], MISSING)
        }),
    };
    let policy = content_security_policy(public_url);
    router.layer(middleware::from_fn(cache)).layer(CompressionLayer::new()).layer(middleware::map_response(
        move |mut response: Response| {
            let policy = policy.clone();
            async move {
                response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
                response
            }
        },
    ))
}

/// Adds the headers that every answer has, pages or not.
pub(crate) fn with_security_headers(router: Router) -> Router {
    router.layer(middleware::map_response(|mut response: Response| async {
        let headers: &mut HeaderMap = response.headers_mut();
        for (name, value) in SECURITY_HEADERS {
            headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
        }
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(POLICY_OF_DATA);
        response
    }))
}

/// Refuses what looks like a missing file, so that a page of an old version does not get HTML for a script.
async fn pages_only(request: Request, next: Next) -> Response {
    let is_page = !request.uri().path().rsplit('/').next().unwrap_or_default().contains('.');
    if is_page && matches!(*request.method(), Method::GET | Method::HEAD) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn cache(request: Request, next: Next) -> Response {
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let policy = match (is_asset, response.status().is_success()) {
        (true, true) => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(policy));
    response
}

/// What pages may load and whom they may talk to: us, and iRacing for pictures.
fn content_security_policy(public_url: &Url) -> HeaderValue {
    // Not every browser takes 'self' to include the WebSocket of the same origin. As it was parsed, the address has no path.
    let socket = public_url.as_str().trim_end_matches('/').replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; \
         img-src 'self' https://images-static.iracing.com https://members-assets.iracing.com data:; \
         connect-src 'self' {socket}; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::header::ACCEPT_ENCODING;
    use tower::ServiceExt;

    use super::*;

    /// A folder as the build leaves it.
    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        std::fs::write(folder.path().join("index.html"), "<title>Spinout</title>").unwrap();
        std::fs::write(folder.path().join("assets/index-a1b2c3.js"), "start()".repeat(100)).unwrap();
        folder
    }

    fn site(folder: Option<&Path>) -> Router {
        with_security_headers(router(folder, &Url::parse("http://localhost:8080").unwrap()))
    }

    async fn get(folder: Option<&Path>, path: &str) -> Response {
        site(folder).oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn body(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_address_of_the_pages_answers_the_index() {
        let folder = built();
        for path in ["/", "/races/123", "/auth/ir/callback?code=a.b"] {
            let response = get(Some(folder.path()), path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
            assert_eq!(response.headers()[CONTENT_TYPE], "text/html");
            assert_eq!(body(response).await, "<title>Spinout</title>");
        }
    }

    #[tokio::test]
    async fn assets_are_compressed_and_cached_for_good() {
        let folder = built();
        let request = Request::get("/assets/index-a1b2c3.js").header(ACCEPT_ENCODING, "gzip");
        let response = site(Some(folder.path())).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()["content-encoding"], "gzip");
    }

    #[tokio::test]
    async fn a_missing_file_is_not_answered_with_html() {
        let folder = built();
        for path in ["/assets/index-old.js", "/robots.txt", "/../Cargo.toml"] {
            let response = get(Some(folder.path()), path).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        }
    }

    #[tokio::test]
    async fn pages_run_under_a_strict_policy() {
        let folder = built();
        let response = get(Some(folder.path()), "/").await;
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "), "{policy}");
        assert!(policy.contains("connect-src 'self' ws://localhost:8080; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(response.headers()[name], value);
        }
    }

    #[tokio::test]
    async fn without_built_pages_it_is_said_what_to_do() {
        let response = get(None, "/").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(body(response).await.contains("make build-frontend"));
    }

    #[test]
    fn pages_are_found_where_the_setting_says_or_beside_the_program() {
        let folder = built();
        assert_eq!(find(Some(folder.path()), None).as_deref(), Some(folder.path()));
        assert_eq!(find(Some(Path::new("/nowhere")), None), None);
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("web")).unwrap();
        std::fs::write(home.path().join("web/index.html"), "").unwrap();
        assert_eq!(find(None, Some(&home.path().join("spinout"))), Some(home.path().join("web")));
    }
}
