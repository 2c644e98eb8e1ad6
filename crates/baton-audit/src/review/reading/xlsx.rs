//! A returned XLSX workbook: every sheet of it that begins with the columns of a review.
//!
//! The container is read with `zip` and its parts with `quick-xml` as streams. No number that the file states about its
//! own size is believed: what is decompressed, the texts that are kept and the columns of a line have limits of their
//! own, and entities of a document type are never expanded. A cell tells whether it holds a formula, which a
//! reader of values alone could not say.

use std::io::{BufReader, Cursor, Read};

use connector_core::Result;
use zip::ZipArchive;

use super::sheet::{Strings, each_line, strings};
use super::{Returned, Rows, is_header, unusable};

/// Bytes of all parts together once they are decompressed.
const MAX_PLAIN: u64 = 256 << 20;
/// Parts of a container.
const MAX_PARTS: usize = 2000;
/// Where texts are that cells share.
const STRINGS: &str = "xl/sharedStrings.xml";
/// Where sheets are.
const SHEETS: &str = "xl/worksheets/";

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Reads the rows of a file called `file`.
///
/// # Errors
/// As [`super::read`].
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Returned>> {
    read_within(file, bytes, MAX_PLAIN)
}

/// Reads the rows of parts that take at most `left` bytes once they are decompressed.
pub(super) fn read_within(file: &str, bytes: &[u8], mut left: u64) -> Result<Vec<Returned>> {
    let no_workbook = || {
        unusable(file, "is no XLSX workbook")
            .hint("save it as an Excel workbook (.xlsx) without a password, or as CSV")
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| no_workbook())?;
    if archive.len() > MAX_PARTS {
        return Err(unusable(file, "has too many parts"));
    }
    let mut sheets: Vec<String> = archive
        .file_names()
        .flatten()
        .filter(|name| name.starts_with(SHEETS) && name.ends_with(".xml"))
        .map(std::borrow::Cow::into_owned)
        .collect();
    // `sheet10` comes after `sheet2`.
    sheets.sort_by_key(|name| (name.len(), name.clone()));
    if sheets.is_empty() {
        return Err(no_workbook());
    }
    let shared = match archive.index_for_name(STRINGS) {
        Some(_) => part(&mut archive, file, STRINGS, &mut left, |part| {
            strings(file, part)
        })?,
        None => Strings::default(),
    };
    let mut rows = Rows::new(file);
    let mut first_line = Vec::new();
    for name in &sheets {
        rows.columns = None;
        part(&mut archive, file, name, &mut left, |part| {
            let mut is_other = false;
            each_line(file, part, &shared, |line, cells| {
                let is_blank = cells.iter().all(|cell| cell.text.trim().is_empty());
                if rows.columns.is_none() && !is_blank && !is_header(cells) && !is_other {
                    // A sheet of another kind; the reviewer may have added one.
                    is_other = true;
                    if first_line.is_empty() {
                        first_line = cells.to_vec();
                    }
                }
                match is_other {
                    true => Ok(()),
                    false => rows.line(line, cells),
                }
            })
        })?;
        if rows.columns.is_some() {
            first_line.clear();
            rows.found = true;
        }
    }
    if !rows.found {
        // Says which column is missing.
        super::columns_of(file, &first_line)?;
    }
    Ok(rows.rows)
}

/// Calls `read` with a part, which may not be larger than what is `left`.
fn part<T>(
    archive: &mut Archive<'_>,
    file: &str,
    name: &str,
    left: &mut u64,
    read: impl FnOnce(&mut dyn std::io::BufRead) -> Result<T>,
) -> Result<T> {
    let damaged = |_| unusable(file, &format!("is damaged: {name} cannot be read"));
    let stream = archive.by_name(name).map_err(damaged)?;
    let mut limited = BufReader::new(stream.take(*left));
    let result = read(&mut limited);
    *left = limited.get_ref().limit();
    match *left {
        0 => Err(unusable(file, "is too large when it is decompressed")),
        _ => result,
    }
}
