//! Grants with numbers are those without, and equal numbers stand for equal ids. As they lie they are the same, and their
//! places bring them into the canonical order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use connector_c1z::wire::{Grant, ResourceId};
use connector_c1z::{GrantNumbers, NumberedGrant, Reader, RowAt};

use crate::reading::open;
use crate::rewritten::{edited, wrap};
use crate::support::*;

/// Grants that came with numbers.
#[derive(Default)]
struct Numbered {
    rows: Vec<(RowAt, Grant)>,
    /// What each number stands for.
    entitlements: BTreeMap<u32, Vec<String>>,
    principals: BTreeMap<u32, Vec<String>>,
}

impl Numbered {
    fn see(&mut self, it: NumberedGrant<'_>) {
        let id = |it: &Option<ResourceId>| {
            let id = it.clone().unwrap();
            vec![id.resource_type, id.resource]
        };
        let held = it.message.entitlement.as_ref().unwrap();
        let mut ids = id(&held.resource.as_ref().unwrap().id);
        ids.push(held.id.clone());
        let known = self.entitlements.entry(it.entitlement);
        assert_eq!(*known.or_insert_with(|| ids.clone()), ids);
        let ids = id(&it.message.principal.as_ref().unwrap().id);
        let known = self.principals.entry(it.principal);
        assert_eq!(*known.or_insert_with(|| ids.clone()), ids);
        self.rows.push((it.at.clone(), it.message.clone()));
    }

    /// Different numbers stand for different ids.
    fn check(&self) {
        for known in [&self.entitlements, &self.principals] {
            let different: BTreeSet<_> = known.values().collect();
            assert_eq!(different.len(), known.len());
        }
    }
}

/// The grants of the newest sync, once they have been read in all ways.
fn grants(reader: &Reader) -> Vec<(RowAt, Grant)> {
    let run = reader.latest_finished_full().unwrap().unwrap().sync_id;
    let mut rows = Vec::new();
    let each = |at, grant| {
        rows.push((at, grant));
        Ok(())
    };
    reader.for_each_grant_row(&run, each).unwrap();
    let mut numbered = Numbered::default();
    let each = |it: NumberedGrant<'_>| {
        numbered.see(it);
        Ok(())
    };
    reader.for_each_numbered_grant(&run, each).unwrap();
    numbered.check();
    assert_eq!(numbered.rows, rows);

    let (mut lying, mut places) = (Numbered::default(), Vec::new());
    let each = |it: NumberedGrant<'_>, place, numbers: &GrantNumbers| {
        assert!(places.iter().all(|other| *other != place));
        // Places are compared during the walk as after it.
        if let Some(first) = places.first() {
            assert_ne!(numbers.order(*first, place), Ordering::Equal);
        }
        places.push(place);
        lying.see(it);
        Ok(())
    };
    let numbers = reader.for_each_grant_unordered(&run, each).unwrap();
    lying.check();
    let mut ordered: Vec<_> = places.into_iter().zip(lying.rows).collect();
    ordered.sort_by(|(a, _), (b, _)| numbers.order(*a, *b));
    let ordered: Vec<_> = ordered.into_iter().map(|(_, row)| row).collect();
    assert_eq!(ordered, rows);
    rows
}

#[test]
fn files_of_other_writers() {
    for (name, count) in [
        ("go-1k.c1z", 1000),
        ("go-12-two-syncs.c1z", 12),
        ("go-12-version-3.c1z", 12),
    ] {
        assert_eq!(grants(&open(name)).len(), count, "{name}");
    }
    for name in ["go-0.2.92.c1z", "file-nested.v1.c1z", "ours-361.v1.c1z"] {
        assert!(!grants(&open(name)).is_empty(), "{name}");
    }
}

/// Messages that contradict their rows, or have their entitlement in two parts or not at all.
#[test]
fn messages_of_odd_writers() {
    let inside = look_into(&fixture("go-1k.c1z"));
    // Tag 1 is the entitlement, and tag 3 its name in it.
    let odd = edited(
        &inside.bytes,
        "UPDATE v1_grants SET principal_resource_id = 'x' || id % 7 WHERE id % 5 = 0;
         UPDATE v1_grants SET resource_id = 'y', entitlement_id = 'department:y:member' WHERE id % 7 = 0;
         UPDATE v1_grants SET data = CAST(data || x'0a051a03616263' AS BLOB) WHERE id % 3 = 0;
         UPDATE v1_grants SET data = CAST(x'1a0161' AS BLOB) WHERE id % 11 = 0",
    );
    let (_dir, reader) = wrap(&odd);
    let grants = grants(&reader.unwrap());
    assert_eq!(grants.len(), 1000);
    let named = |(_, grant): &&(RowAt, Grant)| {
        let held = grant.entitlement.as_ref().unwrap();
        held.display_name.ends_with("abc")
    };
    assert_eq!(grants.iter().filter(named).count(), 333 - 30);
    let bare = grants.iter().filter(|(_, grant)| grant.id == "a");
    assert_eq!(bare.count(), 90);
}

/// Rows that lie in another order than that of their keys, and several grants of the same to the same.
#[test]
fn rows_in_any_order() {
    let inside = look_into(&fixture("go-1k.c1z"));
    let shuffled = edited(
        &inside.bytes,
        "UPDATE v1_grants SET id = id + 100000;
         UPDATE v1_grants SET id = (id * 7919) % 10007;
         UPDATE v1_grants SET entitlement_id = entitlement_id || ':' || (id % 300),
             resource_id = 'r' || (id % 10) WHERE id % 2 = 0;
         UPDATE v1_grants SET principal_resource_id = 'p' WHERE id % 3 = 0",
    );
    let (_dir, reader) = wrap(&shuffled);
    assert_eq!(grants(&reader.unwrap()).len(), 1000);
}
