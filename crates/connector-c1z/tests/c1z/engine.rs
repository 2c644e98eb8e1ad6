//! A run into a version 3 file keeps the promises of one into version 1.

use std::fs;
use std::path::Path;

use connector_c1z::{C1zStore, ConvertOptions, Format, StoreOptions, convert};
use connector_core::ErrorKind;
use connector_core::store::{Begun, Rows, RunSpec, Store, SyncType};
use connector_pebble::{Limits, Reader};

use crate::support::{
    Scene, assert_is_of, company, end, fixture, grant, membership, put_pages, spec_at, team, user,
};

fn options(scene: &Scene, format: Format) -> StoreOptions {
    StoreOptions {
        format: Some(format),
        ..scene.options()
    }
}

fn open(scene: &Scene, format: Format) -> C1zStore {
    C1zStore::open(&scene.path, options(scene, format)).unwrap()
}

/// Runs a whole sync and hands over its warnings.
fn sync(scene: &Scene, day: u8, options: StoreOptions) -> Vec<(String, u64)> {
    let mut store = C1zStore::open(&scene.path, options).unwrap();
    store.begin(&spec_at(day)).unwrap();
    put_pages(&mut store, day, company());
    let (warnings, summary) = end(&mut store, day);
    assert_is_of(&summary, &scene.path);
    let warnings = warnings
        .into_iter()
        .filter(|w| w.code.contains("-out") || w.code.contains("-effect"));
    warnings.map(|w| (w.code, w.count)).collect()
}

fn v3(path: &Path) -> Reader {
    Reader::open(path, Limits::default()).unwrap()
}

fn run_id(path: &Path) -> String {
    v3(path).sync_run().unwrap().unwrap().sync_id
}

#[test]
fn a_run_into_version_3_is_what_converting_its_version_1_gives() {
    let (one, three) = (Scene::new(), Scene::new());
    sync(&one, 1, options(&one, Format::V1));
    assert_eq!(sync(&three, 1, options(&three, Format::V3)), []);
    assert_eq!(three.leftovers(), Vec::<String>::new());
    let converted = one.dir.path().join("converted");
    convert(
        &one.path,
        Format::V3,
        &converted,
        &ConvertOptions::default(),
    )
    .unwrap();
    assert!(fs::read(&three.path).unwrap() == fs::read(&converted).unwrap());
    let counts = v3(&three.path).counts().unwrap();
    assert!(counts.resources.values().sum::<u64>() > 0 && counts.grants.values().sum::<u64>() > 0);
}

/// Pages of users and teams with these numbers, in this order, and a grant to each user.
fn listed(users: &[usize], teams: &[usize]) -> Vec<Rows> {
    let id = |number: &usize| format!("{number:05}");
    let mut pages: Vec<Rows> = Vec::new();
    for part in users.chunks(3000) {
        pages.push(part.iter().map(|n| user(&id(n))).collect::<Vec<_>>().into());
    }
    for part in teams.chunks(3000) {
        pages.push(part.iter().map(|n| team(&id(n))).collect::<Vec<_>>().into());
    }
    let members = teams.iter().map(|n| membership(&id(n)));
    pages.push(members.collect::<Vec<_>>().into());
    let granted = users.iter().zip(teams.iter().cycle());
    let granted = granted.map(|(user, team)| grant(&id(team), &id(user)));
    pages.push(granted.collect::<Vec<_>>().into());
    pages
}

#[test]
fn a_file_made_while_rows_come_has_the_bytes_of_one_made_of_the_log() {
    let ordered: Vec<_> = (0..7000).collect();
    let reversed: Vec<_> = (0..7000).rev().collect();
    // The last one comes first when most have been written.
    let late: Vec<_> = (1..7000).chain([0]).collect();
    let few: Vec<_> = (0..9).rev().collect();
    for (users, teams) in [
        (&ordered, &few),
        (&reversed, &few),
        (&late, &few),
        (&few, &reversed),
    ] {
        let (straight, resumed) = (Scene::new(), Scene::new());
        let mut store = open(&straight, Format::V3);
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, listed(users, teams));
        end(&mut store, 1);
        // A run that was stopped makes its file of the log.
        let mut pages = listed(users, teams);
        let rest = pages.split_off(1);
        let mut store = open(&resumed, Format::V3);
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, pages);
        drop(store);
        let mut store = open(&resumed, Format::V3);
        assert!(store.begin(&spec_at(1)).unwrap().checkpoint.is_some());
        put_pages(&mut store, 1, rest);
        end(&mut store, 1);
        assert!(fs::read(&straight.path).unwrap() == fs::read(&resumed.path).unwrap());
        let counts = v3(&straight.path).counts().unwrap();
        assert_eq!(
            counts.resources.values().sum::<u64>(),
            (users.len() + teams.len()) as u64
        );
    }
}

