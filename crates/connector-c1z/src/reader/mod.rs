//! Reads files of any writer and of either version: the magic decides which one it is, and callers need not know.
//!
//! Rows come in one canonical order in both versions, that of a version 3 file's keys: by type and id, and for
//! entitlements and grants by the ids of what they refer to. Messages are whole in both: what one version keeps in
//! columns or in other rows is put back.

mod about;
mod holdings;
mod intern;
mod listing;
mod numbered;
mod ordered;
mod row;
mod v1;
mod v3;
mod version;

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use connector_core::{Context, Result};

pub use about::{Counts, ReadLimits, SyncRun};
pub use holdings::{Held, Holdings};
pub use intern::Interner;
pub use listing::Listing;
use listing::Mapped;
pub use numbered::{ByNumber, GrantNumbers, GrantPlace, NumberedGrant};
pub use ordered::{GrantKey, InOrder, InOrderRows};
pub use row::RowAt;

pub(crate) use ordered::unnamed;
pub(crate) use v1::{damaged_row, refuse_odd_rows, text};
pub(crate) use v3::survey as survey_v3;
use version::{Rows, Which};

use crate::convert::Format;
use crate::{fault, wire};

/// An open file. The original is read once, when it is opened, and never touched again.
#[derive(Debug)]
pub struct Reader {
    format: Format,
    rows: Box<dyn Rows>,
}

impl Reader {
    /// Opens the file at `path`, decoding it in the system's temp directory.
    ///
    /// # Errors
    /// [`connector_core::ErrorKind::Precondition`] when there is no such regular file, when it is empty, of another
    /// format or version, damaged, or larger than `limits` allow.
    pub fn open(path: impl AsRef<Path>, limits: ReadLimits) -> Result<Self> {
        Self::open_in(path, limits, None)
    }

