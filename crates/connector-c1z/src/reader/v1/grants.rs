//! The grants of a sync: in the order of their keys, or as they lie with their places in that order.
//!
//! There may be millions, in any order, of thousands of entitlements and principals. Their ids are therefore put in
//! order once and stand as numbers for them: a grant's place follows from two numbers, which are quicker to sort than
//! five texts.

use std::cmp::Ordering;

use connector_core::Result;
use memchr::memmem;

use super::grant_decoder::Decoder;
use super::sorted::{Sorted, Sorter, inverse};
use super::sorted_grant::{begin, parts};
use super::table::{Row, Value};
use super::values::{complete_grant, damaged_row, decode};
use super::{Database, GRANTS};
use crate::reader::listing::Place;
use crate::reader::numbered::{GrantNumbers, GrantPlace};
use crate::reader::ordered::by_key;
use crate::reader::{GrantKey, NumberedGrant, RowAt};
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
    numbers: GrantNumbers,
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
        let mut numbers = GrantNumbers::default();
        which.walk(db, sync_id, |row| {
            let (entitlement, principal) = numbers_of(row, &mut numbers);
            each(entitlement, principal);
            Ok(())
        })?;
        let GrantNumbers {
            entitlements,
            principals,
        } = &numbers;
        Ok(Self {
            entitlement_places: places(entitlements.len(), |a, b| {
                by_key(entitlements.key(a), entitlements.key(b))
            }),
            principal_places: places(principals.len(), |a, b| {
                principals.key(a).cmp(&principals.key(b))
            }),
            numbers,
        })
    }

    /// The place of a grant of an entitlement to a principal.
    fn place(&self, entitlement: u32, principal: u32) -> Option<u64> {
        let entitlement = *self.entitlement_places.get(entitlement as usize)?;
        let principal = *self.principal_places.get(principal as usize)?;
        Some(u64::from(entitlement) << 32 | u64::from(principal))
    }

    /// What makes grants of places again.
    fn keys(self) -> Keys {
        Keys {
            by_place: inverse(&self.entitlement_places),
            principals_by_place: inverse(&self.principal_places),
            ids: self.numbers,
        }
    }
}

/// The ids of grants by their places.
struct Keys {
    ids: GrantNumbers,
    by_place: Vec<u32>,
    principals_by_place: Vec<u32>,
}

impl Keys {
    /// The numbers of the entitlement and the principal at a place.
    fn numbers(&self, place: u64) -> (u32, u32) {
        let entitlement = self.by_place[(place >> 32) as usize];
        (entitlement, self.principals_by_place[place as u32 as usize])
    }

