//! What changed between two syncs.

mod class;
mod facts;
mod guard;
mod link;
mod moves;
pub mod people;

use connector_core::Result;

use crate::stage::{Outcome, Stage};

pub use facts::{Facts, Field, FieldChange, Value};
pub use guard::{Guard, Percent};
pub use link::{By, Group};
pub use moves::{Aspect, Move};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {}

/// Runs the command.
pub(crate) fn diff(_args: &DiffArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
