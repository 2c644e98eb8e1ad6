//! The files of the Go SDK beside these tests.

use std::path::PathBuf;

use connector_pebble::{Limits, Reader};
use serde_json::Value;

/// Files with listings.
pub(crate) const LISTED: [&str; 7] = [
    "file-nested-second-sync.v3",
    "file-nested.v3",
    "go-40-second-sync.v3",
    "go-40.failed-over-good.v3",
    "go-40.failed401.v3",
    "go-40.v3",
    "ours-361.to-pebble.v3",
];

/// A file without listings, whose inner values are known.
pub(crate) const SAMPLE: &str = "go-12.pebble";

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn open(name: &str) -> Reader {
    Reader::open(path(&format!("{name}.c1z")), Limits::default()).expect("a sound file")
}

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(&format!("{name}.c1z"))).expect("a fixture")
}

/// What the SDK's program printed for a file; `None` when it printed no JSON.
pub(crate) fn printed(name: &str, command: &str) -> Option<Value> {
    let packed = std::fs::read(path(&format!("{name}.{command}.json.zst"))).ok()?;
    let text = zstd::decode_all(packed.as_slice()).expect("zstd");
    Some(serde_json::from_slice(&text).expect("JSON"))
}
