//! The row of the run being written: what a later run needs to go on, and what readers see in the end.

use std::borrow::Cow;
use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::id::ResourceTypeId;
use connector_core::store::{Checkpoint, Phase, RowCounts, RunSpec, SyncType};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::counters::Written;
use crate::schema::TABLES;
use crate::{fault, preflight, time, working};

/// Raised whenever unfinished work of an older program could be misread.
const FORMAT: u32 = 3;

/// Unfinished work older than this is not worth going on with.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The token that readers find in a finished run.
pub(crate) const FINISHED_TOKEN: &str = r#"{"version":1}"#;

/// The referential checks that every full sync runs, in this order.
const COVERAGE: &str = r#"["I7","I3","I8","I9"]"#;

/// The run in the working file.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) sync_id: SyncId,
    pub(crate) started_at: Timestamp,
    pub(crate) sync_type: SyncType,
    pub(crate) fingerprint: String,
}

/// What stands in the token column while the run is unfinished.
#[derive(Debug, Serialize, Deserialize)]
struct Token<'a> {
    format: u32,
    fingerprint: Cow<'a, str>,
    rows: Cow<'a, RowCounts>,
    checkpoint: Cow<'a, Checkpoint>,
}

/// What a working file holds of an earlier run.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// Work that cannot be used, and why.
    Unusable(String),
    /// Work to go on with.
    Unfinished(Box<(Run, Checkpoint, Written)>),
}

/// The token for a checkpoint.
pub(crate) fn token(run: &Run, rows: &RowCounts, checkpoint: &Checkpoint) -> Result<String> {
    let token = Token {
        format: FORMAT,
        fingerprint: Cow::Borrowed(&run.fingerprint),
        rows: Cow::Borrowed(rows),
        checkpoint: Cow::Borrowed(checkpoint),
    };
    serde_json::to_string(&token)
        .map_err(|e| fault::bug("a checkpoint cannot be written").caused_by(e))
}

/// Adds the row of a new run.
pub(crate) fn insert(db: &Connection, run: &Run) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO v1_sync_runs (sync_id, started_at, sync_token, sync_type, grants_backfilled)
         VALUES (?1, ?2, '', ?3, 1)",
        params![
            run.sync_id.as_str(),
            time::text(run.started_at),
            run.sync_type.as_str()
        ],
    )?;
    Ok(())
}

/// Replaces the token.
pub(crate) fn set_token(db: &Connection, token: &str) -> rusqlite::Result<()> {
    db.prepare("UPDATE v1_sync_runs SET sync_token = ?1")?
        .execute([token])?;
    Ok(())
}

/// Makes an ended run unfinished again: only its own rows stay, without indexes.
pub(crate) fn reopen(db: &Connection, run: &Run, token: &str) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let indexes: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'index'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for name in indexes {
        db.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    for table in &TABLES {
        let sql = format!("DELETE FROM {} WHERE sync_id <> ?1", table.name);
        db.execute(&sql, [run.sync_id.as_str()])?;
    }
    remove(db)?;
    insert(db, run)?;
    set_token(db, token)?;
    db.execute_batch("COMMIT")
}

/// Goes back to the checkpoint in `stash` if the run in the working file was ended but never published.
pub(crate) fn recover(db: &Connection, stash: &str) -> rusqlite::Result<()> {
    match read(db)? {
        Some((Some(run), token)) if token == FINISHED_TOKEN => reopen(db, &run, stash),
        _ => Ok(()),
    }
}

/// Looks for work that `spec` can go on with.
pub(crate) fn find(db: &Connection, spec: &RunSpec) -> Result<Found> {
    let unusable = |why: &str| Ok(Found::Unusable(why.to_owned()));
    let (run, token) = match read(db) {
        Ok(None) => return Ok(Found::Nothing),
        Ok(Some(found)) => found,
        Err(_) => return unusable("it cannot be read"),
    };
    if token.is_empty() {
        return Ok(Found::Nothing);
    }
    let token = serde_json::from_str::<Token<'_>>(&token);
    let (Some(mut run), Some(token)) = (run, token.ok().filter(|t| t.format == FORMAT)) else {
        return unusable("it was written by another version of this program");
    };
    if token.fingerprint != spec.fingerprint || run.sync_type != spec.sync_type {
        return unusable(preflight::difference(&token.fingerprint, &spec.fingerprint));
    }
    if spec.started_at.duration_since(run.started_at) > MAX_AGE {
        return unusable("it is older than seven days");
    }
    if !working::is_sound(db)? {
        return unusable("it is damaged");
    }
    let written = Written::read(db, &run.sync_id)?;
    if written.rows != *token.rows {
        return unusable("rows are missing");
    }
    run.fingerprint = token.fingerprint.into_owned();
    let checkpoint = token.checkpoint.into_owned();
    Ok(Found::Unfinished(Box::new((run, checkpoint, written))))
}

