//! Hands sealed rows over as records of a version 3 file.

use connector_core::Result;
use connector_core::store::Phase;
use connector_pebble::{Sorter, Writer};

use super::Content;
use crate::convert::own::Records;
use crate::convert::records::type_record;
use crate::convert::v1_source::instant;
use crate::log::Part;
use crate::wire;

impl Content<'_> {
    /// Hands all records of the run to `out`, in the order of their keys.
    pub(crate) fn feed(&self, out: &mut Writer) -> Result<()> {
        let started_at = instant(self.scope.run.started_at);
        let types = self.scope.types.iter();
        let mut types: Vec<_> = types
            .map(|kind| type_record(&wire::ResourceType::from(kind), started_at))
            .collect();
        types.sort_by(|a, b| a.external_id.cmp(&b.external_id));
        for kind in &types {
            out.put_record(kind)?;
        }
        Phase::ALL
            .into_iter()
            .try_for_each(|phase| self.feed_phase(phase, out))
    }

    fn feed_phase(&self, phase: Phase, out: &mut Writer) -> Result<()> {
        let mut records = Records::default();
        let columns = Content::new(self.scope, self.changes, Part::Columns);
        // The columns of grants say everything.
        let content = if phase == Phase::Grants { &columns } else { self };
        if columns.is_in_order(phase)? {
            return content.each(phase, |_, at, row, message| {
                let (key, value) = records.record(phase, at, &row, message.bytes())?;
                out.put(key, value)
            });
        }
        let directory = self.scope.log.directory();
        let mut sorter = Sorter::new(self.scope.memory, Some(directory));
        content.each(phase, |_, at, row, message| {
            let (key, value) = records.record(phase, at, &row, message.bytes())?;
            sorter.push(key, value)
        })?;
        let mut sorted = sorter.finish()?;
        while let Some((key, value)) = sorted.next_row()? {
            out.put(key, value)?;
        }
        Ok(())
    }

    /// Whether rows lie in the log in the order of their keys.
    fn is_in_order(&self, phase: Phase) -> Result<bool> {
        let mut records = Records::default();
        let mut last = Vec::new();
        let mut in_order = true;
        self.each(phase, |_, _, row, _| {
            if in_order {
                let key = records.key(phase, &row);
                in_order = last.as_slice() < key;
                last.clear();
                last.extend_from_slice(key);
            }
            Ok(())
        })?;
        Ok(in_order)
    }
}
