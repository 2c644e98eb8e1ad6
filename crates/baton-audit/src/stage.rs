//! What a command is given beside its arguments, and what it answers with.

use std::fmt;
use std::io::{self, Write};

use connector_core::{Error, ErrorKind};
use jiff::Timestamp;

/// The outside world of a command.
pub struct Stage<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Notes and errors.
    pub err: &'a mut dyn Write,
    /// Columns of the terminal that shows the results; `None` when they go elsewhere and need not fit.
    pub width: Option<usize>,
    /// Now.
    pub now: Timestamp,
}

impl fmt::Debug for Stage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage")
            .field("width", &self.width)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What the exit code says of a command that did its work.
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

/// The exit code of a command that could not do its work. 1 and 2 are answers here, so a wrong command line is 3
/// like every other setting that cannot work; the rest is as in the connectors: 9 for a file that cannot be read
/// or written, 13 for a defect.
pub(crate) fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::Usage | ErrorKind::Setting => 3,
        kind => kind.policy().exit_code,
    }
}

/// Output that cannot be written. That the reader went away is [`ErrorKind::Interrupted`], see
/// [`reader_left`].
pub(crate) fn write_failed(error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::BrokenPipe => ErrorKind::Interrupted,
        _ => ErrorKind::Precondition,
    };
    Error::new(kind, format!("cannot write the output: {error}")).caused_by(error)
}

/// Whether the error only means that nobody reads the output any more.
pub(crate) fn reader_left(error: &Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}
