//! What goes wrong, and when: rules that replace or spoil a fake's answers.
//!
//! A [`FaultSchedule`] is shared between the test and the server: rules may be added or cleared while requests
//! run. A rule counts the requests its method and path match, from 1, and acts on those its [`When`] names; the
//! first rule that acts decides. [`Rule`] can be read from text for the command line:
//!
//! ```
//! use connector_sandbox::faults::{FaultSchedule, Rule};
//!
//! let faults = FaultSchedule::new();
//! faults.add("POST /people/search #1-2 -> 429 retry-after=3".parse::<Rule>()?);
//! faults.add("/named-lists every:3 -> reset".parse::<Rule>()?);
//! # Ok::<(), connector_core::Error>(())
//! ```

mod apply;
mod parse;

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;

use crate::rewrite::Rewrite;

pub(crate) use apply::{Act, apply};

/// One way to fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// This answer instead of the fake's.
    Answer(Answer),
    /// 200 with a web page, as a proxy or a wrong path gives.
    Html,
    /// The fake's own answer cut in half; `Content-Length` fits the half.
    Truncated,
    /// The connection is reset before any byte of the answer.
    Reset,
    /// The head and half of the body arrive, then the connection ends.
    DropMidBody,
    /// Nothing ever arrives; ends when the server stops.
    Hang,
    /// The head and half of the body arrive, then nothing more; ends when the server stops.
    HangMidBody,
    /// The fake's own answer in pieces.
    Slow {
        /// How many pieces.
        chunks: usize,
        /// The wait before each piece.
        delay: Duration,
    },
    /// This many blanks before the fake's own body, which stays valid JSON.
    Oversized {
        /// How many blanks.
        padding: u64,
        /// Whether `Content-Length` tells the size in advance.
        declared: bool,
    },
    /// A redirect.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// The URL that it leads to.
        location: String,
    },
    /// The fake's own answer, compressed even when the request does not accept compression.
    Gzip,
    /// 200 with what an edit makes of the JSON of the fake's own answer, whatever its status was.
    Edited(Rewrite),
}

impl Fault {
    /// An answer with this status and an empty body.
    pub fn status(status: u16) -> Self {
        Self::Answer(Answer::status(status))
    }

    /// 429 with this advice on when to send the request again.
    pub fn too_many_requests(wait: Wait) -> Self {
        Self::Answer(Answer {
            wait,
            ..Answer::status(429)
        })
    }

    /// The fault's name in the request log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Html => "html",
            Self::Truncated => "truncated",
            Self::Reset => "reset",
            Self::DropMidBody => "drop",
            Self::Hang => "hang",
            Self::HangMidBody => "hang-body",
            Self::Slow { .. } => "slow",
            Self::Oversized { .. } => "oversized",
            Self::Redirect { .. } => "redirect",
            Self::Gzip => "gzip",
            Self::Edited(_) => "edited",
        }
    }
}

/// A made-up answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body; JSON unless a `content-type` header names another type.
    pub body: String,
    /// When the client should send the request again.
    pub wait: Wait,
}

impl Answer {
    /// An answer with this status and nothing else.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
            wait: Wait::Unsaid,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }
}

impl From<Answer> for Fault {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// What an answer states about when to send the request again. Times count from the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The answer states no time.
    Unsaid,
    /// `Retry-After: <seconds>`.
    Seconds(u64),
    /// `Retry-After: <HTTP date>`, this many seconds from now.
    Date(i64),
    /// `X-RateLimit-Reset: <Unix seconds>`, this many seconds from now; negative for the past.
    Reset(i64),
}

/// Which of the requests a rule matches it acts on. Requests count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Every matching request.
    Always,
    /// Only the request with this number.
    Nth(u64),
    /// The requests with these numbers.
    Range(RangeInclusive<u64>),
    /// The request with this number and all later ones.
    From(u64),
    /// Every nth request: with 3, the third, the sixth and so on.
    Every(u64),
}

impl When {
    fn includes(&self, request: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Nth(n) => request == *n,
            Self::Range(range) => range.contains(&request),
            Self::From(first) => request >= *first,
            Self::Every(n) => *n > 0 && request.is_multiple_of(*n),
        }
    }
}

/// One line of a schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Only requests with this method.
    pub method: Option<Method>,
    /// Only requests whose path contains this text; one that ends in `$` is where the path must end.
    pub path: Option<String>,
    /// Which of the matching requests.
    pub when: When,
    /// What happens to them.
    pub fault: Fault,
}

impl Rule {
    /// `fault` on every request.
    pub fn always(fault: impl Into<Fault>) -> Self {
        Self {
            method: None,
            path: None,
            when: When::Always,
            fault: fault.into(),
        }
    }

    /// Limited to one method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Limited to paths that contain `part`, or end with it when it ends in `$`.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Limited to some of the matching requests.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|m| m == method)
            && self.path.as_ref().is_none_or(|p| is_part(path, p))
    }
}

/// Whether `path` contains `part`, or ends with it when it ends in `$`.
pub fn is_part(path: &str, part: &str) -> bool {
    match part.strip_suffix('$') {
        Some(end) => path.ends_with(end),
        None => path.contains(part),
    }
}

/// Rules in order, shared with the server they disturb.
#[derive(Debug, Clone, Default)]
pub struct FaultSchedule {
    rules: Arc<Mutex<Vec<Counted>>>,
}

#[derive(Debug)]
struct Counted {
    rule: Rule,
    seen: u64,
    met: u64,
}

impl FaultSchedule {
    /// A schedule without rules, so that no request fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after the others.
    pub fn add(&self, rule: Rule) {
        self.rules().push(Counted {
            rule,
            seen: 0,
            met: 0,
        });
    }

    /// Forgets all rules.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// How many requests have met a fault of the rules there are now.
    pub fn met(&self) -> u64 {
        self.rules().iter().map(|counted| counted.met).sum()
    }

    /// The fault for the next request. Every rule that matches counts the request, also when another acts.
    pub fn next(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut chosen = None;
        for counted in self.rules().iter_mut() {
            if !counted.rule.matches(method, path) {
                continue;
            }
            counted.seen += 1;
            if chosen.is_none() && counted.rule.when.includes(counted.seen) {
                counted.met += 1;
                chosen = Some(counted.rule.fault.clone());
            }
        }
        chosen
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<Counted>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromIterator<Rule> for FaultSchedule {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let schedule = Self::new();
        rules.into_iter().for_each(|rule| schedule.add(rule));
        schedule
    }
}

#[cfg(test)]
mod tests;
