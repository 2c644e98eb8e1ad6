use std::io;

use super::*;

#[test]
fn a_full_disk_is_named_with_its_directory() {
    let sqlite =
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    let full = || io::ErrorKind::StorageFull.into();
    for error in [
        in_directory(database(sqlite), Path::new("/data")),
        in_directory(
            file("write", Path::new("/data/x"), full()),
            Path::new("/other"),
        ),
    ] {
        assert_eq!(error.to_string(), "/data: the disk is full");
        assert_eq!(error.hint_text(), Some(DISK_FULL_HINT));
        assert_eq!(error.kind().policy().exit_code, 9);
    }
    let dir = tempfile::tempdir().unwrap();
    let error = file("create a temp directory in", dir.path(), full());
    assert_eq!(
        error.to_string(),
        format!("{}: the disk is full", dir.path().display())
    );
}

#[test]
fn what_the_system_refuses_is_no_damage() {
    use rusqlite::ffi::{self, Error as Code};
    let message = |code| {
        let error = rusqlite::Error::SqliteFailure(Code::new(code), None);
        foreign_database(error).message().to_owned()
    };
    for code in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_CANTOPEN] {
        let message = message(code);
        assert!(
            message.starts_with("the database cannot be read or written: "),
            "{message}"
        );
    }
    assert_eq!(message(ffi::SQLITE_FULL), DISK_FULL);
    assert!(message(ffi::SQLITE_CORRUPT).starts_with("the file is damaged: "));
}
