//! Turns a sync of one format into a file of the other.
//!
//! The messages of version 1 are the common form: a source reads the rows of one sync as such ([`v1_source`],
//! [`v3_source`]) and an [`Export`] makes a file of them ([`V1File`], [`V3File`]).

pub(crate) mod own;
pub(crate) mod records;
mod rewrite;
mod v1_file;
pub(crate) mod v1_source;
mod v3_file;
mod v3_source;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use connector_core::warning::Warning;
use connector_core::{Context, Error, ErrorKind, Result};
use connector_pebble::Limits;
use connector_pebble::records::{AssetRecord, SyncRunRecord, SyncStatsRecord};
use prost_types::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

pub use rewrite::Rewrite;
pub use v1_file::V1File;
pub use v3_file::V3File;

use crate::preflight::Target;
use crate::publish::{TEMPORARY_SUFFIX, place};
use crate::reader::{ReadLimits, refuse_odd_rows};
use crate::snapshot::{Copy, Snapshot, whole};
use crate::{container, fault, wire};

use rewrite::Rewritten;
use v1_file::Database;

/// The version of a file, which says what is inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One SQLite database, several syncs; what a new file is of.
    #[default]
    V1,
    /// A Pebble store, one sync.
    V3,
}

/// The version and what is inside.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "version 1 (SQLite)",
            Self::V3 => "version 3 (Pebble)",
        })
    }
}

impl Format {
    /// The word for it: `v1` or `v3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V3 => "v3",
        }
    }

    /// The number of the version.
    pub const fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V3 => 3,
        }
    }

    /// The format of the file at `path`; `None` when there is none, when it is empty, or when it is of no known format.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(path: &Path) -> Result<Option<Self>> {
        let mut magic = Vec::new();
        let read = |magic: &mut Vec<u8>| {
            let file = File::open(path)?;
            file.take(container::MAGIC.len() as u64).read_to_end(magic)
        };
        match read(&mut magic) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|e| fault::file("read", path, e))?,
        };
        Ok(match magic {
            magic if magic == container::MAGIC => Some(Self::V1),
            magic if magic == connector_pebble::MAGIC => Some(Self::V3),
            _ => None,
        })
    }
}

/// A grant and what a file keeps beside its message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrantRow {
    /// The grant, without an annotation that says what it expands to.
    pub grant: wire::Grant,
    /// Which other entitlements' holders hold the entitlement because of it.
    pub expansion: Option<wire::GrantExpandable>,
    /// Whether grants are still to be derived from it.
    pub needs_expansion: bool,
}

/// Takes the rows of one sync and makes a file of them.
///
/// Rows come in any order, each with the time at which it was found. Of several rows with the same ids one is kept.
pub trait Export {
    /// Adds a resource type.
    ///
    /// # Errors
    /// When it cannot be stored; the same holds for the other kinds of rows.
    fn resource_type(&mut self, row: &wire::ResourceType, at: Option<Timestamp>) -> Result<()>;
    /// Adds a resource.
    #[allow(clippy::missing_errors_doc, reason = "said once, above")]
    fn resource(&mut self, row: &wire::Resource, at: Option<Timestamp>) -> Result<()>;
    /// Adds an entitlement.
    #[allow(clippy::missing_errors_doc, reason = "said once, above")]
    fn entitlement(&mut self, row: &wire::Entitlement, at: Option<Timestamp>) -> Result<()>;
    /// Adds a grant.
    #[allow(clippy::missing_errors_doc, reason = "said once, above")]
    fn grant(&mut self, row: &GrantRow, at: Option<Timestamp>) -> Result<()>;
    /// Adds an asset.
    #[allow(clippy::missing_errors_doc, reason = "said once, above")]
    fn asset(&mut self, row: &AssetRecord) -> Result<()>;

    /// Writes the file of this run to `path`, where nothing is yet, readable by its owner alone.
    ///
    /// # Errors
    /// When it cannot be written; nothing is at `path` then.
    fn finish(self: Box<Self>, run: &SyncRunRecord, path: &Path) -> Result<Exported>;
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// How many rows of which type.
    pub stats: SyncStatsRecord,
    /// Bytes of what is inside of the file.
    pub decoded_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// What could not be kept.
    pub warnings: Vec<Warning>,
}

/// How a file is converted.
#[derive(Debug, Clone, Default)]
pub struct ConvertOptions {
    /// Where files are decoded and built; the system's temp directory by default.
    pub temp_dir: Option<PathBuf>,
    /// Limits for reading the file.
    pub limits: ReadLimits,
    /// Replaces what is at the output's place.
    pub replace: bool,
}

impl ConvertOptions {
    fn export(&self, format: Format, sync_id: &str) -> Result<Box<dyn Export>> {
        let temp_dir = self.temp_dir.as_deref();
        Ok(match format {
            Format::V1 => Box::new(V1File::new(sync_id, temp_dir)?),
            Format::V3 => Box::new(V3File::new(temp_dir)),
        })
    }
}

/// What a conversion made.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The sync in the new file.
    pub run: SyncRunRecord,
    /// The new file.
    pub exported: Exported,
}

/// Writes the newest finished full sync of the file at `from` to `out` in another format. `out` is replaced in one
/// step; until then it is as it was.
///
/// # Errors
/// [`ErrorKind::Setting`] when `from` is of that format already, [`ErrorKind::Precondition`] when it cannot be read
/// or holds no finished full sync, or when `out` cannot be written or is there and not to be replaced.
pub fn convert(
    from: &Path,
    format: Format,
    out: &Path,
    options: &ConvertOptions,
) -> Result<Converted> {
    let (target, found) = places(from, out, options)?;
    if found == Some(format) {
        let message = format!(
            "{} is of version {} already",
            from.display(),
            format.number()
        );
        return Err(Error::new(ErrorKind::Setting, message).hint("there is nothing to convert"));
    }
    let doing = format!("converting {}", from.display());
    copy((from, found), format, &target, options, None).during(doing)
}

