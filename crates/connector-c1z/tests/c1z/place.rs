//! The place of the file and the temp directory: what may be there, who may read it, and what is left of it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use connector_c1z::C1zStore;
use connector_core::ErrorKind;
use connector_core::store::Store;

use crate::support::*;

/// Without another process: until it has started its own program, it holds the locks that other threads' tests give up.
#[cfg(target_os = "linux")]
fn pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

#[cfg(all(unix, not(target_os = "linux")))]
fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn only_a_regular_file_is_replaced() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        pipe(&scene.path);
        let error = scene.open().unwrap_err();
        let shown = scene.path.display();
        assert_eq!(error.message(), format!("{shown} is a named pipe (FIFO)"));
        assert_eq!(error.kind().policy().exit_code, 9);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
        fs::remove_file(&scene.path).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&scene.path).unwrap();
        let error = scene.open().unwrap_err();
        assert_eq!(error.message(), format!("{shown} is a socket"));
    });
}

#[cfg(unix)]
#[test]
fn what_appears_in_the_place_during_the_run_is_not_replaced() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        store.seal(&mut Default::default()).unwrap();
        pipe(&scene.path);
        let error = store.finish(at("2026-03-01T09:00:00Z")).unwrap_err();
        assert!(
            error.message().ends_with("is a named pipe (FIFO)"),
            "{error}"
        );
        assert!(store.abandon(true).unwrap());
        drop(store);
        fs::remove_file(&scene.path).unwrap();
        let mut store = scene.open().unwrap();
        assert!(store.begin(&spec_at(2)).unwrap().checkpoint.is_some());
        end(&mut store, 1);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_to_nothing_is_followed() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let elsewhere = tempfile::tempdir().unwrap();
        let real = elsewhere.path().join("real.c1z");
        std::os::unix::fs::symlink(&real, &scene.path).unwrap();
        scene.sync(1, company());
        assert!(scene.path.is_symlink());
        assert!(!real.is_symlink() && real.is_file());
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
        assert_eq!(scene.leftovers(), Vec::<String>::new());

        let lost = Scene::of(format);
        std::os::unix::fs::symlink("gone/real.c1z", &lost.path).unwrap();
        let error = lost.open().unwrap_err();
        assert!(error.message().ends_with("/gone does not exist"), "{error}");
    });
}

#[cfg(unix)]
#[test]
fn what_has_a_name_that_the_run_needs_is_neither_followed_nor_replaced() {
    in_both_formats(|format| {
        for name in ["resume", "tmp"] {
            let scene = Scene::of(format);
            let victim = scene.dir.path().join("victim");
            fs::write(&victim, "theirs").unwrap();
            let planted = scene.dir.path().join(format!("sync.c1z.{name}"));
            std::os::unix::fs::symlink(&victim, &planted).unwrap();
            let error = scene.open().unwrap_err();
            let shown = planted.display();
            assert_eq!(
                error.message(),
                format!("{shown} is a symbolic link, and the run needs this name")
            );
            assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");
            fs::remove_file(&planted).unwrap();
            pipe(&planted);
            let error = scene.open().unwrap_err();
            assert!(
                error.message().contains(" is a named pipe (FIFO), "),
                "{error}"
            );
        }
    });
}

#[test]
fn a_name_that_is_too_long_is_refused_before_the_run() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let longest = scene.dir.path().join("n".repeat(255));
        let error = C1zStore::open(&longest, scene.options()).unwrap_err();
        assert_eq!(
            error.message(),
            "the file name is too long: while it is written, .resume is added to it"
        );
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_only() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        scene.sync(1, company());
        assert_eq!(mode(&scene.path), 0o600);
    });
}

#[cfg(unix)]
#[test]
fn the_decoded_copy_is_for_its_owner_only() {
    let scene = Scene::starting_with("go-12.c1z");
    let store = scene.open().unwrap();
    let made = fs::read_dir(scene.temp.path()).unwrap().next().unwrap();
    let directory = made.unwrap().path();
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("db")), 0o600);
    drop(store);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_database_with_a_log_is_read_and_added_to() {
    let scene = Scene::new();
    scene.sync(1, company());
    let inside = look_into(&scene.path);
    inside
        .db
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let bytes = fs::read(inside.db.path().unwrap()).unwrap();
    assert_eq!(&bytes[18..20], [2, 2]);
    let mut file = fs::File::create(&scene.path).unwrap();
    file.write_all(b"C1ZF\0").unwrap();
    file.write_all(&zstd::encode_all(&*bytes, 1).unwrap())
        .unwrap();
    assert_eq!(scene.reader().syncs().unwrap().len(), 1);
    scene.sync(2, company());
    assert_eq!(scene.reader().syncs().unwrap().len(), 2);
}

#[test]
fn what_a_killed_run_left_of_its_copy_is_removed_by_the_next_one() {
    let scene = Scene::starting_with("go-12.c1z");
    let store = scene.open().unwrap();
    let made = fs::read_dir(scene.temp.path()).unwrap().next().unwrap();
    let directory = made.unwrap().path();
    // The same files without the lock of a living process.
    let left = scene.temp.path().join("baton-tmp-left");
    fs::create_dir(&left).unwrap();
    for entry in fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), left.join(entry.file_name())).unwrap();
    }
    let other = Scene::starting_with("go-12.c1z");
    let options = scene.options();
    drop(C1zStore::open(&other.path, options).unwrap());
    assert!(!left.exists());
    assert!(directory.join("db").exists());
    drop(store);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}
