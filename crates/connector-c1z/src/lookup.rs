//! Reads a file's rows with their numbers, and single rows by id through the file's indexes.

use connector_core::Result;

use crate::reader::Reader;
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

/// All rows of a sync.
const OF_SYNC: &str = "sync_id = ?1";
/// The row with an id.
const BY_ID: &str = "external_id = ?2 AND sync_id = ?1";

impl Reader {
    /// Calls `each` with every resource of a run and its row, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_resource_row(
        &self,
        sync_id: &str,
        each: impl FnMut(i64, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.visit_rows("v1_resources", OF_SYNC, [sync_id], each)
    }

    /// Calls `each` with every resource of one type of a run and its row, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_resource_of(
        &self,
        sync_id: &str,
        resource_type: &str,
        each: impl FnMut(i64, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        let condition = "sync_id = ?1 AND resource_type_id = ?2";
        self.visit_rows("v1_resources", condition, [sync_id, resource_type], each)
    }

    /// Calls `each` with every entitlement of a run and its row, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_entitlement_row(
        &self,
        sync_id: &str,
        each: impl FnMut(i64, wire::Entitlement) -> Result<()>,
    ) -> Result<()> {
        self.visit_rows("v1_entitlements", OF_SYNC, [sync_id], each)
    }

    /// Calls `each` with every grant of a run and its row, in order of rows; completed as
    /// [`Reader::for_each_grant`] does.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_grant_row(
        &self,
        sync_id: &str,
        each: impl FnMut(i64, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        self.visit_grants(OF_SYNC, [sync_id], each)
    }

    /// Calls `each` with every grant that a principal of a run holds and its row, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_grant_of(
        &self,
        sync_id: &str,
        principal: &wire::ResourceId,
        each: impl FnMut(i64, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        let condition =
            "sync_id = ?1 AND principal_resource_type_id = ?2 AND principal_resource_id = ?3";
        let params = [sync_id, &principal.resource_type, &principal.resource];
        self.visit_grants(condition, params, each)
    }

    /// The resource with this id (`<type>:<id>`) in a run, and its row.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn resource(
        &self,
        sync_id: &str,
        external_id: &str,
    ) -> Result<Option<(i64, wire::Resource)>> {
        let mut found = None;
        self.visit_rows("v1_resources", BY_ID, [sync_id, external_id], |row, it| {
            found = Some((row, it));
            Ok(())
        })?;
        Ok(found)
    }

    /// The entitlement with this id in a run, and its row.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn entitlement(&self, sync_id: &str, id: &str) -> Result<Option<(i64, wire::Entitlement)>> {
        let mut found = None;
        self.visit_rows("v1_entitlements", BY_ID, [sync_id, id], |row, it| {
            found = Some((row, it));
            Ok(())
        })?;
        Ok(found)
    }

    /// Counts what there is on a resource of a run, without decoding it.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn held(&self, sync_id: &str, resource: &wire::ResourceId) -> Result<Held> {
        let of = "sync_id = ?1 AND resource_type_id = ?2 AND resource_id = ?3";
        let sql = format!(
            "SELECT (SELECT count(*) FROM v1_entitlements WHERE {of}),
                (SELECT count(*) FROM v1_grants WHERE {of}),
                (SELECT count(*) FROM (SELECT DISTINCT principal_resource_type_id, principal_resource_id
                    FROM v1_grants WHERE {of}))"
        );
        let params = [sync_id, &resource.resource_type, &resource.resource];
        let mut held = Held::default();
        self.rows(&sql, params, |row| {
            let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            held = Held {
                entitlements: count(0)?,
                grants: count(1)?,
                principals: count(2)?,
            };
            Ok(())
        })?;
        Ok(held)
    }
}
