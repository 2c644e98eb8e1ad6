//! The command line: which commands there are, and how their outcomes and errors become an exit code.

use std::any::TypeId;
use std::ffi::OsString;

use clap::builder::{StringValueParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind as ClapKind;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use connector_core::{Error, ErrorKind, Result, text};

use crate::console::{Console, Outcome, exit_code, outcome_of, reader_left, write_failed};
use crate::identity::fold_text;
use crate::{
    check, completion, convert, diff, export, history, keygen, look, managers, report, review,
    sanitize, verify,
};

/// What the sync files of Baton connectors say about people, offline.
///
/// Reads `.c1z` files of any Baton connector and never writes to them. Needs no credentials and no network.
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
    /// Write the newest sync of a file as a file of the other version
    Convert(convert::ConvertArgs),
    /// Write a copy of a file in which people are replaced, for a bug report
    Sanitize(sanitize::SanitizeArgs),
    /// What changed between two syncs: joiners, movers, leavers, grants
    Diff(diff::DiffArgs),
    /// Check people and access against the catalogue and a policy
    Check(check::CheckArgs),
    /// One person over all files: accounts, every access and the way it came, findings
    Person(check::PersonArgs),
    /// Everybody who holds an entitlement or a role, by any way
    WhoCan(check::WhoCanArgs),
    /// The policy of the company: a starter from what the files hold
    Policy(check::PolicyArgs),
    /// Accounts whose owner is not known: candidates to be confirmed
    Links(check::LinksArgs),
    /// What dated files say about time: findings, time to revoke, joiners, movers and leavers
    History(history::HistoryArgs),
    /// Write one HTML page that shows people, findings and the org chart
    Report(report::ReportArgs),
    /// Access reviews: workbooks for reviewers, their decisions, and the evidence
    Review(review::ReviewArgs),
    /// The reporting lines: cycles, gaps, span and depth
    Managers(managers::ManagersArgs),
    /// Check the evidence of a sync file: bytes, rows, completeness, signature
    Verify(verify::VerifyArgs),
    /// Make a key to sign evidence or to replace people by tokens
    Keygen(keygen::KeygenArgs),
    /// Write the script by which a shell completes commands and options
    Completion(completion::CompletionArgs),
}

/// Runs the program with `args`, the program's name first, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, console: &mut Console<'_>) -> u8 {
    let parsed = command_line().try_get_matches_from(args);
    let parsed = parsed.and_then(|found| Cli::from_arg_matches(&found));
    let outcome = match parsed {
        Ok(cli) => dispatch(cli.command, console),
        Err(error) => return usage(&error, console),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if reader_left(&error) => 0,
        Err(error) => {
            let _ = print_error(&error, console);
            exit_code(&error)
        }
    }
}

/// The command line with what holds for all commands.
fn command_line() -> clap::Command {
    complete(Cli::command())
}

/// Gives a command and those below it the line about exit codes, unless they have one of their own, and lets their
/// arguments take no blank text: it fits nothing or everything, and is a variable of a script that was not set.
fn complete(command: clap::Command) -> clap::Command {
    let command = match command.get_after_help() {
        None => command.after_help(EXIT_CODES_OF_WORK),
        Some(_) => command,
    };
    command.mut_args(not_blank).mut_subcommands(complete)
}

/// The exit codes of a command that finds nothing to act on: it does its work or does not.
const EXIT_CODES_OF_WORK: &str =
    "Exit codes: 0 done, 3 wrong command line, policy or link, 9 a file cannot be read or written.";

fn not_blank(arg: Arg) -> Arg {
    if !arg.get_action().takes_values()
        || arg.get_value_parser().type_id() != TypeId::of::<String>()
    {
        return arg;
    }
    let words = |text: String| match fold_text(&text).is_empty() {
        true => Err("it is blank"),
        false => Ok(text),
    };
    arg.value_parser(ValueParser::new(StringValueParser::new().try_map(words)))
}

fn dispatch(command: Command, console: &mut Console<'_>) -> Result<Outcome> {
    let outcome = match command {
        Command::Stats(args) => look::stats(&args, console),
        Command::Types(args) => look::types(&args, console),
        Command::Users(args) => look::users(&args, console),
        Command::Groups(args) => look::groups(&args, console),
        Command::Grants(args) => look::grants(&args, console),
        Command::Access(args) => look::access(&args, console),
        Command::Syncs(args) => look::syncs(&args, console),
        Command::Export(args) => export::export(&args, console),
        Command::Convert(args) => convert::convert(&args, console),
        Command::Sanitize(args) => sanitize::sanitize(&args, console),
        Command::Diff(args) => diff::diff(&args, console),
        Command::Check(args) => check::check(&args, console),
        Command::Person(args) => check::person(&args, console),
        Command::WhoCan(args) => check::who_can(&args, console),
        Command::Policy(args) => check::policy_command(&args, console),
        Command::Links(args) => check::links_command(&args, console),
        Command::History(args) => history::history(&args, console),
        Command::Report(args) => report::report(&args, console),
        Command::Review(args) => review::review(&args, console),
        Command::Managers(args) => managers::managers(&args, console),
        Command::Verify(args) => verify::verify(&args, console),
        Command::Keygen(args) => keygen::keygen(&args, console),
        Command::Completion(args) => completion::completion(&args, command_line(), console),
    }?;
    outcome_of(outcome, console.out.flush().map_err(write_failed))
}

/// Help and version were wanted; the rest is a wrong command line.
fn usage(error: &clap::Error, console: &mut Console<'_>) -> u8 {
    let text = error.render();
    if matches!(
        error.kind(),
        ClapKind::DisplayHelp | ClapKind::DisplayVersion
    ) {
        let _ = write!(console.out, "{text}");
        return 0;
    }
    let _ = write!(console.err, "{text}");
    exit_code(&Error::new(ErrorKind::Usage, ""))
}

fn print_error(error: &Error, console: &mut Console<'_>) -> std::io::Result<()> {
    writeln!(console.err, "baton-audit: {}", one_line(&error.to_string()))?;
    match error.hint_text() {
        Some(hint) => writeln!(console.err, "hint: {}", one_line(hint)),
        None => Ok(()),
    }
}

fn one_line(message: &str) -> String {
    text::printable(
        &message.replace(['\n', '\r', '\t'], " "),
        text::MAX_VALUE_BYTES,
    )
}

#[cfg(test)]
mod tests;
