//! Logs.

use std::io::{self, Write};

use anyhow::{Context, anyhow};
use tracing_subscriber::EnvFilter;

use crate::Environment;

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line on standard output, for CloudWatch.
    Json,
    /// Readable lines on standard error.
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
        LogFormat::Text => subscriber.with_writer(|| OneLine(io::stderr())).with_ansi(false).try_init(),
    }
    .map_err(|error| anyhow!("logging could not be started: {error}"))
}

/// Starts logging as a Lambda does: JSON, at the level of `LOG_LEVEL` (default `info`).
pub fn lambda_telemetry(environment: &Environment) -> anyhow::Result<()> {
    telemetry(&environment.or("LOG_LEVEL", "info".to_owned())?, LogFormat::Json)
}

/// Keeps each event on one line and harmless at a terminal, whatever texts of strangers it quotes: a line break in them
/// could forge an event, and an escape sequence could hide one.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    /// Takes a whole event, which is how the formatter hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let (text, end) = event.split_at(event.len() - usize::from(event.ends_with(b"\n")));
        for piece in text.split_inclusive(u8::is_ascii_control) {
            match piece.split_last() {
                Some((control, words)) if control.is_ascii_control() => {
                    self.0.write_all(words)?;
                    write!(self.0, "{}", control.escape_ascii())?;
                }
                _ => self.0.write_all(piece)?,
            }
        }
        self.0.write_all(end)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn filter(log_level: &str) -> anyhow::Result<EnvFilter> {
    let directives = match log_level.to_ascii_lowercase().as_str() {
        level @ ("error" | "warn") => level.to_owned(),
        level @ ("info" | "debug" | "trace") => {
            // Targets match by prefix: `aws` covers the SDK's crates, `hyper` also `hyper_util`. The embedded table warns
            // of every condition that does not hold, which is our daily bread. The layers of Lambda's runtime name the call.
            format!(
                "{level},aws=warn,dynoxide=error,h2=warn,hyper=warn,lambda_runtime=warn,lambda_runtime::layers=info,\
                 reqwest=warn,rustls=warn"
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
    use std::sync::{Arc, Mutex};

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

    /// What is logged of a text that somebody else chose.
    fn logged(text: &str, format: LogFormat) -> String {
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        let writer = move || OneLine(Shared(lines.clone()));
        let subscriber = tracing_subscriber::fmt().with_writer(writer).with_ansi(false);
        let event = || tracing::info!(text, error = %text, "{text}");
        match format {
            LogFormat::Json => tracing::subscriber::with_default(subscriber.json().finish(), event),
            LogFormat::Text => tracing::subscriber::with_default(subscriber.finish(), event),
        }
        let bytes = log.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[derive(Clone)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_text_of_a_stranger_cannot_forge_a_line_of_the_log() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let log = logged("a\n2026-01-01T00:00:00Z  INFO api: all is well\r\u{1b}[31mred\u{9b}2J", format);
            assert_eq!(log.lines().count(), 1, "{format:?}: {log}");
            assert!(log.ends_with('\n') && log.contains("all is well"), "{format:?}: {log}");
            assert!(!log.trim_end().chars().any(|character| character.is_ascii_control()), "{format:?}: {log:?}");
        }
    }

    #[test]
    fn logging_starts_once() {
        lambda_telemetry(&Environment::default()).unwrap();
        let error = telemetry("info", LogFormat::Text).unwrap_err();
        assert!(error.to_string().starts_with("logging could not be started"));
    }
}
