//! Time in a run that is played back.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use connector_core::clock::Clock;
use jiff::Timestamp;

/// A clock that shows the same moment all the time, so that everything a run writes is the same each time. A wait ends at
/// once and counts as time that has passed.
#[derive(Debug)]
pub struct RecordedClock {
    shows: Timestamp,
    elapsed: Mutex<Duration>,
}

impl RecordedClock {
    /// A clock that shows this moment.
    pub fn at(shows: Timestamp) -> Self {
        Self {
            shows,
            elapsed: Mutex::default(),
        }
    }
}

impl Clock for RecordedClock {
    fn now(&self) -> Timestamp {
        self.shows
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut elapsed = self.elapsed.lock().unwrap_or_else(PoisonError::into_inner);
        *elapsed = elapsed.saturating_add(duration);
        Box::pin(Yield(false))
    }
}

/// Lets others go on once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    }
}