/// Writes the newest finished full sync of the file at `from` to `out` in the same format, with every row changed by
/// `rewrite`.
///
/// # Errors
/// As [`convert`], whatever the format.
pub fn rewrite(
    from: &Path,
    out: &Path,
    options: &ConvertOptions,
    rewrite: &mut dyn Rewrite,
) -> Result<Converted> {
    let (target, found) = places(from, out, options)?;
    let format = found.unwrap_or(Format::V1);
    let doing = format!("copying {}", from.display());
    copy((from, found), format, &target, options, Some(rewrite)).during(doing)
}

/// The new file's place, and the format of the one that is read.
fn places(from: &Path, out: &Path, options: &ConvertOptions) -> Result<(Target, Option<Format>)> {
    let target = Target::check(out, &[TEMPORARY_SUFFIX])?;
    if !options.replace && target.path.exists() {
        let message = format!("{} is there already", target.shown);
        return Err(
            fault::precondition(message).hint("give another name, or --force to replace it")
        );
    }
    let about = std::fs::metadata(from).map_err(|e| fault::file("read", from, e))?;
    if !about.is_file() {
        return Err(fault::precondition(format!(
            "{} is not a regular file",
            from.display()
        )));
    }
    Ok((target, Format::of(from)?))
}

fn copy(
    (from, found): (&Path, Option<Format>),
    format: Format,
    target: &Target,
    options: &ConvertOptions,
    mut rewrite: Option<&mut dyn Rewrite>,
) -> Result<Converted> {
    let temp_dir = options.temp_dir.as_deref();
    let mut warnings = Vec::new();
    let mut begin = |mut run: SyncRunRecord| {
        if let Some(rewrite) = rewrite.as_mut() {
            rewrite.run(&mut run);
        }
        let export = options.export(format, &run.sync_id)?;
        let export: Box<dyn Export + '_> = match rewrite.take() {
            Some(rewrite) => Box::new(Rewritten { export, rewrite }),
            None => export,
        };
        Ok::<_, Error>((run, export))
    };
    let (run, export) = match found {
        Some(Format::V3) => {
            let reader = open_v3(from, options.limits, temp_dir)?;
            let found = v3_source::finished(&reader)?;
            let (run, mut export) = begin(found.clone())?;
            v3_source::feed(&reader, &found, export.as_mut())?;
            (run, export)
        }
        // A file of no known format is refused here, by name.
        Some(Format::V1) | None => {
            let check = |db: &Connection, file: &File| {
                whole(db)?;
                refuse_odd_rows(db, file)
            };
            let taken = Snapshot::take_as(from, options.limits, temp_dir, Copy::Unnamed, check)?;
            let (copy, ..) = taken.ok_or_else(|| fault::precondition("the file is empty"))?;
            let (db, _directory) = copy.into_parts();
            let (run, others) = v1_source::newest(&db)?;
            if others > 0 {
                let message =
                    "other syncs of the file are not in the new one, which has room for one";
                warnings.push(Warning::new("syncs-left-out", message).times(others));
            }
            let sync_id = run.sync_id.clone();
            let (run, mut export) = begin(run)?;
            v1_source::feed(&db, &sync_id, export.as_mut())?;
            (run, export)
        }
    };
    let mut exported = place(target, |path| export.finish(&run, path))?;
    warnings.append(&mut exported.warnings);
    exported.warnings = warnings;
    Ok(Converted { run, exported })
}

/// The database that version 1 has for the sync in the version 3 file at `path`; one without rows when the sync there is
/// not finished, or when they are not wanted.
pub(crate) fn database_of(
    path: &Path,
    limits: ReadLimits,
    temp_dir: Option<&Path>,
    with_rows: bool,
) -> Result<Database> {
    let reader = open_v3(path, limits, temp_dir)?;
    let run = reader.sync_run()?.unwrap_or_default();
    let mut export = V1File::new(&run.sync_id, temp_dir)?;
    if with_rows && run.ended_at.is_some() {
        v3_source::feed(&reader, &run, &mut export)?;
    }
    let database = export.finish_database(&run)?;
    Ok(Database {
        // What the file takes when it is decoded is about what the next one will take.
        size: database.size.max(reader.decoded_bytes()),
        ..database
    })
}

/// Opens a file of version 3.
pub(crate) fn open_v3(
    path: &Path,
    limits: ReadLimits,
    temp_dir: Option<&Path>,
) -> Result<connector_pebble::Reader> {
    let limits = Limits {
        max_decoded_bytes: limits.max_decoded_bytes,
        max_decoded_ratio: 0,
        max_window_bytes: limits.max_window_bytes,
        ..Limits::default()
    };
    connector_pebble::Reader::open_in(path, limits, temp_dir)
}

/// Counts one more of what could not be kept; the first few are named.
fn note(warning: &mut Option<Warning>, code: &str, message: &str, shown: &str) {
    const EXAMPLES: usize = 3;
    let noted = match warning.take() {
        Some(noted) if noted.examples.len() < EXAMPLES => noted.example(shown),
        Some(noted) => noted,
        None => Warning::new(code, message).times(0).example(shown),
    };
    let count = noted.count + 1;
    *warning = Some(noted.times(count));
}
