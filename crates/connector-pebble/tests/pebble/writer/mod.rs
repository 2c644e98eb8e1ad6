//! Writes stores of every layout that the reader knows, for tests. The Go SDK writes only some of them; blocks in
//! columns come out byte for byte as the SDK writes them, which `same_blocks` shows.

pub(crate) mod column;
pub(crate) mod container;
pub(crate) mod log;
pub(crate) mod store;
pub(crate) mod table;

/// One row of a table: key, sequence number, kind, value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    pub(crate) sequence: u64,
    pub(crate) kind: u8,
    pub(crate) value: Vec<u8>,
}

impl Row {
    pub(crate) fn trailer(&self) -> u64 {
        self.sequence << 8 | u64::from(self.kind)
    }

    pub(crate) fn set(key: &[u8], sequence: u64, value: &[u8]) -> Self {
        Self {
            key: key.to_vec(),
            sequence,
            kind: 1,
            value: value.to_vec(),
        }
    }
}

/// A range of keys that are gone as of a sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) start: Vec<u8>,
    pub(crate) end: Vec<u8>,
    pub(crate) sequence: u64,
}

pub(crate) fn uvarint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(crate) fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    uvarint(out, bytes.len() as u64);
    out.extend(bytes);
}

pub(crate) fn masked_crc(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xA282_EAD8)
}

pub(crate) fn xxh64(bytes: &[u8]) -> u64 {
    twox_hash::XxHash64::oneshot(0, bytes)
}
