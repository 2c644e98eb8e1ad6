use connector_core::id::{EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    Entitlement, Grant, Purpose, Resource, Status, StatusKind, TraitData, UserTrait,
};
use connector_core::profile::ProfileValue;
use connector_core::store::Rows;
use connector_core::text::Text;
use connector_pebble::records::Record;
use proptest::prelude::*;

use super::super::GrantRow;
use super::super::records::{grant_record, resource_record};
use super::*;
use crate::counters::Written;
use crate::rows::{Decoder, Encoded, Writer};

const USER: ResourceTypeId = ResourceTypeId::new("user");
const TEAM: ResourceTypeId = ResourceTypeId::new("team");

fn at() -> Timestamp {
    Timestamp::new(1_770_000_000, 123).unwrap()
}

/// Encodes rows as the log has them and makes records of them; keys and values.
fn records(rows: &Rows) -> Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let mut encoded = Encoded::default();
    Writer::default().encode(rows, &[], &mut encoded, &mut Written::default());
    let phase = rows.phase();
    let mut decoder = Decoder::new(phase, &encoded.columns, encoded.blobs.len());
    let mut records = Records::default();
    let mut found = Vec::new();
    while let Some(row) = decoder.next().unwrap() {
        let message = &encoded.blobs[row.blob.0..row.blob.1];
        let (key, value) = records.record(phase, at(), &row, message).unwrap();
        found.push((key.to_vec(), value.to_vec(), message.to_vec()));
    }
    found
}

/// The same by way of decoded messages.
fn same<R: Record + std::fmt::Debug>(found: &(Vec<u8>, Vec<u8>, Vec<u8>), of: impl Fn(&[u8]) -> R) {
    let (key, value, message) = found;
    let record = of(message);
    assert_eq!(*value, record.to_bytes(), "{record:?}");
    assert_eq!(Some(key.clone()), record.key(), "{record:?}");
}

fn resources() -> impl Strategy<Value = Vec<Resource>> {
    let text = || "[ -~é\\x00\\x01]{0,12}";
    let id = || "[a-z0-9:\\x00\\x01é]{1,8}";
    let profile = prop::collection::btree_map("[a-z]{1,6}", text(), 0..4);
    let parts = (text(), prop::option::of(text()), profile, any::<bool>());
    let person = (prop::option::of(text()), prop::option::of(text()));
    let one = (id(), prop::option::of(id()), parts, person, 0_u8..4);
    let made = one.prop_map(
        |(id, parent, (name, description, profile, is_old), person, kind)| {
            let trait_data = match kind {
                0 => TraitData::None,
                1 => TraitData::Group,
                2 => TraitData::App,
                _ => TraitData::User(UserTrait {
                    email: person.0.as_deref().map(Text::from),
                    login: person.1.as_deref().map(Text::from),
                    ..UserTrait::default()
                }),
            };
            let mut resource = Resource::new(ResourceId::new(USER, id), &name, trait_data);
            resource.parent = parent.map(|parent| ResourceId::new(TEAM, parent));
            resource.description = description.map(Text::from);
            for (key, value) in profile {
                resource.profile.set(key, ProfileValue::Text(value.into()));
            }
            resource.profile.set("old", ProfileValue::Bool(is_old));
            resource.created_at = is_old.then(|| Timestamp::new(-5, 0).unwrap());
            resource.status = person
                .1
                .map(|word| Status::of(StatusKind::Enabled).with_details(&word));
            resource
        },
    );
    prop::collection::vec(made, 1..5)
}

proptest! {
    #[test]
    fn resources_are_what_their_messages_say(rows in resources()) {
        for found in records(&Rows::Resources(rows)) {
            same(&found, |message| {
                resource_record(&wire::Resource::decode(message).unwrap(), instant(at()))
            });
        }
    }

    #[test]
    fn entitlements_and_grants_are_what_their_messages_say(
        id in "[a-z0-9:\\x00\\x01é]{1,8}",
        slug in "[a-z:\\x00]{1,5}",
        holder in "[a-z0-9:\\x01]{1,8}",
    ) {
        let entitlement = EntitlementId::new(ResourceId::new(TEAM, id), slug);
        let rows = vec![Entitlement {
            id: entitlement.clone(),
            resource_name: "Team".to_owned(),
            display_name: "Member".to_owned(),
            description: String::new(),
            purpose: Purpose::Assignment,
            grantable_to: vec![USER],
        }];
        for found in records(&Rows::Entitlements(rows)) {
            same(&found, |message| {
                entitlement_record(&wire::Entitlement::decode(message).unwrap(), instant(at()))
            });
        }
        let rows = vec![Grant { entitlement, principal: ResourceId::new(USER, holder) }];
        for found in records(&Rows::Grants(rows)) {
            same(&found, |message| {
                let grant = wire::Grant::decode(message).unwrap();
                grant_record(&GrantRow { grant, ..GrantRow::default() }, instant(at()))
            });
        }
    }
}

#[test]
fn a_field_without_a_place_is_a_bug() {
    let rows = Rows::Resources(vec![Resource::new(
        ResourceId::new(USER, "1"),
        "A",
        TraitData::None,
    )]);
    let (_, _, message) = records(&rows).remove(0);
    for more in [&b"\x52\x00"[..], b"\x1a\x01A"] {
        let message = [&message, more].concat();
        let error = Parts::of(&message).unwrap_err();
        assert_eq!(error.kind(), connector_core::ErrorKind::Bug);
    }
    assert!(Parts::of(&message[..message.len() - 1]).is_err());
}
