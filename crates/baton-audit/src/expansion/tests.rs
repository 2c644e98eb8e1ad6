//! Who holds what through whom, on graphs made to order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use prost::Message;

use super::*;

fn id(text: &str) -> wire::ResourceId {
    let (kind, id) = text.split_once(':').unwrap();
    wire::ResourceId {
        resource_type: kind.to_owned(),
        resource: id.to_owned(),
    }
}

/// A grant of `group:<of>:member`.
fn grant(of: &str, to: &str) -> wire::Grant {
    let resource = wire::Resource {
        id: Some(id(to)),
        ..wire::Resource::default()
    };
    wire::Grant {
        id: format!("{}:{to}", member(of)),
        entitlement: Some(wire::Entitlement {
            id: member(of),
            ..wire::Entitlement::default()
        }),
        principal: Some(resource),
        ..wire::Grant::default()
    }
}

fn member(of: &str) -> String {
    format!("group:{of}:member")
}

/// The members of group `inner` are members of group `of`.
fn nested(of: &str, inner: &str, shallow: bool, types: &[&str]) -> wire::Grant {
    let mut grant = grant(of, &format!("group:{inner}"));
    let expandable = wire::GrantExpandable {
        entitlement_ids: vec![" ".to_owned(), member(inner)],
        shallow,
        resource_type_ids: types.iter().map(|&kind| kind.to_owned()).collect(),
    };
    grant.annotations.push(prost_types::Any {
        type_url: wire::GrantExpandable::TYPE_URL.to_owned(),
        value: expandable.encode_to_vec(),
    });
    grant
}

/// A grant that the writer of the file derived.
fn derived(of: &str, to: &str, sources: &[&str]) -> wire::Grant {
    let source = |of: &&str| (member(of), wire::GrantSource::default());
    wire::Grant {
        sources: Some(wire::GrantSources {
            sources: sources.iter().map(source).collect(),
        }),
        ..grant(of, to)
    }
}

fn expansion(grants: &[wire::Grant]) -> Expansion {
    let mut expansion = Expansion::default();
    for (row, grant) in (1..).zip(grants) {
        let table = "v1_grants";
        let row = RowAt::Table { table, row };
        expansion.edges_of(&row, grant).unwrap();
    }
    for grant in grants {
        expansion.holder_of(grant);
    }
    expansion.holders.settle();
    expansion
}

/// What a principal holds and through what: `a via b, c`.
fn held(expansion: &Expansion, who: &str) -> Vec<String> {
    let short = |id: &str| id.split(':').nth(1).unwrap().to_owned();
    let line = |it: &Derived<'_>| {
        let via: Vec<_> = it.via.iter().map(|id| short(id)).collect();
        format!("{} via {}", short(&it.entitlement.id), via.join(", "))
    };
    expansion.of(&id(who)).unwrap().iter().map(line).collect()
}

#[test]
fn members_of_members_are_found_with_the_way_there() {
    let grants = [
        grant("inner", "user:1"),
        nested("middle", "inner", false, &[]),
        nested("outer", "middle", false, &[]),
    ];
    let expansion = expansion(&grants);
    assert_eq!(
        held(&expansion, "user:1"),
        ["middle via inner", "outer via inner, middle"]
    );
    assert_eq!(held(&expansion, "group:inner"), ["outer via middle"]);
    assert!(held(&expansion, "user:2").is_empty());
    let found = expansion.of(&id("user:1")).unwrap();
    assert_eq!(found[1].grant_id, "group:outer:member:group:middle");
    assert_eq!(found[1].row.path(), "v1_grants/3");
}

#[test]
fn a_shallow_grant_lets_only_direct_holders_through() {
    let grants = [
        grant("inner", "user:1"),
        grant("middle", "user:2"),
        derived("middle", "user:3", &["inner"]),
        derived("middle", "user:4", &["inner", "middle"]),
        nested("middle", "inner", false, &[]),
        nested("outer", "middle", true, &[]),
    ];
    let expansion = expansion(&grants);
    assert_eq!(held(&expansion, "user:1"), ["middle via inner"]);
    assert_eq!(held(&expansion, "user:2"), ["outer via middle"]);
    assert!(held(&expansion, "user:3").is_empty());
    assert_eq!(held(&expansion, "user:4"), ["outer via middle"]);
}

#[test]
fn only_principals_of_the_named_types_are_let_through() {
    let grants = [
        grant("inner", "user:1"),
        grant("inner", "account:1"),
        nested("outer", "inner", false, &["account", "robot"]),
    ];
    let expansion = expansion(&grants);
    assert!(held(&expansion, "user:1").is_empty());
    assert_eq!(held(&expansion, "account:1"), ["outer via inner"]);
}

#[test]
fn what_the_file_has_is_not_found_again() {
    let grants = [
        grant("inner", "user:1"),
        derived("outer", "user:1", &["inner"]),
        nested("outer", "inner", false, &[]),
        nested("top", "outer", false, &[]),
    ];
    assert_eq!(held(&expansion(&grants), "user:1"), ["top via outer"]);
}

