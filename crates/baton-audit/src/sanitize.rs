//! `sanitize`: a copy of a file in which people are replaced by tokens, for a bug report.

mod people;
mod profile;

use std::path::{Path, PathBuf};

use connector_c1z::{ConvertOptions, ReadLimits};
use connector_core::entropy::SystemEntropy;
use connector_core::{Context, Error, ErrorKind, Result};
use connector_redact::{RedactionKey, Tokens};

use crate::console::{Console, Outcome, write_failed};
use crate::outfile::Place;
use crate::source::OpenArgs;
use people::Sanitizer;

/// The longest key file that is read, in bytes.
const MAX_KEY_FILE: u64 = 4096;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct SanitizeArgs {
    /// Sync file (.c1z)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The new file
    #[arg(long, value_name = "FILE")]
    out: Place,

    /// File with the key by which people are replaced; one of this run alone when not given
    #[arg(long, value_name = "FILE", env = "BATON_REDACTION_KEY")]
    redaction_key: Option<PathBuf>,

    /// Replace the file that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    open: OpenArgs,
}

/// Runs the command.
pub(crate) fn sanitize(args: &SanitizeArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let key = match &args.redaction_key {
        Some(path) => read_key(path)?,
        None => RedactionKey::fleeting(&SystemEntropy::new()?),
    };
    let options = ConvertOptions {
        temp_dir: args.open.c1z_temp_dir.clone(),
        limits: ReadLimits::default(),
        replace: args.force,
    };
    let mut sanitizer = Sanitizer::new(Tokens::new(&key));
    let copied = connector_c1z::rewrite(&args.file, &args.out, &options, &mut sanitizer)?;
    let stats = &copied.exported.stats;
    for (name, value) in [
        ("File", args.out.display().to_string()),
        ("Size", format!("{} bytes", copied.exported.file_bytes)),
        ("Sync", copied.run.sync_id.clone()),
        ("Resources", stats.resources.to_string()),
        ("Entitlements", stats.entitlements.to_string()),
        ("Grants", stats.grants.to_string()),
    ] {
        writeln!(console.out, "{name:<12}  {value}").map_err(write_failed)?;
    }
    let mut notes: Vec<String> = copied
        .exported
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    notes.extend(sanitizer.notes());
    if key.is_fleeting() {
        notes.push(
            "made with a key of this run alone: the file cannot be joined with others; --redaction-key names a key that stays"
                .to_owned(),
        );
    }
    for note in notes {
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}

fn read_key(path: &Path) -> Result<RedactionKey> {
    let read = || {
        let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
        match about.is_file() && about.len() <= MAX_KEY_FILE {
            true => std::fs::read_to_string(path).map_err(|e| e.to_string()),
            false => Err("it is no key file".to_owned()),
        }
    };
    let text = read().map_err(|what| {
        let message = format!("{} cannot be read: {what}", path.display());
        Error::new(ErrorKind::Setting, message)
    });
    text.and_then(|text| RedactionKey::parse(&text))
        .during("reading the redaction key")
}
