//! Writes version 3 files.
//!
//! Records come in the order of their keys; everything else in the file follows from them: indexes, counts, digests,
//! the run, and the stamps of the engine. All rows get one sequence number and go into tables that do not overlap, on
//! the lowest level, not compressed inside of the container's frames. The same records give the same bytes.
//!
//! | module | what |
//! |---|---|
//! | `column`, `table` | blocks and tables |
//! | `directory` | the MANIFEST and the markers |
//! | `frames` | the container |
//! | `indexes` | what follows from records |
//! | `sort` | rows in order within a bound of memory |

mod column;
mod directory;
mod frames;
pub(crate) mod indexes;
mod sort;
mod table;

use std::fs::{self, File};
use std::hash::Hasher;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use connector_core::{Context, Error, ErrorKind, Result, leftovers};
use connector_proto::c1::c1z::v3::{GrantDigestRoot, SyncRunSummary};
use prost::Message;
use twox_hash::XxHash64;

pub use sort::{Sorted, Sorter};

use crate::error::{self, damaged, too_large};
use crate::keyspace;
use crate::records::{Record, SyncRunRecord, SyncStatsRecord};
use crate::{Limits, Reader};
use frames::{Frame, Frames};
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
    /// Bytes of keys and values after which a table ends; 64 MiB.
    pub table_bytes: u64,
    /// Bytes of index rows that are held in memory while they are sorted; 4 MiB for each of two sorters.
    pub sort_bytes: usize,
    /// Limits for reading the file back.
    pub limits: Limits,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            temp_dir: None,
            table_bytes: 64 << 20,
            sort_bytes: 4 << 20,
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
    options: WriteOptions,
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
                output: Some(Output::Between(Frames::new(options.temp_dir.as_deref())?)),
                tables: Vec::new(),
                table_bytes: options.table_bytes,
                last: Vec::new(),
                digest: Digest::default(),
                limits: options.limits,
            },
            indexes: Indexes::new(sorter),
            options,
        })
    }

    /// Adds a record by its key and encoded message. Keys must ascend.
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] for a key that is not above the last one or not that of a record,
    /// [`ErrorKind::Precondition`] for what is too large, or when a temporary file cannot be written.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let (space, tuple) = indexes::record_key(key)
            .ok_or_else(|| Error::new(ErrorKind::Bug, "this is not the key of a record"))?;
        self.indexes.note(space, tuple, value)?;
        self.rows.put(key, value)
    }

    /// Adds a record. Keys must ascend.
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
            options,
        } = self;
        let stats = SyncStatsRecord {
            sync_id: run.sync_id.clone(),
            written_at: run.ended_at,
            ..std::mem::take(&mut indexes.stats)
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
        let digest = rows.digest.clone();
        let frames = rows.end()?;
        let decoded_bytes = frames.raw_bytes();
        let write_error = |e| error::file("write", path, e);
        let mut out = BufWriter::new(file);
        frames
            .finish(&manifest.encode_to_vec(), &mut out)
            .map_err(write_error)?;
        drop(out);
        file.sync_all().map_err(write_error)?;
        let file_bytes = file.metadata().map_err(write_error)?.len();
        compare(path, &options, &digest).during("reading back what was written")?;
        Ok(Written {
            stats,
            decoded_bytes,
            file_bytes,
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

/// Reads a file and compares its rows with those that went in; the reader checks all checksums on the way.
fn compare(path: &Path, options: &WriteOptions, expected: &Digest) -> Result<()> {
    let reader = Reader::open_in(path, options.limits, options.temp_dir.as_deref())?;
    let mut found = Digest::default();
    let mut entries = reader.entries()?;
    while let Some((key, value)) = entries.next_entry()? {
        found.add(key, value);
    }
    match found.rows == expected.rows && found.hash.finish() == expected.hash.finish() {
        true => Ok(()),
        false => Err(damaged("it does not hold what was written")),
    }
}

/// A digest over rows and their order.
#[derive(Debug, Clone)]
struct Digest {
    rows: u64,
    hash: XxHash64,
}

impl Default for Digest {
    fn default() -> Self {
        Self {
            rows: 0,
            hash: XxHash64::with_seed(0),
        }
    }
}

impl Digest {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        self.rows += 1;
        for part in [key, value] {
            self.hash.write(&(part.len() as u64).to_le_bytes());
            self.hash.write(part);
        }
    }
}

/// Rows in ascending order, cut into tables.
#[derive(Debug)]
struct Rows {
    /// `None` only while it is being changed, and after an error.
    output: Option<Output>,
    tables: Vec<Finished>,
    table_bytes: u64,
    last: Vec<u8>,
    digest: Digest,
    limits: Limits,
}

/// Where rows go.
#[derive(Debug)]
enum Output {
    /// No table is open.
    Between(Frames),
    Table(Box<TableWriter<Frame>>),
}

impl Rows {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        if key <= self.last.as_slice() {
            return Err(Error::new(ErrorKind::Bug, "rows are not in order"));
        }
        for (part, len, max) in [
            ("key", key.len(), self.limits.max_key_bytes),
            ("record", value.len(), self.limits.max_record_bytes),
        ] {
            if len > max {
                return Err(too_large(format_args!("a {part} of {len} bytes"), max));
            }
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        self.digest.add(key, value);
        let mut table = self.table().map_err(write_error)?;
        table.put(key, value).map_err(write_error)?;
        self.output = Some(match table.raw_bytes() >= self.table_bytes {
            true => Output::Between(self.end_table(*table)?),
            false => Output::Table(table),
        });
        Ok(())
    }

    /// The open table, or a new one.
    fn table(&mut self) -> std::io::Result<Box<TableWriter<Frame>>> {
        match self.output.take() {
            Some(Output::Table(table)) => Ok(table),
            Some(Output::Between(frames)) => {
                let number = directory::FIRST_TABLE + self.tables.len() as u64;
                let frame = frames.begin(directory::table_name(number))?;
                Ok(Box::new(TableWriter::new(frame)))
            }
            None => Err(std::io::Error::other("an earlier write failed")),
        }
    }

    fn end_table(&mut self, table: TableWriter<Frame>) -> Result<Frames> {
        let (frame, finished) = table.finish().map_err(write_error)?;
        self.tables.push(finished);
        frame.end().map_err(write_error)
    }

    /// Adds the rows that follow from the records; digests only over rows that are complete.
    fn put_indexes(
        &mut self,
        indexes: Indexes,
        is_finished: bool,
    ) -> Result<Option<GrantDigestRoot>> {
        let (mut sorted, mut digests) = indexes.finish()?;
        while let Some((key, value)) = sorted.next_row()? {
            digests.note(key, value)?;
            self.put(key, value)?;
        }
        if !is_finished {
            return Ok(None);
        }
        let (mut nodes, digest) = digests.finish()?;
        while let Some((key, value)) = nodes.next_row()? {
            self.put(key, value)?;
        }
        Ok(Some(digest))
    }

    /// Ends the last table and adds the other files.
    fn end(mut self) -> Result<Frames> {
        let table = self.table().map_err(write_error)?;
        let mut frames = self.end_table(*table)?;
        for (name, content) in directory::files(&self.tables) {
            frames = frames.add(&name, &content).map_err(write_error)?;
        }
        Ok(frames)
    }
}

fn write_error(error: std::io::Error) -> Error {
    error::io("write a temporary file", error)
}
