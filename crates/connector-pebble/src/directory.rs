//! Which files of a Pebble directory are the current ones.
//!
//! Two empty marker files carry their values in their names: the format version, and the MANIFEST in use. Tables
//! and MANIFESTs that nothing refers to may lie beside them and are ignored.

use std::collections::BTreeMap;

use connector_core::Result;

use crate::container::{Directory, Extent};
use crate::error::{damaged, unsupported};

const MANIFEST_MARKER: &str = "marker.manifest.";
const VERSION_MARKER: &str = "marker.format-version.";
const LOG_SUFFIX: &str = ".log";

/// Format major versions whose files can be read; older ones lack sequence numbers of tables, newer are unknown.
const VERSIONS: std::ops::RangeInclusive<u64> = 13..=24;

impl Directory {
    /// The file called `name`.
    pub(crate) fn file(&self, name: &str) -> Result<Extent> {
        self.files
            .get(name)
            .copied()
            .ok_or_else(|| damaged(format_args!("{name:?} is missing")))
    }

    /// The table with this number.
    pub(crate) fn table(&self, number: u64) -> Result<Extent> {
        self.file(&format!("{number:06}.sst"))
    }

    /// The MANIFEST in use.
    pub(crate) fn manifest(&self) -> Result<Extent> {
        let name = self
            .marker(MANIFEST_MARKER)?
            .ok_or_else(|| damaged("no marker names its MANIFEST"))?;
        self.file(name)
    }

    /// Refuses a directory of a format version that is not known.
    pub(crate) fn check_version(&self) -> Result<()> {
        let version = self
            .marker(VERSION_MARKER)?
            .ok_or_else(|| damaged("no marker names its format version"))?;
        let number = number(version).ok_or_else(|| damaged("its format version is no number"))?;
        match VERSIONS.contains(&number) {
            true => Ok(()),
            false => Err(unsupported(format_args!("Pebble format version {number}"))),
        }
    }

    /// The write-ahead logs by number, oldest first.
    pub(crate) fn logs(&self) -> Result<BTreeMap<u64, Extent>> {
        let mut logs = BTreeMap::new();
        for (name, extent) in &self.files {
            let Some(stem) = name.strip_suffix(LOG_SUFFIX) else {
                continue;
            };
            match number(stem) {
                Some(number) => {
                    logs.insert(number, *extent);
                }
                // The rest of a log that was moved to another disk in the middle of it.
                None if extent.len > 0 => {
                    return Err(unsupported(format_args!("the log {name:?}")));
                }
                None => {}
            }
        }
        Ok(logs)
    }

    /// The value of the newest marker of a kind.
    fn marker(&self, kind: &str) -> Result<Option<&str>> {
        let mut newest: Option<(u64, &str)> = None;
        for name in self.files.keys() {
            let Some(rest) = name.strip_prefix(kind) else {
                continue;
            };
            let parsed = rest
                .split_once('.')
                .and_then(|(iteration, value)| Some((number(iteration)?, value)));
            let (iteration, value) =
                parsed.ok_or_else(|| damaged(format_args!("the marker {name:?}")))?;
            match newest {
                Some((other, _)) if other == iteration => {
                    return Err(damaged(format_args!("two markers {kind}{iteration:06}")));
                }
                Some((other, _)) if other > iteration => {}
                _ => newest = Some((iteration, value)),
            }
        }
        Ok(newest.map(|(_, value)| value))
    }
}

/// A number of decimal digits and nothing else.
fn number(text: &str) -> Option<u64> {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests;
