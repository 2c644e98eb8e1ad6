//! The same rows give the same bytes when all times come from one date.

use std::fs;

use connector_c1z::{C1zStore, Format, StoreOptions};
use connector_core::store::{Rows, Store, Tally};

use super::support::*;

/// What all times of the files are.
const DATE: &str = "2026-01-01T00:00:00Z";

const FORMATS: [Format; 2] = [Format::V1, Format::V3];

fn options(scene: &Scene, format: Format) -> StoreOptions {
    StoreOptions {
        source_date: Some(at(DATE)),
        format: Some(format),
        ..scene.options()
    }
}

/// Runs a sync on a day; returns the id it got and the file.
fn run(scene: &Scene, format: Format, day: u8, pages: Vec<Rows>) -> (String, Vec<u8>) {
    let mut store = C1zStore::open(&scene.path, options(scene, format)).unwrap();
    store.begin(&spec_at(day)).unwrap();
    put_pages(&mut store, day, pages);
    ended(store, scene, day)
}

fn ended(mut store: C1zStore, scene: &Scene, day: u8) -> (String, Vec<u8>) {
    end(&mut store, day);
    let sealed = store.sealed().unwrap();
    assert_eq!(sealed.date, at(DATE));
    let id = sealed.sync_id.to_string();
    drop(store);
    assert_eq!(scene.leftovers(), [""; 0]);
    (id, fs::read(&scene.path).unwrap())
}

/// The company with rows that come twice, lead nowhere or have a parent that is not there.
fn odd_company() -> Vec<Rows> {
    let mut pages = company();
    let mut lost = team("lost");
    lost.parent = Some(team_id("nowhere"));
    pages.push(vec![user("ada"), user("zoe"), lost].into());
    pages.push(vec![grant("eng", "ada"), grant("eng", "nobody")].into());
    pages
}

#[test]
fn runs_of_different_days_give_the_same_bytes() {
    for format in FORMATS {
        for pages in [company, odd_company] {
            let (first, second) = (Scene::new(), Scene::new());
            let made = run(&first, format, 1, pages());
            assert_eq!(run(&second, format, 2, pages()), made, "{format}");
            // Into a file that is there: its sync has the same id and is replaced.
            assert_eq!(run(&first, format, 3, pages()), made, "{format}");
        }
    }
}

#[test]
fn a_run_that_was_interrupted_gives_the_same_bytes() {
    for format in FORMATS {
        let whole = Scene::new();
        let made = run(&whole, format, 1, odd_company());
        for stop in 1..odd_company().len() {
            let scene = Scene::new();
            let mut pages = odd_company();
            let rest = pages.split_off(stop);
            let mut store = C1zStore::open(&scene.path, options(&scene, format)).unwrap();
            store.begin(&spec_at(1)).unwrap();
            put_pages(&mut store, 1, pages);
            // Rows of a page that is not completed do not count.
            store
                .put(&Rows::from(vec![user("half")]), at("2026-03-01T09:00:00Z"))
                .unwrap();
            assert!(store.abandon(true).unwrap());
            drop(store);
            let mut store = C1zStore::open(&scene.path, options(&scene, format)).unwrap();
            assert!(store.begin(&spec_at(2)).unwrap().checkpoint.is_some());
            put_pages(&mut store, 2, rest);
            assert_eq!(ended(store, &scene, 2), made, "{format}, stopped at {stop}");
        }
    }
}

#[test]
fn the_id_says_what_is_in_the_rows_and_not_in_which_order_they_came() {
    let id = |pages: Vec<Rows>| run(&Scene::new(), Format::V1, 1, pages).0;
    let made = id(company());
    insta::assert_snapshot!(made, @"37dGaly6RH7xL5nfcEIJGBMGgQd");
    assert_eq!(run(&Scene::new(), Format::V3, 1, company()).0, made);
    let mut turned = company();
    turned.swap(0, 1);
    assert_eq!(id(turned), made);
    let mut renamed = company();
    let mut ada = user("ada");
    ada.display_name = "Ada".into();
    renamed.push(vec![ada].into());
    assert_ne!(id(renamed), made);
    // Other ids with the same letters in a row.
    let mut shifted = company();
    shifted.push(vec![user("x"), user("yz")].into());
    let mut other = company();
    other.push(vec![user("xy"), user("z")].into());
    assert_ne!(id(shifted), id(other));
}

