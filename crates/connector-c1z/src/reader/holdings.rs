//! How much there is on each resource, counted in one pass over entitlements and grants.

use super::intern::Interner;
use crate::wire;

/// How much there is on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Entitlements on the resource.
    pub entitlements: u64,
    /// Grants of these entitlements.
    pub grants: u64,
    /// Different principals of these grants.
    pub principals: u64,
}

/// How much there is on each resource of a run.
#[derive(Debug)]
pub struct Holdings {
    resources: Interner<2>,
    held: Vec<Held>,
}

impl Holdings {
    /// How much there is on a resource.
    pub fn of(&self, resource: &wire::ResourceId) -> Held {
        let key = [
            resource.resource_type.as_bytes(),
            resource.resource.as_bytes(),
        ];
        let number = self.resources.known(key);
        let held = number.and_then(|number| self.held.get(number as usize));
        held.copied().unwrap_or_default()
    }
}

/// Counts what there is on resources. Of a grant it keeps eight bytes until all are counted.
#[derive(Debug)]
pub(super) struct Counting {
    resources: Interner<2>,
    held: Vec<Held>,
    principals: Interner<2>,
    /// The numbers of a grant's resource and of its principal.
    pairs: Vec<u64>,
}

impl Counting {
    pub(super) fn new() -> Self {
        Self {
            resources: Interner::new(),
            held: Vec::new(),
            principals: Interner::new(),
            pairs: Vec::new(),
        }
    }

    /// Counts an entitlement on a resource.
    pub(super) fn entitlement(&mut self, on: [&[u8]; 2]) {
        let number = self.resource(on);
        self.held[number].entitlements += 1;
    }

    /// Counts a grant of an entitlement on a resource to a principal.
    pub(super) fn grant(&mut self, on: [&[u8]; 2], principal: [&[u8]; 2]) {
        let number = self.resource(on);
        self.held[number].grants += 1;
        let principal = self.principals.number(principal);
        self.pairs
            .push((number as u64) << 32 | u64::from(principal));
    }

    fn resource(&mut self, on: [&[u8]; 2]) -> usize {
        let number = self.resources.number(on) as usize;
        if number == self.held.len() {
            self.held.push(Held::default());
        }
        number
    }

    pub(super) fn finish(mut self) -> Holdings {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for pair in self.pairs {
            self.held[(pair >> 32) as usize].principals += 1;
        }
        Holdings {
            resources: self.resources,
            held: self.held,
        }
    }
}
