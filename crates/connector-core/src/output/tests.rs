use super::*;

#[test]
fn a_file_or_nothing_is_a_place() {
    let dir = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(dir.path()).unwrap();
    let file = real.join("file");
    assert_eq!(resolve(&file).unwrap(), file);
    fs::write(&file, "x").unwrap();
    assert_eq!(resolve(&file).unwrap(), file);
    let error = resolve(&real).unwrap_err();
    assert_eq!(
        error.message(),
        format!("{} is a directory", real.display())
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_their_end() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(dir.path()).unwrap();
    let inner = real.join("inner");
    fs::create_dir(&inner).unwrap();
    symlink("inner/second", real.join("first")).unwrap();
    symlink("third", inner.join("second")).unwrap();
    symlink("../end", inner.join("third")).unwrap();
    let first = real.join("first");
    // Dangling: there is nothing at the end yet.
    assert_eq!(resolve(&first).unwrap(), inner.join("../end"));
    fs::write(real.join("end"), "x").unwrap();
    assert_eq!(resolve(&first).unwrap(), real.join("end"));

    symlink("circle", real.join("circle")).unwrap();
    let error = resolve(&real.join("circle")).unwrap_err();
    assert_eq!(error.kind().policy().exit_code, 9);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let socket = dir.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let link = dir.path().join("link");
    symlink(&pipe, &link).unwrap();
    for (path, what) in [
        (&pipe, "a named pipe (FIFO)"),
        (&link, "a named pipe (FIFO)"),
        (&socket, "a socket"),
    ] {
        let error = resolve(path).unwrap_err();
        assert_eq!(error.message(), format!("{} is {what}", path.display()));
        assert_eq!(error.kind(), ErrorKind::Precondition);
    }
}

/// Making a device needs privileges; without them there is nothing to look at.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let device = dir.path().join("device");
    let made = std::process::Command::new("mknod")
        .arg(&device)
        .args(["c", "1", "3"])
        .output();
    if made.is_ok_and(|made| made.status.success()) {
        let error = resolve(&device).unwrap_err();
        assert_eq!(error.message(), format!("{} is a device", device.display()));
    }
}
