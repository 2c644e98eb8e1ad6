//! Variables about the file that have no flag: how many earlier syncs stay, and how much may be read of a file.

use std::collections::BTreeMap;
use std::ffi::OsString;

use connector_c1z::StoreOptions;
use connector_core::error::{Error, ErrorKind, Result};
use jiff::Timestamp;

use crate::values::read_bool;

/// Replaces all times in the file, so that the same rows give the same bytes.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

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

/// The time that `SOURCE_DATE_EPOCH` names, in seconds since 1970; see <https://reproducible-builds.org/specs>.
///
/// # Errors
/// [`ErrorKind::Setting`] for anything that is no such number, because a file made with another time would look right.
pub(crate) fn source_date(env: &BTreeMap<String, OsString>) -> Result<Option<Timestamp>> {
    let text = env
        .get(SOURCE_DATE_EPOCH)
        .map(|value| value.to_string_lossy());
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    let date = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    date.map(Some).ok_or_else(|| {
        let message =
            format!("{SOURCE_DATE_EPOCH}: the value is not a number of seconds since 1970");
        Error::new(ErrorKind::Setting, message)
            .hint("give whole seconds in digits, such as 1767225600, or leave the variable out")
    })
}

#[cfg(test)]
mod tests;
