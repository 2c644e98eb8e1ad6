//! A set of ids as 64-bit hashes.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Hashes, sorted once all are there.
#[derive(Debug, Default)]
pub(super) struct Hashes(Vec<u64>);

impl Hashes {
    pub(super) fn add(&mut self, parts: [&str; 3]) {
        self.0.push(hash(parts));
    }

    /// Has to be called before anything is looked up.
    pub(super) fn sort(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
    }

    pub(super) fn has(&self, parts: [&str; 3]) -> bool {
        self.0.binary_search(&hash(parts)).is_ok()
    }

    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

fn hash(parts: [&str; 3]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
