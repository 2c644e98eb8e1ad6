//! Every listing of a file of the Go SDK agrees with what the SDK's own program prints, in the same order.

use std::collections::BTreeMap;

use connector_pebble::records::{
    CallStat, EntitlementRecord, GrantRecord, Record, ResourceRecord, ResourceTypeRecord,
    SyncRunRecord, sync_type_name,
};
use prost_types::value::Kind;
use prost_types::{Any, Struct, Timestamp};
use serde_json::{Map, Value, json};

use crate::fixtures::{LISTED, open, printed};

/// An object without the members that protobuf's JSON leaves out.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let is_default = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let members = members.into_iter().filter(|(_, value)| !is_default(value));
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

fn time(at: Option<&Timestamp>) -> Value {
    at.map_or(Value::Null, |at| json!(at.to_string()))
}

fn id(kind: &str, id: &str) -> Value {
    json!({"resourceType": kind, "resource": id})
}

fn facts(profile: &Struct) -> Value {
    let fields = profile.fields.iter();
    Value::Object(
        fields
            .map(|(name, value)| (name.clone(), fact(value)))
            .collect(),
    )
}

fn fact(value: &prost_types::Value) -> Value {
    match value.kind.as_ref() {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::NumberValue(number)) => json!(number),
        Some(Kind::StringValue(text)) => json!(text),
        Some(Kind::BoolValue(yes)) => json!(yes),
        Some(Kind::StructValue(inner)) => facts(inner),
        Some(Kind::ListValue(list)) => Value::Array(list.values.iter().map(fact).collect()),
    }
}

/// The types of annotations; their contents are messages that this crate does not know.
fn types(annotations: &[Any]) -> Value {
    annotations
        .iter()
        .map(|any| json!({"@type": any.type_url}))
        .collect()
}

