//! `groups`: what can be held, and by how many.

use std::collections::{BTreeSet, HashMap, HashSet};

use connector_c1z::{Held, Interner, RowAt, wire};
use connector_core::Result;

use super::FileArgs;
use super::filter::known_types;
use super::grant_line::external_id;
use crate::console::{Console, Outcome};
use crate::expansion::Expansion;
use crate::identity::{display_name, fold_text, user_types};
use crate::source::Source;
use crate::table::{Cell, Column, FormatArgs, Table, cells, column, detail, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct GroupsArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Only this resource type
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,

    /// Only what has this text in name or id
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    #[command(flatten)]
    format: FormatArgs,
}

struct GroupLine {
    row: RowAt,
    id: wire::ResourceId,
    name: String,
    resource: wire::Resource,
    held: Held,
    /// Principals that hold something on it through groups in groups alone.
    through_groups: u64,
}

const COLUMNS: &[Column<GroupLine>] = &[
    column("id", "Id", |group| external_id(&group.id).into()),
    detail("type", |group| group.id.resource_type.as_str().into()),
    column("name", "Name", |group| group.name.as_str().into()),
    column("parent_id", "Parent", |group| {
        parent(&group.resource).into()
    }),
    column("members", "Members", |group| group.held.principals.into()),
    column("effective_members", "Effective", |group| {
        (group.held.principals + group.through_groups).into()
    }),
    column("grants", "Grants", |group| group.held.grants.into()),
    column("entitlements", "Entitlements", |group| {
        group.held.entitlements.into()
    }),
    detail("description", |group| {
        group.resource.description.as_str().into()
    }),
    detail("row", |group| Cell::row(&group.row)),
];

/// Runs the command.
pub(crate) fn groups(args: &GroupsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    known_types(&args.types, &source)?;
    let types = held_types(&source)?.into_iter();
    let types = types.filter(|t| args.types.is_empty() || args.types.contains(t));
    let search = args.search.as_deref().map(fold_text);
    let through_groups = ThroughGroups::read(&source)?;
    let mut table = Table::new(console, args.format.format(), headings(COLUMNS));
    let (reader, sync_id) = (&source.reader, &source.sync.sync_id);
    let holdings = reader.holdings(sync_id)?;
    for kind in types {
        reader.for_each_resource_of(sync_id, &kind, |row, resource| {
            let id = resource.id.clone().unwrap_or_default();
            let name = display_name(&resource);
            let has = |text: &String| {
                fold_text(&name).contains(text) || fold_text(&id.resource).contains(text)
            };
            if !search.as_ref().is_none_or(has) {
                return Ok(());
            }
            let held = holdings.of(&id);
            let through_groups = through_groups.on(&id);
            let group = GroupLine {
                row,
                id,
                name,
                resource,
                held,
                through_groups,
            };
            table.row(&cells(COLUMNS, &group))
        })?;
    }
    table.finish()?;
    Ok(Outcome::Clean)
}

/// How many principals hold something on a resource through groups in groups and nothing by a grant of the file.
#[derive(Debug, Default)]
struct ThroughGroups {
    resources: Interner<2>,
    counts: HashMap<u32, u64>,
}

impl ThroughGroups {
    fn read(source: &Source) -> Result<Self> {
        let mut through = Self::default();
        let mut holders = Interner::new();
        let mut more: HashSet<(u32, u32)> = HashSet::new();
        Expansion::whole(source)?.for_each(|holder, derived| {
            let on = derived.entitlement.resource.as_ref();
            if let Some(on) = on.and_then(|on| on.id.as_ref()) {
                let on = through.resources.number(bytes(on));
                more.insert((on, holders.number(bytes(holder))));
            }
            Ok(())
        })?;
        if !more.is_empty() {
            let sync_id = &source.sync.sync_id;
            source
                .reader
                .for_each_grant_unordered(sync_id, |it, _, _| {
                    let held = it.message.entitlement.as_ref();
                    let on = held.and_then(|held| held.resource.as_ref()?.id.as_ref());
                    let holder = it.message.principal.as_ref().and_then(|it| it.id.as_ref());
                    let on = on.and_then(|on| through.resources.known(bytes(on)));
                    let holder = holder.and_then(|holder| holders.known(bytes(holder)));
                    if let Some(pair) = on.zip(holder) {
                        more.remove(&pair);
                    }
                    Ok(())
                })?;
        }
        for (on, _) in more {
            *through.counts.entry(on).or_default() += 1;
        }
        Ok(through)
    }

    fn on(&self, id: &wire::ResourceId) -> u64 {
        let number = self.resources.known(bytes(id));
        let count = number.and_then(|number| self.counts.get(&number));
        count.copied().unwrap_or_default()
    }
}

fn bytes(id: &wire::ResourceId) -> [&[u8]; 2] {
    [id.resource_type.as_bytes(), id.resource.as_bytes()]
}

/// The types with entitlements whose resources are not people or accounts.
fn held_types(source: &Source) -> Result<BTreeSet<String>> {
    let people = user_types(source)?;
    let counts = source.reader.counts(&source.sync.sync_id)?;
    let held = counts.rows.entitlements.into_keys();
    Ok(held.filter(|kind| !people.contains(kind)).collect())
}

/// The resource that a resource hangs under, as `<type>:<id>`; empty for none.
pub(crate) fn parent(resource: &wire::Resource) -> String {
    let parent = resource.parent_resource_id.as_ref();
    parent.map(external_id).unwrap_or_default()
}
