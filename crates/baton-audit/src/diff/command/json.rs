//! One JSON object, written while files are read:
//!
//! * `old`, `new`: `file`, `sha256`, `bytes`, `sync_id`, `sync_type`, `started_at`, `ended_at` (RFC 3339, `null` for
//!   what is not there), `judged_on`, `people`;
//! * `summary`: `same`; `people` with the count of each class, `ambiguous` and `unchanged`; `vanished_guard` with
//!   `missing` of `present` people, `threshold_percent`, `minimum` and whether it is `over`; `resource_types`,
//!   `resources`, `entitlements` with `added`, `removed`, `renamed`, `unchanged`; `grants` with `added`, `removed`,
//!   `unchanged`, and `carried_over`, which are neither added nor removed but held under a new id (`null` when grants
//!   are not compared);
//! * `people`: by class and id, each with `class`, `id`, `name`, `earlier_id` and `found_by` when the id is another,
//!   `moves` (`what`, `from`, `to`), `changes` (`field`, `from`, `to`), all facts in `old` and `new`, and in `former`
//!   those of the record under `earlier_id` when it is still there;
//! * `ambiguous`: groups of people in `old`, `new`, and `former` (in both, as one who left), what they have in
//!   common in `shared` (`by`, `value`), and `doubt` when there is one candidate only, without enough proof;
//! * `resource_types`, `resources`, `entitlements`: by id, each with `change`, `id`, `name` and, when renamed,
//!   `old_name`;
//! * `grants`: `added`, `removed` and `carried_over`, as many as the summary counts, by entitlement and principal, each
//!   with `entitlement`, `entitlement_name`, `principal`, `principal_name`, when it was carried over, the earlier id in
//!   `other_id`, and when it follows from groups in groups, the way in `via`; `null` when they are not compared.
//!
//! In `field`, `from`, `to` and facts a text is a text, and what a person can have several of is a list; an absent
//! fact is `null` or left out.

use std::io::Write;

use connector_core::Result;
use serde_json::{Value as Json, json};

use crate::diff::comparison::{Comparison, Side};
use crate::diff::facts::Facts;
use crate::diff::grants::{GrantChange, Grants};
use crate::diff::link::Group;
use crate::diff::objects::{ObjectChange, ObjectKind, for_each_object};
use crate::diff::people::{Change, Class};
use crate::identity::Identity;
use crate::json::{self, List, Object};
use crate::look::Names;
use crate::table::time_text;

pub(super) fn write(compared: &Comparison<'_>, out: &mut dyn Write) -> Result<()> {
    let people = &compared.people;
    let (old, new) = (&compared.old.source, &compared.new.source);
    json::write_object(out, |document| {
        document.value("old", &side(compared.old, people.old_total))?;
        document.value("new", &side(compared.new, people.new_total))?;
        document.object("summary", |members| summary(compared, members))?;
        document.list("people", |list| {
            let mut changes = people.changes.iter();
            changes.try_for_each(|change| list.push(&person(change)))
        })?;
        document.list("ambiguous", |list| {
            let mut groups = people.ambiguous.iter();
            groups.try_for_each(|unclear| list.push(&group(unclear)))
        })?;
        for kind in ObjectKind::ALL {
            document.list(plural(kind), |list| {
                for_each_object(kind, old, new, |change| list.push(&object(&change))).map(drop)
            })?;
        }
        if compared.grants.is_none() {
            return document.value("grants", &());
        }
        document.object("grants", |sides| {
            sides.list("added", |list| grants(compared, (true, false), list))?;
            sides.list("removed", |list| grants(compared, (false, false), list))?;
            sides.list("carried_over", |list| grants(compared, (true, true), list))
        })
    })
}

fn side(side: &Side, people: u64) -> Json {
    let source = &side.source;
    let sync = &source.sync;
    json!({
        "file": source.shown(),
        "sha256": source.sha256,
        "bytes": source.bytes,
        "sync_id": sync.sync_id,
        "sync_type": sync.sync_type,
        "started_at": time_text(sync.started(), &sync.started_at),
        "ended_at": sync.ended_at.as_deref().map(|raw| time_text(sync.ended(), raw)),
        "judged_on": side.day.to_string(),
        "people": people,
    })
}

