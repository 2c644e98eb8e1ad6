//! `convert`: writes the newest finished sync of a file as a file of the other version.

use std::path::PathBuf;

use clap::ValueEnum;
use connector_c1z::{ConvertOptions, Format, ReadLimits};
use connector_core::{Error, Result};

use crate::console::{Console, Outcome, write_failed};
use crate::outfile::Place;
use crate::source::OpenArgs;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ConvertArgs {
    /// Sync file (.c1z)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Version of the new file
    #[arg(long, value_enum, value_name = "VERSION")]
    to: Version,

    /// The new file
    #[arg(long, value_name = "FILE")]
    out: Place,

    /// Replace the file that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    open: OpenArgs,
}

/// A version of sync files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    /// SQLite, which every reader reads
    V1,
    /// Pebble, which connectors on the Go SDK write since August 2026
    V3,
}

/// Runs the command.
pub(crate) fn convert(args: &ConvertArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let format = match args.to {
        Version::V1 => Format::V1,
        Version::V3 => Format::V3,
    };
    let options = ConvertOptions {
        temp_dir: args.open.c1z_temp_dir.clone(),
        limits: ReadLimits::default(),
        replace: args.force,
    };
    let converted = connector_c1z::convert(&args.file, format, &args.out, &options);
    let converted = converted.map_err(with_hint)?;
    let stats = &converted.exported.stats;
    for (name, value) in [
        ("File", args.out.display().to_string()),
        ("Version", format.number().to_string()),
        ("Size", format!("{} bytes", converted.exported.file_bytes)),
        ("Sync", converted.run.sync_id.clone()),
        ("Resources", stats.resources.to_string()),
        ("Entitlements", stats.entitlements.to_string()),
        ("Grants", stats.grants.to_string()),
    ] {
        writeln!(console.out, "{name:<12}  {value}").map_err(write_failed)?;
    }
    for warning in &converted.exported.warnings {
        console.note(&warning.to_string())?;
    }
    Ok(Outcome::Clean)
}

/// A damaged row has no hint of its own.
fn with_hint(error: Error) -> Error {
    match error.hint_text() {
        None if error.message().starts_with("the file is damaged") => {
            error.hint("restore the file from a copy, or let its connector write it anew")
        }
        _ => error,
    }
}
