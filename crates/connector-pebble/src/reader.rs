//! An open file: what is read when it is opened, and walks over its rows.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use connector_core::{Context, Result};

use crate::Limits;
use crate::container::{self, ContainerManifest};
use crate::entries::{Entries, Records, Row, decode_record};
use crate::error::{self, damaged, precondition, unsupported};
use crate::keyspace;
use crate::manifest::Version;
use crate::merge::{Inputs, Merge};
use crate::records::{Record, SyncRunRecord, SyncStatsRecord};
use crate::storage::Storage;
use crate::store::Store;
use crate::wal::MemoryTable;

/// The only way of building keys that is read; the generation before it had ids of syncs in its keys.
const KEYSPACE_VERSION: u32 = 2;
/// Keys of grants and entitlements that are built from the ids in them.
const STRUCTURED_IDS: u32 = 2;

/// An open file of version 3. It is decoded once, when it is opened, and not touched again.
///
/// # Example
/// ```no_run
/// use connector_pebble::records::GrantRecord;
/// use connector_pebble::{Limits, Reader};
///
/// let reader = Reader::open("sync.c1z", Limits::default())?;
/// for row in reader.records::<GrantRecord>()? {
///     println!("{}", row?.record.id());
/// }
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader {
    manifest: ContainerManifest,
    store: Arc<Store>,
    inputs: Arc<Inputs>,
    /// Whether grants and entitlements can be looked up by their ids.
    structured_ids: bool,
    shown: String,
}

impl Reader {
    /// Opens the file at `path`; content that is too large for memory goes to the system's temp directory.
    ///
    /// # Errors
    /// [`connector_core::ErrorKind::Precondition`] when there is no such regular file, when it is empty, of another
    /// format, damaged, uses what is not supported, or is larger than `limits` allow.
    pub fn open(path: impl AsRef<Path>, limits: Limits) -> Result<Self> {
        Self::open_in(path, limits, None)
    }

