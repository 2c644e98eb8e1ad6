//! The sending thread's loop: takes items over, delivers them every second and once more when it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::outbox::{Deliver, Outbox};
use crate::queue::{Item, Queue};
use crate::wire::{LogRecord, Span};

/// How long items wait for others to be delivered with.
const DELAY: Duration = Duration::from_secs(1);

/// Why telemetry is not complete, for the log of the program itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it means.
    pub message: &'static str,
    /// The collector's or the network's words.
    pub error: String,
}

/// Tells people about trouble.
#[derive(Clone)]
pub(crate) struct Teller {
    tell: Arc<dyn Fn(Trouble) + Send + Sync>,
    told: Arc<AtomicBool>,
}

impl Teller {
    pub(crate) fn new(tell: impl Fn(Trouble) + Send + Sync + 'static) -> Self {
        Self {
            tell: Arc::new(tell),
            told: Arc::default(),
        }
    }

    pub(crate) fn tell(&self, message: &'static str, error: impl Into<String>) {
        self.told.store(true, Ordering::Relaxed);
        let error = error.into();
        (self.tell)(Trouble { message, error });
    }

    /// Tells it unless there has been trouble already.
    pub(crate) fn tell_first(&self, message: &'static str, error: impl Into<String>) {
        if !self.told.load(Ordering::Relaxed) {
            self.tell(message, error);
        }
    }
}

/// Both kinds of items at once.
pub(crate) trait Collect: Deliver<Span> + Deliver<LogRecord> {}

impl<T: Deliver<Span> + Deliver<LogRecord>> Collect for T {}

/// The loop's state.
pub(crate) struct Sending<C> {
    items: mpsc::Receiver<Item>,
    /// The other end of `items`, for its count of losses only.
    lost: Queue,
    to: C,
    teller: Teller,
    spans: Outbox<Span>,
    logs: Outbox<LogRecord>,
    /// Whether the last delivery of spans, of log records failed.
    trouble: [bool; 2],
}

impl<C: Collect> Sending<C> {
    pub(crate) fn new(items: mpsc::Receiver<Item>, lost: Queue, to: C, teller: Teller) -> Self {
        Self {
            items,
            lost,
            to,
            teller,
            spans: Outbox::new(),
            logs: Outbox::new(),
            trouble: [false; 2],
        }
    }

    /// Runs until stopped and everything is delivered or given up.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(DELAY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let last = tokio::select! {
                biased;
                () = stop.cancelled() => true,
                _ = ticks.tick() => false,
                item = self.items.recv() => match item {
                    Some(item) => {
                        self.take(item);
                        if !self.spans.is_ready() && !self.logs.is_ready() {
                            continue;
                        }
                        false
                    }
                    None => true,
                },
            };
            while let Ok(item) = self.items.try_recv() {
                self.take(item);
            }
            self.flush(last).await;
            if last {
                break;
            }
        }
        let lost = self.lost.lost() + self.spans.lost() + self.logs.lost();
        if lost > 0 {
            let message = "telemetry is not complete, there was more than could be delivered";
            self.teller.tell_first(message, format!("{lost} items"));
        }
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Span(span) => self.spans.add(span),
            Item::Log(record) => self.logs.add(record),
        }
    }

    async fn flush(&mut self, last: bool) {
        let spans = self.spans.flush(&self.to, last).await;
        self.note(0, spans);
        let logs = self.logs.flush(&self.to, last).await;
        self.note(1, logs);
    }

    /// Tells of trouble when it begins; a collector that is away for both kinds is told once.
    fn note(&mut self, kind: usize, outcome: Option<Result<(), String>>) {
        let Some(outcome) = outcome else { return };
        let known = self.trouble.contains(&true);
        self.trouble[kind] = outcome.is_err();
        if let Err(error) = outcome
            && !known
        {
            let message = "telemetry cannot be delivered, the run goes on without it";
            self.teller.tell(message, error);
        }
    }
}

#[cfg(test)]
mod tests;
