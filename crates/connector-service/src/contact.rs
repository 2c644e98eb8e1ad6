//! Whether the control plane has accepted the connector, and whether it answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::plane::PlaneResult;

/// Whether the service could be given work; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Contact(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    accepted: bool,
    /// Since when no call is answered, on the clock that never goes back.
    lost_at: Option<Duration>,
}

impl Contact {
    /// Whether the control plane has accepted the connector and answers its calls.
    pub fn is_ready(&self) -> bool {
        let state = self.state();
        state.accepted && state.lost_at.is_none()
    }

    /// The control plane has accepted the connector.
    pub(crate) fn accept(&self) {
        self.state().accepted = true;
    }

    /// Takes note of how a call ended at `now`. An outage is logged when it begins and when it is over.
    pub(crate) fn note<A>(&self, answer: &PlaneResult<A>, now: Duration) {
        let unanswered = answer.as_ref().err().filter(|error| error.is_unanswered);
        let before = {
            let mut state = self.state();
            let lost_at = unanswered.map(|_| state.lost_at.unwrap_or(now));
            std::mem::replace(&mut state.lost_at, lost_at)
        };
        match (before, unanswered) {
            (None, Some(error)) => {
                tracing::warn!(%error, "the control plane cannot be reached, the service is not ready");
            }
            (Some(since), None) => {
                let after_s = now.saturating_sub(since).as_secs();
                tracing::info!(after_s, "the control plane can be reached again");
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
