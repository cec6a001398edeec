//! Signing in through iRacing, staying signed in, and signing out.

use crate::{
    bodies::driver::{DriverBody, SessionBody},
    cookies::{Cookies, REFRESH, SIGN_IN, SetCookie, cookie},
    iracing_access::IracingAccess,
    problem::{ApiError, FieldError},
};
use auth::{
    Hidden, SealError, SessionToken, SignInChallenge, SignInError, Tokens,
    refresh::{Family, Outcome, RefreshToken},
};
use axum::http::HeaderMap;
use domain::{Driver, DriverId};
use iracing::{OAuthClient, Secret};
use iracing_token::{AccessToken, IracingTokens, TokenError};
use jiff::{Timestamp, civil, tz::TimeZone};
use runtime::{Clock, Metrics};
use std::sync::Arc;
use store::{Store, login_session::LoginSession};
use uuid::Uuid;

/// What we ask iRacing for.
const SCOPES: [&str; 2] = ["iracing.auth", "iracing.profile"];

/// Parallel refreshes that lose against each other look again; the second look already finds the winner's result.
const LOOKS: u32 = 5;

/// A deletion has begun while the driver signs in.
const LEAVING: ApiError = ApiError::NotSignedIn("the driver is being deleted");

/// The sign-in and what it needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) store: Store,
    pub(crate) oauth: OAuthClient,
    pub(crate) tokens: Tokens,
    pub(crate) iracing_tokens: IracingTokens,
    pub(crate) iracing: IracingAccess,
    pub(crate) cookies: Cookies,
    pub(crate) redirect_uris: Arc<[String]>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
}

/// A session with the refresh token that continues it.
struct Continued {
    session: SessionBody,
    refresh_token: Hidden,
}

/// Who iRacing says has signed in.
struct Member {
    driver_id: DriverId,
    name: String,
    member_since: Option<Timestamp>,
}

impl SignIn {
    /// Where to send the browser, and the cookie that it has to come back with.
    pub(crate) fn start(&self, redirect_uri: &str) -> Result<(String, SetCookie), ApiError> {
        self.check_redirect(redirect_uri)?;
        let challenge = SignInChallenge::new(self.clock.now()).map_err(|error| ApiError::Internal(error.into()))?;
        let url = self.oauth.authorize_url(redirect_uri, challenge.state(), &challenge.code_challenge(), &SCOPES);
        Ok((url.into(), self.cookies.set_sign_in(&challenge.seal(&self.tokens.sealing)?)))
    }

    /// Makes a session of the code that the browser brought back.
    pub(crate) async fn complete(
        &self,
        headers: &HeaderMap,
        code: &str,
        state: &str,
        redirect_uri: &str,
    ) -> Result<(SessionBody, [SetCookie; 2]), ApiError> {
        self.check_redirect(redirect_uri)?;
        let now = self.clock.now();
        let sealed = cookie(headers, SIGN_IN).ok_or(ApiError::SignInExpired)?;
        let challenge = SignInChallenge::open(&self.tokens.sealing, sealed, state, now)?;
        let verifier = Secret::new(challenge.code_verifier().expose());
        let pair = self.oauth.exchange_code(code, redirect_uri, &verifier, now).await?;
        // So it is when the data API was not granted.
        if pair.refresh_token.is_none() {
            return Err(ApiError::AccessNotGranted);
        }

        let Member { driver_id, name, member_since } = self.member(&pair.access_token).await?;
        tracing::Span::current().record("driver", driver_id.0);
        // Whoever comes back begins anew: what is left of a deletion goes first.
        self.store.finish_departure(driver_id).await?;
        let driver = self.store.record_login(driver_id, &name, member_since, now).await?;
        let iracing_token = self.iracing_tokens.keep(driver_id, &pair).await.map_err(|error| match error {
            TokenError::SignInRequired => LEAVING,
            error => error.into(),
        })?;
        let Continued { session, refresh_token } = self.begin_session(&driver, &iracing_token, now).await?;
        self.metrics.write(now, &[("SignIns", 1)]);
        Ok((session, [self.cookies.set_refresh(&refresh_token), self.cookies.clear(SIGN_IN)]))
    }

