//! Misbehaviour on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The switches of a sandbox; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<FaultSettings>>);

/// Which faults are on. As JSON this is the body of `/sandbox/faults`, and `--fault NAME=JSON` sets one field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultSettings {
    /// Milliseconds by which every answer of the token endpoint, the data API, links and chunks is late.
    pub latency_ms: u64,
    /// Each access token is refused with 401 after so many data requests; a refreshed one works again.
    pub unauthorized_after: Option<u32>,
    /// The next requests are refused with 429.
    pub rate_limited: Option<RateLimited>,
    /// Data requests are answered with 503 and the recorded maintenance body.
    pub maintenance: Option<Maintenance>,
    /// So many next data requests are answered with 504 and an HTML page, as by CloudFront.
    pub gateway_timeouts: u32,
    /// So many next links are answered with 403 and S3's XML.
    pub expired_links: u32,
    /// So many next chunks end in the middle.
    pub cut_off_chunks: u32,
    /// So many next chunks are answered with 404.
    pub missing_chunks: u32,
    /// So many next linked bodies are not JSON.
    pub invalid_json: u32,
    /// Before that time searches do not list the subsession and `results/get` answers 404.
    pub late_results: BTreeMap<i64, Timestamp>,
    /// Before that time the subsession has no laps.
    pub late_laps: BTreeMap<i64, Timestamp>,
    /// From that time on the result has a penalty: the winner is put last and has four more incident points.
    pub changed_results: BTreeMap<i64, Timestamp>,
    /// Every object of linked bodies and chunks has a field that nobody knows.
    pub unknown_fields: bool,
    /// Every request about the subsession is answered with that status.
    pub failing_races: BTreeMap<i64, u16>,
    /// Pictures and layers of track maps are answered with 503.
    pub failing_assets: bool,
    /// Every refresh is answered with `invalid_grant`.
    pub revoked_refresh: bool,
}

/// Refusals by the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimited {
    /// How many requests are refused.
    pub requests: u32,
    /// How far in the future `x-ratelimit-reset` lies.
    pub reset_seconds: i64,
}

/// How long a maintenance lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maintenance {
    /// Until it is switched off.
    On,
    /// For so many requests.
    Requests(u32),
}

impl Faults {
    /// The settings as they are.
    pub fn settings(&self) -> FaultSettings {
        self.change(|settings| settings.clone())
    }

