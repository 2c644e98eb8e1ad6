//! Files whose database was changed: what older writers left out is put back, and a row that would be missing is damage.

use std::fs;

use connector_c1z::{GrantKey, ReadLimits, Reader};
use connector_core::ErrorKind;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::reading::{of, open};
use crate::support::*;

/// The reader for a database that is put into a file.
pub(crate) fn wrap(database: &[u8]) -> (TempDir, connector_core::Result<Reader>) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("f.c1z");
    let mut file = b"C1ZF\0".to_vec();
    file.extend(zstd::encode_all(database, 1).unwrap());
    fs::write(&path, file).unwrap();
    let reader = Reader::open(&path, ReadLimits::default());
    (dir, reader)
}

/// Changes a database file.
pub(crate) fn edited(bytes: &[u8], sql: &str) -> Vec<u8> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("db");
    fs::write(&path, bytes).unwrap();
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    fs::read(&path).unwrap()
}

#[test]
fn files_of_older_writers_lack_columns_and_tables_and_have_a_wal_header() {
    let inside = look_into(&fixture("go-12.c1z"));
    let old = edited(
        &inside.bytes,
        "ALTER TABLE v1_sync_runs DROP COLUMN stats;
         ALTER TABLE v1_sync_runs DROP COLUMN grants_backfilled;
         DROP INDEX idx_grants_sync_expansion_v1; DROP INDEX idx_grants_sync_needs_expansion_v1;
         ALTER TABLE v1_grants DROP COLUMN expansion;
         ALTER TABLE v1_grants DROP COLUMN needs_expansion;
         DROP TABLE v1_assets; DROP TABLE v1_connector_sessions;
         PRAGMA journal_mode = WAL",
    );
    assert_eq!(old[18..20], [2, 2]);
    let (_dir, reader) = wrap(&old);
    let reader = reader.unwrap();
    let run = reader.latest_finished_full().unwrap().unwrap();
    assert_eq!(run.stats, None);
    let counts = reader.counts(&run.sync_id).unwrap();
    assert_eq!(counts.rows.grants, of(&[("department", 12)]));
}

/// All resources and grants of the newest sync, with their rows.
fn content(reader: &Reader) -> String {
    let run = reader.latest_finished_full().unwrap().unwrap();
    let mut rows = format!("{:?}", reader.counts(&run.sync_id).unwrap().rows);
    let resource = |at, row: connector_c1z::wire::Resource| {
        rows.push_str(&format!("\n{at:?} {row:?}"));
        Ok(())
    };
    reader
        .for_each_resource_row(&run.sync_id, resource)
        .unwrap();
    let grant = |at, row: connector_c1z::wire::Grant| {
        rows.push_str(&format!("\n{at:?} {row:?}"));
        Ok(())
    };
    reader.for_each_grant_row(&run.sync_id, grant).unwrap();
    rows
}

#[test]
fn a_database_in_another_encoding_is_refused_by_name() {
    for encoding in ["UTF-16le", "UTF-16be"] {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("db");
        let db = Connection::open(&path).unwrap();
        let inside = dir.path().join("inside");
        fs::write(&inside, look_into(&fixture("go-12.c1z")).bytes).unwrap();
        // An attached database must have the same encoding, so the rows are copied one by one.
        db.execute_batch(&format!("PRAGMA encoding = '{encoding}'"))
            .unwrap();
        copy(&Connection::open(&inside).unwrap(), &db);
        db.close().unwrap();
        let (_dir, reader) = wrap(&fs::read(&path).unwrap());
        let error = reader.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert_eq!(
            error.message(),
            format!("the file's database is in {encoding}, which no sync file is")
        );
    }
}

/// Makes the tables of one database in another, with their rows.
fn copy(from: &Connection, to: &Connection) {
    let texts = |sql: &str| -> Vec<String> {
        let mut found = from.prepare(sql).unwrap();
        let rows = found.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for sql in texts("SELECT sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'v1_%'") {
        to.execute_batch(&sql).unwrap();
    }
    for table in texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'v1_%'") {
        let mut rows = from.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let places = vec!["?"; rows.column_count()].join(", ");
        let width = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..width).map(|at| row.get::<_, rusqlite::types::Value>(at).unwrap());
            let insert = format!("INSERT INTO {table} VALUES ({places})");
            to.execute(&insert, rusqlite::params_from_iter(values))
                .unwrap();
        }
    }
}

