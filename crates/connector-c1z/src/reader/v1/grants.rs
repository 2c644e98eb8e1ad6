//! The grants of a sync in the order of their keys.
//!
//! There may be millions, in any order, of thousands of entitlements and principals. Their ids are therefore put in
//! order once and stand as numbers for them: a grant's place follows from two numbers, which are quicker to sort than
//! five texts.

use std::cmp::Ordering;

use connector_core::Result;
use memchr::memmem;

use super::sorted::{Sorter, inverse};
use super::table::{Row, Value};
use super::values::{complete_grant, damaged_row, decode};
use super::{Database, GRANTS};
use crate::reader::intern::Interner;
use crate::reader::listing::Place;
use crate::reader::{GrantKey, RowAt};
use crate::{fault, wire};

/// The columns of ids, in the order of [`GrantKey`].
const IDS: [&str; 5] = [
    "resource_type_id",
    "resource_id",
    "entitlement_id",
    "principal_resource_type_id",
    "principal_resource_id",
];

/// What is read beside the ids, and where it stands behind them.
const MORE: [&str; 3] = ["id", "expansion", "data"];
const NUMBER_AT: usize = IDS.len();
const EXPANSION_AT: usize = NUMBER_AT + 1;
const MESSAGE_AT: usize = NUMBER_AT + 2;
/// The name of the annotation in a message.
const EXPANDABLE: &str = "GrantExpandable";

/// The ids of a sync's grants and the order that they give.
pub(super) struct GrantOrder {
    entitlements: Interner<3>,
    principals: Interner<2>,
    /// The place of each entitlement and principal in their order, by number.
    entitlement_places: Vec<u32>,
    principal_places: Vec<u32>,
}

impl GrantOrder {
    /// Reads the ids of a sync's grants; `each` gets the numbers of every grant's entitlement and principal.
    fn read(
        db: &Database,
        sync_id: &str,
        which: Grants,
        mut each: impl FnMut(u32, u32),
    ) -> Result<Self> {
        let (mut entitlements, mut principals) = (Interner::new(), Interner::new());
        which.walk(db, sync_id, |row| {
            let [kind, resource, entitlement, principal_kind, principal] = texts(row);
            let entitlement = entitlements.number([kind, resource, entitlement]);
            each(entitlement, principals.number([principal_kind, principal]));
            Ok(())
        })?;
        Ok(Self {
            entitlement_places: places(entitlements.len(), |a, b| {
                by_key(entitlements.key(a), entitlements.key(b))
            }),
            principal_places: places(principals.len(), |a, b| {
                principals.key(a).cmp(&principals.key(b))
            }),
            entitlements,
            principals,
        })
    }

    /// The place of a grant of an entitlement to a principal.
    fn place(&self, entitlement: u32, principal: u32) -> u64 {
        let entitlement = self.entitlement_places[entitlement as usize];
        u64::from(entitlement) << 32 | u64::from(self.principal_places[principal as usize])
    }

    /// What makes grants of places again.
    fn keys(self) -> Keys {
        Keys {
            by_place: inverse(&self.entitlement_places),
            principals_by_place: inverse(&self.principal_places),
            order: self,
        }
    }
}

/// The ids of grants by their places.
struct Keys {
    order: GrantOrder,
    by_place: Vec<u32>,
    principals_by_place: Vec<u32>,
}

impl Keys {
    fn key(&self, place: u64) -> GrantKey {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let entitlement = self.by_place[(place >> 32) as usize];
        let principal = self.principals_by_place[place as u32 as usize];
        let [resource_type, resource_id, entitlement] =
            self.order.entitlements.key(entitlement).map(text);
        let [principal_type, principal_id] = self.order.principals.key(principal).map(text);
        GrantKey {
            resource_type,
            resource_id,
            entitlement,
            principal_type,
            principal_id,
        }
    }
}

/// The keys of all grants of a sync in order. Eight bytes of each grant are held.
pub(super) fn keys(db: &Database, sync_id: &str) -> Result<impl Iterator<Item = GrantKey> + use<>> {
    let mut places: Vec<u64> = Vec::new();
    let order = GrantOrder::read(db, sync_id, Grants::Ids, |entitlement, principal| {
        places.push(u64::from(entitlement) << 32 | u64::from(principal));
    })?;
    for place in &mut places {
        *place = order.place((*place >> 32) as u32, *place as u32);
    }
    places.sort_unstable();
    let keys = order.keys();
    Ok(places.into_iter().map(move |place| keys.key(place)))
}

/// All grants of a sync in order. What does not fit into memory while they are sorted goes to a file.
pub(super) fn in_order<'r>(
    db: &'r Database,
    sync_id: &str,
) -> Result<impl Iterator<Item = Result<Place<wire::Grant>>> + use<'r>> {
    let order = GrantOrder::read(db, sync_id, Grants::Ids, |_, _| {})?;
    sorted(db, sync_id, Grants::All, order)
}

/// The grants of a sync that are to be expanded, in order: by their column or, in files of older writers, by an
/// annotation in their message.
pub(super) fn expandable<'r>(
    db: &'r Database,
    sync_id: &str,
) -> Result<impl Iterator<Item = Result<Place<wire::Grant>>> + use<'r>> {
    let order = GrantOrder::read(db, sync_id, Grants::Expandable, |_, _| {})?;
    sorted(db, sync_id, Grants::Expandable, order)
}

