use clap::Parser;
use runtime::Environment;
use standalone::cli::{Command, CommandLine};
use standalone::{Config, Iracing};

fn parse(arguments: &[&str]) -> Result<CommandLine, String> {
    CommandLine::try_parse_from(std::iter::once(&"spinout").chain(arguments)).map_err(|error| error.to_string())
}

type Variables<'a> = &'a [(&'a str, &'a str)];

/// The settings, or why they are refused.
fn config(arguments: &[&str], environment: Variables<'_>) -> Result<Config, String> {
    let options = match parse(arguments)? {
        CommandLine { command: Some(Command::Run(options)), .. } => options,
        CommandLine { run, .. } => run,
    };
    Config::new(options, &Environment::of(environment.iter().copied())).map_err(|error| format!("{error:#}"))
}

#[test]
fn without_arguments_everything_runs_on_port_8080_with_the_sandbox() {
    let config = config(&[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data_dir.to_str(), Some("./data"));
    assert!(config.public_url.is_none());
    assert!(matches!(config.iracing, Iracing::Sandbox(sandbox) if sandbox.seed == 1 && sandbox.recorded.is_none()));
}

#[test]
fn run_takes_the_same_options_as_nothing() {
    for arguments in [&["--listen", "0.0.0.0:9000"][..], &["run", "--listen", "0.0.0.0:9000"]] {
        assert_eq!(config(arguments, &[]).unwrap().listen.to_string(), "0.0.0.0:9000");
    }
}

#[test]
fn credentials_of_iracing_turn_the_sandbox_off() {
    let credentials = [("IRACING_CLIENT_ID", "me"), ("IRACING_CLIENT_SECRET", "hush")];
    let Iracing::Real(client) = config(&[], &credentials).unwrap().iracing else { panic!("the sandbox is on") };
    assert_eq!(client.client_secret.expose(), "hush");
    assert_eq!(client.oauth_base_url.as_str(), "https://oauth.iracing.com/oauth2");
    assert_eq!(client.data_base_url.as_str(), "https://members-ng.iracing.com/");
}

#[test]
fn settings_of_the_worker_reach_the_services() {
    let config = config(&[], &[("INGESTION_COOLDOWN_SECONDS", "5"), ("HOME", "/root")]).unwrap();
    assert_eq!(config.services, [("INGESTION_COOLDOWN_SECONDS".to_owned(), "5".to_owned())]);
}

#[test]
fn a_bad_setting_is_refused_with_its_name_and_what_was_expected() {
    let refused: [(&[&str], Variables<'_>, &str); 10] = [
        (&["--listen", "8080"], &[], "SPINOUT_LISTEN: expected an address and a port"),
        (&["--public-url", "localhost"], &[], "SPINOUT_PUBLIC_URL: expected an address without a path"),
        (&["--public-url", "https://a.example/races"], &[], "SPINOUT_PUBLIC_URL: expected an address without a path"),
        (&["--public-url", "http://192.168.1.2:8080"], &[], "SPINOUT_PUBLIC_URL: expected an https address"),
        (&["--web-dir", "/nowhere"], &[], "SPINOUT_WEB_DIR is \"/nowhere\": expected a folder of built pages"),
        (&["--sandbox-seed", "luck"], &[], "SPINOUT_SANDBOX_SEED: expected a whole number"),
        (&["--sandbox-rate-limit", "0"], &[], "SPINOUT_SANDBOX_RATE_LIMIT: expected a whole number, at least 1"),
        (&["--sandbox-recorded", "/nowhere"], &[], "SPINOUT_SANDBOX_RECORDED is \"/nowhere\": expected a folder"),
        (&[], &[("IRACING_CLIENT_ID", "me")], "IRACING_CLIENT_SECRET is not set: expected a text"),
        (
            &[],
            &[("IRACING_DATA_BASE_URL", "https://a.example")],
            "expected IRACING_CLIENT_ID and IRACING_CLIENT_SECRET",
        ),
    ];
    for (arguments, environment, expected) in refused {
        let error = config(arguments, environment).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn https_addresses_and_local_ones_are_taken_as_public() {
    for address in ["https://races.example.org", "http://localhost:8080/", "http://127.0.0.1:9000", "http://[::1]:80"] {
        assert!(config(&["--public-url", address], &[]).is_ok(), "{address}");
    }
}

#[test]
fn import_wants_files_and_takes_a_driver() {
    assert!(parse(&["import"]).is_err());
    assert!(parse(&["import", "a.json", "--driver", "me"]).unwrap_err().contains("customer id"));
    let Some(Command::Import(options)) = parse(&["import", "a.json", "b.json", "--driver", "411093"]).unwrap().command
    else {
        panic!("not an import")
    };
    assert_eq!(options.files.len(), 2);
    assert_eq!(options.driver.unwrap().0, 411_093);
}

#[test]
fn only_known_entitlements_are_granted() {
    assert!(parse(&["admin", "grant", "411093", "developer"]).is_ok());
    assert!(parse(&["admin", "grant", "411093", "god"]).unwrap_err().contains("expected `developer`"));
}

#[test]
fn conditions_that_do_not_hold_are_not_logged_unless_directives_say_so() {
    let directives = |level| parse(&["--log-level", level]).unwrap().run.common.log_directives();
    assert_eq!(directives("warn"), "warn,dynoxide=error");
    assert!(directives("INFO").starts_with("info,dynoxide=error,"));
    assert_eq!(directives("error"), "error");
    assert_eq!(directives("info,dynoxide=debug"), "info,dynoxide=debug");
}

#[test]
fn help_names_every_variable() {
    let help = parse(&["--help"]).unwrap_err();
    for name in [
        "SPINOUT_DATA_DIR",
        "SPINOUT_LISTEN",
        "SPINOUT_PUBLIC_URL",
        "SPINOUT_WEB_DIR",
        "SPINOUT_SANDBOX_SEED",
        "SPINOUT_SANDBOX_RATE_LIMIT",
        "SPINOUT_SANDBOX_RECORDED",
        "SPINOUT_SANDBOX_FAULTS",
        "LOG_LEVEL",
        "IRACING_CLIENT_ID",
        "IRACING_CLIENT_SECRET",
        "INGESTION_COOLDOWN_SECONDS",
    ] {
        assert!(help.contains(name), "{name} is missing in:\n{help}");
    }
}
