//! Files of other writers are read, whatever their age; what cannot be read is refused with a reason.

use std::collections::BTreeMap;
use std::fs;

use connector_c1z::wire::ResourceId;
use connector_c1z::{Held, ReadLimits, Reader, dump};
use connector_core::ErrorKind;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::*;

pub(crate) fn open(name: &str) -> Reader {
    Reader::open(fixture(name), ReadLimits::default()).unwrap()
}

pub(crate) fn of(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect()
}

#[test]
fn every_version_1_file_of_the_go_sdk_is_read() {
    for (name, syncs, users, teams) in [
        ("go-12.c1z", 1, 12, 3),
        ("go-12-two-syncs.c1z", 2, 12, 3),
        ("go-1k.c1z", 1, 1000, 50),
    ] {
        let reader = open(name);
        assert_eq!(reader.syncs().unwrap().len(), syncs, "{name}");
        let newest = reader.latest_finished_full().unwrap().unwrap();
        assert_eq!(Some(&newest), reader.syncs().unwrap().last());
        let counts = reader.counts(&newest.sync_id).unwrap();
        assert_eq!(counts.resource_types, 2);
        assert_eq!(
            counts.rows.resources,
            of(&[("department", teams), ("user", users)])
        );
        assert_eq!(counts.rows.entitlements, of(&[("department", teams)]));
        assert_eq!(counts.rows.grants, of(&[("department", users)]));
    }
}

#[test]
fn a_file_of_an_old_sdk_is_read_like_any_other() {
    let reader = open("go-0.2.92.c1z");
    let runs = reader.syncs().unwrap();
    assert!(runs.iter().all(|run| run.sync_type == "full"), "{runs:?}");
    let newest = reader.latest_finished_full().unwrap().unwrap();
    assert_eq!(newest.sync_id, "3Mk80P8uttXgUDxoBtbDjvgfA2u");
    let counts = reader.counts(&newest.sync_id).unwrap();
    assert_eq!(counts.resource_types, 7);
    let total = |rows: &BTreeMap<String, u64>| rows.values().sum::<u64>();
    assert_eq!(
        (
            total(&counts.rows.resources),
            total(&counts.rows.entitlements),
            total(&counts.rows.grants)
        ),
        (80, 28, 412)
    );
}

/// The newest file without one column after the other, and without the tables that may be missing.
#[test]
fn every_column_that_was_added_later_may_be_missing() {
    let dir = TempDir::new().unwrap();
    let later = [
        ("v1_sync_runs", "sync_type"),
        ("v1_sync_runs", "parent_sync_id"),
        ("v1_sync_runs", "linked_sync_id"),
        ("v1_sync_runs", "supports_diff"),
        ("v1_sync_runs", "grants_backfilled"),
        ("v1_sync_runs", "stats"),
        ("v1_sync_runs", "ingest_invariant_generation"),
        ("v1_sync_runs", "ingest_invariant_coverage"),
        ("v1_sync_runs", "ingest_invariant_mode"),
        ("v1_grants", "expansion"),
        ("v1_grants", "needs_expansion"),
    ];
    let lacking = |sql: &str| {
        let path = dir.path().join("lacking.c1z");
        altered("go-12.c1z", &path, sql);
        Reader::open(path, ReadLimits::default())
    };
    let drop_grant_indexes = "DROP INDEX idx_grants_sync_expansion_v1;
                              DROP INDEX idx_grants_sync_needs_expansion_v1;";
    for (table, column) in later {
        let sql = format!("{drop_grant_indexes} ALTER TABLE {table} DROP COLUMN {column}");
        let reader = lacking(&sql).unwrap();
        let run = reader.latest_finished_full().unwrap().unwrap();
        let counts = reader.counts(&run.sync_id).unwrap();
        assert_eq!(counts.rows.grants, of(&[("department", 12)]), "{column}");
    }
    for table in ["v1_assets", "v1_connector_sessions"] {
        lacking(&format!("DROP TABLE {table}")).unwrap();
    }
    for wrong in [
        "DROP TABLE v1_resources",
        "DROP TABLE v1_grants; CREATE VIEW v1_grants AS SELECT * FROM v1_resources",
        "ALTER TABLE v1_sync_runs DROP COLUMN started_at",
    ] {
        let error = lacking(wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition, "{wrong}");
        assert_eq!(error.message(), "the file is damaged", "{wrong}");
    }
}

/// Writes a fixture to `path` after its database was changed.
fn altered(name: &str, path: &std::path::Path, sql: &str) {
    let packed = fs::read(fixture(name)).unwrap();
    let database = path.with_extension("db");
    fs::write(&database, zstd::decode_all(&packed[5..]).unwrap()).unwrap();
    let db = Connection::open(&database).unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    let mut out = packed[..5].to_vec();
    out.extend(zstd::encode_all(&*fs::read(&database).unwrap(), 3).unwrap());
    fs::write(path, out).unwrap();
}

