//! Writes the result of all checks: a table for people, JSON for programs, SARIF for code-scanning views and
//! JUnit XML for test reports of CI servers.

mod fingerprint;
mod json;
mod junit;
mod sarif;
mod table;

use std::io::Write;

use connector_core::Result;

pub use fingerprint::fingerprinted;
pub(super) use sarif::too_many_results;

use super::finding::Findings;
use crate::console::write_failed;

/// The name of this program, as reports give it.
const TOOL: &str = "baton-audit";
/// Its version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people, by severity
    #[default]
    Table,
    /// Everything, one object
    Json,
    /// SARIF 2.1.0, for code-scanning views
    Sarif,
    /// JUnit XML, for the test reports of CI servers
    Junit,
}

/// Writes `findings` to `out`. `width` is how many columns a table may have; `None` leaves it as wide as it is.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    findings: &Findings,
    format: Format,
    out: &mut dyn Write,
    width: Option<usize>,
) -> Result<()> {
    match format {
        Format::Table => table::write(findings, out, width),
        Format::Json => crate::json::write(out, &json::document(findings)),
        Format::Sarif => crate::json::write(out, &sarif::log(findings)),
        Format::Junit => junit::write(findings, out).map_err(write_failed),
    }
}

#[cfg(test)]
mod tests;
