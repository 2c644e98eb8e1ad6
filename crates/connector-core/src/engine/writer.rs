//! The store on a thread of its own, so that writing overlaps with reading the next rows.
//!
//! Jobs run in the order they were handed over. A posted job is not waited for; when one fails, later posted jobs
//! are skipped and the failure comes out of the next call.
//!
//! A sync that returns has closed its writer first, so that nothing is written to the file any more. A sync that is
//! dropped must not block the thread it is dropped on: its writer ends the jobs it has on its own and then drops the
//! store, which gives up the open page. The runtime waits for that when it is dropped itself.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::{Span, dispatcher};

use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;

/// Jobs that may wait; with full chunks of rows this bounds the memory in flight.
const QUEUE: usize = 3;

type Posted<S> = Box<dyn FnOnce(&mut S) -> Result<()> + Send>;
type Called<S> = Box<dyn FnOnce(&mut S, Option<Error>) + Send>;

enum Job<S> {
    Post(Posted<S>),
    Call(Called<S>),
}

/// A handle to the store's thread.
pub(super) struct Writer<S> {
    jobs: mpsc::Sender<Job<S>>,
    ended: JoinHandle<()>,
}

impl<S: Store> Writer<S> {
    /// Starts the thread.
    pub(super) fn start(store: S) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        // What the store logs belongs to the sync.
        let dispatch = dispatcher::get_default(Clone::clone);
        let span = Span::current();
        let ended = tokio::task::spawn_blocking(move || {
            dispatcher::with_default(&dispatch, || span.in_scope(|| work(store, queue)));
        });
        Self { jobs, ended }
    }

    /// Waits until all jobs are done and the store is dropped.
    pub(super) async fn close(self) {
        let Self { jobs, ended } = self;
        drop(jobs);
        // A job that panicked has failed the call that waited for it.
        let _ = ended.await;
    }

    /// Runs a job and waits for its result.
    pub(super) async fn call<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.run(|store, failed| failed.map_or_else(|| job(store), Err))
            .await
    }

    /// Runs a job even when an earlier posted one has failed.
    pub(super) async fn call_after_failure<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.run(|store, _failed| job(store)).await
    }

    async fn run<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S, Option<Error>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (done, result) = oneshot::channel();
        let call = Job::Call(Box::new(move |store, failed| {
            // A job that nothing waits for any more is one of a sync that was dropped.
            if !done.is_closed() {
                let _ = done.send(job(store, failed));
            }
        }));
        self.jobs.send(call).await.map_err(|_| gone())?;
        result.await.map_err(|_| gone())?
    }

    /// Hands a job over; waits only while the queue is full.
    pub(super) async fn post(
        &self,
        job: impl FnOnce(&mut S) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let post = Job::Post(Box::new(job));
        self.jobs.send(post).await.map_err(|_| gone())
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
