//! The ids that a listing has brought, as hashes.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// A set that is a list until a second page begins: a listing of one page, as large as it may be, needs no set.
#[derive(Debug, Default)]
pub(super) struct Seen {
    first_page: Vec<u64>,
    all: HashSet<u64, BuildHasherDefault<AsIs>>,
    has_pages: bool,
}

impl Seen {
    /// Adds a hash.
    pub(super) fn insert(&mut self, hash: u64) {
        match self.has_pages {
            true => drop(self.all.insert(hash)),
            false => self.first_page.push(hash),
        }
    }

    /// Another page follows.
    pub(super) fn page_ends(&mut self) {
        self.has_pages = true;
        self.all.extend(std::mem::take(&mut self.first_page));
    }

    /// How many different ones there are.
    pub(super) fn count(&mut self) -> u64 {
        self.first_page.sort_unstable();
        self.first_page.dedup();
        (self.all.len() + self.first_page.len()) as u64
    }
}

/// The hash of a number that is a hash already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        // Only whole numbers are hashed, see below.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
