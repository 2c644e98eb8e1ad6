//! The checks of references between rows: each goes through the sorted keys of what refers and of what is referred to
//! at the same time.

use connector_core::Result;
use connector_core::store::Phase;
use connector_core::warning::Warning;

use super::changes::name_of;
use super::{Changes, Content, Scope};
use crate::bits::Bits;
use crate::database::{BETWEEN_TEXTS, Draft, len_of_text, push_text, row_of, starts_with_null};
use crate::log::Part;
use crate::rows::Row;
use crate::schema::{INDEXES, Index};
use crate::sort::{Cursor, Sorted, Sorter};

/// Rows of one kind that refer to rows of another.
pub(super) struct Reference {
    /// The kind of the referring rows.
    from: Phase,
    /// The columns with which the index of the referring rows starts.
    columns: &'static [&'static str],
    /// Whether an entitlement is referred to, and not a resource.
    to_entitlement: bool,
    /// Whether the type referred to is that of the row's parent or principal, and not its own.
    to_other: bool,
    /// The warning's code and message when the type is part of the run.
    missing_row: (&'static str, &'static str),
    /// The warning's code and message when the type is not part of the run.
    missing_type: (&'static str, &'static str),
}

const RESOURCE: &[&str] = &["resource_type_id", "resource_id"];

/// In the order in which they are made.
const CHECKS: [Reference; 4] = [
    // I7: the resource of an entitlement is stored.
    Reference {
        from: Phase::Entitlements,
        columns: RESOURCE,
        to_entitlement: false,
        to_other: false,
        missing_row: (
            "entitlement-without-resource",
            "entitlements were dropped because their resource was not listed",
        ),
        missing_type: (
            "entitlement-of-unsynced-type",
            "entitlements were dropped because their resource's type is not synced",
        ),
    },
    // I3: the resource of a grant's entitlement is stored.
    Reference {
        from: Phase::Grants,
        columns: RESOURCE,
        to_entitlement: false,
        to_other: false,
        missing_row: (
            "grant-without-resource",
            "grants were dropped because the resource they are on was not listed",
        ),
        missing_type: (
            "grant-of-unsynced-type",
            "grants were dropped because the type of the resource they are on is not synced",
        ),
    },
    // I8: the entitlement of a grant is stored.
    Reference {
        from: Phase::Grants,
        columns: &["entitlement_id", "sync_id", "id"],
        to_entitlement: true,
        to_other: false,
        missing_row: (
            "grant-without-entitlement",
            "grants were dropped because their entitlement was not listed",
        ),
        missing_type: (
            "grant-without-entitlement-of-unsynced-type",
            "grants were dropped because their entitlement's type is not synced",
        ),
    },
    // I9: the principal of a grant is stored.
    Reference {
        from: Phase::Grants,
        columns: PRINCIPAL,
        to_entitlement: false,
        to_other: true,
        missing_row: (
            "grant-without-principal",
            "grants were dropped because their principal was not listed",
        ),
        missing_type: (
            "grant-to-unsynced-type",
            "grants were dropped because their principal's type is not synced",
        ),
    },
];

const PRINCIPAL: &[&str] = &["principal_resource_type_id", "principal_resource_id"];
const PARENT: &[&str] = &["parent_resource_type_id", "parent_resource_id"];

const DETACHED: Reference = Reference {
    from: Phase::Resources,
    columns: PARENT,
    to_entitlement: false,
    to_other: true,
    missing_row: (
        "parent-missing",
        "resources were put at the top because their parent was not listed",
    ),
    missing_type: (
        "parent-of-unsynced-type",
        "resources were put at the top because their parent's type is not synced",
    ),
};

/// Makes all checks and drops dangling rows.
pub(super) fn check(
    scope: Scope<'_>,
    draft: &Draft,
    changes: &mut Changes,
) -> Result<Vec<Warning>> {
    let resources = Resources::of(scope, changes)?;
    let mut warnings = Vec::new();
    for reference in &CHECKS {
        let dangling = missing(reference, scope, draft, changes, &resources)?;
        if !dangling.is_empty() {
            warnings.extend(report(reference, scope, changes, &dangling)?);
            changes.drop(reference.from, &dangling);
        }
    }
    Ok(warnings)
}

