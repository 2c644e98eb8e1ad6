//! An access review from start to end: workbooks for the managers, their decisions, what follows from these, and a later
//! sync that shows that it was done.

use std::fs;
use std::io::Write;
use std::path::Path;

use connector_core::text;
use connector_sandbox::company::{Company, Lifecycle};
use jiff::SignedDuration;

use crate::audit::{Failure, POLICY, Synced, parts, run_to};

/// Lines of a table of which the demo shows only the beginning.
const LINES: usize = 6;
/// What a finding about a leaver's account says.
const HAS_LEFT: &str = "had the last day";
/// The directory of the review.
const REVIEW: &str = "review";
/// Between a review and the sync that shows what came of it, where times are fixed.
pub(crate) const AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The directory of the files that show that access was removed.
pub(crate) const LATER: &str = "later";

/// Starts a review of what is held in the apps, decides as managers would, and closes it.
pub(crate) fn hold(dir: &Path, synced: &[Synced], out: &mut dyn Write) -> Result<(), Failure> {
    let review = dir.join(REVIEW);
    // One of an earlier demo; anything else of this name is refused by the command.
    if review.join("review.json").exists() {
        fs::remove_dir_all(&review)?;
    }
    writeln!(
        out,
        "\nDoes everybody still need what they hold? Each manager gets a workbook:"
    )?;
    let (hr, _, apps) = parts(synced);
    let mut args: Vec<String> = hr.iter().chain(&apps).map(|s| s.path()).collect();
    let (policy, place) = (dir.join(POLICY), review.display().to_string());
    let policy = policy.display().to_string();
    args.extend(["--policy", &policy, "--by", "manager", "--out", &place].map(str::to_owned));
    run_to("review start", &args, 0, LINES, out)?;
    let (removed, all) = decide(&review)?;
    writeln!(
        out,
        "\nThe managers decide: of {} what {} who have left still have is removed, the rest is kept.",
        text::counted_as(all, "access", "accesses"),
        text::counted_as(removed, "person", "people"),
    )?;
    run_to("review close", &[place], 0, usize::MAX, out)
}

/// Checks in later files of the apps what came of the removals.
pub(crate) fn verify(dir: &Path, later: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    let place = dir.join(REVIEW).display().to_string();
    run_to(
        "review verify",
        &[&[place], later].concat(),
        0,
        usize::MAX,
        out,
    )
}

/// The company after the offboarding that the review asked for: who had left is in no app any more.
pub(crate) fn offboarded(company: &Company) -> Company {
    let mut company = company.clone();
    company.remove_people(|person| person.lifecycle == Lifecycle::Terminated);
    company
}

/// Fills the decisions of all CSV workbooks; returns how many are removals and how many there are.
fn decide(review: &Path) -> Result<(usize, usize), Failure> {
    let (mut removed, mut all) = (0, 0);
    for entry in fs::read_dir(review)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers()?.clone();
        let column = |name: &str| header.iter().position(|it| it == name).ok_or("no column");
        let (findings, decision) = (column("findings")?, column("decision")?);
        let mut writer = csv::Writer::from_path(&path)?;
        writer.write_record(&header)?;
        for row in reader.records() {
            let mut row: Vec<String> = row?.iter().map(str::to_owned).collect();
            let remove = row[findings].contains(HAS_LEFT);
            row[decision] = if remove { "remove" } else { "keep" }.to_owned();
            (removed, all) = (removed + usize::from(remove), all + 1);
            writer.write_record(&row)?;
        }
        writer.flush()?;
    }
    Ok((removed, all))
}
