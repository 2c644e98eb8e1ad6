//! The values of a row: their types, then what they hold.

use std::borrow::Cow;

use super::Fault;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::reader::v1) enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A text, which need not be UTF-8.
    Text(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The value as text; bytes that are not UTF-8 are replaced, absence is the empty text.
    pub(in crate::reader::v1) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Text(bytes) | Self::Blob(bytes) => String::from_utf8_lossy(bytes),
            Self::Integer(n) => Cow::Owned(n.to_string()),
            Self::Real(n) => Cow::Owned(n.to_string()),
        }
    }

    /// The bytes of a text or of bytes; empty for anything else.
    pub(in crate::reader::v1) const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(bytes) | Self::Blob(bytes) => bytes,
            Self::Null | Self::Integer(_) | Self::Real(_) => &[],
        }
    }

    /// The value when it is a whole number.
    pub(in crate::reader::v1) const fn number(self) -> Option<i64> {
        match self {
            Self::Integer(n) => Some(n),
            _ => None,
        }
    }
}

/// Type and place of a value within its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    kind: u64,
    at: usize,
    len: usize,
}

impl Place {
    /// The value in its row.
    pub(super) fn value(self, payload: &[u8]) -> Value<'_> {
        let bytes = payload.get(self.at..self.at + self.len);
        let bytes = bytes.unwrap_or_default();
        match self.kind {
            0 => Value::Null,
            7 => {
                let real = bytes.first_chunk::<8>().copied().unwrap_or_default();
                match f64::from_be_bytes(real) {
                    // SQLite takes what is no number for nothing.
                    real if real.is_nan() => Value::Null,
                    real => Value::Real(real),
                }
            }
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            1..=6 => {
                let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
                let begin = if negative { -1 } else { 0 };
                let add = |n: i64, byte: &u8| n << 8 | i64::from(*byte);
                Value::Integer(bytes.iter().fold(begin, add))
            }
            kind if kind % 2 == 0 => Value::Blob(bytes),
            _ => Value::Text(bytes),
        }
    }
}

/// Finds the first `width` values of a row, or as many as it has.
pub(super) fn places(payload: &[u8], width: usize, places: &mut Vec<Place>) -> Result<(), Fault> {
    places.clear();
    places.reserve(width);
    let (head, mut next) = varint(payload, 0)?;
    let head = usize::try_from(head).map_err(|_| Fault::Damage)?;
    if head > payload.len() {
        return Err(Fault::Damage);
    }
    let mut at = head;
    while next < head && places.len() < width {
        // Most types are one byte.
        let (kind, len) = match payload.get(next) {
            Some(&byte) if byte < 0x80 => (u64::from(byte), 1),
            _ => varint(payload, next)?,
        };
        next += len;
        let len = match kind {
            12.. => usize::try_from((kind - 12) / 2).map_err(|_| Fault::Damage)?,
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            // No writer uses these two.
            10 | 11 => return Err(Fault::Damage),
        };
        if len > payload.len() - at {
            return Err(Fault::Damage);
        }
        places.push(Place { kind, at, len });
        at += len;
    }
    match next > head {
        true => Err(Fault::Damage),
        false => Ok(()),
    }
}

/// A number of one to nine bytes at a place, and how many bytes it takes.
pub(super) fn varint(bytes: &[u8], at: usize) -> Result<(u64, usize), Fault> {
    let bytes = bytes.get(at..).unwrap_or_default();
    let mut value = 0;
    for (position, &byte) in bytes.iter().take(8).enumerate() {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((value, position + 1));
        }
    }
    match bytes.get(8) {
        Some(&last) => Ok((value << 8 | u64::from(last), 9)),
        None => Err(Fault::Damage),
    }
}
