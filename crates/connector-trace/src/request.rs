//! Requests as lines hold them, in which what a request may say about people is a token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::tape::{Readable, Request};
use connector_redact::{JsonRedactor, Rules, Tokens};

use crate::line::RequestLine;

/// The rules of one list of what is readable.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) answers: Arc<Rules>,
    requests: Arc<Rules>,
}

/// The rules of all lists, each arranged once.
#[derive(Debug, Default)]
pub(crate) struct AllDeclared(Mutex<HashMap<usize, Arc<Declared>>>);

impl AllDeclared {
    pub(crate) fn of(&self, readable: Readable) -> Arc<Declared> {
        // A list is a constant, so its address tells it apart; an empty one has no rules wherever it is.
        let address = match readable.is_empty() {
            true => 0,
            false => readable.as_ptr().addr(),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let declared = all.entry(address).or_insert_with(|| {
            Arc::new(Declared {
                answers: Rules::of_answers(readable).into(),
                requests: Rules::of_requests(readable).into(),
            })
        });
        Arc::clone(declared)
    }
}

/// The request with tokens, or as it is when it was made of tokens already.
pub(crate) fn line(
    request: &Request,
    declared: &Declared,
    tokens: Option<&Arc<Tokens>>,
) -> RequestLine {
    let segment = |(text, named): &(String, bool)| match tokens {
        Some(tokens) if !named || text.contains('@') => tokens.id(text),
        _ => text.clone(),
    };
    let parameter = |(name, value): &(String, String)| {
        let value = match tokens {
            Some(tokens) => tokens.kept(declared.requests.query(name), value),
            None => value.clone(),
        };
        (name.clone(), value)
    };
    let mut body = String::new();
    if !request.body.is_empty() {
        let rules = Arc::clone(&declared.requests);
        let mut document = match tokens {
            Some(tokens) => JsonRedactor::new(rules, Arc::clone(tokens)),
            None => JsonRedactor::verbatim(rules),
        };
        document.push(&request.body);
        body = document.finish(true);
    }
    RequestLine {
        class: request.class.clone(),
        method: request.method.clone(),
        path: request.path.iter().map(segment).collect(),
        query: request.query.iter().map(parameter).collect(),
        body,
        mints: request.mints,
    }
}

/// The request of a line, for a redirect.
pub(crate) fn request(line: RequestLine) -> Request {
    Request {
        class: line.class,
        method: line.method,
        path: line.path.into_iter().map(|s| (s, false)).collect(),
        query: line.query,
        body: Vec::new(),
        mints: line.mints,
    }
}