/// Takes the parent from resources whose parent is not there.
pub(super) fn detach(
    scope: Scope<'_>,
    draft: &Draft,
    changes: &mut Changes,
) -> Result<Vec<Warning>> {
    let resources = Resources::of(scope, changes)?;
    let orphans = missing(&DETACHED, scope, draft, changes, &resources)?;
    if orphans.is_empty() {
        return Ok(Vec::new());
    }
    let warnings = report(&DETACHED, scope, changes, &orphans)?;
    changes.orphans = orphans;
    Ok(warnings)
}

/// The rows that refer to nothing and were not dropped before.
fn missing(
    reference: &Reference,
    scope: Scope<'_>,
    draft: &Draft,
    changes: &Changes,
    resources: &Resources,
) -> Result<Bits> {
    let content = Content::new(scope, changes, Part::Columns);
    let mut rows = Bits::default();
    let mut to = match reference.to_entitlement {
        true => Wanted::entitlements(draft, &content),
        false => resources.wanted(draft, &content),
    };
    resolve(reference, scope, draft, &mut to, |row, found| {
        let is_there = found.is_some_and(|to| {
            // A resource that is not there any more is not in the draft either.
            !reference.to_entitlement || !changes.dropped(Phase::Entitlements).has(to)
        });
        if !is_there && !changes.dropped(reference.from).has(row) {
            rows.insert(row);
        }
    })?;
    Ok(rows)
}

/// What resources refer to as their parent, or grants as their principal: calls `each` with the referring row and, if it
/// is there, the resource.
pub(super) fn resources_of(
    from: Phase,
    scope: Scope<'_>,
    draft: &Draft,
    changes: &Changes,
    each: impl FnMut(u64, Option<u64>),
) -> Result<()> {
    let content = Content::new(scope, changes, Part::Columns);
    let resources = Resources::of(scope, changes)?;
    let [.., principal] = &CHECKS;
    let reference = if from == Phase::Resources {
        &DETACHED
    } else {
        principal
    };
    let mut to = resources.wanted(draft, &content);
    resolve(reference, scope, draft, &mut to, each)
}

/// Calls `each` with every row of the run that refers to something, and the row referred to if it is there.
fn resolve(
    reference: &Reference,
    scope: Scope<'_>,
    draft: &Draft,
    to: &mut Wanted<'_>,
    mut each: impl FnMut(u64, Option<u64>),
) -> Result<()> {
    let own = scope.log.rows().total(reference.from);
    let mut from = draft.keys(index_of(name_of(reference.from), reference.columns));
    to.advance()?;
    while let Some(key) = from.next()? {
        let row = row_of(key);
        if row > own || starts_with_null(key) {
            continue;
        }
        let mut len = len_of_text(key);
        if !reference.to_entitlement {
            len += len_of_text(&key[len..]);
        }
        let key = &key[..len];
        while !to.ended && to.key.as_slice() < key {
            to.advance()?;
        }
        each(row, (!to.ended && to.key == key).then_some(to.row));
    }
    Ok(())
}

/// What to report to the operator about rows that refer to nothing.
fn report(
    reference: &Reference,
    scope: Scope<'_>,
    changes: &Changes,
    rows: &Bits,
) -> Result<Vec<Warning>> {
    // First those whose type is not synced.
    // Types that the operator left out are no gap.
    let ((code, message), (row_code, row_message)) =
        (reference.missing_type, reference.missing_row);
    let mut found = [
        Warning::new(code, message).times(0),
        match reference.from {
            // The resource stays, without its parent.
            Phase::Resources => Warning::unread(row_code, row_message).times(0),
            _ => Warning::left_out(row_code, row_message).times(0),
        },
    ];
    let mut id = String::new();
    let content = Content::new(scope, changes, Part::Columns);
    content.each(reference.from, |number, _, row, _| {
        if rows.has(number) {
            let to = type_referred_to(reference, row);
            let is_synced = scope.types.iter().any(|kind| kind.id.as_str() == to);
            let warning = &mut found[usize::from(is_synced)];
            warning.count += 1;
            if warning.examples.len() < 3 {
                row.external_id(reference.from, &mut id);
                warning.examples.push(id.clone());
            }
        }
        Ok(())
    })?;
    Ok(found.into_iter().filter(|w| w.count > 0).collect())
}

fn type_referred_to<'a>(reference: &Reference, row: Row<'a>) -> &'a str {
    match (reference.to_other, row.other) {
        (true, Some((kind, _))) => kind,
        _ => row.resource_type,
    }
}

