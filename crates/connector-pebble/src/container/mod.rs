//! The envelope of a version 3 file: magic, a protobuf manifest, and a payload that holds a directory.
//!
//! Hands over the manifest and the decoded [`Directory`]; what the directory's files mean is not known here.

mod indexed;
mod manifest;
mod tar;

use std::collections::BTreeMap;
use std::path::Path;

use connector_core::Result;

pub(crate) use indexed::{FramePlace, decode_frame};
pub use manifest::ContainerManifest;
pub(crate) use manifest::PayloadEncoding;

use crate::Limits;
use crate::bytes::Bytes;
use crate::error::{damaged, precondition, too_large};
use crate::storage::{Spool, Storage};

/// What a version 3 file starts with.
pub const MAGIC: [u8; 5] = *b"C1Z3\0";
/// What a version 1 file starts with.
const MAGIC_V1: [u8; 5] = *b"C1ZF\0";
/// The magic and the length of the manifest.
const HEADER_BYTES: u64 = 9;
const MAX_MANIFEST_BYTES: u64 = 16 << 20;
/// Longest name of a file in the directory.
const MAX_NAME_BYTES: usize = 4096;

/// Where a file of the directory lies in the decoded content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

/// The decoded directory: all files behind each other, and where each begins.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) storage: Storage,
    pub(crate) files: BTreeMap<String, Extent>,
}

impl Directory {
    /// The whole of a file.
    pub(crate) fn read(&self, extent: Extent) -> Result<Vec<u8>> {
        self.storage.read(extent.offset, extent.len)
    }
}

/// Decodes the directory, file by file.
#[derive(Debug)]
pub(crate) struct Unpacking<'a> {
    spool: Spool<'a>,
    files: BTreeMap<String, Extent>,
    max_bytes: u64,
    /// Tables and a few other files; logs and markers are few.
    max_files: usize,
}

impl Unpacking<'_> {
    /// Begins a file; what is appended from now on is its content.
    fn begin(&mut self, name: &str) -> Result<()> {
        check_name(name)?;
        if self.files.len() >= self.max_files {
            return Err(too_large("it holds too many files", self.max_files));
        }
        let start = Extent {
            offset: self.spool.len(),
            len: 0,
        };
        match self.files.insert(name.to_owned(), start) {
            None => Ok(()),
            Some(_) => Err(damaged(format_args!("it holds {name:?} twice"))),
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let len = self.spool.len().saturating_add(bytes.len() as u64);
        self.check_size(len)?;
        self.spool.append(bytes)
    }

    /// Refuses content that would have `bytes` bytes.
    fn check_size(&self, bytes: u64) -> Result<()> {
        check_decoded(bytes, self.max_bytes)
    }

    fn end(&mut self, name: &str) {
        let end = self.spool.len();
        if let Some(extent) = self.files.get_mut(name) {
            extent.len = end.saturating_sub(extent.offset);
        }
    }
}

/// Refuses content of more than `max` bytes.
pub(crate) fn check_decoded(bytes: u64, max: u64) -> Result<()> {
    if bytes > max {
        let max = max >> 20;
        return Err(too_large("its decoded content", format_args!("{max} MiB"))
            .hint("raise BATON_DECODER_MAX_DECODED_SIZE_MB if the file is trusted"));
    }
    Ok(())
}

/// Names are relative paths below the directory, with `/` between their parts.
fn check_name(name: &str) -> Result<()> {
    let sound = !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && !name.contains(['\\', '\0'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    match sound {
        true => Ok(()),
        false => Err(damaged(format_args!(
            "a file in it has an unsafe name, {:?}",
            name.chars().take(100).collect::<String>()
        ))),
    }
}

/// Reads the envelope of a whole file and decodes its directory; every digest in it is checked.
///
/// # Errors
/// When the file is of another format, damaged, uses what is not supported, or is larger than `limits` allow.
pub(crate) fn open(
    source: &Storage,
    limits: &Limits,
    temp_dir: Option<&Path>,
) -> Result<(ContainerManifest, Directory)> {
    let (manifest, manifest_bytes) = read_manifest(source)?;
    let payload_start = HEADER_BYTES + manifest_bytes.len() as u64;
    let mut unpacking = Unpacking {
        spool: Spool::new(limits.max_memory_bytes, temp_dir),
        files: BTreeMap::new(),
        max_bytes: limits.decoded_bytes(source.len()),
        max_files: limits.max_tables.saturating_add(1000),
    };
    match manifest.payload_encoding {
        PayloadEncoding::IndexedZstd => {
            indexed::unpack(
                source,
                payload_start,
                &manifest_bytes,
                limits,
                &mut unpacking,
            )?;
        }
        PayloadEncoding::TarZstd => {
            tar::unpack_zstd(source, payload_start, limits, &mut unpacking)?
        }
        PayloadEncoding::Tar => tar::unpack(source, payload_start, &mut unpacking)?,
    }
    let directory = Directory {
        storage: unpacking.spool.finish(),
        files: unpacking.files,
    };
    Ok((manifest, directory))
}

fn read_manifest(source: &Storage) -> Result<(ContainerManifest, Vec<u8>)> {
    let header = source.read(0, HEADER_BYTES.min(source.len()))?;
    let magic = header.get(..MAGIC.len()).unwrap_or_default();
    if header.is_empty() {
        return Err(precondition("the file is empty"));
    }
    if magic == MAGIC_V1 {
        return Err(precondition(
            "the file is a .c1z file of version 1, not of version 3",
        ));
    }
    if magic != MAGIC {
        return Err(precondition("the file is not a .c1z file"));
    }
    let mut header = Bytes::new(&header, "the header");
    header.take(MAGIC.len())?;
    let length = u64::from(header.u32_be()?);
    if length > MAX_MANIFEST_BYTES {
        return Err(too_large(
            format_args!("a manifest of {length} bytes"),
            MAX_MANIFEST_BYTES,
        ));
    }
    let bytes = source.read(HEADER_BYTES, length)?;
    Ok((ContainerManifest::decode(&bytes)?, bytes))
}

/// The power of two that bounds a compression window.
fn window_log(limits: &Limits) -> u32 {
    limits.max_window_bytes.max(1).ilog2().clamp(10, 30)
}

#[cfg(test)]
mod tests;
