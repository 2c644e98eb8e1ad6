//! A sync of one format becomes a file of the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use connector_c1z::{ConvertOptions, Converted, Export, Format, GrantRow, V1File, convert, wire};
use connector_core::{ErrorKind, Result};
use connector_pebble::records::{
    AssetRecord, EntitlementRecord, GrantRecord, Record, ResourceRecord, ResourceTypeRecord,
    SyncRunRecord,
};
use connector_pebble::{Limits, Reader, WriteOptions, Writer};
use connector_proto::{holds, pack};
use proptest::prelude::*;
use prost::Message;
use prost_types::{Struct, Timestamp};
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

fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp {
        seconds: 1_800_000_000 + seconds,
        nanos: 120_000_000,
    })
}

fn run() -> SyncRunRecord {
    SyncRunRecord {
        sync_id: "2Z6wF8bSgGqO0rrCqB3xJ5aA1bC".to_owned(),
        sync_type: 1,
        started_at: at(0),
        ended_at: at(9),
        supports_diff: true,
        ..SyncRunRecord::default()
    }
}

fn id(kind: &str, id: &str) -> wire::ResourceId {
    wire::ResourceId {
        resource_type: kind.to_owned(),
        resource: id.to_owned(),
    }
}

fn stub(kind: &str, of: &str) -> wire::Resource {
    wire::Resource {
        id: Some(id(kind, of)),
        ..wire::Resource::default()
    }
}

/// Rows of one sync.
#[derive(Debug, Clone, Default)]
struct Rows {
    types: Vec<wire::ResourceType>,
    resources: Vec<wire::Resource>,
    entitlements: Vec<wire::Entitlement>,
    grants: Vec<GrantRow>,
    assets: Vec<AssetRecord>,
}

impl Rows {
    fn write(&self, path: &Path) -> Vec<(String, u64)> {
        let mut file = V1File::new(&run().sync_id, None).unwrap();
        for row in &self.types {
            file.resource_type(row, at(1)).unwrap();
        }
        for row in &self.resources {
            file.resource(row, at(2)).unwrap();
        }
        for row in &self.entitlements {
            file.entitlement(row, at(3)).unwrap();
        }
        for row in &self.grants {
            file.grant(row, at(4)).unwrap();
        }
        for row in &self.assets {
            file.asset(row).unwrap();
        }
        let exported = Box::new(file).finish(&run(), path).unwrap();
        let warnings = exported.warnings.into_iter();
        warnings
            .map(|warning| (warning.to_string(), warning.count))
            .collect()
    }
}

/// An id with what needs care in keys: zero bytes, ones, colons, other letters.
fn some_id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{1,2}", "[\\x00\\x01\\x02:é]{1,3}", "[a-z0-9-]{1,8}"]
}

fn resource(
    kind: String,
    of: String,
    parent: Option<String>,
    text: String,
    number: i32,
) -> wire::Resource {
    let value = prost_types::Value {
        kind: Some(prost_types::value::Kind::StringValue(text.clone())),
    };
    wire::Resource {
        parent_resource_id: parent.map(|parent| id("group", &parent)),
        display_name: text.clone(),
        description: text.clone(),
        profile: (number > 0).then(|| Struct {
            fields: [("key".to_owned(), value)].into(),
        }),
        icon: (number == 2).then(|| wire::AssetRef {
            id: text.clone() + "i",
        }),
        status: (number > 1).then_some(wire::Status {
            status: number,
            details: text,
        }),
        created_at: at(i64::from(number)),
        ..stub(&kind, &of)
    }
}

