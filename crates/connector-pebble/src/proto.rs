//! Walks over the fields of a protobuf message without building it.
//!
//! A message of a few megabytes can describe millions of empty parts. Where a message repeats, it is walked, its
//! parts are counted, and only then are they decoded one by one.

use connector_core::Result;

use crate::bytes::Bytes;
use crate::error::damaged;

/// The value of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(crate) fn varint(self) -> Result<u64> {
        match self {
            Self::Varint(number) => Ok(number),
            _ => Err(wrong_type()),
        }
    }

    pub(crate) fn fixed64(self) -> Result<u64> {
        match self {
            Self::Fixed64(number) => Ok(number),
            _ => Err(wrong_type()),
        }
    }

    pub(crate) fn bytes(self) -> Result<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(wrong_type()),
        }
    }

    pub(crate) fn text(self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|e| damaged("a text in it is not UTF-8").caused_by(e))
    }
}

fn wrong_type() -> connector_core::Error {
    damaged("a field has another type than the format says")
}

/// The fields of a message, in the order of the bytes.
#[derive(Debug)]
pub(crate) struct Fields<'a>(Bytes<'a>);

impl<'a> Fields<'a> {
    /// Walks over `message`; errors call it `part`.
    pub(crate) const fn new(message: &'a [u8], part: &'static str) -> Self {
        Self(Bytes::new(message, part))
    }

    /// The next field's number and value.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = self.0.uvarint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.0.uvarint()?),
            1 => Value::Fixed64(self.0.u64()?),
            2 => Value::Bytes(self.0.string()?),
            5 => Value::Fixed32(self.0.u32()?),
            _ => return Err(damaged("a field has a type that does not exist")),
        };
        Ok(Some((key >> 3, value)))
    }
}
