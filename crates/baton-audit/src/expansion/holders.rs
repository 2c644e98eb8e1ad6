//! Who holds which entitlement, by numbers: a file can have a million of them.

use connector_c1z::{Interner, wire};

/// Principals, and what each of them holds as the file has it.
#[derive(Debug, Default)]
pub(super) struct Holders {
    principals: Interner<2>,
    held: Vec<Held>,
}

/// That a principal holds an entitlement, both by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Held {
    principal: u32,
    entitlement: u32,
    /// Whether it was given and does not only follow from something else.
    pub(super) direct: bool,
}

impl Held {
    pub(super) const fn entitlement(&self) -> usize {
        self.entitlement as usize
    }
}

impl Holders {
    /// Notes that a principal holds an entitlement. It is found after [`Holders::settle`].
    pub(super) fn add(&mut self, principal: &wire::ResourceId, entitlement: usize, direct: bool) {
        self.held.push(Held {
            principal: self.principals.number(key(principal)),
            entitlement: entitlement as u32,
            direct,
        });
    }

    /// Brings what was noted into order. What is held in several ways is held directly when one of them is direct.
    pub(super) fn settle(&mut self) {
        self.held.sort_unstable();
        self.held.dedup_by(|later, kept| {
            let alike = (later.principal, later.entitlement) == (kept.principal, kept.entitlement);
            kept.direct |= alike && later.direct;
            alike
        });
    }

    /// The number of a principal that holds something.
    pub(super) fn number(&self, principal: &wire::ResourceId) -> Option<u32> {
        self.principals.known(key(principal))
    }

    /// The numbers of all principals.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.principals.len() as u32
    }

    /// The numbers of all principals in order of their ids.
    pub(super) fn in_order(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.numbers().collect();
        all.sort_unstable_by_key(|&number| self.principals.key(number));
        all
    }

    /// The principal with a number.
    pub(super) fn principal(&self, number: u32) -> wire::ResourceId {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let [resource_type, resource] = self.principals.key(number).map(text);
        wire::ResourceId {
            resource_type,
            resource,
        }
    }

    /// The type of the principal with a number.
    pub(super) fn resource_type(&self, number: u32) -> &[u8] {
        self.principals.key(number)[0]
    }

    /// What the principal with a number holds, in order of the entitlements' numbers.
    pub(super) fn held_by(&self, number: u32) -> &[Held] {
        let from = self.held.partition_point(|it| it.principal < number);
        let of = self.held.get(from..).unwrap_or_default();
        let count = of.partition_point(|it| it.principal == number);
        of.get(..count).unwrap_or_default()
    }
}

fn key(id: &wire::ResourceId) -> [&[u8]; 2] {
    [id.resource_type.as_bytes(), id.resource.as_bytes()]
}