fn summary(compared: &Comparison<'_>, summary: &mut Object<'_>) -> Result<()> {
    let people = &compared.people;
    summary.value("same", &compared.is_same())?;
    summary.object("people", |counts| {
        for class in Class::ALL {
            counts.value(class.as_str(), &people.count(class))?;
        }
        counts.value("ambiguous", &people.unclear())?;
        counts.value("unchanged", &people.unchanged)
    })?;
    let guard = json!({
        "missing": people.missing(),
        "present": people.old_present,
        "threshold_percent": compared.guard.threshold.value(),
        "minimum": compared.guard.minimum,
        "over": compared.is_unsafe(),
    });
    summary.value("vanished_guard", &guard)?;
    for (kind, sample) in &compared.objects {
        summary.value(plural(*kind), &sample.counts)?;
    }
    summary.value(
        "grants",
        &compared.grants.as_ref().map(|sample| sample.counts),
    )
}

const fn plural(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::ResourceType => "resource_types",
        ObjectKind::Resource => "resources",
        ObjectKind::Entitlement => "entitlements",
    }
}

fn person(change: &Change<'_>) -> Json {
    let person = change.person();
    json!({
        "class": change.class,
        "id": person.map(|p| p.key.to_string()),
        "name": person.map(|p| &p.name),
        "earlier_id": change.other_key().map(ToString::to_string),
        "found_by": change.found_by,
        "moves": change.moves,
        "changes": change.changes,
        "old": change.before.map(Facts::of),
        "new": change.after.map(Facts::of),
        "former": change.former.map(Facts::of),
    })
}

fn group(group: &Group<'_>) -> Json {
    let people = |people: &[&Identity]| -> Vec<Json> {
        let facts = |p: &&Identity| json!({"id": p.key.to_string(), "facts": Facts::of(p)});
        people.iter().map(facts).collect()
    };
    let shared = group.shared.iter();
    let shared = shared.map(|(by, value)| json!({"by": by, "value": value}));
    json!({
        "old": people(&group.old),
        "former": people(&group.former),
        "new": people(&group.new),
        "shared": shared.collect::<Vec<_>>(),
        "doubt": group.is_doubt(),
    })
}

fn object(change: &ObjectChange) -> Json {
    let name = change.new_name.as_ref().or(change.old_name.as_ref());
    let mut object = json!({"change": change.what(), "id": change.id, "name": name});
    if change.what() == "renamed" {
        object["old_name"] = change.old_name.as_deref().into();
    }
    object
}

/// The grants that NEW (`added`) or OLD alone has, those that were carried over or the others. The files are read for
/// each, so that no list of grants is held.
fn grants(
    compared: &Comparison<'_>,
    (added, carried_over): (bool, bool),
    list: &mut List<'_>,
) -> Result<()> {
    let (old, new) = (&compared.old.source, &compared.new.source);
    let mut names = Names::new(if added { new } else { old });
    let grants = Grants::of(old, new, &compared.people)?;
    let each = |change: GrantChange<'_>| match (change.added, change.other_key.is_some()) {
        which if which == (added, carried_over) => list.push(&grant(&change, &mut names)?),
        _ => Ok(()),
    };
    grants.for_each(each).map(drop)
}

fn grant(change: &GrantChange<'_>, names: &mut Names<'_>) -> Result<Json> {
    let key = &change.grant;
    let (who, what) = names.of_grant(key)?;
    let mut grant = json!({
        "entitlement": key.entitlement,
        "entitlement_name": what,
        "principal": format!("{}:{}", key.principal_type, key.principal_id),
        "principal_name": who,
    });
    if let Some(other) = change.other_key {
        grant["other_id"] = other.to_string().into();
    }
    if !change.via.is_empty() {
        grant["via"] = change.via.clone().into();
    }
    Ok(grant)
}
