//! A directory of tables, logs and what lists them.

use super::container::Files;
use super::log::{Chunks, batch, log};
use super::table::{Listed, Look, internal, table};
use super::{Gone, Row, string, uvarint};

const MAX_SEQUENCE: u64 = (1 << 56) - 1;

/// A store that is built table by table.
#[derive(Debug, Default)]
pub(crate) struct StoreWriter {
    files: Files,
    pub(crate) listed: Vec<Listed>,
    backings: Vec<(u64, u64)>,
    numbers: u64,
    logs: Vec<(u64, Vec<u8>)>,
}

/// Bounds and sequence numbers of rows and range deletions.
fn extremes(rows: &[Row], gone: &[Gone]) -> (Vec<u8>, Vec<u8>, (u64, u64)) {
    // In the order of internal keys a higher trailer comes first.
    let order = |trailer: u64| u64::MAX - trailer;
    let own = rows
        .iter()
        .map(|row| (row.key.clone(), order(row.trailer())));
    let starts = (gone.iter()).map(|g| (g.start.clone(), order(g.sequence << 8 | 15)));
    let ends = (gone.iter()).map(|g| (g.end.clone(), order(MAX_SEQUENCE << 8 | 15)));
    let smallest = own.clone().chain(starts).min().unwrap();
    let largest = own.chain(ends).max().unwrap();
    let key = |(key, order): (Vec<u8>, u64)| internal(&key, u64::MAX - order);
    let sequences = rows.iter().map(|row| row.sequence);
    let sequences = sequences.chain(gone.iter().map(|g| g.sequence));
    let sequences = (sequences.clone().min().unwrap(), sequences.max().unwrap());
    (key(smallest), key(largest), sequences)
}

impl StoreWriter {
    pub(crate) fn new() -> Self {
        let mut store = Self {
            numbers: 3,
            ..Self::default()
        };
        let stamp = Row::set(b"\x03\xFFkeyspace_version", 1, &[0, 0, 0, 2]);
        store.add(6, &[stamp], &[], Look::default());
        store
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Adds a table; rows come in any order.
    pub(crate) fn add(&mut self, level: u8, rows: &[Row], gone: &[Gone], look: Look) {
        if rows.is_empty() && gone.is_empty() {
            return;
        }
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| a.key.cmp(&b.key).then(b.trailer().cmp(&a.trailer())));
        let (smallest, largest, sequences) = extremes(&rows, gone);
        self.list(
            level,
            table(&rows, gone, look),
            smallest,
            largest,
            sequences,
        );
    }

    /// Adds a table of one sequence number that was written before the number was known.
    pub(crate) fn ingest(
        &mut self,
        level: u8,
        rows: &[Row],
        gone: &[Gone],
        sequence: u64,
        look: Look,
    ) {
        if rows.is_empty() && gone.is_empty() {
            return;
        }
        let unnumbered: Vec<_> = (rows.iter())
            .map(|row| Row {
                sequence: 0,
                ..row.clone()
            })
            .collect();
        let gone: Vec<_> = gone
            .iter()
            .map(|g| Gone {
                sequence: 0,
                ..g.clone()
            })
            .collect();
        let (smallest, largest, _) = extremes(&unnumbered, &gone);
        let bytes = table(&unnumbered, &gone, look);
        self.list(level, bytes, smallest, largest, (sequence, sequence));
    }

    fn list(
        &mut self,
        level: u8,
        bytes: Vec<u8>,
        smallest: Vec<u8>,
        largest: Vec<u8>,
        sequences: (u64, u64),
    ) {
        let number = self.number();
        let size = bytes.len() as u64;
        self.files.insert(format!("{number:06}.sst"), bytes);
        self.listed.push(Listed {
            level,
            number,
            backing: number,
            size,
            smallest,
            largest,
            sequences,
        });
    }

    /// Cuts a range of keys out of all tables, which leaves virtual tables on both sides of it.
    pub(crate) fn excise(&mut self, start: &[u8], end: &[u8]) {
        let user = |key: &[u8]| key[..key.len() - 8].to_vec();
        for table in std::mem::take(&mut self.listed) {
            let (low, high) = (user(&table.smallest), user(&table.largest));
            if high.as_slice() < start || low.as_slice() >= end {
                self.listed.push(table);
                continue;
            }
            if table.backing == table.number {
                self.backings.push((table.number, table.size));
            }
            let part = |number, smallest, largest| Listed {
                number,
                smallest,
                largest,
                size: 1,
                ..table.clone()
            };
            if low.as_slice() < start {
                let largest = internal(start, MAX_SEQUENCE << 8 | 15);
                let left = part(self.number(), table.smallest.clone(), largest);
                self.listed.push(left);
            }
            let is_exclusive = table
                .largest
                .ends_with(&(MAX_SEQUENCE << 8 | 15).to_le_bytes());
            if high.as_slice() > end || (high.as_slice() == end && !is_exclusive) {
                let smallest = internal(end, MAX_SEQUENCE << 8 | 1);
                let right = part(self.number(), smallest, table.largest.clone());
                self.listed.push(right);
            }
        }
    }

    /// Adds a log of one batch per row.
    pub(crate) fn log(&mut self, rows: &[Row], chunks: fn(u32) -> Chunks) {
        let number = self.number();
        let batches: Vec<_> = rows.chunks(1).map(batch).collect();
        self.logs
            .push((number, log(&batches, chunks(number as u32))));
    }

    /// The directory.
    pub(crate) fn finish(mut self) -> Files {
        let mut first = Vec::new();
        uvarint(&mut first, 1);
        string(&mut first, b"leveldb.BytewiseComparator");
        let mut edits = vec![first];
        let mut edit = vec![2, 0, 3, 100, 4, 100];
        for (number, size) in &self.backings {
            for part in [105, *number, *size] {
                uvarint(&mut edit, part);
            }
        }
        edits.push(edit);
        edits.extend(self.listed.iter().map(Listed::encode));
        // An old log that has been flushed must not be replayed.
        let oldest = self.logs.first().map_or(1_000_000, |(number, _)| *number);
        let mut last = vec![2];
        uvarint(&mut last, oldest);
        edits.push(last);
        self.files
            .insert("000001.log".to_owned(), b"flushed long ago".to_vec());
        for (number, log) in self.logs {
            self.files.insert(format!("{number:06}.log"), log);
        }
        self.files
            .insert("MANIFEST-000002".to_owned(), log(&edits, Chunks::Plain));
        for marker in [
            "manifest.000003.MANIFEST-000002",
            "format-version.000001.024",
        ] {
            self.files.insert(format!("marker.{marker}"), Vec::new());
        }
        self.files
            .insert("000999.sst".to_owned(), b"not listed".to_vec());
        self.files
    }
}
