//! `groups`: what can be held, and by how many.

use std::collections::BTreeSet;

use connector_c1z::wire;
use connector_core::Result;

use super::FileArgs;
use super::filter::known_types;
use crate::console::{Console, Outcome};
use crate::identity::{display_name, fold_text, user_types};
use crate::source::Source;
use crate::table::{FormatArgs, Heading, Table, heading};

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

const COLUMNS: &[Heading<'_>] = &[
    heading("id", "Id"),
    heading("type", ""),
    heading("name", "Name"),
    heading("parent_id", "Parent"),
    heading("members", "Members"),
    heading("grants", "Grants"),
    heading("entitlements", "Entitlements"),
    heading("description", ""),
    heading("row", ""),
];

/// Runs the command.
pub(crate) fn groups(args: &GroupsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    known_types(&args.types, &source)?;
    let types: BTreeSet<_> = held_types(&source)?
        .into_iter()
        .filter(|t| args.types.is_empty() || args.types.contains(t))
        .collect();
    let search = args.search.as_deref().map(fold_text);
    let mut table = Table::new(console, args.format.format(), COLUMNS.to_vec());
    for kind in &types {
        let sync_id = &source.sync.sync_id;
        source
            .reader
            .for_each_resource_of(sync_id, kind, |row, resource| {
                let id = resource.id.clone().unwrap_or_default();
                let name = display_name(&resource);
                let fits = |text: &String| {
                    fold_text(&name).contains(text) || fold_text(&id.resource).contains(text)
                };
                if !search.as_ref().is_none_or(fits) {
                    return Ok(());
                }
                let held = source.reader.held(sync_id, &id)?;
                table.row(&[
                    resource.external_id().into(),
                    kind.as_str().into(),
                    name.as_str().into(),
                    parent(&resource).into(),
                    held.principals.into(),
                    held.grants.into(),
                    held.entitlements.into(),
                    resource.description.as_str().into(),
                    row.unsigned_abs().into(),
                ])
            })?;
    }
    table.finish()?;
    Ok(Outcome::Clean)
}

/// The types with entitlements whose resources are not people or accounts.
fn held_types(source: &Source) -> Result<BTreeSet<String>> {
    let people = user_types(source)?;
    let counts = source.reader.counts(&source.sync.sync_id)?;
    let held = counts.entitlements.into_keys();
    Ok(held.filter(|kind| !people.contains(kind)).collect())
}

/// The resource that a resource hangs under, as `<type>:<id>`; empty for none.
pub(crate) fn parent(resource: &wire::Resource) -> String {
    match &resource.parent_resource_id {
        Some(id) if !id.resource.is_empty() => format!("{}:{}", id.resource_type, id.resource),
        _ => String::new(),
    }
}
