//! What is printed as JSON is complete: carried out on OLD it gives NEW.

use std::collections::{BTreeMap, BTreeSet};

use baton_audit::diff::merge::{Meeting, merge};
use baton_audit::diff::people::{compare, people};
use baton_audit::diff::{Facts, GrantCounts, Grants, Value as Fact};
use baton_audit::identity::Roster;
use baton_audit::source::{OpenArgs, Pick, Source};
use connector_c1z::GrantKey;
use connector_core::id::ResourceId;
use connector_testkit::file::{GROUP, SyncFile, user};
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{Files, at, audit};

use super::pair::written;
use super::person::DAY;

type People = BTreeMap<String, Map<String, Value>>;

fn open(path: &str) -> Source {
    Source::open(path.as_ref(), Pick::Latest, &OpenArgs::default()).unwrap()
}

fn facts(facts: &Facts<'_>) -> Map<String, Value> {
    let value = |fact: &Fact<'_>| match fact {
        Fact::Text(text) => json!(text),
        Fact::List(texts) => json!(texts),
    };
    let facts = facts.iter();
    facts
        .map(|(field, fact)| (field.as_str().to_owned(), value(fact)))
        .collect()
}

fn all_people(source: &Source) -> People {
    let roster = Roster::load(source).unwrap();
    let all = people(&roster).into_iter();
    all.map(|(key, of)| (key.to_string(), facts(&of))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn applied(old: &People, diff: &Value) -> People {
    let mut people = old.clone();
    let mut arrived = People::new();
    for change in diff["people"].as_array().unwrap() {
        let id = text(&change["id"]);
        if change["old"].is_null() {
            arrived.insert(id, change["new"].as_object().unwrap().clone());
            continue;
        }
        let earlier = change["earlier_id"].as_str().unwrap_or(&id);
        let mut facts = people.remove(earlier).unwrap();
        if change["new"].is_null() {
            continue;
        }
        for changed in change["changes"].as_array().unwrap() {
            match &changed["to"] {
                Value::Null => facts.remove(changed["field"].as_str().unwrap()),
                to => facts.insert(text(&changed["field"]), to.clone()),
            };
        }
        arrived.insert(id, facts);
    }
    for group in diff["ambiguous"].as_array().unwrap() {
        for person in group["old"].as_array().unwrap() {
            people.remove(person["id"].as_str().unwrap());
        }
        for person in group["new"].as_array().unwrap() {
            arrived.insert(
                text(&person["id"]),
                person["facts"].as_object().unwrap().clone(),
            );
        }
    }
    people.extend(arrived);
    people
}

fn held(source: &Source) -> BTreeSet<(String, String)> {
    let mut held = BTreeSet::new();
    let each = |grant: connector_c1z::wire::Grant| {
        let principal = grant.principal.unwrap().external_id();
        held.insert((grant.entitlement.unwrap().id, principal));
        Ok(())
    };
    source
        .reader
        .for_each_grant(&source.sync.sync_id, each)
        .unwrap();
    held
}

#[test]
fn people_and_grants() {
    let files = Files::new();
    let paths = written(&files);
    let ran = audit(&["diff", &paths[0], &paths[1], "--format", "json"]);
    let diff: Value = serde_json::from_str(&ran.out).unwrap();
    let (old, new) = (open(&paths[0]), open(&paths[1]));
    assert_eq!(applied(&all_people(&old), &diff), all_people(&new));
    let grants = |name: &str, principal: &str| -> BTreeSet<_> {
        let listed = diff["grants"][name].as_array().unwrap().iter();
        listed
            .map(|g| (text(&g["entitlement"]), text(&g[principal])))
            .collect()
    };
    let gone = &grants("removed", "principal") | &grants("carried_over", "other_id");
    let new_ones = &grants("added", "principal") | &grants("carried_over", "principal");
    let kept: BTreeSet<_> = held(&old).difference(&gone).cloned().collect();
    assert!(kept.is_disjoint(&new_ones));
    assert_eq!(&kept | &new_ones, held(&new));
    for name in ["added", "removed", "carried_over"] {
        let count = diff["grants"][name].as_array().unwrap().len();
        assert_eq!(diff["summary"]["grants"][name], count, "{name}");
    }
}

fn apply<T: Ord + Clone>(old: &BTreeSet<T>, meetings: &[Meeting<T, ()>]) -> BTreeSet<T> {
    let mut set = old.clone();
    for meeting in meetings {
        match meeting {
            Meeting::Old(key, ()) => assert!(set.remove(key)),
            Meeting::New(key, ()) => assert!(set.insert(key.clone())),
            Meeting::Both(key, (), ()) => assert!(set.contains(key)),
        }
    }
    set
}

fn merged<T: Ord + Clone>(old: &BTreeSet<T>, new: &BTreeSet<T>) -> Vec<Meeting<T, ()>> {
    let rows = |set: &BTreeSet<T>| {
        set.iter()
            .cloned()
            .map(|key| Ok((key, ())))
            .collect::<Vec<_>>()
    };
    let mut meetings = Vec::new();
    merge(rows(old).into_iter(), rows(new).into_iter(), |meeting| {
        meetings.push(meeting);
        Ok(())
    })
    .unwrap();
    meetings
}

proptest! {
    #[test]
    fn walking_two_lists_misses_nothing(
        old in btree_set(0u8..40, 0..20),
        new in btree_set(0u8..40, 0..20),
    ) {
        let meetings = merged(&old, &new);
        prop_assert_eq!(meetings.len(), old.union(&new).count());
        prop_assert_eq!(apply(&old, &meetings), new);
    }
}

const GROUPS: [&str; 3] = ["a", "a:b", "b"];

/// A file whose people have these ids and addresses, and are members as said.
fn company(people: &BTreeMap<u8, u8>, members: &BTreeSet<(usize, u8)>) -> SyncFile {
    let mut file = SyncFile::ended_at(at("2026-03-01T08:00:00Z"));
    for group in GROUPS {
        file = file.group(group, group);
    }
    for (id, email) in people {
        file.push(user(&id.to_string(), "X").email(&format!("{email}@example.com")));
    }
    for (group, id) in members.iter().filter(|(_, id)| people.contains_key(id)) {
        file.grant(
            ResourceId::new(GROUP, GROUPS[*group]),
            "member",
            &id.to_string(),
        );
    }
    file
}

fn grants_of(source: &Source) -> BTreeSet<GrantKey> {
    let mut scan = source.reader.grants_in_order(&source.sync.sync_id).unwrap();
    scan.rows().unwrap().map(|row| row.unwrap().0).collect()
}

fn side() -> impl Strategy<Value = SyncFile> {
    let people = btree_map(0u8..8, 0u8..6, 0..7);
    let members = btree_set((0..GROUPS.len(), 0u8..8), 0..16);
    (people, members).prop_map(|(people, members)| company(&people, &members))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn carrying_out_the_grants_gives_the_new_ones(old in side(), new in side()) {
        let files = Files::new();
        let [old, new] = [("old.c1z", old), ("new.c1z", new)].map(|(name, file)| {
            file.write(&files.path(name)).unwrap();
            open(files.path(name).to_str().unwrap())
        });
        let (before, after) = (Roster::load(&old).unwrap(), Roster::load(&new).unwrap());
        let people = compare(&before, &after, DAY, DAY);
        let (mut added, mut removed) = (BTreeMap::new(), BTreeMap::new());
        let counts = Grants::of(&old, &new, &people).unwrap().for_each(|change| {
            let changes = if change.added { &mut added } else { &mut removed };
            changes.insert(change.grant, change.other_key.map(ToString::to_string));
            Ok(())
        }).unwrap();
        let kept: BTreeSet<_> = grants_of(&old).into_iter().filter(|g| !removed.contains_key(g)).collect();
        prop_assert!(kept.iter().all(|grant| !added.contains_key(grant)));
        let carried_out: BTreeSet<_> = kept.iter().cloned().chain(added.keys().cloned()).collect();
        prop_assert_eq!(carried_out, grants_of(&new));
        // What was carried over is on both sides, each time under the other's id.
        let ends = |changes: &BTreeMap<GrantKey, Option<String>>, from_here: bool| -> BTreeSet<_> {
            let ends = changes.iter().filter_map(|(grant, other)| {
                let here = format!("{}:{}", grant.principal_type, grant.principal_id);
                let other = other.clone()?;
                let (from, to) = if from_here { (here, other) } else { (other, here) };
                Some((grant.entitlement.clone(), from, to))
            });
            ends.collect()
        };
        prop_assert_eq!(ends(&removed, true), ends(&added, false));
        let carried_over = ends(&added, false).len() as u64;
        prop_assert_eq!(counts, GrantCounts {
            unchanged: kept.len() as u64,
            added: added.len() as u64 - carried_over,
            removed: removed.len() as u64 - carried_over,
            carried_over,
        });
    }
}
