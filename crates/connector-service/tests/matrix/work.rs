//! The connector's side of a service under test: work that follows a test's script.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connector_core::error::{Error, ErrorKind};
use connector_service::{FullSync, TaskFailure, Tasks};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::slow_store::SlowStore;

/// What one sync does.
pub(crate) enum Act {
    /// Writes a file of this many bytes.
    Write(usize),
    /// Writes a file of this many bytes, and a detailed log.
    WriteAndLog(usize, &'static str),
    /// Waits for [`Work::open`], then writes a file of this many bytes.
    Wait(usize),
    /// Syncs into a store that is slow to finish.
    Seal(SlowStore),
    /// Fails.
    Fail(TaskFailure),
    /// Panics.
    Panic,
}

/// Work that follows a script; syncs beyond it write 100 bytes.
#[derive(Clone, Default)]
pub(crate) struct Work(Arc<Inner>);

struct Inner {
    script: Mutex<VecDeque<Act>>,
    seen: Mutex<Seen>,
    gate: Semaphore,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            seen: Mutex::default(),
            gate: Semaphore::new(0),
        }
    }
}

/// What the work received.
#[derive(Default)]
pub(crate) struct Seen {
    /// Every sync, in order.
    pub(crate) wanted: Vec<FullSync>,
    /// Syncs under way.
    pub(crate) running: usize,
    /// Syncs that ended because they were cancelled.
    pub(crate) cancelled: usize,
}

impl Work {
    pub(crate) fn script(acts: impl IntoIterator<Item = Act>) -> Self {
        let work = Self::default();
        lock(&work.0.script).extend(acts);
        work
    }

    /// Lets this many waiting syncs go on.
    pub(crate) fn open(&self, number: usize) {
        self.0.gate.add_permits(number);
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.0.seen)
    }

    /// The directories the syncs were given.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        let folder = |sync: &FullSync| sync.file.parent().map(PathBuf::from).unwrap_or_default();
        self.seen().wanted.iter().map(folder).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of this many bytes, none of them the same for long.
pub(crate) fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i % 251) as u8).collect()
}

impl Tasks for Work {
    async fn full_sync(
        &self,
        wanted: FullSync,
        _directory: Arc<connector_core::leftovers::TempDirectory>,
        cancel: CancellationToken,
    ) -> Result<(), TaskFailure> {
        let act = lock(&self.0.script).pop_front().unwrap_or(Act::Write(100));
        let file = wanted.file.clone();
        if let (Act::WriteAndLog(_, text), Some(log)) = (&act, &wanted.debug_log) {
            std::fs::write(log, text).expect("a writable folder");
        }
        {
            let mut seen = self.seen();
            seen.wanted.push(wanted);
            seen.running += 1;
        }
        let outcome = self.perform(act, &file, &cancel).await;
        self.seen().running -= 1;
        outcome
    }
}

impl Work {
    async fn perform(
        &self,
        act: Act,
        file: &std::path::Path,
        cancel: &CancellationToken,
    ) -> Result<(), TaskFailure> {
        let bytes = match act {
            Act::Write(bytes) | Act::WriteAndLog(bytes, _) => bytes,
            Act::Wait(bytes) => {
                // Half a file lies around while the sync goes on.
                std::fs::write(file, b"half").expect("a writable folder");
                tokio::select! {
                    permit = self.0.gate.acquire() => permit.expect("the gate stays").forget(),
                    () = cancel.cancelled() => {
                        self.seen().cancelled += 1;
                        return Err(Error::new(ErrorKind::Interrupted, "interrupted").into());
                    }
                }
                bytes
            }
            Act::Seal(store) => {
                store.sync(cancel).await?;
                0
            }
            Act::Fail(failure) => return Err(failure),
            Act::Panic => panic!("scripted"),
        };
        std::fs::write(file, content(bytes)).expect("a writable folder");
        Ok(())
    }
}
