//! A sync of one format becomes a file of the other.

mod by_hand;
mod old_files;
mod random;
mod refused;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use connector_c1z::{ConvertOptions, Converted, Format, convert, wire};
use connector_core::Result;
use connector_pebble::records::{
    EntitlementRecord, GrantRecord, Record, ResourceRecord, ResourceTypeRecord,
};
use connector_pebble::{Limits, Reader};
use connector_proto::{holds, pack};
use prost::Message;
use tempfile::TempDir;

use crate::support::{fixture, look_into};

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// A file of version 3 that the SDK wrote.
fn of_the_sdk(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../connector-pebble/tests/fixtures")
        .join(name)
}

/// A directory for outputs and one for temporary files.
struct Bench {
    out: TempDir,
    temp: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self {
            out: TempDir::new().unwrap(),
            temp: TempDir::new().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.out.path().join(name)
    }

    fn try_convert(
        &self,
        from: &Path,
        format: Format,
        out: &str,
        replace: bool,
    ) -> Result<Converted> {
        let options = ConvertOptions {
            temp_dir: Some(self.temp.path().to_owned()),
            replace,
            ..ConvertOptions::default()
        };
        let converted = convert(from, format, &self.path(out), &options);
        assert_eq!(fs::read_dir(self.temp.path()).unwrap().count(), 0);
        converted
    }

    fn convert(&self, from: &Path, format: Format, out: &str) -> Converted {
        self.try_convert(from, format, out, false).unwrap()
    }
}

fn v3(path: &Path) -> Reader {
    Reader::open(path, Limits::default()).unwrap()
}

/// All rows of a file of version 3.
fn entries(path: &Path) -> Entries {
    let reader = v3(path);
    let mut all = Entries::new();
    let mut entries = reader.entries().unwrap();
    while let Some((key, value)) = entries.next_entry().unwrap() {
        all.insert(key.to_vec(), value.to_vec());
    }
    all
}

#[test]
fn version_1_becomes_what_the_sdk_makes_of_it() {
    let bench = Bench::new();
    let converted = bench.convert(&fixture("ours-361.v1.c1z"), Format::V3, "sync.c1z");
    let left_out = &converted.exported.warnings;
    assert_eq!(left_out.iter().map(|w| w.count).collect::<Vec<_>>(), [1]);
    let ours = entries(&bench.path("sync.c1z"));
    let theirs = entries(&of_the_sdk("ours-361.to-pebble.v3.c1z"));
    assert_eq!(theirs.len(), ours.len());
    let differing: Vec<_> = theirs
        .iter()
        .filter(|(key, value)| ours.get(*key) != Some(value))
        .map(|(key, _)| key.as_slice())
        .collect();
    // The counts carry the time at which they were taken, which is the run's end in ours.
    assert_eq!(differing, [b"\x03\xFFstats\0"]);
    let (ours, theirs) = (
        v3(&bench.path("sync.c1z")),
        v3(&of_the_sdk("ours-361.to-pebble.v3.c1z")),
    );
    let (ours, mut theirs) = (
        ours.stats().unwrap().unwrap(),
        theirs.stats().unwrap().unwrap(),
    );
    theirs.written_at = converted.run.ended_at;
    assert_eq!(ours, theirs);
}

/// Records without the time at which they were found.
fn records<R: Record>(reader: &Reader, mut blank: impl FnMut(&mut R)) -> Vec<(Vec<u8>, R)> {
    let rows = reader.records::<R>().unwrap().map(|row| {
        let mut row = row.unwrap();
        blank(&mut row.record);
        (row.key, row.record)
    });
    rows.collect()
}

/// The rows of either that the other does not have.
fn differing<R: PartialEq>(
    ours: Vec<(Vec<u8>, R)>,
    theirs: Vec<(Vec<u8>, R)>,
) -> Vec<(Vec<u8>, R)> {
    let (same, mut differing): (Vec<_>, Vec<_>) =
        ours.into_iter().partition(|row| theirs.contains(row));
    differing.extend(theirs.into_iter().filter(|row| !same.contains(row)));
    differing
}

