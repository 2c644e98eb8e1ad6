//! Rows that came twice and references that lead nowhere.

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::id::{EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{Entitlement, Grant, Purpose, Resource, Status, StatusKind, TraitData};
use connector_core::store::{Rows, Store, Tally};
use connector_core::warning::Warning;
use proptest::prelude::*;

use crate::support::*;

/// Seals and publishes these pages.
fn sealed(pages: Vec<Rows>) -> (Scene, Tally, Vec<Warning>) {
    let scene = Scene::new();
    let mut store = scene.open().unwrap();
    store.begin(&spec_at(1)).unwrap();
    put_pages(&mut store, 1, pages);
    let mut tally = Tally::default();
    let warnings = store.seal(&mut tally).unwrap();
    store.finish(at("2026-03-01T09:00:00Z")).unwrap();
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    let inside = look_into(&scene.path);
    assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(inside.rows("PRAGMA freelist_count"), ["0"]);
    (scene, tally, warnings)
}

fn codes(warnings: &[Warning]) -> Vec<(&str, u64)> {
    warnings
        .iter()
        .map(|w| (w.code.as_str(), w.count))
        .collect()
}

fn ids(scene: &Scene, table: &str) -> Vec<String> {
    look_into(&scene.path).rows(&format!("SELECT external_id FROM {table} ORDER BY id"))
}

fn with(mut pages: Vec<Rows>, more: impl Into<Rows>) -> Vec<Rows> {
    pages.push(more.into());
    pages
}

fn elsewhere() -> ResourceTypeId {
    ResourceTypeId::new("elsewhere")
}

#[test]
fn good_rows_are_counted_and_give_no_warning() {
    let (_scene, tally, warnings) = sealed(company());
    assert_eq!(warnings, []);
    assert_eq!(tally.rows.resources, [(TEAM, 2), (USER, 3)].into());
    assert_eq!(tally.rows.entitlements, [(TEAM, 2)].into());
    assert_eq!(tally.rows.grants, [(TEAM, 3)].into());
}

#[test]
fn duplicates_keep_the_first_place_and_the_last_content() {
    let mut again = user("ada");
    again.display_name = "Ada, later".into();
    again.parent = Some(team_id("eng"));
    again.status = Some(Status::of(StatusKind::Disabled));
    let pages = with(with(company(), vec![user("ada")]), vec![again]);
    let pages = with(pages, vec![grant("eng", "ada")]);
    let (scene, tally, warnings) = sealed(pages);
    assert_eq!(codes(&warnings), [("duplicate-rows", 3)]);
    assert_eq!(
        warnings[0].examples,
        ["user:ada", "team:eng:member:user:ada"]
    );
    assert_eq!(tally.rows.resources, [(TEAM, 2), (USER, 3)].into());
    assert_eq!(tally.disabled, [(USER, 1)].into());
    assert_eq!(tally.rows.grants, [(TEAM, 3)].into());
    let rows = look_into(&scene.path).rows(
        "SELECT id, external_id, parent_resource_type_id, parent_resource_id FROM v1_resources",
    );
    assert_eq!(rows[0], "1|user:ada|team|eng");
    assert_eq!(rows.len(), 5);
    let reader = scene.reader();
    let run = reader.latest_finished_full().unwrap().unwrap();
    let mut names = Vec::new();
    reader
        .for_each_resource(&run.sync_id, |row| {
            names.push(row.display_name);
            Ok(())
        })
        .unwrap();
    assert_eq!(names.len(), 5);
    assert!(names.contains(&"Ada, later".to_owned()), "{names:?}");
}

#[test]
fn an_entitlement_without_its_resource_goes_and_takes_its_grants() {
    let pages = with(company(), vec![membership("gone")]);
    let pages = with(pages, vec![grant("gone", "ada")]);
    let (scene, tally, warnings) = sealed(pages);
    assert_eq!(
        codes(&warnings),
        [
            ("entitlement-without-resource", 1),
            ("grant-without-resource", 1)
        ]
    );
    assert_eq!(warnings[0].examples, ["team:gone:member"]);
    assert_eq!(warnings[1].examples, ["team:gone:member:user:ada"]);
    assert_eq!(
        ids(&scene, "v1_entitlements"),
        ["team:eng:member", "team:ops:member"]
    );
    assert_eq!(tally.rows.entitlements, [(TEAM, 2)].into());
    assert_eq!(tally.rows.grants, [(TEAM, 3)].into());
}

#[test]
fn a_grant_without_its_entitlement_goes() {
    let other = Grant {
        entitlement: EntitlementId::new(team_id("eng"), "owner"),
        principal: user_id("ada"),
    };
    let (scene, tally, warnings) = sealed(with(company(), vec![other]));
    assert_eq!(codes(&warnings), [("grant-without-entitlement", 1)]);
    assert_eq!(warnings[0].examples, ["team:eng:owner:user:ada"]);
    assert_eq!(ids(&scene, "v1_grants").len(), 3);
    assert_eq!(tally.rows.grants, [(TEAM, 3)].into());
}

#[test]
fn grants_without_their_principal_go_with_three_examples() {
    let absent: Vec<_> = (0..5)
        .map(|n| grant("ops", &format!("absent-{n}")))
        .collect();
    let (scene, tally, warnings) = sealed(with(company(), absent));
    assert_eq!(codes(&warnings), [("grant-without-principal", 5)]);
    assert_eq!(
        warnings[0].to_string(),
        "grants were dropped because their principal was not listed (5 times, for example \
         team:ops:member:user:absent-0, team:ops:member:user:absent-1, team:ops:member:user:absent-2)"
    );
    assert_eq!(ids(&scene, "v1_grants").len(), 3);
    assert_eq!(tally.rows.grants, [(TEAM, 3)].into());
}

#[test]
fn types_that_were_never_synced_are_told_apart_from_missing_rows() {
    let entitlement = Entitlement {
        id: EntitlementId::new(ResourceId::new(elsewhere(), "x"), "member"),
        resource_name: "X".into(),
        display_name: "X Member".into(),
        description: String::new(),
        purpose: Purpose::Assignment,
        grantable_to: vec![USER],
    };
    let on_elsewhere = Grant {
        entitlement: entitlement.id.clone(),
        principal: user_id("ada"),
    };
    let to_elsewhere = Grant {
        entitlement: EntitlementId::new(team_id("eng"), "member"),
        principal: ResourceId::new(elsewhere(), "bot"),
    };
    let pages = with(company(), vec![entitlement]);
    let pages = with(
        pages,
        vec![on_elsewhere, to_elsewhere, grant("eng", "absent")],
    );
    let (_scene, tally, warnings) = sealed(pages);
    assert_eq!(
        codes(&warnings),
        [
            ("entitlement-of-unsynced-type", 1),
            ("grant-of-unsynced-type", 1),
            ("grant-to-unsynced-type", 1),
            ("grant-without-principal", 1)
        ]
    );
    assert_eq!(tally.rows.grants, [(TEAM, 3), (elsewhere(), 0)].into());
}

#[test]
fn resources_lose_a_parent_that_is_not_there() {
    let mut below = team("below");
    below.parent = Some(team_id("eng"));
    let mut orphan = team("orphan");
    orphan.parent = Some(team_id("nowhere"));
    orphan.description = Some("kept".into());
    let mut stray = user("stray");
    stray.parent = Some(ResourceId::new(elsewhere(), "x"));
    let (scene, tally, warnings) = sealed(with(company(), vec![below, orphan, stray]));
    assert_eq!(
        codes(&warnings),
        [("parent-of-unsynced-type", 1), ("parent-missing", 1)]
    );
    assert_eq!(warnings[1].examples, ["team:orphan"]);
    assert_eq!(tally.rows.resources, [(TEAM, 4), (USER, 4)].into());
    let rows = look_into(&scene.path).rows(
        "SELECT external_id, parent_resource_type_id, parent_resource_id FROM v1_resources WHERE id > 5",
    );
    assert_eq!(
        rows,
        [
            "team:below|team|eng",
            "team:orphan|NULL|NULL",
            "user:stray|NULL|NULL"
        ]
    );
    let reader = scene.reader();
    let run = reader.latest_finished_full().unwrap().unwrap();
    let mut parents = Vec::new();
    reader
        .for_each_resource(&run.sync_id, |row| {
            let parent = row.parent_resource_id.map(|p| p.resource);
            parents.push((row.display_name, parent, row.description));
            Ok(())
        })
        .unwrap();
    for expected in [
        ("Team below".into(), Some("eng".into()), String::new()),
        ("Team orphan".into(), None, "kept".into()),
    ] {
        assert!(parents.contains(&expected), "{parents:?}");
    }
}

#[test]
fn a_file_with_many_dropped_rows_has_no_holes() {
    let absent: Vec<_> = (0..3000)
        .map(|n| grant("ops", &format!("absent-{n}")))
        .collect();
    let (scene, _, warnings) = sealed(with(company(), absent));
    assert_eq!(codes(&warnings), [("grant-without-principal", 3000)]);
    let plain = sealed(company()).0;
    let size = |scene: &Scene| look_into(&scene.path).bytes.len();
    assert_eq!(size(&scene), size(&plain));
}

/// Ids of few letters, so that many are equal and many are missing. The types are in another order with a colon behind them.
fn some_id() -> impl Strategy<Value = ResourceId> {
    let kinds = [ResourceTypeId::new("a"), ResourceTypeId::new("a-b"), USER];
    let ids = ["1", "1:2", "2", "1-2"];
    let parts = (
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(ids.to_vec()),
    );
    parts.prop_map(|(kind, id)| ResourceId::new(kind, id))
}

fn some_entitlement() -> impl Strategy<Value = EntitlementId> {
    let slug = prop::sample::select(&["member", "m"][..]);
    (some_id(), slug).prop_map(|(id, slug)| EntitlementId::new(id, slug))
}

fn some_rows() -> impl Strategy<Value = Rows> {
    let resource = (some_id(), prop::option::of(some_id())).prop_map(|(id, parent)| {
        let mut resource = Resource::new(id, "some", TraitData::None);
        resource.parent = parent;
        resource
    });
    let entitlement = some_entitlement().prop_map(|id| Entitlement {
        id,
        resource_name: "some".into(),
        ..membership("x")
    });
    let grant = (some_entitlement(), some_id());
    let grant = grant.prop_map(|(entitlement, principal)| Grant {
        entitlement,
        principal,
    });
    prop_oneof![
        prop::collection::vec(resource, 0..8).prop_map(Rows::from),
        prop::collection::vec(entitlement, 0..6).prop_map(Rows::from),
        prop::collection::vec(grant, 0..8).prop_map(Rows::from),
    ]
}

/// The ids that must be in the tables of resources, entitlements and grants, each once, in order of their first row.
fn expected(pages: &[Rows]) -> [Vec<String>; 3] {
    let (mut resources, mut entitlements, mut grants) = (Vec::new(), Vec::new(), Vec::new());
    for page in pages {
        match page {
            Rows::Resources(rows) => resources.extend(rows.iter().map(|r| r.id.clone())),
            Rows::Entitlements(rows) => entitlements.extend(rows.iter().map(|r| r.id.clone())),
            Rows::Grants(rows) => grants.extend(rows.iter().cloned()),
        }
    }
    entitlements.retain(|id| resources.contains(&id.resource));
    grants.retain(|g| entitlements.contains(&g.entitlement) && resources.contains(&g.principal));
    let grants = grants
        .iter()
        .map(|g| format!("{}:{}", g.entitlement, g.principal));
    [
        resources.iter().map(ToString::to_string).collect(),
        entitlements.iter().map(ToString::to_string).collect(),
        grants.collect(),
    ]
    .map(|ids: Vec<String>| {
        let mut seen = std::collections::HashSet::new();
        ids.into_iter()
            .filter(|id| seen.insert(id.clone()))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_reference_leads_to_a_row_whatever_was_listed(
        pages in prop::collection::vec(some_rows(), 0..12),
    ) {
        let sealed_with = |sort_memory, takes_back| {
            let scene = Scene::new();
            let options = StoreOptions { sort_memory, ..scene.options() };
            let mut store = C1zStore::open(&scene.path, options).unwrap();
            store.begin(&spec_at(1)).unwrap();
            if takes_back {
                let at = spec_at(1).started_at;
                store.put(&Rows::from(vec![user("gone")]), at).unwrap();
                store.restart_page().unwrap();
            }
            put_pages(&mut store, 1, pages.clone());
            let (warnings, _) = end(&mut store, 1);
            (scene, warnings)
        };
        let (scene, warnings) = sealed_with(None, false);
        let inside = look_into(&scene.path);
        prop_assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
        let tables = ["v1_resources", "v1_entitlements", "v1_grants"];
        prop_assert_eq!(&tables.map(|table| ids(&scene, table)), &expected(&pages));
        let orphans = "SELECT external_id FROM v1_resources r WHERE parent_resource_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM v1_resources p
            WHERE p.external_id = r.parent_resource_type_id || ':' || r.parent_resource_id)";
        prop_assert_eq!(inside.rows(orphans), [""; 0]);
        // Neither sorting in files instead of in memory changes anything, nor collecting the keys from the log because
        // rows were taken back.
        for (memory, takes_back) in [(Some(0), false), (None, true), (Some(0), true)] {
            let (other, same_warnings) = sealed_with(memory, takes_back);
            prop_assert!(look_into(&other.path).bytes == inside.bytes);
            prop_assert_eq!(&warnings, &same_warnings);
        }
    }
}
