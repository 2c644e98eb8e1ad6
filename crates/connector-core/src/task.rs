//! Work of a run that another task polls and drops, in the span, with the subscriber and at the place in the plan of the run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::dispatcher::{self, Dispatch};
use tracing::{Instrument, Span};

use crate::ledger;

/// `work` for another task, in the span and with the subscriber of here.
pub fn in_context<'a, T: 'a>(work: impl Future<Output = T> + Send + 'a) -> InContext<'a, T> {
    in_span(Span::current(), work)
}

/// `work` for another task, in `span` and with the subscriber of here.
pub fn in_span<'a, T: 'a>(
    span: Span,
    work: impl Future<Output = T> + Send + 'a,
) -> InContext<'a, T> {
    let dispatch = dispatcher::get_default(Clone::clone);
    with_subscriber(dispatch, work.instrument(span))
}

/// `work` with this subscriber.
pub fn with_subscriber<'a, T: 'a>(
    dispatch: Dispatch,
    work: impl Future<Output = T> + Send + 'a,
) -> InContext<'a, T> {
    InContext {
        work: Some(Box::pin(ledger::within(ledger::here(), work))),
        dispatch,
    }
}

/// Work with a subscriber. Unlike a future that is merely polled with it, it is also dropped with it, be it finished or
/// aborted: a span reports its end to its parent through the current subscriber, which must be its own.
pub struct InContext<'a, T> {
    work: Option<Pin<Box<dyn Future<Output = T> + Send + 'a>>>,
    dispatch: Dispatch,
}

impl<T> Future for InContext<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        dispatcher::with_default(&this.dispatch, || match &mut this.work {
            Some(work) => {
                let polled = work.as_mut().poll(cx);
                if polled.is_ready() {
                    this.work = None;
                }
                polled
            }
            None => Poll::Pending,
        })
    }
}

impl<T> Drop for InContext<'_, T> {
    fn drop(&mut self) {
        let work = self.work.take();
        dispatcher::with_default(&self.dispatch, || drop(work));
    }
}

impl<T> fmt::Debug for InContext<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InContext").finish_non_exhaustive()
    }
}
