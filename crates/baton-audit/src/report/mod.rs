//! One HTML page about a set of files.

use connector_core::Result;

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {}

/// Runs the command.
pub(crate) fn report(_args: &ReportArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
