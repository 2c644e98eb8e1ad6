//! Makes the rows of a run consistent before it ends: equal ids are merged, and every reference between rows
//! leads to a row.
//!
//! The checks carry the names that the ecosystem gives them and run in its order: I7 (an entitlement's resource
//! is stored), I3 (so is that of a grant's entitlement), I8 (a grant's entitlement is stored), I9 (a grant's
//! principal is stored). A row that fails one is dropped, and counted in a warning. A missing parent costs a
//! resource its place in the tree, not its existence. In a run about single resources, what these do not need is
//! dropped as well.
//!
//! All of this is found by going through sorted keys, which the indexes of the file are made of anyway. The log stays as
//! it is: what is dropped or changed is noted, and when there is something to note, which is rare, the keys are
//! made and sorted again.

mod ahead;
mod changes;
mod columns;
mod content;
mod duplicates;
mod early;
mod feed;
mod identity;
mod references;
mod sorting;
mod targets;

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::model::ResourceType;
use connector_core::store::{Phase, RowCounts, Tally};
use connector_core::warning::Warning;
use jiff::Timestamp;
use prost::Message;
use rusqlite::Connection;

use crate::database::{Draft, Purpose};
use crate::log::{Log, Part, Run};
use crate::retention::Earlier;
use crate::rows::Shown;
use crate::wire::StatusKind;
pub(crate) use ahead::Ahead;
pub(crate) use changes::Changes;
pub(crate) use content::Content;
pub(crate) use early::Early;
pub(crate) use identity::sync_id;
pub(crate) use references::is_searched;

/// What is sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) log: &'a Log,
    pub(crate) run: &'a Run,
    pub(crate) types: &'a [ResourceType],
    /// Set when only these resources, and what they need, are to stay.
    pub(crate) targets: Option<&'a [ResourceId]>,
    /// What stays of an earlier file, and the file.
    pub(crate) earlier: Option<(&'a Earlier, &'a Connection)>,
    /// Whether a database is made of the rows that stay.
    pub(crate) purpose: Purpose,
    /// Bytes that keys may take while they are sorted.
    pub(crate) memory: usize,
    /// Takes the place of every time in the file, so that it depends on the rows alone.
    pub(crate) date: Option<Timestamp>,
}

impl Scope<'_> {
    /// When the run started, as the file has it.
    pub(crate) fn started_at(self) -> Timestamp {
        self.date.unwrap_or(self.run.started_at)
    }
}

/// A sealed run.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) draft: Draft,
    pub(crate) changes: Changes,
    /// Rows that stay.
    pub(crate) rows: RowCounts,
    /// What was dropped or changed, for the operator.
    pub(crate) warnings: Vec<Warning>,
}

/// Seals a run, of which there may be a draft already, and corrects the counts.
pub(crate) fn seal(scope: Scope<'_>, early: Option<Early>, tally: &mut Tally) -> Result<Sealed> {
    let mut changes = Changes::default();
    let content = Content::new(scope, &changes, Part::Columns);
    let mut draft = match early.and_then(|early| early.draft_of(&content, scope.log.rows())) {
        Some(draft) => content.draft_from(draft)?,
        None => content.draft()?,
    };
    let mut warnings = Vec::new();
    let mut recount_disabled = false;
    if let Some(found) = duplicates::find(scope, &draft, &mut changes)? {
        recount_disabled |= found.resources;
        warnings.push(found.warning);
        draft = self::draft(scope, &changes)?;
    }
    let dropped = references::check(scope, &draft, &mut changes)?;
    if !dropped.is_empty() {
        warnings.extend(dropped);
        draft = self::draft(scope, &changes)?;
    }
    if let Some(targets) = scope.targets {
        let (dropped, missing) = targets::keep(scope, targets, &draft, &mut changes)?;
        if dropped {
            recount_disabled = true;
            draft = self::draft(scope, &changes)?;
        }
        warnings.extend(missing);
    }
    let detached = references::detach(scope, &draft, &mut changes)?;
    if !detached.is_empty() {
        warnings.extend(detached);
        draft = self::draft(scope, &changes)?;
    }
    let rows = count(scope, &changes)?;
    if recount_disabled {
        tally.disabled = count_disabled(scope, &changes)?;
    }
    for phase in Phase::ALL {
        // A type of which nothing is left keeps its entry.
        let counted = tally.rows.of_mut(phase);
        counted.values_mut().for_each(|n| *n = 0);
        counted.extend(rows.of(phase).iter().map(|(id, n)| (id.clone(), *n)));
    }
    Ok(Sealed {
        draft,
        changes,
        rows,
        warnings,
    })
}

/// The keys of all rows that stay, sorted.
fn draft(scope: Scope<'_>, changes: &Changes) -> Result<Draft> {
    Content::new(scope, changes, Part::Columns).draft()
}

/// The rows that stay, by type; a type of which nothing is left keeps its entry.
fn count(scope: Scope<'_>, changes: &Changes) -> Result<RowCounts> {
    let mut rows = scope.log.rows().clone();
    for phase in Phase::ALL {
        let dropped = changes.dropped(phase);
        if dropped.is_empty() {
            continue;
        }
        scope
            .log
            .for_each(phase, Part::Columns, |number, _, row, _| {
                let kind = || ResourceTypeId::from_string(row.resource_type.to_owned());
                if dropped.has(number)
                    && let Some(count) = rows.of_mut(phase).get_mut(&kind())
                {
                    *count = count.saturating_sub(1);
                }
                Ok(())
            })?;
    }
    Ok(rows)
}

/// Disabled resources by type, read from their messages.
fn count_disabled(scope: Scope<'_>, changes: &Changes) -> Result<BTreeMap<ResourceTypeId, u64>> {
    let mut all = BTreeMap::new();
    let content = Content::new(scope, changes, Part::Whole);
    content.each(Phase::Resources, |_, _, row, message| {
        let shown = Shown::decode(message.bytes()).unwrap_or_default();
        if shown.status.unwrap_or_default().status() == StatusKind::Disabled {
            let id = ResourceTypeId::from_string(row.resource_type.to_owned());
            *all.entry(id).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(all)
}
