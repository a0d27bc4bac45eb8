//! `hartomat`: every use case from the command line.
//!
//! Commands return an [`outcome::Outcome`]; only this file writes it and ends the process with its
//! exit code.

mod args;
mod commands;
mod exit;
mod interrupt;
mod outcome;
mod progress;
mod text;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use outcome::Outcome;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(err) => {
            let code = if err.use_stderr() {
                exit::Exit::InvalidInput
            } else {
                exit::Exit::Ok
            };
            // A closed terminal is no reason to fail.
            let _ = err.print();
            return code.into();
        }
    };
    let json = arguments.json;
    let name = arguments.command.name();
    let outcome = run(arguments).unwrap_or_else(|err| Outcome::from_error(&err));
    let written = if json {
        write_json(name, &outcome)
    } else {
        write_text(&outcome)
    };
    // A closed pipe (`hartomat … | head`) is no reason to fail.
    let _ = written;
    outcome.exit.into()
}

fn run(arguments: Arguments) -> Result<Outcome, hartomat_api::ApiError> {
    let session = commands::Session::new(&arguments);
    match arguments.command {
        Command::Smoke(command) => commands::smoke::smoke(&session, &command),
        Command::Run(command) => commands::run::run(&session, &command),
        Command::Validate(command) => commands::workflow::validate(&session, &command),
        Command::Preflight(command) => commands::plan::preflight(&session, &command),
        Command::DryRun(command) => commands::plan::dry_run(&session, &command),
        Command::Runs(command) => commands::runs::runs(&session, command),
        Command::Review(command) => commands::review::review(&session, command),
        Command::OutputTypes(command) => commands::orders::output_types(&session, command),
        Command::Calibrate(command) => commands::orders::calibrate(&session, &command),
        Command::Orders(command) => commands::orders::orders(&session, command),
        Command::Resolve(command) => commands::plan::resolve(&session, &command),
        Command::Golden(command) => commands::golden::golden(&session, command),
        Command::Rollout(command) => commands::rollout::rollout(&session, command),
        Command::Compare(command) => commands::compare::compare(&session, &command),
        Command::Nodes(command) => commands::nodes::nodes(&session, &command),
        Command::Workflow(command) => commands::workflow::workflow(&session, &command),
        Command::Migrate(command) => commands::migrate::migrate(&session, &command),
        Command::Cad(command) => commands::cad::cad(&session, &command),
        Command::Info => commands::server::info(&session),
        Command::Doctor => commands::doctor::doctor(&session),
        Command::Agent(command) => commands::server::agent(&session, &command),
        Command::Serve(command) => commands::server::serve(&session, &command),
        Command::Token(command) => commands::access::token(&session, &command),
        Command::Servers(command) => commands::servers::servers(&session, &command),
        Command::Legacy(command) => commands::legacy::legacy(&session, command),
        Command::Templates(command) => commands::templates::templates(&session, &command),
        Command::Notify(command) => commands::notify::notify(&session, command),
        Command::Outbox(command) => commands::outbox::outbox(&session, &command),
        Command::Audit { limit } => commands::access::audit(&session, limit),
        Command::ExitCodes => Ok(commands::exit_codes()),
        Command::Completions { shell } => Ok(commands::manual::completions(shell)),
        Command::Man { folder } => commands::manual::man(&folder),
    }
}

fn write_text(outcome: &Outcome) -> io::Result<()> {
    if outcome.exit.is_error_without_data() && !outcome.text.is_empty() {
        return write!(io::stderr().lock(), "{}", outcome.text);
    }
    write!(io::stdout().lock(), "{}", outcome.text)
}

fn write_json(command: &str, outcome: &Outcome) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &outcome.envelope(command))?;
    writeln!(out)
}
