//! The one rotating owner of a driver's iRacing token pair.
//!
//! iRacing's refresh token works once. Two processes that use the same one sign the driver out, so whoever renews a
//! pair first claims it in the table; everybody else waits for the result. [`IracingTokens`] is that rule, and the
//! only code that opens, seals or renews a pair.

mod credentials;

pub use credentials::{CredentialsError, oauth_client};

use auth::{Hidden, SealError, SealingKeys};
use domain::DriverId;
use iracing::{OAuthClient, OAuthError, Secret, TokenPair};
use jiff::{SignedDuration, Timestamp};
use runtime::Clock;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use store::{Store, StoreError, iracing_token::IracingToken};
use thiserror::Error;
use uuid::Uuid;

/// How long iRacing may take to renew a pair. The API's function has 15 seconds in all, and is to say that there is none.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a claim holds: longer than [`RENEWAL_TIMEOUT`], so that nobody uses a refresh token a second time.
const CLAIM: SignedDuration = SignedDuration::from_secs(30);

/// How often the others look for the winner's result.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How often at most: as long as a renewal may take.
const LOOKS: u32 = 100;

/// An access token this close to its end is not handed out.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// What a token answer without a lifetime is taken to mean; iRacing's own is 10 minutes.
const UNTOLD_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// An access token for iRacing's data API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token.
    pub secret: Secret,
    /// When iRacing stops taking it.
    pub expires_at: Timestamp,
}

