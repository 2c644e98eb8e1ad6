//! Checks people and access against the catalogue and a policy.

pub mod catalogue;
pub mod finding;
pub mod output;

use connector_core::Result;

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {}

/// Runs the command.
pub(crate) fn check(_args: &CheckArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
