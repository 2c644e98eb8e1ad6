//! `completion`: writes the script by which a shell completes commands and options of this program.

use clap_complete::Shell;
use connector_core::Result;

use crate::console::{Console, Outcome, write_failed};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct CompletionArgs {
    /// The shell that reads the script
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Writes the script that completes `command`.
pub(crate) fn completion(
    args: &CompletionArgs,
    mut command: clap::Command,
    console: &mut Console<'_>,
) -> Result<Outcome> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    console.out.write_all(&script).map_err(write_failed)?;
    Ok(Outcome::Clean)
}
