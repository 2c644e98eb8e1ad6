//! The MANIFEST: a log of edits that together define which tables hold the data, on which level and in which bounds.

use std::collections::BTreeMap;

use connector_core::Result;

use crate::Limits;
use crate::bytes::Bytes;
use crate::error::{damaged, too_large, unsupported};
use crate::key::{Bounds, MAX_SEQUENCE, split_internal, successor};
use crate::log::{LogKind, Records};

const COMPARER: &[u8] = b"leveldb.BytewiseComparator";
const MAX_LEVEL: u64 = 6;
/// Set in the tags of attributes that a reader must not skip.
const MUST_KNOW: u64 = 1 << 6;

/// A table of the current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableMeta {
    pub(crate) level: u8,
    pub(crate) number: u64,
    /// The number of the file that holds its rows, with those of others when the table is virtual.
    pub(crate) backing: u64,
    /// Size of the file; of a virtual table an estimate.
    pub(crate) size: u64,
    /// Where its keys lie.
    pub(crate) bounds: Bounds,
    pub(crate) smallest_sequence: u64,
    pub(crate) largest_sequence: u64,
}

impl TableMeta {
    /// Whether it is a part of a larger file.
    pub(crate) const fn is_virtual(&self) -> bool {
        self.number != self.backing
    }

    /// The sequence number that applies to all its entries and overrides the one in the file. Files that were made to
    /// be ingested are written before their number is known.
    pub(crate) const fn fixed_sequence(&self) -> Option<u64> {
        match self.smallest_sequence == self.largest_sequence {
            true => Some(self.largest_sequence),
            false => None,
        }
    }
}

/// The state that the edits add up to.
#[derive(Debug, Default)]
pub(crate) struct Version {
    has_comparer: bool,
    /// Logs with this number or a higher one are not in the tables yet.
    pub(crate) oldest_log: u64,
    tables: BTreeMap<(u8, u64), TableMeta>,
    /// Files behind virtual tables, and their sizes.
    backings: BTreeMap<u64, u64>,
}

impl Version {
    /// Adds up the edits of a MANIFEST.
    ///
    /// # Errors
    /// When it is damaged, lists more tables than allowed, or uses what is not supported.
    pub(crate) fn read(manifest: &[u8], limits: &Limits) -> Result<Self> {
        let mut version = Self::default();
        let mut records = Records::new(manifest, LogKind::Manifest);
        while let Some(record) = records.next()? {
            version.apply(Edit::decode(&record, limits)?, limits)?;
        }
        match version.has_comparer {
            true => Ok(version),
            false => Err(damaged("its MANIFEST names no order of keys")),
        }
    }

    /// Adds one edit to nothing, without a log around it.
    pub(crate) fn from_edit(edit: &[u8], limits: &Limits) -> Result<Self> {
        let mut version = Self::default();
        version.apply(Edit::decode(edit, limits)?, limits)?;
        Ok(version)
    }

    /// The tables by level, then number.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableMeta> {
        self.tables.values()
    }

    /// The size that the file behind a table must have.
    pub(crate) fn file_size(&self, table: &TableMeta) -> Result<u64> {
        if !table.is_virtual() {
            return Ok(table.size);
        }
        self.backings.get(&table.backing).copied().ok_or_else(|| {
            let (number, backing) = (table.number, table.backing);
            damaged(format_args!(
                "table {number} lies in {backing}, which is not listed"
            ))
        })
    }

    /// In one edit a table can move between levels, so what goes, goes first.
    fn apply(&mut self, edit: Edit, limits: &Limits) -> Result<()> {
        self.has_comparer |= edit.has_comparer;
        self.oldest_log = edit.oldest_log.unwrap_or(self.oldest_log);
        for place in edit.removed {
            if self.tables.remove(&place).is_none() {
                return Err(damaged(format_args!("table {} goes twice", place.1)));
            }
        }
        for table in edit.added {
            let (level, number) = (table.level, table.number);
            if self.tables.len() >= limits.max_tables {
                return Err(too_large("it has too many tables", limits.max_tables));
            }
            if self.tables.insert((level, number), table).is_some() {
                return Err(damaged(format_args!("table {number} comes twice")));
            }
        }
        self.backings.extend(edit.backings_added);
        if self.backings.len() > limits.max_tables {
            return Err(too_large("it has too many files", limits.max_tables));
        }
        for number in edit.backings_removed {
            self.backings.remove(&number);
        }
        Ok(())
    }
}

/// One record of a MANIFEST.
#[derive(Debug, Default)]
struct Edit {
    has_comparer: bool,
    oldest_log: Option<u64>,
    removed: Vec<(u8, u64)>,
    added: Vec<TableMeta>,
    backings_added: Vec<(u64, u64)>,
    backings_removed: Vec<u64>,
}

