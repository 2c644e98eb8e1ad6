//! Reads a sync's rows in the order of their ids, so that two syncs can be walked side by side while neither is
//! held in memory.

use connector_core::{Error, Result};
use prost::Message;
use rusqlite::{Row, Rows, Statement};

use crate::fault;
use crate::reader::{Reader, text};
use crate::wire;

/// The content of a grant: which principal holds which entitlement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantKey {
    /// The entitlement's id.
    pub entitlement: String,
    /// The principal's type.
    pub principal_type: String,
    /// The principal's vendor id.
    pub principal_id: String,
}

/// Rows to be read in the order of their keys, bytewise; see [`InOrder::rows`].
#[derive(Debug)]
pub struct InOrder<'r, K, V> {
    reader: &'r Reader,
    statement: Statement<'r>,
    sync_id: String,
    read: fn(&Reader, &Row<'_>) -> Result<(K, V)>,
}

impl Reader {
    /// The grants of a run. Several grants of the same to the same are one.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn grants_in_order(&self, sync_id: &str) -> Result<InOrder<'_, GrantKey, ()>> {
        let sql = "SELECT entitlement_id, principal_resource_type_id, principal_resource_id
                   FROM v1_grants WHERE sync_id = ?1 ORDER BY 1, 2, 3";
        self.in_order(sync_id, sql, |_, row| {
            let read = || {
                Ok(GrantKey {
                    entitlement: text(row, 0)?,
                    principal_type: text(row, 1)?,
                    principal_id: text(row, 2)?,
                })
            };
            Ok((read().map_err(fault::foreign_database)?, ()))
        })
    }

    /// The resources of a run by `<type>:<id>`.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn resources_in_order(&self, sync_id: &str) -> Result<InOrder<'_, String, wire::Resource>> {
        let sql = "SELECT data, external_id FROM v1_resources WHERE sync_id = ?1 ORDER BY 2";
        self.in_order(sync_id, sql, keyed)
    }

    /// The entitlements of a run by id.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn entitlements_in_order(
        &self,
        sync_id: &str,
    ) -> Result<InOrder<'_, String, wire::Entitlement>> {
        let sql = "SELECT data, external_id FROM v1_entitlements WHERE sync_id = ?1 ORDER BY 2";
        self.in_order(sync_id, sql, keyed)
    }

    /// The resource types of a run by id.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn resource_types_in_order(
        &self,
        sync_id: &str,
    ) -> Result<InOrder<'_, String, wire::ResourceType>> {
        let sql = "SELECT data, external_id FROM v1_resource_types WHERE sync_id = ?1 ORDER BY 2";
        self.in_order(sync_id, sql, keyed)
    }

    /// Whether a run has this grant.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn has_grant(&self, sync_id: &str, grant: &GrantKey) -> Result<bool> {
        let found = || {
            let mut statement = self.db.prepare(
                "SELECT 1 FROM v1_grants
                 WHERE entitlement_id = ?1 AND principal_resource_type_id = ?2
                     AND principal_resource_id = ?3 AND sync_id = ?4",
            )?;
            let GrantKey {
                entitlement,
                principal_type,
                principal_id,
            } = grant;
            statement.exists([entitlement, principal_type, principal_id, sync_id])
        };
        found().map_err(|e| self.damaged(e))
    }

    fn in_order<K, V>(
        &self,
        sync_id: &str,
        sql: &str,
        read: fn(&Self, &Row<'_>) -> Result<(K, V)>,
    ) -> Result<InOrder<'_, K, V>> {
        Ok(InOrder {
            reader: self,
            statement: self.db.prepare(sql).map_err(|e| self.damaged(e))?,
            sync_id: sync_id.to_owned(),
            read,
        })
    }
}

fn keyed<M: Message + Default>(reader: &Reader, row: &Row<'_>) -> Result<(String, M)> {
    let key = text(row, 1).map_err(fault::foreign_database)?;
    Ok((key, reader.decode(row)?))
}

impl<K, V> InOrder<'_, K, V> {
    /// The rows from the first on.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn rows(&mut self) -> Result<InOrderRows<'_, K, V>> {
        let reader = self.reader;
        let rows = self.statement.query([&self.sync_id]);
        Ok(InOrderRows {
            reader,
            rows: rows.map_err(|e| reader.damaged(e))?,
            read: self.read,
            next: None,
        })
    }
}

/// Rows in the order of their keys, each key once. After an error there are no more.
pub struct InOrderRows<'s, K, V> {
    reader: &'s Reader,
    rows: Rows<'s>,
    read: fn(&Reader, &Row<'_>) -> Result<(K, V)>,
    /// Read already, to be given once the row after it is known to have another key.
    next: Option<(K, V)>,
}

impl<K, V> std::fmt::Debug for InOrderRows<'_, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InOrderRows").finish_non_exhaustive()
    }
}

impl<K: Ord, V> InOrderRows<'_, K, V> {
    fn read_row(&mut self) -> Result<Option<(K, V)>> {
        let (reader, read) = (self.reader, self.read);
        let row = self.rows.next().map_err(|e| reader.damaged(e))?;
        row.map(|row| read(reader, row)).transpose()
    }

    fn take(&mut self) -> Result<Option<(K, V)>> {
        loop {
            let Some(row) = self.read_row()? else {
                return Ok(self.next.take());
            };
            match &self.next {
                Some(next) if next.0 == row.0 => {}
                Some(next) if next.0 > row.0 => return Err(disordered()),
                Some(_) => return Ok(self.next.replace(row)),
                None => self.next = Some(row),
            }
        }
    }
}

impl<K: Ord, V> Iterator for InOrderRows<'_, K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take().transpose()
    }
}

/// Ids that are no text, or an index that does not fit its table.
fn disordered() -> Error {
    fault::precondition("the file is damaged: its rows cannot be put in order")
}
