//! A driver's iRacing token pair, as it rests in the table.

use domain::DriverId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Hidden, SealError, SealingKeys, after};

/// What iRacing gave us for a driver. The refresh token works once, so there is one pair a driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IracingTokens {
    /// For calls to the data API; good for about 10 minutes.
    pub access_token: Hidden,
    /// When the pair was issued.
    pub issued_at: Timestamp,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// For one new pair; good for about 7 days.
    pub refresh_token: Hidden,
    /// When the refresh token ends, if iRacing said so.
    pub refresh_expires_at: Option<Timestamp>,
}

impl IracingTokens {
    /// From when on the pair should be renewed: when four fifths of the access token's life have passed.
    pub fn renew_at(&self) -> Timestamp {
        let life = self.access_expires_at.duration_since(self.issued_at);
        after(self.issued_at, life / 5 * 4)
    }

    /// Seals the pair for its driver.
    pub fn seal(&self, keys: &SealingKeys, driver_id: DriverId) -> Result<Vec<u8>, SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError::Unsealable)?;
        keys.seal(&context(driver_id), &plain)
    }

    /// Opens what [`IracingTokens::seal`] made for the same driver.
    pub fn open(keys: &SealingKeys, driver_id: DriverId, sealed: &[u8]) -> Result<Self, SealError> {
        let plain = keys.open(&context(driver_id), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| SealError::Broken)
    }
}

/// What the pair is bound to.
fn context(driver_id: DriverId) -> Vec<u8> {
    format!("iRacing tokens of driver {driver_id}").into_bytes()
}
