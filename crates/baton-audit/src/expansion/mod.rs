//! What is held through groups in groups: grants that are to be expanded, followed from holder to entitlement.
//!
//! A grant of an entitlement to a group carries a `GrantExpandable` that names entitlements of the group: who holds
//! one of these holds the grant's entitlement too. With `shallow` only those count who hold the named entitlement
//! directly, and with resource types only principals of these types. The Go SDK (0.25.0) writes the grants that follow
//! into its files, with the entitlements they come from as their sources; those that a file has already are not
//! reported again. The SDK follows no edge of a cycle; here a cycle is followed too, so that no possible holder is
//! lost, and [`Expansion::cycles`] names it.
//!
//! Grants stream. Kept are the grants that are to be expanded and the holders of the entitlements these name.

mod cycles;
mod holders;

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use connector_c1z::{RowAt, wire};
use connector_core::{Error, ErrorKind, Result};

use self::holders::Holders;
use crate::source::Source;

/// Grants between a holder and what is held. The Go SDK gives up after 20.
const MAX_DEPTH: usize = 64;
/// Edges that are followed for all holders of a file together.
const MAX_STEPS: u64 = 100_000_000;

/// The grants of a file that are to be expanded, and who holds the entitlements they name.
#[derive(Debug, Default)]
pub struct Expansion {
    entitlements: Vec<Node>,
    by_id: HashMap<String, usize>,
    holders: Holders,
    steps: Cell<u64>,
}

/// An entitlement that is part of an expansion.
#[derive(Debug)]
struct Node {
    id: String,
    edges: Vec<Edge>,
}

/// Who holds one entitlement holds another one too.
#[derive(Debug)]
struct Edge {
    to: usize,
    grant: Rc<ExpandableGrant>,
}

/// The grant that says so.
#[derive(Debug)]
struct ExpandableGrant {
    row: RowAt,
    id: String,
    entitlement: wire::Entitlement,
    shallow: bool,
    resource_types: Vec<String>,
}

/// An entitlement that a principal holds although the file has no such grant.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived<'a> {
    /// What is held, as the grant that is to be expanded has it.
    pub entitlement: &'a wire::Entitlement,
    /// Ids of the entitlements it follows from; the first is held as the file has it, each other through the one
    /// before it.
    pub via: Vec<&'a str>,
    /// The place of the grant that is to be expanded.
    pub row: &'a RowAt,
    /// The id of that grant.
    pub grant_id: &'a str,
}

/// Entitlements of which each is held through each other one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle<'a> {
    /// Their ids, in order.
    pub entitlements: Vec<&'a str>,
    /// The places and ids of the grants that close it.
    pub grants: Vec<(&'a RowAt, &'a str)>,
    /// `<type>:<id>` of all who hold one of them in any way, in order.
    pub holders: Vec<String>,
}

