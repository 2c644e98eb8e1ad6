//! Listings of what a file holds.

use connector_core::Result;

use crate::stage::{Outcome, Stage};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct StatsArgs {}

/// Runs the command.
pub(crate) fn stats(_args: &StatsArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct TypesArgs {}

/// Runs the command.
pub(crate) fn types(_args: &TypesArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct UsersArgs {}

/// Runs the command.
pub(crate) fn users(_args: &UsersArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct GroupsArgs {}

/// Runs the command.
pub(crate) fn groups(_args: &GroupsArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct GrantsArgs {}

/// Runs the command.
pub(crate) fn grants(_args: &GrantsArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct AccessArgs {}

/// Runs the command.
pub(crate) fn access(_args: &AccessArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct SyncsArgs {}

/// Runs the command.
pub(crate) fn syncs(_args: &SyncsArgs, _stage: &mut Stage<'_>) -> Result<Outcome> {
    Err(crate::stage::missing())
}
