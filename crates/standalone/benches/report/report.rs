//! The keys of the report, and how it is shown.

use anyhow::Context;
use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

/// What a value has to be.
#[derive(Clone, Copy)]
enum Goal {
    None,
    AtMost(f64),
    AtLeast(f64),
}

use Goal::{AtLeast, AtMost};

/// Key, unit, goal, meaning; in the order of the table.
const KEYS: &[(&str, &str, Goal, &str)] = &[
    (
        "iracing_requests_per_new_race",
        "requests",
        AtMost(2.1),
        "counted requests of the import of a whole career, searches included, by races",
    ),
    (
        "iracing_requests_per_known_race",
        "requests",
        AtMost(0.05),
        "the same when all races are stored and all of the career is searched again",
    ),
    ("career_races", "races", Goal::None, "races of that career"),
    (
        "write_units_per_race_30x20",
        "units",
        AtMost(60.0),
        "a new race of some 30 cars and 20 laps with its session, results and all laps",
    ),
    ("race_30x20_entrants", "entrants", Goal::None, "field of the race measured"),
    ("race_30x20_laps", "laps", Goal::None, "laps stored with it, of all entrants"),
    ("read_units_log_page", "units", AtMost(10.0), "100 races of the log through the API"),
    ("read_units_race_page", "units", AtMost(15.0), "race, session, laps and analysis of that race through the API"),
    (
        "races_per_second_latency_0",
        "races/s",
        Goal::None,
        "the whole career through API, queue and worker; sandbox and engines share the machine",
    ),
    ("races_per_second_latency_50ms", "races/s", Goal::None, "the same with 50 ms for every answer of iRacing's"),
    (
        "reference_puts_per_second",
        "puts/s",
        Goal::None,
        "reference: bare puts of 1 KB, eight side by side, on the same engine in the same run",
    ),
    (
        "pace_under_rate_limit",
        "share",
        AtLeast(0.95),
        "of the best that 240 requests a minute allow, on a paused clock",
    ),
    ("pace_refused_requests", "requests", Goal::None, "requests that were refused for it"),
    (
        "first_progress_ms",
        "ms",
        Goal::None,
        "from asking for a sync to the page that knows of found races; 50 ms latency",
    ),
    (
        "first_race_ms",
        "ms",
        Goal::None,
        "from asking for a sync to the page that knows of a stored race; 50 ms latency",
    ),
    ("api_log_page_ratio", "times", AtMost(2.0), "log page over the bare reads that it needs; 5,000 races stored"),
    ("api_log_page_ms", "ms", Goal::None, "median of the log page through the API"),
    ("bare_log_page_ms", "ms", Goal::None, "reference: median of its bare reads"),
    ("api_race_page_ratio", "times", AtMost(2.0), "race page over the bare reads that it needs"),
    ("api_race_page_ms", "ms", Goal::None, "median of the race page through the API"),
    ("bare_race_page_ms", "ms", Goal::None, "reference: median of its bare reads"),
    ("analytics_5000_ratio", "times", AtMost(2.0), "5,000 races summed up over the bare read of the same items"),
    (
        "analytics_5000_ms",
        "ms",
        Goal::None,
        "median of the sums of 5,000 races through the API, none of them in memory",
    ),
    ("bare_5000_ms", "ms", Goal::None, "reference: median of the bare read of those items"),
    ("analytics_5000_read_units", "units", Goal::None, "what the first answer reads; the next ones read one item"),
    ("analytics_5000_filter_ms", "ms", AtMost(100.0), "median of the answer to a change of filters through the API"),
    ("first_page_js_gzip_bytes", "bytes", AtMost(120_000.0), "JavaScript of sign-in page and race log, compressed"),
    ("route_js_gzip_max_bytes", "bytes", AtMost(150_000.0), "JavaScript of the page that has most of it, compressed"),
    (
        "filter_to_paint_ms_5000",
        "ms",
        AtMost(100.0),
        "from a change of filters over 5,000 races to its painted result; the slower of log and analytics",
    ),
    (
        "lap_chart_paint_ms_60x700",
        "ms",
        AtMost(150.0),
        "from asking for the chart of 60 cars and 700 laps to its picture",
    ),
    (
        "worker_peak_bytes",
        "bytes",
        AtMost(128.0 * 1024.0 * 1024.0),
        "resident memory of a worker that imports 600 days with a team race of 24 hours",
    ),
    ("largest_session_laps", "laps", Goal::None, "laps of that team race"),
    (
        "init_hello_ms",
        "ms",
        Goal::None,
        "reference: exec to first question for work of the least Lambda there is; median",
    ),
    ("first_answer_hello_ms", "ms", Goal::None, "reference: exec to first answer of the least Lambda; median"),
    ("init_ms_api", "ms", Goal::None, "the same of api"),
    ("init_ratio_api", "times", AtMost(1.5), "its start over that of the least Lambda, in the same run"),
    ("first_answer_ms_api", "ms", Goal::None, "exec to first answer of api; median"),
    ("init_ms_websocket", "ms", Goal::None, "the same of websocket"),
    ("init_ratio_websocket", "times", AtMost(1.5), "its start over that of the least Lambda, in the same run"),
    ("first_answer_ms_websocket", "ms", Goal::None, "exec to first answer of websocket; median"),
    ("init_ms_ingestion", "ms", Goal::None, "the same of ingestion"),
    ("init_ratio_ingestion", "times", AtMost(1.5), "its start over that of the least Lambda, in the same run"),
    ("first_answer_ms_ingestion", "ms", Goal::None, "exec to first answer of ingestion; median"),
    ("zip_bytes_api", "bytes", AtMost(6_000_000.0), "package of api"),
    ("zip_bytes_websocket", "bytes", AtMost(6_000_000.0), "package of websocket"),
    ("zip_bytes_ingestion", "bytes", AtMost(6_000_000.0), "package of ingestion"),
    ("resident_bytes_api", "bytes", AtMost(40.0 * 1024.0 * 1024.0), "memory that api holds after 1,000 events"),
    (
        "resident_bytes_websocket",
        "bytes",
        AtMost(40.0 * 1024.0 * 1024.0),
        "memory that websocket holds after 1,000 events",
    ),
    (
        "resident_bytes_ingestion",
        "bytes",
        AtMost(40.0 * 1024.0 * 1024.0),
        "memory that ingestion holds after 1,000 events",
    ),
];