/// The newest run of the working file and its token; no run when its row is not one of ours.
fn read(db: &Connection) -> rusqlite::Result<Option<(Option<Run>, String)>> {
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(None);
    }
    db.query_row(
        "SELECT sync_id, started_at, sync_type, sync_token FROM v1_sync_runs
         ORDER BY id DESC LIMIT 1",
        [],
        |row| {
            let started_at: String = row.get(1)?;
            let sync_type: String = row.get(2)?;
            let run = match (time::parse(&started_at), sync_type_of(&sync_type)) {
                (Some(started_at), Some(sync_type)) => Some(Run {
                    sync_id: SyncId::from_string(row.get(0)?),
                    started_at,
                    sync_type,
                    fingerprint: String::new(),
                }),
                _ => None,
            };
            Ok((run, row.get(3)?))
        },
    )
    .optional()
}

fn sync_type_of(word: &str) -> Option<SyncType> {
    [SyncType::Full, SyncType::ResourcesOnly, SyncType::Partial]
        .into_iter()
        .find(|t| t.as_str() == word)
}

/// Counts for readers. The names and their order are those of other writers; what is zero is left out.
#[derive(Serialize)]
struct Stats<'a> {
    resource_types: usize,
    #[serde(skip_serializing_if = "is_zero")]
    resources: u64,
    #[serde(skip_serializing_if = "is_zero")]
    entitlements: u64,
    #[serde(skip_serializing_if = "is_zero")]
    grants: u64,
    resources_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    grants_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    entitlements_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The stats column: every type of the run is among the resources, even without any.
pub(crate) fn stats(types: &[ResourceTypeId], rows: &RowCounts) -> Result<String> {
    let mut resources = rows.resources.clone();
    for kind in types {
        resources.entry(kind.clone()).or_default();
    }
    let stats = Stats {
        resource_types: types.len(),
        resources: rows.total(Phase::Resources),
        entitlements: rows.total(Phase::Entitlements),
        grants: rows.total(Phase::Grants),
        resources_by_resource_type: &resources,
        grants_by_resource_type: &rows.grants,
        entitlements_by_resource_type: &rows.entitlements,
    };
    serde_json::to_string(&stats).map_err(|e| fault::bug("counts cannot be written").caused_by(e))
}

/// Takes the run's row away; [`insert_ended`] puts it back behind all others.
pub(crate) fn remove(db: &Connection) -> rusqlite::Result<()> {
    db.execute("DELETE FROM v1_sync_runs", [])?;
    Ok(())
}

/// Puts the ended run behind all others, so that it is the newest by row as well as by time.
pub(crate) fn insert_ended(
    db: &Connection,
    run: &Run,
    ended_at: Timestamp,
    stats: &str,
) -> rusqlite::Result<()> {
    let full = run.sync_type == SyncType::Full;
    // What a partial run is a part of.
    let parent = match run.sync_type {
        SyncType::Partial => newest_full(db)?,
        SyncType::Full | SyncType::ResourcesOnly => None,
    };
    let (generation, coverage, mode) = if full {
        ("1", COVERAGE, "connector")
    } else {
        ("", "", "")
    };
    db.execute(
        "INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type,
             supports_diff, grants_backfilled, stats, ingest_invariant_generation,
             ingest_invariant_coverage, ingest_invariant_mode, parent_sync_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11)",
        params![
            run.sync_id.as_str(),
            time::text(run.started_at),
            time::text(ended_at),
            FINISHED_TOKEN,
            run.sync_type.as_str(),
            full,
            stats,
            generation,
            coverage,
            mode,
            parent.unwrap_or_default(),
        ],
    )?;
    Ok(())
}

/// The newest finished full run in the file.
fn newest_full(db: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT sync_id FROM v1_sync_runs WHERE sync_type = 'full' AND ended_at IS NOT NULL
               ORDER BY ended_at DESC, sync_id DESC LIMIT 1";
    db.query_row(sql, [], |row| row.get(0)).optional()
}
