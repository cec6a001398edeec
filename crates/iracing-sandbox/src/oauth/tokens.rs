//! Access and refresh tokens: signed, so that they outlive a restart of the sandbox; what was spent is remembered.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

use super::OAuthError;

/// Text that nobody can guess.
pub(crate) fn random_text() -> String {
    let mut bytes = [0; 24];
    // Without the system's randomness codes would be guessable; a stand-in for local use may live with that.
    if getrandom::fill(&mut bytes).is_err() {
        tracing::warn!("no randomness from the system");
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Use {
    Access,
    Refresh,
}

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(rename = "use")]
    purpose: Use,
    cust_id: i64,
    name: String,
    pub(crate) scope: String,
    /// The sign-in that the token descends from.
    family: String,
    /// How many times it was refreshed.
    generation: u64,
    /// Milliseconds since the epoch.
    issued: i64,
    expires: i64,
}

impl Claims {
    /// Those of a new sign-in.
    pub(crate) fn first(cust_id: i64, name: String, scope: String, family: String) -> Self {
        Self { purpose: Use::Refresh, cust_id, name, scope, family, generation: 0, issued: 0, expires: 0 }
    }
}

/// An opened access token.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) cust_id: i64,
    pub(crate) name: String,
    pub(crate) scope: String,
    pub(crate) family: String,
}

/// A new pair of tokens.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

#[derive(Default)]
struct Memory {
    /// The generation of each sign-in whose refresh token is still good.
    current: HashMap<String, u64>,
    /// Sign-ins whose refresh token was used twice: no refresh any more.
    dead: HashSet<String>,
    /// Sign-ins that were ended.
    revoked: HashSet<String>,
    /// Tokens of a member issued until then are no longer good, in milliseconds since the epoch.
    revoked_until: HashMap<i64, i64>,
    /// Data requests made with an access token, by its signature.
    uses: HashMap<String, u32>,
}

/// Signs tokens and remembers what became of them.
pub(crate) struct Tokens {
    key: [u8; 64],
    memory: Mutex<Memory>,
}

impl Tokens {
    pub(crate) fn new(client_id: &str, client_secret: &str) -> Self {
        let key = Sha512::digest(format!("iracing-sandbox token key\n{client_id}\n{client_secret}")).into();
        Self { key, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A signature of that text, for tokens and links.
    pub(crate) fn sign(&self, text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn seal(&self, claims: &Claims) -> String {
        // Claims are strings and numbers, so this cannot fail.
        let json = serde_json::to_vec(claims).unwrap_or_default();
        let text = URL_SAFE_NO_PAD.encode(json);
        format!("{text}.{}", self.sign(&text))
    }

    fn open(&self, token: &str, purpose: Use, now: Timestamp) -> Option<Claims> {
        let (text, signature) = token.split_once('.')?;
        if self.sign(text) != signature {
            return None;
        }
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let memory = self.memory();
        let good = claims.purpose == purpose
            && claims.expires > now.as_millisecond()
            && !memory.revoked.contains(&claims.family)
            && memory.revoked_until.get(&claims.cust_id).is_none_or(|until| claims.issued > *until);
        good.then_some(claims)
    }

    /// Issues the pair of a sign-in or of a refresh.
    pub(crate) fn issue(&self, claims: Claims, now: Timestamp, access: Duration, refresh: Duration) -> Pair {
        let issued = now.as_millisecond();
        self.memory().current.insert(claims.family.clone(), claims.generation);
        let sealed = |purpose, lifetime: Duration| {
            let expires = issued + lifetime.as_millis() as i64;
            self.seal(&Claims { purpose, issued, expires, ..claims.clone() })
        };
        Pair { access: sealed(Use::Access, access), refresh: sealed(Use::Refresh, refresh) }
    }

    /// Spends a refresh token, which works once: using it again ends the chain.
    pub(crate) fn spend(&self, token: &str, now: Timestamp) -> Result<Claims, OAuthError> {
        let claims = self
            .open(token, Use::Refresh, now)
            .ok_or(OAuthError("invalid_grant", "The refresh token is unknown, was revoked or has expired."))?;
        let mut memory = self.memory();
        if memory.dead.contains(&claims.family) {
            return Err(OAuthError("invalid_grant", "The refresh token's chain has ended."));
        }
        // A sign-in from before a restart is taken as it comes.
        let current = *memory.current.entry(claims.family.clone()).or_insert(claims.generation);
        if current != claims.generation {
            memory.dead.insert(claims.family);
            return Err(OAuthError("invalid_grant", "The refresh token was used before."));
        }
        memory.current.insert(claims.family.clone(), current + 1);
        Ok(Claims { generation: current + 1, ..claims })
    }

    /// What an access token says, if it is good.
    pub(crate) fn open_access(&self, token: &str, now: Timestamp) -> Option<Access> {
        let Claims { cust_id, name, scope, family, .. } = self.open(token, Use::Access, now)?;
        Some(Access { cust_id, name, scope, family })
    }

    /// Counts a data request made with an access token, and tells how many there were before.
    pub(crate) fn count_use(&self, token: &str) -> u32 {
        let signature = token.rsplit('.').next().unwrap_or_default().to_owned();
        let mut memory = self.memory();
        let uses = memory.uses.entry(signature).or_default();
        *uses += 1;
        *uses - 1
    }

    /// Ends a sign-in: its access and refresh tokens are no longer good.
    pub(crate) fn revoke(&self, family: &str) {
        self.memory().revoked.insert(family.to_owned());
    }

    /// Ends everything that was issued to a member so far.
    pub(crate) fn revoke_member(&self, cust_id: i64, now: Timestamp) {
        self.memory().revoked_until.insert(cust_id, now.as_millisecond());
    }
}