/// What was measured.
#[derive(Default)]
pub struct Report(BTreeMap<&'static str, f64>);

impl Report {
    /// Notes a value.
    pub fn set(&mut self, key: &'static str, value: impl Into<f64>) {
        self.0.insert(key, value.into());
    }

    /// Keys without a value.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|(key, ..)| *key).filter(|key| !self.0.contains_key(key))
    }

    /// Writes one flat JSON object to `target/bench/report.json`.
    pub fn write(&self) -> anyhow::Result<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let file = folder.canonicalize()?.join("report.json");
        let values: BTreeMap<_, _> = self.0.iter().map(|(key, value)| (key, rounded(*value))).collect();
        fs::write(&file, serde_json::to_string_pretty(&values)? + "\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}

/// A few digits more than mean anything.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<32} {:>14} {:<9} {:<22} meaning", "key", "value", "unit", "goal")?;
        for (key, unit, goal, meaning) in KEYS {
            let value = self.0.get(key).copied();
            let shown = match value {
                None => "not measured".to_owned(),
                Some(value) if value.fract() == 0.0 => format!("{value:.0}"),
                Some(value) => format!("{value:.3}"),
            };
            let outcome = |met: bool| if met { "met" } else { "NOT MET" };
            let goal = match (goal, value) {
                (AtMost(most), Some(value)) => format!("<= {most}: {}", outcome(value <= *most)),
                (AtLeast(least), Some(value)) => format!(">= {least}: {}", outcome(value >= *least)),
                _ => String::new(),
            };
            writeln!(f, "{key:<32} {shown:>14} {unit:<9} {goal:<22} {meaning}")?;
        }
        Ok(())
    }
}
