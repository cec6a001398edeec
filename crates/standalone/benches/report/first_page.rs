//! The pages: the JavaScript that they need, as the frontend's own script measures it on the built pages, and how fast
//! they paint, as another one measures it in a browser.

use crate::report::Report;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::process::Command;

const PAINTED: [&str; 2] = ["filter_to_paint_ms_5000", "lap_chart_paint_ms_60x700"];

pub fn measure(report: &mut Report) -> anyhow::Result<()> {
    let told = run("size")?;
    for key in ["first_page_js_gzip_bytes", "route_js_gzip_max_bytes"] {
        report.set(key, told[key].as_f64().context("no number")?);
    }
    let told = run("paint")?;
    for key in PAINTED {
        match told[key].as_f64() {
            Some(milliseconds) => report.set(key, milliseconds),
            // Not every machine has a browser.
            None => report.skip(key),
        }
    }
    Ok(())
}

/// What a script of the frontend prints.
fn run(script: &str) -> anyhow::Result<Value> {
    let frontend = concat!(env!("CARGO_MANIFEST_DIR"), "/../../frontend");
    let ran = Command::new("npm").args(["--prefix", frontend, "--silent", "run", script]).output().context("npm")?;
    ensure!(ran.status.success(), "are the pages built? {}", String::from_utf8_lossy(&ran.stderr).trim());
    serde_json::from_slice(&ran.stdout).with_context(|| format!("the answer of {script}"))
}
