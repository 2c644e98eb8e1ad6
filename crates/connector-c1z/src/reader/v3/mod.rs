//! Version 3: the rows of a Pebble store as the messages of version 1.

mod grants;
mod join;
mod message;

use std::fmt;
use std::path::Path;

use connector_core::store::RowCounts;
use connector_core::{Context, Error, Result};
use connector_pebble::records::{
    EntitlementRecord, GrantRecord, Record, ResourceRecord, ResourceTypeRecord, SyncRunRecord,
    sync_type_name,
};
use connector_pebble::{Limits, Records, Row};

use self::join::{Names, Types, WithResources};
use super::holdings::{Counting, Holdings};
use super::listing::{Listing, Place};
use super::ordered::Keyed;
use super::{
    Counts, GrantKey, GrantNumbers, GrantPlace, NumberedGrant, ReadLimits, RowAt, Rows, SyncRun,
    Which,
};
use crate::convert::records::{resource_message, type_message};
use crate::{fault, wire};

/// An open store.
pub(super) struct Store {
    reader: connector_pebble::Reader,
    run: Option<SyncRunRecord>,
    counts: Counts,
    shown: String,
    types: Types,
    names: Names,
}

/// Without the content.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut store = f.debug_struct("Store");
        store.field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Store {
    pub(super) fn open(path: &Path, limits: ReadLimits, temp_dir: Option<&Path>) -> Result<Self> {
        let limits = Limits {
            max_decoded_bytes: limits.max_decoded_bytes,
            max_window_bytes: limits.max_window_bytes,
            ..Limits::default()
        };
        let reader = connector_pebble::Reader::open_in(path, limits, temp_dir)?;
        let shown = path.display().to_string();
        let run = reader.sync_run()?;
        if run.is_some() && !reader.has_structured_ids() {
            let what = format!("reading {shown}");
            return Err(fault::precondition(
                "the file was written by an old version of its connector: its grants cannot be looked up by ids",
            )
            .hint("let a current version of the connector write the file anew")
            .during(what));
        }
        let counts = run.as_ref().map(|run| survey(&reader, run)).transpose();
        Ok(Self {
            counts: counts
                .during(format!("reading {shown}"))?
                .unwrap_or_default(),
            reader,
            run,
            shown,
            types: Types::default(),
            names: Names::default(),
        })
    }

    fn holds(&self, sync_id: &str) -> bool {
        self.run.as_ref().is_some_and(|run| run.sync_id == sync_id)
    }

    /// The records that `open` walks over, as `read` makes them rows; none when the file does not hold the sync.
    fn listing<'r, R: Record + 'r, T: 'r, F>(
        &'r self,
        sync_id: &str,
        open: impl Fn(&'r connector_pebble::Reader) -> Result<Records<R>> + 'r,
        with: impl Fn() -> Result<F> + 'r,
    ) -> Listing<'r, T>
    where
        F: FnMut(Row<R>) -> Result<T> + 'r,
    {
        if !self.holds(sync_id) {
            return Listing::empty();
        }
        Listing::walking(move || {
            let mut read = with()?;
            let rows = open(&self.reader)?.map(move |row| read(row?));
            Ok(Box::new(rows))
        })
    }

    /// The message of a record and its place.
    fn placed<M: Keyed>(&self, key: Vec<u8>, message: M) -> Result<Place<M>> {
        let at = RowAt::Key(key.into_boxed_slice());
        match message.has_id() {
            true => Ok((at, message)),
            false => Err(self.damaged(&at, "its message has no id")),
        }
    }

    fn damaged(&self, at: &RowAt, why: &str) -> Error {
        let error = fault::precondition(format!("the file is damaged: {at}: {why}"));
        error.during(format!("reading {}", self.shown))
    }

    /// The ways of reading an external id, `<type>:<id>`, whose parts may hold colons themselves: with types that
    /// the file lists first.
    fn split_id(&self, external_id: &str) -> Result<Vec<wire::ResourceId>> {
        let types = self.types.of(&self.reader)?;
        let colons = external_id.match_indices(':').map(|(at, _)| at);
        let parts = colons.map(|at| (&external_id[..at], &external_id[at + 1..]));
        let listed = parts.clone().filter(|(kind, _)| types.contains_key(*kind));
        let others = parts.filter(|(kind, _)| !types.contains_key(*kind)).take(1);
        let id = |(kind, id): (&str, &str)| message::resource_id(kind, id);
        Ok(listed.chain(others).map(id).collect())
    }
}

/// Counts the rows of a file's run. As in version 1, a row that would be missing without a word because of an id that is
/// not there is found before any row is read.
///
/// # Errors
/// When the file is damaged.
pub(crate) fn survey(reader: &connector_pebble::Reader, run: &SyncRunRecord) -> Result<Counts> {
    if run.sync_id.is_empty() {
        let what = "the file is damaged: the id of its sync is empty";
        return Err(fault::precondition(what));
    }
    let counts = reader.counts()?;
    Ok(Counts {
        resource_types: counts.resource_types,
        rows: RowCounts {
            resources: counts.resources,
            entitlements: counts.entitlements,
            grants: counts.grants,
        },
    })
}

impl Rows for Store {
    fn syncs(&self) -> Result<Vec<SyncRun>> {
        let run = self.run.iter().map(|run| SyncRun {
            sync_id: run.sync_id.clone(),
            sync_type: sync_type_name(run.sync_type).to_owned(),
            started_at: run.started_at.map(message::time).unwrap_or_default(),
            ended_at: run.ended_at.map(message::time),
            stats: None,
        });
        Ok(run.collect())
    }

