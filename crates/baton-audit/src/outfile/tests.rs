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
fn what_is_no_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let error = put(&pipe, "x").unwrap_err();
    assert_eq!(
        error.message(),
        format!("{} is a named pipe (FIFO)", pipe.display())
    );
    assert_eq!(error.kind(), ErrorKind::Precondition);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink("page.html", &link).unwrap();
    for text in ["dangling", "not any more"] {
        put(&link, text).unwrap();
        assert!(link.is_symlink());
        assert_eq!(
            fs::read_to_string(dir.path().join("page.html")).unwrap(),
            text
        );
    }
    let sync = dir.path().join("sync");
    fs::write(&sync, b"C1ZF\0rest").unwrap();
    let link = dir.path().join("to-sync");
    std::os::unix::fs::symlink("sync", &link).unwrap();
    assert_eq!(put(&link, "x").unwrap_err().kind(), ErrorKind::Setting);
}
