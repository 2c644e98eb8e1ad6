//! A small sound store, and how tests say that a changed one is refused.

use connector_pebble::{Limits, Reader};

use crate::writer::Row;
use crate::writer::container::{Encoding, Files, container};
use crate::writer::store::StoreWriter;
use crate::writer::table::Look;

pub(crate) fn rows() -> Vec<Row> {
    let row = |number: u64| Row::set(format!("key{number:04}").as_bytes(), number + 9, b"value");
    (0..60).map(row).collect()
}

pub(crate) fn store() -> StoreWriter {
    let mut store = StoreWriter::new();
    store.add(6, &rows(), &[], Look::default());
    store
}

/// Opens a file and reads all of it; hands over how many rows it has.
pub(crate) fn read(bytes: Vec<u8>, limits: Limits) -> connector_core::Result<usize> {
    let reader = Reader::from_bytes(bytes, limits)?;
    let mut entries = reader.entries()?;
    let mut count = 0;
    while entries.next_entry()?.is_some() {
        count += 1;
    }
    assert!(entries.next_entry()?.is_none(), "the end stays the end");
    Ok(count)
}

pub(crate) fn refused(bytes: Vec<u8>, reason: &str) {
    refused_within(bytes, Limits::default(), reason);
}

pub(crate) fn refused_within(bytes: Vec<u8>, limits: Limits, reason: &str) {
    let error = read(bytes, limits).expect_err(reason).to_string();
    assert!(error.contains(reason), "{error}\nis not: {reason}");
}

pub(crate) fn refused_files(files: &Files, reason: &str) {
    refused(container(files, Encoding::Indexed), reason);
}
