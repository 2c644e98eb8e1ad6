//! Reading rows back, in the order of storing.

use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, Place, StoredResource};
use jiff::Timestamp;
use prost::Message;

use super::{FrameAt, Log};
use crate::rows::{Decoder, Row, Shown, damaged};

/// How much of the rows is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The columns alone; messages are empty.
    Columns,
    /// Columns and messages.
    Whole,
}

impl Log {
    /// Calls `each` with the number, the time of discovery, the row and its message of all rows of a kind.
    pub(crate) fn for_each(
        &self,
        phase: Phase,
        part: Part,
        mut each: impl FnMut(u64, Timestamp, Row<'_>, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        for frame in &self.frames[phase as usize] {
            self.each_of(phase, frame, part, &mut bytes, |number, row, message| {
                each(number, frame.discovered, row, message)
            })?;
        }
        Ok(())
    }

    /// Calls `each` with number, content and message of the rows of a frame, which is read into `bytes`.
    pub(super) fn each_of(
        &self,
        phase: Phase,
        frame: &FrameAt,
        part: Part,
        bytes: &mut Vec<u8>,
        mut each: impl FnMut(u64, Row<'_>, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let (mut rows, blobs) = self.decode(phase, frame, part, bytes)?;
        for number in frame.first..frame.first + frame.rows {
            let row = rows.next()?.ok_or_else(damaged)?;
            let message = blobs.get(row.blob.0..row.blob.1).unwrap_or_default();
            each(number, row, message)?;
        }
        Ok(())
    }

    /// Calls `each` with one row and its message.
    pub(crate) fn row(
        &self,
        phase: Phase,
        number: u64,
        each: impl FnOnce(Row<'_>, Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let frames = self.frames_from(phase, number);
        let frame = frames.first().ok_or_else(damaged)?;
        let mut bytes = Vec::new();
        let (mut rows, _) = self.decode(phase, frame, Part::Columns, &mut bytes)?;
        for _ in frame.first..number {
            rows.next()?;
        }
        let row = rows.next()?.ok_or_else(damaged)?;
        let (from, to) = row.blob;
        let mut message = vec![0; to - from];
        let at = frame.at + u64::from(frame.columns) + from as u64;
        self.file.read(at, &mut message)?;
        each(row, message)
    }

    /// The frames from the one on in which a row lies.
    fn frames_from(&self, phase: Phase, number: u64) -> &[FrameAt] {
        let frames = &self.frames[phase as usize];
        let behind = frames.partition_point(|frame| frame.first <= number);
        frames.get(behind.saturating_sub(1)..).unwrap_or_default()
    }

    fn decode<'a>(
        &self,
        phase: Phase,
        frame: &FrameAt,
        part: Part,
        bytes: &'a mut Vec<u8>,
    ) -> Result<(Decoder<'a>, &'a [u8])> {
        let (columns, blobs) = (frame.columns as usize, frame.blobs as usize);
        let len = match part {
            Part::Columns => columns,
            Part::Whole => columns + blobs,
        };
        bytes.resize(len, 0);
        self.file.read(frame.at, bytes)?;
        let (columns, rest) = bytes.split_at(columns);
        Ok((Decoder::new(phase, columns, blobs), rest))
    }

    /// Up to `limit` resources of a type from a place on, those of the open page included.
    pub(crate) fn resources(
        &self,
        resource_type: &ResourceTypeId,
        from: Place,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let Some(&(first, last)) = self.open.written.spans.get(resource_type) else {
            return Ok(Vec::new());
        };
        let first = first.max(from.0);
        let (mut found, mut bytes) = (Vec::new(), Vec::new());
        for frame in self.frames_from(Phase::Resources, first) {
            if found.len() == limit || frame.first > last {
                break;
            }
            self.each_of(
                Phase::Resources,
                frame,
                Part::Whole,
                &mut bytes,
                |number, row, message| {
                    let is_wanted = number >= first && row.resource_type == resource_type.as_str();
                    if is_wanted && found.len() < limit {
                        found.push(StoredResource {
                            place: Place(number),
                            id: row.resource(),
                            display_name: Shown::decode(message).unwrap_or_default().display_name,
                        });
                    }
                    Ok(())
                },
            )?;
        }
        Ok(found)
    }
}
