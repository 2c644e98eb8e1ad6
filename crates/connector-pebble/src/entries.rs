//! Walks over rows: keys and values as bytes, or records as messages.

use std::marker::PhantomData;

use connector_core::Result;

use crate::error::too_large;
use crate::merge::Merge;
use crate::records::{Record, decode_message};

/// Keys and values in the order of keys. After an error there are no more.
#[derive(Debug)]
pub struct Entries {
    merge: Merge,
    during: String,
    ended: bool,
}

impl Entries {
    pub(crate) const fn new(merge: Merge, during: String) -> Self {
        Self {
            merge,
            during,
            ended: false,
        }
    }

    /// The next key and its value, which are valid until the next call; `None` behind the last.
    ///
    /// # Errors
    /// When the file is damaged, uses what is not supported, or needs more memory than the limits allow.
    pub fn next_entry(&mut self) -> Result<Option<(&[u8], &[u8])>> {
        if self.ended {
            return Ok(None);
        }
        let found = self.merge.advance();
        self.ended = !matches!(found, Ok(true));
        found.map_err(|error| error.during(self.during.clone()))?;
        match self.ended {
            true => Ok(None),
            false => Ok(Some((self.merge.key(), self.merge.value()))),
        }
    }
}

/// A record and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<R> {
    /// The key, which names the row for good in this file.
    pub key: Vec<u8>,
    /// The message.
    pub record: R,
}

/// Records in the order of their keys. After an error there are no more.
#[derive(Debug)]
pub struct Records<R> {
    entries: Entries,
    max_record_bytes: usize,
    /// Only records whose keys end so.
    key_end: Vec<u8>,
    record: PhantomData<R>,
}

impl<R: Record> Records<R> {
    pub(crate) const fn new(entries: Entries, max_record_bytes: usize) -> Self {
        Self {
            entries,
            max_record_bytes,
            key_end: Vec::new(),
            record: PhantomData,
        }
    }

    /// Passes the records whose keys do not end so.
    pub(crate) fn with_key_end(self, key_end: Vec<u8>) -> Self {
        Self { key_end, ..self }
    }

    fn next_row(&mut self) -> Result<Option<Row<R>>> {
        while let Some((key, value)) = self.entries.next_entry()? {
            if !key.ends_with(&self.key_end) {
                continue;
            }
            let key = key.to_vec();
            match decode_record(value, self.max_record_bytes) {
                Ok(record) => return Ok(Some(Row { key, record })),
                Err(error) => {
                    self.entries.ended = true;
                    return Err(error.during(self.entries.during.clone()));
                }
            }
        }
        Ok(None)
    }
}

/// Decodes a value. A message can take some thirty times the memory of its bytes, so these are bounded first.
pub(crate) fn decode_record<M: prost::Message + Default>(value: &[u8], max: usize) -> Result<M> {
    match value.len() > max {
        true => Err(too_large(
            format_args!("a record of {} bytes", value.len()),
            max,
        )),
        false => decode_message(value),
    }
}

impl<R: Record> Iterator for Records<R> {
    type Item = Result<Row<R>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
