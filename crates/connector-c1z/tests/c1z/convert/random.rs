//! Whatever rows a file has, they come back from the other format; those that a format cannot hold are named.

use std::fs;

use connector_c1z::{Format, GrantRow, wire};
use connector_pebble::records::AssetRecord;
use proptest::prelude::*;
use prost_types::Struct;

use super::by_hand::{Rows, at, id, run, stub};
use super::{Bench, rows};

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
    // What such a file was given without ids is damage to whoever reads it.
    let read = bench.try_convert(&bench.path("v1"), Format::V3, "v3", false);
    assert_eq!(
        read.unwrap_err().message(),
        "the file is damaged: row 1 of v1_grants: its resource_type_id is empty"
    );
    let rows = Rows {
        grants: Vec::new(),
        ..rows
    };
    rows.write(&bench.path("sound"));
    let converted = bench.convert(&bench.path("sound"), Format::V3, "v3");
    assert_eq!(converted.exported.stats.resources, 2);
}