/// Whether sealing looks at the keys of an index: all that tell equal rows apart, and those that references start from.
pub(crate) fn is_searched(index: &Index) -> bool {
    let starts_at = |reference: &Reference| {
        index.table == name_of(reference.from)
            && index.columns().eq(reference.columns.iter().copied())
    };
    index.is_unique() || CHECKS.iter().chain([&DETACHED]).any(starts_at)
}

/// The index on these columns of a table.
fn index_of(table: &str, columns: &[&str]) -> usize {
    let mut indexes = INDEXES.iter();
    let found = indexes
        .position(|index| index.table == table && index.columns().eq(columns.iter().copied()));
    found.unwrap_or_default()
}

/// The resources of the run in the order of their types and ids.
///
/// That is the order of the index on `<type>:<id>`, unless one type starts with another and goes on with a character
/// before the colon. Then they are sorted once more.
struct Resources {
    sorted: Option<Sorted>,
}

impl Resources {
    fn of(scope: Scope<'_>, changes: &Changes) -> Result<Self> {
        let types = || scope.log.rows().resources.keys().map(|kind| kind.as_str());
        let mut joined: Vec<_> = types().map(|kind| format!("{kind}:")).collect();
        joined.sort();
        if joined
            .iter()
            .map(|kind| &kind[..kind.len() - 1])
            .eq(types())
        {
            return Ok(Self { sorted: None });
        }
        let mut sorter = Sorter::new(scope.log.directory());
        let mut key = Vec::new();
        let content = Content::new(scope, changes, Part::Columns);
        content.each(Phase::Resources, |number, _, row, _| {
            key.clear();
            push_text(&mut key, row.resource_type.as_bytes());
            push_text(&mut key, row.id.as_bytes());
            key.extend_from_slice(&number.to_be_bytes());
            key.extend_from_slice(&[0; 4]);
            sorter.push(&key);
            if sorter.size() > scope.memory {
                sorter.spill()?;
            }
            Ok(())
        })?;
        let sorted = Some(sorter.finish(|_| {})?);
        Ok(Self { sorted })
    }

    fn wanted<'a>(&'a self, draft: &'a Draft, content: &Content<'_>) -> Wanted<'a> {
        let index = index_of(name_of(Phase::Resources), &["external_id", "sync_id"]);
        match &self.sorted {
            Some(sorted) => Wanted::new(sorted.cursor(), None, false),
            None => Wanted::new(draft.keys(index), Some(content.own_sync()), true),
        }
    }
}

/// Goes through what can be referred to.
struct Wanted<'a> {
    keys: Cursor<'a>,
    /// Set when there are keys of other syncs in between.
    sync: Option<u32>,
    /// Whether type and id are one text.
    joined: bool,
    key: Vec<u8>,
    row: u64,
    ended: bool,
}

impl<'a> Wanted<'a> {
    const fn new(keys: Cursor<'a>, sync: Option<u32>, joined: bool) -> Self {
        Self {
            keys,
            sync,
            joined,
            key: Vec::new(),
            row: 0,
            ended: false,
        }
    }

    fn entitlements(draft: &'a Draft, content: &Content<'_>) -> Self {
        let index = index_of(name_of(Phase::Entitlements), &["external_id", "sync_id"]);
        Self::new(draft.keys(index), Some(content.own_sync()), false)
    }

    fn advance(&mut self) -> Result<()> {
        loop {
            let Some(key) = self.keys.next()? else {
                self.ended = true;
                return Ok(());
            };
            let mut len = len_of_text(key);
            if let Some(sync) = self.sync {
                if key.get(len..len + 4) != Some(&sync.to_be_bytes()) {
                    continue;
                }
            } else {
                len += len_of_text(&key[len..]);
            }
            self.row = row_of(key);
            self.key.clear();
            // No type has a colon in it, so the first one is where the id begins.
            let colon = key[..len].iter().position(|b| *b == b':');
            match colon.filter(|_| self.joined) {
                Some(colon) => {
                    self.key.extend_from_slice(&key[..colon]);
                    self.key.extend_from_slice(&BETWEEN_TEXTS);
                    self.key.extend_from_slice(&key[colon + 1..len]);
                }
                None => self.key.extend_from_slice(&key[..len]),
            }
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
