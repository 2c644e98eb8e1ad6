//! MANIFESTs and logs, with the checksums of their chunks and without.
#![no_main]

use connector_pebble::untrusted::{edit_or_batch, log, manifest, small_limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = small_limits();
    let _ = manifest(bytes, &limits);
    let _ = log(bytes, 7, &limits);
    edit_or_batch(bytes, &limits);
});
