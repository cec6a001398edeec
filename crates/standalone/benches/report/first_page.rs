//! The pages as a browser gets them: their JavaScript, and how fast they answer. The frontend's own scripts measure it on
//! the built pages; the second one drives a Chromium.

use crate::report::Report;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::process::Command;

/// What each script of the frontend tells, by the report's keys.
const TOLD: &[(&str, &[&str])] = &[
    ("size", &["first_page_js_gzip_bytes", "route_js_gzip_max_bytes"]),
    ("paint", &["filter_to_paint_ms_5000", "lap_chart_paint_ms_60x700"]),
];

pub fn measure(report: &mut Report) -> anyhow::Result<()> {
    for (script, keys) in TOLD {
        let told = run(script).with_context(|| format!("npm run {script}"))?;
        for key in *keys {
            let value = told[key].as_f64().with_context(|| format!("npm run {script} tells no {key}: {told}"))?;
            report.set(key, value);
        }
    }
    Ok(())
}

fn run(script: &str) -> anyhow::Result<Value> {
    let frontend = concat!(env!("CARGO_MANIFEST_DIR"), "/../../frontend");
    let ran = Command::new("npm").args(["--prefix", frontend, "--silent", "run", script]).output()?;
    ensure!(ran.status.success(), "are the pages built? {}", String::from_utf8_lossy(&ran.stderr).trim());
    serde_json::from_slice(&ran.stdout).context("the script's answer")
}