/// What was printed, with numbers of one kind and annotations without their contents.
fn simplified(printed: &Value) -> Value {
    match printed {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(simplified).collect(),
        Value::Object(members) => {
            let simplify = |(name, value): (&String, &Value)| {
                let value = match (name.as_str(), value) {
                    ("annotations", Value::Array(all)) => all
                        .iter()
                        .map(|any| json!({"@type": any["@type"]}))
                        .collect(),
                    _ => simplified(value),
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(simplify).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn resource_type(it: &ResourceTypeRecord) -> Value {
    let traits: Vec<_> = it
        .traits
        .iter()
        .map(|name| format!("TRAIT_{name}"))
        .collect();
    object([
        ("id", json!(it.external_id)),
        ("displayName", json!(it.display_name)),
        ("traits", json!(traits)),
        ("annotations", types(&it.annotations)),
        ("description", json!(it.description)),
    ])
}

fn resource(it: &ResourceRecord) -> Value {
    let parent = it.parent.as_ref();
    let status = it.status.as_ref().map(|status| {
        let words = ["", "RESOURCE_STATUS_ENABLED", "RESOURCE_STATUS_DISABLED"];
        let word = words[usize::try_from(status.status).unwrap()];
        object([("status", json!(word)), ("details", json!(status.details))])
    });
    object([
        ("id", id(&it.resource_type_id, &it.resource_id)),
        (
            "parentResourceId",
            parent.map_or(Value::Null, |p| id(&p.resource_type_id, &p.resource_id)),
        ),
        ("displayName", json!(it.display_name)),
        ("description", json!(it.description)),
        ("annotations", types(&it.annotations)),
        ("profile", it.profile.as_ref().map_or(Value::Null, facts)),
        ("status", status.unwrap_or_default()),
        ("createdAt", time(it.created_at.as_ref())),
    ])
}

fn entitlement(it: &EntitlementRecord) -> Value {
    let on = it.resource.clone().unwrap();
    let purpose = match it.purpose.is_empty() {
        true => String::new(),
        false => format!("PURPOSE_VALUE_{}", it.purpose),
    };
    let grantable = it.grantable_to_resource_type_ids.iter();
    object([
        (
            "resource",
            json!({"id": id(&on.resource_type_id, &on.resource_id)}),
        ),
        ("id", json!(it.external_id)),
        ("displayName", json!(it.display_name)),
        ("description", json!(it.description)),
        (
            "grantableTo",
            grantable.map(|id| json!({"id": id})).collect(),
        ),
        ("annotations", types(&it.annotations)),
        ("purpose", json!(purpose)),
        ("slug", json!(it.slug)),
    ])
}

fn grant(it: &GrantRecord) -> Value {
    let held = it.entitlement.clone().unwrap();
    let holder = it.principal.clone().unwrap();
    let parent = match holder.parent_resource_id.is_empty() {
        true => Value::Null,
        false => id(&holder.parent_resource_type_id, &holder.parent_resource_id),
    };
    let mut annotations = it.annotations.clone();
    if it.expansion.is_some() {
        annotations.push(Any {
            type_url: "type.googleapis.com/c1.connector.v2.GrantExpandable".to_owned(),
            value: Vec::new(),
        });
    }
    let source = |(name, source): (&String, &connector_pebble::records::GrantSourceRecord)| {
        (
            name.clone(),
            object([("isDirect", json!(source.is_direct))]),
        )
    };
    let sources = match it.sources.is_empty() {
        true => Value::Null,
        false => json!({"sources": it.sources.iter().map(source).collect::<Map<_, _>>()}),
    };
    object([
        (
            "entitlement",
            json!({
                "resource": {"id": id(&held.resource_type_id, &held.resource_id)},
                "id": held.entitlement_id,
            }),
        ),
        (
            "principal",
            object([
                ("id", id(&holder.resource_type_id, &holder.resource_id)),
                ("parentResourceId", parent),
            ]),
        ),
        ("id", json!(it.id())),
        ("annotations", types(&annotations)),
        ("sources", sources),
    ])
}

fn agrees<R: Record>(name: &str, command: &str, inner: &str, shown: fn(&R) -> Value) {
    let printed = printed(name, command).expect("a listing");
    let rows = printed.as_object().unwrap().values().next();
    let rows = rows.and_then(Value::as_array).cloned().unwrap_or_default();
    let expected: Vec<_> = rows.iter().map(|row| simplified(&row[inner])).collect();
    let rows = open(name).records::<R>().unwrap();
    let found: Vec<_> = rows.map(|row| shown(&row.unwrap().record)).collect();
    assert_eq!(found.len(), expected.len(), "{name} {command}");
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{name} {command}");
    }
}

#[test]
fn listings_agree_with_the_go_program() {
    for name in LISTED {
        agrees(name, "resource-types", "resourceType", resource_type);
        agrees(name, "resources", "resource", resource);
        agrees(name, "entitlements", "entitlement", entitlement);
        agrees(name, "grants", "grant", grant);
    }
}

fn run(it: &SyncRunRecord) -> Value {
    object([
        ("id", json!(it.sync_id)),
        ("startedAt", time(it.started_at.as_ref())),
        ("endedAt", time(it.ended_at.as_ref())),
        ("syncToken", json!(it.sync_token)),
        ("syncType", json!(sync_type_name(it.sync_type))),
    ])
}

#[test]
fn the_sync_run_agrees_with_the_go_program() {
    for name in LISTED {
        let reader = open(name);
        let found = reader.sync_run().unwrap().map(|it| run(&it));
        let printed = printed(name, "syncs").unwrap();
        assert_eq!(json!({"syncs": [found]}), printed, "{name}");
        let run = reader.sync_run().unwrap().unwrap();
        assert_eq!(run.ended_at.is_none(), name.contains("failed"), "{name}");
        let summary = &reader.manifest().sync_runs;
        assert_eq!(summary.len(), 1);
        assert_eq!(summary[0].sync_id, run.sync_id);
        assert_eq!(summary[0].ended_at, run.ended_at);
    }
}

/// The numbers of an object of `uint64` texts.
fn numbers(of: &Value) -> BTreeMap<String, u64> {
    let members = of.as_object().cloned().unwrap_or_default();
    let number = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    members
        .iter()
        .map(|(name, value)| (name.clone(), number(value).expect("a number")))
        .collect()
}

#[test]
fn counts_and_timings_agree_with_the_go_program() {
    for name in LISTED {
        let reader = open(name);
        let Some(printed) = printed(name, "stats") else {
            assert_eq!(reader.counts().unwrap().grants.len(), 0);
            continue;
        };
        let stats = &printed["stats"];
        let counts = reader.counts().unwrap();
        assert_eq!(stats["resourceTypes"], counts.resource_types.to_string());
        assert_eq!(numbers(&stats["resourcesByResourceType"]), counts.resources);
        assert_eq!(
            numbers(&stats["entitlementsByResourceType"]),
            counts.entitlements
        );
        assert_eq!(numbers(&stats["grantsByResourceType"]), counts.grants);
        let left = reader.stats().unwrap().expect("counts of the writer");
        assert_eq!(stats["grants"], left.grants.to_string());
        assert_eq!(stats["resources"], left.resources.to_string());
        let calls = stats["connectorCallStats"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        assert_eq!(calls.len(), left.connector_call_stats.len());
        for (call, expected) in calls {
            let CallStat {
                count, total_ms, ..
            } = left.connector_call_stats[&call];
            let number = |name: &str| expected[name].as_str().unwrap_or("0").to_owned();
            assert_eq!(
                (number("count"), number("totalMs")),
                (count.to_string(), total_ms.to_string())
            );
        }
    }
}
