//! `types`: the resource types of a sync.

use std::borrow::Cow;

use connector_c1z::wire;
use connector_core::Result;

use super::FileArgs;
use crate::console::{Console, Outcome};
use crate::source::Source;
use crate::table::{Cell, Column, FormatArgs, Table, cells, column, detail, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct TypesArgs {
    #[command(flatten)]
    file: FileArgs,

    #[command(flatten)]
    format: FormatArgs,
}

/// A resource type, and how many rows of its resources there are.
#[derive(Debug)]
pub(crate) struct TypeLine {
    resource_type: wire::ResourceType,
    resources: u64,
    entitlements: u64,
    grants: u64,
}

/// The columns of resource types.
pub(crate) const TYPE_COLUMNS: &[Column<TypeLine>] = &[
    column("id", "Id", |line| line.resource_type.id.as_str().into()),
    column("name", "Name", |line| {
        line.resource_type.display_name.as_str().into()
    }),
    column("traits", "Traits", |line| {
        let traits = line.resource_type.traits.iter();
        Cell::List(traits.map(|&n| Cow::Owned(trait_word(n))).collect())
    }),
    column("resources", "Resources", |line| line.resources.into()),
    column("entitlements", "Entitlements", |line| {
        line.entitlements.into()
    }),
    column("grants", "Grants", |line| line.grants.into()),
    detail("description", |line| {
        line.resource_type.description.as_str().into()
    }),
];

/// Runs the command.
pub(crate) fn types(args: &TypesArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let mut table = Table::new(console, args.format.format(), headings(TYPE_COLUMNS));
    for_each_type(&source, |line| table.row(&cells(TYPE_COLUMNS, line)))?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// Calls `each` with every resource type, in order of ids.
pub(crate) fn for_each_type(
    source: &Source,
    mut each: impl FnMut(&TypeLine) -> Result<()>,
) -> Result<()> {
    let sync_id = &source.sync.sync_id;
    let counts = source.reader.counts(sync_id)?;
    source
        .reader
        .for_each_resource_type(sync_id, |resource_type| {
            let of = |counts: &std::collections::BTreeMap<String, u64>| {
                counts.get(&resource_type.id).copied().unwrap_or_default()
            };
            each(&TypeLine {
                resources: of(&counts.rows.resources),
                entitlements: of(&counts.rows.entitlements),
                grants: of(&counts.rows.grants),
                resource_type,
            })
        })
}

/// The trait with this number on the wire.
fn trait_word(number: i32) -> String {
    match wire::Trait::try_from(number) {
        Ok(wire::Trait::Unspecified) => "unspecified".to_owned(),
        Ok(known) => known.as_str().to_owned(),
        Err(_) => format!("trait {number}"),
    }
}

#[cfg(test)]
mod tests;
