//! Session tokens: what the page sends with every call.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{DriverId, Entitlement};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation, decode_header};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Hidden, SealError, SealingKeys, SigningKeys, after};

/// How long a session token is good for; then the page refreshes it.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Who issues.
const ISSUER: &str = "spinout";
/// Who accepts.
const AUDIENCE: &str = "spinout-api";
/// How far the clock of another process may lag behind that of the issuer.
const SLOW_CLOCK: i64 = 5;

/// What a session token says about its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionToken {
    /// Who it is.
    pub driver_id: DriverId,
    /// The display name.
    pub driver_name: String,
    /// The session, which log-out ends; shared by all tokens refreshed from one sign-in.
    pub session_id: String,
    /// What the driver may do beyond the ordinary, as of the last refresh.
    pub entitlements: Vec<Entitlement>,
    /// For calls to iRacing in the driver's name.
    pub iracing_access_token: Hidden,
    /// When iRacing stops taking it; may be before the session token expires.
    pub iracing_expires_at: Timestamp,
}

/// A session token in its wire form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The signed JWT.
    pub token: Hidden,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Why a session token is refused, or could not be issued.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// Not a JWT of ours in form.
    #[error("the token is malformed")]
    Malformed,
    /// Signed in another way than ES256, or not at all.
    #[error("the token is not signed with ES256")]
    WrongAlgorithm,
    /// Signed with a key that we do not, or no longer, have.
    #[error("the token names an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    WrongSignature,
    /// Issued by or for somebody else.
    #[error("the token was issued by or for somebody else")]
    WrongIssuerOrAudience,
    /// Too old.
    #[error("the token has expired")]
    Expired,
    /// Too young.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The sealed part cannot be opened.
    #[error("the sealed part of the token: {0}")]
    Sealed(#[from] SealError),
    /// It could not be signed.
    #[error("the token could not be signed")]
    Unsigned,
}

/// Issues and verifies session tokens: JWTs signed with ES256, with a sealed part that only we can read.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For the signature.
    pub signing: SigningKeys,
    /// For the sealed part.
    pub sealing: SealingKeys,
}

/// The JWT's claims; what is not registered has a short name of our own.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ent: Vec<String>,
    /// [`Sealed`] as JSON, sealed for the driver, in base64url.
    sealed: String,
}

/// What the bearer itself need not read.
#[derive(Serialize, Deserialize)]
struct Sealed {
    session_id: String,
    iracing_access_token: Hidden,
    iracing_expires_at: Timestamp,
}

impl Tokens {
    /// Issues a token that is good for [`SESSION_LIFETIME`].
    pub fn issue(&self, session: &SessionToken, now: Timestamp) -> Result<IssuedToken, TokenError> {
        let SessionToken { driver_id, driver_name, session_id, entitlements, iracing_access_token, iracing_expires_at } =
            session;
        let sealed = serde_json::to_vec(&Sealed {
            session_id: session_id.clone(),
            iracing_access_token: iracing_access_token.clone(),
            iracing_expires_at: *iracing_expires_at,
        })
        .map_err(|_| TokenError::Malformed)?;
        let issued_at = now.as_second();
        let expires_at = after(Timestamp::from_second(issued_at).unwrap_or(now), SESSION_LIFETIME);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: driver_id.to_string(),
            iat: issued_at,
            nbf: issued_at,
            exp: expires_at.as_second(),
            name: driver_name.clone(),
            ent: entitlements.iter().map(|entitlement| entitlement.as_str().to_owned()).collect(),
            sealed: URL_SAFE_NO_PAD.encode(self.sealing.seal(&context(*driver_id), &sealed)?),
        };
        let key = &self.signing.first;
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::ES256) };
        let token = jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|_| TokenError::Unsigned)?;
        Ok(IssuedToken { token: Hidden::new(token), expires_at })
    }

    /// Reads a token, if it is ours and good at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<SessionToken, TokenError> {
        let header = decode_header(token).map_err(|error| refusal(&error))?;
        if header.alg != Algorithm::ES256 {
            return Err(TokenError::WrongAlgorithm);
        }
        let key = header.kid.and_then(|id| self.signing.find(&id)).ok_or(TokenError::UnknownKey)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation())
            .map_err(|error| refusal(&error))?
            .claims;

        let now = now.as_second();
        if now >= claims.exp {
            return Err(TokenError::Expired);
        }
        if now + SLOW_CLOCK < claims.nbf {
            return Err(TokenError::NotYetValid);
        }
        let driver_id = claims.sub.parse().map_err(|_| TokenError::Malformed)?;
        let sealed = URL_SAFE_NO_PAD.decode(claims.sealed).map_err(|_| TokenError::Malformed)?;
        let sealed = self.sealing.open(&context(driver_id), &sealed)?;
        let sealed: Sealed = serde_json::from_slice(&sealed).map_err(|_| TokenError::Malformed)?;
        Ok(SessionToken {
            driver_id,
            driver_name: claims.name,
            session_id: sealed.session_id,
            entitlements: claims.ent.iter().filter_map(|word| Entitlement::parse(word)).collect(),
            iracing_access_token: sealed.iracing_access_token,
            iracing_expires_at: sealed.iracing_expires_at,
        })
    }
}

/// What the sealed part is bound to.
fn context(driver_id: DriverId) -> Vec<u8> {
    format!("session token of driver {driver_id}").into_bytes()
}

/// Signature, issuer and audience; the times are compared with the caller's clock instead of the machine's.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
    validation.validate_exp = false;
    validation
}

fn refusal(error: &jsonwebtoken::errors::Error) -> TokenError {
    match error.kind() {
        ErrorKind::InvalidSignature => TokenError::WrongSignature,
        ErrorKind::InvalidAlgorithm => TokenError::WrongAlgorithm,
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => TokenError::WrongIssuerOrAudience,
        _ => TokenError::Malformed,
    }
}