    /// Opens the file at `path`; content that is too large for memory goes to a file without a name in `temp_dir`.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_in(
        path: impl AsRef<Path>,
        limits: Limits,
        temp_dir: Option<&Path>,
    ) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let open = || {
            let read_error = |e| error::file("read", path, e);
            // Opening a pipe would wait for its other end, so the path is looked at first.
            let is_file = fs::metadata(path).map_err(read_error)?.is_file();
            let file = is_file.then(|| File::open(path).map_err(read_error));
            let file = file.ok_or_else(|| precondition("it is not a regular file"))??;
            let bytes = file.metadata().map_err(read_error)?.len();
            Self::from_storage(&Storage::File(file, bytes), limits, temp_dir)
        };
        let mut reader = open().during(format!("reading {shown}"))?;
        reader.shown = shown;
        Ok(reader)
    }

    /// Opens a file that is in memory.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn from_bytes(bytes: Vec<u8>, limits: Limits) -> Result<Self> {
        Self::from_storage(&Storage::Memory(bytes), limits, None)
    }

    fn from_storage(source: &Storage, limits: Limits, temp_dir: Option<&Path>) -> Result<Self> {
        let (manifest, directory) = container::open(source, &limits, temp_dir)?;
        directory.check_version()?;
        let edits = directory.manifest()?;
        if edits.len > limits.max_manifest_bytes {
            return Err(error::too_large("its MANIFEST", limits.max_manifest_bytes));
        }
        let version = Version::read(&directory.read(edits)?, &limits).during("reading MANIFEST")?;
        for table in version.tables() {
            if directory.table(table.backing)?.len != version.file_size(table)? {
                let number = table.backing;
                return Err(damaged(format_args!("table {number:06} has another size")));
            }
        }
        let memory = MemoryTable::replay(&directory, version.oldest_log, &limits)
            .during("replaying the log")?;
        let inputs = Inputs::new(version.tables().cloned(), memory);
        let mut reader = Self {
            manifest,
            store: Arc::new(Store::new(directory, limits)),
            inputs: Arc::new(inputs),
            structured_ids: false,
            shown: "the file".to_owned(),
        };
        reader.check_keys()?;
        Ok(reader)
    }

    /// Refuses a store whose keys are built otherwise.
    fn check_keys(&mut self) -> Result<()> {
        match self.stamp(keyspace::KEYSPACE_VERSION)? {
            Some(KEYSPACE_VERSION) => {}
            Some(other) => return Err(unsupported(format_args!("keyspace version {other}"))),
            None if self.entries()?.next_entry()?.is_none() => {}
            None => return Err(unsupported("a store without a keyspace version")),
        }
        match self.stamp(keyspace::ID_FORMAT)? {
            Some(STRUCTURED_IDS) => self.structured_ids = true,
            Some(other) => return Err(unsupported(format_args!("id format {other}"))),
            // Older writers: the records are the same, only their keys are not known.
            None => {}
        }
        Ok(())
    }

    fn stamp(&self, key: &[u8]) -> Result<Option<u32>> {
        let Some(value) = self.get(key)? else {
            return Ok(None);
        };
        let number = value.as_slice().try_into().map(u32::from_be_bytes);
        number
            .map(Some)
            .map_err(|e| damaged("a version number of its keys").caused_by(e))
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.store.limits()
    }

    /// Whether the rows of entitlements and grants are ordered by, and can be looked up by, the ids in them: by
    /// resource, entitlement and principal. Files of some older writers have them ordered by external id.
    pub const fn has_structured_ids(&self) -> bool {
        self.structured_ids
    }

    /// What the container states about its content.
    pub const fn manifest(&self) -> &ContainerManifest {
        &self.manifest
    }

    /// Bytes of the content, decoded.
    pub fn decoded_bytes(&self) -> u64 {
        self.store.decoded_bytes()
    }

    /// All keys and values, those of indexes and of the engine itself too.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn entries(&self) -> Result<Entries> {
        self.walk(Vec::new(), None)
    }

    pub(crate) fn walk(&self, lower: Vec<u8>, end: Option<Vec<u8>>) -> Result<Entries> {
        let (store, inputs) = (Arc::clone(&self.store), Arc::clone(&self.inputs));
        let during = format!("reading {}", self.shown);
        Ok(Entries::new(Merge::new(store, inputs, lower, end)?, during))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let (lower, end) = keyspace::only(key);
        let mut entries = self.walk(lower, Some(end))?;
        Ok(entries.next_entry()?.map(|(_, value)| value.to_vec()))
    }

    fn message<M: prost::Message + Default>(&self, key: &[u8]) -> Result<Option<M>> {
        let value = self.get(key)?;
        let max = self.store.limits().max_record_bytes;
        value
            .map(|value| decode_record(&value, max).during(format!("reading {}", self.shown)))
            .transpose()
    }

    /// The sync whose rows the file holds; `None` when it holds nothing yet. It is unfinished when it has no end.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn sync_run(&self) -> Result<Option<SyncRunRecord>> {
        self.message(keyspace::SYNC_RUN)
    }

    /// The counts that the writer left, if it did; [`Reader::counts`] counts anew.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn stats(&self) -> Result<Option<SyncStatsRecord>> {
        self.message(keyspace::STATS)
    }

    /// All records of a kind.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn records<R: Record>(&self) -> Result<Records<R>> {
        self.records_under(&[])
    }

    /// The records of a kind whose keys begin with these ids.
    pub(crate) fn records_under<R: Record>(&self, ids: &[&str]) -> Result<Records<R>> {
        let (lower, end) = R::KEYSPACE.range(ids);
        let entries = self.walk(lower, Some(end))?;
        Ok(Records::new(entries, self.store.limits().max_record_bytes))
    }

    pub(crate) fn record<R: Record>(&self, ids: &[&str]) -> Result<Option<Row<R>>> {
        let key = R::KEYSPACE.key(ids);
        let record = self.message(&key)?;
        Ok(record.map(|record| Row { key, record }))
    }
}
