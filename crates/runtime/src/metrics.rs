//! Numbers for the dashboard and the alarms.

use std::io::{self, Write};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::Environment;

/// Where CloudWatch keeps our metrics; `terraform/metrics.json` says the same.
const NAMESPACE: &str = "Spinout";
/// What tells the functions and environments apart: its value is the function's name.
const DIMENSION: &str = "Service";

/// Writes a function's metrics into its log, from which CloudWatch takes them (its embedded metric format): no call, and
/// nothing to wait for. `terraform/metrics.json` lists what there is; all of it counts something.
///
/// Outside of Lambda nobody would read them, and nothing is written. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    function: Option<Arc<str>>,
}

impl Metrics {
    /// Of the function that Lambda names in `AWS_LAMBDA_FUNCTION_NAME`, if we are one.
    pub fn from_env(environment: &Environment) -> anyhow::Result<Self> {
        let function = environment.optional::<String>("AWS_LAMBDA_FUNCTION_NAME")?;
        Ok(Self { function: function.map(Into::into) })
    }

    /// Writes metrics, named as in `terraform/metrics.json`, as one line.
    pub fn write(&self, now: Timestamp, values: &[(&'static str, u64)]) {
        if let Some(function) = &self.function
            && let Err(error) = writeln!(io::stdout().lock(), "{}", line(function, now, values))
        {
            tracing::warn!(%error, "metrics were not written");
        }
    }
}

fn line(function: &str, now: Timestamp, values: &[(&'static str, u64)]) -> Value {
    let metrics: Vec<_> = values.iter().map(|(name, _)| json!({ "Name": name, "Unit": "Count" })).collect();
    let mut line: Map<String, Value> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    line.insert(DIMENSION.to_owned(), function.into());
    let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": metrics });
    line.insert("_aws".to_owned(), json!({ "Timestamp": now.as_millisecond(), "CloudWatchMetrics": [directive] }));
    line.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form is that of AWS's "Specification: Embedded metric format".
    #[test]
    fn a_line_names_its_metrics_and_holds_their_values() {
        let now = "2026-11-20T18:30:00.250Z".parse().unwrap();
        let line = line("spinout-ingestion", now, &[("RacesIngested", 12), ("RaceFailures", 0)]);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_199_400_250_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Spinout",
                    "Dimensions": [["Service"]],
                    "Metrics": [
                        { "Name": "RacesIngested", "Unit": "Count" },
                        { "Name": "RaceFailures", "Unit": "Count" },
                    ],
                }],
            },
            "Service": "spinout-ingestion",
            "RacesIngested": 12,
            "RaceFailures": 0,
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn only_a_function_has_metrics() {
        let lambda = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "spinout-api")]);
        assert_eq!(Metrics::from_env(&lambda).unwrap().function.as_deref(), Some("spinout-api"));
        assert_eq!(Metrics::from_env(&Environment::default()).unwrap().function, None);
    }
}