    /// Continues the session of the refresh cookie; the cookie is replaced.
    ///
    /// The cookie's own place in the family is taken last, when everything else has worked: a failure before leaves it
    /// good for the next try.
    pub(crate) async fn refresh(&self, headers: &HeaderMap) -> Result<Option<(SessionBody, SetCookie)>, ApiError> {
        let Some(text) = cookie(headers, REFRESH) else { return Ok(None) };
        let token: RefreshToken = text.parse().map_err(|_| ApiError::NotSignedIn("the session cookie is no good"))?;
        let RefreshToken { driver_id, session_id, .. } = &token;
        tracing::Span::current().record("driver", driver_id.0);
        self.present(&token).await?;

        let (driver, iracing_token) =
            tokio::join!(self.store.driver(*driver_id), self.iracing_tokens.access_token(*driver_id));
        let driver = driver?.ok_or(ApiError::NotSignedIn("the driver is not known any more"))?;
        let (iracing_token, sign_in_required) = match iracing_token {
            Ok(token) => (Some(token), false),
            Err(TokenError::SignInRequired) => (None, true),
            // The log stays readable while iRacing is down.
            Err(TokenError::Upstream(error)) => {
                tracing::warn!(%error, "session goes on without a token for iracing");
                (None, false)
            }
            Err(error) => return Err(error.into()),
        };
        let session = self.session(&driver, session_id, iracing_token.as_ref(), sign_in_required).await?;
        for _ in 0..LOOKS {
            match self.present(&token).await? {
                Presented::Again(token) => return Ok(Some((session, self.cookies.set_refresh(&token)))),
                Presented::Rotate { from, next, token } => {
                    if self.store.rotate_login_session(&next, from).await? {
                        return Ok(Some((session, self.cookies.set_refresh(&token))));
                    }
                }
            }
        }
        Err(ApiError::Internal(anyhow::anyhow!("a refresh lost against {LOOKS} others")))
    }

    /// Ends the session of the refresh cookie, if it has one; at iRacing too if it was the driver's last.
    pub(crate) async fn end(&self, headers: &HeaderMap) -> Result<SetCookie, ApiError> {
        let token = cookie(headers, REFRESH).and_then(|text| text.parse::<RefreshToken>().ok());
        if let Some(token) = token
            && self.present(&token).await.is_ok()
        {
            let RefreshToken { driver_id, session_id, .. } = &token;
            self.store.delete_login_session(*driver_id, session_id).await?;
            if self.store.login_sessions(*driver_id, self.clock.now()).await?.is_empty()
                && let Err(error) = self.iracing_tokens.sign_out(*driver_id).await
            {
                tracing::warn!(driver = %driver_id, %error, "not signed out at iracing");
            }
        }
        Ok(self.cookies.clear(REFRESH))
    }

    /// The cookie's removal, for a session that is over.
    pub(crate) fn forget(&self) -> SetCookie {
        self.cookies.clear(REFRESH)
    }

    fn check_redirect(&self, redirect_uri: &str) -> Result<(), ApiError> {
        if self.redirect_uris.iter().any(|allowed| allowed == redirect_uri) {
            return Ok(());
        }
        let error = FieldError::new("redirectUri", "invalid_value").with("allowed", self.redirect_uris.join(", "));
        Err(ApiError::Invalid(vec![error]))
    }

    /// Asks iRacing who has signed in; by OAuth alone when the data API is down, which leaves out how long they are a
    /// member.
    async fn member(&self, access_token: &Secret) -> Result<Member, ApiError> {
        match self.iracing.stranger(access_token.clone()).await {
            Ok(info) => Ok(Member {
                driver_id: DriverId(info.cust_id),
                name: info.display_name,
                member_since: info.member_since.and_then(midnight),
            }),
            Err(error) if error.is_retryable() => {
                tracing::warn!(%error, "the data api does not tell who signed in");
                let profile = self.oauth.profile(access_token).await?;
                Ok(Member {
                    driver_id: DriverId(profile.iracing_cust_id),
                    name: profile.iracing_name,
                    member_since: None,
                })
            }
            Err(iracing::Error::Unauthorized) => Err(ApiError::AccessNotGranted),
            Err(error) => Err(error.into()),
        }
    }

