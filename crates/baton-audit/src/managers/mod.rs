//! The reporting lines of a file.

mod graph;

use connector_core::Result;

pub use graph::{End, Fault, Graph, Line, Link};

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ManagersArgs {}

/// Runs the command.
pub(crate) fn managers(_args: &ManagersArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
