//! One listing: page after page until the connector reports that there is no further one.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Span;

use super::trace;
use crate::connector::{Connector, Page, PageMessage, PageRequest, Scope};
use crate::error::{Error, ErrorKind, Result};
use crate::id::Cursor;
use crate::store::{Phase, Place};

/// Messages a listing may be ahead of the writer; a message is at most one chunk of rows.
const AHEAD: usize = 8;

/// A listing to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    /// What it covers.
    pub(super) scope: Scope,
    /// Where the resource it is for comes; `None` for a listing per type.
    pub(super) place: Option<Place>,
    /// Where it starts, when it goes on from earlier work.
    pub(super) from: Option<Cursor>,
}

/// The channel a listing reports through.
pub(super) fn channel() -> (mpsc::Sender<PageMessage>, mpsc::Receiver<PageMessage>) {
    mpsc::channel(AHEAD)
}

/// Runs a listing to its end. Every failure is reported through `out`; a closed `out` stops it.
pub(super) async fn run<C: Connector>(
    connector: Arc<C>,
    phase: Phase,
    listing: Listing,
    out: mpsc::Sender<PageMessage>,
) {
    let outcome = tokio::select! {
        biased;
        () = out.closed() => return,
        outcome = pages(&*connector, phase, listing, &out) => outcome,
    };
    if let Err(error) = outcome {
        // The receiver is gone only when the sync has stopped for another reason.
        let _ = out.send(PageMessage::Failed(error)).await;
    }
}

async fn pages<C: Connector>(
    connector: &C,
    phase: Phase,
    listing: Listing,
    out: &mpsc::Sender<PageMessage>,
) -> Result<()> {
    let mut seen = SeenCursors::default();
    let mut request = PageRequest {
        scope: listing.scope,
        cursor: listing.from,
    };
    if let Some(cursor) = &request.cursor {
        seen.insert(cursor);
    }
    for number in 1.. {
        let span = trace::page(phase, request.scope.resource_type(), number);
        let page = one_page(connector, phase, &request, &mut seen, out);
        match trace::within(span, page).await? {
            Some(cursor) => request.cursor = Some(cursor),
            None => break,
        }
    }
    Ok(())
}

/// Reads one page; its end is reported only when the next cursor is acceptable.
async fn one_page<C: Connector>(
    connector: &C,
    phase: Phase,
    request: &PageRequest,
    seen: &mut SeenCursors,
    out: &mpsc::Sender<PageMessage>,
) -> Result<Option<Cursor>> {
    macro_rules! list {
        ($list:ident) => {{
            let mut page = Page::new(out.clone());
            let next = connector.$list(request, &mut page).await?;
            seen.check(next.as_ref(), phase, &request.scope)?;
            Span::current().record("rows", page.rows());
            page.end(next.clone()).await?;
            Ok(next)
        }};
    }
    match phase {
        Phase::Resources => list!(list_resources),
        Phase::Entitlements => list!(list_entitlements),
        Phase::Grants => list!(list_grants),
    }
}

/// Cursors of a listing, remembered as 64-bit keyed hashes: eight bytes each however long they are.
#[derive(Debug, Default)]
struct SeenCursors {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl SeenCursors {
    fn insert(&mut self, cursor: &Cursor) -> bool {
        self.hashes.insert(self.hasher.hash_one(cursor))
    }

    fn check(&mut self, next: Option<&Cursor>, phase: Phase, scope: &Scope) -> Result<()> {
        match next {
            Some(cursor) if !self.insert(cursor) => Err(Error::new(
                ErrorKind::Contract,
                format!("the vendor sent a page cursor again after {} pages, the listing would never end", {
                    self.hashes.len()
                }),
            )
            .during(format!("listing {} of {}", phase.as_str(), scope.resource_type()))
            .hint("this is a fault of the vendor's API; try again later and report it if it stays")),
            _ => Ok(()),
        }
    }
}
