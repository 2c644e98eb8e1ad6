//! `syncs`: the syncs in a file, finished or not.

use std::path::PathBuf;

use connector_c1z::{ReadLimits, Reader, SyncRun};
use connector_core::Result;

use super::words::{time_text, to_minute};
use crate::console::{Console, Outcome};
use crate::source::{OpenArgs, Pick, choose};
use crate::table::{Cell, Format, FormatArgs, Heading, Table, heading};

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

/// The columns of syncs.
pub(crate) const SYNC_COLUMNS: &[Heading<'_>] = &[
    heading("id", "Id"),
    heading("type", "Type"),
    heading("started_at", ""),
    heading("ended_at", "Ended (UTC)"),
    heading("resources", "Resources"),
    heading("entitlements", ""),
    heading("grants", "Grants"),
    heading("default", "Default"),
];

/// Runs the command.
pub(crate) fn syncs(args: &SyncsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let temp_dir = args.open.c1z_temp_dir.as_deref();
    let reader = Reader::open_in(&args.file, ReadLimits::default(), temp_dir)?;
    let format = args.format.format();
    let mut table = Table::new(console, format, SYNC_COLUMNS.to_vec());
    sync_cells(&reader, format, |cells| table.row(cells))?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// Calls `each` with the cells of every sync, in order of rows.
pub(crate) fn sync_cells(
    reader: &Reader,
    format: Format,
    mut each: impl FnMut(&[Cell<'_>]) -> Result<()>,
) -> Result<()> {
    let time = match format {
        Format::Table => to_minute,
        Format::Json | Format::Csv => time_text,
    };
    let runs = reader.syncs()?;
    let default = choose(runs.clone(), Pick::Latest).ok();
    for run in &runs {
        let counts = reader.counts(&run.sync_id)?;
        let total = |by_type: &std::collections::BTreeMap<String, u64>| {
            Cell::Number(by_type.values().sum())
        };
        let ended = run.ended_at.as_deref();
        let is_default = |default: &SyncRun| default.sync_id == run.sync_id;
        each(&[
            run.sync_id.as_str().into(),
            run.sync_type.as_str().into(),
            time(run.started(), &run.started_at).into(),
            ended.map_or(Cell::Absent, |raw| time(run.ended(), raw).into()),
            total(&counts.resources),
            total(&counts.entitlements),
            total(&counts.grants),
            default.as_ref().is_some_and(is_default).into(),
        ])?;
    }
    Ok(())
}
