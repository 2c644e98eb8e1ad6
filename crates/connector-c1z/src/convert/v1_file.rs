//! Makes a file of version 1.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::leftovers::{self, TempDirectory};
use connector_core::store::RowCounts;
use connector_core::warning::Warning;
use connector_pebble::records::{AssetRecord, SyncRunRecord, SyncStatsRecord, sync_type_name};
use prost::Message;
use prost_types::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::{Export, Exported, GrantRow};
use crate::counters::add;
use crate::schema::{self, INDEXES};
use crate::{container, fault, record, snapshot, time, wire};

/// The database is ours alone and is thrown away when anything fails.
const SETTINGS: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -8192;
    PRAGMA trusted_schema = OFF;";

/// Rows that are inserted with one prepared statement.
const BATCH: usize = 1000;

/// A kind of rows: its table, and which of its columns is the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    insert: &'static str,
    id: usize,
}

const TYPE: Kind = Kind {
    insert: "INSERT OR IGNORE INTO v1_resource_types (external_id, data, sync_id, discovered_at)
        VALUES (?3, ?4, ?1, ?2)",
    id: 0,
};
const RESOURCE: Kind = Kind {
    insert: "INSERT OR IGNORE INTO v1_resources (resource_type_id, external_id,
        parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at)
        VALUES (?3, ?4, ?5, ?6, ?7, ?1, ?2)",
    id: 1,
};
const ENTITLEMENT: Kind = Kind {
    insert:
        "INSERT OR IGNORE INTO v1_entitlements (resource_type_id, resource_id, external_id, data,
        sync_id, discovered_at) VALUES (?3, ?4, ?5, ?6, ?1, ?2)",
    id: 2,
};
const GRANT: Kind = Kind {
    insert: "INSERT OR IGNORE INTO v1_grants (resource_type_id, resource_id, entitlement_id,
        principal_resource_type_id, principal_resource_id, external_id, expansion, needs_expansion,
        data, sync_id, discovered_at) VALUES (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?1, ?2)",
    id: 5,
};
const ASSET: Kind = Kind {
    insert:
        "INSERT OR IGNORE INTO v1_assets (external_id, content_type, data, sync_id, discovered_at)
        VALUES (?3, ?4, ?5, ?1, ?2)",
    id: 0,
};

/// Makes a file of version 1 out of rows; of rows with the same id the first is kept and the others are counted.
#[derive(Debug)]
pub struct V1File {
    // Closed before the directory it lives in is removed.
    db: Connection,
    path: PathBuf,
    directory: TempDirectory,
    sync_id: String,
    pending: Vec<(Option<Timestamp>, Vec<Value>)>,
    kind: Kind,
    types: Vec<ResourceTypeId>,
    rows: RowCounts,
    assets: i64,
    collided: Option<Warning>,
}

impl V1File {
    /// Begins a file of a sync, whose database is built in `temp_dir`, or in the system's temp directory.
    ///
    /// # Errors
    /// When the database cannot be created.
    pub fn new(sync_id: &str, temp_dir: Option<&Path>) -> Result<Self> {
        let parent = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        let directory = TempDirectory::create(&parent)
            .map_err(|e| fault::file("create a temp directory in", &parent, e))?;
        let path = directory.path().join("db");
        let db = Connection::open(&path).map_err(fault::database)?;
        let unique = INDEXES.iter().filter(|index| index.is_unique());
        let prepare = || {
            db.execute_batch(SETTINGS)?;
            db.execute_batch(&schema::create_tables())?;
            for index in unique {
                db.execute_batch(index.create)?;
            }
            db.execute_batch("BEGIN")
        };
        prepare().map_err(fault::database)?;
        Ok(Self {
            db,
            path,
            directory,
            sync_id: sync_id.to_owned(),
            pending: Vec::new(),
            kind: TYPE,
            types: Vec::new(),
            rows: RowCounts::default(),
            assets: 0,
            collided: None,
        })
    }

