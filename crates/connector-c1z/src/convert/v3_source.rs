//! Reads the sync of a version 3 file.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_pebble::records::{
    AssetRecord, EntitlementRecord, GrantRecord, ResourceRecord, ResourceTypeRecord, SyncRunRecord,
};
use connector_pebble::{Reader, Row};

use super::Export;
use super::records::{entitlement_message, grant_row, resource_message, type_message};
use crate::reader::{RowAt, damaged_row, survey_v3, unnamed};
use crate::{fault, wire};

/// Names of types that are held; a file can have any number.
const MAX_NAMES: usize = 1000;

/// Hands all rows of the file's run to `export`, with the names that version 1 repeats in entitlements.
///
/// # Errors
/// When the file is damaged, or what `export` returns.
pub(crate) fn feed(reader: &Reader, run: &SyncRunRecord, export: &mut dyn Export) -> Result<()> {
    survey_v3(reader, run)?;
    for row in reader.records::<ResourceTypeRecord>()? {
        let record = row?.record;
        let at = record.discovered_at;
        export.resource_type(&type_message(record), at)?;
    }
    for row in reader.records::<ResourceRecord>()? {
        let record = row?.record;
        let at = record.discovered_at;
        export.resource(&resource_message(record), at)?;
    }
    let mut names = Names::new(reader);
    for row in reader.records::<EntitlementRecord>()? {
        let record = row?.record;
        let at = record.discovered_at;
        let mut message = entitlement_message(record);
        names.complete(&mut message)?;
        export.entitlement(&message, at)?;
    }
    for row in reader.records::<GrantRecord>()? {
        let Row { key, record } = row?;
        let at = record.discovered_at;
        let row = grant_row(record);
        if let Some(why) = unnamed(&row.grant) {
            return Err(damaged_row(&RowAt::Key(key.into_boxed_slice()), why));
        }
        export.grant(&row, at)?;
    }
    for row in reader.records::<AssetRecord>()? {
        export.asset(&row?.record)?;
    }
    Ok(())
}

/// The run of a file.
///
/// # Errors
/// When it is not finished, or the file is damaged.
pub(crate) fn finished(reader: &Reader) -> Result<SyncRunRecord> {
    let run = reader.sync_run()?.filter(|run| run.ended_at.is_some());
    run.ok_or_else(|| fault::precondition("the file holds no finished sync"))
}

/// Looks up the names of what entitlements refer to.
struct Names<'r> {
    reader: &'r Reader,
    types: BTreeMap<String, String>,
    /// The last resource; entitlements of one follow each other.
    resource: Option<(wire::ResourceId, String)>,
}

impl<'r> Names<'r> {
    const fn new(reader: &'r Reader) -> Self {
        Self {
            reader,
            types: BTreeMap::new(),
            resource: None,
        }
    }

    fn complete(&mut self, entitlement: &mut wire::Entitlement) -> Result<()> {
        for kind in &mut entitlement.grantable_to {
            kind.display_name = self.of_type(&kind.id)?;
        }
        if let Some(on) = &mut entitlement.resource
            && let Some(id) = &on.id
        {
            if self.resource.as_ref().is_none_or(|(known, _)| known != id) {
                let found = self.reader.resource(&id.resource_type, &id.resource)?;
                let name = found.map(|row| row.record.display_name);
                self.resource = Some((id.clone(), name.unwrap_or_default()));
            }
            let name = self.resource.as_ref().map(|(_, name)| name.clone());
            on.display_name = name.unwrap_or_default();
        }
        Ok(())
    }

    fn of_type(&mut self, id: &str) -> Result<String> {
        if let Some(name) = self.types.get(id) {
            return Ok(name.clone());
        }
        let found = self.reader.resource_type(id)?;
        let name = found.map(|row| row.record.display_name).unwrap_or_default();
        if self.types.len() >= MAX_NAMES {
            self.types.clear();
        }
        self.types.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}
