//! The rows of the new file: those of the log with what sealing changed, then those of earlier syncs.

use connector_core::Result;
use connector_core::store::Phase;
use jiff::Timestamp;
use prost::Message as _;

use super::changes::{phase_of, without_field};
use super::columns::Columns;
use super::{Changes, Scope};
use crate::database::{Draft, Each, Source, Value};
use crate::log::{Part, Run};
use crate::record::Ended;
use crate::rows::Row;
use crate::schema::{RESOURCE_TYPES, SYNC_RUNS, TABLES};
use crate::{time, wire};

/// The parent in the message of a resource.
const PARENT_FIELD: u32 = 2;

/// The rows of the new file.
pub(crate) struct Content<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) changes: &'a Changes,
    part: Part,
    ended: Option<&'a Ended>,
    /// The ids of all syncs in the file, sorted.
    pub(super) syncs: Vec<String>,
}

/// The ids of the syncs in a file with that of the run, sorted.
pub(super) fn with_own(mut syncs: Vec<String>, run: &Run) -> Vec<String> {
    syncs.push(run.sync_id.clone());
    syncs.sort();
    syncs
}

/// The message of a row, or its length.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Message<'a> {
    Bytes(&'a [u8]),
    Len(usize),
}

impl<'a> Message<'a> {
    pub(crate) const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Len(_) => &[],
        }
    }

    const fn value(self) -> Value<'a> {
        match self {
            Self::Bytes(bytes) => Value::Blob(bytes),
            Self::Len(len) => Value::BlobOf(len),
        }
    }
}

impl<'a> Content<'a> {
    /// The rows with the changes that are known, so far without that of the run itself.
    pub(crate) fn new(scope: Scope<'a>, changes: &'a Changes, part: Part) -> Self {
        let kept = scope.earlier.map(|(earlier, _)| earlier.sync_ids());
        let syncs = with_own(kept.unwrap_or_default(), scope.run);
        Self {
            scope,
            changes,
            part,
            ended: None,
            syncs,
        }
    }

    /// The same with the row of the ended run.
    pub(crate) fn ended(self, ended: &'a Ended) -> Self {
        Self {
            ended: Some(ended),
            ..self
        }
    }

    /// A draft of the file, with sorted keys. It lacks the rows of syncs, see [`Content::complete`].
    pub(super) fn draft(&self) -> Result<Draft> {
        let directory = self.scope.log.directory();
        let mut draft = Draft::new(
            self.scope.purpose,
            directory,
            self.scope.memory,
            self.syncs.clone(),
        );
        for table in 0..TABLES.len() {
            self.own(table, &mut |row, values, sync| {
                draft.add(table, row, values, sync)
            })?;
        }
        self.draft_from(draft)
    }

    /// The same from a draft that holds the rows of the run already.
    pub(super) fn draft_from(&self, mut draft: Draft) -> Result<Draft> {
        for (table, name) in TABLES.iter().map(|t| t.name).enumerate() {
            self.others(table, &mut |row, values, sync| match name {
                SYNC_RUNS => draft.add_keys(table, row, values, sync),
                _ => draft.add(table, row, values, sync),
            })?;
        }
        draft.sort()?;
        Ok(draft)
    }

    /// Adds the rows of syncs to a draft.
    pub(crate) fn complete(&self, draft: &mut Draft) -> Result<()> {
        for (table, _) in TABLES
            .iter()
            .enumerate()
            .filter(|(_, t)| t.name == SYNC_RUNS)
        {
            self.rows(table, &mut |row, values, _| {
                draft.add_row(table, row, values)
            })?;
        }
        Ok(())
    }

    /// The place of the run's own sync among those of the file.
    pub(super) fn own_sync(&self) -> u32 {
        self.place_of(&self.scope.run.sync_id)
    }

    fn place_of(&self, sync_id: &str) -> u32 {
        self.syncs.partition_point(|sync| sync.as_str() < sync_id) as u32
    }