#[test]
fn a_file_keeps_its_format_unless_the_other_is_asked_for() {
    let scene = Scene::new();
    sync(&scene, 1, options(&scene, Format::V3));
    let first = run_id(&scene.path);
    // Nothing is asked for: version 3 again, with the new sync alone.
    assert_eq!(sync(&scene, 2, scene.options()), []);
    assert_eq!(Format::of(&scene.path).unwrap(), Some(Format::V3));
    let second = run_id(&scene.path);
    assert_ne!(first, second);
    // Version 1 has room for the earlier sync, whose rows are carried over.
    let rows = v3(&scene.path).counts().unwrap();
    assert_eq!(sync(&scene, 3, options(&scene, Format::V1)), []);
    let reader = scene.reader();
    let ids: Vec<_> = reader
        .syncs()
        .unwrap()
        .into_iter()
        .map(|run| run.sync_id)
        .collect();
    assert_eq!((ids.len(), &ids[0]), (2, &second));
    let carried = reader.counts(&second).unwrap().rows;
    assert_eq!(
        (carried.resources, carried.grants),
        (rows.resources, rows.grants)
    );
    // Version 3 has not, and says so.
    let left_out = [("earlier-syncs-left-out".to_owned(), 2)];
    assert_eq!(sync(&scene, 4, options(&scene, Format::V3)), left_out);
    assert_ne!(run_id(&scene.path), second);
}

#[test]
fn retention_means_nothing_in_version_3() {
    let scene = Scene::new();
    let keep = StoreOptions {
        keep_syncs: Some(3),
        ..options(&scene, Format::V3)
    };
    assert_eq!(
        sync(&scene, 1, keep),
        [("retention-without-effect".to_owned(), 1)]
    );
}

#[test]
fn a_part_of_a_sync_does_not_replace_a_full_one() {
    for name in ["version 3", "version 1"] {
        let scene = Scene::new();
        let format = if name == "version 3" {
            Format::V3
        } else {
            Format::V1
        };
        sync(&scene, 1, options(&scene, format));
        let before = fs::read(&scene.path).unwrap();
        for sync_type in [SyncType::ResourcesOnly, SyncType::Partial] {
            let mut store = open(&scene, Format::V3);
            let spec = RunSpec {
                sync_type,
                ..spec_at(2)
            };
            let error = store.begin(&spec).unwrap_err();
            assert_eq!(error.kind().policy().exit_code, 9);
            assert!(
                error.message().contains("would replace the full sync"),
                "{error}"
            );
            drop(store);
            assert_eq!(fs::read(&scene.path).unwrap(), before);
        }
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    }
    // Where there is no full sync, nothing is lost.
    let scene = Scene::new();
    let mut store = open(&scene, Format::V3);
    let spec = RunSpec {
        sync_type: SyncType::ResourcesOnly,
        ..spec_at(1)
    };
    store.begin(&spec).unwrap();
    put_pages(&mut store, 1, company().into_iter().take(1).collect());
    end(&mut store, 1);
    assert_eq!(v3(&scene.path).sync_run().unwrap().unwrap().sync_type, 3);
}

#[test]
fn a_run_that_ends_early_is_gone_on_with_and_gives_the_same_bytes() {
    let (whole, parts) = (Scene::new(), Scene::new());
    sync(&whole, 1, options(&whole, Format::V3));
    // Over an earlier file, which stays as it is until the new one is complete.
    fs::copy(&whole.path, &parts.path).unwrap();
    let before = fs::read(&parts.path).unwrap();
    let mut pages = company();
    let rest = pages.split_off(1);
    let mut store = open(&parts, Format::V3);
    let begun = store.begin(&spec_at(2)).unwrap();
    put_pages(&mut store, 2, pages);
    drop(store);
    assert_eq!(fs::read(&parts.path).unwrap(), before);
    assert!(parts.resume_path().exists());
    let mut store = open(&parts, Format::V3);
    let again: Begun = store.begin(&spec_at(2)).unwrap();
    assert!(again.checkpoint.is_some());
    assert_eq!(again.sync_id, begun.sync_id);
    put_pages(&mut store, 2, rest);
    end(&mut store, 2);
    sync(&whole, 2, options(&whole, Format::V3));
    assert!(fs::read(&parts.path).unwrap() == fs::read(&whole.path).unwrap());
    assert_eq!(parts.leftovers(), Vec::<String>::new());
}

#[test]
fn damaged_and_unfinished_files_of_version_3() {
    let pebble = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connector-pebble/tests/fixtures");
    let scene = Scene::new();
    let mut damaged = fs::read(fixture("go-12-version-3.c1z")).unwrap();
    let middle = damaged.len() - 5000;
    damaged[middle] ^= 1;
    fs::write(&scene.path, &damaged).unwrap();
    let error = C1zStore::open(&scene.path, scene.options()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(fs::read(&scene.path).unwrap(), damaged);
    // What another program left unfinished holds nothing to be kept, in either format.
    for format in [Format::V3, Format::V1] {
        fs::copy(pebble.join("go-40.failed401.v3.c1z"), &scene.path).unwrap();
        assert_eq!(sync(&scene, 1, options(&scene, format)), []);
        assert_eq!(Format::of(&scene.path).unwrap(), Some(format));
    }
    assert_eq!(scene.reader().syncs().unwrap().len(), 1);
}
