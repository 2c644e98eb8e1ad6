//! Writes version 3 files.
//!
//! Records come in the order of their keys, but for types of resources; everything else in the file follows from them:
//! indexes, counts, digests, the run, and the stamps of the engine. All rows get one sequence number and go into tables that do not overlap, on
//! the lowest level, not compressed inside of the container's frames. The same records give the same bytes.
//!
//! | module | what |
//! |---|---|
//! | `column`, `table` | blocks and tables |
//! | `directory` | the MANIFEST and the markers |
//! | `frames`, `pack` | the container |
//! | `indexes`, `grants`, `digests` | what follows from records |
//! | `sort` | rows in order within a bound of memory |

mod column;
pub(crate) mod digests;
mod directory;
mod frames;
mod grants;
pub(crate) mod indexes;
mod pack;
mod sort;
mod table;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use connector_core::{Context, Error, ErrorKind, Result, leftovers};
use connector_proto::c1::c1z::v3::{GrantDigestRoot, SyncRunSummary};
use prost::Message;

pub use sort::{Sorted, Sorter};

use crate::error::{self, damaged, too_large};
use crate::keyspace::{self, Keyspace, SEPARATOR};
use crate::records::{Record, SyncRunRecord, SyncStatsRecord};
use crate::{Limits, container};
use frames::{Frames, Hashed, Packed};
use indexes::Indexes;
use table::{Finished, TableWriter};

