//! The claims that the file itself answers: its bytes, its sync, its rows.

use std::collections::BTreeSet;
use std::path::Path;

use connector_c1z::{ReadLimits, Reader, SyncRun};
use connector_core::store::{Phase, RowCounts};
use connector_core::{Context, Result};
use connector_evidence::{Evidence, digest};
use jiff::Timestamp;

use super::claims::Claims;
use crate::source::OpenArgs;

/// Checks them.
///
/// # Errors
/// When the file cannot be read at all. One that is damaged fails the claims.
pub(super) fn check(
    evidence: &Evidence,
    path: &Path,
    open: &OpenArgs,
    claims: &mut Claims,
) -> Result<()> {
    let file = &evidence.file;
    let (sha256, bytes, format) = digest(path).during(format!("reading {}", path.display()))?;
    claims.compare("file.bytes", &file.bytes.to_string(), &bytes.to_string());
    claims.compare("file.sha256", &file.sha256, &sha256);
    let format = format.map_or_else(|| "no sync file".to_owned(), |format| format.to_string());
    claims.compare("file.format", &file.format.to_string(), &format);
    if let Err(error) = content(evidence, path, open, claims) {
        claims.fails("sync", format!("the file is damaged: {error}"));
    }
    Ok(())
}

fn content(evidence: &Evidence, path: &Path, open: &OpenArgs, claims: &mut Claims) -> Result<()> {
    let temp_dir = open.c1z_temp_dir.as_deref();
    let reader = Reader::open_in(path, ReadLimits::default(), temp_dir)?;
    let stated = &evidence.sync;
    let syncs = reader.syncs()?;
    let Some(run) = syncs.iter().find(|run| run.sync_id == stated.id) else {
        claims.fails("sync.id", format!("the file holds no sync {}", stated.id));
        return Ok(());
    };
    claims.holds("sync.id", &stated.id);
    claims.compare("sync.type", &stated.kind, &run.sync_type);
    times(evidence, run, claims);
    let found = reader.counts(&run.sync_id)?.rows;
    for phase in Phase::ALL {
        rows(phase, &evidence.rows, &found, claims);
    }
    Ok(())
}

fn times(evidence: &Evidence, run: &SyncRun, claims: &mut Claims) {
    let stated = &evidence.sync;
    let text = |at: Option<Timestamp>| at.map_or("none".to_owned(), |at| at.to_string());
    let started = stated.started_at.to_string();
    claims.compare("sync.started_at", &started, &text(run.started()));
    claims.compare(
        "sync.ended_at",
        &stated.ended_at.to_string(),
        &text(run.ended()),
    );
    match stated.started_at <= stated.ended_at {
        true => claims.holds("sync.order", "it started before it ended"),
        false => claims.fails("sync.order", "it ended before it started"),
    }
}

/// One claim for each type that is stated or found.
fn rows(phase: Phase, stated: &RowCounts<String>, found: &RowCounts<String>, claims: &mut Claims) {
    let (stated, found) = (stated.of(phase), found.of(phase));
    let types: BTreeSet<_> = stated.keys().chain(found.keys()).collect();
    for kind in types {
        let count = |of: Option<&u64>| of.copied().unwrap_or_default().to_string();
        let what = format!("rows.{}.{kind}", phase.as_str());
        claims.compare(&what, &count(stated.get(kind)), &count(found.get(kind)));
    }
}
