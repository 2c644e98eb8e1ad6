//! What the engine needs of the place where rows go. `connector-c1z` implements it; tests use a small one in
//! memory.
//!
//! The engine calls a store from one thread, in a fixed order: [`Store::begin`], then for each page any number
//! of [`Store::put`] and [`Store::restart_page`] and one [`Store::commit`], then [`Store::seal`] and
//! [`Store::finish`]. Rows of a page become durable together with the checkpoint that moves past it, or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::entropy::SyncId;
use crate::error::Result;
use crate::id::{Cursor, ResourceId, ResourceTypeId};
use crate::model::{Entitlement, Grant, Resource, ResourceType};
use crate::warning::{Warning, Warnings};

/// How much a run covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncType {
    /// Resources, entitlements and grants.
    Full,
    /// Resources only.
    ResourcesOnly,
    /// Single resources, with what belongs to them.
    Partial,
}

impl SyncType {
    /// The word in the file's `sync_type` column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ResourcesOnly => "resources_only",
            Self::Partial => "partial",
        }
    }
}

/// A run that is about to start or to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSpec {
    /// Id for a new run; a resumed run keeps its own.
    pub sync_id: SyncId,
    /// What it covers.
    pub sync_type: SyncType,
    /// Now.
    pub started_at: Timestamp,
    /// Hash of everything that decides what the run reads (connector, tenant, types, targets). Unfinished work
    /// with another fingerprint is not resumed.
    pub fingerprint: String,
    /// The types of the run.
    pub resource_types: Vec<ResourceType>,
    /// Set when only these resources are wanted, in order; whole listings are stored all the same, and
    /// [`Store::seal`] drops the rest.
    pub targets: Option<Vec<ResourceId>>,
}

/// What [`Store::begin`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// The run's id: the spec's, or that of the resumed run.
    pub sync_id: SyncId,
    /// When the run started; earlier than now for a resumed one.
    pub started_at: Timestamp,
    /// Where to go on, when unfinished work was found.
    pub checkpoint: Option<Checkpoint>,
}

/// A step of a sync, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Listing resources.
    Resources,
    /// Listing entitlements.
    Entitlements,
    /// Listing grants.
    Grants,
}

impl Phase {
    /// What is listed, for messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resources => "resources",
            Self::Entitlements => "entitlements",
            Self::Grants => "grants",
        }
    }
}

/// How far a run has come: everything before this position is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The step.
    pub phase: Phase,
    /// The type being listed.
    pub resource_type: ResourceTypeId,
    /// Row of the resource whose children, entitlements or grants are listed; `None` for a listing per type.
    pub row: Option<i64>,
    /// Where the listing goes on; `None` when it is complete.
    pub next: Option<Cursor>,
}

/// What a run has counted so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Resources by type.
    pub resources: BTreeMap<ResourceTypeId, u64>,
    /// Disabled resources by type.
    pub disabled: BTreeMap<ResourceTypeId, u64>,
    /// Entitlements by their resource's type.
    pub entitlements: BTreeMap<ResourceTypeId, u64>,
    /// Grants by their entitlement's resource type.
    pub grants: BTreeMap<ResourceTypeId, u64>,
    /// Listings completed.
    pub listings: u64,
    /// Listings skipped because the vendor no longer knows their resource.
    pub skipped: u64,
    /// Oddities.
    pub warnings: Warnings,
}

/// Position and counts, stored with each page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How far the run has come.
    pub position: Position,
    /// What it has counted.
    pub tally: Tally,
}

/// Rows of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// Resources.
    Resources(Vec<Resource>),
    /// Entitlements.
    Entitlements(Vec<Entitlement>),
    /// Grants.
    Grants(Vec<Grant>),
}

impl From<Vec<Resource>> for Rows {
    fn from(rows: Vec<Resource>) -> Self {
        Self::Resources(rows)
    }
}

impl From<Vec<Entitlement>> for Rows {
    fn from(rows: Vec<Entitlement>) -> Self {
        Self::Entitlements(rows)
    }
}

impl From<Vec<Grant>> for Rows {
    fn from(rows: Vec<Grant>) -> Self {
        Self::Grants(rows)
    }
}

/// A stored resource, as later steps need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResource {
    /// Its row; grows in the order of storing.
    pub row: i64,
    /// Its id.
    pub id: ResourceId,
    /// Its display name.
    pub display_name: String,
}

/// The finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// Where it is, as the operator wrote it.
    pub path: String,
    /// Size of the database inside, in bytes.
    pub decoded_bytes: u64,
    /// Size of the file, in bytes.
    pub file_bytes: u64,
}

/// Where rows go.
pub trait Store: Send + 'static {
    /// Starts a run, or finds unfinished work of the same fingerprint and type, at most seven days old.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn begin(&mut self, run: &RunSpec) -> Result<Begun>;

    /// Adds rows to the open page, discovered at `at`. A row whose id is already stored replaces that row's content.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn put(&mut self, rows: Rows, at: Timestamp) -> Result<()>;

    /// Discards the rows of the open page.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn restart_page(&mut self) -> Result<()>;

    /// Makes the open page durable together with the checkpoint that moves past it.
    ///
    /// # Errors
    /// When the store cannot be written; the page then does not count.
    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()>;

    /// Up to `limit` stored resources of a type, in order of storing, after row `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn resources(
        &mut self,
        resource_type: &ResourceTypeId,
        after: i64,
        limit: usize,
    ) -> Result<Vec<StoredResource>>;

    /// Merges duplicates and checks every reference between rows; dangling rows are dropped. Corrects the counts
    /// of `tally` and returns what was dropped.
    ///
    /// A run with [`RunSpec::targets`] keeps of its resources the targets, those that types listed per resource of
    /// them brought (and so on downwards), the principals of the stored grants, and the parents of all these. A
    /// target that is not there is a warning.
    ///
    /// # Errors
    /// When an invariant is broken that would corrupt the file.
    fn seal(&mut self, tally: &mut Tally) -> Result<Vec<Warning>>;

    /// Ends the run at `ended_at` and puts the finished file in place of the old one, atomically.
    ///
    /// # Errors
    /// When the file cannot be written; the old file is then as it was.
    fn finish(&mut self, ended_at: Timestamp, tally: &Tally) -> Result<FileSummary>;

    /// Gives up the open page. Unfinished work stays for a later run when `keep` is set, else it is removed.
    ///
    /// # Errors
    /// When the unfinished work cannot be removed.
    fn abandon(&mut self, keep: bool) -> Result<()>;
}
