//! Writes the answer of all checks: a table for people, JSON for programs, SARIF for code-scanning views and
//! JUnit XML for test reports of CI servers.

use std::io::Write;

use connector_core::Result;

use super::finding::Findings;

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
    let _ = (findings, format, out, width);
    Err(crate::stage::missing())
}
