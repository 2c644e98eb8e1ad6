//! A row or a key as SQLite stores it: the types of the values, then the values.

/// A value of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
    /// A blob that is not at hand, when only lengths count.
    BlobOf(usize),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.as_bytes())
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

impl Value<'_> {
    /// The number that tells type and length.
    fn serial(self) -> u64 {
        match self {
            Self::Null => 0,
            Self::Integer(0) => 8,
            Self::Integer(1) => 9,
            Self::Integer(n) => match width(n) {
                8 => 6,
                6 => 5,
                short => short as u64,
            },
            Self::Real(_) => 7,
            Self::Text(text) => text.len() as u64 * 2 + 13,
            Self::Blob(blob) => blob.len() as u64 * 2 + 12,
            Self::BlobOf(len) => len as u64 * 2 + 12,
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Null | Self::Integer(0 | 1) => 0,
            Self::Integer(n) => width(n),
            Self::Real(_) => 8,
            Self::Text(bytes) | Self::Blob(bytes) => bytes.len(),
            Self::BlobOf(len) => len,
        }
    }
}

/// How many bytes a number takes.
fn width(n: i64) -> usize {
    let fits = |bits: u32| n >= -(1 << (bits - 1)) && n < 1 << (bits - 1);
    match n {
        _ if fits(8) => 1,
        _ if fits(16) => 2,
        _ if fits(24) => 3,
        _ if fits(32) => 4,
        _ if fits(48) => 6,
        _ => 8,
    }
}

/// Appends a number, seven bits a byte, the highest ones first; the ninth byte has eight.
pub(crate) fn varint(out: &mut Vec<u8>, n: u64) {
    if n < 0x80 {
        return out.push(n as u8);
    }
    if n >> 56 != 0 {
        out.extend((1..=8).rev().map(|i| (n >> (7 * i + 1)) as u8 | 0x80));
        return out.push(n as u8);
    }
    let groups = len_of_varint(n);
    for i in (0..groups).rev() {
        let more = if i == 0 { 0 } else { 0x80 };
        out.push((n >> (7 * i)) as u8 & 0x7f | more);
    }
}

fn len_of_varint(n: u64) -> usize {
    let bits = 64 - (n | 1).leading_zeros() as usize;
    bits.div_ceil(7).min(9)
}

/// Length of the head: it counts its own length too.
fn len_of_head(values: &[Value<'_>]) -> usize {
    let types: usize = values.iter().map(|v| len_of_varint(v.serial())).sum();
    let len = types + len_of_varint(types as u64 + 1);
    types + len_of_varint(len as u64)
}

/// Length of a record.
pub(crate) fn len(values: &[Value<'_>]) -> usize {
    len_of_head(values) + values.iter().map(|v| v.len()).sum::<usize>()
}

/// Writes a record in place of what `out` holds.
pub(crate) fn encode(out: &mut Vec<u8>, values: &[Value<'_>]) {
    out.clear();
    varint(out, len_of_head(values) as u64);
    for value in values {
        varint(out, value.serial());
    }
    for value in values {
        match *value {
            Value::Null | Value::Integer(0 | 1) => {}
            Value::Integer(n) => out.extend_from_slice(&n.to_be_bytes()[8 - width(n)..]),
            Value::Real(n) => out.extend_from_slice(&n.to_be_bytes()),
            Value::Text(bytes) | Value::Blob(bytes) => out.extend_from_slice(bytes),
            Value::BlobOf(len) => out.resize(out.len() + len, 0),
        }
    }
}
