//! The elements of an array, decoded while the answer arrives.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use connector_core::error::Result;
use reqwest::Response;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::call::Call;
use crate::elements::Elements;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::framer::ArrayAt;
use crate::transport::Expect;
use crate::tries::Tries;

/// One step of an [`ArrayStream`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<T> {
    /// An element.
    Row(T),
    /// The answer broke off and is read again from its start: forget the rows so far.
    Restarted,
}

/// The elements of one array of an answer. The answer is never held as a whole.
///
/// When the connection breaks off in the middle, a call that may be repeated is sent again within its one
/// retry budget; see [`Item::Restarted`].
pub struct ArrayStream<T> {
    exchange: Arc<Exchange>,
    call: Call,
    at: ArrayAt,
    tries: Tries,
    elements: Elements,
    progress: Progress,
    /// Bytes of this answer so far.
    received: u64,
    /// Rows of this answer so far.
    rows: u64,
    element: PhantomData<fn() -> T>,
}

enum Progress {
    /// Nothing sent, or to be sent again.
    Fresh,
    Reading(Response),
    Done,
}

impl<T: DeserializeOwned> ArrayStream<T> {
    pub(crate) fn new(exchange: Arc<Exchange>, call: Call, at: ArrayAt) -> Self {
        Self {
            tries: exchange.transport.tries(&call),
            elements: Elements::new(at, exchange.max_element),
            exchange,
            call,
            at,
            progress: Progress::Fresh,
            received: 0,
            rows: 0,
            element: PhantomData,
        }
    }

    /// The next element; `None` after the last one of a complete answer.
    ///
    /// # Errors
    /// Whatever kept the answer from being read completely. The stream has then ended.
    pub async fn next(&mut self) -> Result<Option<Item<T>>> {
        let span = self.tries.span();
        let result = self.advance().instrument(span).await;
        if !matches!(result, Ok(Some(_))) {
            let received = self.received;
            self.tries.ended(result.as_ref().map(|_| received));
            self.progress = Progress::Done;
            self.elements.clear();
        }
        result.map_err(self.exchange.explain)
    }

    async fn advance(&mut self) -> Result<Option<Item<T>>> {
        loop {
            let step = match &mut self.progress {
                Progress::Done => return Ok(None),
                Progress::Fresh => {
                    let opened = self
                        .exchange
                        .open(&self.call, Expect::Json, &mut self.tries);
                    self.progress = Progress::Reading(opened.await?);
                    continue;
                }
                Progress::Reading(_) => match self.row() {
                    Ok(Some(row)) => return Ok(Some(Item::Row(row))),
                    Ok(None) => self.receive().await,
                    Err(failure) => Err(failure),
                },
            };
            match step {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(failure) => {
                    self.exchange
                        .transport
                        .again(&self.call, &mut self.tries, failure)
                        .await?;
                    if self.restart() {
                        return Ok(Some(Item::Restarted));
                    }
                }
            }
        }
    }

    /// The next element that ends in the current piece.
    fn row(&mut self) -> Result<Option<T>, Failure> {
        let vendor = self.exchange.transport.vendor;
        let (at, max) = (self.at, self.exchange.max_element);
        let misframed = |e| Failure::frame(vendor, at, max, e);
        let Some(element) = self.elements.next().map_err(misframed)? else {
            return Ok(None);
        };
        let row = element.map_err(|what| {
            let list = match at {
                ArrayAt::Root => "the list",
                ArrayAt::Key(key) => key,
            };
            let index = self.rows;
            Failure::contract(format!(
                "element {index} of `{list}` of {vendor} does not fit: {what}"
            ))
        })?;
        self.rows += 1;
        Ok(Some(row))
    }

    /// Receives the next piece; false at the end of a complete answer.
    async fn receive(&mut self) -> Result<bool, Failure> {
        let Progress::Reading(response) = &mut self.progress else {
            return Ok(false);
        };
        let vendor = self.exchange.transport.vendor;
        match self.exchange.transport.chunk(response).await? {
            Some(piece) => {
                self.tries.entry.receive(&piece);
                self.received += piece.len() as u64;
                if self.received > self.exchange.transport.max_body {
                    return Err(Failure::too_large(vendor, self.exchange.transport.max_body));
                }
                self.elements.fill(piece);
                Ok(true)
            }
            None => {
                let max = self.exchange.max_element;
                let end = self.elements.finish();
                end.map_err(|e| Failure::frame(vendor, self.at, max, e))?;
                self.tries.entry.complete();
                Ok(false)
            }
        }
    }

    /// Gets ready to read the answer again; true when rows of it were handed over.
    fn restart(&mut self) -> bool {
        self.elements.restart();
        self.tries.entry.restart();
        self.progress = Progress::Fresh;
        self.received = 0;
        std::mem::take(&mut self.rows) > 0
    }
}

impl<T> fmt::Debug for ArrayStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrayStream")
            .field("call", &self.call)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}