    async fn begin_session(
        &self,
        driver: &Driver,
        iracing_token: &AccessToken,
        now: Timestamp,
    ) -> Result<Continued, ApiError> {
        let session_id = Uuid::new_v4().to_string();
        let (family, refresh_token) = Family::begin(&self.tokens.sealing, driver.driver_id, &session_id, now);
        if !self.store.put_login_session(&stored(driver.driver_id, &session_id, family)).await? {
            return Err(LEAVING);
        }
        let session = self.session(driver, &session_id, Some(iracing_token), false).await?;
        Ok(Continued { session, refresh_token })
    }

    /// Issues a session token.
    async fn session(
        &self,
        driver: &Driver,
        session_id: &str,
        iracing_token: Option<&AccessToken>,
        iracing_sign_in_required: bool,
    ) -> Result<SessionBody, ApiError> {
        let now = self.clock.now();
        let claims = SessionToken {
            driver_id: driver.driver_id,
            driver_name: driver.driver_name.clone(),
            session_id: session_id.to_owned(),
            entitlements: driver.entitlements.clone(),
            iracing_access_token: Hidden::new(iracing_token.map_or("", |token| token.secret.expose())),
            iracing_expires_at: iracing_token.map_or(now, |token| token.expires_at),
        };
        let issued = self.tokens.issue(&claims, now).map_err(|error| ApiError::Internal(error.into()))?;
        let lock = self.store.ingestion_lock(driver.driver_id, now).await?;
        Ok(SessionBody {
            access_token: issued.token.expose().to_owned(),
            expires_at: issued.expires_at,
            driver: DriverBody::of(driver, lock.as_ref()),
            iracing_sign_in_required,
        })
    }

    /// What a refresh token is good for. One that was used up ends its session: somebody has a copy.
    async fn present(&self, token: &RefreshToken) -> Result<Presented, ApiError> {
        let RefreshToken { driver_id, session_id, .. } = token;
        let now = self.clock.now();
        let Some(session) = self.store.login_session(*driver_id, session_id, now).await? else {
            return Err(ApiError::NotSignedIn("the session is over"));
        };
        let LoginSession { driver_id: _, session_id: _, generation, secret_hash, rotated_at, expires_at } = session;
        let family = Family { generation, secret_hash, rotated_at, expires_at };
        match family.present(&self.tokens.sealing, token, now) {
            Outcome::Rotate { next_family, next_token } => Ok(Presented::Rotate {
                from: generation,
                next: stored(*driver_id, session_id, next_family),
                token: next_token,
            }),
            Outcome::Again { token } => Ok(Presented::Again(token)),
            Outcome::Reused => {
                tracing::warn!(driver = %driver_id, "a used refresh token was presented: its session is ended");
                self.store.delete_login_session(*driver_id, session_id).await?;
                Err(ApiError::NotSignedIn("the session was ended, because its cookie was used twice"))
            }
            Outcome::Expired => Err(ApiError::NotSignedIn("the session is over")),
            Outcome::Unknown => Err(ApiError::NotSignedIn("the session cookie is no good")),
        }
    }
}

/// A refresh token that is good.
enum Presented {
    /// It is the latest: `next` replaces the session at generation `from`, and then `token` the cookie.
    Rotate { from: u64, next: LoginSession, token: Hidden },
    /// A parallel refresh has just replaced it: this is the latest.
    Again(Hidden),
}

fn stored(driver_id: DriverId, session_id: &str, family: Family) -> LoginSession {
    let Family { generation, secret_hash, rotated_at, expires_at } = family;
    LoginSession { driver_id, session_id: session_id.to_owned(), generation, secret_hash, rotated_at, expires_at }
}

fn midnight(day: civil::Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongState => Self::StateMismatch,
            SignInError::UnreadableCookie | SignInError::Expired => Self::SignInExpired,
        }
    }
}

impl From<SealError> for ApiError {
    fn from(error: SealError) -> Self {
        Self::Internal(error.into())
    }
}
