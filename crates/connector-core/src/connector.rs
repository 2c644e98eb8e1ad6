//! What a vendor's connector implements: listings of resources, entitlements and grants, one page per call.
//!
//! A connector never loops over pages. It gets the cursor of a page, pushes what the page holds and
//! answers with the next cursor, or `None` at the end. Everything else (order of listings, loops over cursors,
//! checkpoints, duplicate detection, limits on what is accepted) belongs to [`crate::engine`].

use std::future::Future;

use tokio::sync::mpsc;

use crate::engine::Watch;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{Cursor, ResourceId, ResourceTypeId};
use crate::ledger::{self, Place};
use crate::model::{Entitlement, Grant, Resource};
use crate::paging::{Batch, Offset};
use crate::store::Rows;
use crate::verdict::PageCounts;
use crate::warning::{Warning, Warnings};

/// Rows handed over at once; large enough to make hand-over cheap, because each wakes the threads behind, small enough to
/// bound memory: about ten chunks are on their way to the file or back from there.
const CHUNK: usize = 128;

/// What a listing covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of the tenant's resources of this type, or all entitlements or grants on them.
    Type(ResourceTypeId),
    /// The resources of `child` type under one parent.
    Children {
        /// Type to list.
        child: ResourceTypeId,
        /// Parent to list it under.
        parent: ResourceId,
    },
    /// The entitlements or grants on one resource.
    Resource(ResourceId),
}

impl Scope {
    /// The type whose resources, entitlements or grants are listed.
    pub fn resource_type(&self) -> &ResourceTypeId {
        match self {
            Self::Type(id) | Self::Children { child: id, .. } => id,
            Self::Resource(resource) => &resource.resource_type,
        }
    }

    /// The resource whose children, entitlements or grants are listed; `None` for a whole type.
    pub(crate) const fn resource(&self) -> Option<&ResourceId> {
        match self {
            Self::Type(_) => None,
            Self::Children { parent: id, .. } | Self::Resource(id) => Some(id),
        }
    }
}

/// A request for one page of a listing.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// What is listed.
    pub scope: Scope,
    /// Where the listing goes on; `None` for its first page.
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// The place in a listing that is paged by offset.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the cursor is of another kind.
    pub fn offset(&self) -> Result<Offset> {
        let cursor = self.cursor.as_ref();
        cursor.map_or_else(|| Ok(Offset::default()), Cursor::decode)
    }
}

/// Lists resources, the first of the three connector traits.
pub trait ResourceLister {
    /// Pushes one page of resources and returns where the next one starts.
    ///
    /// # Errors
    /// Whatever kept the page from being read completely; the engine then discards the page's rows.
    fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> impl Future<Output = Result<Option<Cursor>>> + Send;
}

/// Lists entitlements; called only for types that declare a listing of entitlements.
pub trait EntitlementLister {
    /// Pushes one page of entitlements and returns where the next one starts.
    ///
    /// # Errors
    /// As for resources. The default answers that the type has none.
    fn list_entitlements(
        &self,
        request: &PageRequest,
        _page: &mut Page<Entitlement>,
    ) -> impl Future<Output = Result<Option<Cursor>>> + Send {
        let error = no_listing("entitlements", &request.scope);
        async { Err(error) }
    }
}

/// Lists grants; called only for types that declare a listing of grants.
pub trait GrantLister {
    /// Pushes one page of grants and returns where the next one starts.
    ///
    /// # Errors
    /// As for resources. The default answers that the type has none.
    fn list_grants(
        &self,
        request: &PageRequest,
        _page: &mut Page<Grant>,
    ) -> impl Future<Output = Result<Option<Cursor>>> + Send {
        let error = no_listing("grants", &request.scope);
        async { Err(error) }
    }
}

fn no_listing(what: &str, scope: &Scope) -> Error {
    Error::new(
        ErrorKind::Bug,
        format!(
            "the connector declares {what} of {} but lists none",
            scope.resource_type()
        ),
    )
}

/// A vendor, as the engine sees it.
pub trait Connector:
    ResourceLister + EntitlementLister + GrantLister + Send + Sync + 'static
{
    /// Checks credential, scopes and base URL with as few requests as possible. Runs before every sync and in
    /// the `validate` subcommand.
    ///
    /// # Errors
    /// What makes a sync impossible. What merely makes it less complete is a returned [`Warning`].
    fn validate(&self) -> impl Future<Output = Result<Vec<Warning>>> + Send;

    /// Requests sent so far, for the summary.
    fn requests(&self) -> u64;
}

