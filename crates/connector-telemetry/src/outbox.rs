//! The queue of items to be delivered: in which portions, and when a collector that failed is tried again.

use std::time::Duration;

use tokio::time::Instant;

/// Items of one delivery.
pub(crate) const PORTION: usize = 512;
/// Items kept for a collector that does not take them; the oldest ones are given up first.
pub(crate) const KEPT: usize = 4096;
/// The pause after a first failure; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Takes items to the collector.
pub(crate) trait Deliver<T> {
    /// Delivers items. The text, if any, names what the collector did not take of them.
    fn deliver(&self, items: &[T]) -> impl Future<Output = Result<Option<String>, Undelivered>>;
}

/// Why a delivery failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undelivered {
    /// One sentence.
    pub(crate) reason: String,
    /// Whether the same items may be taken later.
    pub(crate) may_pass: bool,
}

/// The items of one kind that wait.
#[derive(Debug)]
pub(crate) struct Outbox<T> {
    items: Vec<T>,
    failures: u32,
    due: Instant,
    lost: u64,
}

impl<T> Outbox<T> {
    pub(crate) fn new() -> Self {
        Self {
            items: Vec::new(),
            failures: 0,
            due: Instant::now(),
            lost: 0,
        }
    }

    pub(crate) fn add(&mut self, item: T) {
        if self.items.len() >= KEPT {
            self.give_up(PORTION);
        }
        self.items.push(item);
    }

    /// Whether a whole portion waits and may be delivered now.
    pub(crate) fn is_ready(&self) -> bool {
        self.items.len() >= PORTION && Instant::now() >= self.due
    }

    /// Items that will not be delivered.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Delivers everything that waits, unless it is too soon after a failure. The `last` time is never too soon, and
    /// what is not delivered then is lost. `None` when there was nothing to do.
    ///
    /// # Errors
    /// Why something was not taken.
    pub(crate) async fn flush(
        &mut self,
        to: &impl Deliver<T>,
        last: bool,
    ) -> Option<Result<(), String>> {
        if self.items.is_empty() || (!last && Instant::now() < self.due) {
            return None;
        }
        let mut outcome = Ok(());
        while !self.items.is_empty() {
            let portion = self.items.len().min(PORTION);
            match to.deliver(&self.items[..portion]).await {
                Ok(complaint) => {
                    self.items.drain(..portion);
                    self.failures = 0;
                    if let Some(complaint) = complaint {
                        outcome = Err(complaint);
                    }
                }
                Err(Undelivered { reason, may_pass }) => {
                    match may_pass && !last {
                        true => self.pause(),
                        false if may_pass => self.give_up(self.items.len()),
                        false => self.give_up(portion),
                    }
                    return Some(Err(reason));
                }
            }
        }
        Some(outcome)
    }

    fn pause(&mut self) {
        let pause = PAUSE.saturating_mul(1 << self.failures.min(5));
        self.failures = self.failures.saturating_add(1);
        self.due = Instant::now() + pause.min(LONGEST_PAUSE);
    }

    fn give_up(&mut self, oldest: usize) {
        self.items.drain(..oldest);
        self.lost += oldest as u64;
    }
}
