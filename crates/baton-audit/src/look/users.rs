//! `users`: people and accounts, or one of them.

use std::path::PathBuf;

use connector_core::{Error, ErrorKind, Result};

use super::people::PERSON_COLUMNS;
use super::show::{ShowArgs, show};
use super::{PeopleArgs, PeopleFilter, SyncArgs};
use crate::console::{Console, Outcome};
use crate::identity;
use crate::source::DayArgs;
use crate::table::{FormatArgs, Table, cells, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct UsersArgs {
    #[command(subcommand)]
    command: Option<Subcommand>,

    /// Sync file (.c1z)
    // `show` has its own; clap asks for this one when there is no subcommand.
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,

    #[command(flatten)]
    sync: SyncArgs,

    #[command(flatten)]
    people: PeopleArgs,

    #[command(flatten)]
    day: DayArgs,

    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// One person or account: every fact and where it stands in the file, groups, managers, reports
    Show(ShowArgs),
}

/// Runs the command.
pub(crate) fn users(args: &UsersArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = match (&args.command, &args.file) {
        (Some(Subcommand::Show(args)), _) => return show(args, console),
        (None, Some(file)) => args.sync.source_on(file, &args.day)?,
        (None, None) => return Err(Error::new(ErrorKind::Usage, "FILE is missing")),
    };
    let filter = PeopleFilter::new(&args.people, &source, args.day.day(&source))?;
    let mut table = Table::new(console, args.format.format(), headings(PERSON_COLUMNS));
    identity::for_each(&source, |identity, _| match filter.line(identity) {
        Some(line) => table.row(&cells(PERSON_COLUMNS, &line)),
        None => Ok(()),
    })?;
    table.finish()?;
    Ok(Outcome::Clean)
}
