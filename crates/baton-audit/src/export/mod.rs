//! Writes the content of a file in other formats.

use connector_core::Result;

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {}

/// Runs the command.
pub(crate) fn export(_args: &ExportArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
