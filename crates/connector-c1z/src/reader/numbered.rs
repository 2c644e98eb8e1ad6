//! Grants with numbers for what they refer to. A million of them refer to some thousand entitlements and principals, and a
//! number is a quicker way to what is known of one than its ids are.

use std::cmp::Ordering;

use connector_core::Result;

use super::RowAt;
use super::intern::Interner;
use super::ordered::{by_key, entitlement_ids, principal_ids};
use crate::wire;

/// A grant while the reader is at it. In one walk over grants the same ids have the same number, and others another.
#[derive(Debug, Clone, Copy)]
pub struct NumberedGrant<'g> {
    /// Where it is.
    pub at: &'g RowAt,
    /// The number of its entitlement, by the entitlement's id and that of its resource.
    pub entitlement: u32,
    /// The number of its principal.
    pub principal: u32,
    /// The grant as [`super::Reader::for_each_grant_row`] has it.
    pub message: &'g wire::Grant,
}

/// Where a grant stands in the canonical order; [`GrantNumbers::order`] compares two of one walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantPlace {
    /// The numbers of what its row names. Its message may name others.
    pub(super) entitlement: u32,
    pub(super) principal: u32,
    /// Tells grants of the same to the same apart, which are in the order they were written.
    pub(super) row: i64,
}

impl GrantPlace {
    /// The place of a grant that comes in order, by how many come before it.
    pub(super) const fn nth(row: i64) -> Self {
        Self {
            entitlement: 0,
            principal: 0,
            row,
        }
    }
}

/// The numbers of what the grants of one walk refer to.
#[derive(Debug, Default)]
pub struct GrantNumbers {
    pub(super) entitlements: Interner<3>,
    pub(super) principals: Interner<2>,
}

impl GrantNumbers {
    /// How two grants that the walk has come to stand to each other in the canonical order.
    ///
    /// # Panics
    /// When the walk has not come to one of them.
    pub fn order(&self, a: GrantPlace, b: GrantPlace) -> Ordering {
        let entitlement = |place: GrantPlace| self.entitlements.key(place.entitlement);
        let principal = |place: GrantPlace| self.principals.key(place.principal);
        if a.entitlement != b.entitlement {
            return by_key(entitlement(a), entitlement(b));
        }
        if a.principal != b.principal {
            return principal(a).cmp(&principal(b));
        }
        a.row.cmp(&b.row)
    }

    /// The number of the entitlement that a message names.
    pub(super) fn entitlement(&mut self, grant: &wire::Grant) -> u32 {
        let ids = entitlement_ids(grant).map(str::as_bytes);
        self.entitlements.number(ids)
    }

    /// The number of the principal that a message names.
    pub(super) fn principal(&mut self, grant: &wire::Grant) -> u32 {
        let ids = principal_ids(grant).map(str::as_bytes);
        self.principals.number(ids)
    }
}

/// What is known of things by their numbers; each is looked up once.
///
/// # Example
/// ```
/// use connector_c1z::ByNumber;
///
/// let mut lengths = ByNumber::default();
/// assert_eq!(lengths.get(3, || Ok("text".len()))?, &4);
/// assert_eq!(lengths.get(3, || unreachable!())?, &4);
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ByNumber<T>(Vec<Option<T>>);

impl<T> ByNumber<T> {
    /// What is known of a number.
    pub fn known(&self, number: u32) -> Option<&T> {
        self.0.get(number as usize)?.as_ref()
    }

    /// Notes what is known of a number.
    pub fn put(&mut self, number: u32, value: T) -> &T {
        let number = number as usize;
        if number >= self.0.len() {
            self.0.resize_with(number + 1, || None);
        }
        self.0[number].insert(value)
    }

    /// What is known of a number, else what `look_up` finds.
    ///
    /// # Errors
    /// What `look_up` returns.
    pub fn get(&mut self, number: u32, look_up: impl FnOnce() -> Result<T>) -> Result<&T> {
        if self.known(number).is_none() {
            self.put(number, look_up()?);
        }
        self.known(number)
            .ok_or_else(|| crate::fault::bug("what was noted is not there"))
    }
}

impl<T> Default for ByNumber<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
