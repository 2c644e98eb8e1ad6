//! The command: opens two syncs, compares them and writes what differs: a table for people, Markdown for pull
//! requests and chats, JSON for programs.

mod json;
mod markdown;
mod people;
mod rest;
mod section;
mod summary;
mod table;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use connector_core::{Error, ErrorKind, Result};
use jiff::civil::Date;

use super::comparison::{Comparison, Side, compare, days};
use super::facts::Field;
use super::guard::{Guard, Percent};
use super::people::{Change, PeopleDiff};
use crate::console::{Console, Outcome, outcome_of};
use crate::source::{OpenArgs, Pick, Source, ZoneArgs};

const AFTER_HELP: &str = "Exit codes: 0 the same, 1 differences, 2 more people are missing than \
--vanished-threshold allows, 3 wrong command line, 9 a file cannot be read.";

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct DiffArgs {
    /// Sync file with the earlier state
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Sync file with the later state; without it, the last two finished full syncs of OLD are compared
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// Sync to take as the earlier state, by id or its beginning
    #[arg(long, value_name = "ID")]
    sync_old: Option<String>,
    /// Sync to take as the later state, by id or its beginning
    #[arg(long, value_name = "ID")]
    sync_new: Option<String>,
    /// How to write the differences
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Exit with 2 when more than this share of the people who had not left cannot be found any more
    #[arg(long, value_name = "PERCENT", default_value_t = Guard::default().threshold)]
    vanished_threshold: Percent,
    /// Never exit with 2 when fewer people than this cannot be found any more
    #[arg(long, value_name = "PEOPLE", default_value_t = Guard::default().minimum)]
    vanished_minimum: u64,
    /// Leave grants out
    #[arg(long)]
    no_grants: bool,
    /// Rows of each section in tables and Markdown; JSON has them all
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    limit: usize,
    /// Judge as of this day (YYYY-MM-DD) instead of the day the later sync ended; which syncs are compared does not
    /// depend on it
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// How differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// Everything, one object
    Json,
    /// Markdown, for pull requests and chats
    Md,
}

/// Runs the command.
pub(crate) fn diff(args: &DiffArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let (old, new) = sources(args)?;
    let (old_day, new_day) = days(&old, &new, args.as_of, &args.zone)?;
    let (old, new) = (Side::load(old, old_day)?, Side::load(new, new_day)?);
    let guard = Guard {
        threshold: args.vanished_threshold,
        minimum: args.vanished_minimum,
    };
    let compared = compare(&old, &new, guard, !args.no_grants, args.limit)?;
    let outcome = match (compared.is_unsafe(), compared.is_same()) {
        (true, _) => Outcome::Unsafe,
        (_, true) => Outcome::Clean,
        _ => Outcome::Found,
    };
    outcome_of(outcome, write(args, &compared, console))
}

fn write(args: &DiffArgs, compared: &Comparison<'_>, console: &mut Console<'_>) -> Result<()> {
    for note in notes(compared) {
        console.note(&note)?;
    }
    match args.format {
        Format::Table => table::write(compared, args.limit, console),
        Format::Md => markdown::write(compared, args.limit, console.out),
        Format::Json => json::write(compared, console.out),
    }
}

fn sources(args: &DiffArgs) -> Result<(Source, Source)> {
    let (sync_old, sync_new) = (args.sync_old.as_deref(), args.sync_new.as_deref());
    let (earlier, file) = match (&args.new, sync_old, sync_new) {
        (Some(file), ..) => (Pick::from_flag(sync_old), file),
        (None, None, None) => (Pick::Previous, &args.old),
        (None, Some(id), _) => (Pick::Id(id), &args.old),
        (None, None, Some(_)) => {
            return Err(Error::new(
                ErrorKind::Usage,
                "--sync-new alone does not say what to compare with",
            )
            .hint("add --sync-old ID, or a second file"));
        }
    };
    let old = Source::open(&args.old, earlier, &args.open)?;
    let new = Source::open(file, Pick::from_flag(sync_new), &args.open)?;
    Ok((old, new))
}

/// What the reader should know before believing the result.
fn notes(compared: &Comparison<'_>) -> Vec<String> {
    let (old, new) = (compared.old, compared.new);
    let mut notes = Vec::new();
    for (which, side) in [("OLD", old), ("NEW", new)] {
        let sync = &side.source.sync;
        if !side.is_whole() {
            let state = match sync.ended_at {
                Some(_) => sync.sync_type.as_str(),
                None => "unfinished",
            };
            notes.push(format!(
                "the sync taken as {which} is {state}, what it leaves out looks as if it were gone"
            ));
        }
    }
    if old.source.seen_at() > new.source.seen_at() {
        notes.push("OLD ended after NEW; were the two exchanged?".to_owned());
    }
    notes.extend(stranger_note(&compared.people, old, new).map(str::to_owned));
    notes
}

/// Whether the two files look as if they came from different systems.
fn stranger_note(people: &PeopleDiff<'_>, old: &Side, new: &Side) -> Option<&'static str> {
    let types = |side: &Side| -> HashSet<Arc<str>> {
        let people = side.roster.iter();
        people.map(|p| Arc::clone(&p.key.resource_type)).collect()
    };
    let (from, to) = (types(old), types(new));
    if !from.is_empty() && !to.is_empty() && from.is_disjoint(&to) {
        return Some(
            "OLD and NEW have no type of people in common; are they of the same connector?",
        );
    }
    let same_id = people
        .changes
        .iter()
        .filter(|c| c.both().is_some() && c.other_key().is_none());
    let differs = |change: &Change<'_>, field| change.changes.iter().any(|c| c.field == field);
    let (strangers, known): (Vec<_>, Vec<_>) =
        same_id.partition(|c| differs(c, Field::Name) && differs(c, Field::Emails));
    let known = known.len() as u64 + people.unchanged;
    (strangers.len() as u64 > known).then_some(
        "most people have the same id in OLD and NEW but another name and address; are they of the same connector?",
    )
}
