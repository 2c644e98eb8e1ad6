use super::*;

#[test]
fn a_full_disk_is_named_as_such() {
    let sqlite =
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    for error in [
        database(sqlite),
        file("write", Path::new("/x"), io::ErrorKind::StorageFull.into()),
    ] {
        assert_eq!(error.to_string(), "the disk is full");
        assert_eq!(error.kind().policy().exit_code, 9);
    }
}
