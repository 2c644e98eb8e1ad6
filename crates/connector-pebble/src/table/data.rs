//! Data blocks: rows in the order of internal keys.

use std::ops::Range;

use connector_core::Result;

use super::Format;
use super::column::{Bools, ColumnType, Frame, PrefixSlices, Slices, Uints};
use super::rows::{RowBlock, RowPosition};
use crate::error::{damaged, too_large, unsupported};
use crate::key::{Trailer, split_internal};

/// The length of the longest key stands before the columns.
const CUSTOM_HEADER_BYTES: usize = 4;

const COLUMNS: [ColumnType; 7] = [
    ColumnType::PrefixBytes, // the user key
    ColumnType::Bytes,       // a suffix of the user key
    ColumnType::Uint,        // the trailer
    ColumnType::Bool,        // whether the key is another than the row before
    ColumnType::Bytes,       // the value
    ColumnType::Bool,        // whether the value is stored elsewhere
    ColumnType::Bool,        // whether the row is obsolete, a hint
];

/// The prefix of values of older formats that are stored in this block, without the bit of [`SAME_PREFIX_HINT`].
const VALUE_IN_PLACE: u8 = 0;
const SAME_PREFIX_HINT: u8 = 0x20;
/// In the kinds of older formats, a hint that the row is obsolete.
const OBSOLETE_HINT: u64 = 0x40;

/// The columns of a data block.
#[derive(Debug)]
struct Columns {
    bytes: Vec<u8>,
    rows: usize,
    keys: PrefixSlices,
    suffixes: Slices,
    trailers: Uints,
    values: Slices,
    external: Bools,
}

impl Columns {
    fn parse(bytes: Vec<u8>) -> Result<Self> {
        let frame = Frame::parse(&bytes, CUSTOM_HEADER_BYTES, &COLUMNS)?;
        let rows = frame.rows;
        Ok(Self {
            rows,
            keys: PrefixSlices::parse(&bytes, frame.column(0), rows)?,
            suffixes: Slices::parse(&bytes, frame.column(1), rows)?,
            trailers: Uints::parse(&bytes, frame.column(2), rows)?.0,
            values: Slices::parse(&bytes, frame.column(4), rows)?,
            external: Bools::parse(&bytes, frame.column(5), rows)?,
            bytes,
        })
    }

    fn key(&self, row: usize, out: &mut Vec<u8>) -> Result<()> {
        self.keys.get(&self.bytes, row, out)?;
        out.extend_from_slice(self.suffixes.get(&self.bytes, row)?);
        Ok(())
    }

    /// The first row whose key is not below `key`.
    fn first_from(&self, key: &[u8]) -> Result<usize> {
        let mut found = Vec::new();
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            self.key(middle, &mut found)?;
            match found.as_slice() < key {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Ok(low)
    }
}

#[derive(Debug)]
enum Layout {
    Columns(Columns, usize),
    Rows(RowBlock, RowPosition, Format),
}

/// A walk over the rows of a data block.
#[derive(Debug)]
pub(super) struct DataWalk {
    layout: Layout,
    /// Only rows with this key or a higher one are wanted; in columns they have been searched for already.
    from: Vec<u8>,
}

/// The trailer of a row, and where its value lies in the block.
pub(super) type RowPlace = (Trailer, Range<usize>);

impl DataWalk {
    /// Begins at the first row whose key is not below `from`.
    pub(super) fn new(block: Vec<u8>, format: Format, from: &[u8]) -> Result<Self> {
        let layout = match format.is_columnar() {
            true => {
                let columns = Columns::parse(block)?;
                let row = match from.is_empty() {
                    true => 0,
                    false => columns.first_from(from)?,
                };
                Layout::Columns(columns, row)
            }
            false => {
                let block = RowBlock::parse(block)?;
                let position = block.start();
                Layout::Rows(block, position, format)
            }
        };
        let from = from.to_vec();
        Ok(Self { layout, from })
    }

    /// The bytes that values lie in.
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.layout {
            Layout::Columns(columns, _) => &columns.bytes,
            Layout::Rows(block, ..) => block.bytes(),
        }
    }

    /// Whether the block has no rows at all.
    pub(super) fn is_empty(&self) -> Result<bool> {
        match &self.layout {
            Layout::Columns(columns, _) => Ok(columns.rows == 0),
            Layout::Rows(block, ..) => Ok(!block.next(&mut RowPosition::default())?),
        }
    }

    /// Goes to the next row and puts its user key into `key`; `None` behind the last.
    pub(super) fn next(&mut self, key: &mut Vec<u8>, max_key: usize) -> Result<Option<RowPlace>> {
        let place = match &mut self.layout {
            Layout::Columns(columns, row) => next_in_columns(columns, row, key)?,
            Layout::Rows(block, position, format) => {
                next_in_rows(block, position, *format, &self.from, key)?
            }
        };
        match key.len() > max_key {
            true => Err(too_large("a key", max_key)),
            false => Ok(place),
        }
    }
}

fn next_in_columns(
    columns: &Columns,
    row: &mut usize,
    key: &mut Vec<u8>,
) -> Result<Option<RowPlace>> {
    if *row >= columns.rows {
        return Ok(None);
    }
    let bytes = &columns.bytes;
    columns.key(*row, key)?;
    if columns.external.get(bytes, *row)? {
        return Err(unsupported("a value that is stored elsewhere"));
    }
    let trailer = Trailer(columns.trailers.get(bytes, *row)?);
    let value = columns.values.range(bytes, *row)?;
    *row += 1;
    Ok(Some((trailer, value)))
}

fn next_in_rows(
    block: &RowBlock,
    position: &mut RowPosition,
    format: Format,
    from: &[u8],
    key: &mut Vec<u8>,
) -> Result<Option<RowPlace>> {
    loop {
        if !block.next(position)? {
            return Ok(None);
        }
        let (user, trailer) = split_internal(&position.key)?;
        if user < from {
            continue;
        }
        let trailer = match format.0 >= 4 {
            true => Trailer(trailer.0 & !OBSOLETE_HINT),
            false => trailer,
        };
        key.clear();
        key.extend_from_slice(user);
        let mut value = position.value.clone();
        if format.has_value_prefix() && matches!(trailer.kind_number(), 1 | 18) {
            let prefix = block.value(position).first();
            let prefix = prefix.ok_or_else(|| damaged("a value without its prefix"))?;
            if prefix & !SAME_PREFIX_HINT != VALUE_IN_PLACE {
                return Err(unsupported("a value that is stored elsewhere"));
            }
            value.start += 1;
        }
        return Ok(Some((trailer, value)));
    }
}