    fn key(&self, place: u64) -> GrantKey {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (entitlement, principal) = self.numbers(place);
        let GrantNumbers {
            entitlements,
            principals,
        } = &self.ids;
        let [resource_type, resource_id, entitlement] = entitlements.key(entitlement).map(text);
        let [principal_type, principal_id] = principals.key(principal).map(text);
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
        let known = order.place((*place >> 32) as u32, *place as u32);
        *place = known.ok_or_else(|| fault::bug("a grant has no place"))?;
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
    let (mut sorted, keys) = sort(db, sync_id, which, order)?;
    let grant = move |place: u64, row: &[u8]| {
        let (number, expansion, message) = parts(row)?;
        let at = at(number);
        let grant = decode(Value::Blob(message)).map_err(|why| damaged_row(&at, why));
        let mut grant: wire::Grant = grant?;
        complete_grant(&at, &mut grant, || keys.key(place), expansion)?;
        Ok((at, grant))
    };
    Ok(std::iter::from_fn(move || match sorted.next() {
        Ok(None) => None,
        Ok(Some((place, row))) => Some(db.telling(grant(place, row))),
        Err(e) => Some(Err(db.unsorted(e))),
    }))
}

/// Where the grant with a row's number is.
const fn at(number: i64) -> RowAt {
    RowAt::Table {
        table: GRANTS,
        row: number,
    }
}

/// All grants of a sync in order, with their numbers.
pub(super) fn each(
    db: &Database,
    sync_id: &str,
    each: &mut dyn FnMut(NumberedGrant<'_>) -> Result<()>,
) -> Result<()> {
    let order = GrantOrder::read(db, sync_id, Grants::Ids, |_, _| {})?;
    let (mut sorted, mut keys) = sort(db, sync_id, Grants::All, order)?;
    let mut decoder = Decoder::in_order();
    while let Some((place, row)) = sorted.next().map_err(|e| db.unsorted(e))? {
        let (number, expansion, message) = parts(row)?;
        let (at, of_row) = (at(number), keys.numbers(place));
        let read = decoder.read((&at, expansion, message), of_row.0, || keys.key(place));
        db.telling(read)?;
        let (entitlement, principal) = decoder.numbers(of_row, &mut keys.ids);
        each(NumberedGrant {
            at: &at,
            entitlement,
            principal,
            message: &decoder.grant,
        })?;
    }
    Ok(())
}

/// All grants of a sync as they lie in the table, with their numbers and their places in the order.
pub(super) fn unordered(
    db: &Database,
    sync_id: &str,
    each: &mut dyn FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
) -> Result<GrantNumbers> {
    let mut numbers = GrantNumbers::default();
    let mut decoder = Decoder::unordered();
    Grants::All.walk(db, sync_id, |row| {
        let of_row = numbers_of(row, &mut numbers);
        let at = at(row.get(NUMBER_AT).number().unwrap_or(row.number));
        let stored = (&at, row.get(EXPANSION_AT), message_of(row));
        db.telling(decoder.read(stored, of_row.0, || key_of(row)))?;
        let (entitlement, principal) = decoder.numbers(of_row, &mut numbers);
        let grant = NumberedGrant {
            at: &at,
            entitlement,
            principal,
            message: &decoder.grant,
        };
        let place = GrantPlace {
            entitlement: of_row.0,
            principal: of_row.1,
            row: row.number,
        };
        each(grant, place, &numbers)
    })?;
    Ok(numbers)
}

/// Sorts the rows of grants by an order that was read of them.
fn sort(
    db: &Database,
    sync_id: &str,
    which: Grants,
    mut order: GrantOrder,
) -> Result<(Sorted, Keys)> {
    let mut sorter = Sorter::new(db.temp_dir.clone());
    let mut head = Vec::new();
    which.walk(db, sync_id, |row| {
        let (entitlement, principal) = numbers_of(row, &mut order.numbers);
        let place = order
            .place(entitlement, principal)
            .ok_or_else(|| fault::bug("a grant was not there a moment ago"))?;
        begin(
            &mut head,
            row.get(NUMBER_AT).number().unwrap_or(row.number),
            row.get(EXPANSION_AT),
        );
        sorter
            .push(place, &head, message_of(row))
            .map_err(|e| db.unsorted(e))
    })?;
    let sorted = sorter.finish().map_err(|e| db.unsorted(e))?;
    Ok((sorted, order.keys()))
}

/// The message of a row.
fn message_of<'r>(row: &Row<'r>) -> &'r [u8] {
    match row.get(MESSAGE_AT) {
        Value::Blob(message) => message,
        _ => b"",
    }
}

/// The ids of a row.
fn key_of(row: &Row<'_>) -> GrantKey {
    let id = |column| row.get(column).text().into_owned();
    GrantKey {
        resource_type: id(0),
        resource_id: id(1),
        entitlement: id(2),
        principal_type: id(3),
        principal_id: id(4),
    }
}

/// The numbers of a row's entitlement and principal.
fn numbers_of(row: &Row<'_>, numbers: &mut GrantNumbers) -> (u32, u32) {
    let id = |column: usize| row.get(column).bytes();
    let entitlement = numbers.entitlements.number([id(0), id(1), id(2)]);
    (entitlement, numbers.principals.number([id(3), id(4)]))
}

/// The place of each of `count` things in their order, by number.
fn places(count: usize, order: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..count as u32).collect();
    sorted.sort_unstable_by(|&a, &b| order(a, b));
    inverse(&sorted)
}
