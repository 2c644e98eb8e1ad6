//! What the engine needs of the place where rows go. `connector-c1z` implements it, tests a small one in memory.
//!
//! The engine calls a store from one thread, in a fixed order: [`Store::begin`], then for each page any number
//! of [`Store::put`], [`Store::restart_page`] and [`Store::restart_listing`] and one [`Store::commit`], then
//! [`Store::seal`] and [`Store::finish`]. What a page adds and drops becomes durable together with the checkpoint that
//! moves past it, or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::entropy::SyncId;
use crate::error::Result;
use crate::id::{Cursor, ResourceId, ResourceTypeId};
use crate::model::{Entitlement, Grant, Resource, ResourceType};
use crate::verdict::Counts;
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
    /// When it starts, or goes on.
    pub started_at: Timestamp,
    /// Everything that decides what the run reads, as three words with a blank between them: the program with its
    /// version, a hash of the settings and of what the run covers, a hash of the credential. Unfinished work with
    /// another fingerprint is not resumed.
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

/// What a file that is made of its rows alone says of its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The id that follows from the rows.
    pub sync_id: SyncId,
    /// The start and the end.
    pub date: Timestamp,
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
    /// All steps, in order.
    pub const ALL: [Self; 3] = [Self::Resources, Self::Entitlements, Self::Grants];

    /// What is listed, for messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resources => "resources",
            Self::Entitlements => "entitlements",
            Self::Grants => "grants",
        }
    }
}

/// Where a resource comes in the order of storing. A later resource has a higher place; not every number is one.
///
/// A store that numbers its rows uses these numbers, another one counts what it stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub u64);

impl Place {
    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// How far a run has come: everything before this position is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The step.
    pub phase: Phase,
    /// The type being listed.
    pub resource_type: ResourceTypeId,
    /// The resource whose children, entitlements or grants are listed; `None` for a listing per type.
    pub place: Option<Place>,
    /// Where the listing goes on; `None` when it is complete.
    pub next: Option<Cursor>,
}

/// How many rows there are, by type.
///
/// ```
/// use connector_core::id::ResourceTypeId;
/// use connector_core::store::{Phase, RowCounts};
///
/// let user = ResourceTypeId::new("user");
/// let mut counts = RowCounts::default();
/// counts.of_mut(Phase::Resources).insert(user, 2);
/// assert_eq!(counts.total(Phase::Resources), 2);
/// assert_eq!(counts.total(Phase::Grants), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts<T: Ord = ResourceTypeId> {
    /// Resources by type.
    pub resources: BTreeMap<T, u64>,
    /// Entitlements by their resource's type.
    pub entitlements: BTreeMap<T, u64>,
    /// Grants by their entitlement's resource type.
    pub grants: BTreeMap<T, u64>,
}

impl<T: Ord> Default for RowCounts<T> {
    fn default() -> Self {
        Self {
            resources: BTreeMap::new(),
            entitlements: BTreeMap::new(),
            grants: BTreeMap::new(),
        }
    }
}

impl<T: Ord> RowCounts<T> {
    /// The counts of what a step lists.
    pub const fn of(&self, phase: Phase) -> &BTreeMap<T, u64> {
        match phase {
            Phase::Resources => &self.resources,
            Phase::Entitlements => &self.entitlements,
            Phase::Grants => &self.grants,
        }
    }

    /// The counts of what a step lists, to be changed.
    pub const fn of_mut(&mut self, phase: Phase) -> &mut BTreeMap<T, u64> {
        match phase {
            Phase::Resources => &mut self.resources,
            Phase::Entitlements => &mut self.entitlements,
            Phase::Grants => &mut self.grants,
        }
    }

    /// All rows of what a step lists.
    pub fn total(&self, phase: Phase) -> u64 {
        self.of(phase).values().sum()
    }
}

/// What a run has counted so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Stored rows.
    pub rows: RowCounts,
    /// Disabled resources by type.
    pub disabled: BTreeMap<ResourceTypeId, u64>,
    /// Listings completed.
    pub listings: u64,
    /// Listings skipped because the vendor no longer knows their resource.
    pub skipped: u64,
    /// What was odd.
    pub warnings: Warnings,
    /// What was counted of the listings, by kind and type.
    #[serde(default)]
    pub counts: Counts,
}

impl Tally {
    /// Adds the counts of a page.
    pub(crate) fn add(&mut self, page: Self) {
        for phase in Phase::ALL {
            sum(self.rows.of_mut(phase), page.rows.of(phase));
        }
        sum(&mut self.disabled, &page.disabled);
        self.listings += page.listings;
        self.skipped += page.skipped;
        self.warnings.merge(page.warnings);
        self.counts.merge(page.counts);
    }
}

fn sum(total: &mut BTreeMap<ResourceTypeId, u64>, part: &BTreeMap<ResourceTypeId, u64>) {
    for (id, count) in part {
        *total.entry(id.clone()).or_default() += count;
    }
}

/// Position and counts, stored with each page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How far the run has come.
    pub position: Position,
    /// What the listings before the one at the position have counted; that one too when it is complete.
    pub tally: Tally,
    /// What the listing at the position has counted so far, when it goes on.
    pub listing: Tally,
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

impl Rows {
    /// The step that lists rows of this kind.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Resources(_) => Phase::Resources,
            Self::Entitlements(_) => Phase::Entitlements,
            Self::Grants(_) => Phase::Grants,
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        match self {
            Self::Resources(rows) => rows.len(),
            Self::Entitlements(rows) => rows.len(),
            Self::Grants(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
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
    /// Where it comes in the order of storing.
    pub place: Place,
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
    /// SHA-256 of the bytes that were written, in hexadecimal; empty when none were.
    pub sha256: String,
    /// The version of the file's format.
    pub version: u32,
}

/// Where rows go. Dropping a store is like [`Store::abandon`] with `keep` set.
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
    fn put(&mut self, rows: &Rows, at: Timestamp) -> Result<()>;

    /// Discards the rows of the open page.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn restart_page(&mut self) -> Result<()>;

    /// Discards the open page and drops all rows of a step but the first `kept` in order of storing: the listing that
    /// stored the others, which is the last one, starts again.
    ///
    /// The drop is part of the page that is then open: the next [`Store::commit`] makes it durable, and
    /// [`Store::restart_page`] or the end of the process before that takes it back, so that rows and checkpoint always
    /// agree. Places of dropped resources may be used again.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn restart_listing(&mut self, phase: Phase, kept: u64) -> Result<()>;

    /// Makes the open page durable together with the checkpoint that moves past it.
    ///
    /// # Errors
    /// When the store cannot be written; the page then does not count.
    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()>;

    /// Up to `limit` stored resources of a type, in order of storing, from place `from` on.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn resources(
        &mut self,
        resource_type: &ResourceTypeId,
        from: Place,
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

    /// What the file has in place of what the run began with, once the run is sealed. `None` when it has the id of
    /// [`Store::begin`] and the times that the engine knows.
    fn sealed(&self) -> Option<Sealed> {
        None
    }

    /// Ends the run at `ended_at` and puts the finished file in place of the old one, atomically.
    ///
    /// # Errors
    /// When the file cannot be written; the old file is then as it was.
    fn finish(&mut self, ended_at: Timestamp) -> Result<FileSummary>;

    /// Gives up the open page. Unfinished work stays for a later run when `keep` is set, else it is removed. Returns
    /// whether there is unfinished work of this run that a later one goes on with.
    ///
    /// # Errors
    /// When the unfinished work can be neither kept nor removed.
    fn abandon(&mut self, keep: bool) -> Result<bool>;
}