/// Rows as our writer makes them: references are ids alone, and entitlements name their resource and types.
fn some_rows() -> impl Strategy<Value = Rows> {
    let kinds = || {
        prop::sample::select(vec![
            "user".to_owned(),
            "group".to_owned(),
            "a b".to_owned(),
        ])
    };
    let resource = (
        kinds(),
        some_id(),
        prop::option::of(some_id()),
        "[a-zé ]{0,5}",
        0..4_i32,
    )
        .prop_map(|(kind, of, parent, text, number)| resource(kind, of, parent, text, number));
    let entitlement = (some_id(), "[a-z:]{1,4}", any::<bool>(), 0..6_i32);
    let grant = (
        some_id(),
        "[a-z:]{1,4}",
        any::<bool>(),
        kinds(),
        some_id(),
        0..4_u8,
    );
    (
        prop::collection::vec(resource, 0..12),
        prop::collection::vec(entitlement, 0..6),
        prop::collection::vec(grant, 0..20),
        prop::collection::vec(some_id(), 0..3),
    )
        .prop_map(|(resources, entitlements, grants, assets)| {
            let whole = |on: &str, tail: String, own: bool| match own {
                true => format!("group:{on}:{tail}"),
                false => tail,
            };
            let name = |on: &str| {
                let fits = |it: &&wire::Resource| it.id == Some(id("group", on));
                // Of several with one id the first is kept.
                resources
                    .iter()
                    .find(fits)
                    .map_or_else(String::new, |it| it.display_name.clone())
            };
            let kind = |of: &str| wire::ResourceType {
                id: of.to_owned(),
                display_name: format!("Type {of}"),
                ..wire::ResourceType::default()
            };
            let types = ["user", "group", "a b"].map(|of| wire::ResourceType {
                traits: vec![1, 0, 12, 77],
                description: "About it".to_owned(),
                sourced_externally: true,
                ..kind(of)
            });
            let entitlements =
                entitlements
                    .into_iter()
                    .map(|(on, tail, own, purpose)| wire::Entitlement {
                        resource: Some(wire::Resource {
                            display_name: name(&on),
                            ..stub("group", &on)
                        }),
                        id: whole(&on, tail, own),
                        grantable_to: vec![kind("user")],
                        purpose,
                        slug: "slug".to_owned(),
                        ..wire::Entitlement::default()
                    });
            let grants = grants
                .into_iter()
                .map(|(on, tail, own, holder_kind, holder, number)| {
                    let entitlement = whole(&on, tail, own);
                    let grant = wire::Grant {
                        id: format!("{entitlement}:{holder_kind}:{holder}"),
                        entitlement: Some(wire::Entitlement {
                            resource: Some(stub("group", &on)),
                            id: entitlement.clone(),
                            ..wire::Entitlement::default()
                        }),
                        principal: Some(stub(&holder_kind, &holder)),
                        sources: (number == 1).then(|| wire::GrantSources {
                            sources: [(entitlement, wire::GrantSource { is_direct: true })].into(),
                        }),
                        ..wire::Grant::default()
                    };
                    GrantRow {
                        grant,
                        expansion: (number > 1).then(|| wire::GrantExpandable {
                            entitlement_ids: vec!["group:a:member".to_owned()],
                            shallow: true,
                            resource_type_ids: vec!["user".to_owned()],
                        }),
                        needs_expansion: number == 3,
                    }
                });
            Rows {
                types: types.to_vec(),
                entitlements: entitlements.collect(),
                grants: grants.collect(),
                assets: assets
                    .into_iter()
                    .map(|of| AssetRecord {
                        sync_id: run().sync_id,
                        external_id: of,
                        content_type: "image/png".to_owned(),
                        data: vec![1, 2],
                        discovered_at: at(5),
                    })
                    .collect(),
                resources,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_come_back_as_they_were(rows_in in some_rows()) {
        let bench = Bench::new();
        // Equal ids are kept once, so that every row of the file has a key of its own or is the same row.
        rows_in.write(&bench.path("first"));
        bench.convert(&bench.path("first"), Format::V3, "v3");
        let back = bench.convert(&bench.path("v3"), Format::V1, "v1");
        let (before, after) = (rows(&bench.path("first")), rows(&bench.path("v1")));
        // Ids that only differ in where a colon stands are one in version 1 and were left out before.
        prop_assert_eq!(&back.exported.warnings, &[]);
        let names: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
        prop_assert_eq!(names, Vec::<&String>::new());
        prop_assert_eq!(before.len(), after.len());
        bench.convert(&bench.path("v1"), Format::V3, "again");
        prop_assert!(fs::read(bench.path("v3")).unwrap() == fs::read(bench.path("again")).unwrap());
    }
}

#[test]
fn rows_that_a_format_cannot_hold_are_named() {
    let bench = Bench::new();
    let rows = Rows {
        resources: vec![stub("a:b", "c"), stub("a", "b:c"), stub("a", "d")],
        grants: vec![GrantRow::default()],
        ..Rows::default()
    };
    let warnings = rows.write(&bench.path("v1"));
    let words =
        "rows have the id of another row and are not in the new file (1 time, for example a:b:c)";
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].0.starts_with(&words[..60]) && warnings[0].0.contains("a:b:c"),
        "{warnings:?}"
    );
    let converted = bench.convert(&bench.path("v1"), Format::V3, "v3");
    let warning = &converted.exported.warnings[0];
    assert_eq!(
        (warning.code.as_str(), warning.count),
        ("rows-without-ids", 1)
    );
    assert_eq!(converted.exported.stats.resources, 2);
}

#[test]
fn facts_of_old_files_that_stand_in_a_trait_alone_are_kept() {
    let bench = Bench::new();
    let user = wire::UserTrait {
        status: Some(wire::Status {
            status: 2,
            details: "left".to_owned(),
        }),
        profile: Some(Struct {
            fields: BTreeMap::from([(
                "a".to_owned(),
                prost_types::Value {
                    kind: Some(prost_types::value::Kind::BoolValue(true)),
                },
            )]),
        }),
        created_at: at(1),
        ..wire::UserTrait::default()
    };
    let rows = Rows {
        resources: vec![wire::Resource {
            annotations: vec![pack(&user)],
            ..stub("user", "1")
        }],
        ..Rows::default()
    };
    rows.write(&bench.path("v1"));
    bench.convert(&bench.path("v1"), Format::V3, "v3");
    let found = v3(&bench.path("v3"))
        .resource("user", "1")
        .unwrap()
        .unwrap()
        .record;
    assert_eq!(found.profile, user.profile);
    assert_eq!(found.created_at, user.created_at);
    assert_eq!(
        found.status.map(|it| (it.status, it.details)),
        Some((2, "left".to_owned()))
    );
}

#[test]
fn an_annotation_of_old_files_becomes_an_expansion() {
    let bench = Bench::new();
    let expandable = |ids: &[&str]| wire::GrantExpandable {
        entitlement_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..wire::GrantExpandable::default()
    };
    let grant = |holder: &str, ids: &[&str]| GrantRow {
        grant: wire::Grant {
            id: holder.to_owned(),
            entitlement: Some(wire::Entitlement {
                resource: Some(stub("group", "g")),
                id: "group:g:member".to_owned(),
                ..wire::Entitlement::default()
            }),
            principal: Some(stub("group", holder)),
            annotations: vec![pack(&expandable(ids))],
            ..wire::Grant::default()
        },
        ..GrantRow::default()
    };
    let rows = Rows {
        grants: vec![grant("1", &["group:1:member"]), grant("2", &[" "])],
        ..Rows::default()
    };
    rows.write(&bench.path("v1"));
    bench.convert(&bench.path("v1"), Format::V3, "v3");
    let grants = records(&v3(&bench.path("v3")), |_: &mut GrantRecord| {});
    let facts = grants.iter().map(|(_, it)| {
        (
            it.annotations.len(),
            it.expansion.is_some(),
            it.needs_expansion,
        )
    });
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [(0, true, true), (0, false, false)]
    );
    let index = entries(&bench.path("v3"));
    assert_eq!(
        index
            .keys()
            .filter(|key| key.starts_with(&[3, 7, 5, 0]))
            .count(),
        1
    );
}

