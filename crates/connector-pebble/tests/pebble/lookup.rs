//! Single rows and rows that belong together, in files of the Go SDK.

use connector_pebble::records::{EntitlementRecord, GrantRecord, ResourceRecord};
use connector_pebble::{Keyspace, Limits, Reader, entitlement_tail};

use crate::fixtures::{LISTED, SAMPLE, bytes, open};

#[test]
fn rows_are_found_by_their_ids() {
    for name in LISTED {
        let reader = open(name);
        assert!(reader.has_structured_ids(), "{name}");
        let (mut on_resources, mut entitlements) = (0, 0);
        for row in reader.records::<ResourceRecord>().unwrap() {
            let row = row.unwrap();
            let (kind, id) = (&row.record.resource_type_id, &row.record.resource_id);
            assert_eq!(reader.resource(kind, id).unwrap(), Some(row.clone()));
            on_resources += reader.grants_on(kind, id).unwrap().count();
            entitlements += reader.entitlements_on(kind, id).unwrap().count();
        }
        let grants: Vec<_> = reader
            .records::<GrantRecord>()
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(on_resources, grants.len());
        let all = reader.records::<EntitlementRecord>().unwrap();
        assert_eq!(entitlements, all.map(Result::unwrap).count());
        for row in grants.iter().step_by(10) {
            let held = row.record.entitlement.clone().unwrap();
            let holder = row.record.principal.clone().unwrap();
            let on = (held.resource_type_id.as_str(), held.resource_id.as_str());
            let to = (
                holder.resource_type_id.as_str(),
                holder.resource_id.as_str(),
            );
            let found = reader.grant(on, &held.entitlement_id, to).unwrap();
            assert_eq!(found.as_ref(), Some(row));
            let entitlement = reader
                .entitlement(on.0, on.1, &held.entitlement_id)
                .unwrap();
            assert_eq!(entitlement.unwrap().record.external_id, held.entitlement_id);
            let (flag, tail) = entitlement_tail(on.0, on.1, &held.entitlement_id);
            let key = Keyspace::Grant.key(&[on.0, on.1, flag, tail, to.0, to.1]);
            assert_eq!(key, row.key);
        }
        assert_eq!(reader.resource("user", "none").unwrap(), None);
        assert_eq!(reader.grant(("a", "b"), "c", ("d", "e")).unwrap(), None);
        let of_users = reader.resources_of("user").unwrap().count() as u64;
        assert_eq!(
            of_users,
            reader
                .counts()
                .unwrap()
                .resources
                .get("user")
                .copied()
                .unwrap_or(0)
        );
    }
}

#[test]
fn grants_of_a_principal_and_of_an_entitlement() {
    for name in LISTED {
        let reader = open(name);
        let grants: Vec<_> = reader
            .records::<GrantRecord>()
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for row in grants.iter().step_by(25) {
            let holder = row.record.principal.clone().unwrap();
            let held = row.record.entitlement.clone().unwrap();
            let of = reader
                .grants_of(&holder.resource_type_id, &holder.resource_id)
                .unwrap();
            let of: Vec<_> = of.map(Result::unwrap).collect();
            let expected = grants
                .iter()
                .filter(|it| it.record.principal.as_ref() == Some(&holder));
            assert!(of.iter().eq(expected), "{name}");
            let on = (held.resource_type_id.as_str(), held.resource_id.as_str());
            let held_by = reader.grants_for(on, &held.entitlement_id).unwrap();
            let held_by: Vec<_> = held_by.map(Result::unwrap).collect();
            let expected = grants
                .iter()
                .filter(|it| it.record.entitlement.as_ref() == Some(&held));
            assert!(held_by.iter().eq(expected), "{name}");
        }
    }
}

#[test]
fn the_digest_over_all_grants_is_that_of_the_writer() {
    let mut checked = 0;
    for name in LISTED.into_iter().chain([SAMPLE]) {
        let reader = open(name);
        if let Some(digest) = &reader.manifest().grant_digest {
            assert_eq!(reader.grant_digest().unwrap(), *digest, "{name}");
            checked += 1;
        }
    }
    assert!(checked >= 5, "{checked}");
}

#[test]
fn memory_and_disk_hold_the_same() {
    for name in LISTED {
        let on_disk = Limits {
            max_memory_bytes: 0,
            ..Limits::default()
        };
        let all = |limits| {
            let reader = Reader::from_bytes(bytes(name), limits).unwrap();
            let mut entries = reader.entries().unwrap();
            let mut all = Vec::new();
            while let Some((key, value)) = entries.next_entry().unwrap() {
                all.push((key.to_vec(), value.to_vec()));
            }
            all
        };
        let found = all(on_disk);
        assert!(found.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(found, all(Limits::default()));
    }
}

#[test]
fn known_values_of_the_sample() {
    let reader = open(SAMPLE);
    let digest = reader.manifest().grant_digest.clone().unwrap();
    assert_eq!(digest.count, 12);
    assert_eq!(digest.xor_digest, 0x844d_cffe_166d_b40b_u64.to_be_bytes());
    let key =
        b"\x03\x07\x08\0department\x00250000000\x001\0member\0\x4A\xF5user\x002400000000000000000";
    let hash = reader.get(key).unwrap();
    assert_eq!(hash, Some(0x6CB4_235B_3D46_AE74_u64.to_be_bytes().to_vec()));
    let root = reader.get(b"\x03\x0A\x08\0\0\x02").unwrap().unwrap();
    assert_eq!(
        root,
        [&12_u64.to_be_bytes()[..], &digest.xor_digest].concat()
    );
    assert_eq!(reader.manifest().engine, "pebble3");
    assert_eq!(reader.manifest().engine_schema_version, 24);
    assert_eq!(reader.counts().unwrap().resources["user"], 12);
}
