//! Work that ended early goes on at its last page, or is discarded for a reason.

use std::fs;

use connector_c1z::C1zStore;
use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, Place, RunSpec, Store, SyncType, Tally};
use jiff::ToSpan;

use crate::support::*;

/// A run that stops after `pages` of the company, with another page half written.
fn stopped_after(pages: usize) -> Scene {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company().into_iter().take(pages).collect());
    store
        .put(vec![user("half")].into(), at("2026-03-01T08:00:01Z"))
        .unwrap();
    drop(store);
    scene
}

#[test]
fn a_stopped_run_goes_on_where_it_was() {
    let scene = stopped_after(2);
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

    let whole = Scene::new();
    whole.sync(1, company());
    let all = |scene: &Scene| {
        let inside = look_into(&scene.path);
        [
            "v1_sync_runs",
            "v1_resource_types",
            "v1_resources",
            "v1_entitlements",
            "v1_grants",
        ]
        .map(|table| inside.rows(&format!("SELECT * FROM {table}")))
    };
    assert_eq!(all(&scene), all(&whole));
}

#[test]
fn work_of_a_killed_process_is_found_with_its_half_page_taken_back() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, company().into_iter().take(1).collect());
    // Large enough to reach the file before the commit.
    let many = (0..20_000)
        .map(|n| user(&format!("{n}")))
        .collect::<Vec<_>>();
    store.put(many.into(), at("2026-03-01T08:00:01Z")).unwrap();
    // What the file system holds at this moment is what a killed process leaves.
    let copy = Scene::new();
    fs::copy(scene.resume_path(), copy.resume_path()).unwrap();
    let grown = fs::metadata(copy.resume_path()).unwrap().len();
    assert!(grown > 1_000_000, "{grown}");
    let mut store = copy.open().unwrap();
    let begun = store.begin(&spec_at(2)).unwrap();
    assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
    assert_eq!(store.resources(&USER, Place(0), 10).unwrap().len(), 2);
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
    let scene = Scene::starting_with("go-12.c1z");
    let spare = Scene::new();
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
    let syncs = spare.reader().syncs().unwrap();
    let ids: Vec<_> = syncs.iter().map(|sync| sync.sync_id.as_str()).collect();
    assert_eq!(
        ids,
        [1, 2].map(|day| spec_at(day).sync_id.as_str().to_owned())
    );
    let of_second = format!(
        "SELECT external_id FROM v1_resources WHERE sync_id = '{}'",
        spec_at(2).sync_id.as_str()
    );
    assert_eq!(look_into(&spare.path).rows(&of_second), ["user:newcomer"]);
    assert_eq!(spare.leftovers(), Vec::<String>::new());
}

#[test]
fn a_run_killed_between_its_end_and_the_new_file_goes_on() {
    let scene = Scene::starting_with("go-12.c1z");
    let spare = Scene::starting_with("go-12.c1z");
    ended_work(&scene, &spare);

    let mut store = spare.open().unwrap();
    let begun = store.begin(&spec_at(2)).unwrap();
    assert_eq!(begun.sync_id, spec_at(1).sync_id);
    assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
    let (warnings, _) = end(&mut store, 1);
    assert_eq!(warnings, []);
    assert_eq!(spare.leftovers(), Vec::<String>::new());
    let runs = |scene: &Scene| look_into(&scene.path).rows("SELECT * FROM v1_sync_runs");
    assert_eq!(runs(&spare), runs(&scene));
    let resources =
        "SELECT external_id, sync_id, data FROM v1_resources ORDER BY sync_id, external_id";
    let resources = |scene: &Scene| look_into(&scene.path).rows(resources);
    assert_eq!(resources(&spare), resources(&scene));
}

#[test]
fn the_working_file_of_an_older_program_is_discarded() {
    let scene = Scene::new();
    scene.sync(1, company());
    let spare = Scene::new();
    fs::write(spare.resume_path(), look_into(&scene.path).bytes).unwrap();
    assert!(!goes_on(&spare, &spec_at(2)));
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
        assert_eq!(
            look_into(&scene.path).rows("SELECT count(*) FROM v1_resources"),
            ["5"]
        );
        assert_eq!(scene.leftovers(), Vec::<String>::new());
    }
    resumed
}

