//! Logs.

use std::io::{self, IsTerminal};

use anyhow::{Context, anyhow};
use tracing_subscriber::EnvFilter;

use crate::Environment;

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line on standard output, for CloudWatch.
    Json,
    /// Readable lines on standard error, in colour at a terminal.
    Text,
}

/// Starts logging.
///
/// `log_level` is `error`, `warn`, `info`, `debug` or `trace`, or the directives of an [`EnvFilter`] such as
/// `info,ingestion=debug`. A plain level speaks for our own crates: HTTP and AWS libraries stay at `warn`, because at
/// `debug` and below they print headers with tokens and signed links.
///
/// # Errors
/// If the level is neither, or if logging was started before.
pub fn telemetry(log_level: &str, format: LogFormat) -> anyhow::Result<()> {
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter(log_level)?);
    match format {
        // All spans, outermost first: Lambda's, with its request id, and ours, with the correlation id.
        LogFormat::Json => subscriber.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Text => subscriber.with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).try_init(),
    }
    .map_err(|error| anyhow!("logging could not be started: {error}"))
}

/// Starts logging as a Lambda does: JSON, at the level of `LOG_LEVEL` (default `info`).
pub fn lambda_telemetry(environment: &Environment) -> anyhow::Result<()> {
    telemetry(&environment.or("LOG_LEVEL", "info".to_owned())?, LogFormat::Json)
}

fn filter(log_level: &str) -> anyhow::Result<EnvFilter> {
    let directives = match log_level.to_ascii_lowercase().as_str() {
        level @ ("error" | "warn") => level.to_owned(),
        level @ ("info" | "debug" | "trace") => {
            // Targets match by prefix: `aws` covers the SDK's crates, `hyper` also `hyper_util`. The embedded table warns
            // of every condition that does not hold, which is our daily bread. The layers of Lambda's runtime name the call.
            format!(
                "{level},aws=warn,dynoxide=error,h2=warn,hyper=warn,lambda_runtime=warn,lambda_runtime::layers=info,reqwest=warn,rustls=warn"
            )
        }
        _ if log_level.contains(['=', ',']) => log_level.to_owned(),
        // A bare word would be taken for the name of a crate and silence everything else.
        _ => return Err(invalid(log_level)),
    };
    EnvFilter::try_new(directives).map_err(|_| invalid(log_level)).context("logging could not be started")
}

fn invalid(log_level: &str) -> anyhow::Error {
    anyhow!(
        "LOG_LEVEL is {log_level:?}: expected error, warn, info, debug or trace, \
         or filter directives such as info,ingestion=debug"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_levels_keep_libraries_quiet() {
        assert_eq!(filter("error").unwrap().to_string(), "error");
        let debug = filter("DEBUG").unwrap().to_string();
        assert!(debug.contains("aws=warn") && debug.ends_with("debug"), "{debug}");
    }

    #[test]
    fn filter_directives_are_taken_as_they_are() {
        assert_eq!(filter("ingestion=debug,warn").unwrap().to_string(), "ingestion=debug,warn");
    }

    #[test]
    fn an_unknown_level_is_refused_by_name() {
        for bad in ["loud", "", "info,=x=y"] {
            let error = format!("{:#}", filter(bad).unwrap_err());
            assert!(error.contains("LOG_LEVEL is") && error.contains("expected error, warn"), "{error}");
        }
    }

    #[test]
    fn logging_starts_once() {
        lambda_telemetry(&Environment::default()).unwrap();
        let error = telemetry("info", LogFormat::Text).unwrap_err();
        assert!(error.to_string().starts_with("logging could not be started"));
    }
}
