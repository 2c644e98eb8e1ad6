//! Grants with numbers are those without, and equal numbers stand for equal ids.

use std::collections::BTreeMap;

use connector_c1z::wire::{Grant, ResourceId};
use connector_c1z::{Reader, RowAt};

use crate::reading::open;
use crate::rewritten::{edited, wrap};
use crate::support::*;

/// The grants of the newest sync, once they have been read both ways.
fn grants(reader: &Reader) -> Vec<(RowAt, Grant)> {
    let run = reader.latest_finished_full().unwrap().unwrap().sync_id;
    let mut rows = Vec::new();
    let each = |at, grant| {
        rows.push((at, grant));
        Ok(())
    };
    reader.for_each_grant_row(&run, each).unwrap();
    let mut numbered = Vec::new();
    let mut entitlements = BTreeMap::new();
    let mut principals = BTreeMap::new();
    let id = |it: &Option<ResourceId>| {
        let id = it.clone().unwrap();
        (id.resource_type, id.resource)
    };
    let each = |it: connector_c1z::NumberedGrant<'_>| {
        let held = it.message.entitlement.as_ref().unwrap();
        let ids = (held.id.clone(), id(&held.resource.as_ref().unwrap().id));
        assert_eq!(
            *entitlements.entry(it.entitlement).or_insert(ids.clone()),
            ids
        );
        let ids = id(&it.message.principal.as_ref().unwrap().id);
        assert_eq!(*principals.entry(it.principal).or_insert(ids.clone()), ids);
        numbered.push((it.at.clone(), it.message.clone()));
        Ok(())
    };
    reader.for_each_numbered_grant(&run, each).unwrap();
    assert_eq!(numbered, rows);
    for ids in [
        entitlements
            .into_values()
            .map(|ids| format!("{ids:?}"))
            .collect::<Vec<_>>(),
        principals
            .into_values()
            .map(|ids| format!("{ids:?}"))
            .collect(),
    ] {
        let different = ids.iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(different.len(), ids.len());
    }
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
