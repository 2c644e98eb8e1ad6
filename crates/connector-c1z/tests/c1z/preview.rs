//! A run that writes nothing: what it says would have changed.

use std::fs;
use std::sync::{Arc, OnceLock};

use connector_c1z::{C1zStore, Changed, Format, Preview, StoreOptions};
use connector_core::shrink::ShrinkLimits;
use connector_core::store::{Rows, RunSpec, Store, SyncType, Tally};
use connector_core::warning::Warning;

use super::support::*;

const FORMATS: [Format; 2] = [Format::V1, Format::V3];

fn preview_of(scene: &Scene, spec: &RunSpec, pages: Vec<Rows>) -> (Preview, Tally, Vec<Warning>) {
    let preview = Arc::new(OnceLock::new());
    let options = StoreOptions {
        preview: Some(preview.clone()),
        shrink: Some(ShrinkLimits::default()),
        ..scene.options()
    };
    let before = fs::read(&scene.path).ok();
    let mut store = C1zStore::open(&scene.path, options).unwrap();
    assert_eq!(store.begin(spec).unwrap().checkpoint, None);
    put_pages(&mut store, 2, pages);
    let mut tally = Tally::default();
    let warnings = store.seal(&mut tally).unwrap();
    let summary = store.finish(at("2026-03-02T09:00:00Z")).unwrap();
    assert_eq!((summary.file_bytes, summary.decoded_bytes), (0, 0));
    assert_eq!(fs::read(&scene.path).ok(), before);
    assert_eq!(scene.leftovers(), [""; 0]);
    (preview.get().unwrap().clone(), tally, warnings)
}

fn counts(added: u64, removed: u64, changed: u64, unchanged: u64) -> Changed {
    Changed {
        added,
        removed,
        changed,
        unchanged,
    }
}

fn earlier(format: Format) -> Scene {
    let scene = Scene::new();
    let options = StoreOptions {
        format: Some(format),
        ..scene.options()
    };
    let mut store = C1zStore::open(&scene.path, options).unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company());
    end(&mut store, 1);
    scene
}

#[test]
fn the_same_rows_change_nothing_in_either_format() {
    for format in FORMATS {
        let scene = earlier(format);
        let (preview, ..) = preview_of(&scene, &spec_at(2), company());
        let Preview::Difference(found) = preview else {
            panic!("{preview:?}");
        };
        assert_eq!(found.sync_id, spec_at(1).sync_id.to_string(), "{format}");
        assert_eq!(found.ended_at, Some(at("2026-03-01T08:00:02.5Z")));
        assert_eq!(found.people, counts(0, 0, 0, 3), "{format}");
        assert_eq!(found.groups, counts(0, 0, 0, 2), "{format}");
        assert_eq!(found.others, Changed::default());
        assert_eq!(found.entitlements, counts(0, 0, 0, 2), "{format}");
        assert_eq!(found.grants, counts(0, 0, 0, 3), "{format}");
        assert_eq!(found.losses, []);
    }
}

#[test]
fn rows_are_added_removed_and_changed() {
    let mut ada = user("ada");
    ada.profile.text("job_title", Some("Director"));
    let mut ops = team("ops");
    ops.display_name = "Operations".into();
    let mut eng = team("eng");
    eng.profile
        .text("note", Some("groups are compared by name"));
    let pages = || -> Vec<Rows> {
        vec![
            vec![ada.clone(), user("zoe"), user("zoe")].into(),
            vec![eng.clone(), ops.clone(), team("new")].into(),
            vec![membership("eng"), membership("ops"), membership("new")].into(),
            vec![
                grant("eng", "ada"),
                grant("new", "zoe"),
                grant("new", "gone"),
            ]
            .into(),
        ]
    };
    for format in FORMATS {
        let scene = earlier(format);
        let (preview, tally, warnings) = preview_of(&scene, &spec_at(2), pages());
        let Preview::Difference(found) = preview else {
            panic!("{preview:?}");
        };
        assert_eq!(found.people, counts(1, 2, 1, 0), "{format}");
        assert_eq!(found.groups, counts(1, 0, 1, 1), "{format}");
        assert_eq!(found.grants, counts(1, 2, 0, 1), "{format}");
        // What a sync counts and warns of is the same.
        let whole = Scene::new();
        let mut store = whole.open().unwrap();
        store.begin(&spec_at(2)).unwrap();
        put_pages(&mut store, 2, pages());
        let mut wanted = Tally::default();
        assert_eq!(store.seal(&mut wanted).unwrap(), warnings);
        assert_eq!(tally, wanted);
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let scene = Scene::new();
    let (preview, ..) = preview_of(&scene, &spec_at(2), company());
    assert_eq!(preview, Preview::NothingBefore);
    assert!(!scene.path.exists());
    let scene = earlier(Format::V1);
    let part = RunSpec {
        sync_type: SyncType::ResourcesOnly,
        ..spec_at(2)
    };
    assert_eq!(preview_of(&scene, &part, company()).0, Preview::Part);
}

#[test]
fn unfinished_work_is_left_alone() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company());
    store.abandon(true).unwrap();
    drop(store);
    let kept = fs::read(scene.resume_path()).unwrap();
    let options = StoreOptions {
        preview: Some(Arc::default()),
        ..scene.options()
    };
    let mut store = C1zStore::open(&scene.path, options).unwrap();
    assert_eq!(store.begin(&spec_at(1)).unwrap().checkpoint, None);
    put_pages(&mut store, 1, company());
    assert!(!store.abandon(true).unwrap());
    drop(store);
    assert_eq!(fs::read(scene.resume_path()).unwrap(), kept);
}

#[test]
fn a_directory_that_cannot_be_written_to_is_no_matter() {
    let scene = earlier(Format::V1);
    let mut locked = fs::metadata(scene.dir.path()).unwrap().permissions();
    let usual = locked.clone();
    locked.set_readonly(true);
    fs::set_permissions(scene.dir.path(), locked).unwrap();
    let (preview, ..) = preview_of(&scene, &spec_at(2), company());
    fs::set_permissions(scene.dir.path(), usual).unwrap();
    assert!(matches!(preview, Preview::Difference(_)));
}
