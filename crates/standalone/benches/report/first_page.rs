//! The JavaScript of the first page, as the frontend's own script measures it on the built pages.

use crate::report::Report;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::process::Command;

pub fn measure(report: &mut Report) -> anyhow::Result<()> {
    let frontend = concat!(env!("CARGO_MANIFEST_DIR"), "/../../frontend");
    let ran = Command::new("npm").args(["--prefix", frontend, "--silent", "run", "size"]).output().context("npm")?;
    ensure!(ran.status.success(), "are the pages built? {}", String::from_utf8_lossy(&ran.stderr).trim());
    let told: Value = serde_json::from_slice(&ran.stdout).context("the script's answer")?;
    report.set("first_page_js_gzip_bytes", told["first_page_js_gzip_bytes"].as_f64().context("no number")?);
    Ok(())
}
