//! Looking after drivers.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use domain::{DriverId, Entitlement};
use engines::DynamoDb;
use store::Store;

use crate::data_folder::{DataFolder, TABLE};

/// Gives a driver an entitlement, or takes it, and says so on `output`.
pub async fn entitle(
    data_dir: &Path,
    driver: DriverId,
    entitlement: Entitlement,
    granted: bool,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    let (_engine, store) = open_table(data_dir).await?;
    let changed = store.set_entitlement(driver, entitlement, granted).await?;
    let driver = changed.with_context(|| format!("driver {driver} has never signed in"))?;
    let held: Vec<_> = driver.entitlements.iter().map(|held| held.as_str()).collect();
    let held = if held.is_empty() { "no entitlements".to_owned() } else { held.join(", ") };
    writeln!(output, "{} ({}) has {held}", driver.driver_name, driver.driver_id)?;
    Ok(())
}

/// Lists the drivers on `output`, the latest sign-in first.
pub async fn list_drivers(data_dir: &Path, output: &mut impl Write) -> anyhow::Result<()> {
    let (_engine, store) = open_table(data_dir).await?;
    let mut drivers = store.drivers().await?;
    drivers.sort_by_key(|driver| std::cmp::Reverse(driver.last_login));
    writeln!(output, "{:>10}  {:<32}  {:>6}  {:<20}  entitlements", "driver", "name", "races", "last sign-in")?;
    for driver in drivers {
        let entitlements: Vec<_> = driver.entitlements.iter().map(|held| held.as_str()).collect();
        writeln!(
            output,
            "{:>10}  {:<32}  {:>6}  {:<20}  {}",
            driver.driver_id.0,
            driver.driver_name,
            driver.session_count,
            driver.last_login.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            entitlements.join(", ")
        )?;
    }
    Ok(())
}

async fn open_table(data_dir: &Path) -> anyhow::Result<(DynamoDb, Store)> {
    let folder = DataFolder::open(data_dir)?;
    let engine = folder.open_table().await?;
    let store = Store::new(engine.client(), TABLE);
    Ok((engine, store))
}