    fn put(&mut self, kind: Kind, at: Option<Timestamp>, columns: Vec<Value>) -> Result<()> {
        if kind != self.kind || self.pending.len() >= BATCH {
            self.flush()?;
            self.kind = kind;
        }
        self.pending.push((at, columns));
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let mut insert = self.db.prepare(self.kind.insert).map_err(fault::database)?;
        for (at, columns) in self.pending.drain(..) {
            let first = [Value::from(self.sync_id.clone()), text_of(at).into()];
            let all = first.into_iter().chain(columns.iter().cloned());
            let added = insert
                .execute(params_from_iter(all))
                .map_err(fault::database)?;
            let text = |column: usize| match columns.get(column) {
                Some(Value::Text(text)) => text.as_str(),
                _ => "",
            };
            if added == 0 {
                super::note(
                    &mut self.collided,
                    "equal-ids",
                    EQUAL_IDS,
                    text(self.kind.id),
                );
                continue;
            }
            let kind = ResourceTypeId::from_string(text(0).to_owned());
            match self.kind {
                TYPE => self.types.push(kind),
                RESOURCE => add(&mut self.rows.resources, &kind),
                ENTITLEMENT => add(&mut self.rows.entitlements, &kind),
                GRANT => add(&mut self.rows.grants, &kind),
                _ => self.assets += 1,
            }
        }
        Ok(())
    }

    /// Completes the database; hands over its file and the directory that keeps it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub(crate) fn finish_database(mut self, run: &SyncRunRecord) -> Result<Database> {
        self.flush()?;
        let stats = record::stats(&self.types, &self.rows)?;
        let coverage = match run.ingest_invariant_coverage.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&run.ingest_invariant_coverage)
                .map_err(|e| fault::bug("names cannot be written").caused_by(e))?,
        };
        let complete = || {
            // An unfinished run is of use to its writer alone.
            let insert = match run.ended_at {
                Some(_) => INSERT_RUN,
                None => NO_RUN,
            };
            self.db.execute(
                insert,
                params![
                    run.sync_id,
                    text_of(run.started_at),
                    run.ended_at.map(|at| text_of(Some(at))),
                    record::FINISHED_TOKEN,
                    sync_type_name(run.sync_type),
                    run.parent_sync_id,
                    run.linked_sync_id,
                    run.supports_diff,
                    stats,
                    run.ingest_invariant_generation,
                    coverage,
                    run.ingest_invariant_mode,
                ],
            )?;
            for index in INDEXES.iter().filter(|index| !index.is_unique()) {
                self.db.execute_batch(index.create)?;
            }
            self.db.execute_batch("COMMIT")
        };
        complete().map_err(fault::database)?;
        if !snapshot::is_sound(&self.db)? {
            return Err(fault::precondition("the finished database is damaged")
                .hint("check the disk and run again"));
        }
        self.db.close().map_err(|(_, e)| fault::database(e))?;
        let size = std::fs::metadata(&self.path).map_err(|e| fault::file("read", &self.path, e))?;
        let total = |counts: &std::collections::BTreeMap<ResourceTypeId, u64>| {
            counts.values().sum::<u64>().cast_signed()
        };
        Ok(Database {
            stats: SyncStatsRecord {
                resource_types: self.types.len() as i64,
                resources: total(&self.rows.resources),
                entitlements: total(&self.rows.entitlements),
                grants: total(&self.rows.grants),
                assets: self.assets,
                ..SyncStatsRecord::default()
            },
            warnings: self.collided.into_iter().collect(),
            directory: self.directory,
            path: self.path,
            size: size.len(),
        })
    }
}

const INSERT_RUN: &str = "INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token,
        sync_type, parent_sync_id, linked_sync_id, supports_diff, grants_backfilled, stats,
        ingest_invariant_generation, ingest_invariant_coverage, ingest_invariant_mode)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12)";

