//! Work that ended early goes on at its last page, or is discarded for a reason.

use std::fs;

use connector_c1z::{C1zStore, Format};
use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, Place, Rows, RunSpec, Store, SyncType, Tally};
use jiff::ToSpan;

use crate::support::*;

/// A run that stops after `pages` of the company, with another page half written.
fn stopped_after(pages: usize, format: Format) -> Scene {
    let scene = Scene::of(format);
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company().into_iter().take(pages).collect());
    store
        .put(&Rows::from(vec![user("half")]), at("2026-03-01T08:00:01Z"))
        .unwrap();
    drop(store);
    scene
}

#[test]
fn a_stopped_run_goes_on_where_it_was() {
    in_both_formats(|format| {
        let scene = stopped_after(2, format);
        assert_eq!(scene.leftovers(), ["sync.c1z.resume"]);
        assert!(!scene.path.exists());
        let mut store = scene.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.sync_id, spec_at(1).sync_id);
        assert_eq!(begun.started_at, spec_at(1).started_at);
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
        let stored = store.resources(&USER, Place(0), 10).unwrap();
        let ids: Vec<_> = stored
            .iter()
            .map(|r| (r.place.0, r.id.id.as_str()))
            .collect();
        assert_eq!(ids, [(1, "ada"), (2, "grace"), (3, "joan")]);
        put_pages(&mut store, 1, company().into_iter().skip(2).collect());
        let (warnings, _) = end(&mut store, 1);
        assert_eq!(warnings, []);
        assert_eq!(scene.leftovers(), Vec::<String>::new());

        let whole = Scene::of(format);
        whole.sync(1, company());
        assert_eq!(scene.rows_of(1), whole.rows_of(1));
        assert!(fs::read(&scene.path).unwrap() == fs::read(&whole.path).unwrap());
    });
}

#[test]
fn work_of_a_killed_process_is_found_with_its_half_page_taken_back() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company().into_iter().take(1).collect());
        // Large enough to reach the file before the commit.
        let many = (0..20_000)
            .map(|n| user(&format!("{n}")))
            .collect::<Vec<_>>();
        store
            .put(&Rows::from(many), at("2026-03-01T08:00:01Z"))
            .unwrap();
        // What the file system holds at this moment is what a killed process leaves.
        let copy = Scene::of(format);
        fs::copy(scene.resume_path(), copy.resume_path()).unwrap();
        let grown = fs::metadata(copy.resume_path()).unwrap().len();
        assert!(grown > 1_000_000, "{grown}");
        let mut store = copy.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
        assert_eq!(store.resources(&USER, Place(0), 10).unwrap().len(), 2);
    });
}

/// What a process killed around the replacing of the target leaves of its run in `spare`. The run itself ends in `scene`.
fn ended_work(scene: &Scene, spare: &Scene) {
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company());
    store.seal(&mut Tally::default()).unwrap();
    fs::copy(scene.resume_path(), spare.resume_path()).unwrap();
    end(&mut store, 1);
}

