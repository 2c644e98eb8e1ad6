//! A fake's tenant: read by every request, changed by a test between them.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A value behind a lock. A test that fails while it holds the lock does not make every later request fail too.
#[derive(Debug)]
pub struct Shared<T>(RwLock<T>);

impl<T> Shared<T> {
    /// A value that nothing holds.
    pub fn new(value: T) -> Self {
        Self(RwLock::new(value))
    }

    /// The value, to be read.
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value, to be changed.
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
