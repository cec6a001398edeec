//! The two cookies: the sealed challenge of a sign-in under way, and the refresh token.

use auth::{Hidden, SIGN_IN_LIFETIME, refresh::IDLE_LIFETIME};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::SignedDuration;

/// What was sealed when a sign-in began.
pub(crate) const SIGN_IN: &str = "spinout_sign_in";
/// The refresh token.
pub(crate) const REFRESH: &str = "spinout_refresh";

/// A header of an answer that sets or clears a cookie.
pub(crate) type SetCookie = (HeaderName, HeaderValue);

/// How cookies are set: out of reach of scripts, sent only by our own pages and only to `/auth`.
#[derive(Debug, Clone)]
pub(crate) struct Cookies {
    path: String,
    /// Browsers keep no secure cookies of an installation that is reached by plain http.
    secure: bool,
}

impl Cookies {
    pub(crate) fn new(base_path: &str, secure: bool) -> Self {
        Self { path: format!("{base_path}/auth"), secure }
    }

    pub(crate) fn set_sign_in(&self, sealed: &Hidden) -> SetCookie {
        self.set(SIGN_IN, sealed.expose(), SIGN_IN_LIFETIME)
    }

    pub(crate) fn set_refresh(&self, token: &Hidden) -> SetCookie {
        self.set(REFRESH, token.expose(), IDLE_LIFETIME)
    }

    pub(crate) fn clear(&self, name: &str) -> SetCookie {
        self.set(name, "", SignedDuration::ZERO)
    }

    fn set(&self, name: &str, value: &str, lifetime: SignedDuration) -> SetCookie {
        let Self { path, secure } = self;
        let secure = if *secure { "; Secure" } else { "" };
        let max_age = lifetime.as_secs();
        let text = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
        // Sealed values and tokens are base64url and full stops: always fit for a header.
        let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        (header::SET_COOKIE, value)
    }
}

/// The value of a cookie of a request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; spinout_refresh=7.x.1.abc="));
        headers.append(header::COOKIE, HeaderValue::from_static("b=2;spinout_sign_in="));
        assert_eq!(cookie(&headers, REFRESH), Some("7.x.1.abc="));
        assert_eq!(cookie(&headers, SIGN_IN), None, "a cleared cookie is none");
        assert_eq!(cookie(&headers, "refresh"), None);
    }

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
        let (_, value) = Cookies::new("/api", true).clear(REFRESH);
        let text = "spinout_refresh=; Path=/api/auth; Max-Age=0; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(value.to_str().unwrap(), text);
    }
}
