//! What Spinout costs and how fast it is: `make bench`.
//!
//! Every key of the report has its meaning, unit and goal in [`report`]. All of it is measured in one run on this
//! machine, against the embedded engines and the sandbox; nothing outside is asked. The run fails only when something
//! cannot be measured. A goal that is missed is printed as missed.
//!
//! - [`world`]: the system under measurement, with a clock that starts on the same day on every machine;
//! - [`career`]: requests for a whole career, and its pace without latency;
//! - [`latency`]: pace and first signs of life when iRacing takes its time;
//! - [`pace`]: how much of the rate limit is used;
//! - [`units`], [`pages`]: what a race costs to store and a page to read, and how much the API adds to bare reads;
//! - [`analytics`]: what 5,000 races add up to;
//! - [`memory`]: the worker in a process of its own, with a race of 24 hours;
//! - [`lambdas`]: start, size and memory of the three Lambdas as they are shipped;
//! - [`first_page`]: the JavaScript of the pages, and how fast they answer in a browser.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what it is for")]

mod analytics;
#[allow(clippy::unwrap_used, reason = "a page of the tests, which fail by panicking")]
#[path = "../../tests/standalone/browser.rs"]
mod browser;
mod career;
#[allow(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/lambdas/deployment.rs"]
mod deployment;
mod first_page;
mod lambdas;
mod latency;
mod memory;
mod pace;
mod pages;
mod report;
mod units;
mod world;

use anyhow::Context;
use report::Report;
use std::{process::ExitCode, time::Duration};

/// No part takes longer, or it counts as failed.
const LONGEST_PART: Duration = Duration::from_secs(90);

fn main() -> ExitCode {
    let done = if std::env::args().nth(1).as_deref() == Some(memory::WORKER) { memory::work() } else { measure() };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut report = Report::default();
    let mut failures = Vec::new();
    let mut note = |part: &str, outcome: anyhow::Result<()>| {
        if let Err(error) = outcome {
            failures.push(format!("{part}: {error:#}"));
        }
    };
    let career = async {
        let world = career::measure(&mut report).await.context("career")?;
        let race = units::measure(&world, &mut report).await.context("units")?;
        pages::measure(&world, &race, &mut report).await.context("pages")?;
        analytics::measure(&world, &race, &mut report).await.context("analytics")
    };
    note("career", runtime.block_on(bounded(career)));
    note("latency", runtime.block_on(bounded(latency::measure(&mut report))));
    note("memory", runtime.block_on(bounded(memory::measure(&mut report))));
    note("lambdas", runtime.block_on(bounded(lambdas::measure(&mut report))));
    note("pace", pace::measure(&mut report));
    note("first page", first_page::measure(&mut report));

    println!("{report}");
    let file = report.write()?;
    println!("written to {}", file.display());
    failures.extend(report.missing().map(|key| format!("{key} was not measured")));
    anyhow::ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

async fn bounded(part: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::time::timeout(LONGEST_PART, part).await.context("took too long")?
}
