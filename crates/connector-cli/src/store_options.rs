//! Variables about the file that have no flag: how many earlier syncs stay, and how much may be read of a file.

use std::collections::BTreeMap;
use std::ffi::OsString;

use connector_c1z::StoreOptions;

use crate::values::read_bool;

/// Reads the variables; ones that cannot be read are ignored with a warning.
pub(crate) fn store_options(
    env: &BTreeMap<String, OsString>,
    warnings: &mut Vec<String>,
) -> StoreOptions {
    let mut options = StoreOptions::default();
    let mut number = |name: &str| -> Option<u32> {
        let text = env.get(name)?.to_string_lossy().into_owned();
        match text.parse() {
            Ok(number @ 1..) => return Some(number),
            _ if text.is_empty() => {}
            _ => warnings.push(format!("{name} is not a number above 0 and ignored")),
        }
        None
    };
    options.keep_syncs = number("BATON_KEEP_SYNC_COUNT");
    let limits = &mut options.read_limits;
    if let Some(megabytes) = number("BATON_DECODER_MAX_DECODED_SIZE_MB") {
        limits.max_decoded_bytes = u64::from(megabytes) << 20;
    }
    if let Some(megabytes) = number("BATON_DECODER_MAX_MEMORY_MB") {
        limits.max_window_bytes = u64::from(megabytes) << 20;
    }
    let skip = env.get("BATON_SKIP_CLEANUP").map(|v| v.to_string_lossy());
    match skip.as_deref().map(|text| (text, read_bool(text))) {
        Some((_, Some(on))) => options.skip_cleanup = on,
        None | Some(("", None)) => {}
        Some(_) => warnings.push("BATON_SKIP_CLEANUP is not true or false and ignored".to_owned()),
    }
    options
}

#[cfg(test)]
mod tests;
