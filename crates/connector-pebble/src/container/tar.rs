//! Older payloads: a tar archive of the directory, compressed or not.
//!
//! Only plain headers are read. An extension header would give a file another name or size; files of a store have
//! short names, so such an archive is refused instead of read wrongly.

use std::io::{self, BufReader, Read};

use connector_core::{Context, Result};
use tar::{Archive, EntryType};
use zstd::stream::read::Decoder;

use super::{Unpacking, window_log};
use crate::Limits;
use crate::error::{damaged, unsupported};
use crate::storage::Storage;

const BUFFER_BYTES: usize = 64 << 10;
/// Extension headers of known writers hold times only and are short.
const MAX_EXTENSION_BYTES: u64 = 64 << 10;

/// Unpacks a compressed archive.
pub(super) fn unpack_zstd(
    source: &Storage,
    start: u64,
    limits: &Limits,
    out: &mut Unpacking<'_>,
) -> Result<()> {
    let payload = source.section(start, source.len());
    let mut decoder = Decoder::new(payload).map_err(undecodable)?;
    decoder
        .window_log_max(window_log(limits))
        .map_err(undecodable)?;
    unpack_archive(decoder, out)
}

/// Unpacks an archive that is not compressed.
pub(super) fn unpack(source: &Storage, start: u64, out: &mut Unpacking<'_>) -> Result<()> {
    let payload = source.section(start, source.len());
    unpack_archive(BufReader::with_capacity(BUFFER_BYTES, payload), out)
}

fn undecodable(error: io::Error) -> connector_core::Error {
    damaged(format_args!("its payload: {error}")).caused_by(error)
}

fn unpack_archive(input: impl Read, out: &mut Unpacking<'_>) -> Result<()> {
    // Headers and padding count too, so that an archive of nothing but headers ends as well.
    let allowed = out.max_bytes.saturating_mul(2).saturating_add(1 << 20);
    let mut archive = Archive::new(input.take(allowed));
    let entries = archive.entries().map_err(undecodable)?.raw(true);
    for entry in entries {
        let mut entry = entry.map_err(undecodable)?;
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {
                let path = entry.header().path_bytes();
                let name = std::str::from_utf8(&path)
                    .map_err(|e| damaged("a file name in it is not text").caused_by(e))?;
                let name = name.strip_prefix("./").unwrap_or(name).to_owned();
                let size = entry.size();
                unpack_file(&mut entry, &name, size, out).during(format!("decoding {name:?}"))?;
            }
            EntryType::XHeader | EntryType::XGlobalHeader => check_extension(&mut entry)?,
            EntryType::GNULongName => return Err(unsupported("a long name in its archive")),
            _ => {}
        }
    }
    // The rest holds padding, and the checksum of a compressed archive.
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut rest = archive.into_inner();
    loop {
        let count = rest.read(&mut buffer).map_err(undecodable)?;
        match buffer.get(..count).unwrap_or_default() {
            [] => return Ok(()),
            padding if padding.iter().all(|byte| *byte == 0) => {}
            _ => return Err(damaged("something follows its archive")),
        }
    }
}

fn unpack_file(
    content: &mut impl Read,
    name: &str,
    size: u64,
    out: &mut Unpacking<'_>,
) -> Result<()> {
    out.begin(name)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut left = size;
    loop {
        let count = content.read(&mut buffer).map_err(undecodable)?;
        if count == 0 {
            break;
        }
        left = left.saturating_sub(count as u64);
        out.append(buffer.get(..count).unwrap_or_default())?;
    }
    if left > 0 {
        return Err(damaged("the archive ends inside of it"));
    }
    out.end(name);
    Ok(())
}

/// Lets an extension header pass that changes neither name nor size.
fn check_extension(header: &mut impl Read) -> Result<()> {
    let mut text = Vec::new();
    header
        .take(MAX_EXTENSION_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(undecodable)?;
    let changes = |key: &[u8]| text.windows(key.len()).any(|part| part == key);
    let harmless = text.len() as u64 <= MAX_EXTENSION_BYTES
        && ![&b" path="[..], b" size=", b" linkpath=", b" GNU.sparse"]
            .into_iter()
            .any(changes);
    match harmless {
        true => Ok(()),
        false => Err(unsupported("an extension header in its archive")),
    }
}
