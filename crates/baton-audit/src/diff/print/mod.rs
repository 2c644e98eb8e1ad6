//! Writes what differs between two syncs: a table for people, Markdown for pull requests and chats, JSON for
//! programs.

mod json;
mod markdown;
mod people;
mod rest;
mod section;
mod summary;
mod table;

use connector_core::Result;

use super::comparison::Comparison;
use crate::console::Console;

/// How differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Table,
    /// Everything, one object
    Json,
    /// Markdown, for pull requests and chats
    Md,
}

/// Writes the comparison; `limit` rows of each section where rows are for people.
pub(super) fn write(
    compared: &Comparison<'_>,
    format: Format,
    limit: usize,
    console: &mut Console<'_>,
) -> Result<()> {
    match format {
        Format::Table => table::write(compared, limit, console),
        Format::Md => markdown::write(compared, limit, console.out),
        Format::Json => json::write(compared, console.out),
    }
}