/// Why there is no access token.
#[derive(Debug, Error)]
pub enum TokenError {
    /// iRacing no longer accepts the driver's pair, or there is none: they have to sign in again.
    #[error("the driver has to sign in at iracing again")]
    SignInRequired,
    /// iRacing could not renew the pair now; later it may.
    #[error("iracing did not renew the token: {0}")]
    Upstream(#[from] OAuthError),
    /// The table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The pair could not be sealed.
    #[error("the token pair: {0}")]
    Seal(#[from] SealError),
}

/// Hands out valid iRacing access tokens and renews them ahead of their end. Cheap to clone.
#[derive(Clone)]
pub struct IracingTokens {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    oauth: OAuthClient,
    keys: SealingKeys,
    clock: Clock,
    /// One lock for each driver whose pair is being renewed in this process, so that its callers ask the table once.
    renewals: Mutex<HashMap<DriverId, Weak<tokio::sync::Mutex<()>>>>,
}

/// A pair as it was read.
struct Stored {
    pair: auth::IracingTokens,
    version: u64,
}

/// Which pairs will do.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// One that is not due for renewal.
    Fresh,
    /// One with another access token than this, which iRacing refused.
    OtherThan(&'a str),
}

impl IracingTokens {
    /// An owner of the pairs in `store`, which are sealed with `keys`.
    pub fn new(store: Store, oauth: OAuthClient, keys: SealingKeys, clock: Clock) -> Self {
        Self { shared: Arc::new(Shared { store, oauth, keys, clock, renewals: Mutex::default() }) }
    }

    /// Keeps the pair that a recorded sign-in brought.
    ///
    /// # Errors
    /// [`TokenError::SignInRequired`] if iRacing gave no refresh token, which it does when the data API was not granted,
    /// or if the driver is being deleted.
    pub async fn keep(&self, driver: DriverId, pair: &TokenPair) -> Result<AccessToken, TokenError> {
        let pair = sealable(pair, None, self.shared.clock.now()).ok_or(TokenError::SignInRequired)?;
        let sealed = pair.seal(&self.shared.keys, driver)?;
        if self.shared.store.put_iracing_token(driver, sealed).await? {
            Ok(handed_out(&pair))
        } else {
            Err(TokenError::SignInRequired)
        }
    }

    /// A valid access token. Renews the pair if four fifths of its life have passed.
    pub async fn access_token(&self, driver: DriverId) -> Result<AccessToken, TokenError> {
        let stored = self.read(driver).await?;
        if self.will_do(&stored.pair, Wanted::Fresh) {
            return Ok(handed_out(&stored.pair));
        }
        self.renewed(driver, Wanted::Fresh).await
    }

    /// A valid access token other than the one that iRacing just refused.
    pub async fn renew(&self, driver: DriverId, refused: &Secret) -> Result<AccessToken, TokenError> {
        self.renewed(driver, Wanted::OtherThan(refused.expose())).await
    }

    /// Ends the driver's sign-in at iRacing and forgets the pair, unless somebody is renewing it right now.
    pub async fn sign_out(&self, driver: DriverId) -> Result<(), TokenError> {
        let stored = match self.read(driver).await {
            Err(TokenError::SignInRequired) => return Ok(()),
            stored => stored?,
        };
        let Some(claimant) = self.claim(driver, &stored).await? else { return Ok(()) };
        let token = handed_out(&stored.pair).secret;
        let revoked = tokio::time::timeout(RENEWAL_TIMEOUT, self.shared.oauth.revoke_current(&token)).await;
        self.shared.store.drop_iracing_token(driver, stored.version, &claimant).await?;
        match revoked {
            // An access token that has ended revokes nothing; without the pair nobody can use the rest of it.
            Ok(Err(OAuthError::InvalidToken)) | Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(OAuthError::Unavailable("no answer in time".to_owned()).into()),
        }
    }

    async fn renewed(&self, driver: DriverId, wanted: Wanted<'_>) -> Result<AccessToken, TokenError> {
        let renewal = self.renewal_lock(driver);
        let _turn = renewal.lock().await;
        for _ in 0..LOOKS {
            let stored = self.read(driver).await?;
            if self.will_do(&stored.pair, wanted) {
                return Ok(handed_out(&stored.pair));
            }
            if let Some(claimant) = self.claim(driver, &stored).await? {
                return match self.use_claim(driver, &stored, &claimant).await {
                    // Somebody signed in meanwhile: their pair counts.
                    Ok(None) => continue,
                    Ok(Some(token)) => Ok(token),
                    // Due for renewal is not yet at its end.
                    Err(TokenError::Upstream(error)) if self.still_good(&stored.pair, wanted) => {
                        tracing::warn!(%driver, %error, "iracing token not renewed, the old one goes on");
                        Ok(handed_out(&stored.pair))
                    }
                    Err(error) => Err(error),
                };
            }
            if self.still_good(&stored.pair, wanted) {
                return Ok(handed_out(&stored.pair));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(OAuthError::Unavailable("another process is still renewing the token".to_owned()).into())
    }

    /// Claims a pair for as long as a call to iRacing may take; the claimant's name if it was granted.
    async fn claim(&self, driver: DriverId, stored: &Stored) -> Result<Option<String>, TokenError> {
        let claimant = Uuid::new_v4().to_string();
        let now = self.shared.clock.now();
        let until = now.saturating_add(CLAIM).unwrap_or(now);
        let granted = self.shared.store.claim_iracing_token(driver, stored.version, &claimant, now, until).await?;
        Ok(granted.then_some(claimant))
    }

    /// Renews a claimed pair; `None` if the claim was lost to a newer sign-in.
    async fn use_claim(
        &self,
        driver: DriverId,
        stored: &Stored,
        claimant: &str,
    ) -> Result<Option<AccessToken>, TokenError> {
        let Shared { store, oauth, keys, clock, .. } = &*self.shared;
        let Stored { pair, version } = stored;
        let now = clock.now();
        let refresh_token = Secret::new(pair.refresh_token.expose());
        let answer = tokio::time::timeout(RENEWAL_TIMEOUT, oauth.refresh(&refresh_token, now))
            .await
            .unwrap_or_else(|_| Err(OAuthError::Unavailable("no answer in time".to_owned())));
        match answer {
            Ok(renewed) => {
                let renewed = sealable(&renewed, Some(&pair.refresh_token), now).ok_or(TokenError::SignInRequired)?;
                let sealed = renewed.seal(keys, driver)?;
                let ours = store.renew_iracing_token(driver, *version, claimant, sealed).await?;
                Ok(ours.then(|| handed_out(&renewed)))
            }
            Err(OAuthError::InvalidGrant) => {
                if store.drop_iracing_token(driver, *version, claimant).await? {
                    Err(TokenError::SignInRequired)
                } else {
                    Ok(None)
                }
            }
            Err(error) => {
                store.release_iracing_token(driver, *version, claimant).await?;
                Err(error.into())
            }
        }
    }

    async fn read(&self, driver: DriverId) -> Result<Stored, TokenError> {
        let Some(IracingToken { sealed: Some(sealed), version, claimed_until_millis: _ }) =
            self.shared.store.iracing_token(driver).await?
        else {
            return Err(TokenError::SignInRequired);
        };
        match auth::IracingTokens::open(&self.shared.keys, driver, &sealed) {
            Ok(pair) => Ok(Stored { pair, version }),
            Err(error) => {
                // Its key was retired: nobody can use the pair any more.
                tracing::warn!(%driver, %error, "iracing token pair not opened");
                Err(TokenError::SignInRequired)
            }
        }
    }

    fn will_do(&self, pair: &auth::IracingTokens, wanted: Wanted<'_>) -> bool {
        match wanted {
            Wanted::Fresh => self.shared.clock.now() < pair.renew_at(),
            Wanted::OtherThan(refused) => pair.access_token.expose() != refused && self.still_good(pair, wanted),
        }
    }

    /// Whether a pair can be used though it is not what was wanted.
    fn still_good(&self, pair: &auth::IracingTokens, wanted: Wanted<'_>) -> bool {
        let refused = matches!(wanted, Wanted::OtherThan(refused) if pair.access_token.expose() == refused);
        !refused && self.shared.clock.now() < pair.access_expires_at.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN)
    }

    fn renewal_lock(&self, driver: DriverId) -> Arc<tokio::sync::Mutex<()>> {
        let mut renewals = self.shared.renewals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = renewals.get(&driver).and_then(Weak::upgrade) {
            return lock;
        }
        renewals.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        renewals.insert(driver, Arc::downgrade(&lock));
        lock
    }
}

fn handed_out(pair: &auth::IracingTokens) -> AccessToken {
    AccessToken { secret: Secret::new(pair.access_token.expose()), expires_at: pair.access_expires_at }
}

/// What iRacing answered, in the form that is sealed. A renewal that names no new refresh token leaves the old one.
fn sealable(pair: &TokenPair, old_refresh_token: Option<&Hidden>, now: Timestamp) -> Option<auth::IracingTokens> {
    let TokenPair { access_token, expires_at, refresh_token, refresh_expires_at, scope: _ } = pair;
    let refresh_token = match refresh_token {
        Some(token) => Hidden::new(token.expose()),
        None => old_refresh_token?.clone(),
    };
    Some(auth::IracingTokens {
        access_token: Hidden::new(access_token.expose()),
        issued_at: now,
        access_expires_at: expires_at.unwrap_or_else(|| now.saturating_add(UNTOLD_LIFETIME).unwrap_or(now)),
        refresh_token,
        refresh_expires_at: *refresh_expires_at,
    })
}
