//! A copy of a sync in which every row is changed on its way.

use connector_core::Result;
use connector_pebble::records::{AssetRecord, SyncRunRecord};
use prost_types::Timestamp;

use super::{Export, Exported, GrantRow};
use crate::wire;

/// Changes the rows of a sync. Rows of one kind come together: resource types, resources, entitlements, grants.
pub trait Rewrite {
    /// Changes what is known of the run.
    fn run(&mut self, run: &mut SyncRunRecord);
    /// Changes the time at which a row was found.
    fn found_at(&mut self, at: Timestamp) -> Timestamp;
    /// Changes a resource type.
    fn resource_type(&mut self, row: &mut wire::ResourceType);
    /// Changes a resource.
    fn resource(&mut self, row: &mut wire::Resource);
    /// Changes an entitlement.
    fn entitlement(&mut self, row: &mut wire::Entitlement);
    /// Changes a grant.
    fn grant(&mut self, row: &mut GrantRow);
    /// Whether an asset stays. It may be changed.
    fn asset(&mut self, row: &mut AssetRecord) -> bool;
}

/// Hands changed rows on.
pub(super) struct Rewritten<'a> {
    pub(super) export: Box<dyn Export + 'a>,
    pub(super) rewrite: &'a mut dyn Rewrite,
}

impl Rewritten<'_> {
    fn at(&mut self, at: Option<Timestamp>) -> Option<Timestamp> {
        at.map(|at| self.rewrite.found_at(at))
    }
}

impl Export for Rewritten<'_> {
    fn resource_type(&mut self, row: &wire::ResourceType, at: Option<Timestamp>) -> Result<()> {
        let (mut row, at) = (row.clone(), self.at(at));
        self.rewrite.resource_type(&mut row);
        self.export.resource_type(&row, at)
    }

    fn resource(&mut self, row: &wire::Resource, at: Option<Timestamp>) -> Result<()> {
        let (mut row, at) = (row.clone(), self.at(at));
        self.rewrite.resource(&mut row);
        self.export.resource(&row, at)
    }

    fn entitlement(&mut self, row: &wire::Entitlement, at: Option<Timestamp>) -> Result<()> {
        let (mut row, at) = (row.clone(), self.at(at));
        self.rewrite.entitlement(&mut row);
        self.export.entitlement(&row, at)
    }

    fn grant(&mut self, row: &GrantRow, at: Option<Timestamp>) -> Result<()> {
        let (mut row, at) = (row.clone(), self.at(at));
        self.rewrite.grant(&mut row);
        self.export.grant(&row, at)
    }

    fn asset(&mut self, row: &AssetRecord) -> Result<()> {
        let mut row = row.clone();
        row.discovered_at = self.at(row.discovered_at);
        match self.rewrite.asset(&mut row) {
            true => self.export.asset(&row),
            false => Ok(()),
        }
    }

    fn finish(self: Box<Self>, run: &SyncRunRecord, path: &std::path::Path) -> Result<Exported> {
        self.export.finish(run, path)
    }
}
