//! Earlier syncs in a file: what stays, and that it stays readable.

use std::fs;

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::store::{RunSpec, Store, SyncType, Tally};

use crate::support::*;

fn run_ids(scene: &Scene) -> Vec<String> {
    let runs = scene.reader().syncs().unwrap();
    runs.into_iter().map(|run| run.sync_id).collect()
}

fn id_of(day: u8) -> String {
    spec_at(day).sync_id.to_string()
}

#[test]
fn the_sync_before_the_newest_stays() {
    let scene = Scene::new();
    for day in 1..=3 {
        scene.sync(day, company());
    }
    assert_eq!(run_ids(&scene), [id_of(2), id_of(3)]);
    let inside = look_into(&scene.path);
    assert_eq!(
        inside.rows("SELECT id FROM v1_sync_runs ORDER BY started_at"),
        ["1", "2"]
    );
    assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(inside.rows("PRAGMA freelist_count"), ["0"]);
    for table in [
        "v1_resources",
        "v1_entitlements",
        "v1_grants",
        "v1_resource_types",
    ] {
        let of = |day| {
            let id = id_of(day);
            let columns = match table {
                "v1_resource_types" => "external_id, data",
                _ => "resource_type_id, external_id, data",
            };
            inside.rows(&format!(
                "SELECT {columns} FROM {table} WHERE sync_id = '{id}' ORDER BY id"
            ))
        };
        assert!(!of(3).is_empty());
        assert_eq!(of(2), of(3), "{table}");
    }
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[test]
fn a_sync_is_added_to_a_file_of_an_old_sdk() {
    let scene = Scene::starting_with("go-0.2.92.c1z");
    let old = run_ids(&scene);
    scene.sync(1, company());
    assert_eq!(run_ids(&scene).len(), 2);
    let kept = run_ids(&scene).remove(0);
    assert!(old.contains(&kept), "{kept}");
    let inside = look_into(&scene.path);
    let count = |table: &str| {
        inside.rows(&format!(
            "SELECT count(*) FROM {table} WHERE sync_id = '{kept}'"
        ))
    };
    assert_eq!(count("v1_resources"), ["80"]);
    assert_eq!(count("v1_grants"), ["412"]);
    // Other readers move what the grants carry to the column that came later, when they see that it was not done.
    assert_eq!(
        inside.rows(&format!(
            "SELECT sync_type, grants_backfilled FROM v1_sync_runs WHERE sync_id = '{kept}'"
        )),
        ["full|0"]
    );
    assert_eq!(inside.rows("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}

#[test]
fn more_can_be_kept() {
    for (keep_syncs, skip_cleanup, kept) in
        [(Some(1), false, 1), (Some(3), false, 3), (Some(1), true, 4)]
    {
        let scene = Scene::new();
        for day in 1..=4 {
            let options = StoreOptions {
                keep_syncs,
                skip_cleanup,
                ..scene.options()
            };
            let mut store = C1zStore::open(&scene.path, options).unwrap();
            store.begin(&spec_at(day)).unwrap();
            put_pages(&mut store, day, company());
            end(&mut store, day);
        }
        let expected: Vec<_> = (5 - kept..=4).map(id_of).collect();
        assert_eq!(run_ids(&scene), expected);
    }
}

#[test]
fn a_sync_of_the_go_sdk_stays_byte_for_byte() {
    let scene = Scene::starting_with("go-12-two-syncs.c1z");
    scene.sync(1, company());
    let (before, after) = (
        look_into(&fixture("go-12-two-syncs.c1z")),
        look_into(&scene.path),
    );
    let kept = before
        .rows("SELECT sync_id FROM v1_sync_runs WHERE id = 2")
        .remove(0);
    assert_eq!(run_ids(&scene), [kept.clone(), id_of(1)]);
    for (table, columns) in [
        (
            "v1_sync_runs",
            "started_at, ended_at, sync_token, sync_type, supports_diff, grants_backfilled, stats,
            ingest_invariant_generation, ingest_invariant_coverage, ingest_invariant_mode",
        ),
        ("v1_resource_types", "external_id, data, discovered_at"),
        (
            "v1_resources",
            "resource_type_id, external_id, parent_resource_id, data, discovered_at",
        ),
        (
            "v1_entitlements",
            "resource_type_id, resource_id, external_id, data, discovered_at",
        ),
        (
            "v1_grants",
            "entitlement_id, principal_resource_id, external_id, expansion, needs_expansion, data, discovered_at",
        ),
    ] {
        let sql = format!("SELECT {columns} FROM {table} WHERE sync_id = '{kept}' ORDER BY id");
        assert!(!before.rows(&sql).is_empty());
        assert_eq!(before.rows(&sql), after.rows(&sql), "{table}");
    }
}

#[test]
fn an_unfinished_run_of_the_go_sdk_stays() {
    let scene = Scene::starting_with("go-12-unfinished.c1z");
    scene.sync(1, company());
    let runs = scene.reader().syncs().unwrap();
    let ended: Vec<_> = runs.iter().map(|run| run.ended_at.is_some()).collect();
    assert_eq!(ended, [false, true]);
    assert_eq!(runs[1].sync_id, id_of(1));
}

#[test]
fn rows_of_older_writers_are_taken_over_by_column_name() {
    let scene = Scene::new();
    let inside = look_into(&fixture("go-12.c1z"));
    inside
        .db
        .execute_batch(
            "ALTER TABLE v1_sync_runs DROP COLUMN stats;
             ALTER TABLE v1_sync_runs DROP COLUMN grants_backfilled;
             ALTER TABLE v1_sync_runs DROP COLUMN linked_sync_id;
             ALTER TABLE v1_sync_runs ADD COLUMN of_a_newer_writer text;
             DROP INDEX idx_grants_sync_expansion_v1; DROP INDEX idx_grants_sync_needs_expansion_v1;
             ALTER TABLE v1_grants DROP COLUMN expansion;
             ALTER TABLE v1_grants DROP COLUMN needs_expansion;
             DROP TABLE v1_assets; PRAGMA journal_mode = WAL",
        )
        .unwrap();
    let path = inside.db.path().unwrap().to_owned();
    // Closing moves everything from the log into the database.
    inside.db.close().unwrap();
    let mut file = b"C1ZF\0".to_vec();
    let database = fs::read(path).unwrap();
    file.extend(zstd::encode_all(database.as_slice(), 1).unwrap());
    fs::write(&scene.path, file).unwrap();

    scene.sync(1, company());
    let after = look_into(&scene.path);
    // Zero tells readers that these grants have not been looked through yet.
    assert_eq!(
        after.rows("SELECT grants_backfilled, stats IS NULL FROM v1_sync_runs"),
        ["0|1", "1|0"]
    );
    assert_eq!(after.rows("SELECT count(*) FROM v1_grants"), ["15"]);
    assert_eq!(after.bytes[18..20], [1, 1]);
}

#[test]
fn a_run_of_resources_only_claims_no_checks_and_displaces_nothing() {
    let scene = Scene::new();
    scene.sync(1, company());
    let mut store = scene.open().unwrap();
    let spec = RunSpec {
        sync_type: SyncType::ResourcesOnly,
        ..spec_at(2)
    };
    store.begin(&spec).unwrap();
    put_pages(&mut store, 2, vec![vec![user("ada")].into()]);
    let mut tally = Tally::default();
    store.seal(&mut tally).unwrap();
    store.finish(at("2026-03-02T09:00:00Z")).unwrap();
    assert_eq!(
        look_into(&scene.path).rows(
            "SELECT sync_type, supports_diff, ingest_invariant_generation, ingest_invariant_coverage,
                ingest_invariant_mode FROM v1_sync_runs WHERE id = 2"
        ),
        ["resources_only|0|||"]
    );
    assert_eq!(run_ids(&scene), [id_of(1), id_of(2)]);
    let newest = scene.reader().latest_finished_full().unwrap().unwrap();
    assert_eq!(newest.sync_id, id_of(1));
}
