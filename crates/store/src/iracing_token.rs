//! `driver#<id>` | `iracing_token`: the driver's sealed token pair of iRacing.
//!
//! iRacing's refresh token works once, so exactly one process may use it. Whoever wants to renew the pair first claims
//! it under a condition on `version`; the others wait for the winner's result.

use crate::{
    Store, StoreError,
    key::{Attributes, Key, number, text},
    query::parse,
    write::build_error,
};
use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, TransactWriteItem, Update},
};
use domain::DriverId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The stored pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IracingToken {
    /// The sealed pair; `None` when iRacing refused the refresh token, and the driver has to sign in again.
    pub sealed: Option<Vec<u8>>,
    /// Counts the changes.
    pub version: u64,
    /// Until when somebody is renewing the pair, in Unix milliseconds.
    pub claimed_until_millis: Option<i64>,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    sealed: Option<serde_bytes::ByteBuf>,
    version: u64,
    claimed_by: Option<String>,
    claimed_until_millis: Option<i64>,
}

fn key(driver: DriverId) -> Key {
    Key::of_driver(driver, "iracing_token")
}

fn blob(bytes: Vec<u8>) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

impl Store {
    /// The pair; `None` for a driver who never signed in through iRacing.
    pub async fn iracing_token(&self, driver: DriverId) -> Result<Option<IracingToken>, StoreError> {
        let Some(item) = self.read(&key(driver), true).await? else { return Ok(None) };
        let Item { sealed, version, claimed_by: _, claimed_until_millis } = parse(item)?;
        Ok(Some(IracingToken { sealed: sealed.map(serde_bytes::ByteBuf::into_vec), version, claimed_until_millis }))
    }

    /// Keeps the pair of a fresh sign-in, over whatever was there; `false` if the driver leaves, has left or never
    /// signed in.
    pub async fn put_iracing_token(&self, driver: DriverId, sealed: Vec<u8>) -> Result<bool, StoreError> {
        let update = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(key(driver).attributes()))
            .update_expression("SET sealed = :sealed REMOVE claimed_by, claimed_until_millis ADD version :one")
            .expression_attribute_values(":sealed", blob(sealed))
            .expression_attribute_values(":one", number(1))
            .build()
            .map_err(build_error)?;
        self.transact(vec![self.check_driver_stays(driver)?, TransactWriteItem::builder().update(update).build()]).await
    }

    /// Claims the renewal of the pair at `version` until `until`; whether it was granted.
    pub async fn claim_iracing_token(
        &self,
        driver: DriverId,
        version: u64,
        claimant: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = HashMap::from([
            (":version".to_owned(), number(version)),
            (":claimant".to_owned(), text(claimant)),
            (":now".to_owned(), number(now.as_millisecond())),
            (":until".to_owned(), number(until.as_millisecond())),
        ]);
        let claimed = self
            .update_if(
                &key(driver),
                "SET claimed_by = :claimant, claimed_until_millis = :until",
                Some(
                    "version = :version AND attribute_exists(sealed) AND \
                     (attribute_not_exists(claimed_until_millis) OR claimed_until_millis < :now)",
                ),
                values,
            )
            .await?;
        Ok(claimed.is_some())
    }

    /// Keeps the renewed pair; `false` if the claim was lost (a newer sign-in won).
    pub async fn renew_iracing_token(
        &self,
        driver: DriverId,
        version: u64,
        claimant: &str,
        sealed: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let mut values = claim(version, claimant);
        values.insert(":sealed".to_owned(), blob(sealed));
        values.insert(":one".to_owned(), number(1));
        let update = "SET sealed = :sealed REMOVE claimed_by, claimed_until_millis ADD version :one";
        self.settle(driver, update, values).await
    }

    /// Drops a pair that iRacing no longer accepts: the driver has to sign in again.
    pub async fn drop_iracing_token(&self, driver: DriverId, version: u64, claimant: &str) -> Result<bool, StoreError> {
        let mut values = claim(version, claimant);
        values.insert(":one".to_owned(), number(1));
        self.settle(driver, "REMOVE sealed, claimed_by, claimed_until_millis ADD version :one", values).await
    }

    /// Gives a claim back unused, after a failure that left the pair as it was.
    pub async fn release_iracing_token(
        &self,
        driver: DriverId,
        version: u64,
        claimant: &str,
    ) -> Result<bool, StoreError> {
        self.settle(driver, "REMOVE claimed_by, claimed_until_millis", claim(version, claimant)).await
    }

    async fn settle(&self, driver: DriverId, update: &str, values: Attributes) -> Result<bool, StoreError> {
        let condition = Some("version = :version AND claimed_by = :claimant");
        Ok(self.update_if(&key(driver), update, condition, values).await?.is_some())
    }
}

fn claim(version: u64, claimant: &str) -> Attributes {
    HashMap::from([(":version".to_owned(), number(version)), (":claimant".to_owned(), text(claimant))])
}
