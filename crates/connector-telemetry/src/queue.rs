//! From the threads that work to the one that sends: never waits, and counts what there is no room for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use connector_proto::opentelemetry;

/// Items that may wait to be taken over by the sending thread.
const ROOM: usize = 8192;

/// Something to be sent.
#[derive(Debug)]
pub(crate) enum Item {
    Span(opentelemetry::Span),
    Log(opentelemetry::LogRecord),
}

/// The sending thread's mailbox.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    items: mpsc::Sender<Item>,
    lost: Arc<AtomicU64>,
}

impl Queue {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Item>) {
        let (items, queue) = mpsc::channel(ROOM);
        let lost = Arc::default();
        (Self { items, lost }, queue)
    }

    /// Hands an item over, or counts it as lost. After the end of sending both are the same.
    pub(crate) fn push(&self, item: Item) {
        if self.items.try_send(item).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Items for which there was no room.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}
