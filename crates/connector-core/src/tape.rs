//! Where the exchanges of a run with its vendor are written down, or come from instead of the vendor.
//!
//! A [`Tape`] is part of the [`Runtime`](crate::spec::Runtime). The client of a vendor's API hands every exchange to a
//! [`Recorder`], or takes every answer from a [`Player`]; it knows nothing of files and of what is left out. What a
//! connector reads is declared once ([`Readable`]): a recording keeps nothing else.

use std::fmt;
use std::sync::Arc;

use crate::error::{ErrorKind, Result};

/// What happens to the exchanges of a run.
#[derive(Debug, Clone, Default)]
pub enum Tape {
    /// Nothing; they go to the vendor.
    #[default]
    Off,
    /// They go to the vendor and are written down.
    Record(Arc<dyn Recorder>),
    /// They come from a recording, and nothing goes to the vendor.
    Replay(Arc<dyn Player>),
}

/// What a connector reads of answers and puts into requests, as text: a line for each kind of value, with the places where
/// such values are. `connector-redact` defines the kinds and the places; see also `docs/adding-a-connector.md`.
pub type Readable = &'static str;

/// One request, as far as it tells requests apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What the request is for, the same for all of its kind, such as `v2/persons/{id}/employments`.
    pub class: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The segments of the path below the base URL; true for those that the connector's code names.
    pub path: Vec<(String, bool)>,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The body when it is JSON; empty otherwise.
    pub body: Vec<u8>,
    /// Whether it requests a credential: its body is not handed over, and its answer is of use only at that moment.
    pub mints: bool,
}

/// The beginning of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The headers that a client acts on, in lower case; moments are written as seconds from now. The value of `location`
    /// is the request it leads to.
    pub headers: Vec<(String, String)>,
    /// The request that a redirect leads to.
    pub to: Option<Request>,
}

/// Why an answer did not come, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Who must act.
    pub kind: ErrorKind,
    /// Whether sending it again may help.
    pub retry: Retry,
    /// What went wrong, without addresses.
    pub message: String,
}

/// Whether a failed request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// No.
    Never,
    /// When it changes nothing at the vendor.
    WhenHarmless,
    /// Yes, it has not reached the vendor.
    Always,
}

/// Writes exchanges down.
pub trait Recorder: fmt::Debug + Send + Sync {
    /// A request is about to be sent.
    fn begin(&self, request: Request, readable: Readable) -> Box<dyn Exchange>;
}

/// One exchange on its way. Dropping it ends it where it is.
pub trait Exchange: Send {
    /// The answer has begun.
    fn answered(&mut self, head: Head);

    /// A piece of the answer's body, unpacked.
    fn received(&mut self, piece: &[u8]);

    /// The answer is complete, or will not be.
    fn ended(&mut self, fault: Option<Fault>);
}

/// An exchange that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// The beginning of the answer, when there was one.
    pub head: Option<Head>,
    /// The body as far as it came.
    pub body: Vec<u8>,
    /// Why there is no more of it.
    pub fault: Option<Fault>,
    /// Whether the recorded run did not wait for the answer, or for the rest of it.
    pub unread: bool,
}

/// Answers requests from a recording.
pub trait Player: fmt::Debug + Send + Sync {
    /// The next exchange of this request, in the order in which they were written down.
    ///
    /// # Errors
    /// When the recording holds none.
    fn play(&self, request: &Request, readable: Readable) -> Result<Played>;

    /// Whether the recorded run sent this request once more.
    fn goes_on(&self, request: &Request, readable: Readable) -> bool;
}
