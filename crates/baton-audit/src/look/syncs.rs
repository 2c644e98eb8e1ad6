//! `syncs`: the syncs in a file, finished or not.

use std::collections::BTreeMap;
use std::path::PathBuf;

use connector_c1z::{ReadLimits, Reader, SyncRun};
use connector_core::Result;

use crate::console::{Console, Outcome};
use crate::source::{OpenArgs, Pick, choose};
use crate::table::{Cell, Column, FormatArgs, Table, cells, column, detail, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct SyncsArgs {
    /// Sync file (.c1z)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    open: OpenArgs,

    #[command(flatten)]
    format: FormatArgs,
}

/// A sync and how many rows it has.
#[derive(Debug)]
pub(crate) struct SyncLine {
    run: SyncRun,
    resources: u64,
    entitlements: u64,
    grants: u64,
    /// Whether commands take it when no sync is named.
    is_default: bool,
}

/// The columns of syncs.
pub(crate) const SYNC_COLUMNS: &[Column<SyncLine>] = &[
    column("id", "Id", |line| line.run.sync_id.as_str().into()),
    column("type", "Type", |line| line.run.sync_type.as_str().into()),
    detail("started_at", |line| {
        Cell::Time(line.run.started(), &line.run.started_at)
    }),
    column("ended_at", "Ended (UTC)", |line| match &line.run.ended_at {
        Some(raw) => Cell::Time(line.run.ended(), raw),
        None => Cell::Absent,
    }),
    column("resources", "Resources", |line| line.resources.into()),
    detail("entitlements", |line| line.entitlements.into()),
    column("grants", "Grants", |line| line.grants.into()),
    column("default", "Default", |line| line.is_default.into()),
];

/// Runs the command.
pub(crate) fn syncs(args: &SyncsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let temp_dir = args.open.c1z_temp_dir.as_deref();
    let reader = Reader::open_in(&args.file, ReadLimits::default(), temp_dir)?;
    let mut table = Table::new(console, args.format.format(), headings(SYNC_COLUMNS));
    for_each_sync(&reader, |line| table.row(&cells(SYNC_COLUMNS, line)))?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// Calls `each` with every sync, in order of rows.
pub(crate) fn for_each_sync(
    reader: &Reader,
    mut each: impl FnMut(&SyncLine) -> Result<()>,
) -> Result<()> {
    let runs = reader.syncs()?;
    let default = choose(runs.clone(), Pick::Latest).ok();
    let default = default.map(|run| run.sync_id);
    for run in runs {
        let counts = reader.counts(&run.sync_id)?;
        let total = |by_type: &BTreeMap<String, u64>| by_type.values().sum();
        each(&SyncLine {
            resources: total(&counts.rows.resources),
            entitlements: total(&counts.rows.entitlements),
            grants: total(&counts.rows.grants),
            is_default: default.as_ref() == Some(&run.sync_id),
            run,
        })?;
    }
    Ok(())
}