#[test]
fn only_work_of_the_same_settings_and_type_goes_on() {
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
    assert!(goes_on(&stopped_after(2), &same));
    assert!(!goes_on(&stopped_after(2), &partial));
    assert!(!goes_on(&stopped_after(2), &other_settings));
    assert!(!goes_on(&stopped_after(2), &other_type));
}

#[test]
fn work_goes_on_for_seven_days() {
    let start = spec_at(1).started_at;
    let after = |more: jiff::Span| RunSpec {
        started_at: start + 168.hours() + more,
        ..spec_at(2)
    };
    assert!(goes_on(&stopped_after(2), &after(0.seconds())));
    assert!(!goes_on(&stopped_after(2), &after(1.seconds())));
}

#[test]
fn work_goes_on_at_the_last_page_before_damage() {
    let scene = stopped_after(2);
    let mut bytes = fs::read(scene.resume_path()).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(scene.resume_path(), bytes).unwrap();
    let mut store = scene.open().unwrap();
    let begun = store.begin(&spec_at(2)).unwrap();
    assert_eq!(begun.checkpoint, Some(checkpoint(Some("more"))));
    let stored = store.resources(&USER, Place(0), 10).unwrap();
    let ids: Vec<_> = stored.iter().map(|r| r.id.id.as_str()).collect();
    assert_eq!(ids, ["ada", "grace"]);
}

#[test]
fn damaged_work_is_discarded() {
    let scene = stopped_after(2);
    let mut bytes = fs::read(scene.resume_path()).unwrap();
    bytes[60..].fill(0x5a);
    fs::write(scene.resume_path(), bytes).unwrap();
    assert!(!goes_on(&scene, &spec_at(2)));
}

#[test]
fn nothing_is_kept_of_a_run_without_a_committed_page() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    store
        .put(vec![user("ada")].into(), at("2026-03-01T08:00:01Z"))
        .unwrap();
    assert!(!store.abandon(true).unwrap());
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[test]
fn earlier_work_survives_a_run_that_never_begins() {
    let scene = stopped_after(2);
    drop(scene.open().unwrap());
    assert!(goes_on(&scene, &spec_at(2)));
    assert!(!scene.open().unwrap().abandon(false).unwrap());
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[test]
fn unfinished_work_can_be_given_up() {
    let scene = stopped_after(2);
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(2)).unwrap();
    assert!(!store.abandon(false).unwrap());
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[test]
fn a_restarted_page_does_not_count() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    let now = at("2026-03-01T08:00:01Z");
    store.put(vec![user("ada")].into(), now).unwrap();
    store.commit(&checkpoint(Some("1"))).unwrap();
    store
        .put(vec![user("half"), user("of")].into(), now)
        .unwrap();
    store.put(vec![team("a page")].into(), now).unwrap();
    assert_eq!(store.resources(&TEAM, Place(0), 10).unwrap().len(), 1);
    store.restart_page().unwrap();
    assert_eq!(store.resources(&TEAM, Place(0), 10).unwrap(), []);
    store.put(vec![user("grace")].into(), now).unwrap();
    store.commit(&checkpoint(None)).unwrap();
    store.restart_page().unwrap();
    let mut tally = Tally::default();
    assert_eq!(store.seal(&mut tally).unwrap(), []);
    assert_eq!(tally.rows.resources.get(&USER), Some(&2));
    store.finish(now).unwrap();
    let ids = look_into(&scene.path).rows("SELECT external_id FROM v1_resources");
    assert_eq!(ids, ["user:ada", "user:grace"]);
}

#[test]
fn a_listing_that_starts_again_keeps_the_rows_before_it() {
    let scene = Scene::new();
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
        store.put(vec![team("half")].into(), now).unwrap();
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
    store.put(vec![team("new")].into(), now).unwrap();
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
    let ids = look_into(&scene.path).rows("SELECT external_id FROM v1_resources ORDER BY id");
    assert_eq!(ids, ["user:ada", "user:grace", "team:new"]);
}

#[test]
fn stored_resources_come_in_order_and_in_portions() {
    let scene = Scene::new();
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
}
