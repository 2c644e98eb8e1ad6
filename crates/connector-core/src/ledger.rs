//! What was requested of the vendor: how much of each kind of request, and which bytes came back.
//!
//! A [`Ledger`] is carried by [`Runtime`](crate::spec::Runtime). Whatever speaks to the vendor opens an [`Entry`] for each
//! call and notes in it what was sent and what was received; the program reads the [`Summary`] when a sync is over. It
//! knows no protocol.
//!
//! The bodies of a class are combined in the order of the plan: by listing, page and record, however many requests
//! run at once. `at` says where in the plan the work of a future is, and the entries made in it take their place from
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::task::futures::TaskLocalFuture;

use crate::text;

/// Servers that are remembered; a vendor behind more machines than this shows the first ones.
const MAX_PEERS: usize = 32;

/// A SHA-256.
pub type Sha = [u8; 32];

/// A kind of request: its method and its path, without ids and without query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// The method, such as `GET`.
    pub method: String,
    /// The path below the base URL, or the name that the connector gives the endpoint.
    pub path: String,
}

/// A server that was spoken to, known by its certificate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The host's name, for which the certificate was valid.
    pub host: String,
    /// SHA-256 of the server's own certificate (DER), in hexadecimal.
    pub certificate_sha256: String,
}

/// The requests of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// See [`Class::method`].
    pub method: String,
    /// See [`Class::path`].
    pub path: String,
    /// Requests sent, each repetition counted.
    pub sent: u64,
    /// Those of them that repeated an earlier one.
    pub retries: u64,
    /// Answers that were read to their end and used.
    pub answers: u64,
    /// Bytes of these answers, unpacked.
    pub bytes: u64,
    /// The hash of these answers in the order of the plan; see [`combine`]. None when bodies are not hashed, as those with
    /// access tokens, and in a ledger that does not hash.
    pub sha256: Option<String>,
}

/// What a ledger holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Requests by class, in the order of the classes.
    pub requests: Vec<Requests>,
    /// Servers, in the order of their names.
    pub peers: Vec<Peer>,
}

impl Summary {
    /// Requests that repeated an earlier one.
    pub fn retries(&self) -> u64 {
        self.requests.iter().map(|class| class.retries).sum()
    }
}

/// The hash of a sequence of bodies that goes on with one more: SHA-256 of the hash before it and the SHA-256 of the body,
/// 64 bytes. Before the first body it is 32 zero bytes.
///
/// ```
/// use connector_core::ledger::combine;
///
/// let one = combine([0; 32], [1; 32]);
/// assert_ne!(combine(one, [2; 32]), combine(combine([0; 32], [2; 32]), [1; 32]));
/// ```
pub fn combine(before: Sha, body: Sha) -> Sha {
    Sha256::new_with_prefix(before)
        .chain_update(body)
        .finalize()
        .into()
}

/// Counts requests, and hashes the bodies of answers if it is [`Ledger::hashing`], which a sync does not do unless its
/// evidence is wanted. Copies share what is counted.
#[derive(Clone, Default)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    hashes: bool,
}

#[derive(Default)]
struct Book {
    accounts: BTreeMap<Class, Account>,
    peers: BTreeSet<Peer>,
    /// Entries opened so far, which orders those of one place.
    opened: u64,
}

#[derive(Default)]
struct Account {
    sent: u64,
    retries: u64,
    answers: u64,
    bytes: u64,
    /// Whether any body was hashed.
    hashed: bool,
    chain: Sha,
    /// Bodies whose turn has not come, by place and order of their calls.
    waiting: BTreeMap<(Place, u64), Sha>,
}

impl Account {
    /// Takes in the bodies up to the end of a page.
    fn settle(&mut self, page: Place) {
        let end = Place {
            page: page.page.saturating_add(1),
            item: 0,
            ..page
        };
        let later = self.waiting.split_off(&(end, 0));
        for body in std::mem::replace(&mut self.waiting, later).into_values() {
            self.chain = combine(self.chain, body);
        }
    }
}

impl Ledger {
    /// An empty ledger that hashes bodies.
    pub fn hashing() -> Self {
        Self {
            hashes: true,
            ..Self::default()
        }
    }

