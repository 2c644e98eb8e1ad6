//! The last step: one file at a time may write, the old file stays until the new one is complete, and what failed
//! can be tried again.

use std::fs;

use connector_c1z::{C1zStore, Format, StoreOptions};
use connector_core::ErrorKind;
use connector_core::leftovers::TempDirectory;
use connector_core::store::{Store, Tally};

use crate::support::*;

#[test]
fn a_failed_save_leaves_the_old_file_and_the_work() {
    in_both_formats(|format| {
        let scene = Scene::with_earlier(format);
        let before = fs::read(&scene.path).unwrap();
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        let in_the_way = scene.dir.path().join("sync.c1z.tmp");
        fs::create_dir(&in_the_way).unwrap();
        let mut tally = Tally::default();
        store.seal(&mut tally).unwrap();
        let error = store.finish(at("2026-03-01T09:00:00Z")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert!(error.message().contains("sync.c1z.tmp"), "{error}");
        assert_eq!(
            error.operation(),
            Some(format!("saving {}", scene.path.display()).as_str())
        );
        assert_eq!(fs::read(&scene.path).unwrap(), before);
        assert!(store.abandon(true).unwrap());
        drop(store);
        assert_eq!(fs::read(&scene.path).unwrap(), before);

        fs::remove_dir(&in_the_way).unwrap();
        let mut store = scene.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.sync_id, spec_at(1).sync_id);
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
        let (warnings, _) = end(&mut store, 2);
        assert_eq!(warnings, []);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
        assert_eq!(scene.resources_of(1).len(), 5);
        if format == Format::V3 {
            assert_eq!(scene.syncs(), [id_of(1)]);
            return;
        }
        assert_eq!(scene.syncs().len(), 2);
        let inside = look_into(&scene.path);
        assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
        assert_eq!(inside.rows("SELECT count(*) FROM v1_resources"), ["20"]);
    });
}

#[test]
fn a_second_run_is_refused_while_the_first_holds_the_file() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut first = scene.open().unwrap();
        let refused = scene.open().unwrap_err();
        assert_eq!(
            refused.message(),
            "the output file is in use by another run"
        );
        assert_eq!(refused.kind().policy().exit_code, 9);
        // The refused one has not disturbed the lock.
        assert!(scene.open().is_err());
        first.begin(&spec_at(1)).unwrap();
        put_pages(&mut first, 1, company());
        assert!(scene.open().is_err());
        end(&mut first, 1);
        scene.open().unwrap();
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn what_a_killed_writer_left_of_the_new_file_is_replaced() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        fs::write(scene.dir.path().join("sync.c1z.tmp"), b"half a file").unwrap();
        scene.sync(1, company());
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn the_target_is_not_touched_before_the_end() {
    in_both_formats(|format| {
        let scene = Scene::with_earlier(format);
        let before = fs::read(&scene.path).unwrap();
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        store.seal(&mut Tally::default()).unwrap();
        assert_eq!(fs::read(&scene.path).unwrap(), before);
        assert!(!store.abandon(false).unwrap());
        drop(store);
        assert_eq!(fs::read(&scene.path).unwrap(), before);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn a_run_cannot_end_unsealed_or_twice() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        let now = at("2026-03-01T09:00:00Z");
        let error = store.finish(now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bug);
        end(&mut store, 1);
        let error = store.finish(now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bug);
    });
}

#[test]
fn a_target_that_appears_during_the_run_is_not_lost() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        fs::copy(fixture("go-12.c1z"), &scene.path).unwrap();
        let (warnings, _) = end(&mut store, 1);
        // Version 3 has no room for it and says so.
        let left_out = warnings.iter().any(|w| w.code == "earlier-syncs-left-out");
        assert_eq!(left_out, format == Format::V3);
        assert_eq!(scene.syncs().len(), if left_out { 1 } else { 2 });
    });
}

#[cfg(unix)]
#[test]
fn links_and_permissions_of_the_target_stay() {
    in_both_formats(|format| {
        use std::os::unix::fs::PermissionsExt;
        let scene = Scene::of(format);
        let real = scene.dir.path().join("real.c1z");
        let earlier = Scene::with_earlier(format);
        fs::copy(&earlier.path, &real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &scene.path).unwrap();
        let (_, summary) = scene.sync(1, company());
        assert_eq!(summary.path, scene.path.display().to_string());
        assert!(fs::symlink_metadata(&scene.path).unwrap().is_symlink());
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert!(scene.syncs().contains(&id_of(1)));
    });
}

#[cfg(unix)]
#[test]
fn the_working_file_is_for_its_owner_only() {
    in_both_formats(|format| {
        use std::os::unix::fs::PermissionsExt;
        let scene = Scene::of(format);
        let store = scene.open().unwrap();
        let mode = fs::metadata(scene.resume_path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(store);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn a_missing_temp_directory_is_named_when_it_is_needed() {
    let scene = Scene::starting_with("go-12.c1z");
    let options = StoreOptions {
        temp_dir: Some(scene.dir.path().join("none")),
        ..StoreOptions::default()
    };
    let error = C1zStore::open(&scene.path, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.hint_text(),
        Some("choose another one with --c1z-temp-dir")
    );
}

#[test]
fn the_directory_of_a_file_stays_until_its_store_is_dropped() {
    in_both_formats(|format| {
        let parent = tempfile::tempdir().unwrap();
        let directory = std::sync::Arc::new(TempDirectory::create(parent.path()).unwrap());
        let path = directory.path().to_owned();
        let options = StoreOptions {
            directory: Some(directory.clone()),
            format: Some(format),
            ..StoreOptions::default()
        };
        let mut store = C1zStore::open(&path.join("sync.c1z"), options).unwrap();
        drop(directory);
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company());
        end(&mut store, 1);
        assert!(path.join("sync.c1z").exists());
        drop(store);
        assert!(!path.exists());
    });
}
