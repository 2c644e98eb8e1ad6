//! The command: reads files and policy, examines, and writes findings.

use std::path::PathBuf;

use clap::ValueEnum;
use connector_core::Result;

use super::catalogue::{self, CATALOGUE, Check};
use super::examine::context_for;
use super::files::FilesArgs;
use super::finding::Severity;
use super::input::Input;
use super::output::{self, Format};
use super::{Findings, examine_in};
use crate::console::{Console, Outcome, outcome_of};
use crate::outfile::{self, Out};
use crate::source::{DayArgs, OpenArgs};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct CheckArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Evidence of one of the files, to be carried into the output; may be repeated
    #[arg(long, value_name = "EVIDENCE")]
    evidence: Vec<PathBuf>,
    /// Run these checks only, by id and separated by commas
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = check_id)]
    only: Vec<&'static Check>,
    /// Exit with 1 from this severity on
    #[arg(long, value_name = "SEVERITY", value_enum, default_value = "medium")]
    fail_on: FailOn,
    /// Write findings from this severity on; of the others, only how many there are. Which code the program exits with
    /// does not depend on it
    #[arg(long, value_name = "SEVERITY", value_enum)]
    min_severity: Option<Severity>,
    /// How to write the findings
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Write the findings to this file instead of standard output (-)
    #[arg(long, value_name = "FILE")]
    out: Option<Out>,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

const AFTER_HELP: &str = "Exit codes: 0 no finding at or above --fail-on, 1 findings, 3 wrong command line, policy or \
link, 9 a file cannot be read or written.";

/// From which severity on findings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Note,
    Low,
    Medium,
    High,
    Critical,
    /// However bad they are, the exit code is 0
    Never,
}

impl FailOn {
    fn floor(self) -> Option<Severity> {
        // The words are those of the severities; `never` is none.
        Severity::from_word(self.to_possible_value()?.get_name())
    }
}

fn check_id(id: &str) -> Result<&'static Check, String> {
    catalogue::by_id(&id.trim().to_uppercase()).ok_or_else(|| {
        let ids: Vec<_> = CATALOGUE.iter().map(|check| check.id).collect();
        format!("the checks are {}", ids.join(", "))
    })
}

/// Runs the command.
pub(crate) fn check(args: &CheckArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let file = args.out.as_ref().and_then(Out::file);
    if let Some(path) = file {
        outfile::check(path)?;
    }
    let mut findings = examined(args, console)?;
    let fails = |floor| findings.open_at(floor).next().is_some();
    let outcome = match args.fail_on.floor().is_some_and(fails) {
        true => Outcome::Found,
        false => Outcome::Clean,
    };
    if let Some(floor) = args.min_severity {
        findings.leave_out_below(floor);
    }
    let too_many = match args.format {
        Format::Sarif => output::too_many_results(findings.findings.len()),
        Format::Table | Format::Json | Format::Junit => None,
    };
    if let Some(note) = too_many {
        console.note(&note)?;
    }
    match file {
        None => {
            let written = output::write(&findings, args.format, console.out, console.width);
            outcome_of(outcome, written)
        }
        Some(path) => {
            outfile::write(path, |out| output::write(&findings, args.format, out, None))?;
            Ok(outcome)
        }
    }
}

fn examined(args: &CheckArgs, console: &mut Console<'_>) -> Result<Findings> {
    let policy = args.files.policy()?;
    let mut input = Input::open_on(&args.files.paths(&args.open)?, &args.day, &args.open)?;
    input.attach(&args.evidence)?;
    input.read_states(&policy);
    let day = input.day(&args.day)?;
    let wanted = |check: &Check| args.only.is_empty() || args.only.contains(&check);
    let context = context_for(&input, &policy, day, wanted)?;
    context.tell_misplaced(console)?;
    let findings = examine_in(&context, &input, wanted);
    // The program ends soon. Giving back one by one what was made of a million rows would take a noticeable part of its
    // time; decoded files have no names, so nothing is left of them.
    std::mem::forget(context);
    std::mem::forget(input);
    findings
}
