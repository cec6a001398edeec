//! The consent page: plain HTML without scripts, under a strict policy that it sends itself.

use std::fmt::Write as _;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::Authorize;
use crate::sandbox::Sandbox;

const STYLE: &str = include_str!("consent.css");

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Policy: nothing but our own style; the form may lead to us and on to the client.
fn policy(redirect_uri: &str) -> String {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    // Browsers apply `form-action` to the redirect that answers the form, too.
    let client = url::Url::parse(redirect_uri).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {client}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// The page on which a driver is chosen, with an error about what was entered before.
pub(super) fn page(sandbox: &Sandbox, request: &Authorize, error: Option<&str>) -> Response {
    let hidden = [
        ("client_id", &request.client_id),
        ("redirect_uri", &request.redirect_uri),
        ("response_type", &request.response_type),
        ("code_challenge", &request.code_challenge),
        ("code_challenge_method", &request.code_challenge_method),
        ("state", &request.state),
        ("scope", &request.scope),
    ]
    .map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{}">"#, escape(value)))
    .concat();
    let mut drivers = String::new();
    for member in sandbox.members() {
        let races = match member.races {
            0 => "no races yet".to_owned(),
            1 => "1 race".to_owned(),
            races => format!("{races} races"),
        };
        // Writing to a string cannot fail.
        let _ = write!(
            drivers,
            r#"<li><button class="driver" name="member" value="{id}"><span class="name">{name}</span>
<span class="facts">customer {id} · {races} · since {since}</span></button></li>"#,
            id = member.cust_id,
            name = escape(&member.display_name),
            since = member.member_since.strftime("%B %Y"),
        );
    }
    let error = error.map(|text| format!(r#"<p class="error" role="alert">{}</p>"#, escape(text))).unwrap_or_default();
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · iRacing sandbox</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>iRacing sandbox</h1>
<p class="notice"><strong>This is not iRacing.</strong> It is a stand-in for local use: it asks for no password,
and the drivers below and their races are made up.</p>
<p><strong>{client}</strong> would like to read your race results and your profile.</p>
{error}
<h2>Sign in as</h2>
<form method="post" action="{action}">{hidden}<ul class="drivers">{drivers}</ul></form>
<form method="post" action="{action}">{hidden}
<fieldset>
<legend>Another member</legend>
<p id="other-help">Your own customer id and name, to import result files of yours. There are no races to sync.</p>
<div class="fields">
<label>Customer id <input name="cust_id" inputmode="numeric" pattern="[0-9]+" maxlength="9" required autocomplete="off" aria-describedby="other-help"></label>
<label>Name <input name="display_name" maxlength="80" required autocomplete="off"></label>
<button name="member" value="other">Sign in</button>
</div>
</fieldset>
</form>
<form method="post" action="{action}">{hidden}<button class="deny" name="member" value="deny">Deny</button></form>
</main>
</body>
</html>
"#,
        client = escape(&request.client_id),
        action = escape(&format!("{}/oauth2/authorize", sandbox.config().base_url)),
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CONTENT_SECURITY_POLICY, policy(&request.redirect_uri)),
        (CACHE_CONTROL, "no-store".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, html).into_response()
}
