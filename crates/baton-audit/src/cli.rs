//! The command line: which commands there are, and how their outcomes and errors become an exit code.

use std::ffi::OsString;

use clap::error::ErrorKind as ClapKind;
use clap::{Parser, Subcommand};
use connector_core::{Error, ErrorKind, Result, text};

use crate::stage::{Outcome, Stage, exit_code, reader_left, write_failed};
use crate::{check, diff, export, look, managers, report};

/// What the sync files of Baton connectors say about people, offline.
///
/// Reads `.c1z` files (version 1) of any Baton connector and never writes to them. Needs no credentials and no network.
#[derive(Debug, Parser)]
#[command(name = "baton-audit", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing to act on, 1 findings or differences, 2 (diff) too many people vanished, \
3 wrong command line or policy, 9 a file cannot be read or written, 13 a defect.";

#[derive(Debug, Subcommand)]
enum Command {
    /// How many of what a file holds, by type and state
    Stats(look::StatsArgs),
    /// The resource types of a file
    Types(look::TypesArgs),
    /// People and accounts, or one of them with every fact
    Users(look::UsersArgs),
    /// Groups and how many hold them
    Groups(look::GroupsArgs),
    /// Who holds what, one line per grant
    Grants(look::GrantsArgs),
    /// Everything one person or account holds
    Access(look::AccessArgs),
    /// The syncs in a file
    Syncs(look::SyncsArgs),
    /// Write the content as CSV, JSON, XLSX or SCIM
    Export(export::ExportArgs),
    /// What changed between two syncs: joiners, movers, leavers, grants
    Diff(diff::DiffArgs),
    /// Check people and access against the catalogue and a policy
    Check(check::CheckArgs),
    /// Write one HTML page that shows people, findings and the org chart
    Report(report::ReportArgs),
    /// The reporting lines: cycles, gaps, span and depth
    Managers(managers::ManagersArgs),
}

/// Runs the program with `args`, the program's name first, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, stage: &mut Stage<'_>) -> u8 {
    let outcome = match Cli::try_parse_from(args) {
        Ok(cli) => dispatch(cli.command, stage),
        Err(error) => return usage(&error, stage),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if reader_left(&error) => 0,
        Err(error) => {
            let _ = print_error(&error, stage);
            exit_code(&error)
        }
    }
}

fn dispatch(command: Command, stage: &mut Stage<'_>) -> Result<Outcome> {
    let outcome = match command {
        Command::Stats(args) => look::stats(&args, stage),
        Command::Types(args) => look::types(&args, stage),
        Command::Users(args) => look::users(&args, stage),
        Command::Groups(args) => look::groups(&args, stage),
        Command::Grants(args) => look::grants(&args, stage),
        Command::Access(args) => look::access(&args, stage),
        Command::Syncs(args) => look::syncs(&args, stage),
        Command::Export(args) => export::export(&args, stage),
        Command::Diff(args) => diff::diff(&args, stage),
        Command::Check(args) => check::check(&args, stage),
        Command::Report(args) => report::report(&args, stage),
        Command::Managers(args) => managers::managers(&args, stage),
    }?;
    stage.out.flush().map_err(write_failed)?;
    Ok(outcome)
}

/// Help and version were wanted; the rest is a wrong command line.
fn usage(error: &clap::Error, stage: &mut Stage<'_>) -> u8 {
    let text = error.render();
    if matches!(
        error.kind(),
        ClapKind::DisplayHelp | ClapKind::DisplayVersion
    ) {
        let _ = write!(stage.out, "{text}");
        return 0;
    }
    let _ = write!(stage.err, "{text}");
    exit_code(&Error::new(ErrorKind::Usage, ""))
}

fn print_error(error: &Error, stage: &mut Stage<'_>) -> std::io::Result<()> {
    writeln!(stage.err, "baton-audit: {}", one_line(&error.to_string()))?;
    match error.hint_text() {
        Some(hint) => writeln!(stage.err, "hint: {}", one_line(hint)),
        None => Ok(()),
    }
}

fn one_line(message: &str) -> String {
    text::printable(
        &message.replace(['\n', '\r', '\t'], " "),
        text::MAX_VALUE_BYTES,
    )
}
