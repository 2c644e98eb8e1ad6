//! The lines of a trace.

use std::collections::BTreeMap;

use connector_core::error::ErrorKind;
use connector_core::tape::{Fault, Retry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "lowercase")]
pub(crate) enum Line {
    Start(Start),
    Exchange(Box<ExchangeLine>),
    End(EndLine),
}

/// The first line: what was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The version of the format.
    pub(crate) format: u32,
    /// The program, such as `baton-example`.
    pub program: String,
    /// Its version.
    pub version: String,
    /// When the run started, moved like all dates in the file.
    pub started: Timestamp,
    /// Tells keys apart.
    pub key: String,
    /// Whether the key is in a file, so that other files made with it can be joined with this one.
    pub joinable: bool,
    /// The settings that decide what is requested, by name.
    pub settings: BTreeMap<String, Value>,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// A request, with tokens in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct RequestLine {
    pub(crate) class: String,
    pub(crate) method: String,
    pub(crate) path: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) query: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) mints: bool,
}

/// An exchange.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExchangeLine {
    pub(crate) request: RequestLine,
    /// `None` when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<AnswerLine>,
    /// Why there is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<FaultLine>,
    /// Whether the run did not wait for the answer, or for the rest of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unread: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnswerLine {
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<RequestLine>,
    pub(crate) body: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FaultLine {
    kind: String,
    retry: RetryLine,
    message: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RetryLine {
    Never,
    WhenHarmless,
    Always,
}

/// The last line: how the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndLine {
    /// `complete`, or the kind of the error; `cut off` when the run was stopped in the middle.
    pub(crate) outcome: String,
    /// How many exchanges there are.
    pub(crate) exchanges: u64,
}

/// The outcome of a run that succeeded.
pub(crate) const COMPLETE: &str = "complete";

const KINDS: [ErrorKind; 13] = [
    ErrorKind::Usage,
    ErrorKind::Setting,
    ErrorKind::Credential,
    ErrorKind::Permission,
    ErrorKind::NotFound,
    ErrorKind::RateLimited,
    ErrorKind::Upstream,
    ErrorKind::Timeout,
    ErrorKind::Contract,
    ErrorKind::Precondition,
    ErrorKind::Unavailable,
    ErrorKind::Interrupted,
    ErrorKind::Bug,
];

impl From<Fault> for FaultLine {
    fn from(fault: Fault) -> Self {
        Self {
            kind: fault.kind.as_str().to_owned(),
            retry: match fault.retry {
                Retry::Never => RetryLine::Never,
                Retry::WhenHarmless => RetryLine::WhenHarmless,
                Retry::Always => RetryLine::Always,
            },
            message: fault.message,
        }
    }
}

impl From<FaultLine> for Fault {
    /// A kind that this version does not know is a defect of the file.
    fn from(line: FaultLine) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == line.kind);
        Self {
            kind: kind.unwrap_or(ErrorKind::Contract),
            retry: match line.retry {
                RetryLine::Never => Retry::Never,
                RetryLine::WhenHarmless => Retry::WhenHarmless,
                RetryLine::Always => Retry::Always,
            },
            message: line.message,
        }
    }
}
