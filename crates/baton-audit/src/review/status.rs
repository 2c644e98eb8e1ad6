//! `review status`: what is decided so far, by workbook, and what is still open.

use std::path::PathBuf;

use connector_core::Result;

use super::manifest::{Manifest, Review};
use super::returned::{Decisions, State};
use super::workbook::Decision;
use crate::console::{Console, Outcome};
use crate::table::{Cell, Column, Format, FormatArgs, column, detail, list};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct StatusArgs {
    /// Directory of the review
    dir: PathBuf,
    /// List every access that is not decided, and why, instead of the workbooks
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    format: FormatArgs,
}

const AFTER_HELP: &str = "Exit codes: 0 everything is decided, 1 something is not, 3 wrong command line, 9 the review or a \
workbook cannot be read.";

/// Runs the command.
pub(super) fn status(args: &StatusArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let manifest = Manifest::read(&args.dir)?;
    let decisions = Decisions::read(&args.dir, &manifest)?;
    let open = open_rows(&manifest.review, &decisions.states);
    let format = args.format.format();
    match args.open {
        true => list_open(&open, format, console)?,
        false => list(
            console,
            format,
            &columns(),
            &counts(&manifest.review, &decisions),
        )?,
    }
    print_notes(&decisions.notes, console)?;
    Ok(match open.is_empty() {
        true => Outcome::Clean,
        false => Outcome::Found,
    })
}

/// Prints what an operator should know.
pub(super) fn print_notes(notes: &[String], console: &mut Console<'_>) -> Result<()> {
    notes.iter().try_for_each(|note| console.note(note))
}

/// How the rows of a workbook stand.
#[derive(Debug, Default)]
struct Count<'r> {
    workbook: &'r str,
    reviewer: &'r str,
    email: Option<&'r str>,
    rows: u64,
    keep: u64,
    remove: u64,
    change: u64,
    undecided: u64,
    contradicting: u64,
}

fn columns<'r>() -> Vec<Column<Count<'r>>> {
    vec![
        column("workbook", "Workbook", |it: &Count<'_>| it.workbook.into()),
        column("reviewer", "Reviewer", |it| it.reviewer.into()),
        detail("email", |it| Cell::some(it.email)),
        column("accesses", "Accesses", |it| it.rows.into()),
        column("keep", "Keep", |it| it.keep.into()),
        column("remove", "Remove", |it| it.remove.into()),
        column("change", "Change", |it| it.change.into()),
        column("undecided", "Undecided", |it| it.undecided.into()),
        column("contradicting", "Contradicting", |it| {
            it.contradicting.into()
        }),
    ]
}

fn counts<'r>(review: &'r Review, decisions: &Decisions) -> Vec<Count<'r>> {
    let counts = review.workbooks.iter().map(|it| Count {
        workbook: &it.name,
        reviewer: &it.reviewer,
        email: it.email.as_deref(),
        ..Count::default()
    });
    let mut counts: Vec<Count<'r>> = counts.collect();
    for (row, state) in review.rows.iter().zip(&decisions.states) {
        let count = &mut counts[row.workbook];
        count.rows += 1;
        *match state {
            State::Decided { decision, .. } => match decision {
                Decision::Keep => &mut count.keep,
                Decision::Remove => &mut count.remove,
                Decision::Change => &mut count.change,
                // Never the state of a row.
                Decision::NotMine => &mut count.undecided,
            },
            State::Undecided(_) => &mut count.undecided,
            State::Contradicting(_) => &mut count.contradicting,
        } += 1;
    }
    counts
}

/// The word for contradicting decisions.
const CONTRADICTING: &str = "contradicting";

/// An access that is not decided.
#[derive(Debug)]
pub(super) struct Open<'r> {
    workbook: &'r str,
    row: &'r str,
    app: &'r str,
    account: &'r str,
    account_id: String,
    access: &'r str,
    state: &'static str,
    why: &'r str,
}

fn open_columns<'r>() -> Vec<Column<Open<'r>>> {
    vec![
        column("workbook", "Workbook", |it: &Open<'_>| it.workbook.into()),
        column("app", "App", |it| it.app.into()),
        column("account", "Account", |it| it.account.into()),
        column("access", "Access", |it| it.access.into()),
        column("state", "State", |it| it.state.into()),
        column("why", "Why", |it| it.why.into()),
        detail("account_id", |it| it.account_id.as_str().into()),
        detail("row", |it| it.row.into()),
    ]
}

impl Open<'_> {
    /// Whether decisions contradict each other.
    pub(super) fn contradicts(&self) -> bool {
        self.state == CONTRADICTING
    }
}

/// The accesses that are not decided, in the review's order.
pub(super) fn open_rows<'r>(review: &'r Review, states: &'r [State]) -> Vec<Open<'r>> {
    let rows = review.rows.iter().zip(states);
    let open = rows.filter_map(|(row, state)| {
        let (state, why) = match state {
            State::Decided { .. } => return None,
            State::Undecided(why) => ("undecided", why),
            State::Contradicting(why) => (CONTRADICTING, why),
        };
        Some(Open {
            workbook: &review.workbooks[row.workbook].name,
            row: &row.row,
            app: &review.basis.apps[row.app].label,
            account: &row.account,
            account_id: row.account_id.to_string(),
            access: &row.access,
            state,
            why,
        })
    });
    open.collect()
}

/// Lists the accesses that are not decided.
pub(super) fn list_open(
    open: &[Open<'_>],
    format: Format,
    console: &mut Console<'_>,
) -> Result<()> {
    list(console, format, &open_columns(), open)
}