#[test]
fn expanded_grants_are_those_of_the_sdk() {
    let bench = Bench::new();
    let converted = bench.convert(&fixture("file-nested.v1.c1z"), Format::V3, "sync.c1z");
    let left_out = &converted.exported.warnings[0];
    assert_eq!(
        (left_out.code.as_str(), left_out.count),
        ("syncs-left-out", 1)
    );
    let ours = v3(&bench.path("sync.c1z"));
    let theirs = v3(&of_the_sdk("file-nested-second-sync.v3.c1z"));
    let types = |of| records(of, |it: &mut ResourceTypeRecord| it.discovered_at = None);
    assert_eq!(differing(types(&ours), types(&theirs)), []);
    // Version 1 has a person's facts in the trait alone here, and the SDK's version 3 too; ours has them on the resource
    // as well, where readers look first.
    let resources = |of| {
        records(of, |it: &mut ResourceRecord| {
            it.discovered_at = None;
            if it.resource_type_id == "user" {
                (it.profile, it.status) = (None, None);
                // The connector packs its maps in any order, and anew in every sync.
                let packed = it
                    .annotations
                    .iter_mut()
                    .filter(|any| holds::<wire::UserTrait>(any));
                packed.for_each(|any| *any = pack(&wire::UserTrait::decode(&*any.value).unwrap()));
            }
        })
    };
    assert_eq!(differing(resources(&ours), resources(&theirs)), []);
    let entitlements = |of| records(of, |it: &mut EntitlementRecord| it.discovered_at = None);
    assert_eq!(differing(entitlements(&ours), entitlements(&theirs)), []);
    let grants = |of| records(of, |it: &mut GrantRecord| it.discovered_at = None);
    let (ours, theirs) = (grants(&ours), grants(&theirs));
    assert_eq!(ours.len(), 428);
    assert_eq!(differing(ours, theirs), []);
}

/// All rows of a file of version 1 but numbers of rows.
fn rows(path: &Path) -> Vec<String> {
    let inside = look_into(path);
    let tables = [
        ("v1_resource_types", "external_id, data, sync_id, discovered_at"),
        (
            "v1_resources",
            "external_id, resource_type_id, parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at",
        ),
        (
            "v1_entitlements",
            "external_id, resource_type_id, resource_id, data, sync_id, discovered_at",
        ),
        (
            "v1_grants",
            "external_id, resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id, expansion, needs_expansion, data, sync_id, discovered_at",
        ),
        ("v1_assets", "external_id, content_type, data, sync_id, discovered_at"),
        (
            "v1_sync_runs",
            "sync_id, started_at, ended_at, sync_token, sync_type, parent_sync_id, linked_sync_id,
                supports_diff, grants_backfilled, stats, ingest_invariant_generation,
                ingest_invariant_coverage, ingest_invariant_mode",
        ),
    ];
    let of = |(table, columns)| inside.rows(&format!("SELECT {columns} FROM {table} ORDER BY 1"));
    tables.into_iter().flat_map(of).collect()
}

#[test]
fn a_file_of_ours_comes_back_as_it_was() {
    let bench = Bench::new();
    bench.convert(&fixture("ours-361.v1.c1z"), Format::V3, "v3.c1z");
    bench.convert(&bench.path("v3.c1z"), Format::V1, "v1.c1z");
    let mut before = rows(&fixture("ours-361.v1.c1z"));
    let sync = v3(&bench.path("v3.c1z"))
        .sync_run()
        .unwrap()
        .unwrap()
        .sync_id;
    // The file has an earlier sync.
    before.retain(|row| row.contains(&sync));
    assert!(before.len() > 700);
    assert_eq!(rows(&bench.path("v1.c1z")), before);
    let (ours, theirs) = (
        look_into(&bench.path("v1.c1z")),
        look_into(&fixture("ours-361.v1.c1z")),
    );
    let schema = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2";
    assert_eq!(ours.rows(schema), theirs.rows(schema));
}

#[test]
fn every_file_of_the_sdk_comes_back_with_all_rows() {
    let bench = Bench::new();
    for name in [
        "file-nested.v3",
        "file-nested-second-sync.v3",
        "go-40.v3",
        "go-40-second-sync.v3",
    ] {
        let theirs = of_the_sdk(&format!("{name}.c1z"));
        bench.convert(&theirs, Format::V1, &format!("{name}.v1"));
        bench.convert(&bench.path(&format!("{name}.v1")), Format::V3, name);
        let (mut before, mut after) = (entries(&theirs), entries(&bench.path(name)));
        // What the SDK's expansion keeps for itself, timings, and a checkpoint of use to the writer alone.
        for rows in [&mut before, &mut after] {
            rows.retain(|key, _| !key.starts_with(b"\x03\xFF") && key.as_slice() != b"\x03\x06");
        }
        let differing = before
            .iter()
            .filter(|(key, value)| after.get(*key) != Some(value));
        assert_eq!(differing.collect::<Vec<_>>(), [], "{name}");
        assert_eq!(before.len(), after.len(), "{name}");
    }
}
