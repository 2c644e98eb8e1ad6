//! Keys and messages.
#![no_main]

use connector_pebble::untrusted::{record, small_limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    record(bytes, &small_limits());
});