impl Edit {
    fn decode(record: &[u8], limits: &Limits) -> Result<Self> {
        let mut edit = Self::default();
        let mut bytes = Bytes::new(record, "an edit of the MANIFEST");
        // Each table can come, go and have a file behind it that comes and goes.
        let max_entries = limits.max_tables.saturating_mul(4).saturating_add(100);
        for entries in 0.. {
            if bytes.is_empty() {
                break;
            }
            if entries > max_entries {
                return Err(too_large("an edit of the MANIFEST", max_entries));
            }
            match bytes.uvarint()? {
                1 => {
                    let name = bytes.string()?;
                    if name != COMPARER {
                        let name = String::from_utf8_lossy(name);
                        return Err(unsupported(format_args!("the order of keys {name:?}")));
                    }
                    edit.has_comparer = true;
                }
                2 => edit.oldest_log = Some(bytes.uvarint()?),
                // The next file number, the last sequence number and something unused.
                3 | 4 | 9 => {
                    bytes.uvarint()?;
                }
                // The key at which a compaction stopped.
                5 => {
                    bytes.uvarint()?;
                    bytes.string()?;
                }
                6 => edit.removed.push((level(&mut bytes)?, bytes.uvarint()?)),
                100 => edit.added.push(table(&mut bytes, false, limits)?),
                103 => edit.added.push(table(&mut bytes, true, limits)?),
                105 => {
                    let backing = (bytes.uvarint()?, bytes.uvarint()?);
                    edit.backings_added.push(backing);
                }
                106 => edit.backings_removed.push(bytes.uvarint()?),
                104 => return Err(unsupported("a table with range keys")),
                107 | 108 => return Err(unsupported("a blob file")),
                tag => return Err(unsupported(format_args!("MANIFEST entry {tag}"))),
            }
        }
        Ok(edit)
    }
}

fn level(bytes: &mut Bytes<'_>) -> Result<u8> {
    let level = bytes.uvarint()?;
    match u8::try_from(level) {
        Ok(small) if level <= MAX_LEVEL => Ok(small),
        _ => Err(damaged(format_args!("a table on level {level}"))),
    }
}

fn table(bytes: &mut Bytes<'_>, has_attributes: bool, limits: &Limits) -> Result<TableMeta> {
    let level = level(bytes)?;
    let number = bytes.uvarint()?;
    let size = bytes.uvarint()?;
    let (smallest, largest) = (bytes.string()?, bytes.string()?);
    let bounds = bounds(smallest, largest, limits)?;
    let smallest_sequence = bytes.uvarint()?;
    let largest_sequence = bytes.uvarint()?;
    if smallest_sequence > largest_sequence || largest_sequence >= MAX_SEQUENCE {
        return Err(damaged(format_args!(
            "the sequence numbers of table {number}"
        )));
    }
    let backing = match has_attributes {
        true => attributes(bytes)?,
        false => None,
    };
    Ok(TableMeta {
        level,
        number,
        backing: backing.unwrap_or(number),
        size,
        bounds,
        smallest_sequence,
        largest_sequence,
    })
}

fn bounds(smallest: &[u8], largest: &[u8], limits: &Limits) -> Result<Bounds> {
    let (lower, low_trailer) = split_internal(smallest)?;
    let (upper, high_trailer) = split_internal(largest)?;
    if lower.len().max(upper.len()) > limits.max_key_bytes {
        return Err(too_large("a bound of a table", limits.max_key_bytes));
    }
    if lower > upper || (lower == upper && low_trailer < high_trailer) {
        return Err(damaged("the bounds of a table are in the wrong order"));
    }
    let end = match high_trailer.sequence() == MAX_SEQUENCE {
        // A range deletion ends here and does not cover the bound itself.
        true => upper.to_vec(),
        false => successor(upper),
    };
    Ok(Bounds {
        lower: lower.to_vec(),
        end,
    })
}

/// Reads the attributes of a table; hands over the number of its backing file when it is virtual.
fn attributes(bytes: &mut Bytes<'_>) -> Result<Option<u64>> {
    let mut backing = None;
    loop {
        match bytes.uvarint()? {
            1 => return Ok(backing),
            66 => backing = Some(bytes.uvarint()?),
            67 | 68 => return Err(unsupported("a table whose keys are rewritten")),
            69 => return Err(unsupported("a table with blob references")),
            tag if tag & MUST_KNOW != 0 => {
                return Err(unsupported(format_args!("table attribute {tag}")));
            }
            // The creation time and hints for compactions.
            _ => {
                bytes.string()?;
            }
        }
    }
}

#[cfg(test)]
mod tests;
