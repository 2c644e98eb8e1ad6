//! Puts a finished file where an `--out` wants it.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use connector_core::{Error, ErrorKind, Result};
use tempfile::NamedTempFile;

/// What every sync file begins with, whichever its version.
const SYNC_FILE: &[u8] = b"C1Z";

/// Lets `content` write the file at `path` in one step: there is the old file or the whole new one. A new file can be
/// read by its owner alone, because it is about people; one that is replaced keeps its permissions. A device or a pipe
/// cannot be replaced and is written to as it is.
///
/// # Errors
/// [`ErrorKind::Setting`] when `path` is or names a sync file, [`ErrorKind::Precondition`] when it cannot be
/// written, and what `content` returns; nothing has changed then.
pub(crate) fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let shown = path.display();
    if is_sync_file(path) {
        let message = format!("--out {shown} is a sync file, which is never replaced");
        return Err(Error::new(ErrorKind::Setting, message).hint("give the output another name"));
    }
    let failed = |e: std::io::Error| {
        let message = format!("cannot write {shown}: {e}");
        Error::new(ErrorKind::Precondition, message).caused_by(e)
    };
    let earlier = fs::metadata(path).ok();
    if earlier.as_ref().is_some_and(|it| !it.is_file()) {
        let mut out = BufWriter::new(File::create(path).map_err(failed)?);
        content(&mut out)?;
        return out.flush().map_err(failed);
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let temporary = NamedTempFile::new_in(directory).map_err(failed)?;
    let mut out = BufWriter::new(temporary.as_file());
    content(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    if let Some(earlier) = earlier {
        let file = temporary.as_file();
        file.set_permissions(earlier.permissions())
            .map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

fn is_sync_file(path: &Path) -> bool {
    let named = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("c1z"));
    let mut begins = [0; SYNC_FILE.len()];
    let opened = File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    named || (opened.is_ok() && begins == SYNC_FILE)
}

#[cfg(test)]
mod tests;
