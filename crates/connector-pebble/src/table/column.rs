//! Columns of a block: numbers, bits, byte strings, and byte strings that share prefixes.
//!
//! A column knows where it lies in its block and what range of bytes it may touch; values are looked up in the
//! block's bytes, which the caller keeps.

use std::ops::Range;

use connector_core::Result;

use crate::bytes::Bytes;
use crate::error::{damaged, unsupported};

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Bool = 1,
    Uint = 2,
    Bytes = 3,
    PrefixBytes = 4,
}

const VERSION: u8 = 1;
const BUNDLE_LOG: u8 = 4;
const BUNDLE_ROWS: usize = 1 << BUNDLE_LOG;

/// The header of a block in columns.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) rows: usize,
    columns: Vec<Range<usize>>,
}

impl Frame {
    /// Parses the header that follows `skipped` bytes and checks that the columns have these types.
    pub(super) fn parse(block: &[u8], skipped: usize, types: &[ColumnType]) -> Result<Self> {
        let mut header = Bytes::new(block, "a block");
        header.take(skipped)?;
        if header.u8()? != VERSION {
            return Err(unsupported("a block of another version"));
        }
        if usize::from(header.u16()?) != types.len() {
            return Err(damaged("a block has another number of columns"));
        }
        let rows = header.u32()? as usize;
        // Each row costs at least a bit, so that a few bytes cannot describe billions of rows.
        if rows > block.len().saturating_mul(8) {
            return Err(damaged("a block has more rows than room for them"));
        }
        let mut starts = Vec::with_capacity(types.len());
        for expected in types {
            if header.u8()? != *expected as u8 {
                return Err(damaged("a column has another type"));
            }
            starts.push(header.u32()? as usize);
        }
        let first = block.len() - header.len();
        let last = block.len().saturating_sub(1);
        let ends = starts.iter().skip(1).copied().chain([last]);
        let columns: Vec<_> = (starts.iter().zip(ends))
            .map(|(start, end)| *start..end)
            .collect();
        let mut at = first;
        for column in &columns {
            if column.start < at || column.end < column.start {
                return Err(damaged("a column lies outside its block"));
            }
            at = column.start;
        }
        Ok(Self { rows, columns })
    }

    /// Where a column lies.
    pub(super) fn column(&self, number: usize) -> Range<usize> {
        self.columns.get(number).cloned().unwrap_or_default()
    }
}

fn overrun() -> connector_core::Error {
    damaged("a column ends too early")
}

/// A column of numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Uints {
    base: u64,
    width: usize,
    start: usize,
    rows: usize,
}

impl Uints {
    /// Parses `rows` numbers; hands over where the column ends, too.
    pub(super) fn parse(block: &[u8], place: Range<usize>, rows: usize) -> Result<(Self, usize)> {
        if rows == 0 {
            return Ok((Self::default(), place.start));
        }
        let column = block.get(..place.end).and_then(|b| b.get(place.start..));
        let mut bytes = Bytes::new(column.unwrap_or_default(), "a column");
        let encoding = bytes.u8()?;
        let width = usize::from(encoding & 0x7F);
        let has_base = encoding & 0x80 != 0;
        if !matches!(width, 0 | 1 | 2 | 4 | 8) || (width == 8 && has_base) {
            return Err(damaged("the width of a column"));
        }
        let base = if has_base { bytes.u64()? } else { 0 };
        let start = (place.end - bytes.len()).next_multiple_of(width.max(1));
        let end = rows.checked_mul(width).and_then(|n| n.checked_add(start));
        let end = end.filter(|end| *end <= place.end).ok_or_else(overrun)?;
        let numbers = Self {
            base,
            width,
            start,
            rows,
        };
        Ok((numbers, end))
    }

    pub(super) fn get(&self, block: &[u8], row: usize) -> Result<u64> {
        if row >= self.rows {
            return Err(overrun());
        }
        let at = self.start + row * self.width;
        let stored = block.get(at..at + self.width).ok_or_else(overrun)?;
        let mut number = [0; 8];
        for (to, from) in number.iter_mut().zip(stored) {
            *to = *from;
        }
        self.base
            .checked_add(u64::from_le_bytes(number))
            .ok_or_else(|| damaged("a number of a column is too large"))
    }
}

/// A column of bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bools {
    /// Where the words begin; `None` when all bits are 0.
    start: Option<usize>,
    rows: usize,
}

impl Bools {
    pub(super) fn parse(block: &[u8], place: Range<usize>, rows: usize) -> Result<Self> {
        let column = block.get(..place.end).and_then(|b| b.get(place.start..));
        match column.unwrap_or_default().first() {
            Some(1) => Ok(Self { start: None, rows }),
            Some(0) => {
                let start = (place.start + 1).next_multiple_of(8);
                let words = rows.div_ceil(64);
                // A summary, one bit for each word, follows the words.
                let end = start + (words + words.div_ceil(64)) * 8;
                match end <= place.end {
                    true => Ok(Self {
                        start: Some(start),
                        rows,
                    }),
                    false => Err(overrun()),
                }
            }
            None if rows == 0 => Ok(Self { start: None, rows }),
            _ => Err(damaged("the encoding of a column of bits")),
        }
    }

