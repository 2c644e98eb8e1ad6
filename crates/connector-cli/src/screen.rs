//! The program's two output streams, and the one line on a terminal that changes in place.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A stream that several parts of the program write to, one whole text at a time.
#[derive(Clone)]
pub(crate) struct Stream(Arc<Mutex<Inner>>);

struct Inner {
    out: Box<dyn Write + Send>,
    /// Columns that the line shown at the moment takes.
    live: usize,
}

impl Stream {
    pub(crate) fn new(out: Box<dyn Write + Send>) -> Self {
        Self(Arc::new(Mutex::new(Inner { out, live: 0 })))
    }

    /// Writes whole lines, after wiping the line that changes in place.
    pub(crate) fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut inner = self.inner();
        inner.wipe()?;
        inner.out.write_all(text)?;
        inner.out.flush()
    }

    /// Shows `line` in place of what was shown before. Only blanks and carriage returns are used for it, which
    /// every terminal understands.
    pub(crate) fn show(&self, line: &str) {
        let mut inner = self.inner();
        let columns = line.chars().count();
        let blanks = " ".repeat(inner.live.saturating_sub(columns));
        inner.live = columns;
        // A terminal that went away is noticed when something that matters is written.
        let _ = write!(inner.out, "\r{line}{blanks}");
        let _ = inner.out.flush();
    }

    /// Wipes the line that changes in place.
    pub(crate) fn clear(&self) {
        let _ = self.inner().wipe();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn wipe(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.live) {
            0 => Ok(()),
            columns => write!(self.out, "\r{}\r", " ".repeat(columns)),
        }
    }
}
