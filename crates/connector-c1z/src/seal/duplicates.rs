//! Rows with equal ids become one: the first one's place, the last one's content.

use connector_core::Result;
use connector_core::store::Phase;
use connector_core::warning::Warning;

use super::changes::phase_of;
use super::{Changes, Content, Scope};
use crate::database::{Draft, columns, row_of};
use crate::log::Part;
use crate::schema::{INDEXES, TABLES};

/// How many ids a warning names.
const EXAMPLES: usize = 3;

/// What merging did.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) warning: Warning,
    /// Whether resources were among the merged rows, so that counts by state are off.
    pub(super) resources: bool,
}

/// Merges rows with equal ids.
pub(super) fn find(
    scope: Scope<'_>,
    draft: &Draft,
    changes: &mut Changes,
) -> Result<Option<Merged>> {
    let mut extra = 0;
    for (index, table) in unique().filter(|(index, _)| draft.has_equal(*index)) {
        let own = Content::new(scope, changes, Part::Columns).own_total(table);
        let mut keys = draft.keys(index);
        let (mut before, mut first) = (Vec::new(), 0);
        while let Some(key) = keys.next()? {
            let row = row_of(key);
            if columns(key) != before {
                before.clear();
                before.extend_from_slice(columns(key));
                first = row;
                continue;
            }
            extra += 1;
            changes.drop_of(table, row);
            if let Some(phase) = phase_of(table).filter(|_| row <= own) {
                changes.content_of[phase as usize].insert(first, row);
            }
        }
    }
    if extra == 0 {
        return Ok(None);
    }
    let message = "rows came more than once; the last content of each was kept";
    let mut warning = Warning::new("duplicate-rows", message).times(extra);
    for id in examples(scope, changes)? {
        warning = warning.example(id);
    }
    let resources = !changes.dropped(Phase::Resources).is_empty();
    Ok(Some(Merged { warning, resources }))
}

/// The unique indexes and their tables.
fn unique() -> impl Iterator<Item = (usize, usize)> {
    let indexes = INDEXES.iter().enumerate();
    let indexes = indexes.filter(|(_, index)| index.is_unique());
    indexes.filter_map(|(place, index)| {
        let table = TABLES.iter().position(|table| table.name == index.table)?;
        Some((place, table))
    })
}

fn examples(scope: Scope<'_>, changes: &Changes) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for phase in Phase::ALL {
        let firsts = changes.content_of[phase as usize].keys();
        for first in firsts.take(EXAMPLES - ids.len()) {
            let mut id = String::new();
            scope.log.row(phase, *first, |row, _| {
                row.external_id(phase, &mut id);
                Ok(())
            })?;
            ids.push(id);
        }
    }
    Ok(ids)
}
