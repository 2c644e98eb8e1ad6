//! The report of a run that wrote nothing: what was found, and what would have changed.

use std::fmt::Write;

use connector_c1z::{Changed, Difference, Preview};
use connector_core::model::ResourceType;
use connector_core::progress::SyncReport;
use connector_core::text::{self, grouped};

/// The report, for a person, up to the line that nothing was written.
pub(crate) fn preview(
    name: &str,
    types: &[ResourceType],
    report: &SyncReport,
    preview: &Preview,
) -> String {
    let mut out = super::found(name, "read everything", types, report);
    let file = text::printable(&report.file.path, 1024);
    // Writing into a text cannot fail.
    let _ = match preview {
        Preview::NothingBefore => {
            writeln!(out, "  {file} holds no finished full sync to compare with")
        }
        Preview::Part => writeln!(out, "  a sync of a part is not compared with {file}"),
        Preview::Difference(difference) => compared(&mut out, &file, difference),
    };
    out
}

fn compared(out: &mut String, file: &str, difference: &Difference) -> std::fmt::Result {
    let ended = difference.ended_at.map(|at| format!(", ended {at:.0}"));
    writeln!(
        out,
        "  compared by id with {file} (sync {}{}):",
        text::printable(&difference.sync_id, 64),
        ended.unwrap_or_default()
    )?;
    let kinds = [
        ("people", difference.people, "changed"),
        ("groups", difference.groups, "renamed"),
        ("other resources", difference.others, "renamed"),
        ("entitlements", difference.entitlements, "renamed"),
        ("grants", difference.grants, "changed"),
    ];
    for (what, counts, changed) in kinds {
        if counts != Changed::default() {
            writeln!(out, "    {what}: {}", parts(counts, changed))?;
        }
    }
    match difference.losses.as_slice() {
        [] => writeln!(out, "  the shrink guard would let it replace the file"),
        some => {
            let losses: Vec<_> = some.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "  the shrink guard would hold it back: {}",
                losses.join("; ")
            )
        }
    }
}

fn parts(counts: Changed, changed: &str) -> String {
    let parts = [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.changed, changed),
        (counts.unchanged, "unchanged"),
    ];
    let there = parts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<_> = there
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    words.join(", ")
}
