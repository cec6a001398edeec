use domain::{Driver, IngestionLock};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A session: who is signed in, and the token to show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// The session token, a JWT: goes into `Authorization: Bearer`. Good for a quarter of an hour.
    pub(crate) access_token: String,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// Who is signed in.
    pub(crate) driver: DriverBody,
    /// iRacing no longer accepts the driver's sign-in. What is stored can still be read; new races need a new sign-in.
    pub(crate) iracing_sign_in_required: bool,
}

/// A driver.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Driver)]
pub(crate) struct DriverBody {
    /// iRacing's customer id.
    driver_id: i64,
    /// Display name at the last sign-in.
    driver_name: String,
    /// When they joined iRacing.
    member_since: Option<Timestamp>,
    /// All races that finished before this are stored, or listed as failed.
    races_ingested_to: Option<Timestamp>,
    /// No new ingestion may begin before this.
    ingestion_blocked_until: Option<Timestamp>,
    /// First sign-in here.
    first_login: Timestamp,
    /// Latest sign-in here.
    last_login: Timestamp,
    /// Number of sign-ins.
    login_count: u64,
    /// Number of races stored.
    session_count: u64,
    /// They are brought up to date once a day without asking.
    daily_sync: bool,
    /// What an operator has granted.
    #[schema(value_type = Vec<String>)]
    entitlements: Vec<&'static str>,
}

impl DriverBody {
    /// A driver, and the lock on their ingestion if there is one.
    pub(crate) fn of(driver: &Driver, lock: Option<&IngestionLock>) -> Self {
        let Driver {
            driver_id,
            driver_name,
            member_since,
            races_ingested_to,
            first_login,
            last_login,
            login_count,
            session_count,
            entitlements,
            daily_sync,
            results_checked_at: _,
        } = driver;
        Self {
            driver_id: driver_id.0,
            driver_name: driver_name.clone(),
            member_since: *member_since,
            races_ingested_to: *races_ingested_to,
            ingestion_blocked_until: lock.map(|lock| lock.locked_until),
            first_login: *first_login,
            last_login: *last_login,
            login_count: *login_count,
            session_count: *session_count,
            daily_sync: *daily_sync,
            entitlements: entitlements.iter().map(|held| held.as_str()).collect(),
        }
    }
}

/// Whether a driver wants the daily sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DailySync)]
pub(crate) struct DailySyncBody {
    /// Bring them up to date once a day without asking.
    pub(crate) enabled: bool,
}
