//! Runs about single resources: what stays of the listings, and how they lie beside full runs.

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::model::{Resource, ResourceType, Status, StatusKind, TraitData};
use connector_core::store::{Rows, RunSpec, Store, SyncType, Tally};

use crate::support::*;

const ROOM: ResourceTypeId = ResourceTypeId::new("room");
const SHELF: ResourceTypeId = ResourceTypeId::new("shelf");

fn spec(day: u8, targets: Vec<ResourceId>) -> RunSpec {
    let mut resource_types = types();
    resource_types.push(ResourceType::new(ROOM, "Room", None).child_of(TEAM));
    resource_types.push(ResourceType::new(SHELF, "Shelf", None).child_of(ROOM));
    RunSpec {
        sync_type: SyncType::Partial,
        resource_types,
        targets: Some(targets),
        ..spec_at(day)
    }
}

/// A resource below another one.
fn below(id: ResourceId, parent: ResourceId) -> Resource {
    let mut resource = Resource::new(id, "something", TraitData::None);
    resource.parent = Some(parent);
    resource
}

fn room(id: &str) -> ResourceId {
    ResourceId::new(ROOM, id)
}

/// The listings of a run about the team `eng`: all users, all teams, and what the engine asks for on `eng`.
fn listings() -> Vec<Rows> {
    let mut grace = user("grace");
    grace.status = Some(Status::of(StatusKind::Disabled));
    let mut eng = team("eng");
    eng.parent = Some(team_id("tech"));
    let mut tech = team("tech");
    tech.parent = Some(team_id("all"));
    vec![
        vec![user("ada"), grace, user("joan")].into(),
        vec![eng, team("ops"), tech, team("all")].into(),
        vec![
            below(room("1"), team_id("eng")),
            below(room("2"), team_id("ops")),
        ]
        .into(),
        vec![
            below(ResourceId::new(SHELF, "1a"), room("1")),
            below(ResourceId::new(SHELF, "2a"), room("2")),
        ]
        .into(),
        vec![membership("eng")].into(),
        vec![grant("eng", "joan")].into(),
    ]
}

fn sealed(store: &mut C1zStore, day: u8) -> (Vec<String>, Tally) {
    let mut tally = Tally::default();
    tally.disabled.insert(USER, 1);
    let warnings = store.seal(&mut tally).unwrap();
    store
        .finish(at(&format!("2026-03-{day:02}T09:00:00Z")))
        .unwrap();
    (warnings.iter().map(ToString::to_string).collect(), tally)
}

fn ids(scene: &Scene, table: &str) -> Vec<String> {
    look_into(&scene.path).rows(&format!("SELECT external_id FROM {table} ORDER BY id"))
}

#[test]
fn targets_stay_with_what_is_below_and_above_them_and_who_holds_them() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec(1, vec![team_id("eng")])).unwrap();
    put_pages(&mut store, 1, listings());
    let (warnings, tally) = sealed(&mut store, 1);
    assert_eq!(warnings, [""; 0]);
    let resources = [
        "user:joan",
        "team:eng",
        "team:tech",
        "team:all",
        "room:1",
        "shelf:1a",
    ];
    assert_eq!(ids(&scene, "v1_resources"), resources);
    assert_eq!(ids(&scene, "v1_entitlements"), ["team:eng:member"]);
    assert_eq!(ids(&scene, "v1_grants"), ["team:eng:member:user:joan"]);
    assert_eq!(ids(&scene, "v1_resource_types").len(), 4);
    assert_eq!(
        tally.rows.resources,
        [(USER, 1), (TEAM, 3), (ROOM, 1), (SHELF, 1)].into()
    );
    assert!(tally.disabled.is_empty());
    let inside = look_into(&scene.path);
    assert_eq!(
        inside.rows(
            "SELECT sync_type, parent_sync_id, supports_diff, ingest_invariant_generation FROM v1_sync_runs"
        ),
        ["partial||0|"]
    );
    assert_eq!(inside.rows("PRAGMA freelist_count"), ["0"]);
    assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(scene.leftovers(), [""; 0]);
}

#[test]
fn a_target_that_is_not_there_is_a_warning() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    let starship = ResourceId::new(ResourceTypeId::new("starship"), "ncc");
    store
        .begin(&spec(1, vec![starship, user_id("ada"), user_id("bob")]))
        .unwrap();
    put_pages(&mut store, 1, vec![vec![user("ada"), user("joan")].into()]);
    let (warnings, _) = sealed(&mut store, 1);
    assert_eq!(
        warnings,
        [
            "resources asked for were not found at the vendor (2 times, for example starship:ncc, user:bob)"
        ]
    );
    assert_eq!(ids(&scene, "v1_resources"), ["user:ada"]);
}

#[test]
fn parents_in_a_circle_end() {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec(1, vec![team_id("a")])).unwrap();
    let (mut a, mut b) = (team("a"), team("b"));
    a.parent = Some(team_id("b"));
    b.parent = Some(team_id("a"));
    put_pages(&mut store, 1, vec![vec![a, b, team("c")].into()]);
    sealed(&mut store, 1);
    assert_eq!(ids(&scene, "v1_resources"), ["team:a", "team:b"]);
}

/// Syncs on these days, `p` for partial and `f` for full; the days of the runs that are in the file then.
fn kept(days: &str, keep_syncs: Option<u32>) -> (Scene, Vec<String>) {
    let scene = Scene::new();
    for (day, kind) in (1..).zip(days.chars()) {
        let options = StoreOptions {
            keep_syncs,
            ..scene.options()
        };
        let mut store = C1zStore::open(&scene.path, options).unwrap();
        if kind == 'f' {
            store.begin(&spec_at(day)).unwrap();
            put_pages(&mut store, day, company());
            end(&mut store, day);
        } else {
            store.begin(&spec(day, vec![user_id("ada")])).unwrap();
            put_pages(
                &mut store,
                day,
                vec![vec![user("ada"), user("joan")].into()],
            );
            sealed(&mut store, day);
        }
    }
    let runs = look_into(&scene.path).rows(
        "SELECT substr(sync_type, 1, 1) || substr(started_at, 10, 1) FROM v1_sync_runs ORDER BY id",
    );
    (scene, runs)
}

#[test]
fn a_partial_run_is_part_of_the_newest_full_one_and_never_replaces_it() {
    let (scene, runs) = kept("ffp", None);
    assert_eq!(runs, ["f2", "p3"]);
    let parent = look_into(&scene.path).rows("SELECT parent_sync_id FROM v1_sync_runs ORDER BY id");
    assert_eq!(parent, [String::new(), spec_at(2).sync_id.to_string()]);
    let newest = scene.reader().latest_finished_full().unwrap().unwrap();
    assert_eq!(newest.sync_id, spec_at(2).sync_id.to_string());
    // Even when a full run would be the only one to stay.
    assert_eq!(kept("fpp", Some(1)).1, ["f1", "p2", "p3"]);
    assert_eq!(kept("fpf", Some(1)).1, ["p2", "f3"]);
    // A partial run goes when a full one before which it ended goes.
    assert_eq!(kept("pfpfpf", None).1, ["p3", "f4", "p5", "f6"]);
}
