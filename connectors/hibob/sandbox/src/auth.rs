//! Who is asking, and the firewall in front.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connector_core::clock::SharedClock;

use super::options::ServiceUser;
use connector_sandbox::limits::Windows;

/// The position of the service user whose Basic credential the request carries.
pub(crate) fn authenticate(headers: &HeaderMap, users: &[ServiceUser]) -> Option<usize> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(credential.trim()).ok()?).ok()?;
    let (id, token) = decoded.split_once(':')?;
    users.iter().position(|u| u.id == id && u.token == token)
}

/// The key by which the firewall distinguishes callers. It is a hash, so that no credential is kept.
pub(crate) fn caller(headers: &HeaderMap) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    headers.get(header::AUTHORIZATION)?.hash(&mut hasher);
    Some(hasher.finish())
}

/// Answers of one kind within [`COUNTED`] that lead to a block.
const TOLERATED: u64 = 50;

/// How long answers count.
const COUNTED: Duration = Duration::from_secs(10);

/// How long a block lasts.
const BLOCK: Duration = Duration::from_secs(300);

/// What is counted and blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    /// The client address. The fake does not distinguish addresses, so all callers share this one.
    Address,
    /// An `Authorization` header.
    Caller(u64),
}

/// Blocks callers that keep being refused.
#[derive(Debug)]
pub(crate) struct Waf {
    clock: SharedClock,
    refusals: Windows<(u16, Subject)>,
    /// Until when each subject is blocked.
    blocked: Mutex<HashMap<Subject, Duration>>,
}

impl Waf {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self {
            refusals: Windows::new(std::sync::Arc::clone(&clock)),
            blocked: Mutex::default(),
            clock,
        }
    }

    pub(crate) fn blocks(&self, caller: Option<u64>) -> bool {
        let now = self.clock.elapsed();
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        let until = |subject| blocked.get(&subject).is_some_and(|end| *end > now);
        until(Subject::Address) || caller.is_some_and(|c| until(Subject::Caller(c)))
    }

    /// Counts an answer: 401 against the address and the header, 403 against the header.
    pub(crate) fn note(&self, status: u16, caller: Option<u64>) {
        if status == 401 {
            self.count(status, Subject::Address);
        }
        if let (401 | 403, Some(caller)) = (status, caller) {
            self.count(status, Subject::Caller(caller));
        }
    }

    fn count(&self, status: u16, subject: Subject) {
        let taken = self.refusals.take((status, subject), TOLERATED, COUNTED);
        if taken.remaining == 0 {
            let end = self.clock.elapsed() + BLOCK;
            let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
            blocked.insert(subject, end);
        }
    }
}