const ENGINE: &str = "pebble3";
const INDEXED_ZSTD: u32 = 5;
/// Versions of the ways in which keys are built.
const STAMP: [u8; 4] = 2_u32.to_be_bytes();
const ID_FORMAT: u32 = 2;

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOptions {
    /// Where what does not fit into memory goes; the system's temp directory by default.
    pub temp_dir: Option<PathBuf>,
    /// Bytes of keys and values after which a table ends; 8 MiB.
    pub table_bytes: u64,
    /// Bytes of index rows that are held in memory while they are sorted; 512 KiB for each index.
    pub sort_bytes: usize,
    /// Limits for reading the file back.
    pub limits: Limits,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            temp_dir: None,
            table_bytes: 8 << 20,
            sort_bytes: 512 << 10,
            limits: Limits::default(),
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Counts of the records.
    pub stats: SyncStatsRecord,
    /// Bytes of the directory inside.
    pub decoded_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// `c1.c1z.v3.C1ZManifestV3`, as it is written.
#[derive(Clone, PartialEq, Message)]
struct Manifest {
    #[prost(string, tag = "1")]
    engine: String,
    #[prost(uint32, tag = "2")]
    engine_schema_version: u32,
    #[prost(uint32, tag = "4")]
    payload_encoding: u32,
    #[prost(message, repeated, tag = "40")]
    sync_runs: Vec<SyncRunSummary>,
    #[prost(uint32, tag = "42")]
    id_index_format: u32,
    #[prost(message, optional, tag = "43")]
    grant_digest: Option<GrantDigestRoot>,
}

/// Writes a file of version 3.
///
/// # Example
/// ```
/// use connector_pebble::records::{ResourceTypeRecord, SyncRunRecord};
/// use connector_pebble::{Limits, Reader, WriteOptions, Writer};
///
/// let directory = tempfile::tempdir().unwrap();
/// let path = directory.path().join("sync.c1z");
/// let mut writer = Writer::new(WriteOptions::default())?;
/// writer.put_record(&ResourceTypeRecord { external_id: "user".to_owned(), ..Default::default() })?;
/// writer.finish(&SyncRunRecord { sync_id: "run".to_owned(), ..Default::default() }, &path)?;
/// assert!(Reader::open(&path, Limits::default())?.resource_type("user")?.is_some());
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer {
    rows: Rows,
    indexes: Indexes,
    limits: Limits,
}

impl Writer {
    /// Begins a file without a place yet.
    ///
    /// # Errors
    /// When no temporary file can be created.
    pub fn new(options: WriteOptions) -> Result<Self> {
        let sorter = || Sorter::new(options.sort_bytes, options.temp_dir.as_deref());
        Ok(Self {
            rows: Rows {
                frames: Frames::new(options.temp_dir.as_deref(), options.limits)?,
                table: TableWriter::default(),
                tables: Vec::new(),
                table_bytes: options.table_bytes,
                last: Vec::new(),
                limits: options.limits,
            },
            indexes: Indexes::new(sorter),
            limits: options.limits,
        })
    }

    /// Adds a record by its key and encoded message. Keys must ascend, but those of all resources of one type may come
    /// before or after all others.
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] for a key that is out of order or not that of a record,
    /// [`ErrorKind::Precondition`] for what is too large, or when a temporary file cannot be written.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let (space, tuple) = indexes::record_key(key)
            .ok_or_else(|| Error::new(ErrorKind::Bug, "this is not the key of a record"))?;
        self.indexes.note(space, tuple, value)?;
        self.rows.put(key, value)
    }

    /// Adds a record, in an order as for [`Writer::put`].
    ///
    /// # Errors
    /// As [`Writer::put`]; [`ErrorKind::Bug`] for a record without the ids that its key needs.
    pub fn put_record<R: Record>(&mut self, record: &R) -> Result<()> {
        let key = record
            .key()
            .ok_or_else(|| Error::new(ErrorKind::Bug, "a record without the ids of its key"))?;
        self.put(&key, &record.to_bytes())
    }

    /// Writes everything else, puts the file at `path`, which must not exist, reads it back and compares. A new file
    /// can be read by its owner alone.
    ///
    /// # Errors
    /// When the file cannot be written, or does not read as it was written; nothing is at `path` then.
    pub fn finish(self, run: &SyncRunRecord, path: &Path) -> Result<Written> {
        let during = || format!("writing {}", path.display());
        let file = leftovers::private_file(path).map_err(|e| error::file("create", path, e))?;
        let written = self.write_to(run, path, &file);
        if written.is_err() {
            drop(file);
            // What is incomplete is of no use; the error that follows says why.
            let _ = fs::remove_file(path);
        }
        written.during(during())
    }

    fn write_to(self, run: &SyncRunRecord, path: &Path, file: &File) -> Result<Written> {
        let Self {
            mut rows,
            mut indexes,
            limits,
        } = self;
        let stats = SyncStatsRecord {
            sync_id: run.sync_id.clone(),
            written_at: run.ended_at,
            ..indexes.take_stats()?
        };
        rows.put(keyspace::SYNC_RUN, &run.encode_to_vec())?;
        let grant_digest = rows.put_indexes(indexes, run.ended_at.is_some())?;
        rows.put(keyspace::ID_FORMAT, &STAMP)?;
        rows.put(keyspace::KEYSPACE_VERSION, &STAMP)?;
        if run.ended_at.is_some() {
            rows.put(keyspace::STATS, &stats.encode_to_vec())?;
        }
        let manifest = Manifest {
            engine: ENGINE.to_owned(),
            engine_schema_version: directory::FORMAT_VERSION,
            payload_encoding: INDEXED_ZSTD,
            sync_runs: vec![summary(run, &stats)],
            id_index_format: ID_FORMAT,
            grant_digest,
        };
        let packed = rows.end()?;
        let decoded_bytes = packed.raw_bytes();
        let write_error = |e| error::file("write", path, e);
        let mut out = Hashed::new(file);
        packed
            .write(&manifest.encode_to_vec(), &mut out)
            .map_err(write_error)?;
        file.sync_all().map_err(write_error)?;
        // Each frame has been read back and compared. So is the whole file now, where it lies.
        let during = "reading back what was written";
        let found = frames::read_back(path).map_err(|e| error::file("read", path, e));
        if found.during(during)? != *out.seen() {
            return Err(damaged("it does not hold what was written")).during(during);
        }
        let (file_bytes, sha256) = out.len_and_sha256();
        container::check_decoded(decoded_bytes, limits.decoded_bytes(file_bytes)).during(during)?;
        Ok(Written {
            stats,
            decoded_bytes,
            file_bytes,
            sha256,
        })
    }
}

