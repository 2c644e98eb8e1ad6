//! What changed between two syncs.

use connector_core::Result;

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {}

/// Runs the command.
pub(crate) fn diff(_args: &DiffArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
