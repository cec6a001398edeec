//! The sandbox: its state and its router.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::Value;

use crate::config::Config;
use crate::counts::Counts;
use crate::faults::{FaultSettings, Faults};
use crate::library::{DemoMember, Library, RaceTruth};
use crate::links::RowsKept;
use crate::oauth::{Codes, Tokens};
use crate::rate_limit::Windows;
use crate::{data, links, oauth, track_art};

/// A stand-in for iRacing; clones share its state.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    config: Config,
    library: Library,
    faults: Faults,
    counts: Mutex<Counts>,
    windows: Mutex<Windows>,
    tokens: Tokens,
    codes: Codes,
    rows: RowsKept,
}

impl Sandbox {
    /// Makes the careers, or reads the recorded files.
    ///
    /// # Errors
    /// Where the folder of recorded files cannot be read.
    pub fn new(config: Config) -> anyhow::Result<Self> {
        let library = Library::new(&config.content, (config.clock)())?;
        Ok(Self(Arc::new(Inner {
            tokens: Tokens::new(&config.client_id, &config.client_secret),
            library,
            faults: Faults::default(),
            counts: Mutex::default(),
            windows: Mutex::default(),
            codes: Codes::default(),
            rows: RowsKept::default(),
            config,
        })))
    }

    /// The whole interface, to be served or nested where [`Config::base_url`] points to.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/oauth2", oauth::router())
            .nest("/data", data::router())
            .nest("/links", links::router())
            .nest("/assets", track_art::router(self))
            .route("/sandbox/faults", get(show_faults).post(change_faults).delete(clear_faults))
            .route("/sandbox/counts", get(show_counts))
            .with_state(self.clone())
    }

    /// The switches for misbehaviour.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What was asked for so far.
    pub fn counts(&self) -> Counts {
        self.count(|counts| counts.clone())
    }

    /// The drivers that the consent page offers, with the number of sessions that searches list by now.
    pub fn members(&self) -> Vec<DemoMember> {
        self.0.library.members(self.now())
    }

    /// Every session that a member takes part in, by start time, those included that are not published yet.
    pub fn truth(&self, cust_id: i64) -> Vec<RaceTruth> {
        self.0.library.truth(cust_id)
    }

    /// Ends every sign-in of a member: access and refresh tokens issued so far are no longer good.
    pub fn revoke_all(&self, cust_id: i64) {
        self.0.tokens.revoke_member(cust_id, self.now());
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn library(&self) -> &Library {
        &self.0.library
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(crate) fn codes(&self) -> &Codes {
        &self.0.codes
    }

    pub(crate) fn rows(&self) -> &RowsKept {
        &self.0.rows
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0.config.clock)()
    }

    pub(crate) fn count<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.0.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn windows<T>(&self, use_windows: impl FnOnce(&mut Windows) -> T) -> T {
        use_windows(&mut self.0.windows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits as long as the latency fault says.
    pub(crate) async fn delay(&self) {
        let latency = self.0.faults.settings().latency_ms;
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").field("config", &self.0.config).finish_non_exhaustive()
    }
}

async fn show_faults(State(sandbox): State<Sandbox>) -> Json<FaultSettings> {
    Json(sandbox.faults().settings())
}

async fn change_faults(
    State(sandbox): State<Sandbox>,
    Json(fields): Json<Value>,
) -> Result<Json<FaultSettings>, (StatusCode, String)> {
    sandbox.faults().merge(&fields).map_err(|error| (StatusCode::BAD_REQUEST, format!("{error:#}")))?;
    Ok(Json(sandbox.faults().settings()))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> Json<FaultSettings> {
    sandbox.faults().clear();
    Json(sandbox.faults().settings())
}

async fn show_counts(State(sandbox): State<Sandbox>) -> Json<Counts> {
    Json(sandbox.counts())
}