impl Expansion {
    /// Takes in all grants of the source's sync that are to be expanded.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn load(source: &Source) -> Result<Self> {
        let mut expansion = Self::default();
        let sync = &source.sync.sync_id;
        source
            .reader
            .for_each_expandable_grant(sync, |row, grant| expansion.edges_of(&row, &grant))?;
        Ok(expansion)
    }

    /// Everything that follows from groups in groups in the source's sync.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn whole(source: &Source) -> Result<Self> {
        let mut expansion = Self::load(source)?;
        expansion.read_holders(source)?;
        Ok(expansion)
    }

    /// Takes in a grant if it is to be expanded.
    ///
    /// # Errors
    /// When its annotation cannot be decoded.
    pub fn edges_of(&mut self, row: &RowAt, grant: &wire::Grant) -> Result<()> {
        let Some(entitlement) = &grant.entitlement else {
            return Ok(());
        };
        let Some(expandable) = expandable(row, grant)? else {
            return Ok(());
        };
        let to = self.node(&entitlement.id);
        let grant = Rc::new(ExpandableGrant {
            row: row.clone(),
            id: grant.id.clone(),
            entitlement: entitlement.clone(),
            shallow: expandable.shallow,
            resource_types: expandable.resource_type_ids,
        });
        let sources = expandable.entitlement_ids.iter();
        for source in sources.filter(|id| !id.trim().is_empty()) {
            let from = self.node(source);
            let grant = Rc::clone(&grant);
            self.entitlements[from].edges.push(Edge { to, grant });
        }
        Ok(())
    }

    /// Reads who holds the entitlements of the grants taken in.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn read_holders(&mut self, source: &Source) -> Result<()> {
        if self.entitlements.is_empty() {
            return Ok(());
        }
        let sync = &source.sync.sync_id;
        source
            .reader
            .for_each_grant_unordered(sync, |grant, _, _| {
                self.holder_of(grant.message);
                Ok(())
            })?;
        self.holders.settle();
        Ok(())
    }

    /// As [`Expansion::read_holders`], for one principal.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn read_holder(&mut self, source: &Source, principal: &wire::ResourceId) -> Result<()> {
        let sync = &source.sync.sync_id;
        source
            .reader
            .for_each_grant_of(sync, principal, |_, grant| {
                self.holder_of(&grant);
                Ok(())
            })?;
        self.holders.settle();
        Ok(())
    }

    /// Takes in the holder of a grant if its entitlement is part of an expansion.
    fn holder_of(&mut self, grant: &wire::Grant) {
        let entitlement = grant.entitlement.as_ref();
        let at = entitlement.and_then(|it| self.by_id.get(&it.id));
        let principal = grant.principal.as_ref().and_then(|it| it.id.as_ref());
        let (Some(&at), Some(principal)) = (at, principal) else {
            return;
        };
        self.holders.add(principal, at, sources_of(grant).is_none());
    }

    /// What a principal holds through others and the file has no grant for, the nearest first; of several ways the
    /// shortest.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when groups are nested too deep, or too many of them to follow.
    pub fn of(&self, principal: &wire::ResourceId) -> Result<Vec<Derived<'_>>> {
        match self.holders.number(principal) {
            Some(principal) => self.of_number(principal),
            None => Ok(Vec::new()),
        }
    }

    fn of_number(&self, principal: u32) -> Result<Vec<Derived<'_>>> {
        let resource_type = self.holders.resource_type(principal);
        let held = self.holders.held_by(principal);
        // For each entitlement reached: how many grants away it is, and the one before it.
        let mut reached: HashMap<usize, (usize, Option<usize>)> = HashMap::new();
        reached.extend(held.iter().map(|it| (it.entitlement(), (0, None))));
        let mut queue: VecDeque<(usize, bool)> = held
            .iter()
            .map(|it| (it.entitlement(), it.direct))
            .collect();
        let mut derived = Vec::new();
        while let Some((at, direct)) = queue.pop_front() {
            for edge in &self.entitlements[at].edges {
                self.count_step()?;
                if reached.contains_key(&edge.to) || !edge.grant.lets(resource_type, direct) {
                    continue;
                }
                let depth = reached.get(&at).map_or(0, |(depth, _)| *depth) + 1;
                if depth > MAX_DEPTH {
                    return Err(too_deep(&edge.grant.row));
                }
                reached.insert(edge.to, (depth, Some(at)));
                queue.push_back((edge.to, false));
                derived.push(Derived {
                    entitlement: &edge.grant.entitlement,
                    via: self.way_to(at, &reached),
                    row: &edge.grant.row,
                    grant_id: &edge.grant.id,
                });
            }
        }
        Ok(derived)
    }

    /// Calls `each` with all holders in order of their ids, and what they hold through others as [`Expansion::of`] has
    /// it.
    ///
    /// # Errors
    /// As [`Expansion::of`], or what `each` returns.
    pub fn for_each(
        &self,
        mut each: impl FnMut(&wire::ResourceId, Derived<'_>) -> Result<()>,
    ) -> Result<()> {
        for number in self.holders.in_order() {
            let derived = self.of_number(number)?;
            if !derived.is_empty() {
                let holder = self.holders.principal(number);
                derived
                    .into_iter()
                    .try_for_each(|derived| each(&holder, derived))?;
            }
        }
        Ok(())
    }

    /// The cycles, in order of the entitlements' ids.
    ///
    /// # Errors
    /// As [`Expansion::of`].
    pub fn cycles(&self) -> Result<Vec<Cycle<'_>>> {
        let edges = |at: usize| self.entitlements[at].edges.iter().map(|edge| edge.to);
        let rings = cycles::of(self.entitlements.len(), edges);
        if rings.is_empty() {
            return Ok(Vec::new());
        }
        let ring_of: HashMap<usize, usize> = rings
            .iter()
            .enumerate()
            .flat_map(|(ring, members)| members.iter().map(move |&at| (at, ring)))
            .collect();
        let mut holders = vec![Vec::new(); rings.len()];
        for principal in self.holders.numbers() {
            let derived = self.of_number(principal)?;
            let derived = derived.iter().map(|it| self.by_id[&it.entitlement.id]);
            let held = self.holders.held_by(principal).iter();
            let held = held.map(holders::Held::entitlement);
            let all = held.chain(derived);
            let mut of: Vec<usize> = all.filter_map(|at| ring_of.get(&at).copied()).collect();
            of.sort_unstable();
            of.dedup();
            for ring in of {
                let principal = self.holders.principal(principal);
                holders[ring].push(crate::identity::external_id_of(&principal));
            }
        }
        let cycle = |(members, mut holders): (&Vec<usize>, Vec<String>)| {
            holders.sort_unstable();
            let mut entitlements: Vec<&str> = members.iter().map(|&at| self.id(at)).collect();
            entitlements.sort_unstable();
            let edges = members.iter().flat_map(|&at| &self.entitlements[at].edges);
            let ring = members.first().and_then(|at| ring_of.get(at));
            let closing = edges.filter(|edge| ring_of.get(&edge.to) == ring);
            let mut grants: Vec<_> = closing
                .map(|edge| (&edge.grant.row, edge.grant.id.as_str()))
                .collect();
            grants.sort_unstable_by_key(|(_, id)| *id);
            Cycle {
                entitlements,
                grants,
                holders,
            }
        };
        let mut cycles: Vec<Cycle<'_>> = rings.iter().zip(holders).map(cycle).collect();
        cycles.sort_by(|a, b| a.entitlements.cmp(&b.entitlements));
        Ok(cycles)
    }

    fn id(&self, at: usize) -> &str {
        &self.entitlements[at].id
    }

    fn node(&mut self, id: &str) -> usize {
        if let Some(&at) = self.by_id.get(id) {
            return at;
        }
        let at = self.entitlements.len();
        self.by_id.insert(id.to_owned(), at);
        self.entitlements.push(Node {
            id: id.to_owned(),
            edges: Vec::new(),
        });
        at
    }

    /// The entitlements from what the file has to `at`.
    fn way_to(&self, at: usize, reached: &HashMap<usize, (usize, Option<usize>)>) -> Vec<&str> {
        let before = |&at: &usize| reached.get(&at).and_then(|(_, before)| *before);
        let mut way: Vec<&str> = std::iter::successors(Some(at), before)
            .map(|at| self.id(at))
            .collect();
        way.reverse();
        way
    }

    fn count_step(&self) -> Result<()> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() <= MAX_STEPS {
            return Ok(());
        }
        let message = "the file's groups are nested in more ways than can be followed";
        Err(Error::new(ErrorKind::Precondition, message)
            .hint("ask the connector's author why so many grants are to be expanded"))
    }
}