    fn counts(&self, sync_id: &str) -> Result<Counts> {
        let counts = self.holds(sync_id).then(|| self.counts.clone());
        Ok(counts.unwrap_or_default())
    }

    fn resource_types(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::ResourceType>>> {
        let read = |row: Row<ResourceTypeRecord>| self.placed(row.key, type_message(row.record));
        Ok(self.listing(sync_id, connector_pebble::Reader::records, move || Ok(read)))
    }

    fn resources(
        &self,
        sync_id: &str,
        which: Which<'_>,
    ) -> Result<Listing<'_, Place<wire::Resource>>> {
        let (of_type, without) = match which {
            Which::All => (None, Vec::new()),
            Which::Of(kind) => (Some(kind.to_owned()), Vec::new()),
            Which::NotOf(kinds) => (None, kinds.iter().map(|&kind| kind.to_owned()).collect()),
        };
        if !self.holds(sync_id) {
            return Ok(Listing::empty());
        }
        Ok(Listing::walking(move || {
            let without = without.clone();
            let records = match &of_type {
                Some(kind) => self.reader.resources_of(kind)?,
                None => self.reader.records()?,
            };
            let is_wanted = move |row: &Result<Row<ResourceRecord>>| match row {
                Ok(row) => !without.contains(&row.record.resource_type_id),
                Err(_) => true,
            };
            Ok(Box::new(records.filter(is_wanted).map(|row| {
                let row = row?;
                self.placed(row.key, resource_message(row.record))
            })))
        }))
    }

    fn entitlements(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Entitlement>>> {
        let with = move || {
            let mut resources = WithResources::new(&self.reader)?;
            let types = self.types.of(&self.reader)?;
            Ok(move |row: Row<EntitlementRecord>| {
                let on = resources.resource(row.record.resource.as_ref())?;
                self.placed(row.key, message::entitlement(row.record, on, types))
            })
        };
        Ok(self.listing(sync_id, connector_pebble::Reader::records, with))
    }

    fn grants(
        &self,
        sync_id: &str,
        of: Option<&wire::ResourceId>,
    ) -> Result<Listing<'_, Place<wire::Grant>>> {
        Ok(grants::listing(self, sync_id, of))
    }

    fn each_grant(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>) -> Result<()>,
    ) -> Result<()> {
        grants::numbered(self, sync_id, &mut |grant, _, _| each(grant)).map(drop)
    }

    /// Rows lie in order.
    fn each_grant_unordered(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
    ) -> Result<GrantNumbers> {
        grants::numbered(self, sync_id, each)
    }

    fn expandable_grants(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Grant>>> {
        Ok(grants::expandable(self, sync_id))
    }

    fn grant_keys(&self, sync_id: &str) -> Result<Listing<'_, GrantKey>> {
        let read = |row| grants::key(self, row);
        Ok(self.listing(sync_id, connector_pebble::Reader::records, move || Ok(read)))
    }

    fn resource(&self, sync_id: &str, external_id: &str) -> Result<Option<Place<wire::Resource>>> {
        if !self.holds(sync_id) {
            return Ok(None);
        }
        for id in self.split_id(external_id)? {
            if let Some(row) = self.reader.resource(&id.resource_type, &id.resource)? {
                return self.placed(row.key, resource_message(row.record)).map(Some);
            }
        }
        Ok(None)
    }

    fn entitlement(
        &self,
        sync_id: &str,
        on: &wire::ResourceId,
        id: &str,
    ) -> Result<Option<Place<wire::Entitlement>>> {
        if !self.holds(sync_id) {
            return Ok(None);
        }
        let (kind, resource) = (on.resource_type.as_str(), on.resource.as_str());
        let Some(row) = self.reader.entitlement(kind, resource, id)? else {
            return Ok(None);
        };
        let on = match self.reader.resource(kind, resource)? {
            Some(row) => message::brief(&row.record),
            None => message::stub(message::resource_id(kind, resource)),
        };
        let types = self.types.of(&self.reader)?;
        self.placed(row.key, message::entitlement(row.record, on, types))
            .map(Some)
    }

    fn has_grant(&self, sync_id: &str, grant: &GrantKey) -> Result<bool> {
        let on = (grant.resource_type.as_str(), grant.resource_id.as_str());
        let holder = (grant.principal_type.as_str(), grant.principal_id.as_str());
        let has = || self.reader.grant(on, &grant.entitlement, holder);
        Ok(self.holds(sync_id) && has()?.is_some())
    }

    fn each_resource(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.resources(sync_id, Which::All)?
            .for_each(|(at, resource)| each(at, resource))
    }

    fn each_name(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(&str, &str) -> Result<()>,
    ) -> Result<()> {
        if !self.holds(sync_id) {
            return Ok(());
        }
        for row in self.reader.records::<ResourceRecord>()? {
            let it = row?.record;
            let id = format!("{}:{}", it.resource_type_id, it.resource_id);
            each(&id, &it.display_name)?;
        }
        Ok(())
    }

    fn holdings(&self, sync_id: &str) -> Result<Holdings> {
        let mut counting = Counting::new();
        if !self.holds(sync_id) {
            return Ok(counting.finish());
        }
        for row in self.reader.records::<EntitlementRecord>()? {
            let on = row?.record.resource.unwrap_or_default();
            counting.entitlement([on.resource_type_id.as_bytes(), on.resource_id.as_bytes()]);
        }
        for row in self.reader.records::<GrantRecord>()? {
            let it = grants::key(self, row?)?;
            counting.grant(
                [it.resource_type.as_bytes(), it.resource_id.as_bytes()],
                [it.principal_type.as_bytes(), it.principal_id.as_bytes()],
            );
        }
        Ok(counting.finish())
    }
}
