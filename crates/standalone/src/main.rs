//! `spinout`: the whole system in one program.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use runtime::{Environment, LogFormat, telemetry};
use standalone::cli::{AdminAction, Command, CommandLine, RunOptions};
use standalone::{Config, Spinout, admin, dead_letters, import, rest_api};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    match obey(CommandLine::parse()).await {
        Ok(code) => code,
        Err(error) => {
            // Nothing is left to be done if nobody reads it.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn obey(CommandLine { command, run }: CommandLine) -> anyhow::Result<ExitCode> {
    let output = &mut io::stdout().lock();
    match command.unwrap_or(Command::Run(run)) {
        Command::Run(options) => run_until_stopped(options, output).await?,
        Command::Import(options) => {
            telemetry(&options.common.log_directives(), LogFormat::Text)?;
            if !import::import(&options, output).await? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Admin(options) => {
            let (options, granted) = match options.action {
                AdminAction::Grant(options) => (options, true),
                AdminAction::Revoke(options) => (options, false),
            };
            telemetry(&options.common.log_directives(), LogFormat::Text)?;
            admin::entitle(&options.common.data_dir, options.driver, options.entitlement, granted, output).await?;
        }
        Command::Drivers(options) => {
            telemetry(&options.log_directives(), LogFormat::Text)?;
            admin::list_drivers(&options.data_dir, output).await?;
        }
        Command::DeadLetters(options) => {
            telemetry(&options.common.log_directives(), LogFormat::Text)?;
            dead_letters::list(&options, output).await?;
        }
        Command::Redrive(options) => {
            telemetry(&options.common.log_directives(), LogFormat::Text)?;
            dead_letters::redrive(&options, output).await?;
        }
        Command::RestApi(options) => {
            telemetry(&options.log_level, LogFormat::Text)?;
            rest_api::serve(options.listen, &Environment::process()).await?;
        }
        Command::Openapi => output.write_all(api::openapi_document()?.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_until_stopped(options: RunOptions, output: &mut impl Write) -> anyhow::Result<()> {
    telemetry(&options.common.log_directives(), LogFormat::Text)?;
    // From the start on, so that a signal during it is not lost.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let spinout = Spinout::start(Config::new(options, &Environment::process())?).await?;
    greet(&spinout, output)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    writeln!(output, "Stopping; what is being imported goes on at the next start.")?;
    tokio::select! {
        () = spinout.stop() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Says where to go.
fn greet(spinout: &Spinout, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\nSpinout is running: {}\n", spinout.public_url())?;
    writeln!(output, "  data     {}", spinout.data_dir().display())?;
    if !spinout.has_pages() {
        writeln!(output, "  pages    not built: run `make build-frontend`, or set SPINOUT_WEB_DIR")?;
    }
    match spinout.sandbox() {
        Some(sandbox) => {
            writeln!(output, "  iRacing  played by the sandbox; sign in as")?;
            for member in sandbox.members() {
                writeln!(
                    output,
                    "           {:<24} {:>9}  {:>5} races",
                    member.display_name, member.cust_id, member.races
                )?;
            }
        }
        None => writeln!(output, "  iRacing  {}", spinout.iracing())?,
    }
    writeln!(output, "\nCtrl-C stops it.")
}
