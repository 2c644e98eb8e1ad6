//! What both versions offer: rows as messages of version 1.

use std::fmt;

use connector_core::Result;

use super::listing::{Listing, Place};
use super::{Counts, GrantKey, GrantNumbers, GrantPlace, Holdings, NumberedGrant, RowAt, SyncRun};
use crate::wire;

/// Which resources are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    All,
    /// Those of a type.
    Of(&'a str),
    /// Those of all types but these.
    NotOf(&'a [&'a str]),
}

/// What the reader of a version offers. A sync that the file does not hold has no rows.
pub(super) trait Rows: fmt::Debug + Send {
    fn syncs(&self) -> Result<Vec<SyncRun>>;
    fn counts(&self, sync_id: &str) -> Result<Counts>;
    fn resource_types(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::ResourceType>>>;
    fn resources(
        &self,
        sync_id: &str,
        which: Which<'_>,
    ) -> Result<Listing<'_, Place<wire::Resource>>>;
    fn entitlements(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Entitlement>>>;
    fn grants(
        &self,
        sync_id: &str,
        of: Option<&wire::ResourceId>,
    ) -> Result<Listing<'_, Place<wire::Grant>>>;
    fn each_grant(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>) -> Result<()>,
    ) -> Result<()>;
    fn each_grant_unordered(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
    ) -> Result<GrantNumbers>;
    fn expandable_grants(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Grant>>>;
    fn grant_keys(&self, sync_id: &str) -> Result<Listing<'_, GrantKey>>;
    fn resource(&self, sync_id: &str, external_id: &str) -> Result<Option<Place<wire::Resource>>>;
    fn entitlement(
        &self,
        sync_id: &str,
        on: &wire::ResourceId,
        id: &str,
    ) -> Result<Option<Place<wire::Entitlement>>>;
    fn has_grant(&self, sync_id: &str, grant: &GrantKey) -> Result<bool>;
    fn each_resource(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()>;
    fn each_name(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(&str, &str) -> Result<()>,
    ) -> Result<()>;
    fn holdings(&self, sync_id: &str) -> Result<Holdings>;
}
