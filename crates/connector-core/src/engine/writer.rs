//! The store on a thread of its own, so that writing overlaps with reading the next rows.
//!
//! Jobs run in the order they were handed over. A posted job is not waited for; when one fails, later posted jobs
//! are skipped and the failure comes out of the next call. Dropping the writer waits for the job under way, so
//! that no file is being written after a sync has returned.

use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;

/// Jobs that may wait; with full chunks of rows this bounds the memory in flight.
const QUEUE: usize = 8;

type Posted<S> = Box<dyn FnOnce(&mut S) -> Result<()> + Send>;
type Called<S> = Box<dyn FnOnce(&mut S, Option<Error>) + Send>;

enum Job<S> {
    Post(Posted<S>),
    Call(Called<S>),
}

/// A handle to the store's thread.
pub(super) struct Writer<S> {
    jobs: Option<mpsc::Sender<Job<S>>>,
    thread: Option<JoinHandle<()>>,
}

impl<S: Store> Writer<S> {
    /// Starts the thread.
    pub(super) fn start(store: S) -> Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        // What the store logs belongs to the sync.
        let span = tracing::Span::current();
        let work = move |queue| span.in_scope(|| work(store, queue));
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || tracing::dispatcher::with_default(&dispatch, || work(queue)))
            .map_err(|e| {
                Error::new(ErrorKind::Precondition, "cannot start the writer thread").caused_by(e)
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs a job and waits for its result.
    pub(super) async fn call<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (answer, result) = oneshot::channel();
        self.send(Job::Call(Box::new(move |store, failed| {
            let _ = answer.send(failed.map_or_else(|| job(store), Err));
        })))
        .await?;
        result.await.map_err(|_| gone())?
    }

    /// Runs a job even when an earlier posted one has failed.
    pub(super) async fn call_after_failure<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (answer, result) = oneshot::channel();
        self.send(Job::Call(Box::new(move |store, _failed| {
            let _ = answer.send(job(store));
        })))
        .await?;
        result.await.map_err(|_| gone())?
    }

    /// Hands a job over; waits only while the queue is full.
    pub(super) async fn post(
        &self,
        job: impl FnOnce(&mut S) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.send(Job::Post(Box::new(job))).await
    }

    async fn send(&self, job: Job<S>) -> Result<()> {
        let Some(jobs) = &self.jobs else {
            return Err(gone());
        };
        jobs.send(job).await.map_err(|_| gone())
    }
}

impl<S> Drop for Writer<S> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work<S: Store>(mut store: S, mut queue: mpsc::Receiver<Job<S>>) {
    let mut failed: Option<Error> = None;
    while let Some(job) = queue.blocking_recv() {
        match job {
            Job::Post(_) if failed.is_some() => {}
            Job::Post(job) => failed = job(&mut store).err(),
            Job::Call(job) => job(&mut store, failed.take()),
        }
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Bug, "the writer thread has stopped")
}
