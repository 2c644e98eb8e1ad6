//! Files of version 3 are read through the same reader, as the same messages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use connector_c1z::{Format, ReadLimits, Reader, RowAt, dump, wire};
use connector_proto::pick;
use serde_json::Value;

use crate::support::*;

const FILES: [&str; 7] = [
    "file-nested-second-sync.v3",
    "file-nested.v3",
    "go-40-second-sync.v3",
    "go-40.failed-over-good.v3",
    "go-40.failed401.v3",
    "go-40.v3",
    "ours-361.to-pebble.v3",
];

fn golden(name: &str) -> PathBuf {
    fixture("../../../connector-pebble/tests/fixtures").join(name)
}

fn open(path: PathBuf) -> Reader {
    Reader::open(path, ReadLimits::default()).unwrap()
}

fn open_v3(name: &str) -> Reader {
    open(golden(&format!("{name}.c1z")))
}

/// The rows that the SDK's program printed for a command; `None` when it printed no JSON.
fn printed(name: &str, command: &str) -> Option<Value> {
    let packed = std::fs::read(golden(&format!("{name}.{command}.json.zst"))).ok()?;
    let text = zstd::decode_all(packed.as_slice()).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

fn printed_rows(name: &str, command: &str, inner: &str) -> Vec<Value> {
    let printed = printed(name, command).unwrap();
    let rows = printed.as_object().unwrap().values().next();
    let rows = rows.and_then(Value::as_array).cloned().unwrap_or_default();
    rows.into_iter().map(|row| row[inner].clone()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn id_of(value: &Value) -> String {
    format!(
        "{}:{}",
        text(&value["resourceType"]),
        text(&value["resource"])
    )
}

#[derive(Default)]
struct Content {
    types: Vec<wire::ResourceType>,
    resources: Vec<wire::Resource>,
    entitlements: Vec<wire::Entitlement>,
    grants: Vec<wire::Grant>,
    places: Vec<RowAt>,
}

impl Content {
    /// All rows of the only or the `nth` sync.
    fn of(reader: &Reader, nth: usize) -> Self {
        let run = reader.syncs().unwrap().remove(nth).sync_id;
        let mut all = Self::default();
        let types = &mut all.types;
        let each = |it| {
            types.push(it);
            Ok(())
        };
        reader.for_each_resource_type(&run, each).unwrap();
        let (resources, places) = (&mut all.resources, &mut all.places);
        let each = |at, it| {
            places.push(at);
            resources.push(it);
            Ok(())
        };
        reader.for_each_resource_row(&run, each).unwrap();
        let entitlements = &mut all.entitlements;
        let each = |at, it| {
            places.push(at);
            entitlements.push(it);
            Ok(())
        };
        reader.for_each_entitlement_row(&run, each).unwrap();
        let grants = &mut all.grants;
        let each = |at, it| {
            places.push(at);
            grants.push(it);
            Ok(())
        };
        reader.for_each_grant_row(&run, each).unwrap();
        all
    }
}

/// What the program prints of a grant.
fn grant_of(it: &wire::Grant) -> (String, String, String, bool, Vec<String>) {
    let held = it.entitlement.as_ref().unwrap();
    let is_expandable = pick::<wire::GrantExpandable>(&it.annotations)
        .unwrap()
        .is_some();
    let sources = it.sources.clone().unwrap_or_default().sources;
    (
        it.id.clone(),
        format!(
            "{} {}",
            held.resource.as_ref().unwrap().external_id(),
            held.id
        ),
        it.principal.as_ref().unwrap().external_id(),
        is_expandable,
        sources.into_keys().collect(),
    )
}

#[test]
fn listings_agree_with_the_go_program() {
    for name in FILES {
        let reader = open_v3(name);
        assert_eq!(reader.format(), Format::V3);
        let run = reader.syncs().unwrap().remove(0);
        let shown = &printed(name, "syncs").unwrap()["syncs"][0];
        assert_eq!(run.sync_id, text(&shown["id"]));
        assert_eq!(run.sync_type, text(&shown["syncType"]));
        let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let parsed = |value: &Value| time(text(value).parse().ok());
        assert_eq!(time(run.started()), parsed(&shown["startedAt"]), "{name}");
        assert_eq!(time(run.ended()), parsed(&shown["endedAt"]), "{name}");
        assert_eq!(run.ended_at.is_none(), name.contains("failed"));
        let all = Content::of(&reader, 0);
        let types = printed_rows(name, "resource-types", "resourceType");
        let listed: Vec<_> = all.types.iter().map(|it| it.id.clone()).collect();
        assert_eq!(
            listed,
            types.iter().map(|it| text(&it["id"])).collect::<Vec<_>>()
        );
        let resources = printed_rows(name, "resources", "resource");
        let listed = all
            .resources
            .iter()
            .map(|it| (it.external_id(), it.display_name.clone()));
        let expected = resources
            .iter()
            .map(|it| (id_of(&it["id"]), text(&it["displayName"])));
        assert_eq!(
            listed.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{name}"
        );
        let entitlements = printed_rows(name, "entitlements", "entitlement");
        let listed = all.entitlements.iter().map(|it| {
            let on = it.resource.as_ref().unwrap().external_id();
            let purpose = format!("PURPOSE_VALUE_{}", it.purpose().as_str().to_uppercase());
            (it.id.clone(), on, it.display_name.clone(), purpose)
        });
        let expected = entitlements.iter().map(|it| {
            let purpose = it["purpose"].as_str().unwrap_or("PURPOSE_VALUE_");
            let on = id_of(&it["resource"]["id"]);
            (
                text(&it["id"]),
                on,
                text(&it["displayName"]),
                purpose.to_owned(),
            )
        });
        assert_eq!(
            listed.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{name}"
        );
        let grants = printed_rows(name, "grants", "grant");
        let expected = grants.iter().map(|it| {
            let held = &it["entitlement"];
            let annotations = it["annotations"].as_array().cloned().unwrap_or_default();
            let sources = it["sources"]["sources"].as_object().cloned();
            let mut sources: Vec<_> = sources.unwrap_or_default().into_iter().collect();
            sources.sort_by(|a, b| a.0.cmp(&b.0));
            (
                text(&it["id"]),
                format!("{} {}", id_of(&held["resource"]["id"]), text(&held["id"])),
                id_of(&it["principal"]["id"]),
                annotations
                    .iter()
                    .any(|any| text(&any["@type"]).ends_with("GrantExpandable")),
                sources.into_iter().map(|(id, _)| id).collect(),
            )
        });
        let listed = all.grants.iter().map(grant_of).collect::<Vec<_>>();
        assert_eq!(listed, expected.collect::<Vec<_>>(), "{name}");
        let counts = reader.counts(&run.sync_id).unwrap();
        let total = |rows: &BTreeMap<String, u64>| rows.values().sum::<u64>() as usize;
        assert_eq!(counts.resource_types as usize, all.types.len());
        assert_eq!(total(&counts.rows.resources), all.resources.len());
        assert_eq!(total(&counts.rows.entitlements), all.entitlements.len());
        assert_eq!(total(&counts.rows.grants), all.grants.len());
    }
}

/// The same rows as messages of the other version: whole resources, and what others refer to by id.
#[test]
fn both_versions_of_the_same_data_give_the_same_messages() {
    for (v1, nth, v3) in [
        ("ours-361.v1.c1z", 1, "ours-361.to-pebble.v3"),
        ("go-40.v1.c1z", 0, "go-40.v3"),
        ("file-nested.v1.c1z", 0, "file-nested.v3"),
        ("file-nested.v1.c1z", 1, "file-nested-second-sync.v3"),
    ] {
        let one = Content::of(&open(fixture(v1)), nth);
        let three = Content::of(&open_v3(v3), 0);
        assert_eq!(one.types, three.types, "{v3}");
        // Two runs of the Go program wrote the others, and it does not order annotations and facts.
        let comparable = |resources: &[wire::Resource]| {
            let mut resources = resources.to_vec();
            for resource in resources.iter_mut().filter(|_| !v1.starts_with("ours")) {
                let all = resource.annotations.iter_mut();
                all.for_each(|any| any.value.sort_unstable());
                let order = |any: &prost_types::Any| (any.type_url.clone(), any.value.clone());
                resource.annotations.sort_by_key(order);
            }
            resources
        };
        assert_eq!(
            comparable(&one.resources),
            comparable(&three.resources),
            "{v3}"
        );
        let names: BTreeMap<_, _> = (three.resources.iter())
            .map(|it| (it.external_id(), it.display_name.clone()))
            .collect();
        let ids = |types: &[wire::ResourceType]| types.iter().map(|it| it.id.clone()).collect();
        assert_eq!(one.entitlements.len(), three.entitlements.len());
        for (one, three) in one.entitlements.iter().zip(&three.entitlements) {
            let on = three.resource.as_ref().unwrap();
            assert_eq!(on.display_name, names[&on.external_id()]);
            assert_eq!(on.display_name, one.resource.as_ref().unwrap().display_name);
            let grantable: Vec<String> = ids(&three.grantable_to);
            assert_eq!(grantable, ids(&one.grantable_to));
            let mut whole = three.clone();
            whole.resource.clone_from(&one.resource);
            whole.grantable_to.clone_from(&one.grantable_to);
            assert_eq!(&whole, one);
        }
        assert_eq!(one.grants.len(), three.grants.len());
        let entitlements: BTreeMap<_, _> = three
            .entitlements
            .iter()
            .map(|it| (it.id.clone(), it))
            .collect();
        for (one, three) in one.grants.iter().zip(&three.grants) {
            assert_eq!(grant_of(one), grant_of(three));
            assert_eq!(one.annotations, three.annotations);
            let principal = three.principal.as_ref().unwrap();
            assert_eq!(principal.display_name, names[&principal.external_id()]);
            let held = three.entitlement.as_ref().unwrap();
            assert_eq!(Some(&held), entitlements.get(&held.id));
        }
        assert!(
            one.places
                .iter()
                .all(|at| matches!(at, RowAt::Table { .. }))
        );
        assert!(three.places.iter().all(|at| matches!(at, RowAt::Key(_))));
    }
}

#[test]
fn rows_are_found_by_their_ids() {
    for name in ["file-nested.v3", "go-40.v3", "ours-361.to-pebble.v3"] {
        let reader = open_v3(name);
        let run = reader.latest_finished_full().unwrap().unwrap().sync_id;
        let all = Content::of(&reader, 0);
        let holdings = reader.holdings(&run).unwrap();
        for resource in all.resources.iter().step_by(7) {
            let found = reader.resource(&run, &resource.external_id()).unwrap();
            assert_eq!(found.map(|(_, it)| it).as_ref(), Some(resource));
        }
        for entitlement in &all.entitlements {
            let on = entitlement.resource.clone().unwrap().id.unwrap();
            let found = reader.entitlement(&run, &on, &entitlement.id).unwrap();
            assert_eq!(found.map(|(_, it)| it).as_ref(), Some(entitlement));
            let held = holdings.of(&on);
            let grants = all.grants.iter().filter(|grant| {
                let held = grant.entitlement.as_ref().unwrap();
                held.resource.as_ref().unwrap().id.as_ref() == Some(&on)
            });
            assert_eq!(held.grants as usize, grants.count());
        }
        let mut scan = reader.grants_in_order(&run).unwrap();
        let keys: Vec<_> = scan.rows().unwrap().map(|row| row.unwrap().0).collect();
        assert_eq!(keys.len(), all.grants.len());
        assert!(keys.is_sorted());
        assert!(reader.has_grant(&run, &keys[3]).unwrap());
        assert!(!reader.has_grant("another", &keys[3]).unwrap());
        let mut unknown = keys[3].clone();
        unknown.principal_id.push('x');
        assert!(!reader.has_grant(&run, &unknown).unwrap());
        assert_eq!(reader.resource(&run, "user").unwrap(), None);
        assert_eq!(reader.resource(&run, "user:").unwrap(), None);
        assert_eq!(
            reader
                .resource("another", &all.resources[0].external_id())
                .unwrap(),
            None
        );
        let mut none = 0;
        reader
            .for_each_grant("another", |_| {
                none += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(none, 0);
    }
}

#[test]
fn an_unfinished_run_has_no_finished_rows() {
    for name in ["go-40.failed401.v3", "go-40.failed-over-good.v3"] {
        let reader = open_v3(name);
        assert_eq!(reader.latest_finished_full().unwrap(), None);
        let error = dump::render(golden(&format!("{name}.c1z"))).unwrap_err();
        assert_eq!(error.message(), "the file has no finished sync");
    }
}

#[test]
fn a_dump_shows_the_same_for_both_versions() {
    let one = dump::render(fixture("go-40.v1.c1z")).unwrap();
    assert_eq!(one, dump::render(golden("go-40.v3.c1z")).unwrap());
}
