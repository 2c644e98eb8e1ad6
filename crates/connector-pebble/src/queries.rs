//! What an open file is read for: single records, the records that belong together, counts.

use std::collections::BTreeMap;

use connector_core::{Error, Result, text};
use connector_proto::c1::c1z::v3::GrantDigestRoot;

use crate::entries::{Records, Row, decode_record};
use crate::error::damaged;
use crate::keyspace::{Keyspace, SEPARATOR, entitlement_tail};
use crate::reader::Reader;
use crate::records::{EntitlementRecord, GrantRecord, Record, ResourceRecord, ResourceTypeRecord};
use crate::write::digests::DIGEST_VERSION;
use crate::write::indexes::content_hash;

/// Rows of the sync, by type where rows have one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Resource types.
    pub resource_types: u64,
    /// Resources by type.
    pub resources: BTreeMap<String, u64>,
    /// Entitlements by their resource's type.
    pub entitlements: BTreeMap<String, u64>,
    /// Grants by their entitlement's resource type.
    pub grants: BTreeMap<String, u64>,
}

impl Reader {
    /// The first record that `fits`, for files whose keys cannot be built from ids.
    fn find<R: Record>(&self, fits: impl Fn(&R) -> bool) -> Result<Option<Row<R>>> {
        let mut rows = self.records::<R>()?;
        rows.find(|row| row.as_ref().map_or(true, |row| fits(&row.record)))
            .transpose()
    }

