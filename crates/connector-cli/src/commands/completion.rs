//! `completion`: scripts for shells.

use clap_complete::Shell;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::ConnectorSpec;

use crate::command;

/// The shell of this name.
///
/// # Errors
/// [`ErrorKind::Usage`] for one that is not known, or none.
pub(crate) fn shell(name: Option<&str>) -> Result<Shell> {
    match name {
        Some("bash") => Ok(Shell::Bash),
        Some("zsh") => Ok(Shell::Zsh),
        Some("fish") => Ok(Shell::Fish),
        Some("powershell") => Ok(Shell::PowerShell),
        Some(other) => Err(Error::new(
            ErrorKind::Usage,
            format!("invalid shell: {other} (valid: bash, zsh, fish, powershell)"),
        )),
        None => Err(Error::new(
            ErrorKind::Usage,
            "completion needs a shell (valid: bash, zsh, fish, powershell)",
        )),
    }
}

/// The completion script for a shell.
pub(crate) fn script(spec: &ConnectorSpec, shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command::command(spec), spec.name, &mut script);
    script
}
