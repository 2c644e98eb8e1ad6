//! Hands sealed rows over as records of a version 3 file.

use std::collections::BTreeSet;

use connector_core::Result;
use connector_core::model::ResourceType;
use connector_core::store::Phase;
use connector_pebble::{Sorted, Sorter, Writer};
use jiff::Timestamp;

use super::ahead::Begun;
use super::{Ahead, Content};
use crate::convert::own::Records;
use crate::convert::records::type_record;
use crate::convert::v1_source::instant;
use crate::export;
use crate::log::Part;
use crate::wire;

/// The part of the memory for sorted keys that sorts records. They are sorted while keys still are, and what follows from
/// them needs memory of its own.
pub(super) const fn share(memory: usize) -> usize {
    memory / 4
}

/// Hands over the records of a run's types.
pub(super) fn types(types: &[ResourceType], started_at: Timestamp, out: &mut Writer) -> Result<()> {
    let started_at = instant(started_at);
    let mut records: Vec<_> = types
        .iter()
        .map(|kind| type_record(&wire::ResourceType::from(kind), started_at))
        .collect();
    records.sort_by(|a, b| a.external_id.cmp(&b.external_id));
    records.iter().try_for_each(|kind| out.put_record(kind))
}

impl Content<'_> {
    /// A writer with all records of the run. `ahead` has some of them, if it is there.
    pub(crate) fn feed(
        &self,
        ahead: Option<Ahead>,
        temp_dir: Option<&std::path::Path>,
    ) -> Result<Writer> {
        let Some(ahead) = ahead else {
            let mut out = export::writer(temp_dir)?;
            types(self.scope.types, self.scope.started_at(), &mut out)?;
            for phase in Phase::ALL {
                self.feed_phase(phase, None, &mut out)?;
            }
            return Ok(out);
        };
        let Begun {
            mut out,
            late,
            grants,
        } = ahead.finish()?;
        if !late.is_empty() {
            self.feed_phase(Phase::Resources, Some(&late), &mut out)?;
        }
        self.feed_phase(Phase::Entitlements, None, &mut out)?;
        if let Some(grants) = grants {
            put_all(grants, &mut out)?;
        }
        Ok(out)
    }

    /// Hands over the records of a kind, or of these types of it alone.
    fn feed_phase(
        &self,
        phase: Phase,
        only: Option<&BTreeSet<String>>,
        out: &mut Writer,
    ) -> Result<()> {
        let mut records = Records::default();
        let columns = Content::new(self.scope, self.changes, Part::Columns);
        // The columns of grants say everything.
        let content = if phase == Phase::Grants {
            &columns
        } else {
            self
        };
        let is_wanted = |kind: &str| only.is_none_or(|only| only.contains(kind));
        if columns.is_in_order(phase)? {
            return content.each(phase, |_, at, row, message| {
                if is_wanted(row.resource_type) {
                    let (key, value) = records.record(phase, at, &row, message.bytes())?;
                    out.put(key, value)?;
                }
                Ok(())
            });
        }
        let directory = self.scope.log.directory();
        let mut sorter = Sorter::new(share(self.scope.memory), Some(directory));
        content.each(phase, |_, at, row, message| {
            if is_wanted(row.resource_type) {
                let (key, value) = records.record(phase, at, &row, message.bytes())?;
                sorter.push(key, value)?;
            }
            Ok(())
        })?;
        put_all(sorter.finish()?, out)
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

fn put_all(mut rows: Sorted, out: &mut Writer) -> Result<()> {
    while let Some((key, value)) = rows.next_row()? {
        out.put(key, value)?;
    }
    Ok(())
}