#[test]
fn what_is_there_is_replaced_only_on_demand_and_keeps_its_permissions() {
    let bench = Bench::new();
    let out = bench.path("sync.c1z");
    fs::write(&out, "mine").unwrap();
    let from = fixture("ours-361.v1.c1z");
    let error = bench
        .try_convert(&from, Format::V3, "sync.c1z", false)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(error.to_string().ends_with("is there already"), "{error}");
    assert_eq!(fs::read(&out).unwrap(), b"mine");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&out, fs::Permissions::from_mode(0o640)).unwrap();
        bench
            .try_convert(&from, Format::V3, "sync.c1z", true)
            .unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&out), 0o640);
        bench.convert(&out, Format::V1, "new.c1z");
        assert_eq!(mode(&bench.path("new.c1z")), 0o600);
    }
}

#[test]
fn what_cannot_be_converted_leaves_everything_as_it_was() {
    let bench = Bench::new();
    fs::write(bench.path("empty"), "").unwrap();
    fs::write(bench.path("other"), "something else").unwrap();
    let unfinished = of_the_sdk("go-40.failed401.v3.c1z");
    let empty = bench.path("no-rows");
    let writer = Writer::new(WriteOptions::default()).unwrap();
    writer.finish(&SyncRunRecord::default(), &empty).unwrap();
    let cases: [(PathBuf, Format, &str); 8] = [
        (bench.path("empty"), Format::V3, "the file is empty"),
        (bench.path("other"), Format::V3, "is not a .c1z file"),
        (bench.path("missing"), Format::V3, "No such file"),
        (
            bench.out.path().to_owned(),
            Format::V3,
            "is not a regular file",
        ),
        (unfinished, Format::V1, "holds no finished sync"),
        (empty, Format::V1, "holds no finished sync"),
        (
            fixture("go-12-unfinished.c1z"),
            Format::V3,
            "holds no finished full sync",
        ),
        (fixture("go-12.c1z"), Format::V1, "is of version 1 already"),
    ];
    for (from, format, words) in cases {
        let out = bench.path("out");
        fs::write(&out, "mine").unwrap();
        let error = bench.try_convert(&from, format, "out", true).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(fs::read(&out).unwrap(), b"mine");
        assert!(!bench.path("out.tmp").exists());
    }
}

#[test]
fn damaged_files_give_errors() {
    let bench = Bench::new();
    for (from, to) in [
        (of_the_sdk("go-40.v3.c1z"), Format::V1),
        (fixture("go-12.c1z"), Format::V3),
    ] {
        let whole = fs::read(from).unwrap();
        let damaged = bench.path("damaged");
        let step = whole.len() / 40;
        for at in (5..whole.len()).step_by(step) {
            fs::write(&damaged, &whole[..at]).unwrap();
            let error = bench.try_convert(&damaged, to, "out", true).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Precondition, "{at}: {error}");
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(&damaged, flipped).unwrap();
            // What is not read, such as the schema's descriptors, may be anything.
            if let Err(error) = bench.try_convert(&damaged, to, "out", true) {
                assert_eq!(error.kind(), ErrorKind::Precondition, "{at}: {error}");
                continue;
            }
            let _ = fs::remove_file(bench.path("out"));
        }
        assert!(!bench.path("out").exists());
    }
}