#[test]
fn a_run_killed_right_after_the_new_file_is_finished() {
    in_both_formats(|format| {
        let scene = Scene::with_earlier(format);
        let spare = Scene::of(format);
        ended_work(&scene, &spare);
        fs::copy(&scene.path, &spare.path).unwrap();
        let mut store = spare.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(
            (begun.checkpoint, begun.sync_id),
            (None, spec_at(2).sync_id)
        );
        let newcomer = vec![vec![user("newcomer")].into()];
        put_pages(&mut store, 2, newcomer);
        end(&mut store, 2);
        match format {
            Format::V1 => assert_eq!(spare.syncs(), [id_of(1), id_of(2)]),
            Format::V3 => assert_eq!(spare.syncs(), [id_of(2)]),
        }
        assert_eq!(spare.resources_of(2), ["user:newcomer"]);
        assert_eq!(spare.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn a_run_killed_between_its_end_and_the_new_file_goes_on() {
    in_both_formats(|format| {
        let scene = Scene::with_earlier(format);
        let spare = Scene::with_earlier(format);
        ended_work(&scene, &spare);

        let mut store = spare.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.sync_id, spec_at(1).sync_id);
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
        let (warnings, _) = end(&mut store, 1);
        assert_eq!(warnings, []);
        assert_eq!(spare.leftovers(), Vec::<String>::new());
        assert_eq!(spare.rows_of(1), scene.rows_of(1));
        assert!(fs::read(&spare.path).unwrap() == fs::read(&scene.path).unwrap());
    });
}

#[test]
fn the_working_file_of_an_older_program_is_discarded() {
    in_both_formats(|format| {
        let scene = Scene::new();
        scene.sync(1, company());
        let spare = Scene::of(format);
        fs::write(spare.resume_path(), look_into(&scene.path).bytes).unwrap();
        assert!(!goes_on(&spare, &spec_at(2)));
    });
}

/// Whether `spec` goes on with work stopped after two pages; if not, a whole run must follow.
fn goes_on(scene: &Scene, spec: &RunSpec) -> bool {
    let mut store = scene.open().unwrap();
    let begun = store.begin(spec).unwrap();
    let resumed = begun.checkpoint.is_some();
    if !resumed {
        assert_eq!(begun.sync_id, spec.sync_id);
        assert_eq!(store.resources(&USER, Place(0), 10).unwrap(), []);
        put_pages(&mut store, 2, company());
        end(&mut store, 2);
        assert_eq!(scene.resources_of(2).len(), 5);
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    }
    resumed
}

#[test]
fn only_work_of_the_same_settings_and_type_goes_on() {
    in_both_formats(|format| {
        let same = spec_at(2);
        let other_settings = RunSpec {
            fingerprint: "other".into(),
            ..same.clone()
        };
        let other_type = RunSpec {
            sync_type: SyncType::ResourcesOnly,
            ..same.clone()
        };
        let partial = RunSpec {
            sync_type: SyncType::Partial,
            ..same.clone()
        };
        assert!(goes_on(&stopped_after(2, format), &same));
        assert!(!goes_on(&stopped_after(2, format), &partial));
        assert!(!goes_on(&stopped_after(2, format), &other_settings));
        assert!(!goes_on(&stopped_after(2, format), &other_type));
    });
}

#[test]
fn only_work_for_a_file_of_the_same_format_goes_on() {
    in_both_formats(|format| {
        let mut scene = stopped_after(2, format);
        scene.format = Some(match format {
            Format::V1 => Format::V3,
            Format::V3 => Format::V1,
        });
        assert!(!goes_on(&scene, &spec_at(2)));
        assert_eq!(Format::of(&scene.path).unwrap(), scene.format);
    });
}

#[test]
fn work_goes_on_for_seven_days() {
    in_both_formats(|format| {
        let start = spec_at(1).started_at;
        let after = |more: jiff::Span| RunSpec {
            started_at: start + 168.hours() + more,
            ..spec_at(2)
        };
        assert!(goes_on(&stopped_after(2, format), &after(0.seconds())));
        assert!(!goes_on(&stopped_after(2, format), &after(1.seconds())));
    });
}

#[test]
fn work_goes_on_at_the_last_page_before_damage() {
    in_both_formats(|format| {
        let scene = stopped_after(2, format);
        let mut bytes = fs::read(scene.resume_path()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(scene.resume_path(), bytes).unwrap();
        let mut store = scene.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
        let stored = store.resources(&USER, Place(0), 10).unwrap();
        let ids: Vec<_> = stored.iter().map(|r| r.id.id.as_str()).collect();
        assert_eq!(ids, ["ada", "grace"]);
    });
}

#[test]
fn damaged_work_is_discarded() {
    in_both_formats(|format| {
        let scene = stopped_after(2, format);
        let mut bytes = fs::read(scene.resume_path()).unwrap();
        bytes[60..].fill(0x5a);
        fs::write(scene.resume_path(), bytes).unwrap();
        assert!(!goes_on(&scene, &spec_at(2)));
    });
}

#[test]
fn nothing_is_kept_of_a_run_without_a_committed_page() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        store
            .put(&Rows::from(vec![user("ada")]), at("2026-03-01T08:00:01Z"))
            .unwrap();
        assert!(!store.abandon(true).unwrap());
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn earlier_work_survives_a_run_that_never_begins() {
    in_both_formats(|format| {
        let scene = stopped_after(2, format);
        drop(scene.open().unwrap());
        assert!(goes_on(&scene, &spec_at(2)));
        assert!(!scene.open().unwrap().abandon(false).unwrap());
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn unfinished_work_can_be_given_up() {
    in_both_formats(|format| {
        let scene = stopped_after(2, format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(2)).unwrap();
        assert!(!store.abandon(false).unwrap());
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    });
}

#[test]
fn a_restarted_page_does_not_count() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        let now = at("2026-03-01T08:00:01Z");
        store.put(&Rows::from(vec![user("ada")]), now).unwrap();
        store.commit(&checkpoint(Some("1"))).unwrap();
        store
            .put(&Rows::from(vec![user("half"), user("of")]), now)
            .unwrap();
        store.put(&Rows::from(vec![team("a page")]), now).unwrap();
        assert_eq!(store.resources(&TEAM, Place(0), 10).unwrap().len(), 1);
        store.restart_page().unwrap();
        assert_eq!(store.resources(&TEAM, Place(0), 10).unwrap(), []);
        store.put(&Rows::from(vec![user("grace")]), now).unwrap();
        store.commit(&checkpoint(None)).unwrap();
        store.restart_page().unwrap();
        let mut tally = Tally::default();
        assert_eq!(store.seal(&mut tally).unwrap(), []);
        assert_eq!(tally.rows.resources.get(&USER), Some(&2));
        store.finish(now).unwrap();
        assert_eq!(scene.resources_of(1), ["user:ada", "user:grace"]);
    });
}

#[test]
fn a_listing_that_starts_again_keeps_the_rows_before_it() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(&mut store, 1, company().into_iter().take(3).collect());
        let now = at("2026-03-01T08:00:01Z");
        let ids = |store: &mut C1zStore, of: &ResourceTypeId| {
            let stored = store.resources(of, Place(0), 10).unwrap();
            stored.into_iter().map(|r| r.id.id).collect::<Vec<_>>()
        };
        // Of the users and teams that are stored, the last user and the teams are of the listing.
        let restart = |store: &mut C1zStore| {
            store.put(&Rows::from(vec![team("half")]), now).unwrap();
            store.restart_listing(Phase::Resources, 2).unwrap();
        };
        restart(&mut store);
        assert_eq!(ids(&mut store, &USER), ["ada", "grace"]);
        assert_eq!(ids(&mut store, &TEAM), Vec::<String>::new());
        store.restart_page().unwrap();
        assert_eq!(ids(&mut store, &USER), ["ada", "grace", "joan"]);
        restart(&mut store);
        drop(store);

        // Rows that were dropped in a page without an end are there again, like its checkpoint.
        let mut store = scene.open().unwrap();
        assert!(store.begin(&spec_at(2)).unwrap().checkpoint.is_some());
        assert_eq!(ids(&mut store, &TEAM), ["eng", "ops"]);
        restart(&mut store);
        store.put(&Rows::from(vec![team("new")]), now).unwrap();
        store.commit(&checkpoint(Some("again"))).unwrap();
        drop(store);

        let mut store = scene.open().unwrap();
        let begun = store.begin(&spec_at(2)).unwrap();
        assert_eq!(begun.checkpoint, Some(checkpoint(Some("again"))));
        // Nothing after the kept rows: nothing is dropped.
        store.restart_listing(Phase::Resources, 3).unwrap();
        store.restart_listing(Phase::Grants, 0).unwrap();
        store.commit(&checkpoint(None)).unwrap();
        end(&mut store, 1);
        assert_eq!(
            scene.resources_of(1),
            ["team:new", "user:ada", "user:grace"]
        );
    });
}

#[test]
fn stored_resources_come_in_order_and_in_portions() {
    in_both_formats(|format| {
        let scene = Scene::of(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(1)).unwrap();
        put_pages(
            &mut store,
            1,
            vec![
                vec![team("a")].into(),
                vec![user("1"), user("2")].into(),
                vec![team("b")].into(),
                vec![team("c"), team("d")].into(),
            ],
        );
        let mut found = Vec::new();
        let mut from = Place(0);
        loop {
            let portion = store.resources(&TEAM, from, 2).unwrap();
            let Some(last) = portion.last() else { break };
            from = last.place.next();
            assert!(portion.len() <= 2);
            found.extend(
                portion
                    .into_iter()
                    .map(|r| (r.id.to_string(), r.display_name)),
            );
        }
        let expected = ["a", "b", "c", "d"].map(|t| (format!("team:{t}"), format!("Team {t}")));
        assert_eq!(found, expected);
        let none = ResourceTypeId::new("none");
        assert_eq!(store.resources(&none, Place(0), 10).unwrap(), []);
    });
}
