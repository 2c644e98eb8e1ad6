use proptest::prelude::*;
use prost::Message;

use super::*;
use crate::reader::v1::GRANTS;

/// The message of a grant: its entitlement first, or behind the principal, in two parts, or not at all.
fn message(entitlement: u8, form: u8, principal: u8) -> Vec<u8> {
    let id = |resource_type: &str, resource: String| wire::Resource {
        id: Some(wire::ResourceId {
            resource_type: resource_type.to_owned(),
            resource,
        }),
        ..wire::Resource::default()
    };
    let held = wire::Grant {
        entitlement: Some(wire::Entitlement {
            id: format!("e{entitlement}"),
            display_name: "x".repeat(usize::from(entitlement) * 10),
            resource: Some(id("group", format!("g{entitlement}"))),
            ..wire::Entitlement::default()
        }),
        ..wire::Grant::default()
    };
    let holder = wire::Grant {
        principal: Some(id("user", format!("u{principal}"))),
        id: format!("grant {entitlement} {principal}"),
        ..wire::Grant::default()
    };
    let (held, holder) = (held.encode_to_vec(), holder.encode_to_vec());
    // Another name for the same entitlement, as a second part of it.
    let part = [&[ENTITLEMENT, 3, 0x1a, 1, b'y'][..]].concat();
    match form {
        0 => holder,
        1 => [holder, held].concat(),
        2 => [held, holder, part].concat(),
        3 => [held.as_slice(), &holder[..holder.len() - 1]].concat(),
        _ => [held, holder].concat(),
    }
}

fn ids(entitlement: u8, principal: u8) -> GrantKey {
    GrantKey {
        resource_type: "group".to_owned(),
        resource_id: format!("g{entitlement}"),
        entitlement: format!("e{entitlement}"),
        principal_type: "user".to_owned(),
        principal_id: format!("u{principal}"),
    }
}

proptest! {
    /// Whatever is remembered or forgotten in between, a grant is what its message and its row say.
    #[test]
    fn grants_are_those_of_their_messages(
        rows in prop::collection::vec((0_u8..6, 0_u8..12, 0_u8..3, any::<bool>()), 0..60),
        slots in 1_usize..5,
        bytes in 0_usize..200,
    ) {
        let mut decoder = Decoder::remembering(slots, bytes);
        let mut numbers = GrantNumbers::default();
        for (entitlement, form, principal, contradicts) in rows {
            let message = message(entitlement, form, principal);
            // The row may name another entitlement than its message.
            let of_row = if contradicts { 5 - entitlement } else { entitlement };
            let at = RowAt::Table { table: GRANTS, row: 1 };
            let key = ids(of_row, principal);
            let number = numbers.entitlements.number([
                key.resource_type.as_bytes(),
                key.resource_id.as_bytes(),
                key.entitlement.as_bytes(),
            ]);
            let who = [key.principal_type.as_bytes(), key.principal_id.as_bytes()];
            let who = numbers.principals.number(who);
            let read = decoder.read((&at, Value::Null, &message), number, || key.clone());
            let plain = wire::Grant::decode(message.as_slice());
            prop_assert_eq!(read.is_ok(), plain.is_ok());
            let Ok(mut plain) = plain else { continue };
            complete_grant(&at, &mut plain, || key.clone(), Value::Null).unwrap();
            prop_assert_eq!(&decoder.grant, &plain);
            let (held, holder) = decoder.numbers((number, who), &mut numbers);
            let ids = entitlement_ids(&plain).map(str::as_bytes);
            prop_assert_eq!(numbers.entitlements.key(held), ids);
            prop_assert_eq!(numbers.principals.key(holder), principal_ids(&plain).map(str::as_bytes));
            prop_assert!(decoder.remembered <= bytes);
        }
    }
}
