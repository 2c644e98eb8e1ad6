//! The grants of a store. They lie in the order of their keys.

use connector_core::Result;
use connector_pebble::records::GrantRecord;
use connector_pebble::{Reader, Row};
use connector_proto::holds;

use super::join::WithEntitlements;
use super::{Store, message};
use crate::reader::listing::{Listing, Place};
use crate::reader::numbered::{GrantNumbers, GrantPlace};
use crate::reader::ordered::unnamed;
use crate::reader::{GrantKey, NumberedGrant, RowAt};
use crate::wire;

/// The grants of a sync, or of one principal in it.
pub(super) fn listing<'r>(
    store: &'r Store,
    sync_id: &str,
    of: Option<&wire::ResourceId>,
) -> Listing<'r, Place<wire::Grant>> {
    let of = of.cloned();
    let open = move |reader: &'r Reader| match &of {
        Some(of) => reader.grants_of(&of.resource_type, &of.resource),
        None => reader.records(),
    };
    let with = move || {
        let mut entitlements = WithEntitlements::new(&store.reader)?;
        let types = store.types.of(&store.reader)?;
        let names = store.names.of(&store.reader)?;
        Ok(move |row: Row<GrantRecord>| {
            let held = entitlements.entitlement(row.record.entitlement.as_ref(), types)?;
            let grant = message::grant(row.record, held, |id| names.name(id));
            placed(store, row.key, grant)
        })
    };
    store.listing(sync_id, open, with)
}

/// All grants of a sync, with their numbers and their places in the order.
pub(super) fn numbered(
    store: &Store,
    sync_id: &str,
    each: &mut dyn FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
) -> Result<GrantNumbers> {
    let mut numbers = GrantNumbers::default();
    let mut rows = 0..;
    listing(store, sync_id, None).for_each(|(at, message)| {
        let grant = NumberedGrant {
            at: &at,
            entitlement: numbers.entitlement(&message),
            principal: numbers.principal(&message),
            message: &message,
        };
        let place = GrantPlace::nth(rows.next().unwrap_or_default());
        each(grant, place, &numbers)
    })?;
    Ok(numbers)
}

/// The grants of a sync that may be to be expanded, without names.
pub(super) fn expandable<'r>(store: &'r Store, sync_id: &str) -> Listing<'r, Place<wire::Grant>> {
    if !store.holds(sync_id) {
        return Listing::empty();
    }
    Listing::walking(move || {
        let mut entitlements = WithEntitlements::new(&store.reader)?;
        let types = store.types.of(&store.reader)?;
        let records = store.reader.records::<GrantRecord>()?;
        let records =
            records.filter(|row| row.as_ref().map_or(true, |row| may_expand(&row.record)));
        Ok(Box::new(records.map(move |row| {
            let Row { key, record } = row?;
            let held = entitlements.entitlement(record.entitlement.as_ref(), types)?;
            let grant = message::grant(record, held, |_| String::new());
            placed(store, key, grant)
        })))
    })
}

fn may_expand(record: &GrantRecord) -> bool {
    let mut annotations = record.annotations.iter();
    record.expansion.is_some() || annotations.any(holds::<wire::GrantExpandable>)
}

/// A grant and where it is.
fn placed(store: &Store, key: Vec<u8>, grant: wire::Grant) -> Result<Place<wire::Grant>> {
    let at = RowAt::Key(key.into_boxed_slice());
    match unnamed(&grant) {
        Some(what) => Err(store.damaged(&at, what)),
        None => Ok((at, grant)),
    }
}

/// Which principal holds what.
pub(super) fn key(store: &Store, row: Row<GrantRecord>) -> Result<GrantKey> {
    let held = row.record.entitlement.unwrap_or_default();
    let holder = row.record.principal.unwrap_or_default();
    let key = GrantKey {
        resource_type: held.resource_type_id,
        resource_id: held.resource_id,
        entitlement: held.entitlement_id,
        principal_type: holder.resource_type_id,
        principal_id: holder.resource_id,
    };
    match key.unnamed() {
        Some(what) => Err(store.damaged(&RowAt::Key(row.key.into_boxed_slice()), what)),
        None => Ok(key),
    }
}
