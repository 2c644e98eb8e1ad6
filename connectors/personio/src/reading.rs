//! A page being read: its persons, then the employments of each, many at once.
//!
//! A reading runs by itself from the moment it is started, so that the next page is on its way while the rows of
//! this one are still being taken. Rows come in the order of the page however their employments arrive. Dropping a
//! reading stops it.

use std::sync::Arc;

use connector_core::{Context, Error, ErrorKind, Result, task};
use futures_util::stream::{self, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::client::{PAGE, PersonioClient, Persons};
use crate::employment;
use crate::model::{Employment, Person};

/// What is known of a page before its rows.
#[derive(Debug)]
pub(crate) enum Head {
    /// How many rows there are, and where the next page is.
    Page { rows: usize, next: Option<String> },
    /// Personio does not take the cursor any more.
    CursorRefused(Error),
}

/// A person and the employment that counts, or why there is none.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) person: Person,
    pub(crate) employment: Result<Option<Employment>>,
}

/// A page on its way.
#[derive(Debug)]
pub(crate) struct Reading {
    cursor: Option<String>,
    head: Option<oneshot::Receiver<Result<Head>>>,
    rows: mpsc::Receiver<Result<Row>>,
    task: JoinHandle<()>,
}

impl Reading {
    /// Starts to read the page at `cursor`.
    pub(crate) fn start(client: Arc<PersonioClient>, cursor: Option<String>) -> Self {
        let (told, head) = oneshot::channel();
        // Room for all rows, so that employments are read on while nobody takes them.
        let (out, rows) = mpsc::channel(PAGE);
        let at = cursor.clone();
        let task = async move { read(&client, at.as_deref(), told, &out).await };
        Self {
            cursor,
            head: Some(head),
            rows,
            task: tokio::spawn(task::in_context(task)),
        }
    }

    /// Whether this is the page at `cursor`.
    pub(crate) fn is_at(&self, cursor: Option<&str>) -> bool {
        self.cursor.as_deref() == cursor
    }

    /// What is known before the rows; asked for once.
    pub(crate) async fn head(&mut self) -> Result<Head> {
        match self.head.take() {
            Some(head) => head.await.unwrap_or_else(|_| Err(stopped())),
            None => Err(stopped()),
        }
    }

    /// The next row; the head told how many there are.
    pub(crate) async fn next(&mut self) -> Result<Row> {
        self.rows.recv().await.unwrap_or_else(|| Err(stopped()))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Bug, "the reading of a page has stopped").during("listing persons")
}

async fn read(
    client: &PersonioClient,
    cursor: Option<&str>,
    told: oneshot::Sender<Result<Head>>,
    out: &mpsc::Sender<Result<Row>>,
) {
    let (head, persons) = match client.persons(cursor).await {
        Ok(Persons::Page(page)) => {
            let (next, persons) = (page.next().during("listing persons"), page.into_rows());
            let rows = persons.len();
            (next.map(|next| Head::Page { rows, next }), Some(persons))
        }
        Ok(Persons::CursorRefused(error)) => (Ok(Head::CursorRefused(error)), None),
        Err(error) => (Err(error), None),
    };
    let usable = head.is_ok();
    // Whoever waited may have gone; then nobody needs the rows.
    let heard = told.send(head).is_ok();
    let Some(persons) = persons.filter(|_| usable && heard) else {
        return;
    };
    // All of them are started, in order; how many run at once is up to the client.
    let at_once = persons.len().max(1);
    let rows = stream::iter(persons).map(|person| enrich(client, person));
    let mut rows = rows.buffered(at_once);
    while let Some(row) = rows.next().await {
        if out.send(row).await.is_err() {
            return;
        }
    }
}

/// Adds the employment. Trouble with one person's is that person's; trouble with the credential or the limits is
/// everybody's and fails the page.
async fn enrich(client: &PersonioClient, person: Person) -> Result<Row> {
    let employment = match person.id.get() {
        None => Ok(None),
        Some(id) => client.employments(id).await.map(employment::primary),
    };
    match employment {
        Err(error) if !is_one_persons(error.kind()) => Err(error),
        employment => Ok(Row { person, employment }),
    }
}

/// Whether a failure may be about one person alone.
pub(crate) fn is_one_persons(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Upstream
            | ErrorKind::Timeout
            | ErrorKind::Contract
    )
}
