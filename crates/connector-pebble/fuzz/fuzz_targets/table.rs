//! Tables, and their blocks without the checksums and the compression around them.
#![no_main]

use connector_pebble::untrusted::{block, small_limits, table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = small_limits();
    let _ = table(bytes, &limits, |_, _, _| {});
    let (from, rest) = bytes.split_at(bytes.len().min(2));
    block(rest, from, &limits);
});
