//! Facts that files of older writers keep in one place only.

use std::collections::BTreeMap;

use connector_c1z::{Format, GrantRow, wire};
use connector_pebble::records::GrantRecord;
use connector_proto::pack;
use prost_types::Struct;

use super::by_hand::{Rows, at, stub};
use super::{Bench, entries, records, v3};

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
