//! `review close`: from returned workbooks to what is to be done, and the evidence for it.
//!
//! Nothing is written before every access is decided: a list of removals that is complete only in part would look
//! like one that is.

use std::path::PathBuf;

use clap::ValueEnum;
use connector_core::text::counted_as;
use connector_core::{Context, Error, ErrorKind, Result};
use connector_evidence::SecretKey;
use jiff::civil::Date;

use super::folder::Folder;
use super::manifest::Manifest;
use super::outputs::{self, EVIDENCE_FORMAT, Evidence, Output};
use super::returned::{Decisions, State};
use super::status::{list_open, open_rows, print_notes};
use super::workbook::Decision;
use crate::console::{Console, Outcome};
use crate::outfile::Place;
use crate::table::{Column, Format, column, list};

/// Days after the review's own for which findings are accepted usually: until the review of the next quarter.
const ACCEPTED_DAYS: i32 = 92;
/// Where a closed review goes usually, within the directory of the review.
pub(super) const CLOSED: &str = "closed";

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct CloseArgs {
    /// Directory of the review, with the returned workbooks
    dir: PathBuf,
    /// Directory for the result; it is made, or must be empty. By default `closed` in the directory of the review
    #[arg(long, value_name = "DIR")]
    out: Option<Place>,
    /// What holds for accesses that nobody decided; without it the review is not closed while there are any
    #[arg(long, value_name = "DECISION", value_enum)]
    undecided: Option<Undecided>,
    /// Last day on which findings about kept accounts are accepted; by default 92 days after the review's own
    #[arg(long, value_name = "DATE")]
    accepted_until: Option<Date>,
    /// File with the private key that signs the evidence, as `baton-audit keygen` makes it
    #[arg(long, value_name = "KEY")]
    evidence_key: Option<PathBuf>,
}

const AFTER_HELP: &str = "Exit codes: 0 the review is closed, 1 something is not decided and nothing was written, 3 wrong \
command line or key, 9 the review or a workbook cannot be read, or the result cannot be written.";

/// What holds for what nobody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Undecided {
    /// The access stays
    Keep,
    /// The access is taken away
    Remove,
}

/// Runs the command.
pub(super) fn close(args: &CloseArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let key = args.evidence_key.as_deref().map(SecretKey::read);
    let key = key.transpose().during("reading the evidence key")?;
    let manifest = Manifest::read(&args.dir)?;
    let until = accepted_until(args.accepted_until, manifest.review.basis.as_of)?;
    let Decisions {
        files,
        states,
        notes,
    } = Decisions::read(&args.dir, &manifest)?;
    let undecided = args.undecided.map(|it| match it {
        Undecided::Keep => Decision::Keep,
        Undecided::Remove => Decision::Remove,
    });
    let mut open = open_rows(&manifest.review, &states);
    if undecided.is_some() {
        open.retain(|it| it.contradicts());
    }
    if !open.is_empty() {
        list_open(&open, Format::Table, console)?;
        print_notes(&notes, console)?;
        let rows = counted_as(open.len(), "access is", "accesses are");
        console.note(&format!("{rows} not decided, so nothing was written"))?;
        return Ok(Outcome::Found);
    }
    let decisions = outputs::decided(&manifest, &states, &files, undecided);
    let basis = manifest.review.basis;
    let removed = decisions
        .iter()
        .filter(|it| it.decision == Decision::Remove);
    let follows = removed.filter(|it| !it.access.direct).count();
    let evidence = Evidence {
        format: EVIDENCE_FORMAT.to_owned(),
        review: manifest.digest,
        basis,
        workbooks: manifest.review.workbooks,
        returned: files,
        decisions,
        outputs: Vec::new(),
        signature: None,
    };
    let usual = args.dir.join(CLOSED);
    let folder = Folder::fresh(args.out.as_deref().unwrap_or(&usual))?;
    let written = outputs::write(evidence, until, key.as_ref(), &folder)?;
    list(console, Format::Table, WRITTEN, &written)?;
    print_notes(&notes, console)?;
    let settled = states.iter().filter(|it| matches!(it, State::Undecided(_)));
    let mut more = Vec::new();
    match settled.count() {
        0 => {}
        count => {
            let rows = counted_as(count, "access was", "accesses were");
            more.push(format!(
                "{rows} not decided by a reviewer and settled by --undecided"
            ));
        }
    }
    if follows > 0 {
        let (one, many) = (
            "removal follows from other access and is in removals.csv alone: take away what it follows from",
            "removals follow from other access and are in removals.csv alone: take away what they follow from",
        );
        more.push(counted_as(follows, one, many));
    }
    print_notes(&more, console)?;
    Ok(Outcome::Clean)
}

/// The last day on which findings are accepted, not before the day of the review.
fn accepted_until(given: Option<Date>, as_of: Date) -> Result<Date> {
    match given {
        Some(until) if until < as_of => {
            let message = format!(
                "--accepted-until {until} is before the day of the review, {as_of}, so it would accept nothing"
            );
            Err(Error::new(ErrorKind::Usage, message).hint("give that day or a later one"))
        }
        Some(until) => Ok(until),
        None => {
            let days = jiff::Span::new().days(ACCEPTED_DAYS);
            Ok(as_of.saturating_add(days))
        }
    }
}

const WRITTEN: &[Column<Output>] = &[
    column("file", "File", |it| it.file.as_str().into()),
    column("rows", "Rows", |it| it.rows.into()),
];
