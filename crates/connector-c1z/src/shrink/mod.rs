//! The shrink guard: compares a sealed sync with the newest finished full sync of the earlier file, before that is
//! replaced.
//!
//! Both are read once, row by row, the new one first: of its rows a 64-bit hash is kept (8 bytes for each enabled
//! person, group or grant, one kind at a time), in which the rows of the earlier sync are looked up. Two ids with the
//! same hash would hide one missing row; among a million rows the chance of that is below one in ten million.
//!
//! A file names neither its connector nor its tenant. Syncs whose resource types are the same are taken for syncs of the
//! same source.

mod hashes;
mod old;

use std::collections::BTreeSet;

use connector_core::Result;
use connector_core::model::{ResourceType, Trait};
use connector_core::shrink::{Compared, EXAMPLES, Loss, MaxShrink, ShrinkLimits};
use connector_core::store::Phase;
use prost::Message as _;

use crate::rows::Shown;
use crate::seal::Content;
use crate::wire::StatusKind;
use hashes::Hashes;
pub(crate) use old::Old;

/// What is added to the target's name for a sync that was held back.
pub(crate) const SUFFIX: &str = ".quarantine";

/// Whether a state of a person counts as enabled. A person without a state does, in both syncs.
fn is_enabled(status: i32) -> bool {
    let gone = [StatusKind::Disabled, StatusKind::Deleted];
    !gone.into_iter().any(|kind| kind as i32 == status)
}

/// What of the earlier sync is missing in the new one beyond the limits; empty when the two cannot be compared.
pub(crate) fn losses(
    new: &Content<'_>,
    types: &[ResourceType],
    old: &Old<'_>,
    limits: ShrinkLimits,
) -> Result<Vec<Loss>> {
    let ids: BTreeSet<String> = types.iter().map(|t| t.id.as_str().to_owned()).collect();
    if old.types()? != ids {
        tracing::info!(
            "the earlier sync has other resource types, so the shrink guard did not compare it"
        );
        return Ok(Vec::new());
    }
    let mut losses = Vec::new();
    for compared in Compared::ALL {
        if limits.of(compared) != MaxShrink::Off {
            losses.extend(loss(new, types, old, limits, compared)?);
        }
    }
    Ok(losses)
}

fn loss(
    new: &Content<'_>,
    types: &[ResourceType],
    old: &Old<'_>,
    limits: ShrinkLimits,
    compared: Compared,
) -> Result<Option<Loss>> {
    let types = match compared {
        Compared::People => with_trait(types, Trait::User),
        Compared::Groups => with_trait(types, Trait::Group),
        Compared::Grants => Vec::new(),
    };
    let present = hashes_of(new, &types, compared)?;
    let mut missing = Missing::default();
    let mut each = |parts: [&str; 3]| missing.look_up(&present, parts);
    match compared {
        Compared::Grants => old.grants(&mut each)?,
        Compared::People => old.resources(&types, is_enabled, &mut each)?,
        Compared::Groups => old.resources(&types, |_| true, &mut each)?,
    }
    let loss = Loss::over(limits, compared, missing.gone, missing.before);
    Ok(loss.map(|loss| Loss {
        after: present.len(),
        first: missing.first.into_iter().collect(),
        ..loss
    }))
}

/// The types with a trait.
fn with_trait(types: &[ResourceType], wanted: Trait) -> Vec<&str> {
    let types = types.iter().filter(|t| t.kind == Some(wanted));
    types.map(|t| t.id.as_str()).collect()
}

/// The rows of the new sync that are compared.
fn hashes_of(new: &Content<'_>, types: &[&str], compared: Compared) -> Result<Hashes> {
    let mut hashes = Hashes::default();
    let phase = match compared {
        Compared::Grants => Phase::Grants,
        Compared::People | Compared::Groups => Phase::Resources,
    };
    let mut id = String::new();
    new.each(phase, |_, _, row, message| {
        let is_there = match compared {
            Compared::Grants => {
                row.entitlement_id(&mut id);
                let (kind, principal) = row.other.unwrap_or_default();
                hashes.add([&id, kind, principal]);
                return Ok(());
            }
            Compared::Groups => types.contains(&row.resource_type),
            Compared::People => {
                types.contains(&row.resource_type) && {
                    let shown = Shown::decode(message.bytes()).unwrap_or_default();
                    is_enabled(shown.status.unwrap_or_default().status)
                }
            }
        };
        if is_there {
            row.external_id(phase, &mut id);
            hashes.add([&id, "", ""]);
        }
        Ok(())
    })?;
    hashes.sort();
    Ok(hashes)
}

/// What of the earlier sync was looked for and not found.
#[derive(Debug, Default)]
struct Missing {
    before: u64,
    gone: u64,
    /// The first ids in their order, whatever the order of the rows.
    first: BTreeSet<String>,
}

impl Missing {
    fn look_up(&mut self, present: &Hashes, parts: [&str; 3]) {
        self.before += 1;
        if present.has(parts) {
            return;
        }
        self.gone += 1;
        let shown = parts.iter().filter(|part| !part.is_empty());
        let shown = shown.copied().collect::<Vec<_>>().join(":");
        if self.first.len() < EXAMPLES || self.first.last().is_some_and(|last| shown < *last) {
            self.first.insert(shown);
        }
        if self.first.len() > EXAMPLES {
            self.first.pop_last();
        }
    }
}