#[test]
fn rows_of_the_go_sdk_are_understood() {
    let reader = open("go-12.c1z");
    let run = reader.latest_finished_full().unwrap().unwrap();
    assert_eq!(run.started(), Some(at("2026-11-20T16:07:40.817253935Z")));
    let mut jon = None;
    reader
        .for_each_resource(&run.sync_id, |row| {
            if row.external_id() == "user:2400000000000071271" {
                jon = Some(row);
            }
            Ok(())
        })
        .unwrap();
    let jon = jon.unwrap();
    assert_eq!(jon.display_name, "Jon Adler");
    assert_eq!(jon.status_number(), Some(2));
    assert_eq!(
        jon.profile_text("lifecycle_status").as_deref(),
        Some("Terminated")
    );
    let user = jon.user_trait().unwrap();
    assert_eq!(user.emails[0].address, "user000009@example.com");
    assert!(user.emails[0].is_primary);
    let mut grants = Vec::new();
    reader
        .for_each_grant(&run.sync_id, |row| {
            grants.push(row.id);
            Ok(())
        })
        .unwrap();
    assert_eq!(grants.len(), 12);
    assert_eq!(
        grants[0],
        "department:250000000:member:user:2400000000000000000"
    );
}

#[test]
fn an_unfinished_run_is_listed_but_never_the_newest() {
    let reader = open("go-12-unfinished.c1z");
    let runs = reader.syncs().unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].ended_at, None);
    assert_eq!(reader.latest_finished_full().unwrap(), None);
    let error = dump::render(fixture("go-12-unfinished.c1z")).unwrap_err();
    assert_eq!(error.message(), "the file has no finished sync");
}

#[test]
fn what_is_held_on_a_resource_is_counted_within_its_sync() {
    let reader = open("go-12-two-syncs.c1z");
    let run = reader.latest_finished_full().unwrap().unwrap();
    let holdings = reader.holdings(&run.sync_id).unwrap();
    let mut held = Vec::new();
    reader
        .for_each_resource_of(&run.sync_id, "department", |_, resource| {
            held.push(holdings.of(&resource.id.unwrap()));
            Ok(())
        })
        .unwrap();
    let four = Held {
        entitlements: 1,
        grants: 4,
        principals: 4,
    };
    assert_eq!(held, [four; 3]);
    assert_eq!(holdings.of(&ResourceId::default()), Held::default());
    let other = reader.holdings("another").unwrap();
    assert_eq!(other.of(&ResourceId::default()), Held::default());
}

#[test]
fn reading_changes_nothing_and_leaves_nothing() {
    let scene = Scene::starting_with("go-12.c1z");
    let before = fs::read(&scene.path).unwrap();
    let temp = Some(scene.temp.path());
    let reader = Reader::open_in(&scene.path, ReadLimits::default(), temp).unwrap();
    // Where open files can be removed, the copy has no name from the start.
    let copies = fs::read_dir(scene.temp.path()).unwrap().count();
    assert_eq!(copies, usize::from(!cfg!(unix)));
    reader.syncs().unwrap();
    drop(reader);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(fs::read(&scene.path).unwrap(), before);
}

#[test]
fn a_dump_shows_every_row_and_no_time_of_syncing() {
    let scene = Scene::new();
    scene.sync(
        1,
        vec![
            vec![user("ada")].into(),
            vec![team("eng")].into(),
            vec![membership("eng")].into(),
            vec![grant("eng", "ada")].into(),
        ],
    );
    let expected = "\
sync: full
resource type team
  display name: Team
  traits: group
resource type user
  display name: User
  traits: user
  annotations: SkipEntitlementsAndGrants, CapabilityPermissions
  permissions: people.read
resource team:eng
  display name: Team eng
  profile:
    name: \"Team eng\"
  annotations: GroupTrait
resource user:ada
  display name: User ada
  status: enabled (Employed)
  created: 2020-02-03T04:05:06.7Z
  email (primary): ada@example.com
  login: ada@example.com
  account type: human
  given name: User
  family name: ada
  employee ids: E-ada
  profile:
    email: \"ada@example.com\"
    is_manager: false
    job_title: \"Engineer\"
  annotations: UserTrait
entitlement team:eng:member
  display name: Team eng Member
  description: Member of Team eng
  purpose: assignment
  slug: member
  grantable to: user
grant team:eng:member:user:ada
";
    assert_eq!(dump::render(&scene.path).unwrap(), expected);
}
