//! Where a command prints, and what it reports to its caller: an [`Outcome`] or an error, each with its exit code.

use std::fmt;
use std::io::{self, Write};

use connector_core::{Error, ErrorKind, Result, text};

/// The two outputs of a command, and how much room its results have.
///
/// ```
/// use baton_audit::{Console, run};
///
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let mut console = Console { out: &mut out, err: &mut err, width: Some(80) };
/// let code = run(["baton-audit", "--version"].map(Into::into), &mut console);
/// assert_eq!(code, 0);
/// assert!(out.starts_with(b"baton-audit "));
/// ```
pub struct Console<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Notes and errors.
    pub err: &'a mut dyn Write,
    /// Columns of the terminal that shows the results; `None` when they go to a file or a pipe and need not fit.
    pub width: Option<usize>,
}

impl Console<'_> {
    /// Tells the operator something: one sentence without a final period. Names in it are a file's, so it stays on one
    /// line and does nothing to a terminal.
    ///
    /// # Errors
    /// As [`write_failed`].
    pub(crate) fn note(&mut self, note: &str) -> Result<()> {
        let note = text::printable(note, note.len());
        writeln!(self.err, "note: {note}").map_err(write_failed)
    }
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

/// The result that the exit code reports for a command that completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to act on: no findings, no difference, or a plain listing. Exit code 0.
    Clean,
    /// Findings at or above the threshold, or differences. Exit code 1.
    Found,
    /// More people vanished than the threshold allows. Exit code 2.
    Unsafe,
}

impl Outcome {
    /// The exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Unsafe => 2,
        }
    }
}

/// The exit code of a command that could not do its work. 1 and 2 are results here, so a wrong command line is 3
/// like every other setting that cannot work; the rest is as in the connectors: 9 for a file that cannot be read
/// or written, 13 for a defect.
pub(crate) fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::Usage | ErrorKind::Setting => 3,
        kind => kind.policy().exit_code,
    }
}

/// The error of output that cannot be written; [`ErrorKind::Interrupted`] when its reader went away, see
/// [`reader_left`].
pub(crate) fn write_failed(error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::BrokenPipe => ErrorKind::Interrupted,
        _ => ErrorKind::Precondition,
    };
    Error::new(kind, format!("cannot write the output: {error}")).caused_by(error)
}

/// The outcome, whether or not the output was read to its end: findings stay findings under `| head`.
///
/// # Errors
/// When the output could not be written although it has a reader.
pub(crate) fn outcome_of(outcome: Outcome, written: Result<()>) -> Result<Outcome> {
    match written {
        Err(error) if !reader_left(&error) => Err(error),
        _ => Ok(outcome),
    }
}

/// Whether the error only means that the output has no reader any more, as after `| head`.
pub(crate) fn reader_left(error: &Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}
