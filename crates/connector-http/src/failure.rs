//! What a failed try means: who must act, whether another try may help, and the message.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use connector_core::error::{Error, ErrorKind};
use connector_core::text;
use reqwest::StatusCode;

use crate::framer::{ArrayAt, FrameError};
use crate::retry::Cause;

pub(crate) const CHECK_BASE_URL: &str = "check the base URL setting";
const CHECK_PAGE: &str =
    "check the base URL setting (is its path, such as `/v1`, missing?) or a proxy in between";

const AFTER_THE_LIMIT: &str =
    "try again later, or stop other programs that use the same credential";

/// The words for a wait that is too long.
pub(crate) fn too_long(wait: Duration, max: Duration) -> String {
    let (wait, max) = (text::duration(wait), text::duration(max));
    format!("it allows no request for {wait}, and the longest wait is {max}")
}

/// One try that did not work.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) cause: Cause,
    pub(crate) message: String,
    pub(crate) hint: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, cause: Cause, message: impl Into<String>) -> Self {
        Self {
            kind,
            cause,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// The vendor's answer is not what it must be.
    pub(crate) fn contract(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Contract, Cause::Final, message).hint(
            "try again; if it stays, a proxy changes the answers or the vendor's API has changed: look for a newer version",
        )
    }

    pub(crate) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The error to report after `tries` tries.
    pub(crate) fn into_error(self, tries: u32) -> Error {
        let message = if tries > 1 {
            format!("{} (gave up after {tries} tries)", self.message)
        } else {
            self.message
        };
        let mut error = Error::new(self.kind, message);
        if let Some(hint) = self.hint {
            error = error.hint(hint);
        }
        if let Some(source) = self.source {
            error = error.caused_by(source);
        }
        error
    }

    /// The answer has a status that is not a success. `text` is the vendor's own.
    pub(crate) fn status(vendor: &str, status: StatusCode, text: Option<&str>) -> Self {
        let mut message = format!("{vendor} answered {}", status.as_u16());
        match (text, status.canonical_reason()) {
            (Some(text), _) => message.extend([": ", text]),
            (None, Some(reason)) => message.extend([" ", reason]),
            (None, None) => {}
        }
        let (kind, cause, hint) = match status.as_u16() {
            401 => (
                ErrorKind::Credential,
                Cause::Final,
                "check that the credential is complete, has not expired and belongs to this environment",
            ),
            403 => (
                ErrorKind::Permission,
                Cause::Final,
                "give the credential read access to what is synced",
            ),
            404 => (ErrorKind::NotFound, Cause::Final, CHECK_BASE_URL),
            408 => (ErrorKind::Timeout, Cause::Final, "try again later"),
            429 => (
                ErrorKind::RateLimited,
                Cause::Limited(None),
                AFTER_THE_LIMIT,
            ),
            500.. => (ErrorKind::Upstream, Cause::Passing, "try again later"),
            _ => (
                ErrorKind::Contract,
                Cause::Final,
                "the vendor does not accept the request; its API may have changed, look for a newer version of the connector",
            ),
        };
        Self::new(kind, cause, message).hint(hint)
    }

    /// No request may be sent for `wait`, of which at most `max` are waited.
    pub(crate) fn shut(vendor: &str, wait: Duration, max: Duration) -> Self {
        let message = format!(
            "{vendor} is not to be called again: {}",
            too_long(wait, max)
        );
        Self::new(ErrorKind::RateLimited, Cause::Final, message).hint(AFTER_THE_LIMIT)
    }

    /// The answer is a redirect that is not followed.
    pub(crate) fn redirect(
        vendor: &str,
        status: StatusCode,
        to_other_origin: Option<&str>,
    ) -> Self {
        let status = status.as_u16();
        match to_other_origin {
            Some(host) => Self::contract(format!(
                "{vendor} answered {status} and redirects to another origin ({host})"
            )),
            None => Self::contract(format!(
                "{vendor} answered {status}, a redirect that leads nowhere"
            )),
        }
        .hint("check the base URL setting or a proxy in between; the credential is sent to no other origin")
    }

    /// A success that is not JSON. `found` is the content type, already clean.
    pub(crate) fn not_json(vendor: &str, status: StatusCode, found: Option<&str>) -> Self {
        let found = match found {
            Some("text/html" | "application/xhtml+xml") => "a web page",
            Some(other) => other,
            None => "an answer without content type",
        };
        let status = status.as_u16();
        Self::contract(format!(
            "{vendor} answered {status} with {found} instead of JSON"
        ))
        .hint(CHECK_PAGE)
    }

    /// The answer is larger than allowed.
    pub(crate) fn too_large(vendor: &str, max: u64) -> Self {
        let max = max / (1 << 20);
        Self::contract(format!(
            "the answer of {vendor} is larger than the limit of {max} MiB"
        ))
    }

    /// The answer is not the document that was expected.
    pub(crate) fn frame(vendor: &str, at: ArrayAt, max: usize, error: FrameError) -> Self {
        let list = match at {
            ArrayAt::Root => "list".to_owned(),
            ArrayAt::Key(key) => format!("`{key}` list"),
        };
        Self::contract(match (error, at) {
            (FrameError::BreaksOff, _) => format!("the answer of {vendor} breaks off"),
            (FrameError::Trailing, _) => format!("the answer of {vendor} goes on after its end"),
            (FrameError::WrongRoot, ArrayAt::Root) => {
                format!("the answer of {vendor} is not a list")
            }
            (FrameError::WrongRoot, _) => {
                format!("the answer of {vendor} is a list, not an object")
            }
            (FrameError::Missing, _) => format!("no {list} in the answer of {vendor}"),
            (FrameError::Twice, _) => format!("two of the {list} in the answer of {vendor}"),
            (FrameError::NotArray, ArrayAt::Key(key)) => {
                format!("`{key}` is not a list in the answer of {vendor}")
            }
            (FrameError::NotArray | FrameError::Malformed, _) => {
                format!("the answer of {vendor} is not valid JSON")
            }
            (FrameError::TooLarge, _) => format!(
                "one element of the {list} of {vendor} is larger than the limit of {} MiB",
                max / (1 << 20)
            ),
        })
    }
}

#[cfg(test)]
mod tests;