    /// An empty ledger of the same kind.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self {
            hashes: self.hashes,
            ..Self::default()
        }
    }

    /// Opens the entry of a call, at the place of the work that makes it.
    pub fn call(&self, class: Class) -> Entry {
        let Here { place, sent } = here();
        let mut book = self.book();
        book.opened += 1;
        Entry {
            ledger: self.clone(),
            class,
            place: (place, book.opened),
            by_listing: sent,
            body: self.hashes.then(Sha256::new),
            bytes: 0,
        }
    }

    /// Notes a server that was spoken to, by its own certificate (DER).
    pub fn peer(&self, host: &str, certificate: &[u8]) {
        let peer = Peer {
            host: host.to_owned(),
            certificate_sha256: text::hex(Sha256::digest(certificate)),
        };
        let mut book = self.book();
        if book.peers.len() < MAX_PEERS {
            book.peers.insert(peer);
        }
    }

    /// All that was counted.
    pub fn summary(&self) -> Summary {
        let mut book = self.book();
        let last = Place {
            listing: u32::MAX,
            page: u32::MAX,
            item: 0,
        };
        let requests = book.accounts.iter_mut().map(|(class, account)| {
            account.settle(last);
            Requests {
                method: class.method.clone(),
                path: class.path.clone(),
                sent: account.sent,
                retries: account.retries,
                answers: account.answers,
                bytes: account.bytes,
                sha256: account.hashed.then(|| text::hex(account.chain)),
            }
        });
        Summary {
            requests: requests.collect(),
            peers: book.peers.iter().cloned().collect(),
        }
    }

    /// Takes in the bodies of everything up to the end of a page that is stored, so that no more of them are held than
    /// pages are read ahead.
    pub(crate) fn settle(&self, page: Place) {
        let mut book = self.book();
        book.accounts
            .values_mut()
            .for_each(|account| account.settle(page));
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}

/// One call, with all its tries.
pub struct Entry {
    ledger: Ledger,
    class: Class,
    place: (Place, u64),
    by_listing: Option<Arc<Sent>>,
    /// `None` when bodies are not hashed.
    body: Option<Sha256>,
    bytes: u64,
}

impl Entry {
    /// Counts a request that is sent; `again` when it repeats an earlier one of the call.
    pub fn sent(&self, again: bool) {
        let again = u64::from(again);
        if let Some(sent) = &self.by_listing {
            sent.requests.fetch_add(1, Ordering::Relaxed);
            sent.retries.fetch_add(again, Ordering::Relaxed);
        }
        self.account(|account| {
            account.sent += 1;
            account.retries += again;
        });
    }

    /// Takes in a piece of the body of an answer, unpacked.
    pub fn receive(&mut self, piece: &[u8]) {
        if let Some(body) = &mut self.body {
            body.update(piece);
        }
        self.bytes += piece.len() as u64;
    }

    /// Forgets what was received: the answer broke off, and the request is sent again.
    pub fn restart(&mut self) {
        self.body = self.body.is_some().then(Sha256::new);
        self.bytes = 0;
    }

    /// Counts the answer that the call ends with, which has been received to its end.
    pub fn complete(&mut self) {
        let body = self.body.as_mut().map(|body| body.finalize_reset().into());
        let bytes = std::mem::take(&mut self.bytes);
        self.answered(bytes, body);
    }

    /// Counts the answer that the call ends with, by its size alone: its body holds a secret.
    pub fn complete_unhashed(&self, bytes: u64) {
        self.answered(bytes, None);
    }

    fn answered(&self, bytes: u64, body: Option<Sha>) {
        self.account(|account| {
            account.answers += 1;
            account.bytes += bytes;
            account.hashed |= body.is_some();
            account.waiting.extend(body.map(|body| (self.place, body)));
        });
    }

    fn account(&self, change: impl FnOnce(&mut Account)) {
        let mut book = self.ledger.book();
        match book.accounts.get_mut(&self.class) {
            Some(account) => change(account),
            None => change(book.accounts.entry(self.class.clone()).or_default()),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("class", &self.class)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Where in the plan something is requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The listing, from 1; 0 before the first one.
    pub(crate) listing: u32,
    /// Its page, from 1.
    pub(crate) page: u32,
    /// What of the page, in its order; 0 for what the connector itself does.
    pub(crate) item: u32,
}

/// Requests of the listings of one kind and type.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    requests: AtomicU64,
    retries: AtomicU64,
}

impl Sent {
    /// Requests, and those of them that repeated an earlier one.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.requests), read(&self.retries))
    }
}

/// Where the work of a task is, and what counts its requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Here {
    pub(crate) place: Place,
    pub(crate) sent: Option<Arc<Sent>>,
}

tokio::task_local! {
    static HERE: Here;
}

/// Where the current task is.
pub(crate) fn here() -> Here {
    HERE.try_with(Clone::clone).unwrap_or_default()
}

/// Does `work` there.
pub(crate) fn within<F: Future>(there: Here, work: F) -> TaskLocalFuture<Here, F> {
    HERE.scope(there, work)
}

/// Does `work` at a place that follows from the current one.
pub(crate) fn at<F: Future>(change: impl FnOnce(&mut Place), work: F) -> TaskLocalFuture<Here, F> {
    let mut there = here();
    change(&mut there.place);
    within(there, work)
}

#[cfg(test)]
mod tests;