    /// Opens the file at `path`, decoding it in `temp_dir`.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_in(
        path: impl AsRef<Path>,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
    ) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let magic = magic(path).during(format!("reading {shown}"))?;
        if magic == connector_pebble::MAGIC {
            return Ok(Self {
                format: Format::V3,
                rows: Box::new(v3::Store::open(path, limits, temp_dir)?),
            });
        }
        let database = v1::Database::open(path, limits, temp_dir);
        Ok(Self {
            format: Format::V1,
            rows: Box::new(database.during(format!("reading {shown}"))?),
        })
    }

    /// The version of the file.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// All runs, in order of rows.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn syncs(&self) -> Result<Vec<SyncRun>> {
        self.rows.syncs()
    }

    /// The newest finished full run.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn latest_finished_full(&self) -> Result<Option<SyncRun>> {
        let runs = self.syncs()?.into_iter();
        Ok(runs
            .filter(|run| run.sync_type == "full" && run.ended_at.is_some())
            .max_by(|a, b| (&a.ended_at, &a.sync_id).cmp(&(&b.ended_at, &b.sync_id))))
    }

    /// Counts the rows of a run.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn counts(&self, sync_id: &str) -> Result<Counts> {
        self.rows.counts(sync_id)
    }

    /// Calls `each` with every resource type of a run.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_resource_type(
        &self,
        sync_id: &str,
        mut each: impl FnMut(wire::ResourceType) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.resource_types(sync_id)?;
        rows.for_each(|(_, message)| each(message))
    }

    /// Calls `each` with every resource of a run.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_resource(
        &self,
        sync_id: &str,
        mut each: impl FnMut(wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.for_each_resource_row(sync_id, |_, message| each(message))
    }

    /// Calls `each` with every entitlement of a run.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_entitlement(
        &self,
        sync_id: &str,
        mut each: impl FnMut(wire::Entitlement) -> Result<()>,
    ) -> Result<()> {
        self.for_each_entitlement_row(sync_id, |_, message| each(message))
    }

    /// Calls `each` with every grant of a run.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_grant(
        &self,
        sync_id: &str,
        mut each: impl FnMut(wire::Grant) -> Result<()>,
    ) -> Result<()> {
        self.for_each_grant_row(sync_id, |_, message| each(message))
    }

    /// Calls `each` with every resource of a run and its place.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_resource_row(
        &self,
        sync_id: &str,
        mut each: impl FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.resources(sync_id, Which::All)?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// Calls `each` with every resource of one type of a run and its place.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_resource_of(
        &self,
        sync_id: &str,
        resource_type: &str,
        mut each: impl FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.resources(sync_id, Which::Of(resource_type))?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// Calls `each` with every entitlement of a run and its place. Its resource has at least its id, and its name
    /// when the file has one.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_entitlement_row(
        &self,
        sync_id: &str,
        mut each: impl FnMut(RowAt, wire::Entitlement) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.entitlements(sync_id)?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// Calls `each` with every grant of a run and its place. Its entitlement and principal have at least their ids,
    /// and a grant that is to be expanded has a [`wire::GrantExpandable`] as its last annotation.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_grant_row(
        &self,
        sync_id: &str,
        mut each: impl FnMut(RowAt, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.grants(sync_id, None)?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// Calls `each` with every grant of a run, as [`Reader::for_each_grant_row`] does, and numbers for what it refers to.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_numbered_grant(
        &self,
        sync_id: &str,
        mut each: impl FnMut(NumberedGrant<'_>) -> Result<()>,
    ) -> Result<()> {
        self.rows.each_grant(sync_id, &mut each)
    }

    /// Calls `each` with every grant of a run, as [`Reader::for_each_numbered_grant`] does, in the order that is quickest
    /// to read, with its place in the canonical order. The numbers compare places, during the walk and after it; every
    /// walk over a run gives the same ones.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_grant_unordered(
        &self,
        sync_id: &str,
        mut each: impl FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
    ) -> Result<GrantNumbers> {
        self.rows.each_grant_unordered(sync_id, &mut each)
    }

    /// Calls `each` with every grant that a principal of a run holds, as [`Reader::for_each_grant_row`] does.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_grant_of(
        &self,
        sync_id: &str,
        principal: &wire::ResourceId,
        mut each: impl FnMut(RowAt, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.grants(sync_id, Some(principal))?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// Calls `each` with every grant of a run that may be to be expanded, as [`Reader::for_each_grant_row`] does, but
    /// without names. Other grants are hardly looked at.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_expandable_grant(
        &self,
        sync_id: &str,
        mut each: impl FnMut(RowAt, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        let rows = self.rows.expandable_grants(sync_id)?;
        rows.for_each(|(at, message)| each(at, message))
    }

    /// The resource with this id (`<type>:<id>`) in a run, and its place.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn resource(
        &self,
        sync_id: &str,
        external_id: &str,
    ) -> Result<Option<(RowAt, wire::Resource)>> {
        self.rows.resource(sync_id, external_id)
    }

    /// The entitlement with this id on a resource of a run, and its place.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn entitlement(
        &self,
        sync_id: &str,
        on: &wire::ResourceId,
        id: &str,
    ) -> Result<Option<(RowAt, wire::Entitlement)>> {
        self.rows.entitlement(sync_id, on, id)
    }

    /// Calls `each` with every resource of a run and its place, in the order that is quickest to read.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_resource_unordered(
        &self,
        sync_id: &str,
        mut each: impl FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.rows.each_resource(sync_id, &mut each)
    }

    /// Calls `each` with the id (`<type>:<id>`) and the name of every resource of a run, in any order.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub fn for_each_name(
        &self,
        sync_id: &str,
        mut each: impl FnMut(&str, &str) -> Result<()>,
    ) -> Result<()> {
        self.rows.each_name(sync_id, &mut each)
    }

    /// Counts what there is on each resource of a run, without decoding it.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn holdings(&self, sync_id: &str) -> Result<Holdings> {
        self.rows.holdings(sync_id)
    }

    /// Whether a run has this grant.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn has_grant(&self, sync_id: &str, grant: &GrantKey) -> Result<bool> {
        self.rows.has_grant(sync_id, grant)
    }

    /// The grants of a run, to be read in step with those of another one. Several grants of the same to the same are
    /// one.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn grants_in_order(&self, sync_id: &str) -> Result<InOrder<'_, GrantKey, ()>> {
        let keys = self.rows.grant_keys(sync_id)?;
        Ok(InOrder::new(Listing::new(Mapped(keys, |key| (key, ())))))
    }

    /// The resource types of a run by key.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn resource_types_in_order(
        &self,
        sync_id: &str,
    ) -> Result<InOrder<'_, Vec<u8>, wire::ResourceType>> {
        Ok(ordered::keyed(self.rows.resource_types(sync_id)?))
    }

    /// The resources of a run by key, without those of some types.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn resources_in_order(
        &self,
        sync_id: &str,
        without: &[&str],
    ) -> Result<InOrder<'_, Vec<u8>, wire::Resource>> {
        let rows = self.rows.resources(sync_id, Which::NotOf(without))?;
        Ok(ordered::keyed(rows))
    }

    /// The entitlements of a run by key.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn entitlements_in_order(
        &self,
        sync_id: &str,
    ) -> Result<InOrder<'_, Vec<u8>, wire::Entitlement>> {
        Ok(ordered::keyed(self.rows.entitlements(sync_id)?))
    }
}

/// The first bytes of a regular file.
fn magic(path: &Path) -> Result<Vec<u8>> {
    let read_error = |e| {
        let message = format!("the file cannot be read: {e}");
        fault::precondition(message).caused_by(e)
    };
    // Opening a pipe would wait for its other end, so the path is looked at first.
    if !fs::metadata(path).map_err(read_error)?.is_file() {
        return Err(fault::precondition(
            "this is not a regular file, so it cannot be read more than once",
        )
        .hint("write the sync to a file and give its path"));
    }
    let mut magic = Vec::new();
    let file = File::open(path).map_err(read_error)?;
    let mut head = file.take(connector_pebble::MAGIC.len() as u64);
    head.read_to_end(&mut magic).map_err(read_error)?;
    Ok(magic)
}