/// What is read of grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grants {
    /// The ids of all.
    Ids,
    /// All that is known of all.
    All,
    /// All that is known of those that are to be expanded.
    Expandable,
}

impl Grants {
    /// Goes through the rows; what is known beside the ids stands behind them, in the order of [`MORE`].
    fn walk(
        self,
        db: &Database,
        sync_id: &str,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let more = match self {
            Self::Ids => &[][..],
            Self::All | Self::Expandable => &MORE,
        };
        let expandable = memmem::Finder::new(EXPANDABLE);
        db.for_each_row(GRANTS, &[&IDS, more].concat(), sync_id, |row| {
            let is_wanted = self != Self::Expandable
                || !matches!(
                    row.get(EXPANSION_AT),
                    Value::Null | Value::Blob([]) | Value::Text([])
                )
                || expandable.find(row.get(MESSAGE_AT).bytes()).is_some();
            if is_wanted { each(row) } else { Ok(()) }
        })
    }
}

/// The grants in an order that was read of them.
fn sorted<'r>(
    db: &'r Database,
    sync_id: &str,
    which: Grants,
    order: GrantOrder,
) -> Result<impl Iterator<Item = Result<Place<wire::Grant>>> + use<'r>> {
    let mut sorter = Sorter::new(db.temp_dir.clone());
    let mut head = Vec::new();
    which.walk(db, sync_id, |row| {
        let [kind, resource, entitlement, principal_kind, principal] = texts(row);
        let entitlement = order.entitlements.known([kind, resource, entitlement]);
        let principal = order.principals.known([principal_kind, principal]);
        let (Some(entitlement), Some(principal)) = (entitlement, principal) else {
            return Err(fault::bug("a grant was not there a moment ago"));
        };
        let place = order.place(entitlement, principal);
        begin(&mut head, row);
        let message = match row.get(MESSAGE_AT) {
            Value::Blob(message) => message,
            _ => b"",
        };
        sorter
            .push(place, &head, message)
            .map_err(|e| db.unsorted(e))
    })?;
    let mut sorted = sorter.finish().map_err(|e| db.unsorted(e))?;
    let keys = order.keys();
    Ok(std::iter::from_fn(move || match sorted.next() {
        Ok(None) => None,
        Ok(Some((place, row))) => Some(db.telling(grant(row, || keys.key(place)))),
        Err(e) => Some(Err(db.unsorted(e))),
    }))
}

/// Writes what a grant has beside its ids and its message: the row's number, then how it is to be expanded.
fn begin(head: &mut Vec<u8>, row: &Row<'_>) {
    head.clear();
    let number = row.get(NUMBER_AT).number().unwrap_or(row.number);
    head.extend_from_slice(&number.to_le_bytes());
    let (kind, expansion) = match row.get(EXPANSION_AT) {
        Value::Null => (NONE, &b""[..]),
        Value::Blob(expansion) => (EXPANSION, expansion),
        _ => (ODD, &b""[..]),
    };
    head.push(kind);
    head.extend_from_slice(&(expansion.len() as u64).to_le_bytes());
    head.extend_from_slice(expansion);
}

/// What a grant's row says of its expansion: nothing, this, or what it cannot say.
const NONE: u8 = 0;
const EXPANSION: u8 = 1;
const ODD: u8 = 2;

/// The grant that [`begin`] began.
fn grant(row: &[u8], ids: impl FnOnce() -> GrantKey) -> Result<Place<wire::Grant>> {
    let parts = || {
        let (number, rest) = row.split_first_chunk::<8>()?;
        let (kind, rest) = rest.split_first()?;
        let (len, rest) = rest.split_first_chunk::<8>()?;
        let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
        let (expansion, message) = rest.split_at_checked(len)?;
        let expansion = match *kind {
            NONE => Value::Null,
            EXPANSION => Value::Blob(expansion),
            _ => Value::Text(b""),
        };
        Some((i64::from_le_bytes(*number), expansion, message))
    };
    let (number, expansion, message) =
        parts().ok_or_else(|| fault::bug("a sorted grant is not as it was"))?;
    let at = RowAt::Table {
        table: GRANTS,
        row: number,
    };
    let message = decode(Value::Blob(message)).map_err(|why| damaged_row(&at, why))?;
    let grant = complete_grant(&at, message, ids, expansion)?;
    Ok((at, grant))
}

/// The ids of a row.
fn texts<'s>(row: &Row<'s>) -> [&'s [u8]; 5] {
    [0, 1, 2, 3, 4].map(|column| row.get(column).bytes())
}

/// The order of a version 3 file's keys: ids of entitlements that do not begin with their resource's come first.
pub(super) fn by_key(a: [&[u8]; 3], b: [&[u8]; 3]) -> Ordering {
    let both = a[..2].cmp(&b[..2]);
    both.then_with(|| is_on_resource(a).cmp(&is_on_resource(b)))
        .then_with(|| a[2].cmp(b[2]))
}

/// Whether the id of an entitlement begins with that of its resource.
fn is_on_resource([kind, resource, entitlement]: [&[u8]; 3]) -> bool {
    (entitlement.strip_prefix(kind))
        .and_then(|rest| rest.strip_prefix(b":"))
        .and_then(|rest| rest.strip_prefix(resource))
        .is_some_and(|rest| rest.starts_with(b":"))
}

/// The place of each of `count` things in their order, by number.
fn places(count: usize, order: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..count as u32).collect();
    sorted.sort_unstable_by(|&a, &b| order(a, b));
    inverse(&sorted)
}
