//! Rendered answers, one per distinct question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;

/// The question: who asks, and the request body as it came.
type Key = (usize, Bytes);

/// Answers in memory until the tenant changes.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    answers: Mutex<HashMap<Key, Arc<OnceLock<Bytes>>>>,
}

impl Cache {
    /// The kept answer, or what `render` gives. Two equal questions at the same time are rendered once.
    ///
    /// Callers hold the tenant's read lock, so that no answer of an older tenant is put back.
    pub(crate) fn get(&self, key: Key, render: impl FnOnce() -> Bytes) -> Bytes {
        let slot = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(key).or_default())
        };
        slot.get_or_init(render).clone()
    }

    pub(crate) fn clear(&self) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.clear();
    }
}