    pub(super) fn get(&self, block: &[u8], row: usize) -> Result<bool> {
        if row >= self.rows {
            return Err(overrun());
        }
        let Some(start) = self.start else {
            return Ok(false);
        };
        // Words are little endian, so bit 8 of a word is bit 0 of its second byte.
        let byte = block.get(start + row / 8).ok_or_else(overrun)?;
        Ok(byte >> (row % 8) & 1 == 1)
    }
}

/// Where slices of one range of bytes end: what both kinds of byte-string columns consist of.
#[derive(Debug, Clone, Copy)]
struct Offsets {
    offsets: Uints,
    data: usize,
    end: usize,
}

impl Offsets {
    fn parse(block: &[u8], place: Range<usize>, count: usize) -> Result<Self> {
        let end = place.end;
        let (offsets, data) = Uints::parse(block, place, count)?;
        match offsets.base {
            0 => Ok(Self { offsets, data, end }),
            _ => Err(damaged("the offsets of a column")),
        }
    }

    /// The bytes between two offsets.
    fn slice(&self, block: &[u8], from: u64, to: u64) -> Result<Range<usize>> {
        let room = (self.end - self.data) as u64;
        if from > to || to > room || self.end > block.len() {
            return Err(damaged("the offsets of a column are in the wrong order"));
        }
        // Both are at most `room`, which came from a length in memory.
        Ok(self.data + from as usize..self.data + to as usize)
    }

    fn between(&self, block: &[u8], number: usize) -> Result<Range<usize>> {
        let from = self.offsets.get(block, number)?;
        let to = self.offsets.get(block, number + 1)?;
        self.slice(block, from, to)
    }
}

/// A column of byte strings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slices {
    /// `None` when there are no rows.
    offsets: Option<Offsets>,
}

impl Slices {
    pub(super) fn parse(block: &[u8], place: Range<usize>, rows: usize) -> Result<Self> {
        let offsets = match rows {
            0 => None,
            _ => Some(Offsets::parse(block, place, rows + 1)?),
        };
        Ok(Self { offsets })
    }

    /// Where the byte string of a row lies in the block.
    pub(super) fn range(&self, block: &[u8], row: usize) -> Result<Range<usize>> {
        self.offsets.ok_or_else(overrun)?.between(block, row)
    }

    /// The byte string of a row.
    pub(super) fn get<'b>(&self, block: &'b [u8], row: usize) -> Result<&'b [u8]> {
        let range = self.range(block, row)?;
        Ok(block.get(range).unwrap_or_default())
    }
}

/// A column of sorted byte strings. All share a prefix, those of a bundle of 16 a longer one.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrefixSlices {
    /// `None` when there are no rows.
    offsets: Option<Offsets>,
    rows: usize,
}

impl PrefixSlices {
    pub(super) fn parse(block: &[u8], place: Range<usize>, rows: usize) -> Result<Self> {
        if rows == 0 {
            return Ok(Self {
                offsets: None,
                rows,
            });
        }
        if block.get(place.start) != Some(&BUNDLE_LOG) {
            return Err(unsupported("keys in bundles of another size"));
        }
        let count = rows + rows.div_ceil(BUNDLE_ROWS) + 1;
        let rest = place.start + 1..place.end.max(place.start + 1);
        let offsets = Some(Offsets::parse(block, rest, count)?);
        Ok(Self { offsets, rows })
    }

    /// Puts the byte string of a row into `out`.
    pub(super) fn get(&self, block: &[u8], row: usize, out: &mut Vec<u8>) -> Result<()> {
        let offsets = self
            .offsets
            .filter(|_| row < self.rows)
            .ok_or_else(overrun)?;
        let bundle = row / BUNDLE_ROWS * (BUNDLE_ROWS + 1);
        let mut own = row % BUNDLE_ROWS;
        // An empty string stands for the one before it in the bundle.
        let rest = loop {
            let rest = offsets.between(block, bundle + 1 + own)?;
            if !rest.is_empty() || own == 0 {
                break rest;
            }
            own -= 1;
        };
        let shared = offsets.slice(block, 0, offsets.offsets.get(block, 0)?)?;
        out.clear();
        for part in [shared, offsets.between(block, bundle)?, rest] {
            out.extend_from_slice(block.get(part).unwrap_or_default());
        }
        Ok(())
    }
}

/// Calls `each` with the pairs of a block of keys and values.
pub(super) fn for_each_pair(
    block: &[u8],
    mut each: impl FnMut(&[u8], &[u8]) -> Result<()>,
) -> Result<()> {
    let frame = Frame::parse(block, 0, &[ColumnType::Bytes; 2])?;
    let keys = Slices::parse(block, frame.column(0), frame.rows)?;
    let values = Slices::parse(block, frame.column(1), frame.rows)?;
    for row in 0..frame.rows {
        each(keys.get(block, row)?, values.get(block, row)?)?;
    }
    Ok(())
}
