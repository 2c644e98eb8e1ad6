//! Logs: records in chunks, and batches.

use super::{Row, masked_crc, string};

const BLOCK: usize = 32 << 10;

/// Which headers chunks have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chunks {
    /// Those of a MANIFEST.
    Plain,
    /// Those of a log with this number.
    Recyclable(u32),
    /// Those of newer logs.
    Synced(u32),
}

/// Writes records as a log.
pub(crate) fn log(records: &[Vec<u8>], chunks: Chunks) -> Vec<u8> {
    let mut out = Vec::new();
    let (base, header) = match chunks {
        Chunks::Plain => (0, 7),
        Chunks::Recyclable(_) => (4, 11),
        Chunks::Synced(_) => (8, 19),
    };
    for record in records {
        let mut rest = record.as_slice();
        let mut begun = false;
        loop {
            let room = BLOCK - out.len() % BLOCK;
            if room < header {
                out.resize(out.len() + room, 0);
                continue;
            }
            let (now, later) = rest.split_at(rest.len().min(room - header));
            let part = match (begun, later.is_empty()) {
                (false, true) => 1,
                (false, false) => 2,
                (true, false) => 3,
                (true, true) => 4,
            };
            let mut checked = vec![base + part];
            match chunks {
                Chunks::Plain => {}
                Chunks::Recyclable(number) => checked.extend(number.to_le_bytes()),
                Chunks::Synced(number) => {
                    checked.extend(number.to_le_bytes());
                    checked.extend([0; 8]);
                }
            }
            checked.extend(now);
            out.extend(masked_crc(&checked).to_le_bytes());
            out.extend((now.len() as u16).to_le_bytes());
            out.extend(checked);
            (rest, begun) = (later, true);
            if rest.is_empty() {
                break;
            }
        }
    }
    out
}

/// A batch of writes with ascending sequence numbers; a range deletion has its end as value.
pub(crate) fn batch(rows: &[Row]) -> Vec<u8> {
    let first = rows.first().map_or(1, |row| row.sequence);
    let mut out = first.to_le_bytes().to_vec();
    out.extend((rows.len() as u32).to_le_bytes());
    for row in rows {
        // Data that means nothing to readers.
        out.push(3);
        string(&mut out, b"note");
        out.push(row.kind);
        string(&mut out, &row.key);
        if matches!(row.kind, 1 | 2 | 15 | 19..=21 | 23 | 24) {
            string(&mut out, &row.value);
        }
    }
    out
}
