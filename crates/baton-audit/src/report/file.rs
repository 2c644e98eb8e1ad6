//! Puts the finished page where it belongs.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use connector_core::{Error, ErrorKind, Result};
use tempfile::NamedTempFile;

/// What every sync file begins with, whichever its version.
const SYNC_FILE: &[u8] = b"C1Z";

/// Writes `page` to `path` in one step: there is the old file or the whole new one. A new file can be read by its
/// owner alone, because it is about people; one that is replaced keeps its permissions.
///
/// # Errors
/// [`ErrorKind::Setting`] when `path` is or names a sync file, [`ErrorKind::Precondition`] when it cannot be
/// written.
pub(super) fn write(path: &Path, page: &str) -> Result<()> {
    let shown = path.display();
    if is_sync_file(path) {
        return Err(Error::new(
            ErrorKind::Setting,
            format!("--out {shown} is a sync file, which a report does not replace"),
        )
        .hint("give the page a name of its own, such as report.html"));
    }
    let failed = |e: std::io::Error| {
        Error::new(
            ErrorKind::Precondition,
            format!("cannot write {shown}: {e}"),
        )
        .caused_by(e)
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut temporary = NamedTempFile::new_in(directory).map_err(failed)?;
    temporary.write_all(page.as_bytes()).map_err(failed)?;
    if let Ok(earlier) = fs::metadata(path) {
        let permissions = earlier.permissions();
        temporary
            .as_file()
            .set_permissions(permissions)
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
mod tests {
    use super::*;

    #[test]
    fn a_page_is_replaced_and_a_sync_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("report.html");
        write(&page, "one").unwrap();
        write(&page, "two").unwrap();
        assert_eq!(fs::read_to_string(&page).unwrap(), "two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

        let hidden = dir.path().join("data.html");
        fs::write(&hidden, b"C1ZF\0rest").unwrap();
        let named = dir.path().join("new.C1Z");
        for path in [&hidden, &named] {
            assert_eq!(write(path, "x").unwrap_err().kind(), ErrorKind::Setting);
        }
        assert_eq!(fs::read(&hidden).unwrap(), b"C1ZF\0rest");
        assert!(!named.exists());

        let nowhere = dir.path().join("missing/report.html");
        let error = write(&nowhere, "x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
    }
}
