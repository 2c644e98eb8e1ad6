//! The report of a finished sync or validation: a few lines for a person, one log line with fields otherwise.

mod preview;

use std::collections::BTreeMap;
use std::fmt::Write;

use connector_core::id::ResourceTypeId;
use connector_core::model::ResourceType;
use connector_core::progress::SyncReport;
use connector_core::text::{self, counted, duration, grouped};
use connector_core::verdict::Listing;
use connector_core::warning::Warning;

use crate::json::{Json, Object};
pub(crate) use preview::preview;

/// The summary for a person at a terminal.
pub(crate) fn for_people(name: &str, types: &[ResourceType], report: &SyncReport) -> String {
    let mut out = found(name, "synced", types, report);
    let _ = writeln!(
        out,
        "  file: {} ({})",
        text::printable(&report.file.path, 1024),
        size(report.file.file_bytes)
    );
    out
}

/// What was found; `done` says how.
fn found(name: &str, done: &str, types: &[ResourceType], report: &SyncReport) -> String {
    let tally = &report.tally;
    let mut out = String::new();
    let again = if report.resumed {
        ", going on from an interrupted run"
    } else {
        ""
    };
    // Writing into a text cannot fail.
    let _ = writeln!(
        out,
        "{name}: {done} in {} with {}{again}",
        duration(report.took),
        counted(report.requests, "request")
    );
    let shown = types.iter().filter_map(|t| {
        let count = tally.rows.resources.get(&t.id)?;
        Some((t, *count))
    });
    let shown: Vec<_> = shown.collect();
    let width = shown.iter().map(|(t, _)| t.display_name.len()).max();
    for (t, count) in shown {
        let _ = write!(
            out,
            "  {:<width$}  {:>9}",
            t.display_name,
            grouped(count),
            width = width.unwrap_or_default()
        );
        let of = |counts: &BTreeMap<ResourceTypeId, u64>| {
            counts.get(&t.id).copied().filter(|count| *count > 0)
        };
        let details = [
            of(&tally.disabled).map(|count| format!("{} disabled", grouped(count))),
            of(&tally.rows.entitlements).map(|count| counted(count, "entitlement")),
            of(&tally.rows.grants).map(|count| counted(count, "grant")),
        ];
        let details: Vec<_> = details.into_iter().flatten().collect();
        if !details.is_empty() {
            let _ = write!(out, "  ({})", details.join(", "));
        }
        out.push('\n');
    }
    for warning in tally.warnings.iter() {
        let _ = writeln!(out, "  {}", line(warning));
    }
    let verdict = format!("verdict: {}", report.verdict);
    let _ = writeln!(out, "  {}", text::printable(&verdict, 1000));
    out
}

/// The fields of the log line `Sync complete.`
pub(crate) fn for_log(report: &SyncReport) -> Object {
    let tally = &report.tally;
    let mut out = Object::new();
    out.put("sync_id", report.sync_id.as_str());
    out.put("sync_type", report.sync_type.as_str());
    out.put("resumed", report.resumed);
    for (name, counts) in [
        ("resources", &tally.rows.resources),
        ("disabled", &tally.disabled),
        ("entitlements", &tally.rows.entitlements),
        ("grants", &tally.rows.grants),
    ] {
        let mut by_type = Object::new();
        for (id, count) in counts {
            by_type.put(id.as_str(), *count);
        }
        out.put(name, by_type);
    }
    out.put("warning_count", tally.warnings.len() as u64);
    let notes = tally.warnings.iter().filter(|w| w.note);
    let notes: Vec<Json> = notes.map(|w| Json::from(w.message.as_str())).collect();
    if !notes.is_empty() {
        out.list("notes", notes);
    }
    out.put("verdict", report.verdict.outcome.as_str());
    let why = report.verdict.why();
    out.list("partial_because", why.into_iter().map(Json::from).collect());
    let listings = report.verdict.listings.iter();
    out.list("listings", listings.map(|l| listing(l).into()).collect());
    out.put("requests", report.requests);
    let millis = u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX);
    out.put("duration_ms", millis);
    if report.file.file_bytes > 0 {
        out.put("output_path", report.file.path.as_str());
        out.put("compressed_bytes", report.file.file_bytes);
    }
    out
}

/// What was counted of the listings of one kind and type.
fn listing(listing: &Listing) -> Object {
    let mut out = Object::new();
    out.put("type", listing.resource_type.as_str());
    out.put("kind", listing.kind.as_str());
    out.put("pages", listing.pages);
    if let Some(stated) = listing.stated {
        out.put("stated", stated);
    }
    for (name, count) in [
        ("seen", listing.seen),
        ("repeated", listing.repeated),
        ("stored", listing.stored),
        ("requests", listing.requests),
        ("retries", listing.retries),
    ] {
        out.put(name, count);
    }
    out
}

/// The fields of the log line about warnings.
pub(crate) fn warnings_for_log<'a>(warnings: impl Iterator<Item = &'a Warning>) -> Object {
    let warnings: Vec<Json> = warnings
        .filter(|w| !w.note)
        .map(|w| {
            let mut one = Object::new();
            one.put("code", w.code.as_str());
            one.put("message", w.message.as_str());
            one.put("count", w.count);
            let examples = w.examples.iter().map(|e| Json::from(e.as_str()));
            one.list("examples", examples.collect());
            one.into()
        })
        .collect();
    let mut out = Object::new();
    out.put("warning_count", warnings.len() as u64);
    out.list("warnings", warnings);
    out
}

/// A warning or note on one line that is safe for a terminal.
pub(crate) fn line(warning: &Warning) -> String {
    let kind = if warning.note { "note" } else { "warning" };
    text::printable(&format!("{kind}: {warning}"), 1000)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests;
