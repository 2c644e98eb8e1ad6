//! Resources and entitlements of a sync in the order of their keys.
//!
//! A look-up of one row after the other, in an order that is not that of the table, reads most pages of the database many
//! times. The rows are therefore gone through as they lie, twice: for their ids, which give each row its place, and for
//! their messages, which are sorted by it.

use std::cmp::Ordering;

use connector_core::Result;
use prost::Message;

use super::sorted::{Sorter, inverse};
use super::table::{Row, Value};
use super::values::{complete_entitlement, damaged_row, decode, named, stub};
use super::{Database, ENTITLEMENTS, RESOURCES};
use crate::reader::intern::Interner;
use crate::reader::listing::{Listing, Place};
use crate::reader::ordered::by_key;
use crate::reader::{RowAt, Which};
use crate::{fault, wire};

/// The resources of a sync.
pub(super) fn resources<'r>(
    db: &'r Database,
    sync_id: &str,
    which: Which<'_>,
) -> Listing<'r, Place<wire::Resource>> {
    let (of, kinds): (bool, &[&str]) = match which {
        Which::All => (false, &[]),
        Which::Of(kind) => (true, &[kind]),
        Which::NotOf(kinds) => (false, kinds),
    };
    let kinds: Vec<_> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let sync_id = sync_id.to_owned();
    Listing::walking(move || {
        let objects = Objects {
            table: RESOURCES,
            ids: ["resource_type_id", "external_id"],
            wanted: &|[kind, _]| kinds.iter().any(|it| it.as_bytes() == kind) == of,
            order: |a, b| a.cmp(&b),
            complete: |at, message, _| named(at, message),
        };
        Ok(Box::new(objects.in_order(db, &sync_id)?))
    })
}

/// The entitlements of a sync.
pub(super) fn entitlements<'r>(
    db: &'r Database,
    sync_id: &str,
) -> Listing<'r, Place<wire::Entitlement>> {
    let sync_id = sync_id.to_owned();
    Listing::walking(move || {
        let objects = Objects {
            table: ENTITLEMENTS,
            ids: ["resource_type_id", "resource_id", "external_id"],
            wanted: &|_| true,
            order: by_key,
            complete: |at, message: wire::Entitlement, [kind, id, _]| {
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                complete_entitlement(at, message, || stub(text(kind), text(id)))
            },
        };
        Ok(Box::new(objects.in_order(db, &sync_id)?))
    })
}

/// The ids of a row.
type Ids<'k, const N: usize> = [&'k [u8]; N];

/// Rows of a table that are known by `N` ids.
struct Objects<'q, const N: usize, M> {
    table: &'static str,
    ids: [&'static str; N],
    /// Which of them are read.
    wanted: &'q dyn Fn(Ids<'_, N>) -> bool,
    order: fn(Ids<'_, N>, Ids<'_, N>) -> Ordering,
    /// Makes a message whole with the ids of its row.
    complete: fn(&RowAt, M, Ids<'_, N>) -> Result<M>,
}

impl<const N: usize, M: Message + Default> Objects<'_, N, M> {
    /// The rows of a sync. What does not fit into memory while they are sorted goes to a file.
    fn in_order<'r>(
        &self,
        db: &'r Database,
        sync_id: &str,
    ) -> Result<impl Iterator<Item = Result<Place<M>>> + use<'r, N, M>> {
        let mut ids = Interner::new();
        let mut numbers = Vec::new();
        self.walk(db, sync_id, &[], |key, _| {
            numbers.push(ids.number(key));
            Ok(())
        })?;
        let mut by_place: Vec<u32> = (0..ids.len() as u32).collect();
        by_place.sort_unstable_by(|&a, &b| (self.order)(ids.key(a), ids.key(b)));
        let places = inverse(&by_place);
        let mut numbers = numbers.into_iter();
        let mut sorter = Sorter::new(db.temp_dir.clone());
        self.walk(db, sync_id, &["id", "data"], |_, row| {
            let number = numbers.next();
            let place = number.and_then(|number| places.get(number as usize));
            let place = place.ok_or_else(|| fault::bug("there are more rows than a moment ago"))?;
            let number = row.get(N).number().unwrap_or(row.number).to_le_bytes();
            let message = match row.get(N + 1) {
                Value::Blob(message) => message,
                _ => b"",
            };
            let pushed = sorter.push(u64::from(*place), &number, message);
            pushed.map_err(|e| db.unsorted(e))
        })?;
        let mut sorted = sorter.finish().map_err(|e| db.unsorted(e))?;
        let (table, complete) = (self.table, self.complete);
        let object = move |place: u64, row: &[u8]| {
            let (number, message) = row
                .split_first_chunk::<8>()
                .ok_or_else(|| fault::bug("a sorted row is not as it was"))?;
            let at = RowAt::Table {
                table,
                row: i64::from_le_bytes(*number),
            };
            let message = decode(Value::Blob(message)).map_err(|why| damaged_row(&at, why))?;
            let key = by_place.get(place as usize).map(|number| ids.key(*number));
            let key = key.ok_or_else(|| fault::bug("a sorted row has no ids"))?;
            let message = complete(&at, message, key)?;
            Ok((at, message))
        };
        Ok(std::iter::from_fn(move || match sorted.next() {
            Ok(None) => None,
            Ok(Some((place, row))) => Some(db.telling(object(place, row))),
            Err(e) => Some(Err(db.unsorted(e))),
        }))
    }

    /// Calls `each` with the ids of the rows that are wanted; `columns` are behind them.
    fn walk(
        &self,
        db: &Database,
        sync_id: &str,
        columns: &[&str],
        mut each: impl FnMut(Ids<'_, N>, &Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let all = [&self.ids, columns].concat();
        db.for_each_row(self.table, &all, sync_id, |row| {
            let key = std::array::from_fn(|at| row.get(at).bytes());
            match (self.wanted)(key) {
                true => each(key, row),
                false => Ok(()),
            }
        })
    }
}
