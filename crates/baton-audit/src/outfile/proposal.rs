//! A text that a command proposes and an operator goes on with: printed, or written where nothing is yet.

use std::path::Path;

use connector_core::{Error, ErrorKind, Result, text};

use super::{Draft, Out, check};
use crate::console::{Console, write_failed};

/// Characters of a name in a remark.
const MAX_REMARK: usize = 120;

/// Where the text goes.
#[derive(Debug, clap::Args)]
pub(crate) struct ProposalArgs {
    /// Write to this file instead of standard output (-)
    #[arg(long, value_name = "FILE")]
    out: Option<Out>,
    /// Replace the file when it is there
    #[arg(long, requires = "out")]
    force: bool,
}

impl ProposalArgs {
    /// The file, when the text goes to one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.out.as_ref().and_then(Out::file)
    }

    /// Refuses a file that is there, before there is anything to write.
    ///
    /// # Errors
    /// As [`check`], and [`ErrorKind::Precondition`] for a file that is there without `--force`.
    pub(crate) fn check(&self) -> Result<()> {
        let Some(path) = self.file() else {
            return Ok(());
        };
        check(path)?;
        match path.symlink_metadata() {
            Ok(_) if !self.force => Err(taken(path)),
            _ => Ok(()),
        }
    }

    /// Writes the text.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be written.
    pub(crate) fn write(&self, text: &str, console: &mut Console<'_>) -> Result<()> {
        use std::io::Write;
        let Some(path) = self.file() else {
            return write!(console.out, "{text}").map_err(write_failed);
        };
        let mut draft = Draft::begin(path)?;
        draft
            .write_all(text.as_bytes())
            .map_err(|e| super::failed("cannot write", path, &e))?;
        draft.end()?.publish(self.force)
    }
}

fn taken(path: &Path) -> Error {
    let message = format!("{} is there already", path.display());
    Error::new(ErrorKind::Precondition, message)
        .hint("give another name, or replace the file with --force")
}

/// A basic string of TOML on one line, in which every control character is escaped: as JSON has it, and the others, too.
pub(crate) fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(json.len());
    for c in json.chars() {
        match c.is_control() || text::turns(c) || breaks(c) {
            true => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            false => quoted.push(c),
        }
    }
    quoted
}

/// Whether an editor may begin a line at it although it is no control character.
pub(crate) const fn breaks(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Text as a remark may have it: on one line, harmless in a terminal, and of a bounded length.
pub(crate) fn remark(text: &str) -> String {
    text::printable(text, MAX_REMARK)
}
