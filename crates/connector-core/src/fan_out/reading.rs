//! A page being read: its records, then the detail of each, many at once.
//!
//! A reading runs in a task of its own from the moment it is started, so that the next page is read while the rows of
//! this one are still being taken. Dropping a reading stops it.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Listed, Row, Source, concerns_one_record};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger;
use crate::task;

type RowOf<S> = Row<<S as Source>::Record, <S as Source>::Detail>;

/// What is known of a page before its rows.
pub(super) enum Head {
    /// Its rows follow; `next` is the cursor of the page after it.
    Page { next: Option<String> },
    /// The vendor does not accept the cursor.
    CursorRefused(Error),
}

/// What the task sends first.
type Opened<S> = Result<(Head, mpsc::Receiver<Result<RowOf<S>>>, usize)>;

/// A page on its way.
pub(super) struct Reading<S: Source> {
    cursor: Option<String>,
    opened: Option<oneshot::Receiver<Opened<S>>>,
    rows: Option<mpsc::Receiver<Result<RowOf<S>>>>,
    /// Rows still to come.
    left: usize,
    task: JoinHandle<()>,
}

impl<S: Source> Reading<S> {
    /// Starts to read the page at `cursor`, which is so many pages ahead of the one whose rows are taken.
    pub(super) fn start(source: Arc<S>, cursor: Option<String>, ahead: u32) -> Self {
        let (sender, opened) = oneshot::channel();
        let at = cursor.clone();
        let task = async move { read(&*source, at.as_deref(), sender).await };
        let task = ledger::at(
            move |place| {
                place.page = place.page.saturating_add(ahead);
                place.item = 1;
            },
            task,
        );
        Self {
            cursor,
            opened: Some(opened),
            rows: None,
            left: 0,
            task: tokio::spawn(task::in_context(task)),
        }
    }

    /// Whether this is the page at `cursor`.
    pub(super) fn is_at(&self, cursor: Option<&str>) -> bool {
        self.cursor.as_deref() == cursor
    }

    /// What is known before the rows; to be called once, before them.
    pub(super) async fn head(&mut self) -> Result<Head> {
        let Some(opened) = self.opened.take() else {
            return Err(stopped::<S>());
        };
        let (head, rows, left) = opened.await.unwrap_or_else(|_| Err(stopped::<S>()))?;
        self.rows = Some(rows);
        self.left = left;
        Ok(head)
    }

    /// The next row; `None` after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<RowOf<S>>> {
        let Some(rows) = self.rows.as_mut().filter(|_| self.left > 0) else {
            return Ok(None);
        };
        self.left -= 1;
        let row = rows.recv().await.unwrap_or_else(|| Err(stopped::<S>()));
        row.map(Some)
    }
}

impl<S: Source> Drop for Reading<S> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn stopped<S: Source>() -> Error {
    Error::new(ErrorKind::Bug, "the reading of a page has stopped")
        .during(format!("listing {}", S::RECORDS))
}

async fn read<S: Source>(source: &S, cursor: Option<&str>, opened: oneshot::Sender<Opened<S>>) {
    let (head, records) = match source.page(cursor).await {
        Ok(Listed::Page { records, next }) => (Head::Page { next }, records),
        Ok(Listed::CursorRefused(error)) => (Head::CursorRefused(error), Vec::new()),
        Err(error) => {
            // When nothing waits for the page any more, its failure does not matter either.
            let _ = opened.send(Err(error));
            return;
        }
    };
    let count = records.len();
    // Room for all rows, so that details are read on while no row is taken.
    let (out, rows) = mpsc::channel(count.max(1));
    if opened.send(Ok((head, rows, count))).is_err() {
        return;
    }
    // All of them are started, in order; how many run at once is up to the source's client.
    // The first failure that concerns every record ends the page at once: a row that is due before it may have a detail
    // that is not even requested yet, and no further request makes sense.
    let (stop, mut stopped) = mpsc::channel(1);
    let rows = stream::iter((2..).zip(records)).map(|(item, record)| {
        ledger::at(
            move |place| place.item = item,
            enrich(source, record, &stop),
        )
    });
    let mut rows = rows.buffered(count.max(1));
    loop {
        let row = tokio::select! {
            biased;
            Some(error) = stopped.recv() => Err(error),
            row = rows.next() => match row {
                Some(row) => Ok(row),
                None => return,
            },
        };
        let is_last = row.is_err();
        if out.send(row).await.is_err() || is_last {
            return;
        }
    }
}

/// A record with its detail. A failure that concerns every record goes to `stop`, and the row never comes.
async fn enrich<S: Source>(source: &S, record: S::Record, stop: &mpsc::Sender<Error>) -> RowOf<S> {
    match source.detail(&record).await {
        Err(error) if !concerns_one_record(error.kind()) => {
            let _ = stop.try_send(error);
            std::future::pending().await
        }
        detail => Row { record, detail },
    }
}