impl ExpandableGrant {
    /// Whether it lets a principal of a type through that holds one of its sources, directly or not.
    fn lets(&self, resource_type: &[u8], direct: bool) -> bool {
        let mut types = self.resource_types.iter();
        let of_type =
            self.resource_types.is_empty() || types.any(|it| it.as_bytes() == resource_type);
        of_type && (direct || !self.shallow)
    }
}

/// The entitlements that a grant follows from, by id; `None` when the principal was given it, also when it follows from
/// others as well: then the grant has no sources, or its own entitlement is among them.
pub(crate) fn sources_of(grant: &wire::Grant) -> Option<impl Iterator<Item = &str>> {
    let sources = &grant.sources.as_ref()?.sources;
    let own = grant.entitlement.as_ref().map_or("", |it| &it.id);
    let derived = !sources.is_empty() && !sources.contains_key(own);
    derived.then(|| sources.keys().map(String::as_str))
}

/// Whether a grant is to be expanded.
///
/// # Errors
/// When its annotation cannot be decoded.
pub(crate) fn is_expandable(row: &RowAt, grant: &wire::Grant) -> Result<bool> {
    Ok(expandable(row, grant)?.is_some())
}

/// How a grant is to be expanded, by its first annotation that says so.
fn expandable(row: &RowAt, grant: &wire::Grant) -> Result<Option<wire::GrantExpandable>> {
    grant.expandable().map_err(|error| {
        let message = format!("the file is damaged: {row}: its expansion: {error}");
        Error::new(ErrorKind::Precondition, message)
    })
}

fn too_deep(row: &RowAt) -> Error {
    let message = format!("{row}: groups are nested more than {MAX_DEPTH} deep here");
    Error::new(ErrorKind::Precondition, message)
        .hint("ask the connector's author what the grant is to be expanded from")
}

#[cfg(test)]
mod tests;
