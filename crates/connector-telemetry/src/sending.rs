//! The sending thread's loop: takes items over, delivers them every second and once more when it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::outbox::{Deliver, Outbox};
use crate::queue::{Item, Queue};
use connector_proto::opentelemetry::{LogRecord, Span};

/// How long items wait for others to be delivered with.
const DELAY: Duration = Duration::from_secs(1);

/// Why telemetry is not complete, for the log of the program itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it means.
    pub message: &'static str,
    /// What the collector or the network reported.
    pub error: String,
}

/// Hands trouble to the program's own log.
#[derive(Clone)]
pub(crate) struct TroubleReporter {
    report: Arc<dyn Fn(Trouble) + Send + Sync>,
    has_reported: Arc<AtomicBool>,
}

impl TroubleReporter {
    pub(crate) fn new(report: impl Fn(Trouble) + Send + Sync + 'static) -> Self {
        Self {
            report: Arc::new(report),
            has_reported: Arc::default(),
        }
    }

    pub(crate) fn report(&self, message: &'static str, error: impl Into<String>) {
        self.has_reported.store(true, Ordering::Relaxed);
        let error = error.into();
        (self.report)(Trouble { message, error });
    }

    /// Reports unless something has been reported already, of which this is only the consequence.
    pub(crate) fn report_first(&self, message: &'static str, error: impl Into<String>) {
        if !self.has_reported.load(Ordering::Relaxed) {
            self.report(message, error);
        }
    }
}

/// Both kinds of items at once.
pub(crate) trait Collect: Deliver<Span> + Deliver<LogRecord> {}

impl<T: Deliver<Span> + Deliver<LogRecord>> Collect for T {}

/// What the loop works on.
pub(crate) struct Sending<C> {
    items: mpsc::Receiver<Item>,
    /// The other end of `items`, for its count of losses only.
    lost: Queue,
    to: C,
    reporter: TroubleReporter,
    spans: Outbox<Span>,
    logs: Outbox<LogRecord>,
    /// Whether the last delivery of spans, of log records failed.
    trouble: [bool; 2],
}

impl<C: Collect> Sending<C> {
    pub(crate) fn new(
        items: mpsc::Receiver<Item>,
        lost: Queue,
        to: C,
        reporter: TroubleReporter,
    ) -> Self {
        Self {
            items,
            lost,
            to,
            reporter,
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
            self.reporter.report_first(message, format!("{lost} items"));
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
        self.note_outcome(0, spans);
        let logs = self.logs.flush(&self.to, last).await;
        self.note_outcome(1, logs);
    }

    /// Reports trouble when it begins; a collector that takes neither kind is reported once.
    fn note_outcome(&mut self, kind: usize, outcome: Option<Result<(), String>>) {
        let Some(outcome) = outcome else { return };
        let known = self.trouble.contains(&true);
        self.trouble[kind] = outcome.is_err();
        if let Err(error) = outcome
            && !known
        {
            let message = "telemetry cannot be delivered, the run goes on without it";
            self.reporter.report(message, error);
        }
    }
}

#[cfg(test)]
mod tests;