/// What flows from a running listing to the engine.
#[derive(Debug)]
pub(crate) enum PageMessage {
    /// Rows of the open page.
    Rows(Rows),
    /// The open page starts again; its rows so far do not count.
    Restart,
    /// The listing starts again; nothing of it counts so far.
    RestartListing,
    /// The open page is complete.
    End {
        /// Where the listing goes on.
        next: Option<Cursor>,
        /// What was odd about the page.
        warnings: Warnings,
        /// What was counted in it.
        counts: PageCounts,
        /// Where it is in the plan.
        place: Place,
    },
    /// The listing failed.
    Failed {
        /// How.
        error: Error,
        /// Whether going on from what is stored of the listing would only go on with a loop.
        endless: bool,
    },
}

/// Takes the rows of one page. Rows go on to the file while the page is still being read.
#[derive(Debug)]
pub struct Page<T> {
    chunk: Vec<T>,
    pushed: u64,
    warnings: Warnings,
    rows: mpsc::Sender<PageMessage>,
    watch: Watch,
}

impl<T> Page<T>
where
    Vec<T>: Into<Rows>,
{
    pub(crate) fn new(rows: mpsc::Sender<PageMessage>, watch: Watch) -> Self {
        Self {
            chunk: Vec::new(),
            pushed: 0,
            warnings: Warnings::default(),
            rows,
            watch,
        }
    }

    /// States how many rows the vendor says the listing has. A listing that ends before that is read again from its
    /// start, twice at most.
    pub fn total(&mut self, total: u64) {
        self.watch.total(total);
    }

    /// Counts a row of the vendor's that is left out on purpose, by its id if it has one.
    pub fn leave_out(&mut self, id: Option<&str>) {
        self.watch.saw(id.as_ref());
    }

    /// Has this page count, in what the sync says of its completeness, as no more than the rows that are pushed: for a
    /// page of other things, such as names to look up, or of rows that the listing has brought before. Totals and ends
    /// are judged all the same. Call it after [`Page::by_offset`].
    pub fn counts_pushed(&mut self) {
        self.watch.counts_pushed();
    }

    /// Takes the answer to a request for the page at `at` ([`Offset::first`] says from which row on): returns the
    /// records that are new, and where the part of the listing goes on, `None` at its end. Total and rows are noted, so
    /// that neither [`Page::total`] nor [`Page::leave_out`] is needed; `id` is that of a record.
    ///
    /// # Errors
    /// When rows moved since the page before; return it, and the engine starts the listing again.
    pub fn by_offset<R>(
        &mut self,
        at: Offset,
        batch: Batch<R>,
        id: impl Fn(&R) -> Option<&str>,
    ) -> Result<(Vec<R>, Option<Offset>)> {
        self.watch.by_offset(at, batch, id)
    }

    /// Has the listing start again: what is stored of it is dropped, also what an earlier process stored, and its first
    /// page is requested next. `what` says why, as a clause; return the error. After 5 times it fails the listing, as
    /// [`ErrorKind::Contract`].
    #[must_use = "the listing starts again when this error is returned"]
    pub fn start_again(&mut self, what: &str) -> Error {
        self.watch
            .start_again(what)
            .hint("the old file was left as it was; try again later and report it if it stays")
    }

    /// Adds a row; waits while the file is behind.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] when the sync has stopped; return it.
    pub async fn push(&mut self, row: T) -> Result<()> {
        self.chunk.push(row);
        self.pushed += 1;
        if self.chunk.len() >= CHUNK {
            self.flush().await
        } else {
            Ok(())
        }
    }

    /// Notes something odd that does not stop the sync. Equal codes are counted together.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.add(warning);
    }

    /// Forgets the page's rows and warnings: the answer they came from broke off and is read again.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] when the sync has stopped; return it.
    pub async fn restart(&mut self) -> Result<()> {
        self.chunk.clear();
        self.pushed = 0;
        self.warnings = Warnings::default();
        self.watch.restart_page();
        self.send(PageMessage::Restart).await
    }

    /// Rows so far.
    pub(crate) fn rows(&self) -> u64 {
        self.pushed
    }

    /// Ends the page, unless what it brought cannot be right.
    pub(crate) async fn end(&mut self, next: Option<Cursor>) -> Result<Option<Cursor>> {
        self.flush().await?;
        let counts = self.watch.end_page(next.as_ref())?;
        let warnings = std::mem::take(&mut self.warnings);
        let end = PageMessage::End {
            next: next.clone(),
            warnings,
            counts,
            place: ledger::here().place,
        };
        self.send(end).await?;
        Ok(next)
    }

    pub(crate) fn into_watch(self) -> Watch {
        self.watch
    }

    async fn flush(&mut self) -> Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let rows = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK)).into();
        self.watch.stored(&rows);
        self.send(PageMessage::Rows(rows)).await
    }

    async fn send(&self, message: PageMessage) -> Result<()> {
        self.rows
            .send(message)
            .await
            .map_err(|_| Error::new(ErrorKind::Interrupted, "the sync has stopped"))
    }
}
