//! Merges tables and log into one sorted sequence of the rows that count.
//!
//! Of each key the write with the highest sequence number counts, unless it is a deletion or a newer range
//! deletion covers the key. Tables are opened when the walk reaches their first key and closed behind their last,
//! so that only tables which overlap are open together, on whatever level they are.

use std::cmp::Ordering;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use connector_core::{Error, Result};

use crate::error::damaged;
use crate::key::{Kind, Trailer};
use crate::manifest::TableMeta;
use crate::store::{Held, Store};
use crate::table::Cursor;
use crate::wal::{MemoryTable, RangeDeletion};

/// Everything that holds rows.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// In the order of their first keys, each with its rank.
    pub(crate) tables: Vec<(u32, TableMeta)>,
    pub(crate) memory: MemoryTable,
}

impl Inputs {
    /// Ranks the tables. The rank decides between writes with the same sequence number: the log before tables,
    /// an upper level before a lower one, on level 0 the newer table before the older.
    pub(crate) fn new(tables: impl Iterator<Item = TableMeta>, memory: MemoryTable) -> Self {
        let mut tables: Vec<_> = tables.collect();
        tables.sort_by(|a, b| {
            let newer = |t: &TableMeta| (t.largest_sequence, t.number);
            a.level.cmp(&b.level).then(newer(b).cmp(&newer(a)))
        });
        let mut tables: Vec<_> = (1..).zip(tables).collect();
        tables.sort_by(|(_, a), (_, b)| a.bounds.lower.cmp(&b.bounds.lower));
        Self { tables, memory }
    }
}

/// What is being done when a table turns out to be damaged.
fn reading(table: &TableMeta) -> String {
    format!("reading table {:06}", table.backing)
}

/// Where a stream's rows come from.
#[derive(Debug)]
enum Rows {
    Table {
        cursor: Box<Cursor>,
        table: usize,
    },
    /// The log, and the row after the current one.
    Memory {
        next: usize,
    },
}

/// The rows of one table, or of the log, from the current one on.
#[derive(Debug)]
struct Stream {
    inputs: Arc<Inputs>,
    rank: u32,
    rows: Rows,
}

impl Stream {
    /// Goes to the next row below `end`; `false` behind the last.
    fn advance(&mut self, end: Option<&[u8]>) -> Result<bool> {
        match &mut self.rows {
            Rows::Memory { next } => {
                *next += 1;
                let row = self.inputs.memory.rows.get(*next - 1);
                Ok(row.is_some_and(|row| end.is_none_or(|end| row.key.as_slice() < end)))
            }
            Rows::Table { cursor, table } => {
                let Some((_, meta)) = self.inputs.tables.get(*table) else {
                    return Ok(false);
                };
                let during = |error: Error| error.during(reading(meta));
                if !cursor.advance().map_err(during)? {
                    return Ok(false);
                }
                if end.is_some_and(|end| cursor.key() >= end) {
                    return Ok(false);
                }
                match meta.bounds.contains(cursor.key()) {
                    true => Ok(true),
                    // The rest of the file does not belong to this table.
                    false if meta.is_virtual() => Ok(false),
                    false => Err(during(damaged("a row outside the bounds of its table"))),
                }
            }
        }
    }

    fn key(&self) -> &[u8] {
        match &self.rows {
            Rows::Table { cursor, .. } => cursor.key(),
            Rows::Memory { next } => self.memory_row(*next).map_or(&[], |row| &row.key),
        }
    }

    fn value(&self) -> &[u8] {
        match &self.rows {
            Rows::Table { cursor, .. } => cursor.value(),
            Rows::Memory { next } => self.memory_row(*next).map_or(&[], |row| &row.value),
        }
    }

    fn trailer(&self) -> Trailer {
        match &self.rows {
            Rows::Table { cursor, .. } => cursor.trailer(),
            Rows::Memory { next } => self.memory_row(*next).map_or(Trailer(0), |row| row.trailer),
        }
    }

    fn sequence(&self) -> u64 {
        let fixed = match &self.rows {
            Rows::Table { table, .. } => {
                (self.inputs.tables.get(*table)).and_then(|(_, meta)| meta.fixed_sequence())
            }
            Rows::Memory { .. } => None,
        };
        fixed.unwrap_or_else(|| self.trailer().sequence())
    }

    fn memory_row(&self, next: usize) -> Option<&crate::wal::Row> {
        self.inputs.memory.rows.get(next.checked_sub(1)?)
    }
}

/// The greatest stream is the one whose row comes first: the lowest key, then the newest write.
impl Ord for Stream {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.key().cmp(self.key()))
            .then_with(|| self.sequence().cmp(&other.sequence()))
            .then_with(|| other.rank.cmp(&self.rank))
    }
}

impl PartialOrd for Stream {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Stream {}

/// A range deletion without its start.
#[derive(Debug)]
struct Ending {
    end: Vec<u8>,
    sequence: u64,
    _held: Held,
}

/// The range deletions of open tables, swept from the lowest key to the highest.
#[derive(Debug, Default)]
struct RangeDeletions {
    count: u64,
    /// The deletions still to come, by their start.
    coming: BTreeMap<(Vec<u8>, u64), Ending>,
    /// Those that the walk is in, by sequence number.
    begun: BTreeMap<(u64, u64), Ending>,
}

impl RangeDeletions {
    fn add(&mut self, deletion: RangeDeletion, held: Held) {
        self.count += 1;
        let ending = Ending {
            end: deletion.end,
            sequence: deletion.sequence,
            _held: held,
        };
        self.coming.insert((deletion.start, self.count), ending);
    }

