//! Whole files: the envelope, and everything inside that its digests let through.
#![no_main]

use connector_pebble::Reader;
use connector_pebble::untrusted::{container, small_limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = small_limits();
    let _ = container(bytes, &limits);
    let Ok(reader) = Reader::from_bytes(bytes.to_vec(), limits) else {
        return;
    };
    let Ok(mut entries) = reader.entries() else {
        return;
    };
    while let Ok(Some(_)) = entries.next_entry() {}
});