/// The same parameters without an effect.
const NO_RUN: &str = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 WHERE 0";

const EQUAL_IDS: &str = "rows have the id of another row and are not in the new file";

/// A finished database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) stats: SyncStatsRecord,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) directory: TempDirectory,
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
}

/// The text of an instant; one that is not known is the first of all.
fn text_of(at: Option<Timestamp>) -> String {
    let at = at.unwrap_or_default();
    let instant = jiff::Timestamp::new(at.seconds, at.nanos).unwrap_or_default();
    time::text(instant)
}

fn ids(of: Option<&wire::ResourceId>) -> (Value, Value) {
    let of = of.cloned().unwrap_or_default();
    (of.resource_type.into(), of.resource.into())
}

impl Export for V1File {
    fn resource_type(&mut self, row: &wire::ResourceType, at: Option<Timestamp>) -> Result<()> {
        self.put(
            TYPE,
            at,
            vec![row.id.clone().into(), row.encode_to_vec().into()],
        )
    }

    fn resource(&mut self, row: &wire::Resource, at: Option<Timestamp>) -> Result<()> {
        let (kind, _) = ids(row.id.as_ref());
        let (parent_kind, parent) = match &row.parent_resource_id {
            Some(parent) => ids(Some(parent)),
            None => (Value::Null, Value::Null),
        };
        let columns = vec![
            kind,
            row.external_id().into(),
            parent_kind,
            parent,
            row.encode_to_vec().into(),
        ];
        self.put(RESOURCE, at, columns)
    }

    fn entitlement(&mut self, row: &wire::Entitlement, at: Option<Timestamp>) -> Result<()> {
        let (kind, id) = ids(row.resource.as_ref().and_then(|on| on.id.as_ref()));
        let columns = vec![kind, id, row.id.clone().into(), row.encode_to_vec().into()];
        self.put(ENTITLEMENT, at, columns)
    }

    fn grant(&mut self, row: &GrantRow, at: Option<Timestamp>) -> Result<()> {
        let held = row.grant.entitlement.as_ref();
        let on = held.and_then(|held| held.resource.as_ref()?.id.as_ref());
        let (kind, id) = ids(on);
        let (holder_kind, holder) = ids(row.grant.principal.as_ref().and_then(|it| it.id.as_ref()));
        let expansion = row.expansion.as_ref().map(Message::encode_to_vec);
        let columns = vec![
            kind,
            id,
            held.map_or_else(String::new, |held| held.id.clone()).into(),
            holder_kind,
            holder,
            row.grant.id.clone().into(),
            expansion.map_or(Value::Null, Value::from),
            i64::from(row.needs_expansion).into(),
            row.grant.encode_to_vec().into(),
        ];
        self.put(GRANT, at, columns)
    }

    fn asset(&mut self, row: &AssetRecord) -> Result<()> {
        let columns = vec![
            row.external_id.clone().into(),
            row.content_type.clone().into(),
            row.data.clone().into(),
        ];
        self.put(ASSET, row.discovered_at, columns)
    }

    fn finish(self: Box<Self>, run: &SyncRunRecord, path: &Path) -> Result<Exported> {
        let database = self.finish_database(run)?;
        let failed = |e| fault::file("write", path, e);
        let write = || {
            let file = leftovers::private_file(path)?;
            let mut out = BufWriter::new(&file);
            let mut from = File::open(&database.path)?;
            container::encode(&mut from, database.size, &mut out)?;
            drop(out);
            file.sync_all()?;
            Ok(file.metadata()?.len())
        };
        let written = write().map_err(failed);
        if written.is_err() {
            // What is incomplete is of no use; the error says why.
            let _ = std::fs::remove_file(path);
        }
        Ok(Exported {
            file_bytes: written?,
            decoded_bytes: database.size,
            stats: database.stats,
            warnings: database.warnings,
        })
    }
}