    /// The newest one over `key`. Keys must come in ascending order.
    fn newest_over(&mut self, key: &[u8]) -> Option<u64> {
        while let Some(first) = self.coming.first_entry() {
            if first.key().0.as_slice() > key {
                break;
            }
            let ((_, number), ending) = first.remove_entry();
            self.begun.insert((ending.sequence, number), ending);
        }
        loop {
            let newest = self.begun.last_entry()?;
            if newest.get().end.as_slice() > key {
                return Some(newest.key().0);
            }
            newest.remove();
        }
    }
}

/// A walk over the rows that count.
#[derive(Debug)]
pub(crate) struct Merge {
    store: Arc<Store>,
    inputs: Arc<Inputs>,
    /// Tables that are not open yet, the one with the lowest first key last.
    pending: Vec<usize>,
    streams: BinaryHeap<Stream>,
    deletions: RangeDeletions,
    lower: Vec<u8>,
    end: Option<Vec<u8>>,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Merge {
    /// Begins before the first row with the key `lower` or a higher one; ends before `end`.
    pub(crate) fn new(
        store: Arc<Store>,
        inputs: Arc<Inputs>,
        lower: Vec<u8>,
        end: Option<Vec<u8>>,
    ) -> Result<Self> {
        let pending = (inputs.tables.iter().enumerate().rev())
            .filter(|(_, (_, table))| table.bounds.meets(&lower, end.as_deref()))
            .map(|(at, _)| at)
            .collect();
        let mut deletions = RangeDeletions::default();
        for deletion in &inputs.memory.range_deletions {
            let held = store.hold(deletion.held_bytes())?;
            deletions.add(deletion.clone(), held);
        }
        let rows = &inputs.memory.rows;
        let next = rows.partition_point(|row| row.key < lower);
        let mut memory = Stream {
            inputs: Arc::clone(&inputs),
            rank: 0,
            rows: Rows::Memory { next },
        };
        let mut streams = BinaryHeap::new();
        if memory.advance(end.as_deref())? {
            streams.push(memory);
        }
        Ok(Self {
            store,
            inputs,
            pending,
            streams,
            deletions,
            lower,
            end,
            key: Vec::new(),
            value: Vec::new(),
        })
    }

    /// Goes to the next row; `false` behind the last.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        loop {
            self.open_due()?;
            let Some(first) = self.streams.peek_mut() else {
                return Ok(false);
            };
            self.key.clear();
            self.key.extend_from_slice(first.key());
            let (kind, sequence) = (first.trailer().kind()?, first.sequence());
            if kind == Kind::Set {
                self.value.clear();
                self.value.extend_from_slice(first.value());
            }
            advance_or_close(first, self.end.as_deref())?;
            self.skip_older()?;
            match kind {
                Kind::Delete => {}
                Kind::RangeDelete => return Err(damaged("a range deletion among the rows")),
                Kind::Set => match self.deletions.newest_over(&self.key) {
                    Some(deleted) if deleted > sequence => {}
                    _ => return Ok(true),
                },
            }
        }
    }

    /// Opens the tables whose first key is not above the first of the open ones.
    fn open_due(&mut self) -> Result<()> {
        while let Some(table) = self.pending.last().copied() {
            let inputs = Arc::clone(&self.inputs);
            let Some((rank, meta)) = inputs.tables.get(table) else {
                break;
            };
            let first = self.streams.peek();
            if first.is_some_and(|first| first.key() < meta.bounds.lower.as_slice()) {
                break;
            }
            self.pending.pop();
            self.open(table, *rank, meta)
                .map_err(|error| error.during(reading(meta)))?;
        }
        Ok(())
    }

    fn open(&mut self, number: usize, rank: u32, meta: &TableMeta) -> Result<()> {
        let table = self.store.table(meta.backing)?;
        for mut deletion in table.range_deletions(&self.store, &meta.bounds)? {
            deletion.sequence = meta.fixed_sequence().unwrap_or(deletion.sequence);
            let held = self.store.hold(deletion.held_bytes())?;
            self.deletions.add(deletion, held);
        }
        // A whole table is read from its first row, so that one outside its bounds is found.
        let from = match meta.is_virtual() || self.lower > meta.bounds.lower {
            true => self.lower.as_slice().max(&meta.bounds.lower),
            false => &[],
        };
        let cursor = Cursor::new(Arc::clone(&self.store), table, from)?;
        let mut stream = Stream {
            inputs: Arc::clone(&self.inputs),
            rank,
            rows: Rows::Table {
                cursor: Box::new(cursor),
                table: number,
            },
        };
        if stream.advance(self.end.as_deref())? {
            self.streams.push(stream);
        }
        Ok(())
    }

    /// Passes the older writes of the current key, which must be of a known kind all the same.
    fn skip_older(&mut self) -> Result<()> {
        while let Some(first) = self.streams.peek_mut() {
            if first.key() != self.key {
                break;
            }
            first.trailer().kind()?;
            advance_or_close(first, self.end.as_deref())?;
        }
        Ok(())
    }

    /// The key of the row.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// The value of the row.
    pub(crate) fn value(&self) -> &[u8] {
        &self.value
    }
}

fn advance_or_close(mut stream: PeekMut<'_, Stream>, end: Option<&[u8]>) -> Result<()> {
    if !stream.advance(end)? {
        PeekMut::pop(stream);
    }
    Ok(())
}
