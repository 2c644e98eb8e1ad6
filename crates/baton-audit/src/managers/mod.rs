//! The reporting lines of a file: the [`Graph`] that checks and the org chart rest on, and the command that
//! shows it.

mod graph;
mod listing;
mod words;

use std::path::PathBuf;

use connector_core::Result;

pub use graph::{End, Fault, Graph, Line, Link};

use crate::console::{Console, Outcome};
use crate::identity::Roster;
use crate::source::{DayArgs, OpenArgs, Source};
use crate::table::{Format, FormatArgs};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ManagersArgs {
    /// Sync file of an HR system
    file: PathBuf,
    /// Sync to look at, by id or its beginning; the newest finished full sync by default
    #[arg(long, value_name = "ID")]
    sync: Option<String>,
    #[command(flatten)]
    day: DayArgs,
    /// List all people who have not left with manager, depth and span instead of the summary
    #[arg(long)]
    all: bool,
    /// List who would be without a manager if this person left (id, e-mail address, employee number or name)
    #[arg(long, value_name = "WHO", conflicts_with = "all")]
    if_leaves: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// Prints the reporting lines of a file.
pub(crate) fn managers(args: &ManagersArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let pick = args.day.pick(args.sync.as_deref());
    let source = Source::open(&args.file, pick, &args.open)?;
    let day = args.day.require(&source)?;
    let roster = Roster::load(&source)?;
    let graph = Graph::of(&roster, day);
    let format = args.format.format();
    let listing = listing::Listing {
        roster: &roster,
        graph: &graph,
    };
    match (&args.if_leaves, format) {
        (Some(who), _) => listing.if_leaves(roster.one_named(who)?, format, console)?,
        (None, _) if args.all => listing.all(format, console)?,
        (None, Format::Json) => listing.json(&source, day, console)?,
        (None, csv @ Format::Csv { .. }) => listing.faults(csv, console)?,
        (None, Format::Table) => listing.summary(console)?,
    }
    Ok(Outcome::Clean)
}
