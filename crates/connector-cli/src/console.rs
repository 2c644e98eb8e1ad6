//! How a run ends for the operator: text on standard output, or one line (and a hint) on standard error.

use std::io::{self, Write};

use connector_core::error::{Error, ErrorKind};
use connector_core::text;

use crate::invocation::Invocation;
use crate::screen::Stream;

/// Longest message that is printed.
const MAX_MESSAGE: usize = 2000;

/// The program's name and its two streams.
#[derive(Clone)]
pub(crate) struct ConsoleOutput {
    pub(crate) name: &'static str,
    pub(crate) stdout: Stream,
    pub(crate) stderr: Stream,
}

impl ConsoleOutput {
    /// Takes the streams out of an invocation.
    pub(crate) fn take(name: &'static str, invocation: &mut Invocation) -> Self {
        let stream = |out: &mut Box<dyn Write + Send>| {
            Stream::new(std::mem::replace(out, Box::new(io::sink())))
        };
        Self {
            name,
            stdout: stream(&mut invocation.stdout),
            stderr: stream(&mut invocation.stderr),
        }
    }

    /// Prints the outcome of a command and returns the exit code.
    pub(crate) fn print(&self, text: &[u8]) -> u8 {
        match self.stdout.write(text) {
            Ok(()) => 0,
            // The reader of the output has seen enough, as `head` does.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => 0,
            Err(e) => self.fail(
                &Error::new(ErrorKind::Precondition, e.to_string())
                    .during("writing to standard output"),
            ),
        }
    }

    /// Prints an error and returns its exit code.
    pub(crate) fn fail(&self, error: &Error) -> u8 {
        let mut out = format!("{}: {}\n", self.name, one_line(&error.to_string()));
        if let Some(hint) = error.hint_text() {
            out.push_str(&format!("hint: {}\n", one_line(hint)));
        }
        // An error that cannot be printed has nowhere else to go; the exit code still reports it.
        let _ = self.stderr.write(out.as_bytes());
        error.kind().policy().exit_code
    }
}

fn one_line(message: &str) -> String {
    text::printable(message, MAX_MESSAGE)
}
