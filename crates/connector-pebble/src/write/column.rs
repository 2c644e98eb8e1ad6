//! Encodes blocks in columns, byte for byte as Pebble does.

/// How many keys share a prefix in a column of keys, as a power of two.
const BUNDLE_LOG: u8 = 4;
const BUNDLE: usize = 1 << BUNDLE_LOG;
/// The version of the layout.
const VERSION: u8 = 1;
/// A column's type and where it starts.
const COLUMN_HEADER: usize = 5;

/// Byte strings behind each other.
#[derive(Debug, Default)]
pub(super) struct Slices {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Slices {
    pub(super) fn push(&mut self, slice: &[u8]) {
        self.bytes.extend_from_slice(slice);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all slices.
    pub(super) const fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(super) fn last(&self) -> &[u8] {
        self.get(self.len().saturating_sub(1))
    }

    /// As a column of byte strings.
    fn encode(&self, out: &mut Vec<u8>) {
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.extend(self.ends.iter().map(|end| *end as u64));
        uints(out, &offsets, false);
        out.extend_from_slice(&self.bytes);
    }

    /// As a column of sorted keys: what all share, what each bundle shares, and the rest of each key.
    fn encode_keys(&self, out: &mut Vec<u8>) {
        let in_block = shared(self.get(0), self.last());
        let mut parts = Self::default();
        parts.push(self.get(0).get(..in_block).unwrap_or_default());
        let mut start = 0;
        while start < self.len() {
            let end = (start + BUNDLE).min(self.len());
            let first = self.get(start);
            let in_bundle = shared(first, self.get(end - 1));
            parts.push(first.get(in_block..in_bundle).unwrap_or_default());
            for at in start..end {
                parts.push(self.get(at).get(in_bundle..).unwrap_or_default());
            }
            start = end;
        }
        let ends: Vec<_> = parts.ends.iter().map(|end| *end as u64).collect();
        out.push(BUNDLE_LOG);
        uints(out, &ends, false);
        out.extend_from_slice(&parts.bytes);
    }
}

/// How many bytes both begin with.
fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The type numbers of columns.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Bools = 1,
    Uints = 2,
    Slices = 3,
    Keys = 4,
}

/// A block whose columns are written one after the other.
#[derive(Debug)]
struct Frame {
    out: Vec<u8>,
    /// Where the next column's header goes.
    header: usize,
}

impl Frame {
    fn new(custom: &[u8], rows: usize, columns: u16) -> Self {
        let mut out = custom.to_vec();
        out.push(VERSION);
        out.extend(columns.to_le_bytes());
        out.extend((rows as u32).to_le_bytes());
        let header = out.len();
        out.resize(header + usize::from(columns) * COLUMN_HEADER, 0);
        Self { out, header }
    }

    fn column(&mut self, kind: Kind, write: impl FnOnce(&mut Vec<u8>)) {
        let mut header = [kind as u8, 0, 0, 0, 0];
        let start = (self.out.len() as u32).to_le_bytes();
        for (to, byte) in header.iter_mut().skip(1).zip(start) {
            *to = byte;
        }
        let place = self.out.iter_mut().skip(self.header);
        place.zip(header).for_each(|(to, byte)| *to = byte);
        self.header += COLUMN_HEADER;
        write(&mut self.out);
    }

    fn finish(mut self) -> Vec<u8> {
        self.out.push(0);
        self.out
    }
}

/// A data block of rows with distinct ascending keys, all with the same trailer.
pub(super) fn data(keys: &Slices, values: &Slices, trailer: u64) -> Vec<u8> {
    let rows = keys.len();
    let longest = (0..rows).map(|at| keys.get(at).len()).max().unwrap_or(0) as u32;
    let mut frame = Frame::new(&longest.to_le_bytes(), rows, 7);
    frame.column(Kind::Keys, |out| keys.encode_keys(out));
    frame.column(Kind::Slices, |out| out.push(0));
    frame.column(Kind::Uints, |out| uints(out, &vec![trailer; rows], true));
    frame.column(Kind::Bools, |out| all_true(out, rows));
    frame.column(Kind::Slices, |out| values.encode(out));
    frame.column(Kind::Bools, |out| out.push(1));
    frame.column(Kind::Bools, |out| out.push(1));
    frame.finish()
}

/// Separators and places of blocks.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) separators: Slices,
    offsets: Vec<u64>,
    lengths: Vec<u64>,
}

impl Index {
    pub(super) fn push(&mut self, separator: &[u8], place: (u64, u64)) {
        self.separators.push(separator);
        self.offsets.push(place.0);
        self.lengths.push(place.1);
    }

    /// About how large its block will be.
    pub(super) const fn size(&self) -> usize {
        self.separators.byte_len() + self.separators.len() * 8
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut frame = Frame::new(&[], self.offsets.len(), 4);
        frame.column(Kind::Slices, |out| self.separators.encode(out));
        frame.column(Kind::Uints, |out| uints(out, &self.offsets, true));
        frame.column(Kind::Uints, |out| uints(out, &self.lengths, true));
        frame.column(Kind::Slices, |out| out.push(0));
        frame.finish()
    }
}

/// A block of names and values.
pub(super) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let (mut keys, mut values) = (Slices::default(), Slices::default());
    for (key, value) in pairs {
        keys.push(key.as_bytes());
        values.push(value);
    }
    let mut frame = Frame::new(&[], keys.len(), 2);
    frame.column(Kind::Slices, |out| keys.encode(out));
    frame.column(Kind::Slices, |out| values.encode(out));
    frame.finish()
}

/// Bytes that a number needs, of the widths that there are.
const fn width(number: u64) -> usize {
    match number {
        0 => 0,
        1..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        _ => 8,
    }
}

fn align(out: &mut Vec<u8>, to: usize) {
    out.resize(out.len().next_multiple_of(to.max(1)), 0);
}

/// A column of numbers. One with a base stores differences; whether that pays is decided as Pebble decides it.
fn uints(out: &mut Vec<u8>, numbers: &[u64], may_have_base: bool) {
    let (Some(min), Some(max)) = (numbers.iter().min(), numbers.iter().max()) else {
        return;
    };
    let (near, plain) = (width(max - min), width(*max));
    let saved = numbers.len() * (plain - near);
    let has_base = may_have_base && near < plain && (numbers.len() >= 8 || saved >= 8);
    let (base, width) = if has_base { (*min, near) } else { (0, plain) };
    out.push(width as u8 | if has_base { 0x80 } else { 0 });
    if has_base {
        out.extend(base.to_le_bytes());
    }
    align(out, width);
    let numbers = numbers.iter().map(|number| number.wrapping_sub(base));
    match width {
        0 => {}
        1 => out.extend(numbers.map(|number| number as u8)),
        2 => numbers.for_each(|n| out.extend_from_slice(&(n as u16).to_le_bytes())),
        4 => numbers.for_each(|n| out.extend_from_slice(&(n as u32).to_le_bytes())),
        _ => numbers.for_each(|n| out.extend_from_slice(&n.to_le_bytes())),
    }
}

/// A column of ones: words of bits, and a summary of which words are not zero.
fn all_true(out: &mut Vec<u8>, count: usize) {
    let ones = |out: &mut Vec<u8>, mut count: usize| {
        while count > 0 {
            let bits = count.min(64);
            out.extend((u64::MAX >> (64 - bits)).to_le_bytes());
            count -= bits;
        }
    };
    out.push(0);
    align(out, 8);
    ones(out, count);
    ones(out, count.div_ceil(64));
}
