//! `types`: the resource types of a sync.

use std::borrow::Cow;

use connector_c1z::wire;
use connector_core::Result;

use super::FileArgs;
use super::words::trait_word;
use crate::console::{Console, Outcome};
use crate::source::Source;
use crate::table::{Cell, FormatArgs, Heading, Table, heading};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct TypesArgs {
    #[command(flatten)]
    file: FileArgs,

    #[command(flatten)]
    format: FormatArgs,
}

/// The columns of resource types.
pub(crate) const TYPE_COLUMNS: &[Heading<'_>] = &[
    heading("id", "Id"),
    heading("name", "Name"),
    heading("traits", "Traits"),
    heading("resources", "Resources"),
    heading("entitlements", "Entitlements"),
    heading("grants", "Grants"),
    heading("description", ""),
];

/// Runs the command.
pub(crate) fn types(args: &TypesArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let mut table = Table::new(console, args.format.format(), TYPE_COLUMNS.to_vec());
    each_type(&source, |cells| table.row(cells))?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// Calls `each` with the cells of every resource type, in order of rows.
pub(crate) fn each_type(
    source: &Source,
    mut each: impl FnMut(&[Cell<'_>]) -> Result<()>,
) -> Result<()> {
    let sync_id = &source.sync.sync_id;
    let counts = source.reader.counts(sync_id)?;
    source
        .reader
        .for_each_resource_type(sync_id, |kind: wire::ResourceType| {
            let traits = kind.traits.iter().map(|&n| Cow::Owned(trait_word(n)));
            let of = |counts: &std::collections::BTreeMap<String, u64>| {
                counts.get(&kind.id).copied().unwrap_or_default()
            };
            each(&[
                kind.id.as_str().into(),
                kind.display_name.as_str().into(),
                Cell::List(traits.collect()),
                of(&counts.resources).into(),
                of(&counts.entitlements).into(),
                of(&counts.grants).into(),
                kind.description.as_str().into(),
            ])
        })
}