#[test]
fn other_rows_come_beside_an_earlier_sync() {
    let scene = Scene::new();
    let (first, _) = run(&scene, Format::V1, 1, company());
    let mut more = company();
    more.push(vec![user("zoe")].into());
    let (second, _) = run(&scene, Format::V1, 2, more);
    let ids: Vec<_> = scene
        .reader()
        .syncs()
        .unwrap()
        .into_iter()
        .map(|run| run.sync_id)
        .collect();
    assert_eq!(ids, [first, second]);
    let times = "SELECT started_at FROM v1_sync_runs UNION SELECT ended_at FROM v1_sync_runs
        UNION SELECT discovered_at FROM v1_resources UNION SELECT discovered_at FROM v1_grants
        UNION SELECT discovered_at FROM v1_entitlements UNION SELECT discovered_at FROM v1_resource_types";
    assert_eq!(look_into(&scene.path).rows(times), ["2026-01-01 00:00:00"]);
}

#[test]
fn little_memory_for_sorting_changes_nothing() {
    let (first, second) = (Scene::new(), Scene::new());
    let made = run(&first, Format::V1, 1, odd_company());
    let little = StoreOptions {
        sort_memory: Some(64),
        ..options(&second, Format::V1)
    };
    let mut store = C1zStore::open(&second.path, little).unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, odd_company());
    let warnings = store.seal(&mut Tally::default()).unwrap();
    assert_eq!(warnings.len(), 3, "said once: {warnings:?}");
    assert_eq!(ended(store, &second, 1), made);
}

/// What a process leaves that is killed between the rename and the removal of its working file: the run of `day` in a scene
/// of its own.
fn killed_after_the_rename(format: Format, day: u8) -> Scene {
    let (scene, killed) = (Scene::new(), Scene::new());
    let mut store = C1zStore::open(&scene.path, options(&scene, format)).unwrap();
    store.begin(&spec_at(day)).unwrap();
    put_pages(&mut store, day, company());
    store.seal(&mut Tally::default()).unwrap();
    fs::copy(scene.resume_path(), killed.resume_path()).unwrap();
    end(&mut store, day);
    fs::copy(&scene.path, &killed.path).unwrap();
    killed
}

#[test]
fn a_run_killed_after_the_rename_is_finished() {
    for format in FORMATS {
        let scene = killed_after_the_rename(format, 1);
        // The next run may have another date, or none.
        for source_date in [Some(at(DATE)), Some(at("2026-02-01T00:00:00Z")), None] {
            let next = killed_after_the_rename(format, 1);
            let options = StoreOptions {
                source_date,
                ..options(&next, format)
            };
            let mut store = C1zStore::open(&next.path, options).unwrap();
            let begun = store.begin(&spec_at(2)).unwrap();
            assert_eq!(begun.checkpoint, None, "{format}, {source_date:?}");
            assert!(!store.abandon(false).unwrap());
        }
        let made = fs::read(&scene.path).unwrap();
        assert_eq!(run(&scene, format, 2, company()).1, made);
    }
}

#[test]
fn a_run_killed_before_the_rename_goes_on() {
    for format in FORMATS {
        let (made, scene) = (killed_after_the_rename(format, 1), Scene::new());
        fs::copy(made.resume_path(), scene.resume_path()).unwrap();
        let mut store = C1zStore::open(&scene.path, options(&scene, format)).unwrap();
        assert!(store.begin(&spec_at(2)).unwrap().checkpoint.is_some());
        let (_, bytes) = ended(store, &scene, 2);
        assert_eq!(bytes, fs::read(&made.path).unwrap(), "{format}");
    }
}
