use super::*;

fn put(path: &Path, text: &str) -> Result<()> {
    write(path, |out| {
        out.write_all(text.as_bytes())
            .map_err(crate::console::write_failed)
    })
}

#[test]
fn a_file_is_replaced_as_a_whole_and_a_sync_file_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    put(&page, "one").unwrap();
    put(&page, "two").unwrap();
    let broken = write(&page, |out| {
        out.write_all(b"half")
            .map_err(crate::console::write_failed)?;
        Err(Error::new(ErrorKind::Bug, "stopped"))
    });
    assert_eq!(broken.unwrap_err().message(), "stopped");
    assert_eq!(fs::read_to_string(&page).unwrap(), "two");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    let hidden = dir.path().join("data.html");
    fs::write(&hidden, b"C1ZF\0rest").unwrap();
    for path in [&hidden, &dir.path().join("new.C1Z")] {
        assert_eq!(put(path, "x").unwrap_err().kind(), ErrorKind::Setting);
    }
    assert_eq!(fs::read(&hidden).unwrap(), b"C1ZF\0rest");
    let nowhere = dir.path().join("missing/page.html");
    assert_eq!(
        put(&nowhere, "x").unwrap_err().kind(),
        ErrorKind::Precondition
    );
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_new_files_are_the_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    let mode = || fs::metadata(&page).unwrap().permissions().mode() & 0o777;
    put(&page, "one").unwrap();
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
    put(&page, "two").unwrap();
    assert_eq!(mode(), 0o640);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to() {
    put(Path::new("/dev/null"), "x").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}