#[test]
fn computed_columns_change_nothing_and_are_refused_in_place_of_stored_ones() {
    let inside = look_into(&fixture("go-12.c1z"));
    let plain = content(&wrap(&inside.bytes).1.unwrap());
    let with = edited(
        &inside.bytes,
        "ALTER TABLE v1_resources ADD COLUMN seen text as (upper(external_id)) virtual;
         CREATE TABLE g (
             id integer primary key,
             long integer generated always as (length(data)) virtual,
             resource_type_id text not null, resource_id text not null,
             both text as (resource_type_id || resource_id) stored,
             entitlement_id text not null, principal_resource_type_id text not null,
             principal_resource_id text not null, external_id text not null,
             again text as (external_id) virtual,
             expansion blob, needs_expansion integer not null default 0, data blob not null,
             sync_id text not null, discovered_at datetime not null);
         INSERT INTO g (id, resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
             principal_resource_id, external_id, expansion, needs_expansion, data, sync_id, discovered_at)
         SELECT id, resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
             principal_resource_id, external_id, expansion, needs_expansion, data, sync_id, discovered_at
         FROM v1_grants;
         DROP TABLE v1_grants;
         ALTER TABLE g RENAME TO v1_grants;",
    );
    assert_eq!(content(&wrap(&with).1.unwrap()), plain);
    for kind in ["virtual", "stored"] {
        let computed = edited(
            &inside.bytes,
            &format!(
                "CREATE TABLE r (
                     id integer primary key,
                     resource_type_id text not null, stored text not null,
                     external_id text as (stored || '') {kind},
                     parent_resource_type_id text, parent_resource_id text,
                     data blob not null, sync_id text not null, discovered_at datetime not null);
                 INSERT INTO r (id, resource_type_id, stored, data, sync_id, discovered_at)
                 SELECT id, resource_type_id, external_id, data, sync_id, discovered_at FROM v1_resources;
                 DROP TABLE v1_resources;
                 ALTER TABLE r RENAME TO v1_resources;"
            ),
        );
        assert_eq!(
            wrap(&computed).1.unwrap_err().message(),
            "the column external_id of v1_resources is computed from others, as in no sync file"
        );
    }
}

fn grants_in_order(reader: &Reader, sync_id: &str) -> connector_core::Result<Vec<GrantKey>> {
    let mut scan = reader.grants_in_order(sync_id)?;
    let rows = scan.rows()?;
    rows.map(|row| Ok(row?.0)).collect()
}

#[test]
fn rows_come_in_order_whether_or_not_there_is_an_index() {
    let reader = open("go-12-two-syncs.c1z");
    let run = reader.latest_finished_full().unwrap().unwrap();
    let grants = grants_in_order(&reader, &run.sync_id).unwrap();
    assert_eq!(grants.len(), 12);
    assert!(grants.is_sorted());
    assert!(reader.has_grant(&run.sync_id, &grants[7]).unwrap());
    assert!(!reader.has_grant("another", &grants[7]).unwrap());
    let mut unknown = grants[7].clone();
    unknown.principal_type = "team".to_owned();
    assert!(!reader.has_grant(&run.sync_id, &unknown).unwrap());
    let mut scan = reader.resources_in_order(&run.sync_id, &[]).unwrap();
    let keyed: Vec<_> = scan.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(keyed.len(), 15);
    assert!(keyed.is_sorted_by_key(|(key, _)| key));
    let mut scan = reader.entitlements_in_order(&run.sync_id).unwrap();
    assert_eq!(scan.rows().unwrap().count(), 3);
    let mut scan = reader.resource_types_in_order(&run.sync_id).unwrap();
    let types: Vec<_> = scan.rows().unwrap().map(|row| row.unwrap().1.id).collect();
    assert_eq!(types, ["department", "user"]);

    // An index less, and the same grant twice.
    let inside = look_into(&fixture("go-12-two-syncs.c1z"));
    let edited = edited(
        &inside.bytes,
        "DROP INDEX idx_grants_entitlement_id_principal_id_v1;
         INSERT INTO v1_grants (resource_type_id, resource_id, entitlement_id,
             principal_resource_type_id, principal_resource_id, external_id, data, sync_id,
             discovered_at)
         SELECT resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
             principal_resource_id, 'again ' || external_id, data, sync_id, discovered_at
         FROM v1_grants",
    );
    let (_dir, reader) = wrap(&edited);
    let again = grants_in_order(&reader.unwrap(), &run.sync_id).unwrap();
    assert_eq!(again, grants);
}