#[test]
fn a_cycle_ends_and_is_named_with_its_possible_holders() {
    let grants = [
        grant("a", "user:1"),
        grant("feeds", "user:2"),
        grant("outside", "user:3"),
        nested("b", "a", false, &[]),
        nested("a", "b", false, &[]),
        nested("a", "feeds", false, &[]),
        nested("outside", "b", false, &[]),
        nested("self", "self", false, &[]),
    ];
    let expansion = expansion(&grants);
    assert_eq!(held(&expansion, "user:1"), ["b via a", "outside via a, b"]);
    let cycles = expansion.cycles().unwrap();
    let ids: Vec<_> = cycles.iter().map(|it| it.entitlements.clone()).collect();
    assert_eq!(
        ids,
        [
            vec!["group:a:member", "group:b:member"],
            vec!["group:self:member"]
        ]
    );
    assert_eq!(
        cycles[0].holders,
        ["group:a", "group:b", "group:feeds", "user:1", "user:2"]
    );
    let closing: Vec<_> = cycles[0].grants.iter().map(|(_, id)| *id).collect();
    assert_eq!(
        closing,
        ["group:a:member:group:b", "group:b:member:group:a"]
    );
}

#[test]
fn nesting_without_end_is_refused() {
    let mut grants = vec![grant("0", "user:1")];
    let pairs = (0..=MAX_DEPTH).map(|n| (n.to_string(), (n + 1).to_string()));
    grants.extend(pairs.map(|(inner, outer)| nested(&outer, &inner, false, &[])));
    let error = expansion(&grants).of(&id("user:1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "row 66 of v1_grants: groups are nested more than 64 deep here"
    );
    grants.pop();
    assert_eq!(expansion(&grants).of(&id("user:1")).unwrap().len(), 64);
}

#[test]
fn an_expansion_that_cannot_be_decoded_is_damage() {
    let mut broken = nested("outer", "inner", false, &[]);
    broken.annotations[0].value = vec![0xff];
    let row = RowAt::Key(Box::from(&b"k"[..]));
    let error = Expansion::default().edges_of(&row, &broken).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(error.to_string().contains("its expansion: "), "{error}");
}

const USERS: usize = 3;
const GROUPS: usize = 6;

type Nesting = (usize, usize, bool, bool);

/// Who holds what at the end, by adding what follows until nothing does.
fn closure(direct: &BTreeSet<(usize, usize)>, nestings: &[Nesting]) -> BTreeSet<(usize, usize)> {
    let mut all = direct.clone();
    loop {
        let mut more = all.clone();
        for &(outer, inner, shallow, only_first) in nestings {
            let from = if shallow { direct } else { &all };
            let users = (0..USERS).filter(|&user| from.contains(&(user, inner)));
            let users = users.filter(|&user| !only_first || user == 0);
            more.extend(users.map(|user| (user, outer)));
        }
        if more == all {
            return all;
        }
        all = more;
    }
}

proptest! {
    #[test]
    fn as_adding_what_follows_until_nothing_does(
        direct in proptest::collection::btree_set((0..USERS, 0..GROUPS), 0..8),
        nestings in proptest::collection::vec((0..GROUPS, 0..GROUPS, any::<bool>(), any::<bool>()), 0..14),
    ) {
        // The first user is of a type of its own.
        let user = |at: usize| match at {
            0 => "first:0".to_owned(),
            at => format!("user:{at}"),
        };
        let members = direct.iter().map(|&(who, of)| grant(&of.to_string(), &user(who)));
        let groups = nestings.iter().map(|&(outer, inner, shallow, only_first)| {
            let types: &[&str] = if only_first { &["first"] } else { &[] };
            nested(&outer.to_string(), &inner.to_string(), shallow, types)
        });
        let expansion = expansion(&members.chain(groups).collect::<Vec<_>>());
        let expected = closure(&direct, &nestings);
        for who in 0..USERS {
            let derived = expansion.of(&id(&user(who))).unwrap();
            let found: Vec<_> = derived.iter().map(|it| it.entitlement.id.clone()).collect();
            let set: BTreeSet<_> = found.iter().cloned().collect();
            prop_assert_eq!(set.len(), found.len());
            let missing = expected.difference(&direct).filter(|(it, _)| *it == who);
            let missing: BTreeSet<_> = missing.map(|(_, of)| member(&of.to_string())).collect();
            prop_assert_eq!(&set, &missing);
            for it in &derived {
                let first = it.via[0].split(':').nth(1).unwrap().parse().unwrap();
                prop_assert!(direct.contains(&(who, first)));
            }
        }
        // Two groups are in one cycle when each reaches the other.
        let mut reach: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for start in 0..GROUPS {
            let all: Vec<Nesting> = nestings.iter().map(|&(o, i, ..)| (o, i, false, false)).collect();
            let first: BTreeSet<_> = nestings.iter().filter(|n| n.1 == start).map(|n| (0, n.0)).collect();
            reach.insert(start, closure(&first, &all).into_iter().map(|(_, of)| of).collect());
        }
        let both = |a: usize, b: usize| reach[&a].contains(&b) && reach[&b].contains(&a);
        let ring = |at| (0..GROUPS).filter(|&it| both(at, it)).map(|it| member(&it.to_string())).collect::<Vec<_>>();
        let rings = (0..GROUPS).map(ring);
        let rings: BTreeSet<_> = rings.filter(|ring| !ring.is_empty()).collect();
        let cycles = expansion.cycles().unwrap();
        let cycles: Vec<Vec<String>> = cycles.iter()
            .map(|it| it.entitlements.iter().map(|id| (*id).to_owned()).collect())
            .collect();
        prop_assert_eq!(cycles, rings.into_iter().collect::<Vec<_>>());
    }
}
