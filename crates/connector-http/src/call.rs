//! One request as a connector describes it, before anything is sent.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::ledger::Class;
use reqwest::Method;
use serde::Serialize;
use url::Url;

use crate::base_url::BaseUrl;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request: method, path below the base URL, query and body.
///
/// `GET` may be sent again when it fails; `POST` only after [`Call::safe_to_repeat`].
#[derive(Clone)]
pub struct Call {
    pub(crate) method: Method,
    segments: Vec<String>,
    /// How many of the segments the connector names itself.
    named: usize,
    endpoint: Cow<'static, str>,
    query: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Option<Body>,
    pub(crate) repeatable: bool,
    pub(crate) operation: Option<Cow<'static, str>>,
}

#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) content_type: &'static str,
    /// The error, when the value could not be written as JSON.
    pub(crate) bytes: Result<Bytes, String>,
}

impl Call {
    /// Reads `path`, such as `company/named-lists/department`, below the base URL.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path, true)
    }

    /// Posts to `path` below the base URL.
    pub fn post(path: &str) -> Self {
        Self::new(Method::POST, path, false)
    }

    fn new(method: Method, path: &str, repeatable: bool) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments: Vec<_> = segments.map(str::to_owned).collect();
        Self {
            method,
            named: segments.len(),
            segments,
            endpoint: Cow::Owned(path.to_owned()),
            query: Vec::new(),
            body: None,
            repeatable,
            operation: None,
        }
    }

    /// Adds one segment to the path, escaped: the way to put an id of the vendor into a path.
    #[must_use]
    pub fn segment(mut self, segment: impl Into<String>) -> Self {
        self.segments.push(segment.into());
        self
    }

    /// Names the endpoint, for a pace that keeps endpoints apart. Without it, it is the path without the
    /// segments added to it.
    #[must_use]
    pub fn endpoint(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.endpoint = name.into();
        self
    }

    /// Whether the connector's code names this segment of a path.
    pub(crate) fn names(&self, segment: &str) -> bool {
        let mut named = self.segments.iter().take(self.named);
        named.any(|s| s == segment) || self.endpoint.split('/').any(|s| s == segment)
    }

    /// Whether the call requests a credential. Only such calls send a form.
    pub(crate) fn mints(&self) -> bool {
        let form = |body: &Body| body.content_type == FORM;
        self.body.as_ref().is_some_and(form)
    }

    /// The body of a call that sends JSON.
    pub(crate) fn document(&self) -> Option<&Bytes> {
        let body = self.body.as_ref().filter(|body| body.content_type != FORM);
        body?.bytes.as_ref().ok()
    }

    pub(crate) fn endpoint_name(&self) -> &str {
        &self.endpoint
    }

    /// The class that the call is counted in.
    pub(crate) fn class(&self) -> Class {
        Class {
            method: self.method.as_str().to_owned(),
            path: self.endpoint.clone().into_owned(),
        }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sends `body` as JSON.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(Body {
            content_type: "application/json",
            bytes: serde_json::to_vec(body)
                .map(Bytes::from)
                .map_err(|e| e.to_string()),
        });
        self
    }

    /// Sends an encoded form.
    #[must_use]
    pub(crate) fn form(mut self, encoded: String) -> Self {
        self.body = Some(Body {
            content_type: FORM,
            bytes: Ok(encoded.into()),
        });
        self
    }

    /// Declares that the request changes nothing, so that it may be sent again when it fails.
    #[must_use]
    pub fn safe_to_repeat(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Names what the request is for (`listing employees`); errors start with it.
    #[must_use]
    pub fn during(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// The whole address.
    pub(crate) fn url(&self, base: &BaseUrl) -> Result<Url> {
        let segments = self.segments.iter().map(String::as_str);
        let Some(mut url) = base.join(segments) else {
            return Err(Error::new(
                ErrorKind::Contract,
                "an id of the vendor cannot be part of a path",
            ));
        };
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// Adds the operation to an error.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match &self.operation {
            Some(operation) => error.during(operation.clone()),
            None => error,
        }
    }
}

impl fmt::Debug for Call {
    /// Without query values and body, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.segments.join("/"))
            .field("repeatable", &self.repeatable)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
