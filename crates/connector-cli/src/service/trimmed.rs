//! A connector of which only a part is listed, for tasks that ask for less than a full sync.

use std::sync::Arc;

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::error::Result;
use connector_core::id::Cursor;
use connector_core::model::{Entitlement, Grant, Resource, ResourceType};
use connector_core::warning::Warning;

/// A connector without its grants, or without anything.
pub(super) struct Trimmed<C> {
    inner: Arc<C>,
    types: Vec<ResourceType>,
    grants: bool,
}

impl<C: Connector> Trimmed<C> {
    /// The connector, with or without its grants.
    pub(super) fn new(inner: Arc<C>, grants: bool) -> Self {
        Self {
            types: inner.resource_types().to_vec(),
            inner,
            grants,
        }
    }

    /// The connector as if it had nothing to list; it still says whether its credential works.
    pub(super) fn empty(inner: Arc<C>) -> Self {
        Self {
            types: Vec::new(),
            inner,
            grants: false,
        }
    }
}

impl<C: Connector> ResourceLister for Trimmed<C> {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        self.inner.list_resources(request, page).await
    }
}

impl<C: Connector> EntitlementLister for Trimmed<C> {
    async fn list_entitlements(
        &self,
        request: &PageRequest,
        page: &mut Page<Entitlement>,
    ) -> Result<Option<Cursor>> {
        self.inner.list_entitlements(request, page).await
    }
}

impl<C: Connector> GrantLister for Trimmed<C> {
    async fn list_grants(
        &self,
        request: &PageRequest,
        page: &mut Page<Grant>,
    ) -> Result<Option<Cursor>> {
        if self.grants {
            self.inner.list_grants(request, page).await
        } else {
            // The types keep saying that they have grants, as in a sync that lists them.
            Ok(None)
        }
    }
}

impl<C: Connector> Connector for Trimmed<C> {
    fn resource_types(&self) -> &[ResourceType] {
        &self.types
    }

    async fn validate(&self) -> Result<Vec<Warning>> {
        self.inner.validate().await
    }

    fn requests(&self) -> u64 {
        self.inner.requests()
    }
}
