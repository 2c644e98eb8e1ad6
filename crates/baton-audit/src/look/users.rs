//! `users`: people and accounts, or one of them.

use std::path::PathBuf;

use connector_core::{Error, ErrorKind, Result};

use super::people::{PERSON_COLUMNS, person_cells};
use super::show::{ShowArgs, show};
use super::{PeopleArgs, PeopleFilter, SyncArgs};
use crate::console::{Console, Outcome};
use crate::identity;
use crate::source::DayArgs;
use crate::table::{FormatArgs, Table};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct UsersArgs {
    #[command(subcommand)]
    one: Option<One>,

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
enum One {
    /// One person or account: every fact and where it stands in the file, groups, managers, reports
    Show(ShowArgs),
}

/// Runs the command.
pub(crate) fn users(args: &UsersArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = match (&args.one, &args.file) {
        (Some(One::Show(one)), _) => return show(one, console),
        (None, Some(file)) => args.sync.source(file)?,
        (None, None) => return Err(Error::new(ErrorKind::Usage, "which FILE?")),
    };
    let filter = PeopleFilter::new(&args.people, &source, args.day.day(&source))?;
    let mut table = Table::new(console, args.format.format(), PERSON_COLUMNS.to_vec());
    identity::for_each(&source, |identity, _| match filter.fits(&identity) {
        true => table.row(&person_cells(&identity, filter.lifecycle(&identity))),
        false => Ok(()),
    })?;
    table.finish()?;
    Ok(Outcome::Clean)
}