    /// Calls `each` with number, time of discovery and content of the run's rows of a kind.
    pub(crate) fn each(
        &self,
        phase: Phase,
        mut each: impl FnMut(u64, Timestamp, Row<'_>, Message<'_>) -> Result<()>,
    ) -> Result<()> {
        let dropped = self.changes.dropped(phase);
        let later = &self.changes.content_of[phase as usize];
        let log = self.scope.log;
        log.for_each(phase, self.part, |number, at, row, blob| {
            let at = self.scope.date.unwrap_or(at);
            if dropped.has(number) {
                return Ok(());
            }
            let later = later.get(&number).copied();
            let is_orphan = phase == Phase::Resources && self.changes.orphans.has(number);
            if later.is_none() && !is_orphan {
                let message = match self.part {
                    Part::Whole => Message::Bytes(blob),
                    Part::Columns => Message::Len(row.blob.1 - row.blob.0),
                };
                return each(number, at, row, message);
            }
            log.row(phase, later.unwrap_or(number), |content, mut message| {
                let mut row = row;
                if phase == Phase::Resources {
                    row.other = content.other;
                }
                if is_orphan {
                    row.other = None;
                    message = without_field(&message, PARENT_FIELD);
                }
                each(number, at, row, Message::Bytes(&message))
            })
        })
    }

    fn own_rows(&self, phase: Phase, each: &mut Each<'_>) -> Result<()> {
        let own = self.own_sync();
        let mut columns = Columns::new(&self.scope.run.sync_id);
        self.each(phase, |number, at, row, message| {
            columns.of(phase, at, row, message.value(), |values| {
                each(number, values, own)
            })
        })
    }

    fn own_types(&self, each: &mut Each<'_>) -> Result<()> {
        let at = time::text(self.scope.started_at());
        let sync = Value::from(self.scope.run.sync_id.as_str());
        for (number, kind) in (1..).zip(self.scope.types) {
            let message = wire::ResourceType::from(kind).encode_to_vec();
            let data = Value::Blob(&message);
            let row = [
                Value::Null,
                kind.id.as_str().into(),
                data,
                sync,
                at.as_str().into(),
            ];
            each(number, &row, self.own_sync())?;
        }
        Ok(())
    }

    fn own_sync_row(&self, number: u64, each: &mut Each<'_>) -> Result<()> {
        let sync = Value::from(self.scope.run.sync_id.as_str());
        match self.ended {
            Some(ended) => each(number, &ended.values(sync), self.own_sync()),
            // Its key is all that counts so far.
            None => each(number, &[Value::Null, sync], self.own_sync()),
        }
    }

    /// How many rows of the run a table has numbers for.
    pub(super) fn own_total(&self, table: usize) -> u64 {
        match phase_of(table) {
            Some(phase) => self.scope.log.rows().total(phase),
            None if TABLES[table].name == RESOURCE_TYPES => self.scope.types.len() as u64,
            None => 0,
        }
    }
}

impl Content<'_> {
    /// The rows that the run stored.
    fn own(&self, table: usize, each: &mut Each<'_>) -> Result<()> {
        match phase_of(table) {
            Some(phase) => self.own_rows(phase, each),
            None => Ok(()),
        }
    }

    /// The other rows.
    fn others(&self, table: usize, each: &mut Each<'_>) -> Result<()> {
        if TABLES[table].name == RESOURCE_TYPES {
            self.own_types(each)?;
        }
        let mut number = self.own_total(table);
        if let Some((earlier, db)) = self.scope.earlier {
            let dropped = self.changes.dropped_of(table);
            earlier.rows(db, &TABLES[table], |sync_id, values| {
                number += 1;
                if dropped.has(number) {
                    return Ok(());
                }
                each(number, values, self.place_of(sync_id))
            })?;
        }
        if TABLES[table].name == SYNC_RUNS {
            self.own_sync_row(number + 1, each)?;
        }
        Ok(())
    }
}

impl Source for Content<'_> {
    fn rows(&self, table: usize, each: &mut Each<'_>) -> Result<()> {
        self.own(table, each)?;
        self.others(table, each)
    }
}