    /// Changes the settings, and returns what the closure returns.
    pub fn change<T>(&self, change: impl FnOnce(&mut FaultSettings) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Switches everything off.
    pub fn clear(&self) {
        self.change(|settings| *settings = FaultSettings::default());
    }

    /// Every answer takes so much longer.
    pub fn latency(&self, latency: Duration) {
        self.change(|settings| settings.latency_ms = latency.as_millis() as u64);
    }

    /// Access tokens are refused after so many data requests each.
    pub fn unauthorized_after(&self, requests: u32) {
        self.change(|settings| settings.unauthorized_after = Some(requests));
    }

    /// The next requests are refused with 429 and a reset in so many seconds.
    pub fn rate_limited(&self, requests: u32, reset_seconds: i64) {
        self.change(|settings| settings.rate_limited = Some(RateLimited { requests, reset_seconds }));
    }

    /// Maintenance begins, or ends with `None`.
    pub fn maintenance(&self, maintenance: Option<Maintenance>) {
        self.change(|settings| settings.maintenance = maintenance);
    }

    /// The next data requests time out at the gateway.
    pub fn gateway_timeout(&self, requests: u32) {
        self.change(|settings| settings.gateway_timeouts = requests);
    }

    /// The next links have expired.
    pub fn expired_links(&self, links: u32) {
        self.change(|settings| settings.expired_links = links);
    }

    /// The next chunks end in the middle.
    pub fn cut_off_chunks(&self, chunks: u32) {
        self.change(|settings| settings.cut_off_chunks = chunks);
    }

    /// The next chunks are not there.
    pub fn missing_chunks(&self, chunks: u32) {
        self.change(|settings| settings.missing_chunks = chunks);
    }

    /// The next linked bodies are not JSON.
    pub fn invalid_json(&self, bodies: u32) {
        self.change(|settings| settings.invalid_json = bodies);
    }

    /// The result appears at that time only.
    pub fn late_results(&self, subsession_id: i64, available_at: Timestamp) {
        self.change(|settings| settings.late_results.insert(subsession_id, available_at));
    }

    /// The laps appear at that time only.
    pub fn late_laps(&self, subsession_id: i64, available_at: Timestamp) {
        self.change(|settings| settings.late_laps.insert(subsession_id, available_at));
    }

    /// The result is another one from that time on.
    pub fn changed_results(&self, subsession_id: i64, from: Timestamp) {
        self.change(|settings| settings.changed_results.insert(subsession_id, from));
    }

    /// Answers have fields that nobody knows.
    pub fn unknown_fields(&self, on: bool) {
        self.change(|settings| settings.unknown_fields = on);
    }

    /// Requests about the subsession always fail.
    pub fn failing_race(&self, subsession_id: i64, status: u16) {
        self.change(|settings| settings.failing_races.insert(subsession_id, status));
    }

    /// Refreshing is refused.
    pub fn revoked_refresh(&self, on: bool) {
        self.change(|settings| settings.revoked_refresh = on);
    }

    /// Changes the fields that are in a JSON object and leaves the others; `null` switches a field off.
    ///
    /// # Errors
    /// Where a field is unknown or its value has the wrong shape; nothing is changed then.
    pub fn merge(&self, fields: &Value) -> anyhow::Result<()> {
        let fields = fields.as_object().context("expected a JSON object of faults")?;
        self.change(|settings| {
            let mut merged = serde_json::to_value(&*settings)?;
            let off = serde_json::to_value(FaultSettings::default())?;
            for (name, value) in fields {
                merged[name] = if value.is_null() { off.get(name).cloned().unwrap_or_default() } else { value.clone() };
            }
            *settings = serde_json::from_value(merged).context("unknown or unreadable fault")?;
            Ok(())
        })
    }

    /// Sets one field as `NAME=JSON`, as the command line gives it.
    ///
    /// # Errors
    /// Where there is no `=`, the name is unknown, or the value has the wrong shape.
    pub fn set_from_text(&self, text: &str) -> anyhow::Result<()> {
        let (name, value) = text.split_once('=').with_context(|| format!("expected NAME=VALUE, got {text:?}"))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        self.merge(&serde_json::json!({ name: value })).with_context(|| format!("fault {text:?}"))
    }

    /// Uses up one of a counted fault; `false` once there are none left.
    pub(crate) fn take(&self, counter: impl FnOnce(&mut FaultSettings) -> &mut u32) -> bool {
        self.change(|settings| {
            let left = counter(settings);
            let hit = *left > 0;
            *left = left.saturating_sub(1);
            hit
        })
    }

    pub(crate) fn take_maintenance(&self) -> bool {
        self.change(|settings| match &mut settings.maintenance {
            None => false,
            Some(Maintenance::On) => true,
            Some(Maintenance::Requests(left)) => {
                let hit = *left > 0;
                *left = left.saturating_sub(1);
                if *left == 0 {
                    settings.maintenance = None;
                }
                hit
            }
        })
    }

    /// Uses up one refusal by the rate limit and tells its reset in seconds.
    pub(crate) fn take_rate_limited(&self) -> Option<i64> {
        self.change(|settings| {
            let limited = settings.rate_limited.as_mut()?;
            let reset = limited.reset_seconds;
            limited.requests = limited.requests.saturating_sub(1);
            if limited.requests == 0 {
                settings.rate_limited = None;
            }
            Some(reset)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_set_from_the_command_line_and_merged_over_others() {
        let faults = Faults::default();
        faults.set_from_text("latency_ms=50").expect("latency");
        faults.set_from_text(r#"failing_races={"82263872":500}"#).expect("failing race");
        faults.set_from_text(r#"late_results={"82263872":"2026-01-01T00:00:00Z"}"#).expect("late result");
        faults.set_from_text("maintenance=on").expect("maintenance");
        let settings = faults.settings();
        assert_eq!(settings.latency_ms, 50);
        assert_eq!(settings.failing_races[&82_263_872], 500);
        assert_eq!(settings.maintenance, Some(Maintenance::On));
        faults.merge(&serde_json::json!({ "maintenance": null })).expect("switched off");
        assert_eq!(faults.settings().maintenance, None);
        assert_eq!(faults.settings().latency_ms, 50);
        assert!(faults.set_from_text("laziness=1").is_err());
        assert!(faults.set_from_text("latency_ms=\"much\"").is_err());
    }

    #[test]
    fn a_counted_maintenance_ends_by_itself() {
        let faults = Faults::default();
        faults.maintenance(Some(Maintenance::Requests(2)));
        assert_eq!([0; 3].map(|_| faults.take_maintenance()), [true, true, false]);
    }
}