/// No comparison with text would find such rows, so they would be missing without a word.
#[test]
fn rows_that_would_be_missing_are_damage() {
    let inside = look_into(&fixture("go-12.c1z"));
    for (change, why) in [
        (
            "UPDATE v1_grants SET entitlement_id = CAST(entitlement_id AS BLOB) WHERE id = 3",
            "row 3 of v1_grants: its entitlement_id is no text",
        ),
        (
            "UPDATE v1_resources SET sync_id = CAST(sync_id AS BLOB) WHERE id = 2",
            "row 2 of v1_resources: its sync_id is no text",
        ),
        (
            "UPDATE v1_resources SET data = '' WHERE id = 2",
            "row 2 of v1_resources: its message is no sequence of bytes",
        ),
        (
            "UPDATE v1_resources SET data = x'' WHERE id = 2",
            "row 2 of v1_resources: its message is empty",
        ),
        (
            "UPDATE v1_resources SET data = 7 WHERE id = 2",
            "row 2 of v1_resources: its message is no sequence of bytes",
        ),
        (
            "UPDATE v1_resources SET external_id = '' WHERE id = 2",
            "row 2 of v1_resources: its external_id is empty",
        ),
        (
            "UPDATE v1_resources SET sync_id = '' WHERE id = 2",
            "row 2 of v1_resources: its sync_id is empty",
        ),
        (
            "UPDATE v1_entitlements SET resource_id = '' WHERE id = 1",
            "row 1 of v1_entitlements: its resource_id is empty",
        ),
        (
            "UPDATE v1_grants SET principal_resource_id = '' WHERE id = 3",
            "row 3 of v1_grants: its principal_resource_id is empty",
        ),
        (
            "UPDATE v1_grants SET principal_resource_type_id = '' WHERE id = 3",
            "row 3 of v1_grants: its principal_resource_type_id is empty",
        ),
        (
            // Field 1, an entitlement without an id, and field 3, "g".
            "UPDATE v1_grants SET data = x'0a001a0167' WHERE id = 3",
            "row 3 of v1_grants: it does not name what is held",
        ),
        (
            // Field 2, a principal without an id, and field 3, "g".
            "UPDATE v1_grants SET data = x'12001a0167' WHERE id = 3",
            "row 3 of v1_grants: it does not name who holds it",
        ),
        (
            "UPDATE v1_grants SET data = x'' WHERE id = 3",
            "row 3 of v1_grants: its message is empty",
        ),
        (
            "UPDATE v1_resources SET data = x'1a0161' WHERE id = 2",
            "row 2 of v1_resources: its message has no id",
        ),
        (
            "UPDATE v1_entitlements SET data = x'1a0161' WHERE id = 1",
            "row 1 of v1_entitlements: its message has no id",
        ),
        (
            "UPDATE v1_grants SET expansion = 'x' WHERE id = 1",
            "row 1 of v1_grants: its expansion: its message is no sequence of bytes",
        ),
    ] {
        let (_dir, reader) = wrap(&edited(&inside.bytes, change));
        let read = || {
            let reader = reader?;
            let run = reader.latest_finished_full()?.unwrap().sync_id;
            reader.for_each_resource(&run, |_| Ok(()))?;
            reader.for_each_entitlement(&run, |_| Ok(()))?;
            reader.for_each_grant(&run, |_| Ok(()))
        };
        let error = read().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition, "{change}");
        assert_eq!(error.message(), format!("the file is damaged: {why}"));
    }
}

#[test]
fn columns_that_contradict_their_messages_are_damage() {
    let inside = look_into(&fixture("go-12.c1z"));
    let change = "UPDATE v1_resources SET external_id = 'user:0' WHERE id =
        (SELECT id FROM v1_resources WHERE resource_type_id = 'user' ORDER BY external_id DESC)";
    let (_dir, reader) = wrap(&edited(&inside.bytes, change));
    let reader = reader.unwrap();
    let run = reader.latest_finished_full().unwrap().unwrap().sync_id;
    let mut scan = reader.resources_in_order(&run, &[]).unwrap();
    let rows: connector_core::Result<Vec<_>> = scan.rows().unwrap().collect();
    let expected = "the file is damaged: its rows cannot be put in order";
    assert_eq!(rows.unwrap_err().message(), expected);
}

#[test]
fn slim_grants_are_filled_from_their_columns() {
    let inside = look_into(&fixture("go-12.c1z"));
    // Field 3, "g": an id and nothing else.
    let slim = edited(&inside.bytes, "UPDATE v1_grants SET data = x'1a0167'");
    let (_dir, reader) = wrap(&slim);
    let reader = reader.unwrap();
    let run = reader.latest_finished_full().unwrap().unwrap();
    let mut grants = Vec::new();
    reader
        .for_each_grant(&run.sync_id, |row| {
            grants.push(row);
            Ok(())
        })
        .unwrap();
    let entitlement = grants[0].entitlement.as_ref().unwrap();
    assert_eq!(entitlement.id, "department:250000000:member");
    let resource = entitlement.resource.as_ref().unwrap();
    assert_eq!(resource.external_id(), "department:250000000");
    let principal = grants[0].principal.as_ref().unwrap();
    assert_eq!(principal.external_id(), "user:2400000000000000000");
}