    /// The resource type with this id.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn resource_type(&self, id: &str) -> Result<Option<Row<ResourceTypeRecord>>> {
        self.record(&[id])
    }

    /// The resource with this type and id.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn resource(&self, resource_type: &str, id: &str) -> Result<Option<Row<ResourceRecord>>> {
        self.record(&[resource_type, id])
    }

    /// The resources of one type.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn resources_of(&self, resource_type: &str) -> Result<Records<ResourceRecord>> {
        self.records_under(&[resource_type])
    }

    /// The entitlement with this id on a resource.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn entitlement(
        &self,
        resource_type: &str,
        resource: &str,
        id: &str,
    ) -> Result<Option<Row<EntitlementRecord>>> {
        if self.has_structured_ids() {
            let (flag, tail) = entitlement_tail(resource_type, resource, id);
            return self.record(&[resource_type, resource, flag, tail]);
        }
        self.find(|it: &EntitlementRecord| {
            let on = it.resource.as_ref();
            it.external_id == id
                && on.is_some_and(|on| {
                    on.resource_type_id == resource_type && on.resource_id == resource
                })
        })
    }

    /// The grant of an entitlement on a resource to a principal.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn grant(
        &self,
        resource: (&str, &str),
        entitlement: &str,
        principal: (&str, &str),
    ) -> Result<Option<Row<GrantRecord>>> {
        if self.has_structured_ids() {
            let (flag, tail) = entitlement_tail(resource.0, resource.1, entitlement);
            return self.record(&[resource.0, resource.1, flag, tail, principal.0, principal.1]);
        }
        self.find(|it: &GrantRecord| {
            let held = it.entitlement.as_ref().is_some_and(|held| {
                (held.resource_type_id.as_str(), held.resource_id.as_str()) == resource
                    && held.entitlement_id == entitlement
            });
            held && it.principal.as_ref().is_some_and(|holder| {
                (
                    holder.resource_type_id.as_str(),
                    holder.resource_id.as_str(),
                ) == principal
            })
        })
    }

    /// The grants of all entitlements on one resource. Needs [`Reader::has_structured_ids`]; in other files all
    /// grants have to be looked at.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn grants_on(&self, resource_type: &str, id: &str) -> Result<Records<GrantRecord>> {
        self.records_under(&[resource_type, id])
    }

    /// The entitlements on one resource. Needs [`Reader::has_structured_ids`]; in other files all entitlements have
    /// to be looked at.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn entitlements_on(
        &self,
        resource_type: &str,
        id: &str,
    ) -> Result<Records<EntitlementRecord>> {
        self.records_under(&[resource_type, id])
    }

    /// The grants of one entitlement. Needs [`Reader::has_structured_ids`], as [`Reader::grants_on`] does.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn grants_for(
        &self,
        resource: (&str, &str),
        entitlement: &str,
    ) -> Result<Records<GrantRecord>> {
        let (flag, tail) = entitlement_tail(resource.0, resource.1, entitlement);
        self.records_under(&[resource.0, resource.1, flag, tail])
    }

    /// The grants to one principal. Needs [`Reader::has_structured_ids`], as [`Reader::grants_on`] does. All keys are
    /// looked at: a writer may have left the index over principals behind unfinished, and grants must not be missed.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn grants_of(&self, resource_type: &str, id: &str) -> Result<Records<GrantRecord>> {
        let grants = self.records()?;
        Ok(grants.with_key_end(Keyspace::key_end(&[resource_type, id])))
    }

    /// Computes the digest over all grants, to compare it with [`crate::ContainerManifest::grant_digest`]. Needs
    /// [`Reader::has_structured_ids`].
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported.
    pub fn grant_digest(&self) -> Result<GrantDigestRoot> {
        let prefix = Keyspace::Grant.prefix();
        let mut digest = 0;
        let mut count = 0;
        for row in self.records::<GrantRecord>()? {
            let Row { key, record } = row?;
            let tuple = key.get(prefix.len()..).unwrap_or_default();
            digest ^= content_hash(tuple, record.sources.keys().map(String::as_bytes));
            count += 1;
        }
        Ok(GrantDigestRoot {
            xor_digest: u64::to_be_bytes(digest).to_vec(),
            count,
            abi_version: DIGEST_VERSION,
        })
    }

    /// Counts the rows.
    ///
    /// # Errors
    /// When the file is damaged or uses what is not supported; with [`Reader::has_structured_ids`] also when the key of a
    /// row lacks an id, because such a row would be missing without a word wherever rows are looked up.
    pub fn counts(&self) -> Result<Counts> {
        let types = self.count_by_first_id(Keyspace::ResourceType)?;
        let max = self.limits().max_record_bytes;
        let resources = self.count_by_first_id(Keyspace::Resource)?;
        let (entitlements, grants) = match self.has_structured_ids() {
            true => (
                self.count_by_first_id(Keyspace::Entitlement)?,
                self.count_by_first_id(Keyspace::Grant)?,
            ),
            false => (
                self.count_by_type(Keyspace::Entitlement, |(_, value)| {
                    let it: EntitlementRecord = decode_record(value, max)?;
                    Ok(it.resource.unwrap_or_default().resource_type_id)
                })?,
                self.count_by_type(Keyspace::Grant, |(_, value)| {
                    let it: GrantRecord = decode_record(value, max)?;
                    Ok(it.entitlement.unwrap_or_default().resource_type_id)
                })?,
            ),
        };
        Ok(Counts {
            resource_types: types.into_values().sum(),
            resources,
            entitlements,
            grants,
        })
    }

    /// Counts keys by their first id. Those with the same one follow each other.
    fn count_by_first_id(&self, space: Keyspace) -> Result<BTreeMap<String, u64>> {
        let (lower, end) = space.range(&[]);
        let mut entries = self.walk(lower, Some(end))?;
        let mut counts = BTreeMap::new();
        let mut add = |first: &[u8], count: u64| {
            let ids = space.ids(first).and_then(|ids| ids.into_iter().next());
            let id = ids.ok_or_else(|| damaged("a key without ids"))?;
            *counts.entry(id).or_default() += count;
            Ok::<_, Error>(())
        };
        // The key up to the end of its first id, and how many begin so.
        let (mut first, mut count) = (Vec::new(), 0);
        while let Some((key, _)) = entries.next_entry()? {
            if space.elements(key).is_none() {
                let key = text::hex(key);
                return Err(damaged(format_args!("key {key}: one of its ids is empty")));
            }
            let rest = key.strip_prefix(first.as_slice());
            if count > 0 && rest.is_some_and(|rest| matches!(rest.first(), None | Some(&SEPARATOR)))
            {
                count += 1;
                continue;
            }
            if count > 0 {
                add(&first, count)?;
            }
            let ids = key.get(space.prefix().len()..).unwrap_or_default();
            let len = ids.iter().position(|byte| *byte == SEPARATOR);
            let behind = len.map_or(0, |len| ids.len() - len);
            first.clear();
            first.extend_from_slice(&key[..key.len() - behind]);
            count = 1;
        }
        if count > 0 {
            add(&first, count)?;
        }
        Ok(counts)
    }

    fn count_by_type(
        &self,
        space: Keyspace,
        type_of: impl Fn((&[u8], &[u8])) -> Result<String>,
    ) -> Result<BTreeMap<String, u64>> {
        let (lower, end) = space.range(&[]);
        let mut entries = self.walk(lower, Some(end))?;
        let mut counts = BTreeMap::new();
        while let Some(entry) = entries.next_entry()? {
            *counts.entry(type_of(entry)?).or_default() += 1;
        }
        Ok(counts)
    }
}
