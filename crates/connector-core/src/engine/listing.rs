//! One listing: page after page until the connector reports that there is no further one.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::Span;

use super::{Watch, interrupted, trace};
use crate::connector::{Connector, Page, PageMessage, PageRequest, Scope};
use crate::error::Result;
use crate::id::Cursor;
use crate::ledger;
use crate::paging::Offset;
use crate::store::{Phase, Place};

/// Messages a listing may be ahead of the writer; a message is at most one chunk of rows.
const AHEAD: usize = 4;

/// A listing to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    /// What it covers.
    pub(super) scope: Scope,
    /// Where the resource it is for comes; `None` for a listing per type.
    pub(super) place: Option<Place>,
    /// Where it starts, when it goes on from earlier work.
    pub(super) from: Option<Cursor>,
    /// Rows that earlier work stored of it.
    pub(super) before: u64,
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
    let operation = format!(
        "listing {} of {}",
        phase.as_str(),
        listing.scope.resource_type()
    );
    let mut watch = Watch::resumed(listing.from.as_ref(), listing.before);
    let outcome = tokio::select! {
        biased;
        () = out.closed() => return,
        outcome = pages(&*connector, phase, listing, &mut watch, &out) => outcome,
    };
    if let Err(error) = outcome {
        // The receiver is gone only when the sync has stopped for another reason.
        let failed = PageMessage::Failed {
            error: error.during(operation),
            endless: watch.is_endless(),
        };
        let _ = out.send(failed).await;
    }
}

async fn pages<C: Connector>(
    connector: &C,
    phase: Phase,
    listing: Listing,
    watch: &mut Watch,
    out: &mpsc::Sender<PageMessage>,
) -> Result<()> {
    let mut request = PageRequest {
        scope: listing.scope,
        cursor: listing.from,
    };
    // Rows may have moved since the earlier process read them.
    if request.cursor.as_ref().and_then(Offset::of).is_some() {
        request.cursor = None;
        *watch = Watch::default();
        restart(out).await?;
    }
    for number in 1.. {
        let span = trace::page(phase, request.scope.resource_type(), number);
        let page = one_page(connector, phase, &request, watch, out);
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let page = ledger::at(|place| place.page = number, page);
        match trace::within(span, page).await {
            Ok(None) => break,
            Ok(next) => request.cursor = next,
            Err(error) if watch.starts_again() => {
                tracing::info!(reason = error.message(), "a listing starts again");
                request.cursor = None;
                restart(out).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn restart(out: &mpsc::Sender<PageMessage>) -> Result<()> {
    let sent = out.send(PageMessage::RestartListing).await;
    sent.map_err(|_| interrupted())
}

/// Reads one page; its end is reported only when the page and the next cursor are acceptable.
async fn one_page<C: Connector>(
    connector: &C,
    phase: Phase,
    request: &PageRequest,
    watch: &mut Watch,
    out: &mpsc::Sender<PageMessage>,
) -> Result<Option<Cursor>> {
    macro_rules! list {
        ($list:ident) => {{
            let mut page = Page::new(out.clone(), std::mem::take(watch));
            let listed = connector.$list(request, &mut page).await;
            let ended = match listed {
                Ok(next) => page.end(next).await,
                Err(error) => Err(error),
            };
            Span::current().record("rows", page.rows());
            *watch = page.into_watch();
            ended
        }};
    }
    match phase {
        Phase::Resources => list!(list_resources),
        Phase::Entitlements => list!(list_entitlements),
        Phase::Grants => list!(list_grants),
    }
}