fn summary(run: &SyncRunRecord, stats: &SyncStatsRecord) -> SyncRunSummary {
    SyncRunSummary {
        sync_id: run.sync_id.clone(),
        sync_type: run.sync_type,
        started_at: run.started_at,
        ended_at: run.ended_at,
        parent_sync_id: run.parent_sync_id.clone(),
        stats: run.ended_at.is_some().then(|| stats.clone()),
    }
}

/// Rows, cut into tables. Each kind of rows has an order, and so has each type of resources, of which a table has one
/// alone: whatever order these come in, the tables are the same.
#[derive(Debug)]
struct Rows {
    frames: Frames,
    table: TableWriter,
    /// Finished tables, in the order of their frames.
    tables: Vec<Finished>,
    table_bytes: u64,
    last: Vec<u8>,
    limits: Limits,
}

impl Rows {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let is_same = group(key) == group(&self.last);
        if is_same && key <= self.last.as_slice() {
            return Err(disordered());
        }
        for (part, len, max) in [
            ("key", key.len(), self.limits.max_key_bytes),
            ("record", value.len(), self.limits.max_record_bytes),
        ] {
            if len > max {
                return Err(too_large(format_args!("a {part} of {len} bytes"), max));
            }
        }
        let is_full = self.table.raw_bytes() >= self.table_bytes;
        if self.table.raw_bytes() > 0 && (is_full || !is_same) {
            self.end_table()?;
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        self.table.put(key, value, &mut self.frames)
    }

    fn end_table(&mut self) -> Result<()> {
        self.tables.push(self.table.finish(&mut self.frames)?);
        self.frames.end()
    }

    /// Adds the rows that follow from the records; digests only over rows that are complete.
    fn put_indexes(
        &mut self,
        indexes: Indexes,
        is_finished: bool,
    ) -> Result<Option<GrantDigestRoot>> {
        let digests = indexes.rows(|key, value| self.put(key, value))?;
        if !is_finished {
            return Ok(None);
        }
        let (mut nodes, digest) = digests.finish()?;
        while let Some((key, value)) = nodes.next_row()? {
            self.put(key, value)?;
        }
        Ok(Some(digest))
    }

    /// Ends the last table and adds the other files. The tables are numbered in the order of their keys.
    fn end(mut self) -> Result<Packed> {
        self.end_table()?;
        let mut tables: Vec<_> = self.tables.into_iter().enumerate().collect();
        tables.sort_by(|(_, a), (_, b)| a.smallest.cmp(&b.smallest));
        let pairs = tables.iter().zip(tables.iter().skip(1));
        if pairs
            .into_iter()
            .any(|((_, a), (_, b))| a.largest >= b.smallest)
        {
            return Err(disordered());
        }
        let frames = tables.iter().map(|(frame, _)| *frame);
        let mut names: Vec<_> = (directory::FIRST_TABLE..)
            .map(directory::table_name)
            .zip(frames)
            .collect();
        let tables: Vec<_> = tables.into_iter().map(|(_, table)| table).collect();
        for (frame, (name, content)) in (tables.len()..).zip(directory::files(&tables)) {
            self.frames.write(&content)?;
            self.frames.end()?;
            names.push((name, frame));
        }
        self.frames.finish(names)
    }
}

fn disordered() -> Error {
    Error::new(ErrorKind::Bug, "rows are not in order")
}

/// What of a key all rows of a table have in common: the type of a resource, or that it is a resource type's. There is
/// one more group for everything else.
fn group(key: &[u8]) -> &[u8] {
    let types = Keyspace::ResourceType.prefix();
    let resources = Keyspace::Resource.prefix();
    let len = match key {
        _ if key.starts_with(&types) => types.len(),
        _ if key.starts_with(&resources) => {
            let kind = key.iter().skip(resources.len());
            resources.len() + kind.take_while(|byte| **byte != SEPARATOR).count()
        }
        _ => 0,
    };
    key.get(..len).unwrap_or_default()
}
